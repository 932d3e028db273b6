// What a credential that names nothing comes to. Suites and versions are read off a template; OpenSSL 3.0 tells its
// groups only to a peer, so a ClientHello is shown to a server that exists for this question alone.
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "engine/environment.hpp"
#include "engine/openssl_errors.hpp"
#include "engine/template_cache.hpp"

namespace schannix::engine {
namespace {

// Only those that the versions can use: the others stand in the template, and are never offered.
std::vector<std::string> suites_of(SSL_CTX* context) {
  std::vector<std::string> names;
  const owned<ssl_st> side(SSL_new(context));
  STACK_OF(SSL_CIPHER)* const all = side ? SSL_get1_supported_ciphers(side.get()) : nullptr;
  const int count = std::max(0, sk_SSL_CIPHER_num(all));
  names.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) names.emplace_back(SSL_CIPHER_standard_name(sk_SSL_CIPHER_value(all, i)));
  sk_SSL_CIPHER_free(all);
  return names;
}

// A side that reads from and writes to memory; null when memory ran out.
owned<ssl_st> in_memory(const environment& env, const SSL_METHOD* method) {
  const std::shared_ptr<ssl_ctx_st> context = share(SSL_CTX_new_ex(env.library(), nullptr, method));
  if (!context || !apply_groups(context.get(), env.settings())) return nullptr;
  owned<ssl_st> side(SSL_new(context.get()));
  if (side) SSL_set_bio(side.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  return side;
}

std::vector<std::string> groups_of(const environment& env) {
  const owned<ssl_st> client = in_memory(env, TLS_client_method());
  const owned<ssl_st> server = in_memory(env, TLS_server_method());
  if (!client || !server) return {};
  SSL_connect(client.get());
  char* hello = nullptr;
  const long size = BIO_get_mem_data(SSL_get_wbio(client.get()), &hello);
  BIO_write(SSL_get_rbio(server.get()), hello, static_cast<int>(size));
  SSL_accept(server.get());  // fails, for want of a certificate, when it has read the ClientHello
  std::vector<int> numbers(static_cast<std::size_t>(std::max(0L, SSL_get1_groups(server.get(), nullptr))));
  SSL_get1_groups(server.get(), numbers.data());
  std::vector<std::string> names;
  for (const int number : numbers)
    if (const char* const name = SSL_group_to_name(server.get(), number)) names.emplace_back(name);
  return names;
}

}  // namespace

policy_in_effect environment::in_effect(role side) const {
  const role_settings& rules = settings().of(side);
  template_key key;
  key.side = side;
  key.versions = rules.allowed & rules.by_default;
  key.named = rules.decided;
  policy_in_effect found;
  found.fips = EVP_default_properties_is_fips_enabled(library()) == 1;
  const base::result<connection_template> made = templates().of(*this, key);
  if (!made) return found;
  found.versions = made->versions;
  found.suites = suites_of(made->context.get());
  found.groups = groups_of(*this);
  found.certificates_size = SSL_CTX_get_max_cert_list(made->context.get());
  clear_errors();
  return found;
}

}  // namespace schannix::engine

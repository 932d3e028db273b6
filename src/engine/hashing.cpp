#include "engine/hashing.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <string>

#include "engine/environment.hpp"
#include "engine/openssl_errors.hpp"

namespace schannix::engine {
namespace {

base::failure unsupported() { return failed_call(base::caller_mistake(base::reason::unsupported)); }

owned<evp_md_ctx_st> plain(const environment& env, hash_name which) {
  clear_errors();
  EVP_MD* const algorithm = EVP_MD_fetch(env.library(), openssl_name(which), nullptr);
  owned<evp_md_ctx_st> made(algorithm != nullptr ? EVP_MD_CTX_new() : nullptr);
  if (made && EVP_DigestInit_ex2(made.get(), algorithm, nullptr) != 1) made.reset();
  EVP_MD_free(algorithm);  // made has a reference of its own
  return made;
}

owned<evp_mac_ctx_st> keyed(const environment& env, hash_name which, base::bytes_view key) {
  clear_errors();
  EVP_MAC* const algorithm = EVP_MAC_fetch(env.library(), "HMAC", nullptr);
  owned<evp_mac_ctx_st> made(algorithm != nullptr ? EVP_MAC_CTX_new(algorithm) : nullptr);
  std::string name = openssl_name(which);
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), name.size()),
                                   OSSL_PARAM_construct_end()};
  constexpr base::byte nothing = 0;  // OpenSSL takes NULL for "the key of before"
  const base::byte* const from = key.empty() ? &nothing : key.data();
  if (made && EVP_MAC_init(made.get(), from, key.size(), parameters) != 1) made.reset();
  EVP_MAC_free(algorithm);
  return made;
}

}  // namespace

const char* openssl_name(hash_name which) {
  switch (which) {
    case hash_name::md5:
      return "MD5";
    case hash_name::sha1:
      return "SHA1";
    case hash_name::sha256:
      return "SHA2-256";
    case hash_name::sha384:
      return "SHA2-384";
    case hash_name::sha512:
      break;
  }
  return "SHA2-512";
}

std::size_t size_of(hash_name which) {
  constexpr std::size_t sizes[] = {16, 20, 32, 48, 64};
  return sizes[static_cast<std::size_t>(which)];
}

std::size_t block_size_of(hash_name which) {
  return which == hash_name::sha384 || which == hash_name::sha512 ? 128 : 64;
}

base::result<running_hash> running_hash::start(const environment& env, hash_name which,
                                               std::optional<base::bytes_view> key) {
  running_hash made(key ? nullptr : plain(env, which), key ? keyed(env, which, *key) : nullptr);
  if (!made.plain_ && !made.keyed_) return unsupported();
  return made;
}

base::result<void> running_hash::add(base::bytes_view data) {
  clear_errors();
  const int done = plain_ ? EVP_DigestUpdate(plain_.get(), data.data(), data.size())
                          : EVP_MAC_update(keyed_.get(), data.data(), data.size());
  return done == 1 ? base::result<void>() : failed_call(base::bug());
}

base::result<base::bytes> running_hash::finish() {
  clear_errors();
  base::bytes value(EVP_MAX_MD_SIZE);
  unsigned short_size = 0;
  std::size_t size = 0;
  const int done = plain_ ? EVP_DigestFinal_ex(plain_.get(), value.data(), &short_size)
                          : EVP_MAC_final(keyed_.get(), value.data(), &size, value.size());
  if (done != 1) return failed_call(base::bug());
  value.resize(plain_ ? short_size : size);
  return value;
}

base::result<running_hash> running_hash::copy() const {
  clear_errors();
  owned<evp_md_ctx_st> plain(plain_ ? EVP_MD_CTX_new() : nullptr);
  owned<evp_mac_ctx_st> keyed(keyed_ ? EVP_MAC_CTX_dup(keyed_.get()) : nullptr);
  if (plain && EVP_MD_CTX_copy_ex(plain.get(), plain_.get()) != 1) plain.reset();
  if (!plain && !keyed) return failed_call(base::bug());
  return running_hash(std::move(plain), std::move(keyed));
}

}  // namespace schannix::engine

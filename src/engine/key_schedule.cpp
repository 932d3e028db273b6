#include "engine/key_schedule.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "engine/environment.hpp"
#include "engine/hmac_kdf.hpp"
#include "engine/openssl_errors.hpp"

namespace schannix::engine {
namespace {

struct free_kdf {
  void operator()(EVP_KDF_CTX* context) const noexcept { EVP_KDF_CTX_free(context); }
};

OSSL_PARAM octets(const char* name, base::bytes_view value) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<base::byte*>(value.data()), value.size());
}
OSSL_PARAM octets(const char* name, std::string_view value) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(value.data()), value.size());
}
OSSL_PARAM digest_of(const char* name) {
  return OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, const_cast<char*>(name), 0);
}

base::result<void> derive(EVP_KDF* kdf, const OSSL_PARAM* inputs, base::bytes_span output) {
  const std::unique_ptr<EVP_KDF_CTX, free_kdf> context(EVP_KDF_CTX_new(kdf));
  const bool derived = context && EVP_KDF_derive(context.get(), output.data(), output.size(), inputs) == 1;
  if (!derived) return failed_call(base::bug());
  return {};
}

}  // namespace

const char* openssl_name(hash_algorithm hash) {
  return hash == hash_algorithm::sha1 ? "SHA1" : hash == hash_algorithm::sha256 ? "SHA256" : "SHA384";
}

base::result<base::traffic_secret> expand_label(const environment& env, hash_algorithm hash, base::bytes_view secret,
                                                std::string_view label, std::size_t size) {
  base::traffic_secret output;
  if (output.resize(size).size() != size) return base::bug();
  hmac_kdf::lease hmac;
  if (env.derivations().expand(hmac, {openssl_name(hash), secret, "tls13 ", label, {}}, output.resize(size)))
    return output;
  SCHANNIX_CHECK(expand_label(env, hash, secret, label, {}, output.resize(size)));
  return output;
}

base::result<void> expand_label(const environment& env, hash_algorithm hash, base::bytes_view secret,
                                std::string_view label, base::bytes_view context, base::bytes_span output) {
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  const OSSL_PARAM inputs[] = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                               digest_of(openssl_name(hash)),
                               octets(OSSL_KDF_PARAM_KEY, secret),
                               octets(OSSL_KDF_PARAM_PREFIX, std::string_view("tls13 ")),
                               octets(OSSL_KDF_PARAM_LABEL, label),
                               octets(OSSL_KDF_PARAM_DATA, context),
                               OSSL_PARAM_construct_end()};
  return derive(env.tls13_kdf(), inputs, output);
}

const char* prf_digest(hash_algorithm hash, tls_version version) {
  return version < tls_version::tls12 ? "MD5-SHA1" : openssl_name(hash);
}

base::result<void> tls1_prf(const environment& env, const char* digest, base::bytes_view secret, std::string_view label,
                            base::bytes_view seed, base::bytes_span output) {
  const OSSL_PARAM inputs[] = {digest_of(digest), octets(OSSL_KDF_PARAM_SECRET, secret),
                               octets(OSSL_KDF_PARAM_SEED, label), octets(OSSL_KDF_PARAM_SEED, seed),
                               OSSL_PARAM_construct_end()};
  return derive(env.tls1_prf(), inputs, output);
}

base::result<aead_keys> traffic_keys(const environment& env, hash_algorithm hash, aead_algorithm algorithm,
                                     base::bytes_view secret) {
  SCHANNIX_TRY(const auto key, expand_label(env, hash, secret, "key", key_size_of(algorithm)));
  SCHANNIX_TRY(const auto iv, expand_label(env, hash, secret, "iv", aead_nonce_size));
  aead_keys keys;
  keys.algorithm = algorithm;
  keys.key.assign(key.view());
  keys.iv.assign(iv.view());
  return keys;
}

base::result<base::traffic_secret> next_secret(const environment& env, hash_algorithm hash, base::bytes_view secret) {
  return expand_label(env, hash, secret, "traffic upd", size_of(hash));
}

base::result<base::key_block> expand_key_block(const environment& env, const char* digest, base::bytes_view master,
                                               base::bytes_view server_random, base::bytes_view client_random,
                                               std::size_t size) {
  base::bytes seed(server_random.begin(), server_random.end());
  seed.insert(seed.end(), client_random.begin(), client_random.end());
  base::key_block block;
  if (block.resize(size).size() != size) return base::bug();
  SCHANNIX_CHECK(tls1_prf(env, digest, master, "key expansion", seed, block.resize(size)));
  return block;
}

}  // namespace schannix::engine

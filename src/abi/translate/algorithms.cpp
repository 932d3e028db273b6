#include "abi/translate/algorithms.hpp"

namespace schannix::abi {

cipher_name name_of(engine::bulk_cipher cipher) {
  switch (cipher) {
    case engine::bulk_cipher::aes_128_gcm:
    case engine::bulk_cipher::aes_128_cbc:
      return {"AES", CALG_AES_128, 128, 16};
    case engine::bulk_cipher::aes_256_gcm:
    case engine::bulk_cipher::aes_256_cbc:
      return {"AES", CALG_AES_256, 256, 16};
    case engine::bulk_cipher::chacha20_poly1305:
      return {"CHACHA20_POLY1305", 0, 256, 1};
  }
  return {};
}

digest_name name_of(engine::hash_algorithm hash) {
  switch (hash) {
    case engine::hash_algorithm::sha1:
      return {"SHA1", CALG_SHA1, 160};
    case engine::hash_algorithm::sha256:
      return {"SHA256", CALG_SHA_256, 256};
    case engine::hash_algorithm::sha384:
      return {"SHA384", CALG_SHA_384, 384};
  }
  return {};
}

exchange_name name_of(engine::key_exchange exchange) {
  switch (exchange) {
    case engine::key_exchange::rsa:
      return {"RSA", CALG_RSA_KEYX};
    case engine::key_exchange::ecdhe:
      return {"ECDH", CALG_ECDH_EPHEM};
    case engine::key_exchange::dhe:
      return {"DH", CALG_DH_EPHEM};
  }
  return {};
}

signature_name name_of(engine::authentication kind) {
  switch (kind) {
    case engine::authentication::rsa:
      return {"RSA", CALG_RSA_SIGN};
    case engine::authentication::ecdsa:
      return {"ECDSA", CALG_ECDSA};
    case engine::authentication::other:
      return {"", 0};
  }
  return {};
}

std::string_view name_of(engine::tls_version version) {
  switch (version) {
    case engine::tls_version::tls10:
      return "TLS 1.0";
    case engine::tls_version::tls11:
      return "TLS 1.1";
    case engine::tls_version::tls12:
      return "TLS 1.2";
    case engine::tls_version::tls13:
      return "TLS 1.3";
  }
  return {};
}

}  // namespace schannix::abi

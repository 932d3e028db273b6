#include "engine/suite.hpp"

#include <openssl/ssl.h>

namespace schannix::engine {
namespace {

bool bulk_of(int nid, bulk_cipher& cipher) {
  switch (nid) {
    case NID_aes_128_gcm:
      cipher = bulk_cipher::aes_128_gcm;
      return true;
    case NID_aes_256_gcm:
      cipher = bulk_cipher::aes_256_gcm;
      return true;
    case NID_chacha20_poly1305:
      cipher = bulk_cipher::chacha20_poly1305;
      return true;
    case NID_aes_128_cbc:
      cipher = bulk_cipher::aes_128_cbc;
      return true;
    case NID_aes_256_cbc:
      cipher = bulk_cipher::aes_256_cbc;
      return true;
    default:
      return false;
  }
}

std::optional<hash_algorithm> mac_of(int nid) {
  switch (nid) {
    case NID_sha1:
      return hash_algorithm::sha1;
    case NID_sha256:
      return hash_algorithm::sha256;
    case NID_sha384:
      return hash_algorithm::sha384;
    default:
      return std::nullopt;
  }
}

key_exchange exchange_of(int nid) {
  return nid == NID_kx_rsa ? key_exchange::rsa : nid == NID_kx_dhe ? key_exchange::dhe : key_exchange::ecdhe;
}

}  // namespace

std::optional<aead_algorithm> aead_of(bulk_cipher cipher) {
  switch (cipher) {
    case bulk_cipher::aes_128_gcm:
      return aead_algorithm::aes_128_gcm;
    case bulk_cipher::aes_256_gcm:
      return aead_algorithm::aes_256_gcm;
    case bulk_cipher::chacha20_poly1305:
      return aead_algorithm::chacha20_poly1305;
    case bulk_cipher::aes_128_cbc:
    case bulk_cipher::aes_256_cbc:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<aead_algorithm> suite_facts::aead() const { return aead_of(cipher); }
std::optional<aead_algorithm> handshake_facts::aead() const { return aead_of(cipher); }

base::result<suite_facts> describe(const ssl_cipher_st* suite) {
  suite_facts facts;
  if (suite == nullptr || !bulk_of(SSL_CIPHER_get_cipher_nid(suite), facts.cipher)) return base::bug();
  const EVP_MD* const hash = SSL_CIPHER_get_handshake_digest(suite);
  facts.handshake_hash =
      hash != nullptr && EVP_MD_get_size(hash) == 48 ? hash_algorithm::sha384 : hash_algorithm::sha256;
  facts.exchange = exchange_of(SSL_CIPHER_get_kx_nid(suite));
  if (!facts.aead()) {
    facts.mac = mac_of(SSL_CIPHER_get_digest_nid(suite));
    if (!facts.mac) return base::bug();
  }
  return facts;
}

base::result<void> describe(const connection_template& from, tls_version version, std::uint16_t suite,
                            handshake_facts& into) {
  const STACK_OF(SSL_CIPHER)* const all = SSL_CTX_get_ciphers(from.context.get());
  for (int i = 0; i < sk_SSL_CIPHER_num(all); ++i) {
    const SSL_CIPHER* const one = sk_SSL_CIPHER_value(all, i);
    const bool of_tls13 = SSL_CIPHER_get_kx_nid(one) == NID_kx_any;
    if (SSL_CIPHER_get_protocol_id(one) != suite || of_tls13 != (version == tls_version::tls13)) continue;
    SCHANNIX_TRY(const suite_facts described, describe(one));
    fill(described, one, into);
    into.version = version;
    return {};
  }
  return base::caller_mistake(base::reason::no_common_algorithm);
}

void fill(const suite_facts& described, const ssl_cipher_st* suite, handshake_facts& into) {
  into.suite = SSL_CIPHER_get_protocol_id(suite);
  into.suite_name = SSL_CIPHER_standard_name(suite);
  into.cipher = described.cipher;
  into.mac = described.mac;
  into.handshake_hash = described.handshake_hash;
  into.exchange = described.exchange;
}

}  // namespace schannix::engine

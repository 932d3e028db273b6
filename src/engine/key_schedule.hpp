// From secrets to the keys of one direction. RFC 8446 §7.1-7.3, RFC 5246 §6.3. The derivations are OpenSSL's KDFs.
#pragma once

#include <string_view>
#include <variant>

#include "base/secret.hpp"
#include "engine/aead.hpp"
#include "engine/protocol.hpp"

namespace schannix::engine {

class environment;

enum class hash_algorithm : std::uint8_t { sha1, sha256, sha384 };
constexpr std::size_t size_of(hash_algorithm hash) {
  return hash == hash_algorithm::sha1 ? 20 : hash == hash_algorithm::sha256 ? 32 : 48;
}
const char* openssl_name(hash_algorithm hash);

struct cbc_keys {
  tls_version version = tls_version::tls12;
  hash_algorithm mac = hash_algorithm::sha1;
  base::secret<32> key;
  base::secret<48> mac_key;
  base::secret<16> chained_iv;  // TLS 1.0: the last ciphertext block sent
  std::uint64_t sequence = 0;
};

struct no_keys {
  std::uint16_t record_version = 0x0301;
};

using direction_keys = std::variant<no_keys, aead_keys, cbc_keys>;

base::result<base::traffic_secret> expand_label(const environment& env, hash_algorithm hash, base::bytes_view secret,
                                                std::string_view label, std::size_t size);

// The same with the hash of a context, and of any size up to 255 times the hash's.
base::result<void> expand_label(const environment& env, hash_algorithm hash, base::bytes_view secret,
                                std::string_view label, base::bytes_view context, base::bytes_span output);

// The PRF of TLS <= 1.2. digest: prf_digest's.
base::result<void> tls1_prf(const environment& env, const char* digest, base::bytes_view secret, std::string_view label,
                            base::bytes_view seed, base::bytes_span output);
const char* prf_digest(hash_algorithm hash, tls_version version);  // RFC 5246 §5, RFC 2246 §5

// TLS 1.3 record keys of one traffic secret. RFC 8446 §7.3
base::result<aead_keys> traffic_keys(const environment& env, hash_algorithm hash, aead_algorithm algorithm,
                                     base::bytes_view secret);

// The secret of the next generation: KeyUpdate. RFC 8446 §7.2
base::result<base::traffic_secret> next_secret(const environment& env, hash_algorithm hash, base::bytes_view secret);

// TLS <= 1.2 key block from master secret and randoms: only where the key log is the source. digest: of the PRF.
base::result<base::key_block> expand_key_block(const environment& env, const char* digest, base::bytes_view master,
                                               base::bytes_view server_random, base::bytes_view client_random,
                                               std::size_t size);

}  // namespace schannix::engine

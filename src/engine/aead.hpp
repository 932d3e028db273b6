// One key of one AEAD, in place. The only thing record/ knows of the cryptography beneath it. Two back ends do the
// work: OpenSSL's EVP, and libipsec-mb, which starts a record in a fifth of the time
// (docs/design/0004-aead-back-ends.md).
#pragma once

#include <memory>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace schannix::engine {

class aead_key;
class environment;

enum class aead_algorithm : std::uint8_t { aes_128_gcm, aes_256_gcm, chacha20_poly1305 };
enum class aead_back_end_kind : std::uint8_t { evp, ipsec_mb };

constexpr std::size_t aead_algorithm_count = 3;
constexpr std::size_t aead_tag_size = 16;
constexpr std::size_t aead_nonce_size = 12;
constexpr std::size_t key_size_of(aead_algorithm algorithm) {
  return algorithm == aead_algorithm::aes_128_gcm ? 16 : 32;
}

enum class direction : std::uint8_t { seal, open };

// What protects a direction, in the form that the record layer takes.
struct aead_keys {
  bool tls13 = true;
  aead_algorithm algorithm = aead_algorithm::aes_128_gcm;
  base::secret<32> key;
  base::secret<12> iv;  // 4 bytes (the fixed part) for TLS 1.2 AES-GCM
  std::uint64_t sequence = 0;
  std::uint64_t explicit_nonce = 0;  // TLS 1.2 AES-GCM, sealing
};

// Expands the key once; after that no call allocates. Not for two threads at once.
class aead {
 public:
  static base::result<aead> make(const environment& env, aead_algorithm algorithm, direction way, base::bytes_view key);
  aead(aead&&) noexcept;
  aead& operator=(aead&&) noexcept;
  ~aead();

  // Encrypts data, then tail (which may lie elsewhere, and may be empty), as one message, each where it lies;
  // writes the 16-byte tag.
  bool seal(base::bytes_view nonce, base::bytes_view associated, base::bytes_span data, base::bytes_span tail,
            base::bytes_span tag) noexcept;

  // Decrypts data where it lies. On false the data is wiped: no unauthenticated plaintext is ever visible.
  bool open(base::bytes_view nonce, base::bytes_view associated, base::bytes_span data, base::bytes_view tag) noexcept;

 private:
  aead(std::unique_ptr<aead_key> key, direction way) noexcept;
  std::unique_ptr<aead_key> key_;
  direction way_;
};

}  // namespace schannix::engine

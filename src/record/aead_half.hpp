// TLS 1.2 and 1.3 records with an AEAD suite, sealed and opened where they lie. RFC 5246 §6.2.3.3, RFC 5288,
// RFC 7905, RFC 8446 §5.2.
//
// Buffers: a sealed record is header | data | trailer, and the three need not be adjacent. TLS 1.3: 5 | n | 17
// (inner type byte, then tag). TLS 1.2 AES-GCM: 13 | n | 16 (header carries the explicit nonce). TLS 1.2
// ChaCha20-Poly1305: 5 | n | 16. A direction is used by one thread at a time; two directions by two threads, each on
// cache lines of its own.
//
// Failures of seal: buffer_too_small, message_too_long, expired (the sequence number would wrap): nothing is changed
// and nothing written. Failures of open by the peer's doing carry the alert that is owed; the fragment is wiped, and
// the sequence number stays.
#pragma once

#include <array>
#include <limits>

#include "base/secret.hpp"
#include "engine/aead.hpp"
#include "engine/protection.hpp"

namespace schannix::record {

enum class wire_version : std::uint8_t { tls12, tls13 };

// Everything one direction needs to begin: rekeying makes a new one.
struct half_keys {
  wire_version version = wire_version::tls13;
  engine::aead_algorithm algorithm = engine::aead_algorithm::aes_128_gcm;
  base::bytes_view key = {};         // 16 or 32 bytes
  base::bytes_view iv = {};          // 12 bytes; 4 (the fixed part) for TLS 1.2 AES-GCM
  std::uint64_t sequence = 0;        // first sequence number to use
  std::uint64_t explicit_nonce = 0;  // TLS 1.2 AES-GCM, sealing: the first explicit nonce to use; counts up by itself
};

class alignas(64) aead_half final : public engine::protection {
 public:
  static base::result<aead_half> make(const engine::environment& env, engine::direction way, const half_keys& keys);

  engine::overhead sizes() const noexcept override;
  base::result<std::size_t> seal(engine::content_type type, base::bytes_span header, base::bytes_span data,
                                 base::bytes_span trailer) override;
  base::result<engine::opened> open(base::bytes_span record) override;
  std::uint64_t sequence() const noexcept override { return sequence_; }
  std::optional<engine::aead_keys> keys() const override;

 private:
  // Wider than a nonce, so that it is written at once and can be read at once: a load across two stores waits for both.
  struct alignas(16) nonce {
    std::array<base::byte, 16> room;
    ~nonce() { base::wipe_inline(room); }  // of the first record it is the IV
    base::bytes_view view() const noexcept { return base::bytes_view(room).first(engine::aead_nonce_size); }
  };

  // Never used, so that the count cannot wrap. RFC 8446 §5.3, RFC 5246 §6.1
  static constexpr std::uint64_t sequence_end = std::numeric_limits<std::uint64_t>::max();

  explicit aead_half(engine::aead cipher) : cipher_(std::move(cipher)) {}

  bool seal_tls13(engine::content_type type, base::bytes_span header, base::bytes_span data, base::bytes_span trailer);
  bool seal_tls12(engine::content_type type, base::bytes_span header, base::bytes_span data, base::bytes_span tag);
  base::result<engine::opened> open_whole(base::bytes_span record);
  base::result<engine::opened> open_tls13(base::bytes_span record);
  base::result<engine::opened> open_tls12(base::bytes_span record);
  bool carries_nonce() const noexcept;
  nonce mixed_nonce() const noexcept;
  nonce explicit_nonce(base::bytes_view on_the_wire) const noexcept;

  engine::aead cipher_;
  wire_version version_ = wire_version::tls13;
  engine::aead_algorithm algorithm_ = engine::aead_algorithm::aes_128_gcm;
  std::uint64_t sequence_ = 0;
  std::uint64_t explicit_nonce_ = 0;
  base::secret<16> iv_;   // and zeros
  base::secret<32> key_;  // only for keys(): cipher_ has it expanded
};

}  // namespace schannix::record

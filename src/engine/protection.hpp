// Protection of one direction of one established connection: what the context asks of a record layer.
// record::aead_half implements it for the AEAD suites of TLS 1.2 and 1.3, engine::legacy_half for the CBC suites
// of TLS 1.2 and below, over OpenSSL's own record path.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "engine/aead.hpp"

namespace schannix::engine {

enum class content_type : std::uint8_t { change_cipher_spec = 20, alert = 21, handshake = 22, application_data = 23 };

constexpr std::size_t record_header_size = 5;
constexpr std::size_t max_plaintext_size = 16384;

// What a record adds around its plaintext. The header is exact; only the trailer may turn out shorter.
struct overhead {
  std::size_t header = 0;
  std::size_t trailer = 0;
  std::size_t block = 0;  // what STREAM_SIZES calls the block size
};

// One opened record; the plaintext lies inside the record that was given.
struct opened {
  content_type type = content_type::application_data;
  std::size_t offset = 0;
  std::size_t size = 0;
};

class protection {
 public:
  virtual ~protection() = default;

  virtual overhead sizes() const noexcept = 0;

  // Seals data in place. header has exactly sizes().header bytes, trailer at least sizes().trailer.
  // Returns how many trailer bytes belong to the record. Never allocates on the AEAD path.
  virtual base::result<std::size_t> seal(content_type type, base::bytes_span header, base::bytes_span data,
                                         base::bytes_span trailer) = 0;

  // Opens one whole record (5-byte header included) in place. A failure wipes the payload.
  virtual base::result<opened> open(base::bytes_span record) = 0;

  // Records protected so far under the current key, which is also the next sequence number.
  virtual std::uint64_t sequence() const noexcept = 0;

  // From which an equal one is made that goes on where this one stands. Nothing: that cannot be (CBC). Whoever makes
  // one of them must not use this one again: a nonce would be used twice.
  virtual std::optional<aead_keys> keys() const { return std::nullopt; }
};

}  // namespace schannix::engine

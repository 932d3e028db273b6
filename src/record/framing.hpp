// The five bytes in front of every record, and how many bytes are still missing.
#pragma once

#include <variant>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "engine/protection.hpp"

namespace schannix::record {

struct header {
  engine::content_type type;
  std::uint8_t major;
  std::uint8_t minor;
  std::size_t length;  // of the fragment that follows

  std::size_t record_size() const { return engine::record_header_size + length; }
};

struct incomplete {
  std::size_t missing;  // bytes still needed: to the end of the header, or of the record
};

struct malformed {};  // unknown type, major version other than 3, or longer than the limit

// 2^14 before keys; 2^14 + 2048 protected under TLS <= 1.2; 2^14 + 256 under TLS 1.3. RFC 5246 §6.2.3, RFC 8446 §5.2
constexpr std::size_t max_clear_length = 16384;
constexpr std::size_t max_tls12_length = 16384 + 2048;
constexpr std::size_t max_tls13_length = 16384 + 256;

// Looks at the first record of input without consuming anything. A malformed header is told as soon as its bytes are
// there.
std::variant<header, incomplete, malformed> look(base::bytes_view input, std::size_t max_length);

}  // namespace schannix::record

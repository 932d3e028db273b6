// Bytes written as text and read back: base64 (RFC 4648 §4) with and without a header (RFC 7468), and hexadecimal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace schannix::base {

// White space is passed over; anything else that does not belong there, and wrong padding, is refused.
std::optional<bytes> from_base64(std::string_view text);
std::optional<bytes> from_hex(std::string_view text);  // two digits a byte, with or without space between bytes

// What stands between the first "-----BEGIN ...-----" and its "-----END", and how far in front it begins.
struct encapsulated {
  std::string_view content;
  std::size_t skipped = 0;
};
std::optional<encapsulated> within_header(std::string_view text);

// In lines of 64 characters, each ended by line_end; with none, in one.
std::string to_base64(bytes_view from, std::string_view line_end);
std::string to_hex(bytes_view from);

}  // namespace schannix::base

// Byte views, the big-endian numbers of TLS, and a cursor that never reads past its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace schannix::base {

using byte = std::uint8_t;
using bytes = std::vector<byte>;
using bytes_view = std::span<const byte>;
using bytes_span = std::span<byte>;

constexpr std::uint16_t load_u16(bytes_view at) { return static_cast<std::uint16_t>(at[0] << 8 | at[1]); }
constexpr std::uint32_t load_u24(bytes_view at) {
  return static_cast<std::uint32_t>(at[0]) << 16 | static_cast<std::uint32_t>(at[1]) << 8 | at[2];
}
constexpr void store_u16(bytes_span at, std::size_t value) {
  at[0] = static_cast<byte>(value >> 8);
  at[1] = static_cast<byte>(value);
}
constexpr void store_u64(bytes_span at, std::uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i) at[i] = static_cast<byte>(value >> (56 - 8 * i));
}

// Reads from the front of a view; every read says whether there was enough.
class cursor {
 public:
  explicit cursor(bytes_view input) : rest_(input) {}

  std::size_t left() const { return rest_.size(); }
  bytes_view rest() const { return rest_; }

  std::optional<bytes_view> take(std::size_t count) {
    if (count > rest_.size()) return std::nullopt;
    const bytes_view front = rest_.first(count);
    rest_ = rest_.subspan(count);
    return front;
  }
  std::optional<std::uint8_t> u8() {
    const auto at = take(1);
    return at ? std::optional((*at)[0]) : std::nullopt;
  }
  std::optional<std::uint16_t> u16() {
    const auto at = take(2);
    return at ? std::optional(load_u16(*at)) : std::nullopt;
  }

 private:
  bytes_view rest_;
};

}  // namespace schannix::base

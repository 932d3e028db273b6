// bytes_after.hpp: counts what comes behind a close_notify, in any portions. Used by connection.hpp, and by the
// library for the C API's report.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace schannix {
inline namespace v0 {
namespace detail {

class bytes_after {
 public:
  bytes_after() = default;
  bytes_after(std::uint64_t bytes, std::uint64_t records) noexcept : bytes_(bytes), records_(records) {}  // so far

  void add(std::span<const std::byte> more) noexcept {
    bytes_ += more.size();
    while (!more.empty()) {
      if (body_left_ != 0) {
        const auto part = std::min(body_left_, more.size());
        body_left_ -= part;
        more = more.subspan(part);
      } else {
        add_header(more.front());
        more = more.subspan(1);
      }
    }
  }

  std::uint64_t bytes() const noexcept { return bytes_; }
  std::uint64_t records() const noexcept { return records_; }  // begun

 private:
  // RFC 8446 §5.1: type, version, and in the last two of five bytes the length.
  void add_header(std::byte one) noexcept {
    constexpr int header_size = 5;
    if (header_seen_ == 0) ++records_;
    ++header_seen_;
    length_ = (length_ << 8 | std::to_integer<std::size_t>(one)) & 0xFFFF;
    if (header_seen_ < header_size) return;
    body_left_ = length_;
    header_seen_ = 0;
  }

  std::uint64_t bytes_ = 0;
  std::uint64_t records_ = 0;
  std::size_t body_left_ = 0;
  std::size_t length_ = 0;  // the last two bytes of the header so far
  int header_seen_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace schannix

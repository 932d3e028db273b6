// byte_queue.hpp: a queue of bytes in one piece, because records are opened and sealed in place.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace schannix {
inline namespace v0 {
namespace detail {

class byte_queue {
 public:
  std::span<const std::byte> unread() const noexcept { return std::span(bytes_).subspan(start_); }
  std::span<std::byte> unread() noexcept { return std::span(bytes_).subspan(start_); }
  std::size_t size() const noexcept { return bytes_.size() - start_; }
  bool empty() const noexcept { return size() == 0; }

  void append(std::span<const std::byte> more) {
    compact();
    bytes_.insert(bytes_.end(), more.begin(), more.end());
  }

  // Room at the end, to be written and then cut to size with shorten().
  std::span<std::byte> extend(std::size_t count) {
    compact();
    bytes_.resize(bytes_.size() + count);
    return std::span(bytes_).last(count);
  }
  void shorten(std::size_t count) { bytes_.resize(bytes_.size() - count); }

  // Nothing moves: spans into the queue stay valid until the next append or extend.
  void take(std::size_t count) noexcept { start_ += count; }
  void keep_last(std::size_t count) noexcept { start_ = bytes_.size() - count; }

  std::vector<std::byte> take_all() {
    compact(true);
    return std::exchange(bytes_, {});
  }

 private:
  // Moving bytes only when at least half is used up keeps the cost per byte constant.
  void compact(bool always = false) {
    if (start_ == 0 || (!always && start_ < bytes_.size() - start_)) return;
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(start_));
    start_ = 0;
  }

  std::vector<std::byte> bytes_;
  std::size_t start_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace schannix

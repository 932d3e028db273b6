// Key bytes: a fixed room inside the object, wiped on every way out, never copied by accident.
#pragma once

#include <string.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"

namespace schannix::base {

inline void wipe(bytes_span memory) noexcept {
  if (!memory.empty()) ::explicit_bzero(memory.data(), memory.size());
}

// The same without a call: a few bytes, on the way of every record.
template <std::size_t Size>
inline void wipe_inline(std::array<byte, Size>& memory) noexcept {
  memory.fill(0);
  asm volatile("" : : "r"(memory.data()) : "memory");  // the compiler must take them for read
}

// What the caller's callees have left on the stack, Size bytes deep: ciphers in assembler give frames back with keys in
// them.
template <std::size_t Size>
[[gnu::noinline]] void wipe_stack_below() noexcept {
  std::array<byte, Size> below;
  wipe(below);
}

template <std::size_t Capacity>
class secret {
 public:
  secret() = default;
  explicit secret(bytes_view value) { assign(value); }
  secret(secret&& other) noexcept { take(other); }
  secret& operator=(secret&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  secret(const secret&) = delete;
  secret& operator=(const secret&) = delete;
  ~secret() { clear(); }

  // A value longer than the capacity is refused: the secret is left empty.
  bool assign(bytes_view value) noexcept {
    clear();
    if (value.size() > Capacity) return false;
    std::copy(value.begin(), value.end(), room_.begin());
    size_ = value.size();
    return true;
  }
  // Sets the length and gives the room to write into; count is at most Capacity.
  bytes_span resize(std::size_t count) noexcept {
    size_ = std::min(count, Capacity);
    return {room_.data(), size_};
  }
  void clear() noexcept {
    wipe(room_);
    size_ = 0;
  }
  bool empty() const noexcept { return size_ == 0; }
  bytes_view view() const noexcept { return {room_.data(), size_}; }
  secret copy() const { return secret(view()); }

 private:
  void take(secret& other) noexcept {
    assign(other.view());
    other.clear();
  }

  std::array<byte, Capacity> room_{};
  std::size_t size_ = 0;
};

using traffic_secret = secret<64>;  // one HKDF output, at most SHA-512's
using key_block = secret<256>;      // TLS <= 1.2: both directions' MAC keys, keys and IVs

}  // namespace schannix::base

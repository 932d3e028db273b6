// What the fuzz targets share: the input read as numbers and bytes, a demand that a run must meet, and random numbers
// that are the same for the same input, so that what was found is found again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace schannix::fuzz {

// Everything can be read from it at any time: behind its end it is zeros.
class input {
 public:
  input(const unsigned char* data, std::size_t size) : left_(reinterpret_cast<const char*>(data), size) {}

  bool ended() const { return left_.empty(); }
  unsigned u8() { return left_.empty() ? 0 : static_cast<unsigned char>(text(1)[0]); }
  unsigned u16() {
    const unsigned high = u8();
    return high << 8 | u8();
  }
  std::uint32_t u32() {
    const std::uint32_t high = u16();
    return high << 16 | u16();
  }
  std::size_t below(std::size_t bound) { return bound < 2 ? 0 : u16() % bound; }
  std::string_view text(std::size_t most) {
    const std::string_view front = left_.substr(0, most);
    left_.remove_prefix(front.size());
    return front;
  }
  std::string_view rest() { return text(left_.size()); }

 private:
  std::string_view left_;
};

constexpr char flipped(char one, unsigned mask) { return static_cast<char>(static_cast<unsigned char>(one) ^ mask); }

inline void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: not so: %s\n", what);
  std::abort();
}

void begin_random_numbers_anew();  // support/repeatable.cpp

}  // namespace schannix::fuzz

// What C++ peers share: bytes in flight, the payload, and the table made from a class.
//
//   struct pair {
//     explicit pair(const bench_wanted&);                        // throws: cannot be had
//     void prepare(std::size_t size, std::size_t count);
//     void seal(std::size_t size, std::size_t count);            // throws: broken
//     void open(std::size_t size, std::size_t count);
//     const unsigned char* opened() const;
//   };
//   SCHANNIX_BENCH_MODULE(pair)
#pragma once

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/peer.h"

namespace schannix::bench {

inline constexpr std::size_t largest_record = 16384;
inline constexpr std::size_t wire_size = 1 << 20;  // more than any batch or flight

[[noreturn]] inline void fail(const std::string& what) { throw std::runtime_error(what); }
inline void must(bool held, const char* what) {
  if (!held) fail(what);
}

// A flat buffer between two sides. No allocation once it is made.
struct wire {
  std::vector<unsigned char> bytes = std::vector<unsigned char>(wire_size);
  std::size_t written = 0, read = 0;

  void clear() noexcept { written = read = 0; }
  std::size_t waiting() const noexcept { return written - read; }
  unsigned char* front() noexcept { return bytes.data() + read; }
  unsigned char* back() noexcept { return bytes.data() + written; }

  void push(const void* from, std::size_t size) {
    must(size <= bytes.size() - written, "a batch is larger than the wire");
    std::memcpy(back(), from, size);
    written += size;
  }
  std::size_t pull(void* into, std::size_t most) noexcept {
    const std::size_t size = most < waiting() ? most : waiting();
    std::memcpy(into, front(), size);
    read += size;
    return size;
  }
};

inline std::array<unsigned char, largest_record> make_payload() {
  std::array<unsigned char, largest_record> made;
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = bench_pattern(i);
  return made;
}

// The payload that every seal starts from.
inline const unsigned char* payload() {
  static const auto made = make_payload();
  return made.data();
}

template <class Call>
int guarded(const char* what, Call&& call) noexcept {
  try {
    call();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", what, error.what());
    return -1;
  }
}

template <class Pair>
struct module {
  static Pair& of(void* pair) noexcept { return *static_cast<Pair*>(pair); }

  static void* establish(const bench_wanted* wanted, char* why, std::size_t why_size) noexcept {
    try {
      return new Pair(*wanted);
    } catch (const std::exception& error) {
      std::snprintf(why, why_size, "%s", error.what());
      return nullptr;
    }
  }
  static int prepare(void* pair, std::size_t size, std::size_t count) noexcept {
    return guarded("prepare", [&] { of(pair).prepare(size, count); });
  }
  static int seal(void* pair, std::size_t size, std::size_t count) noexcept {
    return guarded("seal", [&] { of(pair).seal(size, count); });
  }
  static int open(void* pair, std::size_t size, std::size_t count) noexcept {
    return guarded("open", [&] { of(pair).open(size, count); });
  }
  static const unsigned char* opened(void* pair) noexcept { return of(pair).opened(); }
  static void close(void* pair) noexcept { delete &of(pair); }

  static constexpr bench_peer table{establish, prepare, seal, open, opened, close};
};

}  // namespace schannix::bench

#define SCHANNIX_BENCH_MODULE(Pair)                                                                  \
  extern "C" __attribute__((visibility("default"))) const struct bench_peer* schannix_bench_peer() { \
    return &schannix::bench::module<Pair>::table;                                                    \
  }

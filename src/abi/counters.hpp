// How many handshakes this process has finished, as Windows' performance counters tell it. Any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/environment.hpp"

namespace schannix::abi {

class handshake_counters {
 public:
  void count(engine::role side, bool resumed) noexcept { at(side, resumed).fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t of(engine::role side, bool resumed) const noexcept {
    return counts_[index_of(side, resumed)].load(std::memory_order_relaxed);
  }

 private:
  static constexpr unsigned index_of(engine::role side, bool resumed) noexcept {
    return (side == engine::role::client ? 0U : 2U) + (resumed ? 1U : 0U);
  }
  std::atomic<std::uint64_t>& at(engine::role side, bool resumed) noexcept { return counts_[index_of(side, resumed)]; }

  std::atomic<std::uint64_t> counts_[4]{};
};

}  // namespace schannix::abi

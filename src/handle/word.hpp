// One direction's word of a slot: a lock that sleeps instead of spinning, and that can be retired while held.
//
//   closed ──open()──► free ◄──leave()── held ──────┐
//                       └─────enter()─────►│        │ retire() while held
//                       │ retire()         │        ▼
//                       └──► closed ◄───leave()── closing        (contended is held with, perhaps, sleepers)
//
// Whoever brings a word to closed is told so, exactly once in each life: that is the last one who can have seen
// what the word guards.
#pragma once

#include <atomic>
#include <cstdint>

namespace schannix::handle {

class word {
 public:
  // Only for a closed word that nobody else brings to life: begins a new life.
  void open() noexcept { state_.store(free, std::memory_order_release); }

  // True: the caller holds the word until leave(). False: the word is retired; nobody can take it any more.
  [[nodiscard]] bool enter() noexcept {
    state seen = free;
    return state_.compare_exchange_strong(seen, held, std::memory_order_acquire) || enter_slowly(seen);
  }

  // True: the word was retired meanwhile and is closed now.
  [[nodiscard]] bool leave() noexcept {
    state seen = held;
    return !state_.compare_exchange_strong(seen, free, std::memory_order_acq_rel) && leave_slowly(seen);
  }

  // Once in each life, never waits. True: nobody held the word, and it is closed now.
  [[nodiscard]] bool retire() noexcept {
    const state before = state_.exchange(closing, std::memory_order_acq_rel);
    if (before == contended) state_.notify_all();  // sleepers look again and give up
    if (before != free) return false;
    state_.store(closed, std::memory_order_release);
    return true;
  }

 private:
  using state = std::uint32_t;
  static constexpr state closed = 0, free = 1, held = 2, contended = 3, closing = 4;

  // Who has slept takes the word as contended: others may be sleeping still, and leave() must wake the next.
  bool enter_slowly(state seen) noexcept {
    state taken = held;
    while (seen != closed && seen != closing) {
      if (seen == free) {
        if (state_.compare_exchange_weak(seen, taken, std::memory_order_acquire)) return true;
      } else if (seen == contended || state_.compare_exchange_weak(seen, contended, std::memory_order_relaxed)) {
        state_.wait(contended, std::memory_order_relaxed);
        taken = contended;
        seen = state_.load(std::memory_order_relaxed);
      }
    }
    return false;
  }

  bool leave_slowly(state seen) noexcept {
    while (seen != closing) {
      if (state_.compare_exchange_weak(seen, free, std::memory_order_acq_rel)) {
        if (seen == contended) state_.notify_one();
        return false;
      }
    }
    state_.store(closed, std::memory_order_release);
    return true;
  }

  std::atomic<state> state_{closed};
};

}  // namespace schannix::handle

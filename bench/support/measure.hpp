// Time of this thread's CPU, and what is done with the rounds.
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace schannix::bench {

// Nanoseconds. Thread CPU time: what else runs on the machine is left out, as far as caches allow.
inline std::int64_t cpu_now() noexcept {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

inline double middle(std::vector<double> of) {
  const auto half = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2);
  std::nth_element(of.begin(), half, of.end());
  return *half;
}

// Whose turn it is: the order is rotated from round to round, and every other round goes backwards, so that nobody
// always follows the same one, whose caches he would find.
constexpr std::size_t whose_turn(std::size_t i, std::size_t round, std::size_t count) noexcept {
  const std::size_t forwards = (i + round / 2) % count;
  return round % 2 == 0 ? forwards : count - 1 - forwards;
}

// What reading the clock twice costs: taken off each interval.
inline double clock_cost() {
  std::vector<double> seen(1001);
  for (double& one : seen) {
    const std::int64_t before = cpu_now();
    one = static_cast<double>(cpu_now() - before);
  }
  return middle(seen);
}

// A stop-watch that adds up.
class stopwatch {
 public:
  template <class Call>
  decltype(auto) time(Call&& call) {
    struct interval {
      stopwatch& of;
      std::int64_t began = cpu_now();
      ~interval() { of.total_ += std::max(0.0, static_cast<double>(cpu_now() - began) - overhead()); }
    } now{*this};
    return call();
  }
  double total() const noexcept { return total_; }

 private:
  static double overhead() {
    static const double cost = clock_cost();
    return cost;
  }
  double total_ = 0;
};

}  // namespace schannix::bench

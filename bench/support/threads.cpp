#include "support/threads.hpp"

#include <openssl/sha.h>

#include <array>
#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "support/cpus.hpp"
#include "support/measure.hpp"
#include "support/sspi_pair.hpp"

namespace schannix::bench {
namespace {

constexpr std::size_t size = 64;
constexpr std::size_t opened_each = 20'000;  // per round; some milliseconds
constexpr std::size_t sealed_at_once = 500;
constexpr std::size_t hashed_each = 8'000;

// On the heap and on cache lines that nobody else has: what one thread writes on its stack must not slow the other.
struct alignas(256) lonely {
  sspi_pair pair;
  explicit lonely(const sspi_credentials& from) : pair(from) {}
};

// Records that the server made for the client, opened one after the other.
class inbox {
 public:
  explicit inbox(sspi_pair& of) : of_(of), room_(of.server.sizes()) {
    bytes_.resize(opened_each * (room_.cbHeader + size + room_.cbTrailer));
  }
  void fill() {
    std::size_t at = 0;
    for (std::size_t i = 0; i < opened_each; ++i) at += of_.server.seal(bytes_.data() + at, room_, size);
    filled_ = at;
  }
  double open_all() {
    stopwatch watch;
    watch.time([&] {
      unsigned char* data = nullptr;
      for (std::size_t left = filled_; left != 0;) left = of_.client.open(bytes_.data() + filled_ - left, left, data);
    });
    return watch.total() / opened_each;
  }

 private:
  sspi_pair& of_;
  SecPkgContext_StreamSizes room_;
  std::vector<unsigned char> bytes_;
  std::size_t filled_ = 0;
};

// Seals until it is told to stop, at least once.
double seal_until(sspi_pair& over, const std::atomic<bool>& stop, std::atomic<bool>& running) {
  const SecPkgContext_StreamSizes room = over.client.sizes();
  std::vector<unsigned char> slot(room.cbHeader + size + room.cbTrailer);
  stopwatch watch;
  std::size_t count = 0;
  do {
    watch.time([&] {
      for (std::size_t i = 0; i < sealed_at_once; ++i) over.client.seal(slot.data(), room, size);
    });
    count += sealed_at_once;
    running = true;
  } while (!stop);
  return watch.total() / static_cast<double>(count);
}

struct alignas(256) signals {
  std::atomic<bool> stop = false, running = false;
};

struct both {
  double seal, open;
};

both together(sspi_pair& sealing, inbox& opening, const held_cpus& cpus) {
  const auto told = std::make_unique<signals>();
  auto& [stop, running] = *told;
  both seen{};
  std::thread sealer([&] {
    cpus.stay_on(1);
    seen.seal = seal_until(sealing, stop, running);
  });
  while (!running) std::this_thread::yield();
  seen.open = opening.open_all();
  stop = true;
  sealer.join();
  return seen;
}

// The same two threads on the same two CPUs, one after the other.
both apart(sspi_pair& sealing, inbox& opening, const held_cpus& cpus) {
  both seen{};
  seen.open = opening.open_all();
  std::thread sealer([&] {
    cpus.stay_on(1);
    const std::atomic<bool> stop = true;
    std::atomic<bool> running = false;
    std::vector<double> some(opened_each / sealed_at_once);
    for (double& one : some) one = seal_until(sealing, stop, running);
    seen.seal = middle(some);
  });
  sealer.join();
  return seen;
}

double hash_much() {
  std::array<unsigned char, 1024> block{};
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  stopwatch watch;
  watch.time([&] {
    for (std::size_t i = 0; i < hashed_each; ++i) SHA256(block.data(), block.size(), digest.data());
  });
  return watch.total() / hashed_each;
}

// What the machine itself makes of two busy threads that share nothing: CPUs may be halves of one core.
both hash_together(const held_cpus& cpus) {
  both seen{};
  std::thread other([&] {
    cpus.stay_on(1);
    seen.seal = hash_much();
  });
  seen.open = hash_much();
  other.join();
  return seen;
}

}  // namespace

nlohmann::json measure_threads(const identity& own, std::size_t rounds) {
  say("connections: threads");
  const held_cpus meanwhile;  // two threads on one CPU would take turns and never meet
  if (meanwhile.count() < 2) return nullptr;
  meanwhile.stay_on(0);
  const sspi_credentials from(3, own);
  const auto one = std::make_unique<lonely>(from), other = std::make_unique<lonely>(from);
  sspi_pair &first = one->pair, &second = other->pair;
  inbox letters(first);
  nlohmann::json seen;
  const auto note = [&](const char* how, both each) {
    seen[how]["seal_ns"].push_back(each.seal);
    seen[how]["open_ns"].push_back(each.open);
  };
  for (std::size_t i = 0; i < 3 * rounds; ++i) {
    letters.fill();
    if (i % 3 == 0) note("one_thread", apart(first, letters, meanwhile));
    if (i % 3 == 1) note("two_threads_one_context", together(first, letters, meanwhile));
    if (i % 3 == 2) note("two_threads_two_contexts", together(second, letters, meanwhile));
  }
  for (std::size_t i = 0; i < rounds; ++i) {
    seen["hash_alone_ns"].push_back(hash_much());
    seen["hash_together_ns"].push_back(hash_together(meanwhile).open);
  }
  return seen;
}

}  // namespace schannix::bench

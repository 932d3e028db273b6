// Threads that insert, take and remove at random; meant above all for the thread and address sanitizers.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <thread>
#include <vector>

#include "handle/table.hpp"

namespace schannix::handle {
namespace {

constexpr int thread_count = 4;
constexpr int rounds = 4000;

struct tally {
  std::atomic<int> born = 0, died = 0, clashes = 0, removed = 0;
};

// Plain members: a missing exclusion is a data race, a use after death an address error.
class worker_object {
 public:
  explicit worker_object(tally& of) : of_(of) { ++of_.born; }
  worker_object(const worker_object&) = delete;
  worker_object& operator=(const worker_object&) = delete;
  ~worker_object() {
    if (writing_ || reading_) ++of_.clashes;
    ++of_.died;
  }
  void write() { enter_and_leave(writing_); }
  void read() { enter_and_leave(reading_); }

 private:
  void enter_and_leave(bool& inside) {
    if (inside) ++of_.clashes;
    inside = true;
    ++visits_[&inside == &writing_];
    inside = false;
  }
  tally& of_;
  bool writing_ = false;
  bool reading_ = false;
  std::array<int, 2> visits_{};
};

// A few names that all threads share: most are living, many are stale.
class shared_tokens {
 public:
  token read(std::size_t at) const { return {lower_[at], upper_[at]}; }  // may be torn: then it is a forged one
  void write(std::size_t at, token of) {
    lower_[at] = of.lower;
    upper_[at] = of.upper;
  }
  static constexpr std::size_t count = 8;

 private:
  std::array<std::atomic<std::uintptr_t>, count> lower_{}, upper_{};
};

void use(table<worker_object>& objects, token of, hold how) {
  auto pinned = objects.take(of, how);
  if (!pinned) return;
  if (how != hold::reader) pinned->write();
  if (how != hold::writer) pinned->read();
}

void remove_while_pinned(table<worker_object>& objects, token of, tally& counts) {
  auto pinned = objects.take(of, hold::both);
  if (objects.remove(of) == removal::removed) ++counts.removed;
  if (pinned) pinned->write();
}

void work(table<worker_object>& objects, shared_tokens& tokens, tally& counts, unsigned seed) {
  std::mt19937 random(seed);
  for (int i = 0; i < rounds; ++i) {
    const std::size_t at = random() % shared_tokens::count;
    switch (random() % 8) {
      case 0:
        tokens.write(at, objects.insert(std::make_unique<worker_object>(counts)));
        break;
      case 1:
        counts.removed += objects.remove(tokens.read(at)) == removal::removed ? 1 : 0;
        break;
      case 2:
        remove_while_pinned(objects, tokens.read(at), counts);
        break;
      case 3:
        use(objects, tokens.read(at), hold::both);
        break;
      case 4:
      case 5:
        use(objects, tokens.read(at), hold::reader);
        break;
      default:
        use(objects, tokens.read(at), hold::writer);
        break;
    }
  }
}

TEST(table_stress, every_object_dies_once_and_none_while_pinned) {
  tally counts;
  {
    table<worker_object> objects;
    shared_tokens tokens;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < thread_count; ++i) {
      threads.emplace_back([&, i] { work(objects, tokens, counts, 1000 + i); });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_GT(counts.removed, 100);
    EXPECT_EQ(counts.died, counts.removed) << "with no pin left, what is removed is dead, and nothing else";
  }
  EXPECT_EQ(counts.born, counts.died);
  EXPECT_EQ(counts.clashes, 0);
}

// Knows the token that was given out for it.
struct numbered {
  std::atomic<std::uintptr_t> lower = 0, upper = 0;
};

// Few slots, always used again, under takers that are always late: a token reaches its own object or none, however the
// taker is held up between looking and taking.
TEST(table_stress, late_takers_never_reach_another_object) {
  table<numbered> objects;
  numbered newest;
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0, taken = 0;
  const auto take_late = [&](hold how) {
    while (!done) {
      const token of{newest.lower, newest.upper};
      const auto pinned = objects.take(of, how);
      if (!pinned) continue;
      ++taken;
      if (of != token{pinned->lower, pinned->upper}) ++wrong;
    }
  };
  std::vector<std::thread> takers;
  for (const hold how : {hold::writer, hold::reader, hold::both}) takers.emplace_back(take_late, how);
  for (int round = 0; round < 5 * rounds || taken < 100; ++round) {
    auto made = std::make_unique<numbered>();
    numbered& object = *made;
    const token of = objects.insert(std::move(made));
    newest.lower = object.lower = of.lower;
    newest.upper = object.upper = of.upper;
    ASSERT_EQ(objects.remove(of), removal::removed);
  }
  done = true;
  for (auto& taker : takers) taker.join();
  EXPECT_EQ(wrong, 0);
}

TEST(table_stress, only_one_remover_succeeds) {
  tally counts;
  table<worker_object> objects;
  for (int i = 0; i < 300; ++i) {
    const token of = objects.insert(std::make_unique<worker_object>(counts));
    std::atomic<int> removed = 0, already = 0;
    const auto remove = [&] {
      const removal answer = objects.remove(of);
      removed += answer == removal::removed ? 1 : 0;
      already += answer == removal::already ? 1 : 0;
    };
    std::thread first(remove);
    std::thread second(remove);
    first.join();
    second.join();
    ASSERT_EQ(removed, 1);
    ASSERT_EQ(already, 1);
    ASSERT_EQ(counts.died, i + 1);
  }
}

}  // namespace
}  // namespace schannix::handle

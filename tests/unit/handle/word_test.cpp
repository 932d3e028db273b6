#include "handle/word.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

namespace schannix::handle {
namespace {

using namespace std::chrono_literals;

TEST(word, begins_closed_and_cannot_be_taken) {
  word lock;
  EXPECT_FALSE(lock.enter());
}

TEST(word, opens_enters_and_leaves_again_and_again) {
  word lock;
  lock.open();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(lock.enter());
    EXPECT_FALSE(lock.leave());
  }
}

TEST(word, retiring_a_free_word_closes_it) {
  word lock;
  lock.open();
  EXPECT_TRUE(lock.retire());
  EXPECT_FALSE(lock.enter());
}

TEST(word, retiring_a_held_word_leaves_the_closing_to_its_holder) {
  word lock;
  lock.open();
  ASSERT_TRUE(lock.enter());
  EXPECT_FALSE(lock.retire());
  EXPECT_FALSE(lock.enter());
  EXPECT_TRUE(lock.leave());
  EXPECT_FALSE(lock.enter());
}

TEST(word, opens_for_a_second_life) {
  word lock;
  lock.open();
  ASSERT_TRUE(lock.retire());
  lock.open();
  EXPECT_TRUE(lock.enter());
  EXPECT_FALSE(lock.leave());
}

TEST(word, a_sleeper_gets_the_word_when_it_is_left) {
  word lock;
  lock.open();
  ASSERT_TRUE(lock.enter());
  std::atomic<bool> entered = false;
  std::thread sleeper([&] {
    entered = lock.enter();
    EXPECT_FALSE(lock.leave());
  });
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(entered);
  EXPECT_FALSE(lock.leave());
  sleeper.join();
  EXPECT_TRUE(entered);
}

// A leave() wakes one; each one woken must wake the next. (A lost wake-up shows as a test that never ends.)
TEST(word, every_sleeper_gets_its_turn) {
  word lock;
  lock.open();
  ASSERT_TRUE(lock.enter());
  std::atomic<int> turns = 0;
  std::vector<std::thread> sleepers;
  for (int i = 0; i < 3; ++i) {
    sleepers.emplace_back([&] {
      turns += lock.enter() ? 1 : 0;
      EXPECT_FALSE(lock.leave());
    });
  }
  std::this_thread::sleep_for(30ms);
  EXPECT_FALSE(lock.leave());
  for (auto& sleeper : sleepers) sleeper.join();
  EXPECT_EQ(turns, 3);
}

TEST(word, retiring_wakes_every_sleeper_before_the_holder_leaves) {
  word lock;
  lock.open();
  ASSERT_TRUE(lock.enter());
  std::atomic<int> refused = 0;
  std::vector<std::thread> sleepers;
  for (int i = 0; i < 3; ++i) {
    sleepers.emplace_back([&] { refused += lock.enter() ? 0 : 1; });
  }
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(lock.retire());
  for (auto& sleeper : sleepers) sleeper.join();  // the word is still held by us
  EXPECT_EQ(refused, 3);
  EXPECT_TRUE(lock.leave());
}

TEST(word, excludes_four_threads_from_each_other) {
  word lock;
  lock.open();
  constexpr int rounds = 5000;
  int count = 0;  // not atomic on purpose: a thread sanitizer sees a missing exclusion
  const auto work = [&] {
    for (int i = 0; i < rounds; ++i) {
      ASSERT_TRUE(lock.enter());
      ++count;
      ASSERT_FALSE(lock.leave());
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count, 4 * rounds);
}

TEST(word, is_closed_by_exactly_one_however_the_race_ends) {
  for (int round = 0; round < 500; ++round) {
    word lock;
    lock.open();
    std::atomic<int> closings = 0;
    const auto visit = [&] {
      while (lock.enter()) closings += lock.leave() ? 1 : 0;
    };
    std::thread first(visit);
    std::thread second(visit);
    closings += lock.retire() ? 1 : 0;
    first.join();
    second.join();
    ASSERT_EQ(closings, 1);
  }
}

}  // namespace
}  // namespace schannix::handle

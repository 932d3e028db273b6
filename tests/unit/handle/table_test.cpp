#include "handle/table.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>
#include <vector>

namespace schannix::handle {
namespace {

using namespace std::chrono_literals;

// Counts its deaths; its value shows whose it is.
class guest {
 public:
  explicit guest(std::atomic<int>& deaths, int number = 0) : value(number), deaths_(deaths) {}
  guest(const guest&) = delete;
  guest& operator=(const guest&) = delete;
  ~guest() { ++deaths_; }

  int value;

 private:
  std::atomic<int>& deaths_;
};

struct table_of_guests : testing::Test {
  std::atomic<int> deaths = 0;
  table<guest> guests;

  token insert(int value = 0) { return guests.insert(std::make_unique<guest>(deaths, value)); }
};

TEST_F(table_of_guests, gives_back_what_was_inserted) {
  const token seven = insert(7);
  const token eight = insert(8);
  EXPECT_EQ(guests.take(seven, hold::writer)->value, 7);
  EXPECT_EQ((*guests.take(eight, hold::both)).value, 8);
  EXPECT_EQ(deaths, 0);
}

TEST_F(table_of_guests, removing_destroys_at_once_when_nothing_is_pinned) {
  const token of = insert();
  EXPECT_EQ(guests.remove(of), removal::removed);
  EXPECT_EQ(deaths, 1);
  EXPECT_FALSE(guests.take(of, hold::writer));
  EXPECT_FALSE(guests.take(of, hold::reader));
  EXPECT_FALSE(guests.take(of, hold::both));
}

TEST_F(table_of_guests, tells_removed_again_from_never_issued) {
  const token of = insert();
  EXPECT_EQ(guests.remove({of.lower, of.upper + 1}), removal::never_issued);
  EXPECT_EQ(guests.remove(of), removal::removed);
  EXPECT_EQ(guests.remove(of), removal::already);
  const token next = insert();
  ASSERT_EQ(next.lower, of.lower) << "the slot is used again";
  EXPECT_NE(next.upper, of.upper) << "the stamp is not";
  EXPECT_EQ(guests.remove(of), removal::already);
  EXPECT_EQ(guests.remove(next), removal::removed);
  EXPECT_EQ(deaths, 2);
}

TEST_F(table_of_guests, an_old_token_never_reaches_the_slots_next_guest) {
  std::vector<token> old;
  for (int i = 0; i < 100; ++i) {
    old.push_back(insert(i));
    ASSERT_EQ(guests.remove(old.back()), removal::removed);
  }
  const token now = insert(1000);
  for (const token& of : old) {
    EXPECT_EQ(of.lower, now.lower);
    EXPECT_FALSE(guests.take(of, hold::both));
    EXPECT_EQ(guests.remove(of), removal::already);
  }
  EXPECT_EQ(guests.take(now, hold::reader)->value, 1000);
}

TEST_F(table_of_guests, refuses_forged_tokens) {
  const token of = insert();
  const std::uintptr_t ones = ~std::uintptr_t{0};
  const std::vector<token> forged = {{0, 0},
                                     {ones, ones},
                                     {ones - 1, ones - 1},
                                     {0, of.upper},
                                     {of.lower, 0},
                                     {of.lower, ones},
                                     {of.lower + 1, of.upper},
                                     {of.lower + 256, of.upper},
                                     {of.lower + (1U << 20), of.upper},
                                     {of.lower | std::uintptr_t{1} << 63, of.upper},
                                     {of.lower & 0xff, of.upper}};
  for (const token& fake : forged) {
    EXPECT_FALSE(guests.take(fake, hold::writer)) << fake.lower << ' ' << fake.upper;
    EXPECT_FALSE(guests.take(fake, hold::both)) << fake.lower << ' ' << fake.upper;
    EXPECT_EQ(guests.remove(fake), removal::never_issued) << fake.lower << ' ' << fake.upper;
  }
  EXPECT_TRUE(guests.take(of, hold::both));
}

TEST_F(table_of_guests, refuses_every_lower_word_of_one_bit) {
  const token of = insert();
  for (unsigned bit = 0; bit < 64; ++bit) {
    const token fake{of.lower ^ std::uintptr_t{1} << bit, of.upper};
    EXPECT_FALSE(guests.take(fake, hold::writer)) << bit;
    EXPECT_EQ(guests.remove(fake), removal::never_issued) << bit;
  }
}

TEST_F(table_of_guests, refuses_the_tokens_of_a_table_with_another_tag) {
  table<guest> others(2);
  const token theirs = others.insert(std::make_unique<guest>(deaths));
  const token ours = insert();
  EXPECT_NE(theirs.lower, ours.lower);
  EXPECT_FALSE(guests.take(theirs, hold::writer));
  EXPECT_FALSE(others.take(ours, hold::writer));
  EXPECT_EQ(guests.remove(theirs), removal::never_issued);
}

// Programs store a handle's word as a boolean, and take all ones for "none".
TEST_F(table_of_guests, words_of_a_token_are_never_zero_nor_all_ones_and_never_repeat) {
  std::set<std::pair<std::uintptr_t, std::uintptr_t>> seen;
  std::vector<token> living;
  for (int i = 0; i < 3000; ++i) {
    const token of = insert();
    for (const std::uintptr_t half : {of.lower, of.upper}) {
      ASSERT_NE(half, std::uintptr_t{0});
      ASSERT_LT(half, ~std::uintptr_t{0} - 1);
    }
    ASSERT_TRUE(seen.emplace(of.lower, of.upper).second);
    living.push_back(of);
    if (i % 3 == 0) guests.remove(living[static_cast<std::size_t>(i) / 2]);
  }
}

TEST_F(table_of_guests, many_objects_keep_their_places) {
  std::vector<token> tokens;
  for (int i = 0; i < 5000; ++i) tokens.push_back(insert(i));
  const guest* first = &*guests.take(tokens[0], hold::reader);
  for (int i = 0; i < 5000; ++i) {
    ASSERT_EQ(guests.take(tokens[static_cast<std::size_t>(i)], hold::writer)->value, i);
  }
  EXPECT_EQ(first, &*guests.take(tokens[0], hold::reader));
}

TEST_F(table_of_guests, a_pinned_object_outlives_its_removal_in_each_hold) {
  int expected = 0;
  for (const hold how : {hold::writer, hold::reader, hold::both}) {
    const token of = insert(5);
    auto pinned = guests.take(of, how);
    ASSERT_TRUE(pinned);
    EXPECT_EQ(guests.remove(of), removal::removed);
    EXPECT_EQ(guests.remove(of), removal::already);
    EXPECT_EQ(deaths, expected);
    EXPECT_EQ(pinned->value, 5);
    EXPECT_FALSE(guests.take(of, hold::both)) << "and does not wait";
    pinned.release();
    EXPECT_FALSE(pinned);
    EXPECT_EQ(deaths, ++expected);
  }
}

TEST_F(table_of_guests, the_last_of_two_pins_destroys) {
  const token of = insert();
  auto writer = guests.take(of, hold::writer);
  auto reader = guests.take(of, hold::reader);
  ASSERT_TRUE(writer && reader);
  guests.remove(of);
  writer.release();
  EXPECT_EQ(deaths, 0);
  reader.release();
  EXPECT_EQ(deaths, 1);
}

TEST_F(table_of_guests, a_slot_with_a_pinned_ghost_is_not_used_again) {
  const token ghost = insert(1);
  auto pinned = guests.take(ghost, hold::reader);
  guests.remove(ghost);
  const token next = insert(2);
  EXPECT_NE(next.lower, ghost.lower);
  EXPECT_EQ(pinned->value, 1);
}

TEST_F(table_of_guests, pins_move) {
  const token first = insert(1);
  const token second = insert(2);
  pin<guest> held = guests.take(first, hold::writer);
  pin<guest> other = std::move(held);
  EXPECT_FALSE(held);  // NOLINT(bugprone-use-after-move): being empty is the contract
  EXPECT_EQ(other->value, 1);
  other = guests.take(second, hold::writer);
  EXPECT_EQ(other->value, 2);
  EXPECT_TRUE(guests.take(first, hold::writer)) << "the assignment let the first go";
}

TEST_F(table_of_guests, writer_and_reader_do_not_exclude_each_other) {
  const token of = insert();
  const auto writer = guests.take(of, hold::writer);
  const auto reader = guests.take(of, hold::reader);
  EXPECT_TRUE(writer);
  EXPECT_TRUE(reader);
}

TEST_F(table_of_guests, a_second_taker_of_a_direction_waits) {
  const token of = insert();
  for (const auto& [held, wanted] : {std::pair{hold::writer, hold::writer}, std::pair{hold::reader, hold::both},
                                     std::pair{hold::both, hold::reader}}) {
    auto pinned = guests.take(of, held);
    std::atomic<bool> got = false;
    std::thread taker([&, how = wanted] { got = static_cast<bool>(guests.take(of, how)); });
    std::this_thread::sleep_for(20ms);
    EXPECT_FALSE(got);
    pinned.release();
    taker.join();
    EXPECT_TRUE(got);
  }
}

TEST_F(table_of_guests, a_waiting_taker_is_refused_as_soon_as_the_object_is_removed) {
  const token of = insert();
  auto pinned = guests.take(of, hold::both);
  std::atomic<int> refused = 0;
  std::vector<std::thread> takers;
  for (const hold how : {hold::writer, hold::reader, hold::both}) {
    takers.emplace_back([&, how] { refused += guests.take(of, how) ? 0 : 1; });
  }
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(guests.remove(of), removal::removed);
  for (auto& taker : takers) taker.join();
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(deaths, 0);
  pinned.release();
  EXPECT_EQ(deaths, 1);
}

// The sleeper wakes after the slot has its next guest: the word it then takes is a stranger's.
TEST_F(table_of_guests, a_sleeper_that_wakes_late_is_refused_by_the_next_guest) {
  for (int round = 0; round < 30; ++round) {
    const token old = insert();
    auto pinned = guests.take(old, hold::writer);
    std::atomic<bool> got = false;
    std::thread sleeper([&] { got = static_cast<bool>(guests.take(old, hold::writer)); });
    std::this_thread::sleep_for(3ms);
    guests.remove(old);
    pinned.release();
    const token next = insert();
    ASSERT_EQ(next.lower, old.lower);
    sleeper.join();
    ASSERT_FALSE(got);
    ASSERT_TRUE(guests.take(next, hold::both)) << "the stranger let the word go again";
    guests.remove(next);
  }
}

TEST(table, destroys_what_is_left) {
  std::atomic<int> deaths = 0;
  {
    table<guest> guests;
    for (int i = 0; i < 100; ++i) {
      const token of = guests.insert(std::make_unique<guest>(deaths));
      if (i % 2 == 0) guests.remove(of);
    }
    EXPECT_EQ(deaths, 50);
  }
  EXPECT_EQ(deaths, 100);
}

// As a context that ends may let another handle go.
struct chained {
  table<chained>& home;
  std::atomic<int>& deaths;
  token next;
  ~chained() {
    ++deaths;
    if (next.upper != 0) home.remove(next);
  }
};

token insert_chain(table<chained>& links, std::atomic<int>& deaths) {
  token next{};
  for (int i = 0; i < 10; ++i) next = links.insert(std::unique_ptr<chained>(new chained{links, deaths, next}));
  return next;
}

TEST(table, an_objects_destructor_may_remove_others) {
  std::atomic<int> deaths = 0;
  table<chained> links;
  EXPECT_EQ(links.remove(insert_chain(links, deaths)), removal::removed);
  EXPECT_EQ(deaths, 10);
}

TEST(table, destroys_a_chain_that_is_left) {
  std::atomic<int> deaths = 0;
  {
    table<chained> links;
    insert_chain(links, deaths);
  }
  EXPECT_EQ(deaths, 10);
}

}  // namespace
}  // namespace schannix::handle

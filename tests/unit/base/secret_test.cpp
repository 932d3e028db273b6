#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <new>
#include <type_traits>

namespace schannix::base {
namespace {

const bytes sample = {1, 2, 3, 4};

bytes content(bytes_view of) { return {of.begin(), of.end()}; }

static_assert(!std::is_copy_constructible_v<secret<8>> && !std::is_copy_assignable_v<secret<8>>);
static_assert(std::is_nothrow_move_constructible_v<secret<8>>);

TEST(secret, keeps_its_value) {
  const secret<8> held(sample);
  EXPECT_EQ(content(held.view()), sample);
  EXPECT_FALSE(held.empty());
  EXPECT_TRUE(secret<8>().empty());
}

TEST(secret, takes_up_to_its_capacity_and_refuses_more) {
  secret<4> held;
  EXPECT_TRUE(held.assign(sample));
  const bytes longer(5, 9);
  EXPECT_FALSE(held.assign(longer));
  EXPECT_TRUE(held.empty());
}

TEST(secret, a_shorter_value_leaves_nothing_of_the_longer_behind) {
  secret<4> held(sample);
  held.assign(bytes_view(sample).first(1));
  EXPECT_EQ(content(held.view()), bytes{1});
  EXPECT_EQ(content(held.resize(4)), (bytes{1, 0, 0, 0}));
}

TEST(secret, moving_empties_the_source) {
  secret<8> from(sample);
  const bytes_view old_room = from.resize(4);
  const secret<8> to(std::move(from));
  EXPECT_EQ(content(to.view()), sample);
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): being empty is the contract
  EXPECT_EQ(content(old_room), bytes(4));
}

TEST(secret, assigns_by_moving_also_to_itself) {
  secret<8> from(sample);
  secret<8> to(bytes_view(sample).first(2));
  to = std::move(from);
  EXPECT_EQ(content(to.view()), sample);
  secret<8>& same = to;
  to = std::move(same);
  EXPECT_EQ(content(to.view()), sample);
}

TEST(secret, copies_only_on_request) {
  const secret<8> held(sample);
  EXPECT_EQ(content(held.copy().view()), sample);
}

TEST(secret, gives_room_to_write_into_and_no_more_than_it_has) {
  secret<4> held;
  EXPECT_EQ(held.resize(100).size(), 4U);
  held.resize(2)[1] = 7;
  EXPECT_EQ(content(held.view()), (bytes{0, 7}));
}

// The compiler may otherwise leave out what it thinks nobody reads.
void somebody_may_look_at(void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

TEST(secret, is_wiped_when_it_dies) {
  alignas(secret<8>) std::array<byte, sizeof(secret<8>)> room{};
  auto* held = new (room.data()) secret<8>(bytes(8, 0xee));
  somebody_may_look_at(room.data());
  EXPECT_EQ(std::count(room.begin(), room.end(), byte{0xee}), 8);
  held->~secret();
  somebody_may_look_at(room.data());
  EXPECT_EQ(std::count(room.begin(), room.end(), byte{0xee}), 0);
}

TEST(wipe, clears_exactly_its_span) {
  bytes room(6, 9);
  wipe(bytes_span(room).subspan(1, 4));
  EXPECT_EQ(room, (bytes{9, 0, 0, 0, 0, 9}));
  wipe({});
}

}  // namespace
}  // namespace schannix::base

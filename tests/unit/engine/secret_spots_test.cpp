// What is wiped of an object: a block of memory stands for OpenSSL's.
#include "engine/secret_spots.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace schannix::engine {
namespace {

constexpr std::size_t size = 1000;

struct secret_spots_test : testing::Test {
  struct free_memory {
    void operator()(base::byte* block) const { std::free(block); }
  };
  std::unique_ptr<base::byte, free_memory> memory{static_cast<base::byte*>(std::malloc(size))};
  secret_spots spots;

  secret_spots_test() { std::fill_n(memory.get(), size, base::byte{7}); }
  ssl_st* object() { return reinterpret_cast<ssl_st*>(memory.get()); }
  base::bytes_view part(std::size_t offset, std::size_t count) { return {memory.get() + offset, count}; }
  std::ptrdiff_t wiped() {
    spots.wipe(object());
    return std::count(memory.get(), memory.get() + size, base::byte{0});
  }
};

TEST_F(secret_spots_test, what_was_noted_is_wiped_and_nothing_else) {
  spots.note(object(), part(100, 32));
  EXPECT_EQ(wiped(), 32);
  EXPECT_EQ(std::count(memory.get() + 100, memory.get() + 132, base::byte{0}), 32);
}

TEST_F(secret_spots_test, the_longest_at_a_place_counts) {
  for (const std::size_t count : {32U, 48U, 12U}) spots.note(object(), part(100, count));
  EXPECT_EQ(wiped(), 48);
}

TEST_F(secret_spots_test, what_lies_outside_is_left_alone) {
  const base::bytes elsewhere(32);
  spots.note(object(), elsewhere);
  spots.note(object(), {memory.get() - 8, 32});
  EXPECT_EQ(wiped(), 0);
}

TEST_F(secret_spots_test, every_copy_of_a_value_is_wiped) {
  const base::bytes value(32, 9);
  for (const std::size_t offset : {0U, 300U, 968U}) std::copy(value.begin(), value.end(), memory.get() + offset);
  spots.note_copies(object(), value);
  EXPECT_EQ(wiped(), 96);
}

TEST_F(secret_spots_test, without_an_object_there_is_nothing_to_note) {
  const base::bytes value(32, 9);
  spots.note(nullptr, value);
  spots.note_copies(nullptr, value);
  EXPECT_EQ(wiped(), 0);
}

}  // namespace
}  // namespace schannix::engine

#include "base/bytes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

namespace schannix::base {
namespace {

TEST(bytes, loads_big_endian) {
  constexpr std::array<byte, 3> at = {0x12, 0x34, 0x56};
  EXPECT_EQ(load_u16(at), 0x1234);
  EXPECT_EQ(load_u24(at), 0x123456U);
  constexpr std::array<byte, 3> high = {0xff, 0xfe, 0xfd};
  EXPECT_EQ(load_u16(high), 0xfffe);
  EXPECT_EQ(load_u24(high), 0xfffefdU);
}

TEST(bytes, stores_big_endian_and_nothing_beside) {
  std::array<byte, 4> at = {9, 9, 9, 9};
  store_u16(bytes_span(at).subspan(1), 0x1234);
  EXPECT_EQ(at, (std::array<byte, 4>{9, 0x12, 0x34, 9}));
  std::array<byte, 10> wide{};
  wide.fill(9);
  store_u64(bytes_span(wide).subspan(1), 0x0123456789abcdef);
  EXPECT_EQ(wide, (std::array<byte, 10>{9, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 9}));
}

RC_GTEST_PROP(bytes_property, u16_comes_back, (std::uint16_t value)) {
  std::array<byte, 2> at{};
  store_u16(at, value);
  RC_ASSERT(load_u16(at) == value);
}

TEST(cursor, reads_in_order_and_knows_what_is_left) {
  const bytes input = {1, 2, 3, 4, 5, 6};
  cursor at(input);
  EXPECT_EQ(at.u8(), 1);
  EXPECT_EQ(at.u16(), 0x0203);
  const auto two = at.take(2);
  ASSERT_TRUE(two);
  EXPECT_EQ((*two)[0], 4);
  EXPECT_EQ(at.left(), 1U);
  EXPECT_EQ(at.rest()[0], 6);
}

TEST(cursor, a_refused_read_takes_nothing) {
  const bytes input = {7};
  cursor at(input);
  EXPECT_FALSE(at.u16());
  EXPECT_FALSE(at.take(2));
  EXPECT_FALSE(at.take(~std::size_t{0}));
  EXPECT_EQ(at.left(), 1U);
  EXPECT_EQ(at.u8(), 7);
  EXPECT_FALSE(at.u8());
  EXPECT_TRUE(at.take(0));
}

RC_GTEST_PROP(cursor_property, takes_are_the_input_in_pieces, (bytes input, std::vector<std::uint8_t> counts)) {
  cursor at(input);
  bytes joined;
  for (const std::size_t count : counts) {
    const std::size_t left = at.left();
    const auto piece = at.take(count);
    RC_ASSERT(piece.has_value() == (count <= left));
    if (piece) joined.insert(joined.end(), piece->begin(), piece->end());
  }
  const bytes_view rest = at.rest();
  joined.insert(joined.end(), rest.begin(), rest.end());
  RC_ASSERT(joined == input);
}

}  // namespace
}  // namespace schannix::base

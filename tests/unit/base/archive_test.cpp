// One list of fields, both ways: what was packed is what is unpacked, and bytes that lie are no struct.
#include "base/archive.hpp"

#include <gtest/gtest.h>

namespace schannix::base {
namespace {

enum class color : std::uint8_t { red, green };

struct thing {
  std::uint16_t small = 0;
  std::int64_t large = 0;
  bool yes = false;
  color tint = color::red;
  bytes raw;
  std::string text;
  base::secret<8> key;
  std::vector<std::uint32_t> all;
};

template <typename Archive, typename Thing>
void each_field(Archive& with, Thing& of) {
  with.number(of.small);
  with.number(of.large);
  with.number(of.yes, 1);
  with.number(of.tint, 1);
  with.bytes(of.raw, 4);
  with.text(of.text, 4);
  with.secret(of.key);
  with.list(of.all, 3, [](Archive& a, auto& one) { a.number(one); });
}

thing example() {
  thing made;
  made.small = 0x1234;
  made.large = -5;
  made.yes = true;
  made.tint = color::green;
  made.raw = {1, 2};
  made.text = "four";
  made.key.assign(bytes{9, 8, 7});
  made.all = {1, 0xFFFFFFFF, 3};
  return made;
}

bytes packed(const thing& of) {
  packer counting;
  each_field(counting, of);
  bytes room(counting.size());
  packer writing(room);
  each_field(writing, of);
  EXPECT_EQ(writing.size(), room.size());
  EXPECT_FALSE(writing.failed());
  return room;
}

bool unpacks(bytes_view from, thing& into) {
  unpacker reading(from);
  each_field(reading, into);
  return reading.whole();
}

TEST(archive, gives_back_what_it_was_given) {
  thing found;
  ASSERT_TRUE(unpacks(packed(example()), found));
  EXPECT_EQ(found.small, 0x1234);
  EXPECT_EQ(found.large, -5);
  EXPECT_TRUE(found.yes);
  EXPECT_EQ(found.tint, color::green);
  EXPECT_EQ(found.raw, (bytes{1, 2}));
  EXPECT_EQ(found.text, "four");
  EXPECT_EQ(bytes(found.key.view().begin(), found.key.view().end()), (bytes{9, 8, 7}));
  EXPECT_EQ(found.all, (std::vector<std::uint32_t>{1, 0xFFFFFFFF, 3}));
}

TEST(archive, numbers_are_big_endian_and_lengths_stand_in_front) {
  const bytes all = packed(example());
  EXPECT_EQ(bytes(all.begin(), all.begin() + 18),
            (bytes{0x12, 0x34, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFB, 1, 1, 0, 0, 0, 2, 1, 2}));
}

TEST(archive, takes_neither_less_nor_more) {
  bytes all = packed(example());
  thing found;
  for (std::size_t size = 0; size < all.size(); ++size)
    EXPECT_FALSE(unpacks(bytes_view(all).first(size), found)) << size;
  all.push_back(0);
  EXPECT_FALSE(unpacks(all, found));
}

TEST(archive, limits_hold_when_packing) {
  const auto fails = [](const thing& one) {
    packer counting;
    each_field(counting, one);
    return counting.failed();
  };
  EXPECT_FALSE(fails(example()));
  thing raw, text, all, tint;
  raw.raw.resize(5);
  text.text = "fives";
  all.all.resize(4);
  tint.tint = static_cast<color>(2);
  for (const thing* const one : {&raw, &text, &all, &tint}) EXPECT_TRUE(fails(*one));
}

// Where each of these stands in the packed example, and a value that it cannot have.
TEST(archive, limits_hold_when_unpacking) {
  for (const auto& [at, value] :
       {std::pair(10, 2), {11, 2}, {15, 5}, {21, 5}, {29, 9}, {36, 4}, {12, 0x80}, {33, 0x80}}) {
    bytes all = packed(example());
    all[static_cast<std::size_t>(at)] = static_cast<byte>(value);
    all.resize(all.size() + 16);
    thing found;
    unpacker reading(all);
    each_field(reading, found);
    EXPECT_FALSE(reading.whole()) << at;
    EXPECT_TRUE(found.all.empty()) << at;
  }
}

}  // namespace
}  // namespace schannix::base

#include "record/framing.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace schannix::record {
namespace {

using base::bytes;

// How many bytes are missing; 0: a whole record, -1: malformed.
long missing(const bytes& input, std::size_t max_length = max_tls13_length) {
  const auto seen = look(input, max_length);
  if (const auto* more = std::get_if<incomplete>(&seen)) return static_cast<long>(more->missing);
  return std::holds_alternative<header>(seen) ? 0 : -1;
}

TEST(framing, counts_what_is_missing_of_the_header) {
  EXPECT_EQ(missing({}), 5);
  EXPECT_EQ(missing({23}), 4);
  EXPECT_EQ(missing({23, 3}), 3);
  EXPECT_EQ(missing({23, 3, 3}), 2);
  EXPECT_EQ(missing({23, 3, 3, 0}), 1);
}

TEST(framing, counts_what_is_missing_of_the_record) {
  EXPECT_EQ(missing({23, 3, 3, 1, 2}), 258);
  EXPECT_EQ(missing({23, 3, 3, 0, 2, 99}), 1);
  EXPECT_EQ(missing({23, 3, 3, 0, 2, 99, 99}), 0);
  EXPECT_EQ(missing({23, 3, 3, 0, 2, 99, 99, 22}), 0);
  EXPECT_EQ(missing({23, 3, 3, 0, 0}), 0);
}

TEST(framing, tells_the_fields) {
  const auto seen = look(bytes{22, 3, 1, 0, 2, 1, 2, 3}, max_clear_length);
  const auto& found = std::get<header>(seen);
  EXPECT_EQ(found.type, engine::content_type::handshake);
  EXPECT_EQ(found.major, 3);
  EXPECT_EQ(found.minor, 1);
  EXPECT_EQ(found.length, 2U);
  EXPECT_EQ(found.record_size(), 7U);
}

TEST(framing, knows_four_types_only) {
  for (int type = 0; type < 256; ++type) {
    const bytes input = {static_cast<base::byte>(type)};
    EXPECT_EQ(missing(input), type >= 20 && type <= 23 ? 4 : -1) << type;
  }
}

TEST(framing, refuses_garbage_as_soon_as_it_shows) {
  EXPECT_EQ(missing({0x47}), -1);        // "G" of "GET /"
  EXPECT_EQ(missing({0x80, 0x2e}), -1);  // an SSL 2 hello
  EXPECT_EQ(missing({22, 2}), -1);
  EXPECT_EQ(missing({22, 4, 3, 0, 1}), -1);
  EXPECT_EQ(missing({22, 3, 3, 0x42}), -1) << "any fifth byte makes it too long";
}

TEST(framing, limits_the_length) {
  EXPECT_EQ(missing({22, 3, 3, 0x40, 0x00}, max_clear_length), 0x4000);
  EXPECT_EQ(missing({22, 3, 3, 0x40, 0x01}, max_clear_length), -1);
  EXPECT_EQ(missing({23, 3, 3, 0x41, 0x00}, max_tls13_length), 0x4100);
  EXPECT_EQ(missing({23, 3, 3, 0x41, 0x01}, max_tls13_length), -1);
  EXPECT_EQ(missing({23, 3, 3, 0x48, 0x00}, max_tls12_length), 0x4800);
  EXPECT_EQ(missing({23, 3, 3, 0x48, 0x01}, max_tls12_length), -1);
}

// Feeding exactly what was asked for always ends at one whole record.
RC_GTEST_PROP(framing_property, what_is_missing_is_exact, ()) {
  const auto length = *rc::gen::inRange<std::size_t>(0, max_tls13_length + 1);
  bytes input = {23, 3, 3, static_cast<base::byte>(length >> 8), static_cast<base::byte>(length)};
  input.resize(5 + length);
  const auto have = *rc::gen::inRange<std::size_t>(0, input.size() + 1);
  const bytes part(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(have));
  const std::size_t target = have < 5 ? 5 : input.size();
  RC_ASSERT(missing(part) == static_cast<long>(target - have));
}

// Once refused, no further byte makes it good; once good, the verdict stands.
RC_GTEST_PROP(framing_property, verdicts_are_final, (bytes input, bytes more)) {
  const auto before = look(input, max_tls12_length);
  input.insert(input.end(), more.begin(), more.end());
  const auto after = look(input, max_tls12_length);
  if (std::holds_alternative<malformed>(before)) RC_ASSERT(std::holds_alternative<malformed>(after));
  if (std::holds_alternative<header>(before)) RC_ASSERT(std::holds_alternative<header>(after));
}

}  // namespace
}  // namespace schannix::record

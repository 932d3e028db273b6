#include "base/text.hpp"

#include <gtest/gtest.h>

namespace schannix::base {
namespace {

TEST(text, every_length_goes_both_ways) {
  const std::wstring wide{L'a', 0x7F, 0x80, 0x7FF, 0x800, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF};
  const std::string narrow =
      "a\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBD\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF";
  EXPECT_EQ(to_utf8(std::wstring_view(wide)), narrow);
  EXPECT_EQ(from_utf8(narrow), wide);
}

TEST(text, nul_is_a_character_of_a_view) {
  EXPECT_EQ(to_utf8(std::wstring_view(L"a\0b", 3)), std::string("a\0b", 3));
  EXPECT_EQ(from_utf8(std::string_view("a\0b", 3)), std::wstring(L"a\0b", 3));
}

TEST(text, null_is_empty) {
  EXPECT_EQ(to_utf8(static_cast<const wchar_t*>(nullptr)), "");
  EXPECT_EQ(to_utf8(L"a"), "a");
}

TEST(text, invalid_wide_units_are_replaced) {
  const std::wstring wide{L'a', static_cast<wchar_t>(0xD800), static_cast<wchar_t>(0x110000), static_cast<wchar_t>(-1),
                          L'b'};
  EXPECT_EQ(to_utf8(std::wstring_view(wide)),
            "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
            "b");
}

TEST(text, invalid_utf8_is_replaced) {
  const std::wstring bad(1, static_cast<wchar_t>(0xFFFD));
  EXPECT_EQ(from_utf8("\x80"), bad);  // begins with a continuation
  EXPECT_EQ(from_utf8("\xC3"), bad);  // cut
  EXPECT_EQ(from_utf8("\xC3"
                      "a"),
            bad + L"a");                                            // broken
  EXPECT_EQ(from_utf8("\xC0\x80"), bad + bad);                      // overlong
  EXPECT_EQ(from_utf8("\xE0\x80\x80"), bad + bad + bad);            // overlong
  EXPECT_EQ(from_utf8("\xED\xA0\x80"), bad + bad + bad);            // surrogate
  EXPECT_EQ(from_utf8("\xF4\x90\x80\x80"), bad + bad + bad + bad);  // past U+10FFFF
  EXPECT_EQ(from_utf8("\xFF"), bad);
}

TEST(text, a_prefix_cuts_no_character) {
  const std::string text = "a\xC3\xBC\xF0\x9F\x94\x92";
  EXPECT_EQ(utf8_prefix(text, 7), text);
  EXPECT_EQ(utf8_prefix(text, 100), text);
  EXPECT_EQ(utf8_prefix(text, 6), "a\xC3\xBC");
  EXPECT_EQ(utf8_prefix(text, 3), "a\xC3\xBC");
  EXPECT_EQ(utf8_prefix(text, 2), "a");
  EXPECT_EQ(utf8_prefix(text, 0), "");
}

}  // namespace
}  // namespace schannix::base

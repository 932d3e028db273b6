#include "config/reg_file.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tool {
namespace {

const std::string title = "Windows Registry Editor Version 5.00\r\n\r\n";

std::string utf16(const std::string& ascii) {
  std::string made = "\xFF\xFE";
  for (const char one : ascii) made += {one, '\0'};
  return made;
}

reg_value only_value(const std::string& line) { return read_reg(title + "[K]\r\n" + line + "\r\n").at(0); }

std::string refusal(const std::string& text) {
  try {
    read_reg(text);
  } catch (const std::runtime_error& why) {
    return why.what();
  }
  return "";
}

TEST(reg_file, is_read_in_utf16_and_utf8) {
  const std::string text = title + "[HKEY_LOCAL_MACHINE\\A]\r\n; no\r\n\"x\"=dword:0000000a\r\n\r\n[B]\r\n@=\"d\"\r\n";
  for (const std::string& bytes : {text, utf16(text), "\xEF\xBB\xBF" + text}) {
    const auto found = read_reg(bytes);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].key, "HKEY_LOCAL_MACHINE\\A");
    EXPECT_EQ(found[0].name, "x");
    EXPECT_EQ(found[0].kind, reg_kind::number);
    EXPECT_EQ(found[0].number, 10u);
    EXPECT_EQ(found[0].line, 5u);
    EXPECT_EQ(found[1].name, "");
    EXPECT_EQ(found[1].texts, std::vector<std::string>{"d"});
  }
}

TEST(reg_file, characters_beyond_ascii_become_utf8) {
  std::string bytes = utf16(title + "[K]\r\n\"x\"=\"");
  bytes += std::string("\xE4\x00\xAC\x20\x3D\xD8\x00\xDE\x00\xD8", 10);  // ä, €, a pair of surrogates, half a pair
  bytes += utf16("\"\r\n").substr(2);
  EXPECT_EQ(read_reg(bytes).at(0).texts.at(0), "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD");
}

TEST(reg_file, texts_have_escapes) {
  const reg_value found = only_value("\"a\\\"b\"=\"c:\\\\d\"");
  EXPECT_EQ(found.name, "a\"b");
  EXPECT_EQ(found.texts, std::vector<std::string>{"c:\\d"});
}

TEST(reg_file, lists_go_over_several_lines) {
  const reg_value found = only_value("\"x\"=hex(7):61,00,62,00,00,00,\\\r\n  63,00,00,00,\\\r\n  00,00");
  EXPECT_EQ(found.kind, reg_kind::texts);
  EXPECT_EQ(found.texts, (std::vector<std::string>{"ab", "c"}));
  EXPECT_EQ(read_reg("REGEDIT4\n[K]\n\"x\"=hex(7):61,62,00,63,00,00\n").at(0).texts, found.texts);
}

TEST(reg_file, other_types) {
  EXPECT_EQ(only_value("\"x\"=hex(4):01,02,00,00").number, 0x201u);
  EXPECT_EQ(only_value("\"x\"=hex(2):61,00,00,00").texts, std::vector<std::string>{"a"});
  EXPECT_EQ(only_value("\"x\"=hex:01,02").kind, reg_kind::other);
  EXPECT_EQ(only_value("\"x\"=hex(b):01,00,00,00,00,00,00,00").kind, reg_kind::other);
  EXPECT_EQ(only_value("\"x\"=hex:").kind, reg_kind::other);
  EXPECT_EQ(only_value("\"x\"=-").kind, reg_kind::deleted);
  EXPECT_EQ(read_reg(title + "[-K]\r\n").at(0).kind, reg_kind::deleted);
}

TEST(reg_file, mistakes_are_told_with_their_line) {
  EXPECT_TRUE(refusal("").starts_with("line 1: no file of the registry editor"));
  EXPECT_TRUE(refusal("[K]\n").starts_with("line 1: "));
  EXPECT_EQ(refusal(title + "\"x\"=dword:1"), "line 3: a value before the first [key]");
  for (const std::string line : {"x=dword:1", "\"x\"dword:1", "\"x\"=dword:", "\"x\"=dword:123456789", "\"x\"=dword:0g",
                                 "\"x\"=\"a", "\"x\"=\"a\" b", "\"x\"=hex(7:00", "\"x\"=hex():00", "\"x\"=hex:0,,0",
                                 "\"x\"=hex:000", "\"x\"=1", "[", "[]", "\"x"})
    EXPECT_TRUE(refusal(title + "[K]\n" + line).starts_with("line 4: ")) << line;
}

}  // namespace
}  // namespace tool

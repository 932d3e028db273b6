#include "base/ini.hpp"

#include <gtest/gtest.h>

namespace schannix::base {
namespace {

std::vector<ini_entry> entries_of(std::string_view text) {
  auto read = read_ini(text);
  if (auto* const wrong = std::get_if<ini_mistake>(&read)) throw std::runtime_error(wrong->text);
  return std::get<std::vector<ini_entry>>(std::move(read));
}

unsigned wrong_line(std::string_view text) {
  const auto read = read_ini(text);
  const auto* const wrong = std::get_if<ini_mistake>(&read);
  return wrong == nullptr ? 0 : wrong->line;
}

TEST(ini, entries_know_their_section_and_line) {
  const auto found =
      entries_of("; a comment\n\n[Protocols\\TLS 1.2\\Client]\n Enabled = 0 \n[Ciphers\\AES 128/128]\r\nX=\t a b\r\n");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].section, "Protocols\\TLS 1.2\\Client");
  EXPECT_EQ(found[0].name, "Enabled");
  EXPECT_EQ(found[0].value, "0");
  EXPECT_EQ(found[0].line, 4u);
  EXPECT_EQ(found[1].section, "Ciphers\\AES 128/128");
  EXPECT_EQ(found[1].value, "a b");
  EXPECT_EQ(found[1].line, 6u);
}

TEST(ini, comments_stand_behind_a_blank) {
  const auto found = entries_of("[a] # why\nx = 1 ; one\ny = 2;3#4\nz =\n#[b]");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].value, "1");
  EXPECT_EQ(found[1].value, "2;3#4");
  EXPECT_EQ(found[2].value, "");
}

TEST(ini, a_byte_order_mark_is_passed_over) { EXPECT_EQ(entries_of("\xEF\xBB\xBF[a]\nx=1").at(0).section, "a"); }

TEST(ini, the_first_line_that_cannot_be_read_is_told) {
  EXPECT_EQ(wrong_line("[a]\nx=1\nno value\n"), 3u);
  EXPECT_EQ(wrong_line("[a]\n= 1\n"), 2u);
  EXPECT_EQ(wrong_line("\n[a\n"), 2u);
  EXPECT_EQ(wrong_line("[ ]\n"), 1u);
  EXPECT_EQ(wrong_line("x=1\n"), 1u);
  EXPECT_EQ(wrong_line(std::string_view("[a]\nx=\0001\n", 10)), 2u);
  EXPECT_EQ(wrong_line("[a]\nx=\x1b[0m\n"), 2u);
  EXPECT_EQ(wrong_line("[a]\nx=1\n"), 0u);
}

TEST(ini, names_are_compared_in_any_case) {
  EXPECT_TRUE(same_name("TLS 1.2", "tls 1.2"));
  EXPECT_FALSE(same_name("TLS 1.2", "TLS 1.20"));
  EXPECT_FALSE(same_name("[", "{"));
}

}  // namespace
}  // namespace schannix::base

#include <gtest/gtest.h>

#include "port/scanner/tokens.hpp"

namespace tool::port {
namespace {

// The words of a source with their lines: "a:1 b:2".
std::string words(std::string_view source, language written_in = language::c) {
  std::string seen;
  for (const token& one : tokens_of(source, written_in))
    if (one.kind == token_kind::word)
      seen += (seen.empty() ? "" : " ") + std::string(one.text) + ':' + std::to_string(one.line);
  return seen;
}

std::string texts(std::string_view source, language written_in = language::c) {
  std::string seen;
  for (const token& one : tokens_of(source, written_in))
    if (one.kind == token_kind::text) seen += '[' + std::string(one.text) + ']';
  return seen;
}

TEST(port_tokens, comments_are_gone_and_lines_counted) {
  EXPECT_EQ(words("a // b\nc /* d\n e */ f\n/**/g /*/ h */ i"), "a:1 c:2 f:3 g:4 i:4");
  EXPECT_EQ(words("a // b \\\n c\nd"), "a:1 d:3");
  EXPECT_EQ(words("a /* never closed\n b"), "a:1");
}

TEST(port_tokens, texts_hold_no_words) {
  const char* source = "f(\"a \\\" b\", L\"c\", u8\"d\", 'e', '\\'', \"it's // no comment\") g";
  EXPECT_EQ(words(source), "f:1 g:1");
  EXPECT_EQ(texts(source), "[a \\\" b][c][d][e][\\'][it's // no comment]");
}

TEST(port_tokens, a_text_without_its_end_ends_with_the_line) {
  EXPECT_EQ(words("#error don't\na \"b\nc"), "error:1 don:1 a:2 c:3");
}

TEST(port_tokens, raw_texts) {
  EXPECT_EQ(texts("R\"x(a)\" b\n)x\" LR\"(c)\" d"), "[a)\" b\n][c]");
  EXPECT_EQ(words("R\"x(a)\" b\n)x\" d"), "d:2");
}

TEST(port_tokens, numbers_are_one_each) { EXPECT_EQ(words("1'000'000 0xABul 1.5e3f x 'y'"), "x:1"); }

TEST(port_tokens, what_if_0_leaves_out) {
  EXPECT_EQ(words("#if 0\na\n#ifdef B\n#else\n#endif\nit's\n#else\nc\n#endif\nd"), "else:7 c:8 endif:9 d:10");
  EXPECT_EQ(words("#  if 0\na\n# elif B\nc\n"), "elif:3 B:3 c:4");
  EXPECT_EQ(words("#if 0 || A\nb\n#if 01\nc"), "if:1 A:1 b:2 if:3 c:4");
  EXPECT_EQ(words("#if 0\na\nb"), "");
}

TEST(port_tokens, rust) {
  EXPECT_EQ(words("fn f<'a>(x: &'a str) /* /* */ b */ { 'c'; b'\\''; r#\"d \"e\" \"#; \"g\nh\"; i }", language::rust),
            "fn:1 f:1 a:1 x:1 a:1 str:1 b:1 i:2");
}

TEST(port_tokens, c_sharp) {
  EXPECT_EQ(texts("@\"c:\\\" $\"a\" @\"x\"\"y\" \"\"\"raw \"q\" \"\"\" z", language::c_sharp),
            "[c:\\][a][x\"\"y][raw \"q\" ]");
}

TEST(port_tokens, utf16_becomes_ascii) {
  EXPECT_EQ(as_plain_text(std::string("\xFF\xFE\x61\0\x0A\0\xE4\0\x00\x4E\x62\0", 12)), "a\n??b");
  EXPECT_EQ(as_plain_text(std::string("\xFE\xFF\0\x61\0", 5)), "a");
  EXPECT_EQ(as_plain_text("\xEF\xBB\xBF"
                          "a"),
            "a");
}

}  // namespace
}  // namespace tool::port

// wsprintf.
#include <gtest/gtest.h>
#include <windows.h>

#include <string>

namespace {

template <typename... Values>
std::string said(const char* format, Values... values) {
  char text[1024];
  const int length = wsprintfA(text, format, values...);
  EXPECT_EQ(static_cast<std::size_t>(length), std::string(text).size());
  return text;
}

template <typename... Values>
std::wstring said(const wchar_t* format, Values... values) {
  wchar_t text[1024];
  EXPECT_GE(wsprintfW(text, format, values...), 0);
  return text;
}

TEST(format, is_windows_and_not_the_c_library_s) {
  EXPECT_EQ(said(L"%s and %S", L"wide", "narrow"), L"wide and narrow");
  EXPECT_EQ(said("%s and %S", "narrow", L"wide"), "narrow and wide");
  EXPECT_EQ(said("%hs%ls%hc%lc", "a", L"b", 'c', L'd'), "abcd");
  EXPECT_EQ(said(L"%hs%ls%C", "a", L"b", 'c'), L"abc");
  EXPECT_EQ(said("0x%08lX is %ld", DWORD{0x80090325}, LONG{-2}), "0x80090325 is -2");
  EXPECT_EQ(said("%I64d %I32u|%-4d|%04x|%.2s", 1LL << 40, 7U, 1, 0xAB, "text"), "1099511627776 7|1   |00ab|te");
  EXPECT_EQ(said(L"%d%% %i", 100, -1), L"100% -1");
}

TEST(format, unknown_types_stand_for_themselves) {
  EXPECT_EQ(said("%n%y%*d%"), "ny*d");
  EXPECT_EQ(said(L"%lf"), L"f");
}

TEST(format, is_cut_where_windows_buffer_ends) {
  EXPECT_EQ(said("%s", std::string(5000, 'x').c_str()), std::string(1023, 'x'));
  EXPECT_EQ(said(L"%2000d", 1), std::wstring(1023, L' '));
}

TEST(format, text_that_cannot_be_converted_leaves_nothing) {
  char text[1024] = "before";
  EXPECT_EQ(wsprintfA(text, "%S", L"\x4E2D"), 0);
  EXPECT_STREQ(text, "");
  EXPECT_EQ(wsprintfA(nullptr, "text"), 0);
  EXPECT_EQ(wsprintfA(text, nullptr), 0);
}

}  // namespace

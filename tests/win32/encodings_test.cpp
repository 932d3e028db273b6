// MultiByteToWideChar and WideCharToMultiByte: sizes, flags, and text that cannot be read.
#include <gtest/gtest.h>
#include <windows.h>

#include <string>
#include <tuple>

namespace {

constexpr DWORD untouched = 0xDEAD;

std::wstring wide(const std::string& text, UINT page = CP_UTF8) {
  std::wstring into(text.size() + 1, L'#');
  const int size = MultiByteToWideChar(page, 0, text.data(), static_cast<int>(text.size()), into.data(),
                                       static_cast<int>(into.size()));
  return into.substr(0, static_cast<std::size_t>(size));
}

std::string narrow(const std::wstring& text, UINT page = CP_UTF8) {
  std::string into(4 * text.size() + 1, '#');
  const int size = WideCharToMultiByte(page, 0, text.data(), static_cast<int>(text.size()), into.data(),
                                       static_cast<int>(into.size()), nullptr, nullptr);
  return into.substr(0, static_cast<std::size_t>(size));
}

DWORD error_of(int result) {
  const DWORD error = GetLastError();
  SetLastError(untouched);
  return result == 0 ? error : untouched;
}

TEST(encodings, utf8_both_ways) {
  const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";
  EXPECT_EQ(wide(text), L"a\u00E9\u20AC\U0001F600");
  EXPECT_EQ(narrow(wide(text)), text);
}

TEST(encodings, minus_one_takes_the_terminator_along) {
  wchar_t into[4] = {L'#', L'#', L'#', L'#'};
  EXPECT_EQ(MultiByteToWideChar(CP_UTF8, 0, "ab", -1, nullptr, 0), 3);
  EXPECT_EQ(MultiByteToWideChar(CP_UTF8, 0, "ab", -1, into, 4), 3);
  EXPECT_EQ(std::wstring(into, 4), std::wstring(L"ab\0#", 4));
  EXPECT_EQ(WideCharToMultiByte(CP_UTF8, 0, L"\u20AC", -1, nullptr, 0, nullptr, nullptr), 4);
}

TEST(encodings, a_buffer_that_is_too_small_stays_as_it_was) {
  wchar_t wide_into[2] = {L'#', L'#'};
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF8, 0, "abc", 3, wide_into, 2)), DWORD{ERROR_INSUFFICIENT_BUFFER});
  EXPECT_EQ(wide_into[0], L'#');
  char into[2] = {'#', '#'};
  EXPECT_EQ(error_of(WideCharToMultiByte(CP_UTF8, 0, L"\u20AC", 1, into, 2, nullptr, nullptr)),
            DWORD{ERROR_INSUFFICIENT_BUFFER});
  EXPECT_EQ(into[0], '#');
}

TEST(encodings, what_is_exactly_large_enough_does) {
  wchar_t into[3];
  EXPECT_EQ(MultiByteToWideChar(CP_UTF8, 0, "abc", 3, into, 3), 3);
  char bytes[3];
  EXPECT_EQ(WideCharToMultiByte(CP_UTF8, 0, L"\u20AC", 1, bytes, 3, nullptr, nullptr), 3);
}

TEST(encodings, arguments_that_are_refused) {
  wchar_t w[4] = {};
  char c[8] = {};
  const auto bad = DWORD{ERROR_INVALID_PARAMETER};
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF8, 0, "a", 0, w, 4)), bad);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF8, 0, "a", -2, w, 4)), bad);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF8, 0, "a", 1, w, -1)), bad);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF8, 0, nullptr, 1, w, 4)), bad);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF8, 0, "a", 1, nullptr, 4)), bad);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF8, 0, reinterpret_cast<char*>(w), 1, w, 4)), bad);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF7, 0, "a", 1, w, 4)), bad);
  EXPECT_EQ(error_of(WideCharToMultiByte(1252, 0, L"a", 1, c, 8, nullptr, nullptr)), bad);
  EXPECT_EQ(error_of(WideCharToMultiByte(CP_UTF8, 0, L"a", 0, c, 8, nullptr, nullptr)), bad);
  EXPECT_EQ(error_of(WideCharToMultiByte(CP_UTF8, 0, nullptr, 1, c, 8, nullptr, nullptr)), bad);
  EXPECT_EQ(error_of(WideCharToMultiByte(CP_UTF8, 0, L"a", 1, nullptr, 8, nullptr, nullptr)), bad);
}

TEST(encodings, utf8_has_no_default_character) {
  BOOL used = FALSE;
  char into[4];
  EXPECT_EQ(error_of(WideCharToMultiByte(CP_UTF8, 0, L"a", 1, into, 4, "?", nullptr)), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_EQ(error_of(WideCharToMultiByte(CP_UTF8, 0, L"a", 1, into, 4, nullptr, &used)),
            DWORD{ERROR_INVALID_PARAMETER});
}

TEST(encodings, flags_of_utf8) {
  wchar_t w[4];
  char c[4];
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF8, MB_PRECOMPOSED, "a", 1, w, 4)), DWORD{ERROR_INVALID_FLAGS});
  EXPECT_EQ(MultiByteToWideChar(CP_ACP, MB_PRECOMPOSED, "a", 1, w, 4), 1);
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_ACP, MB_COMPOSITE, "a", 1, w, 4)), DWORD{ERROR_INVALID_FLAGS});
  EXPECT_EQ(error_of(WideCharToMultiByte(CP_UTF8, WC_NO_BEST_FIT_CHARS, L"a", 1, c, 4, nullptr, nullptr)),
            DWORD{ERROR_INVALID_FLAGS});
  EXPECT_EQ(WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, L"a", 1, c, 4, nullptr, nullptr), 1);
  EXPECT_EQ(error_of(WideCharToMultiByte(20127, WC_ERR_INVALID_CHARS, L"a", 1, c, 4, nullptr, nullptr)),
            DWORD{ERROR_INVALID_FLAGS});
}

class invalid_utf8 : public testing::TestWithParam<std::tuple<const char*, int>> {};

TEST_P(invalid_utf8, is_replaced_or_refused) {
  const auto& [bytes, units] = GetParam();
  const std::string text = bytes;
  EXPECT_EQ(wide(text), std::wstring(static_cast<std::size_t>(units), L'\uFFFD'));
  wchar_t into[8] = {L'#'};
  EXPECT_EQ(error_of(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes, static_cast<int>(text.size()), into, 8)),
            DWORD{ERROR_NO_UNICODE_TRANSLATION});
  EXPECT_EQ(into[0], L'#');
}

INSTANTIATE_TEST_SUITE_P(sequences, invalid_utf8,
                         testing::Values(std::tuple("\x80", 1), std::tuple("\xC0\x80", 2),
                                         std::tuple("\xE0\x80\x80", 3), std::tuple("\xED\xA0\x80", 3),
                                         std::tuple("\xF4\x90\x80\x80", 4), std::tuple("\xE2\x82", 2),
                                         std::tuple("\xFF", 1)));

TEST(encodings, a_pair_of_surrogates_is_one_character) {
  const std::wstring pair = {static_cast<wchar_t>(0xD83D), static_cast<wchar_t>(0xDE00)};
  EXPECT_EQ(narrow(pair), "\xF0\x9F\x98\x80");
}

TEST(encodings, surrogates_alone_are_replaced_or_refused) {
  const auto high = static_cast<wchar_t>(0xD83D), low = static_cast<wchar_t>(0xDE00),
             past = static_cast<wchar_t>(0x110000);
  for (const std::wstring& text : {std::wstring{high}, std::wstring{low}, std::wstring{past}}) {
    EXPECT_EQ(narrow(text), "\xEF\xBF\xBD");
    char into[8] = {'#'};
    EXPECT_EQ(error_of(WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text.data(), 1, into, 8, nullptr, nullptr)),
              DWORD{ERROR_NO_UNICODE_TRANSLATION});
    EXPECT_EQ(into[0], '#');
  }
  EXPECT_EQ(narrow({high, L'a'}),
            "\xEF\xBF\xBD"
            "a");
}

TEST(encodings, ascii_and_latin1) {
  EXPECT_EQ(wide("a\xE9", 28591), L"a\u00E9");
  EXPECT_EQ(wide("a\xE9", 20127), L"a\uFFFD");
  EXPECT_EQ(narrow(L"\u00E9\u20AC", 28591), "\xE9?");
}

TEST(encodings, the_default_character_is_reported) {
  char into[4] = {};
  BOOL used = FALSE;
  EXPECT_EQ(WideCharToMultiByte(28591, 0, L"a\u20AC", 2, into, 4, "_", &used), 2);
  EXPECT_EQ(std::string(into), "a_");
  EXPECT_EQ(used, TRUE);
  EXPECT_EQ(WideCharToMultiByte(CP_ACP, 0, L"\u20AC", 1, into, 4, nullptr, &used), 3);
  EXPECT_EQ(used, FALSE);
}

}  // namespace

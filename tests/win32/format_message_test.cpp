// FormatMessage: every code of winerror.h has a text; sizes, languages, and what is refused.
#include <gtest/gtest.h>
#include <windows.h>

#include <sspi.h>
#include <algorithm>
#include <fstream>
#include <regex>
#include <string>

namespace {

constexpr DWORD plain = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;

std::string text_of(DWORD code, DWORD flags = plain) {
  char into[512] = "untouched";
  const DWORD size = FormatMessageA(flags, nullptr, code, 0, into, sizeof into, nullptr);
  EXPECT_EQ(size, size == 0 ? 0 : std::string(into).size());
  return size == 0 ? "" : into;
}

DWORD error_of(DWORD flags, DWORD code, DWORD language, void* buffer, DWORD size) {
  SetLastError(ERROR_SUCCESS);
  EXPECT_EQ(FormatMessageA(flags, nullptr, code, language, static_cast<char*>(buffer), size, nullptr), 0U);
  return GetLastError();
}

TEST(format_message, texts_are_those_of_explain) {
  EXPECT_EQ(text_of(static_cast<DWORD>(SEC_I_CONTEXT_EXPIRED)), "The peer has closed the connection.\r\n");
}

TEST(format_message, of_win32_and_sockets) {
  EXPECT_EQ(text_of(ERROR_INSUFFICIENT_BUFFER), "The buffer is too small.\r\n");
  EXPECT_EQ(text_of(static_cast<DWORD>(HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER))), "The buffer is too small.\r\n");
  EXPECT_EQ(text_of(WSAECONNREFUSED), "Connection refused.\r\n");
}

TEST(format_message, on_one_line) {
  EXPECT_EQ(text_of(ERROR_INSUFFICIENT_BUFFER, plain | FORMAT_MESSAGE_MAX_WIDTH_MASK), "The buffer is too small. ");
}

// The name of each status and code that winerror.h defines as a number.
std::vector<std::pair<std::string, DWORD>> codes_of_winerror() {
  std::ifstream header(SCHANNIX_SOURCE_DIR "/include/win32/winerror.h");
  const std::regex line(
      R"(#define ((?:SEC_[EI]|CERT_E|CRYPT_E|TRUST_E|NTE|ERROR|WSA)\w+) (?:_HRESULT_TYPEDEF_\()?(0x\w+|\d+)\)?)");
  std::vector<std::pair<std::string, DWORD>> found;
  for (std::string text; std::getline(header, text);)
    if (std::smatch parts; std::regex_match(text, parts, line))
      found.emplace_back(parts[1], static_cast<DWORD>(std::stoul(parts[2], nullptr, 0)));
  return found;
}

TEST(format_message, knows_every_code) {
  const auto codes = codes_of_winerror();
  EXPECT_GT(codes.size(), 250U);
  for (const auto& [name, code] : codes) {
    const std::string text = text_of(code);
    EXPECT_GT(text.size(), 6U) << name;
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c > 0; })) << name;
  }
}

TEST(format_message, of_an_unknown_code) {
  char into[64] = "untouched";
  EXPECT_EQ(error_of(plain, 0x81234567, 0, into, sizeof into), DWORD{ERROR_MR_MID_NOT_FOUND});
  EXPECT_STREQ(into, "untouched");
}

TEST(format_message, the_terminator_needs_room_too) {
  const std::string text = text_of(ERROR_BUSY);
  char into[64] = "untouched";
  EXPECT_EQ(error_of(plain, ERROR_BUSY, 0, into, static_cast<DWORD>(text.size())), DWORD{ERROR_INSUFFICIENT_BUFFER});
  EXPECT_EQ(error_of(plain, ERROR_BUSY, 0, into, 0), DWORD{ERROR_INSUFFICIENT_BUFFER});
  EXPECT_STREQ(into, "untouched");
  EXPECT_EQ(FormatMessageA(plain, nullptr, ERROR_BUSY, 0, into, static_cast<DWORD>(text.size() + 1), nullptr),
            text.size());
}

TEST(format_message, allocates_at_least_what_is_asked_for) {
  char* made = nullptr;
  const DWORD size = FormatMessageA(plain | FORMAT_MESSAGE_ALLOCATE_BUFFER, nullptr, ERROR_BUSY, 0,
                                    reinterpret_cast<LPSTR>(&made), 4096, nullptr);
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(std::string(made), text_of(ERROR_BUSY));
  EXPECT_EQ(size, std::string(made).size());
  made[4095] = 'x';
  EXPECT_EQ(LocalFree(made), nullptr);
}

TEST(format_message, wide_text) {
  wchar_t* made = nullptr;
  EXPECT_EQ(FormatMessageW(plain | FORMAT_MESSAGE_ALLOCATE_BUFFER, nullptr, ERROR_INSUFFICIENT_BUFFER, 0,
                           reinterpret_cast<LPWSTR>(&made), 0, nullptr),
            26U);
  EXPECT_EQ(std::wstring(made), L"The buffer is too small.\r\n");
  LocalFree(made);
}

TEST(format_message, languages) {
  char into[64];
  for (const DWORD language : {MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US)})
    EXPECT_NE(FormatMessageA(plain, nullptr, ERROR_BUSY, language, into, sizeof into, nullptr), 0U);
  EXPECT_EQ(error_of(plain, ERROR_BUSY, MAKELANGID(7, 1), into, sizeof into), DWORD{ERROR_RESOURCE_LANG_NOT_FOUND});
}

TEST(format_message, what_is_refused) {
  char into[64];
  EXPECT_EQ(error_of(plain, ERROR_BUSY, 0, nullptr, 64), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_EQ(error_of(FORMAT_MESSAGE_IGNORE_INSERTS, ERROR_BUSY, 0, into, 64), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_EQ(error_of(plain | 40, ERROR_BUSY, 0, into, 64), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_EQ(error_of(FORMAT_MESSAGE_FROM_STRING, 0, 0, into, 64), DWORD{ERROR_NOT_SUPPORTED});
}

}  // namespace

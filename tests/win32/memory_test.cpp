// The process's heap, strings where NULL is allowed, and what comes from Microsoft's C run-time.
#include <gtest/gtest.h>
#include <tchar.h>
#include <unistd.h>
#include <windows.h>

#include <algorithm>
#include <climits>
#include <string>

namespace {

TEST(heap, zeroes_when_asked_and_what_is_new_of_a_larger_block) {
  const HANDLE heap = GetProcessHeap();
  auto* bytes = static_cast<BYTE*>(HeapAlloc(heap, 0, 10));
  ASSERT_NE(bytes, nullptr);
  std::fill(bytes, bytes + 10, BYTE{0xAA});
  bytes = static_cast<BYTE*>(HeapReAlloc(heap, HEAP_ZERO_MEMORY, bytes, 5000));
  ASSERT_NE(bytes, nullptr);
  EXPECT_EQ(std::count(bytes, bytes + 10, 0xAA), 10);
  EXPECT_EQ(std::count(bytes + 10, bytes + 5000, 0), 4990);
  bytes = static_cast<BYTE*>(HeapReAlloc(heap, HEAP_ZERO_MEMORY, bytes, 3));
  bytes = static_cast<BYTE*>(HeapReAlloc(heap, HEAP_ZERO_MEMORY, bytes, 10));
  EXPECT_EQ(std::count(bytes + 3, bytes + 10, 0), 7);
  EXPECT_TRUE(HeapFree(heap, 0, bytes));
  auto* const zeroed = static_cast<BYTE*>(HeapAlloc(heap, HEAP_ZERO_MEMORY, 100));
  EXPECT_EQ(std::count(zeroed, zeroed + 100, 0), 100);
  EXPECT_TRUE(HeapFree(heap, HEAP_NO_SERIALIZE, zeroed));
}

TEST(heap, nothing_is_a_block_too) {
  void* const block = HeapAlloc(GetProcessHeap(), 0, 0);
  EXPECT_NE(block, nullptr);
  EXPECT_TRUE(HeapFree(GetProcessHeap(), 0, block));
  EXPECT_TRUE(HeapFree(GetProcessHeap(), 0, nullptr));
}

TEST(heap, what_is_refused) {
  EXPECT_EQ(HeapAlloc(nullptr, 0, 10), nullptr);
  EXPECT_EQ(HeapAlloc(GetProcessHeap(), HEAP_GENERATE_EXCEPTIONS, 10), nullptr);
  EXPECT_EQ(HeapReAlloc(GetProcessHeap(), 0, nullptr, 10), nullptr);
  EXPECT_FALSE(HeapFree(INVALID_HANDLE_VALUE, 0, nullptr));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
}

TEST(heap, global_memory_is_local_memory) {
  auto* const bytes = static_cast<BYTE*>(GlobalAlloc(GPTR, 16));
  ASSERT_NE(bytes, nullptr);
  EXPECT_EQ(std::count(bytes, bytes + 16, 0), 16);
  EXPECT_EQ(GlobalFree(bytes), nullptr);
  EXPECT_EQ(GlobalAlloc(GMEM_MOVEABLE, 16), nullptr);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

TEST(strings, comparing) {
  EXPECT_LT(lstrcmpA("a", "b"), 0);
  EXPECT_GT(lstrcmpA("b", "a"), 0);
  EXPECT_GT(lstrcmpA("\xC3\xA9", "z"), 0);  // bytes are not signed
  EXPECT_LT(lstrcmpA("a", "ab"), 0);
  EXPECT_EQ(lstrcmpW(L"a", L"a"), 0);
  EXPECT_EQ(lstrcmpiA("MiXed", "mIxED"), 0);
  EXPECT_NE(lstrcmpiW(L"\u00C9", L"\u00E9"), 0);
  EXPECT_EQ(lstrcmpA(nullptr, nullptr), 0);
  EXPECT_LT(lstrcmpA(nullptr, ""), 0);
  EXPECT_GT(lstrcmpiW(L"", nullptr), 0);
}

TEST(strings, copying_and_lengths) {
  char text[8] = {};
  EXPECT_EQ(lstrcpyA(text, "abc"), text);
  EXPECT_EQ(lstrcatA(text, "de"), text);
  EXPECT_STREQ(text, "abcde");
  EXPECT_EQ(lstrlenA(text), 5);
  EXPECT_EQ(lstrlenW(nullptr), 0);
  EXPECT_EQ(lstrcpyA(text, nullptr), nullptr);
  EXPECT_EQ(lstrcpyA(nullptr, "a"), nullptr);
  EXPECT_EQ(lstrcatW(nullptr, L"a"), nullptr);
}

TEST(strings, copying_with_a_limit) {
  wchar_t text[4] = {L'#', L'#', L'#', L'#'};
  EXPECT_EQ(lstrcpynW(text, L"abcdef", 3), text);
  EXPECT_EQ(std::wstring(text, 4), std::wstring(L"ab\0#", 4));
  EXPECT_EQ(lstrcpynW(text, L"x", 3), text);
  EXPECT_STREQ(text, L"x");
  EXPECT_EQ(lstrcpynW(text, L"x", 0), nullptr);
  EXPECT_EQ(lstrcpynA(nullptr, "x", 3), nullptr);
}

TEST(c_run_time, case_does_not_matter) {
  EXPECT_EQ(_stricmp("Content-Length", "CONTENT-length"), 0);
  EXPECT_LT(_stricmp("a", "B"), 0);
  EXPECT_EQ(_strnicmp("abX", "ABy", 2), 0);
  EXPECT_GT(_strnicmp("abX", "ABa", 3), 0);
  EXPECT_EQ(_wcsicmp(L"abC", L"ABc"), 0);
  EXPECT_LT(_wcsnicmp(L"a", L"b", 1), 0);
}

TEST(c_run_time, copies_fit_or_leave_nothing) {
  char text[4] = "###";
  EXPECT_EQ(strcpy_s(text, "abc"), 0);
  EXPECT_STREQ(text, "abc");
  EXPECT_EQ(strcpy_s(text, sizeof text, "abcd"), ERANGE);
  EXPECT_STREQ(text, "");
  EXPECT_EQ(strncpy_s(text, "abcdef", _TRUNCATE), STRUNCATE);
  EXPECT_STREQ(text, "abc");
  EXPECT_EQ(strncpy_s(text, "abcdef", 2), 0);
  EXPECT_STREQ(text, "ab");
  EXPECT_EQ(strcat_s(text, "c"), 0);
  EXPECT_STREQ(text, "abc");
  EXPECT_EQ(strcat_s(text, "d"), ERANGE);
  EXPECT_STREQ(text, "");
  EXPECT_EQ(strcpy_s(nullptr, 4, "a"), EINVAL);
  EXPECT_EQ(strcpy_s(text, 4, nullptr), EINVAL);
  wchar_t wide[3];
  EXPECT_EQ(wcscpy_s(wide, L"ab"), 0);
  EXPECT_EQ(wcscpy_s(wide, 3, L"abc"), ERANGE);
}

TEST(c_run_time, memcpy_s_empties_what_is_too_small) {
  BYTE into[4] = {1, 2, 3, 4};
  const BYTE from[8] = {9, 9, 9, 9, 9, 9, 9, 9};
  EXPECT_EQ(memcpy_s(into, 4, from, 4), 0);
  EXPECT_EQ(into[3], 9);
  EXPECT_EQ(memcpy_s(into, 4, from, 5), ERANGE);
  EXPECT_EQ(std::count(into, into + 4, 0), 4);
  EXPECT_EQ(memcpy_s(nullptr, 0, from, 1), EINVAL);
  EXPECT_EQ(memcpy_s(nullptr, 0, nullptr, 0), 0);
}

TEST(c_run_time, printing) {
  char text[4] = "###";
  EXPECT_EQ(sprintf_s(text, "%d", 123), 3);
  EXPECT_EQ(sprintf_s(text, sizeof text, "%d", 1234), -1);
  EXPECT_STREQ(text, "");
  std::fill(text, text + 4, '#');
  EXPECT_EQ(_snprintf(text, 3, "%d", 123), 3);
  EXPECT_EQ(std::string(text, 4), "123#");  // no terminator: as on Windows
  EXPECT_EQ(_snprintf(text, 3, "%d", 4567), -1);
  EXPECT_EQ(std::string(text, 4), "456#");
  EXPECT_EQ(_snprintf(text, 4, "%d", 12), 2);
  EXPECT_STREQ(text, "12");
}

TEST(c_run_time, duplicates) {
  char* const copy = _strdup("text");
  EXPECT_STREQ(copy, "text");
  free(copy);
  wchar_t* const wide = _wcsdup(L"text");
  EXPECT_STREQ(wide, L"text");
  free(wide);
}

TEST(c_run_time, names_that_follow_unicode) {
  const TCHAR* const text = _T("abc");
  EXPECT_EQ(_tcslen(text), 3U);
  EXPECT_EQ(_tcsicmp(text, _T("ABC")), 0);
  TCHAR start[3];
  EXPECT_EQ(_tcsncpy_s(start, 3, text, 2), 0);
  EXPECT_EQ(_tcslen(start), 2U);
}

TEST(c_run_time, digits_of_a_number) {
  char text[34];
  EXPECT_STREQ(_itoa(-1200, text, 10), "-1200");
  EXPECT_STREQ(_itoa(INT_MIN, text, 10), "-2147483648");
  EXPECT_STREQ(_itoa(-1, text, 16), "ffffffff");
  EXPECT_STREQ(_itoa(5, text, 2), "101");
  EXPECT_STREQ(_itoa(0, text, 36), "0");
  EXPECT_STREQ(_itoa(7, text, 1), "");
}

TEST(process, numbers_are_linux_s) {
  EXPECT_EQ(GetCurrentProcessId(), static_cast<DWORD>(getpid()));
  EXPECT_EQ(GetCurrentThreadId(), static_cast<DWORD>(gettid()));
}

TEST(process, debug_output_leaves_the_last_error) {
  SetLastError(ERROR_BUSY);
  OutputDebugStringA("nobody sees this");
  OutputDebugStringW(L"nor this");
  OutputDebugStringW(nullptr);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_BUSY});
}

void talk(const char* setting) {
  setenv("SCHANNIX_DEBUG_OUTPUT", setting, 1);
  OutputDebugStringA("narrow ");
  OutputDebugStringW(L"wide");
  std::exit(0);
}

TEST(process, debug_output_is_seen_when_asked_for) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(talk("1"), testing::ExitedWithCode(0), "^narrow wide$");
  EXPECT_EXIT(talk("0"), testing::ExitedWithCode(0), "^$");
}

}  // namespace

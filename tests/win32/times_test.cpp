// FILETIME and SYSTEMTIME, the clocks, and the version of Windows.
#include <gtest/gtest.h>
#include <windows.h>

#include <cstdlib>
#include <ctime>

namespace {

FILETIME file_time(ULONGLONG ticks) { return {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)}; }
ULONGLONG ticks(FILETIME time) { return ULONGLONG{time.dwHighDateTime} << 32 | time.dwLowDateTime; }

constexpr ULONGLONG unix_epoch = 116444736000000000;

TEST(times, known_days) {
  const FILETIME first = file_time(0), epoch = file_time(unix_epoch + 12345678);
  SYSTEMTIME time = {};
  ASSERT_TRUE(FileTimeToSystemTime(&first, &time));
  EXPECT_EQ(time.wYear, 1601);
  EXPECT_EQ(time.wDayOfWeek, 1);  // a Monday
  ASSERT_TRUE(FileTimeToSystemTime(&epoch, &time));
  EXPECT_EQ(time.wYear, 1970);
  EXPECT_EQ(time.wDayOfWeek, 4);
  EXPECT_EQ(time.wSecond, 1);
  EXPECT_EQ(time.wMilliseconds, 234);
}

TEST(times, there_and_back) {
  for (const ULONGLONG at : {ULONGLONG{0}, unix_epoch, 133534656123450000ULL, 9223149887999990000ULL}) {
    const FILETIME before = file_time(at);
    FILETIME after = {};
    SYSTEMTIME between = {};
    ASSERT_TRUE(FileTimeToSystemTime(&before, &between)) << at;
    ASSERT_TRUE(SystemTimeToFileTime(&between, &after)) << at;
    EXPECT_EQ(ticks(after), at);
  }
}

TEST(times, leap_days) {
  SYSTEMTIME time = {2024, 2, 0, 29, 23, 59, 59, 999};
  FILETIME made = {};
  EXPECT_TRUE(SystemTimeToFileTime(&time, &made));
  time.wYear = 2023;
  EXPECT_FALSE(SystemTimeToFileTime(&time, &made));
  time.wYear = 2100;
  EXPECT_FALSE(SystemTimeToFileTime(&time, &made));
}

TEST(times, what_is_no_time) {
  FILETIME made = {1, 2};
  for (const SYSTEMTIME& wrong : {SYSTEMTIME{1600, 1, 0, 1, 0, 0, 0, 0}, SYSTEMTIME{30828, 1, 0, 1, 0, 0, 0, 0},
                                  SYSTEMTIME{2024, 0, 0, 1, 0, 0, 0, 0}, SYSTEMTIME{2024, 13, 0, 1, 0, 0, 0, 0},
                                  SYSTEMTIME{2024, 1, 0, 0, 0, 0, 0, 0}, SYSTEMTIME{2024, 4, 0, 31, 0, 0, 0, 0},
                                  SYSTEMTIME{2024, 1, 0, 1, 24, 0, 0, 0}, SYSTEMTIME{2024, 1, 0, 1, 0, 60, 0, 0},
                                  SYSTEMTIME{2024, 1, 0, 1, 0, 0, 60, 0}, SYSTEMTIME{2024, 1, 0, 1, 0, 0, 0, 1000}}) {
    SetLastError(ERROR_SUCCESS);
    EXPECT_FALSE(SystemTimeToFileTime(&wrong, &made));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
  }
  EXPECT_EQ(made.dwLowDateTime, 1U);
  const FILETIME negative = file_time(0x8000000000000000), zero = {};
  SYSTEMTIME time = {};
  EXPECT_FALSE(FileTimeToSystemTime(&negative, &time));
  EXPECT_FALSE(FileTimeToSystemTime(nullptr, &time));
  EXPECT_FALSE(FileTimeToSystemTime(&zero, nullptr));
  EXPECT_FALSE(SystemTimeToFileTime(nullptr, &made));
}

TEST(times, comparing) {
  const FILETIME early = file_time(0xFFFFFFFF), late = file_time(0x100000000);
  EXPECT_EQ(CompareFileTime(&early, &late), -1);
  EXPECT_EQ(CompareFileTime(&late, &early), 1);
  EXPECT_EQ(CompareFileTime(&late, &late), 0);
}

TEST(times, now_is_now) {
  FILETIME now = {};
  GetSystemTimeAsFileTime(&now);
  EXPECT_NEAR(static_cast<double>((ticks(now) - unix_epoch) / 10000000), static_cast<double>(std::time(nullptr)), 2);
  SYSTEMTIME utc = {};
  GetSystemTime(&utc);
  FILETIME again = {};
  ASSERT_TRUE(SystemTimeToFileTime(&utc, &again));
  EXPECT_LT(ticks(again) - ticks(now) + 10000, 100000000U);
}

TEST(times, local_times) {
  const FILETIME now = file_time(unix_epoch), first = file_time(0);
  FILETIME local = {}, back = {};
  const char* const before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TZ", "EAST-2", 1);
  tzset();
  EXPECT_TRUE(FileTimeToLocalFileTime(&now, &local));
  EXPECT_TRUE(LocalFileTimeToFileTime(&local, &back));
  EXPECT_FALSE(LocalFileTimeToFileTime(&first, &back));  // before 1601
  before == nullptr ? unsetenv("TZ") : setenv("TZ", kept.c_str(), 1);
  tzset();
  EXPECT_EQ(ticks(local) - ticks(now), 2 * 3600 * 10000000ULL);
  EXPECT_EQ(ticks(back), ticks(now));
}

TEST(times, counters_go_on) {
  LARGE_INTEGER first = {}, second = {}, frequency = {};
  const ULONGLONG start = GetTickCount64();
  ASSERT_TRUE(QueryPerformanceFrequency(&frequency));
  ASSERT_TRUE(QueryPerformanceCounter(&first));
  Sleep(30);
  ASSERT_TRUE(QueryPerformanceCounter(&second));
  EXPECT_GE((second.QuadPart - first.QuadPart) * 1000, 30 * frequency.QuadPart);
  EXPECT_GE(GetTickCount64() - start, 29U);
  EXPECT_FALSE(QueryPerformanceCounter(nullptr));
}

TEST(versions, new_enough_for_tls13) {
  OSVERSIONINFOEXW is = {};
  is.dwOSVersionInfoSize = sizeof is;
  ASSERT_TRUE(GetVersionExW(reinterpret_cast<LPOSVERSIONINFOW>(&is)));
  EXPECT_EQ(is.dwMajorVersion, 10U);
  EXPECT_GE(is.dwBuildNumber, 20348U);
  EXPECT_EQ(is.wProductType, VER_NT_SERVER);
  OSVERSIONINFOA small = {};
  small.dwOSVersionInfoSize = sizeof small;
  EXPECT_TRUE(GetVersionExA(&small));
  EXPECT_EQ(RtlGetVersion(reinterpret_cast<PRTL_OSVERSIONINFOW>(&is)), STATUS_SUCCESS);
}

TEST(versions, a_wrong_size_is_refused) {
  OSVERSIONINFOA is = {};
  is.dwOSVersionInfoSize = sizeof is - 1;
  EXPECT_FALSE(GetVersionExA(&is));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
  EXPECT_FALSE(GetVersionExW(nullptr));
}

bool at_least(DWORD major, DWORD minor, DWORD build, WORD service_pack = 0) {
  OSVERSIONINFOEXA asked = {};
  asked.dwOSVersionInfoSize = sizeof asked;
  asked.dwMajorVersion = major, asked.dwMinorVersion = minor, asked.dwBuildNumber = build;
  asked.wServicePackMajor = service_pack;
  ULONGLONG mask = 0;
  for (const int part : {VER_MAJORVERSION, VER_MINORVERSION, VER_BUILDNUMBER, VER_SERVICEPACKMAJOR})
    VER_SET_CONDITION(mask, static_cast<DWORD>(part), VER_GREATER_EQUAL);
  SetLastError(ERROR_SUCCESS);
  const BOOL is =
      VerifyVersionInfoA(&asked, VER_MAJORVERSION | VER_MINORVERSION | VER_BUILDNUMBER | VER_SERVICEPACKMAJOR, mask);
  EXPECT_EQ(GetLastError(), is ? DWORD{ERROR_SUCCESS} : DWORD{ERROR_OLD_WIN_VERSION});
  return is != FALSE;
}

TEST(versions, comparing) {
  EXPECT_TRUE(at_least(10, 0, 17763));
  EXPECT_TRUE(at_least(6, 3, 0, 1));  // the service pack of an older version does not count
  EXPECT_FALSE(at_least(10, 0, 17763, 1));
  EXPECT_FALSE(at_least(10, 1, 0));
  EXPECT_FALSE(at_least(11, 0, 0));
  EXPECT_FALSE(at_least(10, 0, 99999));
}

// Read once by a process, so each case is a process of its own.
void in_a_process_with(const char* version, DWORD major, DWORD build) {
  setenv("SCHANNIX_WINDOWS_VERSION", version, 1);
  OSVERSIONINFOA is = {};
  is.dwOSVersionInfoSize = sizeof is;
  std::exit(GetVersionExA(&is) && is.dwMajorVersion == major && is.dwBuildNumber == build ? 0 : 1);
}

TEST(versions, can_be_made_old) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(in_a_process_with("6.3.9600", 6, 9600), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(in_a_process_with("6.3", 10, 20348), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(in_a_process_with("6.3.9600x", 10, 20348), testing::ExitedWithCode(0), "");
}

TEST(versions, equal_and_less) {
  OSVERSIONINFOEXW asked = {};
  asked.dwOSVersionInfoSize = sizeof asked;
  asked.dwMajorVersion = 10;
  EXPECT_TRUE(VerifyVersionInfoW(&asked, VER_MAJORVERSION, VerSetConditionMask(0, VER_MAJORVERSION, VER_EQUAL)));
  EXPECT_TRUE(VerifyVersionInfoW(&asked, VER_MAJORVERSION, VerSetConditionMask(0, VER_MAJORVERSION, VER_LESS_EQUAL)));
  EXPECT_FALSE(VerifyVersionInfoW(&asked, VER_MAJORVERSION, VerSetConditionMask(0, VER_MAJORVERSION, VER_LESS)));
  EXPECT_EQ(RtlVerifyVersionInfo(&asked, VER_MAJORVERSION, VerSetConditionMask(0, VER_MAJORVERSION, VER_GREATER)),
            STATUS_REVISION_MISMATCH);
}

TEST(versions, what_is_no_question) {
  OSVERSIONINFOEXW asked = {};
  asked.dwOSVersionInfoSize = sizeof asked;
  EXPECT_FALSE(VerifyVersionInfoW(&asked, VER_MAJORVERSION, 0));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_BAD_ARGUMENTS});
  EXPECT_FALSE(VerifyVersionInfoW(&asked, 0, 0));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_BAD_ARGUMENTS});
  asked.dwOSVersionInfoSize = 0;
  EXPECT_EQ(RtlVerifyVersionInfo(&asked, VER_MAJORVERSION, VerSetConditionMask(0, VER_MAJORVERSION, VER_EQUAL)),
            STATUS_INVALID_PARAMETER);
}

}  // namespace

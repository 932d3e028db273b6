// FILETIME, SYSTEMTIME, and the clocks.
#include <windows.h>

#include <time.h>

#include <chrono>
#include <compare>
#include <optional>

namespace {

using hundred_ns = std::chrono::duration<LONGLONG, std::ratio<1, 10'000'000>>;
using moment = std::chrono::sys_time<hundred_ns>;

constexpr std::chrono::sys_days first_day = std::chrono::year(1601) / 1 / 1;
constexpr moment end_of_time = std::chrono::sys_days(std::chrono::year(30828) / 1 / 1);

BOOL refuse() {
  SetLastError(ERROR_INVALID_PARAMETER);
  return FALSE;
}

ULONGLONG ticks_of(const FILETIME& time) { return ULONGLONG{time.dwHighDateTime} << 32 | time.dwLowDateTime; }

FILETIME file_time_of(ULONGLONG ticks) { return {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)}; }

FILETIME file_time_of(moment time) { return file_time_of(static_cast<ULONGLONG>((time - first_day).count())); }

std::optional<moment> moment_of(const FILETIME& time) {
  const ULONGLONG ticks = ticks_of(time);
  if (ticks > 0x7FFFFFFFFFFFFFFF) return std::nullopt;
  const hundred_ns since{static_cast<LONGLONG>(ticks)};
  return moment(first_day) + since;
}

SYSTEMTIME system_time_of(moment time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<milliseconds>(time - day)};
  const auto word = [](auto number) { return static_cast<WORD>(number); };
  return {word(static_cast<int>(date.year())), word(static_cast<unsigned>(date.month())),
          word(weekday(day).c_encoding()),     word(static_cast<unsigned>(date.day())),
          word(clock.hours().count()),         word(clock.minutes().count()),
          word(clock.seconds().count()),       word(clock.subseconds().count())};
}

std::optional<moment> moment_of(const SYSTEMTIME& time) {
  using namespace std::chrono;
  const year_month_day date{year(time.wYear), month(time.wMonth), day(time.wDay)};
  if (time.wYear < 1601 || time.wYear > 30827 || !date.ok() || time.wHour > 23 || time.wMinute > 59 ||
      time.wSecond > 59 || time.wMilliseconds > 999)
    return std::nullopt;
  return sys_days(date) + hours(time.wHour) + minutes(time.wMinute) + seconds(time.wSecond) +
         milliseconds(time.wMilliseconds);
}

moment now() { return std::chrono::floor<hundred_ns>(std::chrono::system_clock::now()); }

std::chrono::seconds ahead_of_utc() {
  const time_t seconds = time(nullptr);
  struct tm local = {};
  localtime_r(&seconds, &local);
  return std::chrono::seconds(local.tm_gmtoff);
}

BOOL shift(const FILETIME* from, FILETIME* to, std::chrono::seconds by) {
  const auto time = from == nullptr ? std::nullopt : moment_of(*from);
  if (!time || to == nullptr || *time >= end_of_time) return refuse();
  const moment shifted = *time + by;
  if (shifted < first_day || shifted >= end_of_time) return refuse();
  *to = file_time_of(shifted);
  return TRUE;
}

ULONGLONG nanoseconds(clockid_t clock) {
  struct timespec now = {};
  clock_gettime(clock, &now);
  return static_cast<ULONGLONG>(now.tv_sec) * 1'000'000'000 + static_cast<ULONGLONG>(now.tv_nsec);
}

}  // namespace

BOOL WINAPI FileTimeToSystemTime(const FILETIME* lpFileTime, LPSYSTEMTIME lpSystemTime) {
  const auto time = lpFileTime == nullptr ? std::nullopt : moment_of(*lpFileTime);
  if (!time || *time >= end_of_time || lpSystemTime == nullptr) return refuse();
  *lpSystemTime = system_time_of(*time);
  return TRUE;
}

BOOL WINAPI SystemTimeToFileTime(const SYSTEMTIME* lpSystemTime, LPFILETIME lpFileTime) {
  const auto time = lpSystemTime == nullptr ? std::nullopt : moment_of(*lpSystemTime);
  if (!time || lpFileTime == nullptr) return refuse();
  *lpFileTime = file_time_of(*time);
  return TRUE;
}

LONG WINAPI CompareFileTime(const FILETIME* lpFileTime1, const FILETIME* lpFileTime2) {
  const ULONGLONG first = ticks_of(*lpFileTime1), second = ticks_of(*lpFileTime2);
  return (first > second) - (first < second);
}

BOOL WINAPI FileTimeToLocalFileTime(const FILETIME* lpFileTime, LPFILETIME lpLocalFileTime) {
  return shift(lpFileTime, lpLocalFileTime, ahead_of_utc());
}

BOOL WINAPI LocalFileTimeToFileTime(const FILETIME* lpLocalFileTime, LPFILETIME lpFileTime) {
  return shift(lpLocalFileTime, lpFileTime, -ahead_of_utc());
}

void WINAPI GetSystemTime(LPSYSTEMTIME lpSystemTime) {
  if (lpSystemTime != nullptr) *lpSystemTime = system_time_of(now());
}

void WINAPI GetLocalTime(LPSYSTEMTIME lpSystemTime) {
  if (lpSystemTime != nullptr) *lpSystemTime = system_time_of(now() + ahead_of_utc());
}

void WINAPI GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime) {
  if (lpSystemTimeAsFileTime != nullptr) *lpSystemTimeAsFileTime = file_time_of(now());
}

void WINAPI GetSystemTimePreciseAsFileTime(LPFILETIME lpSystemTimeAsFileTime) {
  GetSystemTimeAsFileTime(lpSystemTimeAsFileTime);
}

ULONGLONG WINAPI GetTickCount64(void) { return nanoseconds(CLOCK_BOOTTIME) / 1'000'000; }

DWORD WINAPI GetTickCount(void) { return static_cast<DWORD>(GetTickCount64()); }

BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER* lpPerformanceCount) {
  if (lpPerformanceCount == nullptr) return refuse();
  lpPerformanceCount->QuadPart = static_cast<LONGLONG>(nanoseconds(CLOCK_MONOTONIC));
  return TRUE;
}

BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER* lpFrequency) {
  if (lpFrequency == nullptr) return refuse();
  lpFrequency->QuadPart = 1'000'000'000;
  return TRUE;
}

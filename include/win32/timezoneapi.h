/* timezoneapi.h: FILETIME, hundreds of nanoseconds since 1601, to the calendar and back. UTC, without leap seconds. Any
 * function may be called by any thread. In libschannix-win32. Source: MS timezoneapi.h, minwinbase.h. */
#ifndef SCHANNIX_TIMEZONEAPI_H
#define SCHANNIX_TIMEZONEAPI_H

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* FALSE and ERROR_INVALID_PARAMETER: a NULL, or 0x8000000000000000 and more. */
BOOL WINAPI FileTimeToSystemTime(const FILETIME *lpFileTime, LPSYSTEMTIME lpSystemTime);

/* wDayOfWeek does not matter. FALSE and ERROR_INVALID_PARAMETER: a NULL, no such day or time, a year before 1601 or after
 * 30827. */
BOOL WINAPI SystemTimeToFileTime(const SYSTEMTIME *lpSystemTime, LPFILETIME lpFileTime);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

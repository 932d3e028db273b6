/* profileapi.h: a clock for measuring, which never goes back. In libschannix-win32. Source: MS profileapi.h. */
#ifndef SCHANNIX_PROFILEAPI_H
#define SCHANNIX_PROFILEAPI_H

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Nanoseconds, and a thousand million. FALSE and ERROR_INVALID_PARAMETER for NULL. */
BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount);
BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

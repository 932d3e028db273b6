/* processthreadsapi.h: which process and thread this is: Linux's numbers. In libschannix-win32. */
#ifndef SCHANNIX_PROCESSTHREADSAPI_H
#define SCHANNIX_PROCESSTHREADSAPI_H

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

DWORD WINAPI GetCurrentProcessId(void);
DWORD WINAPI GetCurrentThreadId(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

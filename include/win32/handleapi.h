/* handleapi.h: closing a handle. Here only events have one (synchapi.h): files, threads and processes are not in this
 * part of Windows. In libschannix-win32. */
#ifndef SCHANNIX_HANDLEAPI_H
#define SCHANNIX_HANDLEAPI_H

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* FALSE and ERROR_INVALID_HANDLE: no handle, or closed before. Handles are not used again. Source: MS CloseHandle. */
BOOL WINAPI CloseHandle(HANDLE hObject);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

/* fileapi.h: of Windows' file functions, those for times. In libschannix-win32. Source: MS fileapi.h. */
#ifndef SCHANNIX_FILEAPI_H
#define SCHANNIX_FILEAPI_H

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* -1, 0, 1: the first is earlier, the same, later. */
LONG WINAPI CompareFileTime(const FILETIME *lpFileTime1, const FILETIME *lpFileTime2);

/* By the local time's distance from UTC now, whatever time is converted, as on Windows. FALSE and
 * ERROR_INVALID_PARAMETER: a NULL, or a result before 1601 or after 30827. */
BOOL WINAPI FileTimeToLocalFileTime(const FILETIME *lpFileTime, LPFILETIME lpLocalFileTime);
BOOL WINAPI LocalFileTimeToFileTime(const FILETIME *lpLocalFileTime, LPFILETIME lpFileTime);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

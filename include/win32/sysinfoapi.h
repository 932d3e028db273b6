/* sysinfoapi.h: the time, and which Windows this pretends to be.
 *
 * The version is 10.0.20348 (Server 2022), so that programs take their way for SCH_CREDENTIALS and TLS 1.3.
 * SCHANNIX_WINDOWS_VERSION=6.3.9600 in the environment, read once, makes them take the old one. Any function may be
 * called by any thread. In libschannix-win32. Source: MS sysinfoapi.h; the version: our decision.
 */
#ifndef SCHANNIX_SYSINFOAPI_H
#define SCHANNIX_SYSINFOAPI_H

#include <minwindef.h>
#include <winnt.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* UTC, and the local time. NULL does nothing. */
void WINAPI GetSystemTime(LPSYSTEMTIME lpSystemTime);
void WINAPI GetLocalTime(LPSYSTEMTIME lpSystemTime);
void WINAPI GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime);
void WINAPI GetSystemTimePreciseAsFileTime(LPFILETIME lpSystemTimeAsFileTime);

/* Milliseconds since the machine started; the first one wraps after 49.7 days. */
DWORD WINAPI GetTickCount(void);
ULONGLONG WINAPI GetTickCount64(void);

/* Fills OSVERSIONINFO or OSVERSIONINFOEX, as dwOSVersionInfoSize says. FALSE and ERROR_INSUFFICIENT_BUFFER for another
 * size, ERROR_INVALID_PARAMETER for NULL. */
BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA lpVersionInformation);
BOOL WINAPI GetVersionExW(LPOSVERSIONINFOW lpVersionInformation);

/* Whether each field that dwTypeMask (VER_) names compares as dwlConditionMask says; the later of major version, minor
 * version and service pack numbers count only where the ones before them are equal. FALSE and ERROR_OLD_WIN_VERSION: no;
 * ERROR_BAD_ARGUMENTS: no field, a wrong size, a condition that is none. */
BOOL WINAPI VerifyVersionInfoA(LPOSVERSIONINFOEXA lpVersionInformation, DWORD dwTypeMask, DWORDLONG dwlConditionMask);
BOOL WINAPI VerifyVersionInfoW(LPOSVERSIONINFOEXW lpVersionInformation, DWORD dwTypeMask, DWORDLONG dwlConditionMask);

/* The mask with one more condition (VER_EQUAL ...) for the fields of TypeMask; as it was for none. */
ULONGLONG WINAPI VerSetConditionMask(ULONGLONG ConditionMask, DWORD TypeMask, BYTE Condition);

/* ntdll's: what programs find by GetProcAddress. STATUS_SUCCESS, STATUS_REVISION_MISMATCH (no), or
 * STATUS_INVALID_PARAMETER. */
NTSTATUS WINAPI RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation);
NTSTATUS WINAPI RtlVerifyVersionInfo(PRTL_OSVERSIONINFOEXW VersionInfo, ULONG TypeMask, ULONGLONG ConditionMask);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

#include <schannix_names.h>
#if !defined(SCHANNIX_NO_NAME_MACROS) && !defined(GetVersionEx)
#define GetVersionEx SCHANNIX_AW_(GetVersionEx)
#define VerifyVersionInfo SCHANNIX_AW_(VerifyVersionInfo)
#endif

/* winbase.h: memory that LocalFree frees, texts of codes, and strings of either width.
 *
 *   char *text = NULL;
 *   FormatMessage(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
 *                 (DWORD)status, 0, (LPSTR)&text, 0, NULL);
 *   fputs(text, stderr);
 *   LocalFree(text);
 *
 * Any function may be called by any thread. In libschannix-win32, but for what schannix_base.h has.
 */
#ifndef SCHANNIX_WINBASE_H
#define SCHANNIX_WINBASE_H

#include <stdarg.h>

#include <schannix_base.h>
#include <winnt.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define GMEM_FIXED 0x0000
#define GMEM_MOVEABLE 0x0002
#define GMEM_ZEROINIT 0x0040
#define GPTR (GMEM_FIXED | GMEM_ZEROINIT)

/* LocalAlloc and LocalFree (schannix_base.h) by their other names, as on Windows. */
HGLOBAL WINAPI GlobalAlloc(UINT uFlags, SIZE_T dwBytes);
HGLOBAL WINAPI GlobalFree(HGLOBAL hMem);

#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x00000200
#define FORMAT_MESSAGE_FROM_STRING 0x00000400
#define FORMAT_MESSAGE_FROM_HMODULE 0x00000800
#define FORMAT_MESSAGE_FROM_SYSTEM 0x00001000
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x00002000
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0x000000FF

/* The text of a code: one English sentence, in our own words, with \r\n behind it (with FORMAT_MESSAGE_MAX_WIDTH_MASK a
 * space instead). Known are the codes of winerror.h, and HRESULTs made of them by HRESULT_FROM_WIN32.
 * lpBuffer: nSize characters; with FORMAT_MESSAGE_ALLOCATE_BUFFER, where to put a pointer that LocalFree frees, to at
 * least nSize characters. FORMAT_MESSAGE_FROM_HMODULE is the same as FROM_SYSTEM: there is one table; lpSource and
 * Arguments do not matter, because no text has inserts.
 * Returns the characters without the terminator. 0 and GetLastError(), nothing written:
 *   ERROR_MR_MID_NOT_FOUND           a code without a text
 *   ERROR_INSUFFICIENT_BUFFER        the text and its terminator do not fit
 *   ERROR_RESOURCE_LANG_NOT_FOUND    dwLanguageId is neither neutral nor English
 *   ERROR_INVALID_PARAMETER          lpBuffer is NULL; neither FROM_SYSTEM nor FROM_HMODULE; a line width
 *   ERROR_NOT_SUPPORTED              FORMAT_MESSAGE_FROM_STRING (our decision: no known caller formats its own)
 *   ERROR_NOT_ENOUGH_MEMORY
 * Source: MS FormatMessage. */
DWORD WINAPI FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId, LPSTR lpBuffer,
                            DWORD nSize, va_list *Arguments);
DWORD WINAPI FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId, LPWSTR lpBuffer,
                            DWORD nSize, va_list *Arguments);

/* Lengths without the terminator; NULL has 0. Comparing: less than, equal to, greater than 0, by code points, not by a
 * language's order (our decision); a NULL is less than any text. lstrcmpi folds ASCII letters only.
 * Copying and appending: lpString1, or NULL for a NULL argument; the caller answers for the room. Source: MS lstr... */
int WINAPI lstrlenA(LPCSTR lpString);
int WINAPI lstrlenW(LPCWSTR lpString);
int WINAPI lstrcmpA(LPCSTR lpString1, LPCSTR lpString2);
int WINAPI lstrcmpW(LPCWSTR lpString1, LPCWSTR lpString2);
int WINAPI lstrcmpiA(LPCSTR lpString1, LPCSTR lpString2);
int WINAPI lstrcmpiW(LPCWSTR lpString1, LPCWSTR lpString2);
LPSTR WINAPI lstrcpyA(LPSTR lpString1, LPCSTR lpString2);
LPWSTR WINAPI lstrcpyW(LPWSTR lpString1, LPCWSTR lpString2);
LPSTR WINAPI lstrcatA(LPSTR lpString1, LPCSTR lpString2);
LPWSTR WINAPI lstrcatW(LPWSTR lpString1, LPCWSTR lpString2);

/* At most iMaxLength - 1 characters, and a terminator; as lstrcpy otherwise. iMaxLength 0 or less: NULL. */
LPSTR WINAPI lstrcpynA(LPSTR lpString1, LPCSTR lpString2, int iMaxLength);
LPWSTR WINAPI lstrcpynW(LPWSTR lpString1, LPCWSTR lpString2, int iMaxLength);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

#include <schannix_names.h>
#if !defined(SCHANNIX_NO_NAME_MACROS) && !defined(FormatMessage)
#define FormatMessage SCHANNIX_AW_(FormatMessage)
#define lstrlen SCHANNIX_AW_(lstrlen)
#define lstrcmp SCHANNIX_AW_(lstrcmp)
#define lstrcmpi SCHANNIX_AW_(lstrcmpi)
#define lstrcpy SCHANNIX_AW_(lstrcpy)
#define lstrcpyn SCHANNIX_AW_(lstrcpyn)
#define lstrcat SCHANNIX_AW_(lstrcat)
#endif

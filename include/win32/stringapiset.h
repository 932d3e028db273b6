/* stringapiset.h: between WCHAR, which is the platform's 32-bit wchar_t, and bytes.
 *
 *   int needed = MultiByteToWideChar(CP_UTF8, 0, name, -1, NULL, 0);
 *
 * Code pages: CP_UTF8; CP_ACP, CP_OEMCP, CP_MACCP and CP_THREAD_ACP, which are UTF-8 here; 20127 (ASCII) and 28591
 * (Latin-1). One code point is one WCHAR; on the way to bytes a pair of surrogates, as code for 16-bit WCHARs writes it,
 * is read as the one code point that it stands for. Any function may be called by any thread. In libschannix-win32.
 * Source: MS MultiByteToWideChar, WideCharToMultiByte; what the code pages are: our decision.
 */
#ifndef SCHANNIX_STRINGAPISET_H
#define SCHANNIX_STRINGAPISET_H

#include <minwindef.h>
#include <winnls.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* cbMultiByte bytes of lpMultiByteStr, or all to its terminator, and that, with -1. Returns the WCHARs written, or with
 * cchWideChar 0 those needed. What cannot be read becomes U+FFFD.
 * 0 and GetLastError():
 *   ERROR_INVALID_PARAMETER       unknown code page; a NULL that is needed; cbMultiByte 0 or below -1; cchWideChar below 0; source
 *                                 and destination are the same
 *   ERROR_INVALID_FLAGS           other than MB_ERR_INVALID_CHARS, and except for CP_UTF8 MB_PRECOMPOSED, MB_USEGLYPHCHARS
 *   ERROR_INSUFFICIENT_BUFFER     the result does not fit; nothing is written (Windows writes what fits)
 *   ERROR_NO_UNICODE_TRANSLATION  with MB_ERR_INVALID_CHARS: a sequence that cannot be read; nothing is written
 *   ERROR_ARITHMETIC_OVERFLOW     the result has more than INT_MAX units */
int WINAPI MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCSTR lpMultiByteStr, int cbMultiByte, LPWSTR lpWideCharStr,
                               int cchWideChar);

/* The other way; the same errors. Flags: WC_ERR_INVALID_CHARS with UTF-8; WC_NO_BEST_FIT_CHARS, WC_COMPOSITECHECK and its
 * companions except with CP_UTF8. lpDefaultChar and lpUsedDefaultChar have to be NULL with CP_UTF8. What has no bytes in
 * the code page is U+FFFD in UTF-8, else *lpDefaultChar or '?', and *lpUsedDefaultChar becomes TRUE. */
int WINAPI WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWSTR lpWideCharStr, int cchWideChar, LPSTR lpMultiByteStr,
                               int cbMultiByte, LPCSTR lpDefaultChar, BOOL *lpUsedDefaultChar);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

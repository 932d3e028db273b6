/* winuser.h: wsprintf. Of windows, messages and keyboards there is nothing. */
#ifndef SCHANNIX_WINUSER_H
#define SCHANNIX_WINUSER_H

#include <minwindef.h>
#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Text by a format into lpOut, which has room for 1,024 characters: what is longer is cut there. Returns how many characters
 * were written, without the terminator; 0 and an empty text when text of the other width cannot be converted (other than ASCII
 * follows the C library's locale), 0 for NULL. Types: d i u x X (32 bits, l changes nothing; 64 with I64), c s (of the function's
 * own width), C S (of the other), hs ls hc lc (narrow, wide), p (16 hexadecimal digits), %%; flags - # 0, width, precision.
 * Any other type stands for itself, n among them. Any thread. Source: MS wsprintf; a too long text: our reading of "maximum". */
int wsprintfA(LPSTR lpOut, LPCSTR lpFmt, ...);
int wsprintfW(LPWSTR lpOut, LPCWSTR lpFmt, ...);
int WINAPI wvsprintfA(LPSTR lpOut, LPCSTR lpFmt, va_list arglist);
int WINAPI wvsprintfW(LPWSTR lpOut, LPCWSTR lpFmt, va_list arglist);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

#include <schannix_names.h>
#if !defined(SCHANNIX_NO_NAME_MACROS) && !defined(wsprintf)
#define wsprintf SCHANNIX_AW_(wsprintf)
#define wvsprintf SCHANNIX_AW_(wvsprintf)
#endif

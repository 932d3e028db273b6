/* debugapi.h: text for a debugger: here it goes to standard error when SCHANNIX_DEBUG_OUTPUT=1 is in the environment,
 * else nowhere, as on Windows without a debugger. In libschannix-win32. */
#ifndef SCHANNIX_DEBUGAPI_H
#define SCHANNIX_DEBUGAPI_H

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* NULL is harmless. The last error stays as it was. */
void WINAPI OutputDebugStringA(LPCSTR lpOutputString);
void WINAPI OutputDebugStringW(LPCWSTR lpOutputString);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

#include <schannix_names.h>
#if !defined(SCHANNIX_NO_NAME_MACROS) && !defined(OutputDebugString)
#define OutputDebugString SCHANNIX_AW_(OutputDebugString)
#endif

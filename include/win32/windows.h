/* windows.h: the part of Windows' master header that TLS code needs.
 *
 * Types and macros are in minwindef.h, codes in winerror.h; here are the few functions that go with the security
 * functions. They are exported by libschannix. This is no Windows emulation: sockets, files, threads and windows are
 * not here. Without WIN32_LEAN_AND_MEAN it brings wincrypt.h, as on Windows.
 *
 *   if (!CertCloseStore(store, 0)) fprintf(stderr, "%x\n", GetLastError());
 *
 * Threads: the last error is each thread's own, and is not errno.
 */
#ifndef SCHANNIX_WINDOWS_H
#define SCHANNIX_WINDOWS_H

#include <minwindef.h>
#include <winerror.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The calling thread's last error; 0 in a new thread. Functions that succeed need not reset it. Source: MS GetLastError. */
DWORD WINAPI GetLastError(void);
void WINAPI SetLastError(DWORD dwErrCode);

#define LMEM_FIXED 0x0000
#define LMEM_MOVEABLE 0x0002
#define LMEM_ZEROINIT 0x0040
#define LPTR (LMEM_FIXED | LMEM_ZEROINIT)

/* uBytes bytes (0 gives a unique pointer), zeroed with LMEM_ZEROINIT. NULL and ERROR_NOT_ENOUGH_MEMORY, or
 * ERROR_INVALID_PARAMETER for any other flag: movable memory does not exist here (our decision). */
HLOCAL WINAPI LocalAlloc(UINT uFlags, SIZE_T uBytes);

/* Frees what LocalAlloc, the library's own allocations, or malloc returned (one heap: our decision). NULL is harmless.
 * Returns NULL, always. */
HLOCAL WINAPI LocalFree(HLOCAL hMem);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#ifndef WIN32_LEAN_AND_MEAN
#include <wincrypt.h>
#endif

#endif

#include <schannix_names.h>

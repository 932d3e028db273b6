/* schannix_base.h: the four functions of Windows that go with the security functions: the last error, and the memory that
 * LocalFree frees. Exported by libschannix.
 *
 *   if (!CertCloseStore(store, 0)) fprintf(stderr, "%x\n", GetLastError());
 *
 * Threads: the last error is each thread's own, and is not errno. Source: MS GetLastError, SetLastError, LocalAlloc, LocalFree.
 */
#ifndef SCHANNIX_BASE_H
#define SCHANNIX_BASE_H

#include <minwindef.h>
#include <winerror.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The last error; 0 in a new thread. Functions that succeed need not reset it. */
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

#endif

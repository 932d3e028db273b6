/* heapapi.h: the process's heap, which is malloc's: LocalFree and FreeContextBuffer free its blocks too.
 *
 * There is this one heap; HeapCreate is not here. Any function may be called by any thread. In libschannix-win32.
 * Source: MS heapapi.h; HEAP_GENERATE_EXCEPTIONS is refused because there are no such exceptions (our decision).
 */
#ifndef SCHANNIX_HEAPAPI_H
#define SCHANNIX_HEAPAPI_H

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define HEAP_NO_SERIALIZE 0x00000001
#define HEAP_GENERATE_EXCEPTIONS 0x00000004
#define HEAP_ZERO_MEMORY 0x00000008
#define HEAP_REALLOC_IN_PLACE_ONLY 0x00000010

HANDLE WINAPI GetProcessHeap(void);

/* dwBytes bytes, zeroed with HEAP_ZERO_MEMORY; 0 gives a unique pointer. NULL: no memory, another heap than the
 * process's, or HEAP_GENERATE_EXCEPTIONS. The last error stays as it was, as on Windows. */
LPVOID WINAPI HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes);

/* The block with another size, perhaps elsewhere; with HEAP_ZERO_MEMORY what is new of it is zero. NULL, and the block as
 * it was: as HeapAlloc, lpMem is NULL, or HEAP_REALLOC_IN_PLACE_ONLY. */
LPVOID WINAPI HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes);

/* TRUE; NULL is harmless. FALSE and ERROR_INVALID_HANDLE for another heap. */
BOOL WINAPI HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

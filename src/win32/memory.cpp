// The process's heap, and LocalAlloc's other names. All of it is malloc's heap.
#include <windows.h>

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace {

const char process_heap = 0;  // its address is the handle

bool serves(HANDLE heap, DWORD flags) {
  return heap == GetProcessHeap() && (flags & (HEAP_GENERATE_EXCEPTIONS | HEAP_REALLOC_IN_PLACE_ONLY)) == 0;
}

// Not inlined: the compiler must not hold the size asked for against the use of what malloc gave besides.
// The bytes behind those asked for are zero in every block, so that what a later HeapReAlloc makes of them is.
[[gnu::noinline]] void* clear_slack(void* block, SIZE_T asked_for) {
  if (block != nullptr) {
    const SIZE_T all = malloc_usable_size(block);
    std::memset(static_cast<char*>(block) + asked_for, 0, all - asked_for);
  }
  return block;
}

}  // namespace

HGLOBAL WINAPI GlobalAlloc(UINT uFlags, SIZE_T dwBytes) { return LocalAlloc(uFlags, dwBytes); }
HGLOBAL WINAPI GlobalFree(HGLOBAL hMem) { return LocalFree(hMem); }

HANDLE WINAPI GetProcessHeap(void) { return const_cast<char*>(&process_heap); }

LPVOID WINAPI HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes) {
  if (!serves(hHeap, dwFlags)) return nullptr;
  const SIZE_T size = std::max<SIZE_T>(dwBytes, 1);
  if ((dwFlags & HEAP_ZERO_MEMORY) != 0) return std::calloc(1, size);
  return clear_slack(std::malloc(size), dwBytes);
}

LPVOID WINAPI HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes) {
  if (!serves(hHeap, dwFlags) || lpMem == nullptr) return nullptr;
  const SIZE_T before = malloc_usable_size(lpMem);
  void* const block = std::realloc(lpMem, std::max<SIZE_T>(dwBytes, 1));
  return clear_slack(block, std::min(before, dwBytes));
}

BOOL WINAPI HeapFree(HANDLE hHeap, DWORD, LPVOID lpMem) {
  if (hHeap != GetProcessHeap()) {
    SetLastError(ERROR_INVALID_HANDLE);
    return FALSE;
  }
  std::free(lpMem);
  return TRUE;
}

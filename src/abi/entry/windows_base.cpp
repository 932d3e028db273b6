// The four functions of schannix_base.h. LocalFree, FreeContextBuffer and everything the library hands out share
// malloc's heap, because programs free the ones' memory with the others.
#include <schannix_base.h>

#include <cstdlib>

namespace {

thread_local DWORD last_error = 0;  // Windows' own kind: each thread's, and not errno (MS GetLastError)

HLOCAL refuse(DWORD why) {
  SetLastError(why);
  return nullptr;
}

}  // namespace

DWORD WINAPI GetLastError(void) { return last_error; }

void WINAPI SetLastError(DWORD dwErrCode) { last_error = dwErrCode; }

HLOCAL WINAPI LocalAlloc(UINT uFlags, SIZE_T uBytes) {
  if ((uFlags & ~static_cast<UINT>(LMEM_ZEROINIT)) != LMEM_FIXED) return refuse(ERROR_INVALID_PARAMETER);
  const SIZE_T size = uBytes == 0 ? 1 : uBytes;  // malloc(0) may be NULL, which would read as a failure
  void* const memory = (uFlags & LMEM_ZEROINIT) != 0 ? std::calloc(1, size) : std::malloc(size);
  return memory != nullptr ? memory : refuse(ERROR_NOT_ENOUGH_MEMORY);
}

HLOCAL WINAPI LocalFree(HLOCAL hMem) {
  std::free(hMem);
  return nullptr;
}

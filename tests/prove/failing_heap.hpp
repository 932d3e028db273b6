// A heap that fails when it is told to, for a program of one source file: glibc lets a program replace malloc, and
// exports its own under the names below. operator new, the library and OpenSSL all end here.
//
//   heap.fail_at = 17;                      // the 17th allocation that is made while it is armed
//   armed([&] { return AcquireCredentialsHandleA(...); });
#pragma once

#include <malloc.h>
#include <stdlib.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace schannix::prove {

struct failing_heap {
  bool armed = false;
  bool goes_on = false;     // every later armed allocation fails too
  std::size_t fail_at = 0;  // 0: none
  std::size_t asked = 0;    // armed allocations so far
  std::ptrdiff_t live = 0;  // blocks that are not freed, armed or not
  std::size_t refused = 0;

  bool refuses() noexcept {
    if (!armed) return false;
    ++asked;
    const bool now = fail_at != 0 && (asked == fail_at || (goes_on && asked > fail_at));
    refused += now;
    return now;
  }
};
inline constinit failing_heap heap;  // one thread only

template <class Call>
auto armed(Call call) {
  heap.armed = true;
  const auto said = call();
  heap.armed = false;
  return said;
}

inline void* counted(void* block) noexcept {
  heap.live += block != nullptr;
  if (block == nullptr) errno = ENOMEM;
  return block;
}

}  // namespace schannix::prove

extern "C" {

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t number, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* block);

#define SCHANNIX_PROVE_HEAP __attribute__((visibility("default"), used))

SCHANNIX_PROVE_HEAP void* malloc(size_t size) {
  using namespace schannix::prove;
  return counted(heap.refuses() ? nullptr : __libc_malloc(size));
}
SCHANNIX_PROVE_HEAP void* calloc(size_t number, size_t size) {
  using namespace schannix::prove;
  return counted(heap.refuses() ? nullptr : __libc_calloc(number, size));
}
SCHANNIX_PROVE_HEAP void* realloc(void* old, size_t size) {
  using namespace schannix::prove;
  if (old == nullptr) return malloc(size);
  if (size == 0) {
    free(old);
    return nullptr;
  }
  if (!heap.refuses()) return __libc_realloc(old, size);
  errno = ENOMEM;
  return nullptr;
}
SCHANNIX_PROVE_HEAP void* memalign(size_t alignment, size_t size) {
  using namespace schannix::prove;
  return counted(heap.refuses() ? nullptr : __libc_memalign(alignment, size));
}
SCHANNIX_PROVE_HEAP void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
SCHANNIX_PROVE_HEAP int posix_memalign(void** block, size_t alignment, size_t size) {
  *block = memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}
SCHANNIX_PROVE_HEAP void free(void* block) {
  schannix::prove::heap.live -= block != nullptr;
  __libc_free(block);
}
}

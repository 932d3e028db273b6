#include "support/allocations.hpp"

#include <malloc.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SCHANNIX_SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SCHANNIX_SANITIZED 1
#endif

namespace {

thread_local std::size_t count = 0;

}  // namespace

namespace schannix::test {

std::size_t allocations() noexcept { return count; }

}  // namespace schannix::test

#ifdef SCHANNIX_SANITIZED

// A sanitizer owns malloc, and tells.
#include <sanitizer/allocator_interface.h>

namespace {

void on_malloc(const volatile void*, size_t) { ++count; }
void on_free(const volatile void*) {}
[[maybe_unused]] const int installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);

}  // namespace

#else

// glibc lets a program replace malloc, and exports its own under these names. operator new and libcrypto end here too.
extern "C" {

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t number, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

void* malloc(size_t size) {
  ++count;
  return __libc_malloc(size);
}
void* calloc(size_t number, size_t size) {
  ++count;
  return __libc_calloc(number, size);
}
void* realloc(void* old, size_t size) {
  ++count;
  return __libc_realloc(old, size);
}
void* memalign(size_t alignment, size_t size) {
  ++count;
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
}

#endif

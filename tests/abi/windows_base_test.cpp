// windows.h's four functions.
#include <gtest/gtest.h>
#include <windows.h>

#include <cerrno>
#include <cstdlib>
#include <thread>

// The sanitizers end the program where malloc would return NULL, unless told otherwise.
extern "C" {
const char* __asan_default_options();
const char* __tsan_default_options();
const char* __asan_default_options() { return "allocator_may_return_null=1"; }
const char* __tsan_default_options() { return "allocator_may_return_null=1"; }
}

namespace {

TEST(last_error, belongs_to_its_thread_and_is_not_errno) {
  errno = 0;
  SetLastError(ERROR_MORE_DATA);
  DWORD in_new_thread = ERROR_MORE_DATA;
  std::thread([&] {
    in_new_thread = GetLastError();
    SetLastError(ERROR_INVALID_DATA);
  }).join();
  EXPECT_EQ(in_new_thread, static_cast<DWORD>(ERROR_SUCCESS));
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_MORE_DATA));
  EXPECT_EQ(errno, 0);
}

TEST(local_alloc, zeroes_when_asked) {
  auto* const bytes = static_cast<BYTE*>(LocalAlloc(LPTR, 4096));
  ASSERT_NE(bytes, nullptr);
  for (int i = 0; i < 4096; ++i) ASSERT_EQ(bytes[i], 0) << i;
  EXPECT_EQ(LocalFree(bytes), nullptr);
}

TEST(local_alloc, of_nothing_is_not_a_failure) {
  void* const memory = LocalAlloc(LMEM_FIXED, 0);
  EXPECT_NE(memory, nullptr);
  EXPECT_EQ(LocalFree(memory), nullptr);
}

TEST(local_alloc, refuses_movable_memory) {
  SetLastError(ERROR_SUCCESS);
  EXPECT_EQ(LocalAlloc(LMEM_MOVEABLE, 16), nullptr);
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
}

TEST(local_alloc, says_when_memory_is_out) {
  SetLastError(ERROR_SUCCESS);
  EXPECT_EQ(LocalAlloc(LMEM_FIXED, PTRDIFF_MAX), nullptr);
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
}

TEST(local_free, takes_null_and_the_library_s_own_allocations) {
  EXPECT_EQ(LocalFree(nullptr), nullptr);
  EXPECT_EQ(LocalFree(std::malloc(16)), nullptr);
}

TEST(secure_zero_memory, zeroes) {
  BYTE secret[] = {1, 2, 3};
  EXPECT_EQ(SecureZeroMemory(secret, 2), static_cast<void*>(secret));
  EXPECT_EQ(secret[0], 0);
  EXPECT_EQ(secret[1], 0);
  EXPECT_EQ(secret[2], 3);
}

}  // namespace

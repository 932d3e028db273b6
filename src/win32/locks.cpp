// Critical sections, SRW locks and one-time initialization: a word each, on which waiting threads sleep.
#include <windows.h>

#include <atomic>
#include <bit>
#include <cstdint>

namespace {

using word = std::atomic_ref<std::uintptr_t>;

word of(void*& pointer) {
  static_assert(sizeof(void*) == sizeof(std::uintptr_t));
  return word(*reinterpret_cast<std::uintptr_t*>(&pointer));
}

// SRW locks: how many readers are in, or all ones for a writer.
constexpr std::uintptr_t unlocked = 0;
constexpr std::uintptr_t written = UINTPTR_MAX;

bool try_write(word lock) {
  std::uintptr_t expected = unlocked;
  return lock.compare_exchange_strong(expected, written, std::memory_order_acquire, std::memory_order_relaxed);
}

bool try_read(word lock) {
  std::uintptr_t readers = lock.load(std::memory_order_relaxed);
  while (readers != written)
    if (lock.compare_exchange_weak(readers, readers + 1, std::memory_order_acquire, std::memory_order_relaxed))
      return true;
  return false;
}

// One-time initialization: the context of the caller, or one of these in its two lowest bits.
constexpr std::uintptr_t state_bits = 3;
constexpr std::uintptr_t fresh = 0, running = 1, done = 2;

BOOL refuse() {
  SetLastError(ERROR_INVALID_PARAMETER);
  return FALSE;
}

void finish(word once, std::uintptr_t value) {
  once.store(value, std::memory_order_release);
  once.notify_all();
}

// Critical sections: 0 free, 1 taken, 2 taken and perhaps waited for.
std::atomic_ref<LONG> lock_of(CRITICAL_SECTION& section) { return std::atomic_ref<LONG>(section.LockCount); }

// Who is inside: only his own thread can find itself there, so relaxed is enough.
std::atomic_ref<HANDLE> owner_of(CRITICAL_SECTION& section) { return std::atomic_ref<HANDLE>(section.OwningThread); }

HANDLE this_thread() {
  thread_local char mark = 0;
  return &mark;
}

bool enter_again(CRITICAL_SECTION& section) {
  if (owner_of(section).load(std::memory_order_relaxed) != this_thread()) return false;
  ++section.RecursionCount;
  return true;
}

void become_owner(CRITICAL_SECTION& section) {
  owner_of(section).store(this_thread(), std::memory_order_relaxed);
  section.RecursionCount = 1;
}

}  // namespace

void WINAPI InitializeSRWLock(PSRWLOCK SRWLock) { SRWLock->Ptr = nullptr; }

BOOLEAN WINAPI TryAcquireSRWLockExclusive(PSRWLOCK SRWLock) { return try_write(of(SRWLock->Ptr)) ? TRUE : FALSE; }

BOOLEAN WINAPI TryAcquireSRWLockShared(PSRWLOCK SRWLock) { return try_read(of(SRWLock->Ptr)) ? TRUE : FALSE; }

void WINAPI AcquireSRWLockExclusive(PSRWLOCK SRWLock) {
  const word lock = of(SRWLock->Ptr);
  while (!try_write(lock))
    if (const std::uintptr_t seen = lock.load(std::memory_order_relaxed); seen != unlocked)
      lock.wait(seen, std::memory_order_relaxed);
}

void WINAPI AcquireSRWLockShared(PSRWLOCK SRWLock) {
  const word lock = of(SRWLock->Ptr);
  while (!try_read(lock)) lock.wait(written, std::memory_order_relaxed);
}

void WINAPI ReleaseSRWLockExclusive(PSRWLOCK SRWLock) { finish(of(SRWLock->Ptr), unlocked); }

void WINAPI ReleaseSRWLockShared(PSRWLOCK SRWLock) {
  const word lock = of(SRWLock->Ptr);
  lock.fetch_sub(1, std::memory_order_release);
  lock.notify_all();  // a writer waits for a number that is gone, whichever it was
}

void WINAPI InitOnceInitialize(PINIT_ONCE InitOnce) { InitOnce->Ptr = nullptr; }

BOOL WINAPI InitOnceExecuteOnce(PINIT_ONCE InitOnce, PINIT_ONCE_FN InitFn, PVOID Parameter, LPVOID* Context) {
  if (InitOnce == nullptr || InitFn == nullptr) return refuse();
  const word once = of(InitOnce->Ptr);
  std::uintptr_t seen = fresh;
  while (!once.compare_exchange_strong(seen, running, std::memory_order_acquire, std::memory_order_acquire)) {
    if ((seen & state_bits) == done) {
      if (Context != nullptr) *Context = std::bit_cast<void*>(seen & ~state_bits);
      return TRUE;
    }
    once.wait(seen, std::memory_order_relaxed);
    seen = fresh;
  }
  void* made = nullptr;
  const bool succeeded = InitFn(InitOnce, Parameter, &made) != FALSE;
  const auto value = reinterpret_cast<std::uintptr_t>(made);
  const bool fits = (value & state_bits) == 0;
  finish(once, succeeded && fits ? value | done : fresh);
  if (!succeeded) return FALSE;
  if (!fits) return refuse();
  if (Context != nullptr) *Context = made;
  return TRUE;
}

void WINAPI InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection) { *lpCriticalSection = {}; }

BOOL WINAPI InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION lpCriticalSection, DWORD) {
  InitializeCriticalSection(lpCriticalSection);
  return TRUE;
}

BOOL WINAPI InitializeCriticalSectionEx(LPCRITICAL_SECTION lpCriticalSection, DWORD, DWORD) {
  InitializeCriticalSection(lpCriticalSection);
  return TRUE;
}

BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection) {
  CRITICAL_SECTION& section = *lpCriticalSection;
  if (enter_again(section)) return TRUE;
  LONG expected = 0;
  if (!lock_of(section).compare_exchange_strong(expected, 1, std::memory_order_acquire, std::memory_order_relaxed))
    return FALSE;
  become_owner(section);
  return TRUE;
}

void WINAPI EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection) {
  if (TryEnterCriticalSection(lpCriticalSection)) return;
  const auto lock = lock_of(*lpCriticalSection);
  while (lock.exchange(2, std::memory_order_acquire) != 0) lock.wait(2, std::memory_order_relaxed);
  become_owner(*lpCriticalSection);
}

void WINAPI LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection) {
  CRITICAL_SECTION& section = *lpCriticalSection;
  if (--section.RecursionCount > 0) return;
  owner_of(section).store(nullptr, std::memory_order_relaxed);
  const auto lock = lock_of(section);
  if (lock.exchange(0, std::memory_order_release) == 2) lock.notify_one();
}

void WINAPI DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection) { *lpCriticalSection = {}; }

// Critical sections, SRW locks, one-time initialization and events, by several threads at once.
#include <gtest/gtest.h>
#include <windows.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace {

constexpr int threads = 4, rounds = 20000;

void in_parallel(const std::function<void(int)>& work) {
  std::vector<std::thread> started;
  for (int i = 0; i < threads; ++i) started.emplace_back(work, i);
  for (std::thread& one : started) one.join();
}

struct section {
  section() { InitializeCriticalSection(&is); }
  ~section() { DeleteCriticalSection(&is); }
  CRITICAL_SECTION is;
};

TEST(critical_section, lets_one_in_at_a_time) {
  section lock;
  long counter = 0;  // not atomic: what the lock protects
  in_parallel([&](int) {
    for (int i = 0; i < rounds; ++i) {
      EnterCriticalSection(&lock.is);
      ++counter;
      LeaveCriticalSection(&lock.is);
    }
  });
  EXPECT_EQ(counter, long{threads} * rounds);
}

TEST(critical_section, can_be_entered_again_by_its_thread_only) {
  section lock;
  const auto other_gets_in = [&] {
    BOOL got = FALSE;
    std::thread([&] {
      got = TryEnterCriticalSection(&lock.is);
      if (got) LeaveCriticalSection(&lock.is);
    }).join();
    return got != FALSE;
  };
  EnterCriticalSection(&lock.is);
  EXPECT_TRUE(TryEnterCriticalSection(&lock.is));
  EXPECT_FALSE(other_gets_in());
  LeaveCriticalSection(&lock.is);
  EXPECT_FALSE(other_gets_in());
  LeaveCriticalSection(&lock.is);
  EXPECT_TRUE(other_gets_in());
}

TEST(critical_section, the_other_ways_to_make_one) {
  CRITICAL_SECTION lock;
  ASSERT_TRUE(InitializeCriticalSectionAndSpinCount(&lock, 4000));
  EnterCriticalSection(&lock);
  LeaveCriticalSection(&lock);
  DeleteCriticalSection(&lock);
  ASSERT_TRUE(InitializeCriticalSectionEx(&lock, 0, 0));
  EXPECT_TRUE(TryEnterCriticalSection(&lock));
  LeaveCriticalSection(&lock);
  DeleteCriticalSection(&lock);
}

TEST(srw_lock, writers_are_alone_and_readers_see_whole_values) {
  SRWLOCK lock = SRWLOCK_INIT;
  long first = 0, second = 0;
  std::atomic<int> torn{0};
  in_parallel([&](int which) {
    for (int i = 0; i < rounds; ++i) {
      if (which % 2 == 0) {
        AcquireSRWLockExclusive(&lock);
        ++first, ++second;
        ReleaseSRWLockExclusive(&lock);
      } else {
        AcquireSRWLockShared(&lock);
        torn += first != second;
        ReleaseSRWLockShared(&lock);
      }
    }
  });
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(first, long{threads} / 2 * rounds);
  EXPECT_EQ(lock.Ptr, nullptr);
}

TEST(srw_lock, who_gets_in_besides_whom) {
  SRWLOCK lock;
  InitializeSRWLock(&lock);
  AcquireSRWLockShared(&lock);
  EXPECT_TRUE(TryAcquireSRWLockShared(&lock));
  EXPECT_FALSE(TryAcquireSRWLockExclusive(&lock));
  ReleaseSRWLockShared(&lock);
  ReleaseSRWLockShared(&lock);
  EXPECT_TRUE(TryAcquireSRWLockExclusive(&lock));
  EXPECT_FALSE(TryAcquireSRWLockShared(&lock));
  EXPECT_FALSE(TryAcquireSRWLockExclusive(&lock));
  ReleaseSRWLockExclusive(&lock);
}

std::atomic<int> calls{0};
int made = 0;

BOOL WINAPI make(PINIT_ONCE, PVOID, PVOID* context) {
  ++calls;
  made = 42;
  *context = &made;
  return TRUE;
}

TEST(init_once, runs_once_and_everybody_sees_what_it_did) {
  INIT_ONCE once = INIT_ONCE_STATIC_INIT;
  calls = 0;
  std::atomic<int> wrong{0};
  in_parallel([&](int) {
    void* context = nullptr;
    const BOOL done = InitOnceExecuteOnce(&once, make, nullptr, &context);
    wrong += !done || context != &made || made != 42;
  });
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(wrong, 0);
}

BOOL WINAPI succeed_the_second_time(PINIT_ONCE, PVOID counter, PVOID*) {
  return ++*static_cast<int*>(counter) == 2 ? TRUE : FALSE;
}

TEST(init_once, tries_again_after_a_failure) {
  INIT_ONCE once;
  InitOnceInitialize(&once);
  int count = 0;
  EXPECT_FALSE(InitOnceExecuteOnce(&once, succeed_the_second_time, &count, nullptr));
  EXPECT_TRUE(InitOnceExecuteOnce(&once, succeed_the_second_time, &count, nullptr));
  EXPECT_TRUE(InitOnceExecuteOnce(&once, succeed_the_second_time, &count, nullptr));
  EXPECT_EQ(count, 2);
}

BOOL WINAPI misalign(PINIT_ONCE, PVOID, PVOID* context) {
  *context = reinterpret_cast<PVOID>(5);
  return TRUE;
}

TEST(init_once, what_is_refused) {
  INIT_ONCE once = INIT_ONCE_STATIC_INIT;
  SetLastError(ERROR_SUCCESS);
  EXPECT_FALSE(InitOnceExecuteOnce(&once, misalign, nullptr, nullptr));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
  SetLastError(ERROR_SUCCESS);
  EXPECT_FALSE(InitOnceExecuteOnce(&once, nullptr, nullptr, nullptr));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

TEST(interlocked, counts_and_exchanges) {
  LONG counter = 0;
  in_parallel([&](int) {
    for (int i = 0; i < rounds; ++i) InterlockedIncrement(&counter);
  });
  EXPECT_EQ(counter, threads * rounds);
  EXPECT_EQ(InterlockedDecrement(&counter), threads * rounds - 1);
  EXPECT_EQ(InterlockedExchange(&counter, 5), threads * rounds - 1);
  EXPECT_EQ(InterlockedExchangeAdd(&counter, 2), 5);
  EXPECT_EQ(InterlockedCompareExchange(&counter, 1, 6), 7);
  EXPECT_EQ(InterlockedCompareExchange(&counter, 1, 7), 7);
  EXPECT_EQ(counter, 1);
  EXPECT_EQ(InterlockedOr(&counter, 6), 1);
  EXPECT_EQ(InterlockedAnd(&counter, 3), 7);
  EXPECT_EQ(InterlockedXor(&counter, 1), 3);
  LONG64 large = 1LL << 40;
  EXPECT_EQ(InterlockedIncrement64(&large), (1LL << 40) + 1);
  PVOID pointer = nullptr;
  EXPECT_EQ(InterlockedCompareExchangePointer(&pointer, &large, nullptr), nullptr);
  EXPECT_EQ(InterlockedExchangePointer(&pointer, nullptr), &large);
}

struct an_event {
  an_event(BOOL manual, BOOL set) : is(CreateEventW(nullptr, manual, set, nullptr)) {}
  ~an_event() { CloseHandle(is); }
  HANDLE is;
};

TEST(events, an_automatic_one_serves_one_wait) {
  const an_event one(FALSE, TRUE);
  EXPECT_EQ(WaitForSingleObject(one.is, 0), DWORD{WAIT_OBJECT_0});
  EXPECT_EQ(WaitForSingleObject(one.is, 0), DWORD{WAIT_TIMEOUT});
  EXPECT_TRUE(SetEvent(one.is));
  EXPECT_EQ(WaitForSingleObject(one.is, INFINITE), DWORD{WAIT_OBJECT_0});
}

TEST(events, a_manual_one_stays_set_until_it_is_reset) {
  const an_event one(TRUE, TRUE);
  EXPECT_EQ(WaitForSingleObject(one.is, 0), DWORD{WAIT_OBJECT_0});
  EXPECT_EQ(WaitForSingleObject(one.is, 0), DWORD{WAIT_OBJECT_0});
  EXPECT_TRUE(ResetEvent(one.is));
  EXPECT_EQ(WaitForSingleObject(one.is, 5), DWORD{WAIT_TIMEOUT});
}

TEST(events, wake_another_thread) {
  const an_event go(FALSE, FALSE), done(FALSE, FALSE);
  std::thread other([&] {
    WaitForSingleObject(go.is, INFINITE);
    SetEvent(done.is);
  });
  EXPECT_EQ(WaitForSingleObject(done.is, 0), DWORD{WAIT_TIMEOUT});
  SetEvent(go.is);
  EXPECT_EQ(WaitForSingleObject(done.is, 30000), DWORD{WAIT_OBJECT_0});
  other.join();
}

TEST(events, several_at_once) {
  const an_event first(FALSE, FALSE), second(FALSE, TRUE);
  const HANDLE both[] = {first.is, second.is};
  EXPECT_EQ(WaitForMultipleObjects(2, both, TRUE, 0), DWORD{WAIT_TIMEOUT});
  EXPECT_EQ(WaitForMultipleObjects(2, both, FALSE, 0), DWORD{WAIT_OBJECT_0 + 1});
  EXPECT_EQ(WaitForMultipleObjects(2, both, FALSE, 0), DWORD{WAIT_TIMEOUT});
  SetEvent(first.is), SetEvent(second.is);
  EXPECT_EQ(WaitForMultipleObjects(2, both, TRUE, 0), DWORD{WAIT_OBJECT_0});
  EXPECT_EQ(WaitForMultipleObjects(2, both, FALSE, 0), DWORD{WAIT_TIMEOUT});
}

DWORD error_of(DWORD result) { return result == WAIT_FAILED ? GetLastError() : DWORD{ERROR_SUCCESS}; }

TEST(events, what_is_refused) {
  HANDLE closed = CreateEventA(nullptr, FALSE, TRUE, nullptr);
  EXPECT_TRUE(CloseHandle(closed));
  EXPECT_FALSE(CloseHandle(closed));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_FALSE(CloseHandle(nullptr));
  EXPECT_FALSE(CloseHandle(INVALID_HANDLE_VALUE));
  EXPECT_FALSE(SetEvent(closed));
  EXPECT_EQ(error_of(WaitForSingleObject(closed, 0)), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_EQ(error_of(WaitForMultipleObjects(0, &closed, FALSE, 0)), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_EQ(error_of(WaitForMultipleObjects(65, &closed, FALSE, 0)), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_EQ(CreateEventW(nullptr, FALSE, FALSE, L"named"), nullptr);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_NOT_SUPPORTED});
}

TEST(events, closing_ends_a_wait) {
  HANDLE one = CreateEventA(nullptr, FALSE, FALSE, nullptr);
  std::atomic<DWORD> result{0};
  std::thread waiting([&] { result = WaitForSingleObject(one, INFINITE); });
  Sleep(20);
  CloseHandle(one);
  waiting.join();
  EXPECT_EQ(result, DWORD{WAIT_FAILED});
}

}  // namespace

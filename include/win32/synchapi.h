/* synchapi.h: critical sections, slim reader/writer locks, one-time initialization, events, and waiting.
 *
 *   static SRWLOCK lock = SRWLOCK_INIT;
 *   AcquireSRWLockExclusive(&lock);
 *
 * Critical sections can be entered again by the thread that is inside; SRW locks cannot, and are not fair. Both are locks
 * of this process only. A waiting thread sleeps. What is entered by one thread is left by the same thread: that is the
 * caller's duty, as on Windows. In libschannix-win32. Source: MS synchapi.h.
 */
#ifndef SCHANNIX_SYNCHAPI_H
#define SCHANNIX_SYNCHAPI_H

#include <handleapi.h>
#include <minwindef.h>
#include <winerror.h>
#include <winnt.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Same size as on Windows. Its fields are the library's own. */
typedef struct _RTL_CRITICAL_SECTION {
  PVOID DebugInfo;
  LONG LockCount; /* 0 free, 1 taken, 2 taken and waited for */
  LONG RecursionCount;
  HANDLE OwningThread;
  HANDLE LockSemaphore;
  ULONG_PTR SpinCount;
} RTL_CRITICAL_SECTION, *PRTL_CRITICAL_SECTION;
typedef RTL_CRITICAL_SECTION CRITICAL_SECTION, *PCRITICAL_SECTION, *LPCRITICAL_SECTION;

void WINAPI InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection);

/* As InitializeCriticalSection: TRUE, always. Spinning, and the flags, are only hints. */
BOOL WINAPI InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount);
BOOL WINAPI InitializeCriticalSectionEx(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount, DWORD Flags);
void WINAPI EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection); /* FALSE: another thread is inside */
void WINAPI LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
void WINAPI DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection);

typedef struct _RTL_SRWLOCK {
  PVOID Ptr;
} RTL_SRWLOCK, *PRTL_SRWLOCK;
typedef RTL_SRWLOCK SRWLOCK, *PSRWLOCK;
#define RTL_SRWLOCK_INIT {0}
#define SRWLOCK_INIT RTL_SRWLOCK_INIT

void WINAPI InitializeSRWLock(PSRWLOCK SRWLock);
void WINAPI AcquireSRWLockExclusive(PSRWLOCK SRWLock);
void WINAPI AcquireSRWLockShared(PSRWLOCK SRWLock);
BOOLEAN WINAPI TryAcquireSRWLockExclusive(PSRWLOCK SRWLock);
BOOLEAN WINAPI TryAcquireSRWLockShared(PSRWLOCK SRWLock);
void WINAPI ReleaseSRWLockExclusive(PSRWLOCK SRWLock);
void WINAPI ReleaseSRWLockShared(PSRWLOCK SRWLock);

typedef union _RTL_RUN_ONCE {
  PVOID Ptr;
} RTL_RUN_ONCE, *PRTL_RUN_ONCE;
typedef RTL_RUN_ONCE INIT_ONCE, *PINIT_ONCE, *LPINIT_ONCE;
#define RTL_RUN_ONCE_INIT {0}
#define INIT_ONCE_STATIC_INIT RTL_RUN_ONCE_INIT
typedef BOOL(WINAPI *PINIT_ONCE_FN)(PINIT_ONCE InitOnce, PVOID Parameter, PVOID *Context);

void WINAPI InitOnceInitialize(PINIT_ONCE InitOnce);

/* Calls InitFn once: other threads wait, and see what it did. When it answers FALSE, so does this call, and the next one
 * tries again. *Context: what InitFn left there; its two lowest bits have to be zero. NULL is allowed. TRUE: it is done.
 * FALSE and ERROR_INVALID_PARAMETER: a NULL, or the two bits. InitFn must not come back to the same InitOnce. */
BOOL WINAPI InitOnceExecuteOnce(PINIT_ONCE InitOnce, PINIT_ONCE_FN InitFn, PVOID Parameter, LPVOID *Context);

/* dwMilliseconds at least; INFINITE never returns; 0 lets others run. */
void WINAPI Sleep(DWORD dwMilliseconds);

#define WAIT_OBJECT_0 0
#define WAIT_FAILED 0xFFFFFFFF
#define MAXIMUM_WAIT_OBJECTS 64

/* An event: waiting threads go on when it is set. bManualReset: it stays set until ResetEvent; else one wait takes it
 * back. lpName has to be NULL, lpEventAttributes says who inherits the handle and does not matter. Freed with
 * CloseHandle. NULL and ERROR_NOT_SUPPORTED: a name; ERROR_NOT_ENOUGH_MEMORY. */
HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCSTR lpName);
HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCWSTR lpName);

/* FALSE and ERROR_INVALID_HANDLE for what is no event. */
BOOL WINAPI SetEvent(HANDLE hEvent);
BOOL WINAPI ResetEvent(HANDLE hEvent);

/* Waits for an event, for one of them, or with bWaitAll for all of them at once. WAIT_OBJECT_0 plus the index of the one
 * that was taken (the lowest; all: 0), WAIT_TIMEOUT, or WAIT_FAILED with ERROR_INVALID_HANDLE: one is no event, or with
 * ERROR_INVALID_PARAMETER: none, or more than MAXIMUM_WAIT_OBJECTS. An event that is closed meanwhile fails with
 * ERROR_INVALID_HANDLE. */
DWORD WINAPI WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds);
DWORD WINAPI WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll, DWORD dwMilliseconds);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

#include <schannix_names.h>
#if !defined(SCHANNIX_NO_NAME_MACROS) && !defined(CreateEvent)
#define CreateEvent SCHANNIX_AW_(CreateEvent)
#endif

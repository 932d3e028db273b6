/* winnt.h: interlocked operations, versions and languages; the types are in minwindef.h.
 *
 * Interlocked operations are full barriers, as on Windows: inline here, so they need no library. Those that name a new
 * value return it, those that exchange return the old one. Source: MS winnt.h.
 */
#ifndef SCHANNIX_WINNT_H
#define SCHANNIX_WINNT_H

#include <minwindef.h>

#define SCHANNIX_INTERLOCKED_(suffix, type)                                                                       \
  static __inline__ type InterlockedIncrement##suffix(type volatile *Addend) {                                    \
    return __atomic_add_fetch(Addend, 1, __ATOMIC_SEQ_CST);                                                       \
  }                                                                                                               \
  static __inline__ type InterlockedDecrement##suffix(type volatile *Addend) {                                    \
    return __atomic_sub_fetch(Addend, 1, __ATOMIC_SEQ_CST);                                                       \
  }                                                                                                               \
  static __inline__ type InterlockedExchange##suffix(type volatile *Target, type Value) {                         \
    return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);                                                  \
  }                                                                                                               \
  static __inline__ type InterlockedExchangeAdd##suffix(type volatile *Addend, type Value) {                      \
    return __atomic_fetch_add(Addend, Value, __ATOMIC_SEQ_CST);                                                   \
  }                                                                                                               \
  static __inline__ type InterlockedCompareExchange##suffix(type volatile *Destination, type Exchange, type Comparand) { \
    __atomic_compare_exchange_n(Destination, &Comparand, Exchange, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);        \
    return Comparand; /* which holds what was there */                                                            \
  }                                                                                                               \
  static __inline__ type InterlockedAnd##suffix(type volatile *Destination, type Value) {                         \
    return __atomic_fetch_and(Destination, Value, __ATOMIC_SEQ_CST);                                              \
  }                                                                                                               \
  static __inline__ type InterlockedOr##suffix(type volatile *Destination, type Value) {                          \
    return __atomic_fetch_or(Destination, Value, __ATOMIC_SEQ_CST);                                               \
  }                                                                                                               \
  static __inline__ type InterlockedXor##suffix(type volatile *Destination, type Value) {                         \
    return __atomic_fetch_xor(Destination, Value, __ATOMIC_SEQ_CST);                                              \
  }
SCHANNIX_INTERLOCKED_(, LONG)
SCHANNIX_INTERLOCKED_(64, LONG64)

static __inline__ PVOID InterlockedExchangePointer(PVOID volatile *Target, PVOID Value) {
  return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}
static __inline__ PVOID InterlockedCompareExchangePointer(PVOID volatile *Destination, PVOID Exchange, PVOID Comparand) {
  __atomic_compare_exchange_n(Destination, &Comparand, Exchange, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return Comparand;
}
static __inline__ void MemoryBarrier(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

/* Languages of FormatMessage */
typedef WORD LANGID;
typedef DWORD LCID;
#define LANG_NEUTRAL 0x00
#define LANG_ENGLISH 0x09
#define SUBLANG_NEUTRAL 0x00
#define SUBLANG_DEFAULT 0x01
#define SUBLANG_SYS_DEFAULT 0x02
#define SUBLANG_ENGLISH_US 0x01
#define MAKELANGID(primary, sub) SCHANNIX_CAST(WORD, SCHANNIX_CAST(WORD, sub) << 10 | SCHANNIX_CAST(WORD, primary))
#define PRIMARYLANGID(language) SCHANNIX_CAST(WORD, SCHANNIX_CAST(WORD, language) & 0x3FF)
#define SUBLANGID(language) SCHANNIX_CAST(WORD, SCHANNIX_CAST(WORD, language) >> 10)

/* Versions, for the functions of sysinfoapi.h */
typedef struct _OSVERSIONINFOA {
  DWORD dwOSVersionInfoSize;
  DWORD dwMajorVersion;
  DWORD dwMinorVersion;
  DWORD dwBuildNumber;
  DWORD dwPlatformId; /* VER_PLATFORM_WIN32_NT */
  CHAR szCSDVersion[128];
} OSVERSIONINFOA, *POSVERSIONINFOA, *LPOSVERSIONINFOA;

typedef struct _OSVERSIONINFOW {
  DWORD dwOSVersionInfoSize;
  DWORD dwMajorVersion;
  DWORD dwMinorVersion;
  DWORD dwBuildNumber;
  DWORD dwPlatformId;
  WCHAR szCSDVersion[128];
} OSVERSIONINFOW, *POSVERSIONINFOW, *LPOSVERSIONINFOW, RTL_OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;

typedef struct _OSVERSIONINFOEXA {
  DWORD dwOSVersionInfoSize;
  DWORD dwMajorVersion;
  DWORD dwMinorVersion;
  DWORD dwBuildNumber;
  DWORD dwPlatformId;
  CHAR szCSDVersion[128];
  WORD wServicePackMajor;
  WORD wServicePackMinor;
  WORD wSuiteMask;
  BYTE wProductType; /* VER_NT_SERVER */
  BYTE wReserved;
} OSVERSIONINFOEXA, *POSVERSIONINFOEXA, *LPOSVERSIONINFOEXA;

typedef struct _OSVERSIONINFOEXW {
  DWORD dwOSVersionInfoSize;
  DWORD dwMajorVersion;
  DWORD dwMinorVersion;
  DWORD dwBuildNumber;
  DWORD dwPlatformId;
  WCHAR szCSDVersion[128];
  WORD wServicePackMajor;
  WORD wServicePackMinor;
  WORD wSuiteMask;
  BYTE wProductType;
  BYTE wReserved;
} OSVERSIONINFOEXW, *POSVERSIONINFOEXW, *LPOSVERSIONINFOEXW, RTL_OSVERSIONINFOEXW, *PRTL_OSVERSIONINFOEXW;

#ifdef UNICODE
typedef OSVERSIONINFOW OSVERSIONINFO, *POSVERSIONINFO, *LPOSVERSIONINFO;
typedef OSVERSIONINFOEXW OSVERSIONINFOEX, *POSVERSIONINFOEX, *LPOSVERSIONINFOEX;
#else
typedef OSVERSIONINFOA OSVERSIONINFO, *POSVERSIONINFO, *LPOSVERSIONINFO;
typedef OSVERSIONINFOEXA OSVERSIONINFOEX, *POSVERSIONINFOEX, *LPOSVERSIONINFOEX;
#endif

#define VER_PLATFORM_WIN32s 0
#define VER_PLATFORM_WIN32_WINDOWS 1
#define VER_PLATFORM_WIN32_NT 2
#define VER_NT_WORKSTATION 0x00000001
#define VER_NT_SERVER 0x00000003
#define VER_MINORVERSION 0x00000001
#define VER_MAJORVERSION 0x00000002
#define VER_BUILDNUMBER 0x00000004
#define VER_PLATFORMID 0x00000008
#define VER_SERVICEPACKMINOR 0x00000010
#define VER_SERVICEPACKMAJOR 0x00000020
#define VER_SUITENAME 0x00000040
#define VER_PRODUCT_TYPE 0x00000080
#define VER_EQUAL 1
#define VER_GREATER 2
#define VER_GREATER_EQUAL 3
#define VER_LESS 4
#define VER_LESS_EQUAL 5
#define VER_AND 6
#define VER_OR 7
#define VER_SET_CONDITION(mask, type, condition) ((mask) = VerSetConditionMask((mask), (type), (condition)))

#endif

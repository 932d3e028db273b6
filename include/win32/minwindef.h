/* minwindef.h: the Windows types and macros that TLS code needs.
 *
 * Windows is LLP64, so everything that is `long` there has 32 bits here: DWORD, ULONG, LONG, HRESULT. WCHAR is the
 * platform's wchar_t (32 bits), so that L"..." and std::wstring work: byte counts of wide strings follow
 * sizeof(WCHAR). Calling conventions and annotations are empty.
 *
 * Left out on purpose, because they break other headers: _WIN32, WIN32, _MSC_VER, near, far, small, interface, IN, OUT,
 * OPTIONAL; min and max are in windows.h, in C only. The old annotations __in, __out ... are identifiers of C++ standard libraries:
 * define SCHANNIX_OLD_ANNOTATIONS, and include this header last, to have them removed.
 * Source: Microsoft's pages "Windows Data Types" and "Fundamental Types"; what is left out is our decision.
 */
#ifndef SCHANNIX_MINWINDEF_H
#define SCHANNIX_MINWINDEF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

/* Programs compare these to choose struct versions: everything up to Windows 11 / Server 2022 is declared. */
#ifndef NTDDI_WINBLUE
#define NTDDI_WINBLUE 0x06030000
#define NTDDI_WIN10_RS5 0x0A000006
#define NTDDI_WIN10_19H1 0x0A000007
#define NTDDI_WIN10_FE 0x0A00000A
#define NTDDI_WIN10_CO 0x0A00000B
#endif
#ifndef NTDDI_VERSION
#define NTDDI_VERSION NTDDI_WIN10_CO
#endif
#ifndef WDK_NTDDI_VERSION
#define WDK_NTDDI_VERSION NTDDI_WIN10_CO
#endif
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif
#ifndef WINVER
#define WINVER _WIN32_WINNT
#endif

/* A cast that is quiet in C and in C++, for the constants of these headers. */
#ifdef __cplusplus
#define SCHANNIX_CAST(type, value) (static_cast<type>(value))
#define SCHANNIX_POINTER(type, value) (reinterpret_cast<type>(static_cast<ULONG_PTR>(value)))
#else
#define SCHANNIX_CAST(type, value) ((type)(value))
#define SCHANNIX_POINTER(type, value) ((type)(ULONG_PTR)(value))
#endif

/* Calling conventions and compiler words: one convention here, so all are empty. */
#define WINAPI
#define APIENTRY
#define CALLBACK
#define NTAPI
#define WINAPIV
#define WSAAPI
#define PASCAL
#define FAR
#define CONST const
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __fastcall
#define __fastcall
#endif
#ifndef __declspec
#define __declspec(attribute)
#endif
#ifndef __int64
#define __int64 long long
#endif
#ifndef __forceinline
#define __forceinline __inline__
#endif
#ifndef DECLSPEC_NORETURN
#define DECLSPEC_NORETURN __attribute__((noreturn))
#endif
#define DECLSPEC_IMPORT
#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))

/* Annotations: empty. */
#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _Inout_
#define _Inout_opt_
#define _Out_
#define _Out_opt_
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Reserved_
#define _Deref_out_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Check_return_
#define _Return_type_success_(expression)
#define _Pre_satisfies_(condition)
#define _Post_satisfies_(condition)
#define _Printf_format_string_
#define _At_(target, annotations)
#define _In_range_(low, high)
#define _Out_range_(low, high)
#define _Inout_z_
#define _In_reads_z_(count)
#define _In_reads_or_z_(count)
#define _Inout_updates_opt_(count)
#define _Inout_updates_bytes_opt_(count)
#define _Outptr_result_bytebuffer_(count)
#define _Outptr_result_buffer_(count)
#define _Out_writes_z_(count)
#define _Ret_z_
#define _Pre_
#define _Post_
#define _Interlocked_operand_
#define _Acquires_lock_(lock)
#define _Releases_lock_(lock)
#define _Requires_lock_held_(lock)
#define _Must_inspect_result_
#define _Use_decl_annotations_
#define _Null_terminated_
#define _Success_(expression)
#define _When_(expression, annotations)
#define _In_reads_(count)
#define _In_reads_opt_(count)
#define _In_reads_bytes_(count)
#define _In_reads_bytes_opt_(count)
#define _Inout_updates_(count)
#define _Inout_updates_bytes_(count)
#define _Out_writes_(count)
#define _Out_writes_opt_(count)
#define _Out_writes_bytes_(count)
#define _Out_writes_bytes_opt_(count)
#define _Out_writes_to_(size, count)
#define _Out_writes_to_opt_(size, count)
#define _Out_writes_bytes_to_(size, count)
#define _Out_writes_bytes_to_opt_(size, count)
#define _Field_size_(count)
#define _Field_size_opt_(count)
#define _Field_size_bytes_(count)
#define _Field_size_bytes_opt_(count)
#ifdef SCHANNIX_OLD_ANNOTATIONS
#define __in
#define __in_opt
#define __inout
#define __inout_opt
#define __out
#define __out_opt
#define __deref_out
#define __reserved
#endif

/* Integers */
typedef int BOOL, *PBOOL, *LPBOOL;
typedef unsigned char BYTE, *PBYTE, *LPBYTE;
typedef unsigned char UCHAR, *PUCHAR;
typedef unsigned char BOOLEAN, *PBOOLEAN;
typedef char CHAR, *PCHAR, *LPCH, *PCH;
typedef short SHORT, *PSHORT;
typedef unsigned short WORD, *PWORD, *LPWORD;
typedef unsigned short USHORT, *PUSHORT;
typedef int INT, *PINT, *LPINT;
typedef unsigned int UINT, *PUINT, *LPUINT;
typedef int32_t LONG, *PLONG, *LPLONG;
typedef uint32_t ULONG, *PULONG, *LPULONG;
typedef uint32_t DWORD, *PDWORD, *LPDWORD;
typedef const DWORD *LPCDWORD;
typedef float FLOAT, *PFLOAT;
typedef int8_t INT8, *PINT8;
typedef int16_t INT16, *PINT16;
typedef int32_t INT32, *PINT32, LONG32, *PLONG32;
typedef uint8_t UINT8, *PUINT8;
typedef uint16_t UINT16, *PUINT16;
typedef uint32_t UINT32, *PUINT32, ULONG32, *PULONG32, DWORD32, *PDWORD32;
typedef long long LONGLONG, *PLONGLONG, LONG64, *PLONG64, INT64, *PINT64;
typedef unsigned long long ULONGLONG, *PULONGLONG, ULONG64, *PULONG64, UINT64, *PUINT64;
typedef unsigned long long DWORDLONG, *PDWORDLONG, DWORD64, *PDWORD64;
typedef intptr_t INT_PTR, *PINT_PTR, LONG_PTR, *PLONG_PTR;
typedef uintptr_t UINT_PTR, *PUINT_PTR, ULONG_PTR, *PULONG_PTR, DWORD_PTR, *PDWORD_PTR;
typedef size_t SIZE_T, *PSIZE_T;
typedef intptr_t SSIZE_T, *PSSIZE_T;
typedef LONG HRESULT;
typedef LONG NTSTATUS, *PNTSTATUS;

#ifndef VOID
#define VOID void
#endif
typedef void *PVOID, *LPVOID;
typedef const void *PCVOID, *LPCVOID;

/* Strings. SCHANNIX_LAYOUT_ORACLE_WCHAR16 is for the test that compares struct layouts with Windows' and nothing else. */
#ifdef SCHANNIX_LAYOUT_ORACLE_WCHAR16
typedef unsigned short WCHAR, *PWCHAR, *LPWCH, *PWCH;
#else
typedef wchar_t WCHAR, *PWCHAR, *LPWCH, *PWCH;
#endif
typedef CHAR *PSTR, *LPSTR, *NPSTR;
typedef const CHAR *PCSTR, *LPCSTR, *PCCH, *LPCCH;
typedef WCHAR *PWSTR, *LPWSTR, *NWPSTR;
typedef const WCHAR *PCWSTR, *LPCWSTR, *PCWCH, *LPCWCH;
#ifdef UNICODE
typedef WCHAR TCHAR, *PTCHAR;
typedef LPWSTR PTSTR, LPTSTR;
typedef LPCWSTR PCTSTR, LPCTSTR;
#define SCHANNIX_TEXT_(quoted) L##quoted
#else
typedef CHAR TCHAR, *PTCHAR;
typedef LPSTR PTSTR, LPTSTR;
typedef LPCSTR PCTSTR, LPCTSTR;
#define SCHANNIX_TEXT_(quoted) quoted
#endif
#define TEXT(quoted) SCHANNIX_TEXT_(quoted)

/* Handles */
typedef void *HANDLE, **PHANDLE, **LPHANDLE;
typedef HANDLE HLOCAL, HGLOBAL;
#define DECLARE_HANDLE(name) \
  struct name##__;           \
  typedef struct name##__ *name
DECLARE_HANDLE(HWND);
DECLARE_HANDLE(HINSTANCE);
DECLARE_HANDLE(HKEY);
typedef HINSTANCE HMODULE;
#define INVALID_HANDLE_VALUE SCHANNIX_POINTER(HANDLE, -1)
typedef intptr_t(WINAPI *FARPROC)(void);

/* Structures */
typedef union _LARGE_INTEGER {
  __extension__ struct {
    DWORD LowPart;
    LONG HighPart;
  };
  struct {
    DWORD LowPart;
    LONG HighPart;
  } u;
  LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
  __extension__ struct {
    DWORD LowPart;
    DWORD HighPart;
  };
  struct {
    DWORD LowPart;
    DWORD HighPart;
  } u;
  ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

/* 100-nanosecond steps since 1601-01-01 UTC. */
typedef struct _FILETIME {
  DWORD dwLowDateTime;
  DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

typedef struct _SYSTEMTIME {
  WORD wYear;
  WORD wMonth;
  WORD wDayOfWeek;
  WORD wDay;
  WORD wHour;
  WORD wMinute;
  WORD wSecond;
  WORD wMilliseconds;
} SYSTEMTIME, *PSYSTEMTIME, *LPSYSTEMTIME;

typedef struct _LUID {
  DWORD LowPart;
  LONG HighPart;
} LUID, *PLUID;

#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
  DWORD Data1;
  WORD Data2;
  WORD Data3;
  BYTE Data4[8];
} GUID;
#endif

/* For the parameters that have this type: nothing is overlapped here. */
typedef struct _OVERLAPPED {
  ULONG_PTR Internal;
  ULONG_PTR InternalHigh;
  DWORD Offset; /* these two share their place with a pointer on Windows */
  DWORD OffsetHigh;
  HANDLE hEvent;
} OVERLAPPED, *LPOVERLAPPED;

/* Who inherits a handle: nobody does here. */
typedef struct _SECURITY_ATTRIBUTES {
  DWORD nLength;
  LPVOID lpSecurityDescriptor;
  BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *PSECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;

/* Lengths in bytes, without a terminator (which need not be there). */
typedef struct _UNICODE_STRING {
  USHORT Length;
  USHORT MaximumLength;
  PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

/* Values and arithmetic */
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef NULL
#define NULL 0
#endif
#define MAX_PATH 260
#define INFINITE 0xFFFFFFFF
#define ANYSIZE_ARRAY 1
#define MAXDWORD 0xFFFFFFFF
#define LOBYTE(word) SCHANNIX_CAST(BYTE, SCHANNIX_CAST(DWORD_PTR, word) & 0xFF)
#define HIBYTE(word) SCHANNIX_CAST(BYTE, (SCHANNIX_CAST(DWORD_PTR, word) >> 8) & 0xFF)
#define LOWORD(value) SCHANNIX_CAST(WORD, SCHANNIX_CAST(DWORD_PTR, value) & 0xFFFF)
#define HIWORD(value) SCHANNIX_CAST(WORD, (SCHANNIX_CAST(DWORD_PTR, value) >> 16) & 0xFFFF)
#define MAKEWORD(low, high) SCHANNIX_CAST(WORD, ((low) & 0xFF) | (((high) & 0xFF) << 8))
#define MAKELONG(low, high) \
  SCHANNIX_CAST(LONG, SCHANNIX_CAST(DWORD, (low) & 0xFFFF) | (SCHANNIX_CAST(DWORD, (high) & 0xFFFF) << 16))
#define FIELD_OFFSET(type, field) SCHANNIX_CAST(LONG, offsetof(type, field))
#define CONTAINING_RECORD(address, type, field) \
  ((type *)(void *)((char *)(address) - offsetof(type, field))) /* NOLINT: C and C++ */
#define ARRAYSIZE(array) (sizeof(array) / sizeof((array)[0]))
#ifndef _countof
#define _countof(array) ARRAYSIZE(array)
#endif

/* Memory */
#define CopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define MoveMemory(destination, source, length) memmove((destination), (source), (length))
#define FillMemory(destination, length, value) memset((destination), (value), (length))
#define ZeroMemory(destination, length) memset((destination), 0, (length))
#define RtlCopyMemory CopyMemory
#define RtlMoveMemory MoveMemory
#define RtlZeroMemory ZeroMemory

/* Unlike ZeroMemory, never optimised away. Returns destination. */
static __inline__ PVOID SecureZeroMemory(PVOID destination, SIZE_T length) {
  volatile BYTE *byte = SCHANNIX_CAST(volatile BYTE *, destination);
  while (length-- > 0) *byte++ = 0;
  return destination;
}
#define RtlSecureZeroMemory SecureZeroMemory

#endif

/* bcrypt.h: of CNG, the functions that list the machine's cipher suites and change their order. Nothing else of CNG is here:
 * cryptography is OpenSSL's.
 *
 * The order is the administrator's, and stands in the settings file (docs/howto/settings.md), which a process reads once. So
 * the functions that change it answer as Windows does to a program without an administrator's rights.
 *
 *   PCRYPT_CONTEXT_FUNCTIONS suites = NULL;
 *   ULONG size = 0;
 *   if (BCryptEnumContextFunctions(CRYPT_LOCAL, L"SSL", NCRYPT_SCHANNEL_INTERFACE, &size, &suites) == STATUS_SUCCESS) {
 *     for (ULONG i = 0; i < suites->cFunctions; ++i) printf("%ls\n", suites->rgpszFunctions[i]);
 *     BCryptFreeBuffer(suites);
 *   }
 */
#ifndef SCHANNIX_BCRYPT_H
#define SCHANNIX_BCRYPT_H

#include <minwindef.h>
#include <winerror.h>

/* ntstatus.h on Windows */
#ifndef STATUS_NO_MEMORY
#define STATUS_NO_MEMORY SCHANNIX_CAST(NTSTATUS, 0xC0000017)
#endif
#ifndef STATUS_INVALID_PARAMETER
#define STATUS_INVALID_PARAMETER SCHANNIX_CAST(NTSTATUS, 0xC000000D)
#endif
#ifndef STATUS_ACCESS_DENIED
#define STATUS_ACCESS_DENIED SCHANNIX_CAST(NTSTATUS, 0xC0000022)
#endif
#ifndef STATUS_BUFFER_TOO_SMALL
#define STATUS_BUFFER_TOO_SMALL SCHANNIX_CAST(NTSTATUS, 0xC0000023)
#endif
#ifndef STATUS_INTERNAL_ERROR
#define STATUS_INTERNAL_ERROR SCHANNIX_CAST(NTSTATUS, 0xC00000E5)
#endif
#ifndef STATUS_NOT_FOUND
#define STATUS_NOT_FOUND SCHANNIX_CAST(NTSTATUS, 0xC0000225)
#endif

#define CRYPT_LOCAL 0x00000001
#define CRYPT_DOMAIN 0x00000002
#define CRYPT_PRIORITY_TOP 0x00000000
#define CRYPT_PRIORITY_BOTTOM 0xFFFFFFFF

typedef struct _CRYPT_CONTEXT_FUNCTIONS {
  ULONG cFunctions;
  PWSTR *rgpszFunctions;
} CRYPT_CONTEXT_FUNCTIONS, *PCRYPT_CONTEXT_FUNCTIONS;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The suites that a client's SCH_CREDENTIALS offers when it switches nothing off, by IANA's names, best first; for table
 * CRYPT_LOCAL, context "SSL" (in any case) and NCRYPT_SCHANNEL_INTERFACE. *ppBuffer is NULL: the list is allocated, one block
 * that BCryptFreeBuffer frees. Else it is written there when *pcbBuffer bytes are enough. *pcbBuffer becomes the size of the
 * list; ppBuffer NULL asks for that alone. STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL: nothing else is written;
 * STATUS_INVALID_PARAMETER: another table, pszContext or pcbBuffer NULL; STATUS_NOT_FOUND: another context
 * or interface; STATUS_NO_MEMORY; STATUS_INTERNAL_ERROR: the machine's settings have a mistake. Any thread. Source: MS
 * nf-bcrypt-bcryptenumcontextfunctions; ppBuffer NULL, STATUS_INTERNAL_ERROR: our decision. */
NTSTATUS WINAPI BCryptEnumContextFunctions(ULONG dwTable, LPCWSTR pszContext, ULONG dwInterface, ULONG *pcbBuffer,
                                           PCRYPT_CONTEXT_FUNCTIONS *ppBuffer);

/* Put a suite into the order, or take one out: never done. STATUS_ACCESS_DENIED; STATUS_INVALID_PARAMETER: another table, or
 * NULL; STATUS_NOT_FOUND: another context or interface. Source: MS nf-bcrypt-bcryptaddcontextfunction,
 * nf-bcrypt-bcryptremovecontextfunction; that nobody has the right: our decision. */
NTSTATUS WINAPI BCryptAddContextFunction(ULONG dwTable, LPCWSTR pszContext, ULONG dwInterface, LPCWSTR pszFunction,
                                         ULONG dwPosition);
NTSTATUS WINAPI BCryptRemoveContextFunction(ULONG dwTable, LPCWSTR pszContext, ULONG dwInterface, LPCWSTR pszFunction);

/* Frees a list; NULL does no harm. */
VOID WINAPI BCryptFreeBuffer(PVOID pvBuffer);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

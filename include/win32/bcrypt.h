/* bcrypt.h: of CNG, the functions that list the machine's cipher suites and change their order, the forms and names of keys for
 * ncrypt.h, random bytes and hashes (schannix_bcrypt_hashes.h), pairs of keys and signatures (schannix_bcrypt_keys.h).
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
#ifndef STATUS_INVALID_HANDLE
#define STATUS_INVALID_HANDLE SCHANNIX_CAST(NTSTATUS, 0xC0000008)
#endif
#ifndef STATUS_ACCESS_DENIED
#define STATUS_ACCESS_DENIED SCHANNIX_CAST(NTSTATUS, 0xC0000022)
#endif
#ifndef STATUS_BUFFER_TOO_SMALL
#define STATUS_BUFFER_TOO_SMALL SCHANNIX_CAST(NTSTATUS, 0xC0000023)
#endif
#ifndef STATUS_NOT_SUPPORTED
#define STATUS_NOT_SUPPORTED SCHANNIX_CAST(NTSTATUS, 0xC00000BB)
#endif
#ifndef STATUS_INTERNAL_ERROR
#define STATUS_INTERNAL_ERROR SCHANNIX_CAST(NTSTATUS, 0xC00000E5)
#endif
#ifndef STATUS_INVALID_SIGNATURE
#define STATUS_INVALID_SIGNATURE SCHANNIX_CAST(NTSTATUS, 0xC000A000)
#endif
#ifndef STATUS_NOT_FOUND
#define STATUS_NOT_FOUND SCHANNIX_CAST(NTSTATUS, 0xC0000225)
#endif

#define CRYPT_LOCAL 0x00000001
#define CRYPT_DOMAIN 0x00000002
#define CRYPT_PRIORITY_TOP 0x00000000
#define CRYPT_PRIORITY_BOTTOM 0xFFFFFFFF

/* ---- Keys: names of algorithms, and keys as bytes ---- */

#define BCRYPT_RSA_ALGORITHM L"RSA"
#define BCRYPT_ECDSA_P256_ALGORITHM L"ECDSA_P256"
#define BCRYPT_ECDSA_P384_ALGORITHM L"ECDSA_P384"
#define BCRYPT_ECDSA_P521_ALGORITHM L"ECDSA_P521"
#define BCRYPT_ECDH_P256_ALGORITHM L"ECDH_P256"
#define BCRYPT_ECDH_P384_ALGORITHM L"ECDH_P384"
#define BCRYPT_ECDH_P521_ALGORITHM L"ECDH_P521"

#define BCRYPT_PUBLIC_KEY_BLOB L"PUBLICBLOB"
#define BCRYPT_PRIVATE_KEY_BLOB L"PRIVATEBLOB"
#define BCRYPT_RSAPUBLIC_BLOB L"RSAPUBLICBLOB"
#define BCRYPT_RSAPRIVATE_BLOB L"RSAPRIVATEBLOB"
#define BCRYPT_RSAFULLPRIVATE_BLOB L"RSAFULLPRIVATEBLOB"
#define BCRYPT_ECCPUBLIC_BLOB L"ECCPUBLICBLOB"
#define BCRYPT_ECCPRIVATE_BLOB L"ECCPRIVATEBLOB"
#define LEGACY_RSAPRIVATE_BLOB L"CAPIPRIVATEBLOB"

#define BCRYPT_RSAPUBLIC_MAGIC 0x31415352
#define BCRYPT_RSAPRIVATE_MAGIC 0x32415352
#define BCRYPT_RSAFULLPRIVATE_MAGIC 0x33415352
#define BCRYPT_ECDSA_PUBLIC_P256_MAGIC 0x31534345
#define BCRYPT_ECDSA_PRIVATE_P256_MAGIC 0x32534345
#define BCRYPT_ECDSA_PUBLIC_P384_MAGIC 0x33534345
#define BCRYPT_ECDSA_PRIVATE_P384_MAGIC 0x34534345
#define BCRYPT_ECDSA_PUBLIC_P521_MAGIC 0x35534345
#define BCRYPT_ECDSA_PRIVATE_P521_MAGIC 0x36534345
#define BCRYPT_ECDH_PUBLIC_P256_MAGIC 0x314B4345
#define BCRYPT_ECDH_PRIVATE_P256_MAGIC 0x324B4345
#define BCRYPT_ECDH_PUBLIC_P384_MAGIC 0x334B4345
#define BCRYPT_ECDH_PRIVATE_P384_MAGIC 0x344B4345
#define BCRYPT_ECDH_PUBLIC_P521_MAGIC 0x354B4345
#define BCRYPT_ECDH_PRIVATE_P521_MAGIC 0x364B4345

/* Behind the header, most significant byte first: the exponent, the modulus; of private ones both primes; of full ones the
 * exponents of the primes, the coefficient and the private exponent. */
typedef struct _BCRYPT_RSAKEY_BLOB {
  ULONG Magic;
  ULONG BitLength;
  ULONG cbPublicExp;
  ULONG cbModulus;
  ULONG cbPrime1;
  ULONG cbPrime2;
} BCRYPT_RSAKEY_BLOB;

/* Behind the header X and Y, of private ones the secret number; each cbKey bytes, most significant first. */
typedef struct _BCRYPT_ECCKEY_BLOB {
  ULONG dwMagic;
  ULONG cbKey;
} BCRYPT_ECCKEY_BLOB, *PBCRYPT_ECCKEY_BLOB;

typedef struct _BCryptBuffer {
  ULONG cbBuffer;
  ULONG BufferType;
  PVOID pvBuffer;
} BCryptBuffer, *PBCryptBuffer;

typedef struct _BCryptBufferDesc {
  ULONG ulVersion;
  ULONG cBuffers;
  PBCryptBuffer pBuffers;
} BCryptBufferDesc, *PBCryptBufferDesc;

/* ---- The order of suites ---- */

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

#include <schannix_bcrypt_hashes.h>
#include <schannix_bcrypt_keys.h>

#endif

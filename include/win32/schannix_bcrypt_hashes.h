/* schannix_bcrypt_hashes.h: of CNG, random bytes and hashes. Programs include bcrypt.h.
 *
 *   UCHAR value[32];
 *   BCryptHash(BCRYPT_SHA256_ALG_HANDLE, NULL, 0, data, size, value, sizeof value);
 *   BCryptGenRandom(NULL, key, sizeof key, BCRYPT_USE_SYSTEM_PREFERRED_RNG);
 *
 * An algorithm is opened by its name, or is one of the handles BCRYPT_..._ALG_HANDLE, which are always open and never closed.
 * Other handles are numbers that are never given twice. Any function may be called by any thread; a hash by one at a time.
 *
 * All give STATUS_SUCCESS, or: STATUS_INVALID_HANDLE: no such object, or of another kind; STATUS_INVALID_PARAMETER: NULL, unknown
 * flags, or what else is outside its range; STATUS_NO_MEMORY; STATUS_INTERNAL_ERROR. Besides, what stands with each.
 * Source: MS nf-bcrypt pages; values of the handles: Microsoft's win32metadata.
 */
#ifndef SCHANNIX_BCRYPT_HASHES_H
#define SCHANNIX_BCRYPT_HASHES_H

#include <minwindef.h>

typedef PVOID BCRYPT_HANDLE;
typedef PVOID BCRYPT_ALG_HANDLE;
typedef PVOID BCRYPT_HASH_HANDLE;

#define BCRYPT_SUCCESS(Status) (SCHANNIX_CAST(NTSTATUS, Status) >= 0)

#define MS_PRIMITIVE_PROVIDER L"Microsoft Primitive Provider"

#define BCRYPT_RNG_ALGORITHM L"RNG"
#define BCRYPT_MD5_ALGORITHM L"MD5"
#define BCRYPT_SHA1_ALGORITHM L"SHA1"
#define BCRYPT_SHA256_ALGORITHM L"SHA256"
#define BCRYPT_SHA384_ALGORITHM L"SHA384"
#define BCRYPT_SHA512_ALGORITHM L"SHA512"

#define BCRYPT_MD5_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0x21)
#define BCRYPT_SHA1_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0x31)
#define BCRYPT_SHA256_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0x41)
#define BCRYPT_SHA384_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0x51)
#define BCRYPT_SHA512_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0x61)
#define BCRYPT_RNG_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0x81)
#define BCRYPT_HMAC_MD5_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0x91)
#define BCRYPT_HMAC_SHA1_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0xA1)
#define BCRYPT_HMAC_SHA256_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0xB1)
#define BCRYPT_HMAC_SHA384_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0xC1)
#define BCRYPT_HMAC_SHA512_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0xD1)

#define BCRYPT_PROV_DISPATCH 0x00000001
#define BCRYPT_ALG_HANDLE_HMAC_FLAG 0x00000008
#define BCRYPT_HASH_REUSABLE_FLAG 0x00000020
#define BCRYPT_RNG_USE_ENTROPY_IN_BUFFER 0x00000001
#define BCRYPT_USE_SYSTEM_PREFERRED_RNG 0x00000002

#define BCRYPT_ALGORITHM_NAME L"AlgorithmName"
#define BCRYPT_HASH_LENGTH L"HashDigestLength"
#define BCRYPT_HASH_BLOCK_LENGTH L"HashBlockLength"
#define BCRYPT_OBJECT_LENGTH L"ObjectLength"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* pszImplementation: NULL or MS_PRIMITIVE_PROVIDER. dwFlags: for hashes BCRYPT_ALG_HANDLE_HMAC_FLAG and BCRYPT_HASH_REUSABLE_FLAG;
 * BCRYPT_PROV_DISPATCH changes nothing. STATUS_NOT_FOUND: another algorithm or implementation. */
NTSTATUS WINAPI BCryptOpenAlgorithmProvider(BCRYPT_ALG_HANDLE *phAlgorithm, LPCWSTR pszAlgId, LPCWSTR pszImplementation,
                                            ULONG dwFlags);
/* What was made with it stays. dwFlags: 0. */
NTSTATUS WINAPI BCryptCloseAlgorithmProvider(BCRYPT_ALG_HANDLE hAlgorithm, ULONG dwFlags);

/* cbBuffer random bytes of OpenSSL's generator. hAlgorithm: of BCRYPT_RNG_ALGORITHM, or with BCRYPT_USE_SYSTEM_PREFERRED_RNG
 * NULL. BCRYPT_RNG_USE_ENTROPY_IN_BUFFER changes nothing. STATUS_INTERNAL_ERROR: there are none, and pbBuffer holds zeros. */
NTSTATUS WINAPI BCryptGenRandom(BCRYPT_ALG_HANDLE hAlgorithm, PUCHAR pbBuffer, ULONG cbBuffer, ULONG dwFlags);

/* pbSecret: the key, of algorithms opened for HMAC; of others NULL. pbHashObject is not used: NULL and 0, or at least
 * BCRYPT_OBJECT_LENGTH bytes, else STATUS_BUFFER_TOO_SMALL. dwFlags: BCRYPT_HASH_REUSABLE_FLAG: BCryptFinishHash begins anew.
 * STATUS_NOT_SUPPORTED: not a hash, or OpenSSL does not have it here (MD5 under FIPS). */
NTSTATUS WINAPI BCryptCreateHash(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_HASH_HANDLE *phHash, PUCHAR pbHashObject,
                                 ULONG cbHashObject, PUCHAR pbSecret, ULONG cbSecret, ULONG dwFlags);
/* STATUS_INVALID_HANDLE: also of a hash that is finished. dwFlags: 0. */
NTSTATUS WINAPI BCryptHashData(BCRYPT_HASH_HANDLE hHash, PUCHAR pbInput, ULONG cbInput, ULONG dwFlags);
/* STATUS_INVALID_HANDLE: also of a hash that is finished; STATUS_INVALID_PARAMETER: cbOutput is not exactly the hash's size, and the
 * hash is as before. */
NTSTATUS WINAPI BCryptFinishHash(BCRYPT_HASH_HANDLE hHash, PUCHAR pbOutput, ULONG cbOutput, ULONG dwFlags);
/* A second hash that has taken in the same bytes. STATUS_INVALID_HANDLE: also of a hash that is finished. */
NTSTATUS WINAPI BCryptDuplicateHash(BCRYPT_HASH_HANDLE hHash, BCRYPT_HASH_HANDLE *phNewHash, PUCHAR pbHashObject,
                                    ULONG cbHashObject, ULONG dwFlags);
NTSTATUS WINAPI BCryptDestroyHash(BCRYPT_HASH_HANDLE hHash);

/* All at once. Statuses as of the three. */
NTSTATUS WINAPI BCryptHash(BCRYPT_ALG_HANDLE hAlgorithm, PUCHAR pbSecret, ULONG cbSecret, PUCHAR pbInput, ULONG cbInput,
                           PUCHAR pbOutput, ULONG cbOutput);

/* Of algorithms and hashes: BCRYPT_ALGORITHM_NAME (a text with its NUL), of hashes HASH_LENGTH, HASH_BLOCK_LENGTH and
 * OBJECT_LENGTH (ULONGs). pbOutput NULL: *pcbResult is the count of bytes. STATUS_BUFFER_TOO_SMALL; STATUS_NOT_SUPPORTED:
 * another. */
NTSTATUS WINAPI BCryptGetProperty(BCRYPT_HANDLE hObject, LPCWSTR pszProperty, PUCHAR pbOutput, ULONG cbOutput,
                                  ULONG *pcbResult, ULONG dwFlags);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

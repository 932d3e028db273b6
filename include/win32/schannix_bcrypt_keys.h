/* schannix_bcrypt_keys.h: of CNG, pairs of keys and signatures. Programs include bcrypt.h.
 *
 *   BCRYPT_KEY_HANDLE key;
 *   BCryptImportKeyPair(BCRYPT_ECDSA_P256_ALG_HANDLE, NULL, BCRYPT_ECCPUBLIC_BLOB, &key, blob, size, 0);
 *   if (BCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0) == STATUS_SUCCESS) puts("theirs");
 *   BCryptDestroyKey(key);
 *
 * RSA, and ECDSA on P-256, P-384 and P-521. Signatures: of RSA with BCRYPT_PAD_PKCS1 (BCRYPT_PKCS1_PADDING_INFO, whose pszAlgId may be
 * NULL: the hash's name is left out) or BCRYPT_PAD_PSS (BCRYPT_PSS_PADDING_INFO); of curves r and s, without padding: NULL and 0.
 *
 * All give STATUS_SUCCESS, or: STATUS_INVALID_HANDLE: no such object, of another kind, or a pair that is not final;
 * STATUS_INVALID_PARAMETER: NULL, unknown flags, a padding that is not the key's, a hash that has not the size of its kind, or what
 * else is outside its range; STATUS_NO_MEMORY; STATUS_INTERNAL_ERROR. Besides, what stands with each. Any thread.
 * Source: MS nf-bcrypt pages.
 */
#ifndef SCHANNIX_BCRYPT_KEYS_H
#define SCHANNIX_BCRYPT_KEYS_H

#include <schannix_bcrypt_hashes.h>

typedef PVOID BCRYPT_KEY_HANDLE;

#define BCRYPT_RSA_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0xE1)
#define BCRYPT_ECDSA_P256_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0x2E1)
#define BCRYPT_ECDSA_P384_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0x2F1)
#define BCRYPT_ECDSA_P521_ALG_HANDLE SCHANNIX_POINTER(BCRYPT_ALG_HANDLE, 0x301)

#define BCRYPT_NO_KEY_VALIDATION 0x00000008

#define BCRYPT_PAD_NONE 0x00000001
#define BCRYPT_PAD_PKCS1 0x00000002
#define BCRYPT_PAD_PSS 0x00000008

typedef struct _BCRYPT_PKCS1_PADDING_INFO {
  LPCWSTR pszAlgId;
} BCRYPT_PKCS1_PADDING_INFO;

typedef struct _BCRYPT_PSS_PADDING_INFO {
  LPCWSTR pszAlgId;
  ULONG cbSalt;
} BCRYPT_PSS_PADDING_INFO;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A pair that BCryptFinalizeKeyPair makes. dwLength: of RSA 1024 to 16384, a multiple of 64; of curves theirs. dwFlags: 0.
 * STATUS_NOT_SUPPORTED: an algorithm without pairs. */
NTSTATUS WINAPI BCryptGenerateKeyPair(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE *phKey, ULONG dwLength,
                                      ULONG dwFlags);
/* STATUS_INVALID_HANDLE: also of one that is final. dwFlags: 0. */
NTSTATUS WINAPI BCryptFinalizeKeyPair(BCRYPT_KEY_HANDLE hKey, ULONG dwFlags);

/* BCRYPT_RSAPUBLIC_BLOB, RSAPRIVATE, RSAFULLPRIVATE, ECCPUBLIC, ECCPRIVATE, BCRYPT_PUBLIC_KEY_BLOB and PRIVATE (any of them), and
 * LEGACY_RSAPRIVATE_BLOB. hImportKey: NULL. Keys are checked whatever dwFlags (BCRYPT_NO_KEY_VALIDATION) says.
 * STATUS_NOT_SUPPORTED: another form, or an algorithm without pairs; STATUS_INVALID_PARAMETER: also bytes that are no key of this
 * algorithm. */
NTSTATUS WINAPI BCryptImportKeyPair(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE hImportKey, LPCWSTR pszBlobType,
                                    BCRYPT_KEY_HANDLE *phKey, PUCHAR pbInput, ULONG cbInput, ULONG dwFlags);

/* The same forms but the last. pbOutput NULL: the count of bytes. hExportKey: NULL; dwFlags: 0. STATUS_BUFFER_TOO_SMALL;
 * STATUS_NOT_SUPPORTED: a form that the key has not. */
NTSTATUS WINAPI BCryptExportKey(BCRYPT_KEY_HANDLE hKey, BCRYPT_KEY_HANDLE hExportKey, LPCWSTR pszBlobType,
                                PUCHAR pbOutput, ULONG cbOutput, ULONG *pcbResult, ULONG dwFlags);
NTSTATUS WINAPI BCryptDestroyKey(BCRYPT_KEY_HANDLE hKey);

/* pbOutput NULL: the count of bytes. STATUS_BUFFER_TOO_SMALL; STATUS_NOT_SUPPORTED: the key has no private part. */
NTSTATUS WINAPI BCryptSignHash(BCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, PUCHAR pbInput, ULONG cbInput,
                               PUCHAR pbOutput, ULONG cbOutput, ULONG *pcbResult, ULONG dwFlags);
/* STATUS_INVALID_SIGNATURE: it is not the key's of this hash. */
NTSTATUS WINAPI BCryptVerifySignature(BCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, PUCHAR pbHash, ULONG cbHash,
                                      PUCHAR pbSignature, ULONG cbSignature, ULONG dwFlags);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

/* ncrypt.h: of CNG, key storage: private keys that outlive the program, or live as long as a handle.
 *
 *   NCRYPT_PROV_HANDLE provider;
 *   NCRYPT_KEY_HANDLE key;
 *   NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0);
 *   NCryptOpenKey(provider, &key, L"web server", 0, 0);
 *   CERT_KEY_CONTEXT held = {sizeof held, {.hNCryptKey = key}, CERT_NCRYPT_KEY_SPEC};
 *   CertSetCertificateContextProperty(certificate, CERT_KEY_CONTEXT_PROP_ID, 0, &held);
 *
 * Providers: NULL and MS_KEY_STORAGE_PROVIDER keep keys in containers, files that docs/howto/keys.md describes; L"OSSL_STORE" (ours)
 * opens keys by a URI, and makes none. RSA, and elliptic curves P-256, P-384 and P-521. A handle is a number that is never given
 * twice; every one is freed with NCryptFreeObject (or NCryptDeleteKey). Any function may be called by any thread.
 *
 * All give ERROR_SUCCESS, or: NTE_INVALID_HANDLE: no such object, or of another kind; NTE_INVALID_PARAMETER: NULL, or what else is
 * outside its range; NTE_BAD_FLAGS: unknown flags; NTE_NO_MEMORY; NTE_INTERNAL_ERROR. Besides, what stands with each.
 * NCRYPT_SILENT_FLAG changes nothing: nobody is ever asked. Source: MS nf-ncrypt pages; the providers: our decision.
 */
#ifndef SCHANNIX_NCRYPT_H
#define SCHANNIX_NCRYPT_H

#include <bcrypt.h>

typedef LONG SECURITY_STATUS;
typedef ULONG_PTR NCRYPT_HANDLE;
typedef ULONG_PTR NCRYPT_PROV_HANDLE;
typedef ULONG_PTR NCRYPT_KEY_HANDLE;

#define NCRYPT_SCHANNEL_INTERFACE 0x00010002
#define NCRYPT_SCHANNEL_SIGNATURE_INTERFACE 0x00010003

#define MS_KEY_STORAGE_PROVIDER L"Microsoft Software Key Storage Provider"

#define NCRYPT_RSA_ALGORITHM BCRYPT_RSA_ALGORITHM
#define NCRYPT_ECDSA_P256_ALGORITHM BCRYPT_ECDSA_P256_ALGORITHM
#define NCRYPT_ECDSA_P384_ALGORITHM BCRYPT_ECDSA_P384_ALGORITHM
#define NCRYPT_ECDSA_P521_ALGORITHM BCRYPT_ECDSA_P521_ALGORITHM
#define NCRYPT_ECDH_P256_ALGORITHM BCRYPT_ECDH_P256_ALGORITHM
#define NCRYPT_ECDH_P384_ALGORITHM BCRYPT_ECDH_P384_ALGORITHM
#define NCRYPT_ECDH_P521_ALGORITHM BCRYPT_ECDH_P521_ALGORITHM

#define NCRYPT_PKCS8_PRIVATE_KEY_BLOB L"PKCS8_PRIVATEKEY"

#define NCRYPT_NAME_PROPERTY L"Name"
#define NCRYPT_UNIQUE_NAME_PROPERTY L"Unique Name"
#define NCRYPT_ALGORITHM_PROPERTY L"Algorithm Name"
#define NCRYPT_ALGORITHM_GROUP_PROPERTY L"Algorithm Group"
#define NCRYPT_LENGTH_PROPERTY L"Length"
#define NCRYPT_EXPORT_POLICY_PROPERTY L"Export Policy"
#define NCRYPT_KEY_USAGE_PROPERTY L"Key Usage"

#define NCRYPT_ALLOW_EXPORT_FLAG 0x00000001
#define NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG 0x00000002
#define NCRYPT_ALLOW_DECRYPT_FLAG 0x00000001
#define NCRYPT_ALLOW_SIGNING_FLAG 0x00000002
#define NCRYPT_ALLOW_KEY_AGREEMENT_FLAG 0x00000004
#define NCRYPT_ALLOW_ALL_USAGES 0x00FFFFFF

#define NCRYPT_NO_PADDING_FLAG BCRYPT_PAD_NONE
#define NCRYPT_PAD_PKCS1_FLAG BCRYPT_PAD_PKCS1
#define NCRYPT_PAD_PSS_FLAG BCRYPT_PAD_PSS

#define NCRYPT_MACHINE_KEY_FLAG 0x00000020
#define NCRYPT_SILENT_FLAG 0x00000040
#define NCRYPT_OVERWRITE_KEY_FLAG 0x00000080
#define NCRYPT_DO_NOT_FINALIZE_FLAG 0x00000400

#define NCRYPTBUFFER_VERSION 0
#define NCRYPTBUFFER_PKCS_KEY_NAME 45

typedef BCryptBuffer NCryptBuffer;
typedef BCryptBuffer *PNCryptBuffer;
typedef BCryptBufferDesc NCryptBufferDesc;
typedef BCryptBufferDesc *PNCryptBufferDesc;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* dwFlags: NCRYPT_SILENT_FLAG. NTE_NOT_FOUND: another provider. */
SECURITY_STATUS WINAPI NCryptOpenStorageProvider(NCRYPT_PROV_HANDLE *phProvider, LPCWSTR pszProviderName,
                                                 DWORD dwFlags);

/* The key of a container (or URI). dwFlags: NCRYPT_MACHINE_KEY_FLAG: of the machine. NTE_BAD_KEYSET: there is none, or it holds no
 * key; NTE_PERM: its file is not its owner's alone. dwLegacyKeySpec is ignored. */
SECURITY_STATUS WINAPI NCryptOpenKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE *phKey, LPCWSTR pszKeyName,
                                     DWORD dwLegacyKeySpec, DWORD dwFlags);

/* A key that NCryptFinalizeKey makes; pszKeyName NULL: it lives as long as its handle. NTE_NOT_SUPPORTED: another algorithm;
 * NTE_EXISTS: without NCRYPT_OVERWRITE_KEY_FLAG. */
SECURITY_STATUS WINAPI NCryptCreatePersistedKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE *phKey, LPCWSTR pszAlgId,
                                                LPCWSTR pszKeyName, DWORD dwLegacyKeySpec, DWORD dwFlags);

/* Makes the key (RSA of 2048 bits unless NCRYPT_LENGTH_PROPERTY was set) and keeps it. NTE_INVALID_HANDLE: it is final already;
 * NTE_EXISTS: another has made one since; NTE_PERM: the folder cannot be written. */
SECURITY_STATUS WINAPI NCryptFinalizeKey(NCRYPT_KEY_HANDLE hKey, DWORD dwFlags);

/* A key from bytes: NCRYPT_PKCS8_PRIVATE_KEY_BLOB (not encrypted), BCRYPT_RSAPRIVATE_BLOB, RSAFULLPRIVATE, ECCPRIVATE,
 * BCRYPT_PRIVATE_KEY_BLOB (any of the three), LEGACY_RSAPRIVATE_BLOB. A parameter NCRYPTBUFFER_PKCS_KEY_NAME (a text with its NUL)
 * keeps it in that container, at once, or with NCRYPT_DO_NOT_FINALIZE_FLAG when it is finalized. hImportKey: 0. NTE_BAD_DATA: no such
 * key; NTE_NOT_SUPPORTED: another type; NTE_EXISTS, NTE_PERM as above. */
SECURITY_STATUS WINAPI NCryptImportKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hImportKey, LPCWSTR pszBlobType,
                                       NCryptBufferDesc *pParameterList, NCRYPT_KEY_HANDLE *phKey, PBYTE pbData,
                                       DWORD cbData, DWORD dwFlags);

/* The key as bytes; pbOutput NULL: their count. Also BCRYPT_RSAPUBLIC_BLOB, ECCPUBLIC and BCRYPT_PUBLIC_KEY_BLOB; private forms
 * only of a key whose export policy was set to NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG on this handle: else NTE_NOT_SUPPORTED, as for
 * forms that the key has not. NTE_BUFFER_TOO_SMALL; NTE_BAD_KEY_STATE: not final. */
SECURITY_STATUS WINAPI NCryptExportKey(NCRYPT_KEY_HANDLE hKey, NCRYPT_KEY_HANDLE hExportKey, LPCWSTR pszBlobType,
                                       NCryptBufferDesc *pParameterList, PBYTE pbOutput, DWORD cbOutput,
                                       DWORD *pcbResult, DWORD dwFlags);

/* DWORDs: NCRYPT_LENGTH_PROPERTY (before it is final), EXPORT_POLICY, KEY_USAGE (kept, without effect). NTE_NOT_SUPPORTED:
 * another; NTE_BAD_KEY_STATE: too late. */
SECURITY_STATUS WINAPI NCryptSetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, PBYTE pbInput, DWORD cbInput,
                                         DWORD dwFlags);

/* Of keys: NAME and UNIQUE_NAME, ALGORITHM, ALGORITHM_GROUP (texts with their NUL), LENGTH, EXPORT_POLICY, KEY_USAGE (DWORDs).
 * pbOutput NULL: the count of bytes. NTE_NOT_FOUND: the key has no name; NTE_BUFFER_TOO_SMALL; NTE_NOT_SUPPORTED: another. */
SECURITY_STATUS WINAPI NCryptGetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, PBYTE pbOutput, DWORD cbOutput,
                                         DWORD *pcbResult, DWORD dwFlags);

/* Deletes the container, and frees the handle. NTE_PERM: it cannot be deleted, and the handle is as before. */
SECURITY_STATUS WINAPI NCryptDeleteKey(NCRYPT_KEY_HANDLE hKey, DWORD dwFlags);

/* Signs a hash, with the paddings of schannix_bcrypt_keys.h. pbSignature NULL: the count of bytes. dwFlags: the padding, and
 * NCRYPT_SILENT_FLAG. NTE_INVALID_PARAMETER: also a hash or padding that is not the key's; NTE_BAD_KEY_STATE: not final;
 * NTE_BUFFER_TOO_SMALL. */
SECURITY_STATUS WINAPI NCryptSignHash(NCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, PBYTE pbHashValue, DWORD cbHashValue,
                                      PBYTE pbSignature, DWORD cbSignature, DWORD *pcbResult, DWORD dwFlags);
/* NTE_BAD_SIGNATURE: it is not the key's of this hash. */
SECURITY_STATUS WINAPI NCryptVerifySignature(NCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, PBYTE pbHashValue,
                                             DWORD cbHashValue, PBYTE pbSignature, DWORD cbSignature, DWORD dwFlags);

SECURITY_STATUS WINAPI NCryptFreeObject(NCRYPT_HANDLE hObject);
BOOL WINAPI NCryptIsKeyHandle(NCRYPT_KEY_HANDLE hKey);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

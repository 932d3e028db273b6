/* schannix_wincrypt_stores.h: what stores are saved as, what files and blobs hold, and what certificates are for. Include
 * wincrypt.h, not this file. Any function may be called by any thread. Source: the page of each function. */
#ifndef SCHANNIX_WINCRYPT_STORES_H
#define SCHANNIX_WINCRYPT_STORES_H

#include <wincrypt.h>

#define CERT_STORE_SAVE_AS_STORE 1
#define CERT_STORE_SAVE_AS_PKCS7 2
#define CERT_STORE_SAVE_AS_PKCS12 3
#define CERT_STORE_SAVE_TO_FILE 1
#define CERT_STORE_SAVE_TO_MEMORY 2
#define CERT_STORE_SAVE_TO_FILENAME_A 3
#define CERT_STORE_SAVE_TO_FILENAME_W 4
#define CERT_STORE_SAVE_TO_FILENAME CERT_STORE_SAVE_TO_FILENAME_W

#define REPORT_NO_PRIVATE_KEY 0x0001
#define REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY 0x0002
#define EXPORT_PRIVATE_KEYS 0x0004

#define CERT_QUERY_OBJECT_FILE 1
#define CERT_QUERY_OBJECT_BLOB 2
#define CERT_QUERY_CONTENT_CERT 1
#define CERT_QUERY_CONTENT_CTL 2
#define CERT_QUERY_CONTENT_CRL 3
#define CERT_QUERY_CONTENT_SERIALIZED_STORE 4
#define CERT_QUERY_CONTENT_SERIALIZED_CERT 5
#define CERT_QUERY_CONTENT_SERIALIZED_CTL 6
#define CERT_QUERY_CONTENT_SERIALIZED_CRL 7
#define CERT_QUERY_CONTENT_PKCS7_SIGNED 8
#define CERT_QUERY_CONTENT_PKCS7_UNSIGNED 9
#define CERT_QUERY_CONTENT_PKCS7_SIGNED_EMBED 10
#define CERT_QUERY_CONTENT_PKCS10 11
#define CERT_QUERY_CONTENT_PFX 12
#define CERT_QUERY_CONTENT_CERT_PAIR 13
#define CERT_QUERY_CONTENT_PFX_AND_LOAD 14
#define CERT_QUERY_CONTENT_FLAG_CERT (1 << CERT_QUERY_CONTENT_CERT)
#define CERT_QUERY_CONTENT_FLAG_CTL (1 << CERT_QUERY_CONTENT_CTL)
#define CERT_QUERY_CONTENT_FLAG_CRL (1 << CERT_QUERY_CONTENT_CRL)
#define CERT_QUERY_CONTENT_FLAG_SERIALIZED_STORE (1 << CERT_QUERY_CONTENT_SERIALIZED_STORE)
#define CERT_QUERY_CONTENT_FLAG_SERIALIZED_CERT (1 << CERT_QUERY_CONTENT_SERIALIZED_CERT)
#define CERT_QUERY_CONTENT_FLAG_SERIALIZED_CTL (1 << CERT_QUERY_CONTENT_SERIALIZED_CTL)
#define CERT_QUERY_CONTENT_FLAG_SERIALIZED_CRL (1 << CERT_QUERY_CONTENT_SERIALIZED_CRL)
#define CERT_QUERY_CONTENT_FLAG_PKCS7_SIGNED (1 << CERT_QUERY_CONTENT_PKCS7_SIGNED)
#define CERT_QUERY_CONTENT_FLAG_PKCS7_UNSIGNED (1 << CERT_QUERY_CONTENT_PKCS7_UNSIGNED)
#define CERT_QUERY_CONTENT_FLAG_PKCS7_SIGNED_EMBED (1 << CERT_QUERY_CONTENT_PKCS7_SIGNED_EMBED)
#define CERT_QUERY_CONTENT_FLAG_PKCS10 (1 << CERT_QUERY_CONTENT_PKCS10)
#define CERT_QUERY_CONTENT_FLAG_PFX (1 << CERT_QUERY_CONTENT_PFX)
#define CERT_QUERY_CONTENT_FLAG_CERT_PAIR (1 << CERT_QUERY_CONTENT_CERT_PAIR)
#define CERT_QUERY_CONTENT_FLAG_PFX_AND_LOAD (1 << CERT_QUERY_CONTENT_PFX_AND_LOAD)
#define CERT_QUERY_CONTENT_FLAG_ALL 0x00003FFE /* all but PFX_AND_LOAD */
#define CERT_QUERY_FORMAT_BINARY 1
#define CERT_QUERY_FORMAT_BASE64_ENCODED 2
#define CERT_QUERY_FORMAT_ASN_ASCII_HEX_ENCODED 3
#define CERT_QUERY_FORMAT_FLAG_BINARY (1 << CERT_QUERY_FORMAT_BINARY)
#define CERT_QUERY_FORMAT_FLAG_BASE64_ENCODED (1 << CERT_QUERY_FORMAT_BASE64_ENCODED)
#define CERT_QUERY_FORMAT_FLAG_ASN_ASCII_HEX_ENCODED (1 << CERT_QUERY_FORMAT_ASN_ASCII_HEX_ENCODED)
#define CERT_QUERY_FORMAT_FLAG_ALL 0x0000000E

#define CERT_FIND_OPTIONAL_ENHKEY_USAGE_FLAG 0x1
#define CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG 0x2
#define CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG 0x4
#define CERT_FIND_NO_ENHKEY_USAGE_FLAG 0x8
#define CERT_FIND_OR_ENHKEY_USAGE_FLAG 0x10
#define CERT_FIND_VALID_ENHKEY_USAGE_FLAG 0x20
/* Flags for CERT_FIND_SUBJECT_ATTR and CERT_FIND_ISSUER_ATTR: the values of the CERT_RDN are WCHARs, as those of
 * X509_UNICODE_NAME; letters A to Z are compared in any case. */
#define CERT_UNICODE_IS_RDN_ATTRS_FLAG 0x1
#define CERT_CASE_INSENSITIVE_IS_RDN_ATTRS_FLAG 0x2
/* The extensions that CERT_FIND_CROSS_CERT_DIST_POINTS and CERT_FIND_SUBJECT_INFO_ACCESS look for. */
#define szOID_CROSS_CERT_DIST_POINTS "1.3.6.1.4.1.311.10.9.1"
#define szOID_SUBJECT_INFO_ACCESS "1.3.6.1.5.5.7.1.11"

#define CERT_CHAIN_FIND_BY_ISSUER 1
#define CERT_CHAIN_FIND_BY_ISSUER_COMPARE_KEY_FLAG 0x0001
#define CERT_CHAIN_FIND_BY_ISSUER_COMPLEX_CHAIN_FLAG 0x0002
#define CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_URL_FLAG 0x0004
#define CERT_CHAIN_FIND_BY_ISSUER_LOCAL_MACHINE_FLAG 0x0008
#define CERT_CHAIN_FIND_BY_ISSUER_NO_KEY_FLAG 0x4000
#define CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_FLAG 0x8000

typedef BOOL(WINAPI *PFN_CERT_CHAIN_FIND_BY_ISSUER_CALLBACK)(PCCERT_CONTEXT pCert, void *pvFindArg);
typedef struct _CERT_CHAIN_FIND_BY_ISSUER_PARA {
  DWORD cbSize;
  LPCSTR pszUsageIdentifier;     /* of the extended key usage; NULL: any */
  DWORD dwKeySpec;               /* of the private key; 0: any */
  DWORD dwAcquirePrivateKeyFlags; /* ignored */
  DWORD cIssuer;
  CERT_NAME_BLOB *rgIssuer; /* one of them must be an issuer in the chain; none: any */
  PFN_CERT_CHAIN_FIND_BY_ISSUER_CALLBACK pfnFindCallback; /* NULL, or FALSE passes over a certificate */
  void *pvFindArg;
#ifdef CERT_CHAIN_FIND_BY_ISSUER_PARA_HAS_EXTRA_FIELDS
  DWORD *pdwIssuerChainIndex;
  DWORD *pdwIssuerElementIndex;
#endif
} CERT_CHAIN_FIND_ISSUER_PARA, *PCERT_CHAIN_FIND_ISSUER_PARA, CERT_CHAIN_FIND_BY_ISSUER_PARA,
    *PCERT_CHAIN_FIND_BY_ISSUER_PARA;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Writes the store's certificates (and, AS_PKCS7, its revocation lists; AS_STORE without properties). dwSaveAs:
 * CERT_STORE_SAVE_AS_STORE or AS_PKCS7. dwSaveTo: TO_MEMORY, pvSaveToPara a CRYPT_DATA_BLOB whose cbData is the room, and
 * becomes the size; with pbData NULL only that; TO_FILENAME_A or _W, a path: written beside it and put in its place.
 * FALSE and ERROR_MORE_DATA; E_INVALIDARG: NULL, flags, another form (PKCS12, FILE: no handles to files here), or an empty
 * path; E_ACCESSDENIED: the file cannot be written. */
BOOL WINAPI CertSaveStore(HCERTSTORE hCertStore, DWORD dwEncodingType, DWORD dwSaveAs, DWORD dwSaveTo,
                          void *pvSaveToPara, DWORD dwFlags);

/* The store as PKCS#12, under a password (NULL: none) with AES-256 and an HMAC of SHA-256 in 2048 rounds; Ex's pvPara is
 * ignored. dwFlags: EXPORT_PRIVATE_KEYS, else certificates only; REPORT_NO_PRIVATE_KEY: none with a key is a failure;
 * REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY, with EXPORT_PRIVATE_KEYS: so is a key that cannot leave. Keys that are told by name
 * go along: of a container always; not of a token, nor behind an NCRYPT_KEY_HANDLE whose export policy allows none. Without
 * the flag their certificates go alone. pPFX->pbData NULL: pPFX->cbData is the size. A file differs from call to call but not
 * in its size. FALSE and ERROR_MORE_DATA; CRYPT_E_NOT_FOUND: no private key; NTE_PERM: one that cannot leave; NTE_BAD_KEY: one
 * that is not found; E_INVALIDARG: NULL, other flags, an empty store. */
BOOL WINAPI PFXExportCertStoreEx(HCERTSTORE hStore, CRYPT_DATA_BLOB *pPFX, LPCWSTR szPassword, void *pvPara,
                                 DWORD dwFlags);
BOOL WINAPI PFXExportCertStore(HCERTSTORE hStore, CRYPT_DATA_BLOB *pPFX, LPCWSTR szPassword, DWORD dwFlags);
BOOL WINAPI PFXIsPFXBlob(CRYPT_DATA_BLOB *pPFX); /* whether it is PKCS#12 by its form */
/* Whether PFXImportCertStore would take the password; FALSE and ERROR_INVALID_PASSWORD. dwFlags is ignored. */
BOOL WINAPI PFXVerifyPassword(CRYPT_DATA_BLOB *pPFX, LPCWSTR szPassword, DWORD dwFlags);

/* What a file (dwObjectType CERT_QUERY_OBJECT_FILE, pvObject a wide path) or bytes (BLOB, a CRYPT_DATA_BLOB) hold: of
 * dwExpectedContentTypeFlags CERT, CRL, SERIALIZED_STORE, PKCS7_SIGNED, PFX and PFX_AND_LOAD are known, in
 * dwExpectedFormatTypeFlags BINARY and BASE64_ENCODED, with a header or without. Of PEM with several certificates the first
 * counts, and phCertStore gets all. Each out pointer may be NULL: *phCertStore is a new store of what was found,
 * *ppvContext a certificate or list context (else NULL), *phMsg NULL; PFX is only detected, PFX_AND_LOAD read with an empty
 * password. FALSE and CRYPT_E_NO_MATCH: nothing that was expected; ERROR_FILE_NOT_FOUND; E_ACCESSDENIED; E_INVALIDARG:
 * NULL, another object type, flags. */
BOOL WINAPI CryptQueryObject(DWORD dwObjectType, const void *pvObject, DWORD dwExpectedContentTypeFlags,
                             DWORD dwExpectedFormatTypeFlags, DWORD dwFlags, DWORD *pdwMsgAndCertEncodingType,
                             DWORD *pdwContentType, DWORD *pdwFormatType, HCERTSTORE *phCertStore, HCRYPTMSG *phMsg,
                             const void **ppvContext);

/* Text as by CertNameToStr, into a DER name: "CN=a, O=b", keys in any case or dotted; values in quotes as needed; RDNs
 * ended by ',' ';' or a line end, as the flags of dwStrType say; '+' between attributes of one. The order is kept, with
 * CERT_NAME_STR_REVERSE_FLAG turned round. pbEncoded NULL: *pcbEncoded is the size. *ppszError (NULL: not wanted) is where
 * the text could not be read. FALSE and CRYPT_E_INVALID_X500_STRING; ERROR_MORE_DATA; E_INVALIDARG. */
BOOL WINAPI CertStrToNameA(DWORD dwCertEncodingType, LPCSTR pszX500, DWORD dwStrType, void *pvReserved, BYTE *pbEncoded,
                           DWORD *pcbEncoded, LPCSTR *ppszError);
BOOL WINAPI CertStrToNameW(DWORD dwCertEncodingType, LPCWSTR pszX500, DWORD dwStrType, void *pvReserved,
                           BYTE *pbEncoded, DWORD *pcbEncoded, LPCWSTR *ppszError);

/* The next chain that begins with a certificate of the store; pPrevChainContext (which is freed, always) NULL starts at the
 * first. dwFindType: CERT_CHAIN_FIND_BY_ISSUER, pvFindPara its struct. A certificate needs its private key, unless
 * dwFindFlags has CERT_CHAIN_FIND_BY_ISSUER_NO_KEY_FLAG; the other flags of this type change nothing. Issuers are looked
 * for in the store, too. NULL and CRYPT_E_NOT_FOUND; E_INVALIDARG. */
PCCERT_CHAIN_CONTEXT WINAPI CertFindChainInStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType, DWORD dwFindFlags,
                                                 DWORD dwFindType, const void *pvFindPara,
                                                 PCCERT_CHAIN_CONTEXT pPrevChainContext);

/* The next certificate of the store that could have issued pSubjectContext, after pPrevIssuerContext, which is freed.
 * *pdwFlags: CERT_STORE_SIGNATURE_FLAG and CERT_STORE_TIME_VALIDITY_FLAG, of the subject, in: to be checked; out: failed.
 * NULL and CRYPT_E_NOT_FOUND; CRYPT_E_SELF_SIGNED: the subject is a root; E_INVALIDARG. */
PCCERT_CONTEXT WINAPI CertGetIssuerCertificateFromStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pSubjectContext,
                                                        PCCERT_CONTEXT pPrevIssuerContext, DWORD *pdwFlags);
/* That of pCertId's issuer and serial number. NULL and CRYPT_E_NOT_FOUND; E_INVALIDARG. */
PCCERT_CONTEXT WINAPI CertGetSubjectCertificateFromStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType,
                                                         PCERT_INFO pCertId);

/* The purposes of the extension (and, without CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG, of CERT_ENHKEY_USAGE_PROP_ID; with
 * PROP_ONLY only that): a struct with its texts behind it; pUsage NULL: *pcbUsage is the size. No identifier and
 * GetLastError CRYPT_E_NOT_FOUND: any purpose; no identifier and 0: none. FALSE and ERROR_MORE_DATA; CRYPT_E_NOT_FOUND:
 * neither, but one was asked for; CRYPT_E_ASN1_BADTAG; E_INVALIDARG. */
BOOL WINAPI CertGetEnhancedKeyUsage(PCCERT_CONTEXT pCertContext, DWORD dwFlags, PCERT_ENHKEY_USAGE pUsage,
                                    DWORD *pcbUsage);
/* The bytes of the key usage, as many as there is room for, the rest zeros. FALSE and 0: the certificate has none;
 * E_INVALIDARG; CRYPT_E_ASN1_BADTAG. */
BOOL WINAPI CertGetIntendedKeyUsage(DWORD dwCertEncodingType, PCERT_INFO pCertInfo, BYTE *pbKeyUsage, DWORD cbKeyUsage);
BOOL WINAPI CertComparePublicKeyInfo(DWORD dwCertEncodingType, PCERT_PUBLIC_KEY_INFO pPublicKey1,
                                     PCERT_PUBLIC_KEY_INFO pPublicKey2);

/* A hash of the bytes: Algid CALG_SHA1 or 0, CALG_MD5, CALG_SHA_256, CALG_SHA_384, CALG_SHA_512. pbComputedHash NULL:
 * *pcbComputedHash is its size. FALSE and NTE_BAD_ALGID; ERROR_MORE_DATA; E_INVALIDARG. */
BOOL WINAPI CryptHashCertificate(HCRYPTPROV_LEGACY hCryptProv, ALG_ID Algid, DWORD dwFlags, const BYTE *pbEncoded,
                                 DWORD cbEncoded, BYTE *pbComputedHash, DWORD *pcbComputedHash);
/* The same by name: L"SHA1", "MD5", "SHA256", "SHA384", "SHA512". */
BOOL WINAPI CryptHashCertificate2(LPCWSTR pwszCNGHashAlgid, DWORD dwFlags, void *pvReserved, const BYTE *pbEncoded,
                                  DWORD cbEncoded, BYTE *pbComputedHash, DWORD *pcbComputedHash);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

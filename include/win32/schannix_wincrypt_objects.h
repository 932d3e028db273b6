/* schannix_wincrypt_objects.h: single ASN.1 objects of wincrypt.h, and what files and blobs hold. Include wincrypt.h, not
 * this file.
 *
 *   CERT_ALT_NAME_INFO *names = NULL;
 *   DWORD size = 0;
 *   if (CryptDecodeObjectEx(X509_ASN_ENCODING, szOID_SUBJECT_ALT_NAME2, extension->Value.pbData, extension->Value.cbData,
 *                           CRYPT_DECODE_ALLOC_FLAG, NULL, &names, &size)) { ... LocalFree(names); }
 *
 * Any function may be called by any thread. Source: the page of each function and of "Constants for CryptEncodeObject and
 * CryptDecodeObject". */
#ifndef SCHANNIX_WINCRYPT_OBJECTS_H
#define SCHANNIX_WINCRYPT_OBJECTS_H

#include <wincrypt.h>

/* ---- What is decoded and encoded: the number or the extension's object identifier, and its struct ---- */

#define X509_CERT SCHANNIX_POINTER(LPCSTR, 1)                 /* CERT_SIGNED_CONTENT_INFO; decoded only */
#define X509_PUBLIC_KEY_INFO SCHANNIX_POINTER(LPCSTR, 8)      /* CERT_PUBLIC_KEY_INFO */
#define X509_ALTERNATE_NAME SCHANNIX_POINTER(LPCSTR, 12)      /* CERT_ALT_NAME_INFO */
#define X509_KEY_USAGE SCHANNIX_POINTER(LPCSTR, 14)           /* CRYPT_BIT_BLOB */
#define X509_BASIC_CONSTRAINTS2 SCHANNIX_POINTER(LPCSTR, 15)  /* CERT_BASIC_CONSTRAINTS2_INFO */
#define RSA_CSP_PUBLICKEYBLOB SCHANNIX_POINTER(LPCSTR, 19)    /* a PUBLICKEYBLOB of CryptImportKey */
#define X509_UNICODE_NAME SCHANNIX_POINTER(LPCSTR, 20)        /* CERT_NAME_INFO, values wide and with NUL */
#define X509_OCTET_STRING SCHANNIX_POINTER(LPCSTR, 25)        /* CRYPT_DATA_BLOB */
#define X509_BITS SCHANNIX_POINTER(LPCSTR, 26)                /* CRYPT_BIT_BLOB */
#define X509_INTEGER SCHANNIX_POINTER(LPCSTR, 27)             /* int */
#define X509_MULTI_BYTE_INTEGER SCHANNIX_POINTER(LPCSTR, 28)  /* CRYPT_INTEGER_BLOB */
#define X509_ENHANCED_KEY_USAGE SCHANNIX_POINTER(LPCSTR, 36)  /* CERT_ENHKEY_USAGE */
#define PKCS_RSA_PRIVATE_KEY SCHANNIX_POINTER(LPCSTR, 43)     /* a PRIVATEKEYBLOB of CryptImportKey; decoded only */
#define PKCS_PRIVATE_KEY_INFO SCHANNIX_POINTER(LPCSTR, 44)    /* CRYPT_PRIVATE_KEY_INFO; decoded only */
#define CNG_RSA_PUBLIC_KEY_BLOB SCHANNIX_POINTER(LPCSTR, 72)  /* BCRYPT_RSAPUBLIC_BLOB; decoded only */
#define X509_OBJECT_IDENTIFIER SCHANNIX_POINTER(LPCSTR, 73)   /* LPSTR */
#define X509_ECC_PRIVATE_KEY SCHANNIX_POINTER(LPCSTR, 82)     /* CRYPT_ECC_PRIVATE_KEY_INFO; decoded only */
#define CNG_RSA_PRIVATE_KEY_BLOB SCHANNIX_POINTER(LPCSTR, 83) /* BCRYPT_RSAPRIVATE_BLOB; decoded only */
/* Also X509_EXTENSIONS (5, CERT_EXTENSIONS) and X509_NAME (7, CERT_NAME_INFO): see wincrypt.h. */

typedef struct _CERT_SIGNED_CONTENT_INFO {
  CRYPT_DER_BLOB ToBeSigned;
  CRYPT_ALGORITHM_IDENTIFIER SignatureAlgorithm;
  CRYPT_BIT_BLOB Signature; /* least significant byte first */
} CERT_SIGNED_CONTENT_INFO, *PCERT_SIGNED_CONTENT_INFO;

typedef struct _CERT_BASIC_CONSTRAINTS2_INFO {
  BOOL fCA;
  BOOL fPathLenConstraint;
  DWORD dwPathLenConstraint;
} CERT_BASIC_CONSTRAINTS2_INFO, *PCERT_BASIC_CONSTRAINTS2_INFO;

typedef struct _CRYPT_ECC_PRIVATE_KEY_INFO {
  DWORD dwVersion;
  CRYPT_DER_BLOB PrivateKey;
  LPSTR szCurveOid; /* NULL: the encoding does not say */
  CRYPT_BIT_BLOB PublicKey;
} CRYPT_ECC_PRIVATE_KEY_INFO, *PCRYPT_ECC_PRIVATE_KEY_INFO;

#define CRYPT_ECC_PRIVATE_KEY_INFO_v1 1

/* CERT_RDN_ATTR.dwValueType */
#define CERT_RDN_ANY_TYPE 0
#define CERT_RDN_ENCODED_BLOB 1
#define CERT_RDN_OCTET_STRING 2
#define CERT_RDN_NUMERIC_STRING 3
#define CERT_RDN_PRINTABLE_STRING 4
#define CERT_RDN_T61_STRING 5
#define CERT_RDN_TELETEX_STRING 5
#define CERT_RDN_VIDEOTEX_STRING 6
#define CERT_RDN_IA5_STRING 7
#define CERT_RDN_GRAPHIC_STRING 8
#define CERT_RDN_ISO646_STRING 9
#define CERT_RDN_VISIBLE_STRING 9
#define CERT_RDN_GENERAL_STRING 10
#define CERT_RDN_UNIVERSAL_STRING 11
#define CERT_RDN_INT4_STRING 11
#define CERT_RDN_BMP_STRING 12
#define CERT_RDN_UNICODE_STRING 12
#define CERT_RDN_UTF8_STRING 13

/* CRYPT_BIT_BLOB of X509_KEY_USAGE, first byte */
#define CERT_DIGITAL_SIGNATURE_KEY_USAGE 0x80
#define CERT_NON_REPUDIATION_KEY_USAGE 0x40
#define CERT_KEY_ENCIPHERMENT_KEY_USAGE 0x20
#define CERT_DATA_ENCIPHERMENT_KEY_USAGE 0x10
#define CERT_KEY_AGREEMENT_KEY_USAGE 0x08
#define CERT_KEY_CERT_SIGN_KEY_USAGE 0x04
#define CERT_OFFLINE_CRL_SIGN_KEY_USAGE 0x02
#define CERT_CRL_SIGN_KEY_USAGE 0x02
#define CERT_ENCIPHER_ONLY_KEY_USAGE 0x01
#define CERT_DECIPHER_ONLY_KEY_USAGE 0x80 /* second byte */

#define CRYPT_DECODE_NOCOPY_FLAG 0x1
#define CRYPT_DECODE_TO_BE_SIGNED_FLAG 0x2
#define CRYPT_DECODE_SHARE_OID_STRING_FLAG 0x4
#define CRYPT_DECODE_NO_SIGNATURE_BYTE_REVERSAL_FLAG 0x8
#define CRYPT_DECODE_ALLOC_FLAG 0x8000
#define CRYPT_ENCODE_ALLOC_FLAG 0x8000

/* Sizes and addresses; NULL: LocalAlloc and LocalFree. */
typedef LPVOID(WINAPI *PFN_CRYPT_ALLOC)(size_t cbSize);
typedef VOID(WINAPI *PFN_CRYPT_FREE)(LPVOID pv);
typedef struct _CRYPT_DECODE_PARA {
  DWORD cbSize;
  PFN_CRYPT_ALLOC pfnAlloc;
  PFN_CRYPT_FREE pfnFree;
} CRYPT_DECODE_PARA, *PCRYPT_DECODE_PARA;
typedef struct _CRYPT_ENCODE_PARA {
  DWORD cbSize;
  PFN_CRYPT_ALLOC pfnAlloc;
  PFN_CRYPT_FREE pfnFree;
} CRYPT_ENCODE_PARA, *PCRYPT_ENCODE_PARA;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Decodes one object of pbEncoded, to its last byte, into the struct of lpszStructType: the types above, and the object
 * identifiers of the extensions among them (SUBJECT_ALT_NAME2, ISSUER_ALT_NAME2, KEY_USAGE, BASIC_CONSTRAINTS2,
 * ENHANCED_KEY_USAGE). What the struct points to lies behind it in the same memory. pvStructInfo NULL: *pcbStructInfo is
 * the size in bytes; with CRYPT_DECODE_ALLOC_FLAG it is the address of a pointer that receives memory, freed with
 * LocalFree (or of pDecodePara->pfnAlloc). NOCOPY and SHARE_OID_STRING, which only save memory on Windows, change nothing.
 * FALSE and ERROR_FILE_NOT_FOUND: another type, or an encoding other than X509_ASN_ENCODING or PKCS_7_ASN_ENCODING;
 * CRYPT_E_ASN1_BADTAG: not that object; ERROR_MORE_DATA: *pcbStructInfo is what it needs; E_INVALIDARG: NULL, unknown
 * flags; ERROR_NOT_ENOUGH_MEMORY. */
BOOL WINAPI CryptDecodeObjectEx(DWORD dwCertEncodingType, LPCSTR lpszStructType, const BYTE *pbEncoded, DWORD cbEncoded,
                                DWORD dwFlags, PCRYPT_DECODE_PARA pDecodePara, void *pvStructInfo,
                                DWORD *pcbStructInfo);
/* The same without CRYPT_DECODE_ALLOC_FLAG. */
BOOL WINAPI CryptDecodeObject(DWORD dwCertEncodingType, LPCSTR lpszStructType, const BYTE *pbEncoded, DWORD cbEncoded,
                              DWORD dwFlags, void *pvStructInfo, DWORD *pcbStructInfo);

/* Encodes the struct of lpszStructType in DER. pvEncoded as pvStructInfo of CryptDecodeObjectEx, with
 * CRYPT_ENCODE_ALLOC_FLAG. FALSE as there; besides, CRYPT_E_BAD_ENCODE: something in the struct cannot be encoded. */
BOOL WINAPI CryptEncodeObjectEx(DWORD dwCertEncodingType, LPCSTR lpszStructType, const void *pvStructInfo, DWORD dwFlags,
                                PCRYPT_ENCODE_PARA pEncodePara, void *pvEncoded, DWORD *pcbEncoded);
BOOL WINAPI CryptEncodeObject(DWORD dwCertEncodingType, LPCSTR lpszStructType, const void *pvStructInfo, BYTE *pbEncoded,
                              DWORD *pcbEncoded);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

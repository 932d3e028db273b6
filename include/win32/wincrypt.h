/* wincrypt.h: certificates, stores and their constants: the part of crypt32's header that TLS programs use.
 *
 *   HCERTSTORE store = PFXImportCertStore(&blob, L"password", PKCS12_NO_PERSIST_KEY);
 *   PCCERT_CONTEXT own = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_HAS_PRIVATE_KEY, NULL, NULL);
 *
 * Certificate contexts are read-only and reference-counted: every one that a function returns is freed with
 * CertFreeCertificateContext; what it points to lives as long as it. A store lives until it is closed and its last
 * context is freed. Functions that fail say why in GetLastError. Any function may be called by any thread.
 *
 * Only functions that this release has are declared. These macros of Windows' header break OpenSSL's headers in the
 * same file and are defined only with SCHANNIX_WINCRYPT_X509_MACROS: X509_NAME, X509_CERT_PAIR, X509_EXTENSIONS,
 * PKCS7_SIGNER_INFO, OCSP_REQUEST, OCSP_RESPONSE. CMSG_DATA belongs to <sys/socket.h> and is never defined.
 * Source: Microsoft's crypt32 pages.
 */
#ifndef SCHANNIX_WINCRYPT_H
#define SCHANNIX_WINCRYPT_H

#include <schannix_base.h>
#include <bcrypt.h>
#include <ncrypt.h>

/* ---- Handles and algorithm ids ---- */

typedef ULONG_PTR HCRYPTPROV;
typedef ULONG_PTR HCRYPTKEY;
typedef ULONG_PTR HCRYPTHASH;
typedef ULONG_PTR HCRYPTPROV_LEGACY;
typedef ULONG_PTR HCRYPTPROV_OR_NCRYPT_KEY_HANDLE;
typedef void *HCERTSTORE;
typedef void *HCRYPTMSG;
typedef HANDLE HCERTCHAINENGINE;
typedef unsigned int ALG_ID;

#define CALG_MD5 0x00008003
#define CALG_SHA 0x00008004
#define CALG_SHA1 0x00008004
#define CALG_MAC 0x00008005
#define CALG_SSL3_SHAMD5 0x00008008
#define CALG_HMAC 0x00008009
#define CALG_TLS1PRF 0x0000800A
#define CALG_SHA_256 0x0000800C
#define CALG_SHA_384 0x0000800D
#define CALG_SHA_512 0x0000800E
#define CALG_RSA_SIGN 0x00002400
#define CALG_DSS_SIGN 0x00002200
#define CALG_ECDSA 0x00002203
#define CALG_RSA_KEYX 0x0000A400
#define CALG_DH_SF 0x0000AA01
#define CALG_DH_EPHEM 0x0000AA02
#define CALG_ECDH 0x0000AA05
#define CALG_ECDH_EPHEM 0x0000AE06
#define CALG_DES 0x00006601
#define CALG_RC2 0x00006602
#define CALG_3DES 0x00006603
#define CALG_3DES_112 0x00006609
#define CALG_AES_128 0x0000660E
#define CALG_AES_192 0x0000660F
#define CALG_AES_256 0x00006610
#define CALG_AES 0x00006611
#define CALG_RC4 0x00006801
#define CALG_NULLCIPHER 0x00006000
/* Never chosen here: programs have them in their tables of names. */
#define CALG_MD2 0x00008001
#define CALG_MD4 0x00008002
#define CALG_HASH_REPLACE_OWF 0x0000800B
#define CALG_NO_SIGN 0x00002000
#define CALG_AGREEDKEY_ANY 0x0000AA03
#define CALG_ECMQV 0x0000A001
#define CALG_HUGHES_MD5 0x0000A003
#define CALG_DESX 0x00006604
#define CALG_SKIPJACK 0x0000660A
#define CALG_TEK 0x0000660B
#define CALG_CYLINK_MEK 0x0000660C
#define CALG_RC5 0x0000660D
#define CALG_SEAL 0x00006802
#define CALG_SSL3_MASTER 0x00004C01
#define CALG_SCHANNEL_MASTER_HASH 0x00004C02
#define CALG_SCHANNEL_MAC_KEY 0x00004C03
#define CALG_PCT1_MASTER 0x00004C04
#define CALG_SSL2_MASTER 0x00004C05
#define CALG_TLS1_MASTER 0x00004C06
#define CALG_SCHANNEL_ENC_KEY 0x00004C07

#define AT_KEYEXCHANGE 1
#define AT_SIGNATURE 2
#define CERT_NCRYPT_KEY_SPEC 0xFFFFFFFF

#define CRYPT_ASN_ENCODING 0x00000001
#define CRYPT_NDR_ENCODING 0x00000002
#define X509_ASN_ENCODING 0x00000001
#define X509_NDR_ENCODING 0x00000002
#define PKCS_7_ASN_ENCODING 0x00010000
#define PKCS_7_NDR_ENCODING 0x00020000

/* ---- Blobs and certificates ---- */

typedef struct _CRYPTOAPI_BLOB {
  DWORD cbData;
  BYTE *pbData;
} CRYPT_INTEGER_BLOB, *PCRYPT_INTEGER_BLOB, CRYPT_UINT_BLOB, *PCRYPT_UINT_BLOB, CRYPT_OBJID_BLOB, *PCRYPT_OBJID_BLOB,
    CERT_NAME_BLOB, *PCERT_NAME_BLOB, CERT_RDN_VALUE_BLOB, *PCERT_RDN_VALUE_BLOB, CERT_BLOB, *PCERT_BLOB, CRL_BLOB,
    *PCRL_BLOB, DATA_BLOB, *PDATA_BLOB, CRYPT_DATA_BLOB, *PCRYPT_DATA_BLOB, CRYPT_HASH_BLOB, *PCRYPT_HASH_BLOB,
    CRYPT_DIGEST_BLOB, *PCRYPT_DIGEST_BLOB, CRYPT_DER_BLOB, *PCRYPT_DER_BLOB, CRYPT_ATTR_BLOB, *PCRYPT_ATTR_BLOB;

typedef struct _CRYPT_BIT_BLOB {
  DWORD cbData;
  BYTE *pbData;
  DWORD cUnusedBits;
} CRYPT_BIT_BLOB, *PCRYPT_BIT_BLOB;

typedef struct _CRYPT_ALGORITHM_IDENTIFIER {
  LPSTR pszObjId;
  CRYPT_OBJID_BLOB Parameters;
} CRYPT_ALGORITHM_IDENTIFIER, *PCRYPT_ALGORITHM_IDENTIFIER;

typedef struct _CRYPT_ATTRIBUTE {
  LPSTR pszObjId;
  DWORD cValue;
  PCRYPT_ATTR_BLOB rgValue;
} CRYPT_ATTRIBUTE, *PCRYPT_ATTRIBUTE;

typedef struct _CRYPT_ATTRIBUTES {
  DWORD cAttr;
  PCRYPT_ATTRIBUTE rgAttr;
} CRYPT_ATTRIBUTES, *PCRYPT_ATTRIBUTES;

typedef struct _CERT_EXTENSION {
  LPSTR pszObjId;
  BOOL fCritical;
  CRYPT_OBJID_BLOB Value;
} CERT_EXTENSION, *PCERT_EXTENSION;
typedef const CERT_EXTENSION *PCCERT_EXTENSION;

typedef struct _CERT_EXTENSIONS {
  DWORD cExtension;
  PCERT_EXTENSION rgExtension;
} CERT_EXTENSIONS, *PCERT_EXTENSIONS;

typedef struct _CERT_PUBLIC_KEY_INFO {
  CRYPT_ALGORITHM_IDENTIFIER Algorithm;
  CRYPT_BIT_BLOB PublicKey;
} CERT_PUBLIC_KEY_INFO, *PCERT_PUBLIC_KEY_INFO;

typedef struct _CERT_INFO {
  DWORD dwVersion;                 /* CERT_V1, CERT_V2, CERT_V3 */
  CRYPT_INTEGER_BLOB SerialNumber; /* least significant byte first */
  CRYPT_ALGORITHM_IDENTIFIER SignatureAlgorithm;
  CERT_NAME_BLOB Issuer; /* DER */
  FILETIME NotBefore;
  FILETIME NotAfter;
  CERT_NAME_BLOB Subject; /* DER */
  CERT_PUBLIC_KEY_INFO SubjectPublicKeyInfo;
  CRYPT_BIT_BLOB IssuerUniqueId;
  CRYPT_BIT_BLOB SubjectUniqueId;
  DWORD cExtension;
  PCERT_EXTENSION rgExtension;
} CERT_INFO, *PCERT_INFO;

#define CERT_V1 0
#define CERT_V2 1
#define CERT_V3 2

typedef struct _CERT_CONTEXT {
  DWORD dwCertEncodingType; /* X509_ASN_ENCODING */
  BYTE *pbCertEncoded;      /* DER */
  DWORD cbCertEncoded;
  PCERT_INFO pCertInfo;
  HCERTSTORE hCertStore;
} CERT_CONTEXT, *PCERT_CONTEXT;
typedef const CERT_CONTEXT *PCCERT_CONTEXT;

typedef struct _CRL_ENTRY {
  CRYPT_INTEGER_BLOB SerialNumber;
  FILETIME RevocationDate;
  DWORD cExtension;
  PCERT_EXTENSION rgExtension;
} CRL_ENTRY, *PCRL_ENTRY;

typedef struct _CRL_INFO {
  DWORD dwVersion;
  CRYPT_ALGORITHM_IDENTIFIER SignatureAlgorithm;
  CERT_NAME_BLOB Issuer;
  FILETIME ThisUpdate;
  FILETIME NextUpdate;
  DWORD cCRLEntry;
  PCRL_ENTRY rgCRLEntry;
  DWORD cExtension;
  PCERT_EXTENSION rgExtension;
} CRL_INFO, *PCRL_INFO;

typedef struct _CRL_CONTEXT {
  DWORD dwCertEncodingType;
  BYTE *pbCrlEncoded;
  DWORD cbCrlEncoded;
  PCRL_INFO pCrlInfo;
  HCERTSTORE hCertStore;
} CRL_CONTEXT, *PCRL_CONTEXT;
typedef const CRL_CONTEXT *PCCRL_CONTEXT;

typedef struct _CERT_ISSUER_SERIAL_NUMBER {
  CERT_NAME_BLOB Issuer;
  CRYPT_INTEGER_BLOB SerialNumber;
} CERT_ISSUER_SERIAL_NUMBER, *PCERT_ISSUER_SERIAL_NUMBER;

#define CERT_ID_ISSUER_SERIAL_NUMBER 1
#define CERT_ID_KEY_IDENTIFIER 2
#define CERT_ID_SHA1_HASH 3
typedef struct _CERT_ID {
  DWORD dwIdChoice; /* CERT_ID_ */
  union {
    CERT_ISSUER_SERIAL_NUMBER IssuerSerialNumber;
    CRYPT_HASH_BLOB KeyId;
    CRYPT_HASH_BLOB HashId;
  };
} CERT_ID, *PCERT_ID;

/* ---- Names ---- */

typedef struct _CERT_RDN_ATTR {
  LPSTR pszObjId;
  DWORD dwValueType;
  CERT_RDN_VALUE_BLOB Value;
} CERT_RDN_ATTR, *PCERT_RDN_ATTR;

typedef struct _CERT_RDN {
  DWORD cRDNAttr;
  PCERT_RDN_ATTR rgRDNAttr;
} CERT_RDN, *PCERT_RDN;

typedef struct _CERT_NAME_INFO {
  DWORD cRDN;
  PCERT_RDN rgRDN;
} CERT_NAME_INFO, *PCERT_NAME_INFO;

typedef struct _CERT_OTHER_NAME {
  LPSTR pszObjId;
  CRYPT_OBJID_BLOB Value;
} CERT_OTHER_NAME, *PCERT_OTHER_NAME;

typedef struct _CERT_ALT_NAME_ENTRY {
  DWORD dwAltNameChoice; /* CERT_ALT_NAME_ */
  union {
    PCERT_OTHER_NAME pOtherName;
    LPWSTR pwszRfc822Name;
    LPWSTR pwszDNSName;
    CERT_NAME_BLOB DirectoryName;
    LPWSTR pwszURL;
    CRYPT_DATA_BLOB IPAddress;
    LPSTR pszRegisteredID;
  };
} CERT_ALT_NAME_ENTRY, *PCERT_ALT_NAME_ENTRY;

typedef struct _CERT_ALT_NAME_INFO {
  DWORD cAltEntry;
  PCERT_ALT_NAME_ENTRY rgAltEntry;
} CERT_ALT_NAME_INFO, *PCERT_ALT_NAME_INFO;

#define CERT_ALT_NAME_OTHER_NAME 1
#define CERT_ALT_NAME_RFC822_NAME 2
#define CERT_ALT_NAME_DNS_NAME 3
#define CERT_ALT_NAME_X400_ADDRESS 4
#define CERT_ALT_NAME_DIRECTORY_NAME 5
#define CERT_ALT_NAME_EDI_PARTY_NAME 6
#define CERT_ALT_NAME_URL 7
#define CERT_ALT_NAME_IP_ADDRESS 8
#define CERT_ALT_NAME_REGISTERED_ID 9

#define CERT_SIMPLE_NAME_STR 1
#define CERT_OID_NAME_STR 2
#define CERT_X500_NAME_STR 3
#define CERT_NAME_STR_SEMICOLON_FLAG 0x40000000
#define CERT_NAME_STR_NO_PLUS_FLAG 0x20000000
#define CERT_NAME_STR_NO_QUOTING_FLAG 0x10000000
#define CERT_NAME_STR_CRLF_FLAG 0x08000000
#define CERT_NAME_STR_REVERSE_FLAG 0x02000000
#define CERT_NAME_STR_ENABLE_PUNYCODE_FLAG 0x00200000

/* ---- Keys ---- */

#define PROV_RSA_FULL 1
#define PROV_RSA_SIG 2
#define PROV_RSA_SCHANNEL 12
#define PROV_RSA_AES 24

#define MS_DEF_PROV_A "Microsoft Base Cryptographic Provider v1.0"
#define MS_DEF_PROV_W L"Microsoft Base Cryptographic Provider v1.0"
#define MS_ENHANCED_PROV_A "Microsoft Enhanced Cryptographic Provider v1.0"
#define MS_ENHANCED_PROV_W L"Microsoft Enhanced Cryptographic Provider v1.0"
#define MS_ENH_RSA_AES_PROV_A "Microsoft Enhanced RSA and AES Cryptographic Provider"
#define MS_ENH_RSA_AES_PROV_W L"Microsoft Enhanced RSA and AES Cryptographic Provider"
#define MS_DEF_RSA_SCHANNEL_PROV_A "Microsoft RSA SChannel Cryptographic Provider"
#define MS_DEF_RSA_SCHANNEL_PROV_W L"Microsoft RSA SChannel Cryptographic Provider"

#define PUBLICKEYBLOB 0x6
#define PRIVATEKEYBLOB 0x7
#define CUR_BLOB_VERSION 2

/* A key blob begins with it; the rest is RSA's, least significant byte first. */
typedef struct _PUBLICKEYSTRUC {
  BYTE bType;
  BYTE bVersion;
  WORD reserved;
  ALG_ID aiKeyAlg;
} BLOBHEADER, PUBLICKEYSTRUC;

typedef struct _RSAPUBKEY {
  DWORD magic;
  DWORD bitlen;
  DWORD pubexp;
} RSAPUBKEY;

#define CRYPT_ACQUIRE_CACHE_FLAG 0x00000001
#define CRYPT_ACQUIRE_USE_PROV_INFO_FLAG 0x00000002
#define CRYPT_ACQUIRE_COMPARE_KEY_FLAG 0x00000004
#define CRYPT_ACQUIRE_NO_HEALING 0x00000008
#define CRYPT_ACQUIRE_SILENT_FLAG 0x00000040
#define CRYPT_ACQUIRE_WINDOW_HANDLE_FLAG 0x00000080
#define CRYPT_ACQUIRE_NCRYPT_KEY_FLAGS_MASK 0x00070000
#define CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG 0x00010000
#define CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG 0x00020000
#define CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG 0x00040000

typedef struct _CRYPT_KEY_PROV_PARAM {
  DWORD dwParam;
  BYTE *pbData;
  DWORD cbData;
  DWORD dwFlags;
} CRYPT_KEY_PROV_PARAM, *PCRYPT_KEY_PROV_PARAM;

typedef struct _CRYPT_KEY_PROV_INFO {
  LPWSTR pwszContainerName;
  LPWSTR pwszProvName;
  DWORD dwProvType;
  DWORD dwFlags;
  DWORD cProvParam;
  PCRYPT_KEY_PROV_PARAM rgProvParam;
  DWORD dwKeySpec;
} CRYPT_KEY_PROV_INFO, *PCRYPT_KEY_PROV_INFO;

typedef struct _CERT_KEY_CONTEXT {
  DWORD cbSize;
  union {
    HCRYPTPROV hCryptProv;
    NCRYPT_KEY_HANDLE hNCryptKey;
  };
  DWORD dwKeySpec;
} CERT_KEY_CONTEXT, *PCERT_KEY_CONTEXT;

typedef struct _CRYPT_PRIVATE_KEY_INFO {
  DWORD Version;
  CRYPT_ALGORITHM_IDENTIFIER Algorithm;
  CRYPT_DER_BLOB PrivateKey;
  PCRYPT_ATTRIBUTES pAttributes;
} CRYPT_PRIVATE_KEY_INFO, *PCRYPT_PRIVATE_KEY_INFO;

/* ---- Chains and policies ---- */

typedef struct _CTL_USAGE {
  DWORD cUsageIdentifier;
  LPSTR *rgpszUsageIdentifier;
} CTL_USAGE, *PCTL_USAGE, CERT_ENHKEY_USAGE, *PCERT_ENHKEY_USAGE;
typedef const CERT_ENHKEY_USAGE *PCCERT_ENHKEY_USAGE;

typedef struct _CERT_USAGE_MATCH {
  DWORD dwType; /* USAGE_MATCH_TYPE_ */
  CERT_ENHKEY_USAGE Usage;
} CERT_USAGE_MATCH, *PCERT_USAGE_MATCH;

#define USAGE_MATCH_TYPE_AND 0x00000000
#define USAGE_MATCH_TYPE_OR 0x00000001

typedef struct _CERT_TRUST_STATUS {
  DWORD dwErrorStatus; /* CERT_TRUST_ */
  DWORD dwInfoStatus;
} CERT_TRUST_STATUS, *PCERT_TRUST_STATUS;

#define CERT_TRUST_NO_ERROR 0x00000000
#define CERT_TRUST_IS_NOT_TIME_VALID 0x00000001
#define CERT_TRUST_IS_NOT_TIME_NESTED 0x00000002
#define CERT_TRUST_IS_REVOKED 0x00000004
#define CERT_TRUST_IS_NOT_SIGNATURE_VALID 0x00000008
#define CERT_TRUST_IS_NOT_VALID_FOR_USAGE 0x00000010
#define CERT_TRUST_IS_UNTRUSTED_ROOT 0x00000020
#define CERT_TRUST_REVOCATION_STATUS_UNKNOWN 0x00000040
#define CERT_TRUST_IS_CYCLIC 0x00000080
#define CERT_TRUST_INVALID_EXTENSION 0x00000100
#define CERT_TRUST_INVALID_POLICY_CONSTRAINTS 0x00000200
#define CERT_TRUST_INVALID_BASIC_CONSTRAINTS 0x00000400
#define CERT_TRUST_INVALID_NAME_CONSTRAINTS 0x00000800
#define CERT_TRUST_HAS_NOT_SUPPORTED_NAME_CONSTRAINT 0x00001000
#define CERT_TRUST_HAS_NOT_DEFINED_NAME_CONSTRAINT 0x00002000
#define CERT_TRUST_HAS_NOT_PERMITTED_NAME_CONSTRAINT 0x00004000
#define CERT_TRUST_HAS_EXCLUDED_NAME_CONSTRAINT 0x00008000
#define CERT_TRUST_IS_PARTIAL_CHAIN 0x00010000
#define CERT_TRUST_CTL_IS_NOT_TIME_VALID 0x00020000
#define CERT_TRUST_CTL_IS_NOT_SIGNATURE_VALID 0x00040000
#define CERT_TRUST_CTL_IS_NOT_VALID_FOR_USAGE 0x00080000
#define CERT_TRUST_HAS_WEAK_SIGNATURE 0x00100000
#define CERT_TRUST_IS_OFFLINE_REVOCATION 0x01000000
#define CERT_TRUST_NO_ISSUANCE_CHAIN_POLICY 0x02000000
#define CERT_TRUST_IS_EXPLICIT_DISTRUST 0x04000000
#define CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT 0x08000000
#define CERT_TRUST_HAS_EXACT_MATCH_ISSUER 0x00000001
#define CERT_TRUST_HAS_KEY_MATCH_ISSUER 0x00000002
#define CERT_TRUST_HAS_NAME_MATCH_ISSUER 0x00000004
#define CERT_TRUST_IS_SELF_SIGNED 0x00000008
#define CERT_TRUST_HAS_PREFERRED_ISSUER 0x00000100
#define CERT_TRUST_HAS_ISSUANCE_CHAIN_POLICY 0x00000200
#define CERT_TRUST_HAS_VALID_NAME_CONSTRAINTS 0x00000400
#define CERT_TRUST_IS_PEER_TRUSTED 0x00000800
#define CERT_TRUST_IS_FROM_EXCLUSIVE_TRUST_STORE 0x00002000
#define CERT_TRUST_IS_COMPLEX_CHAIN 0x00010000

/* What a chain engine takes besides, or in place of, the system's roots. cbSize may end before hExclusiveRoot, or before
 * dwExclusiveFlags. */
typedef struct _CERT_CHAIN_ENGINE_CONFIG {
  DWORD cbSize;
  HCERTSTORE hRestrictedRoot;  /* of the system's roots only these */
  HCERTSTORE hRestrictedTrust; /* NULL */
  HCERTSTORE hRestrictedOther; /* NULL */
  DWORD cAdditionalStore;
  HCERTSTORE *rghAdditionalStore; /* where issuers are looked for */
  DWORD dwFlags;
  DWORD dwUrlRetrievalTimeout;
  DWORD MaximumCachedCertificates;
  DWORD CycleDetectionModulus;
  HCERTSTORE hExclusiveRoot; /* in place of the system's roots */
  HCERTSTORE hExclusiveTrustedPeople; /* NULL */
  DWORD dwExclusiveFlags;
} CERT_CHAIN_ENGINE_CONFIG, *PCERT_CHAIN_ENGINE_CONFIG;

#define CERT_CHAIN_EXCLUSIVE_ENABLE_CA_FLAG 0x00000001

typedef struct _CERT_CHAIN_PARA {
  DWORD cbSize;
  CERT_USAGE_MATCH RequestedUsage;
#ifdef CERT_CHAIN_PARA_HAS_EXTRA_FIELDS
  CERT_USAGE_MATCH RequestedIssuancePolicy;
  DWORD dwUrlRetrievalTimeout;
  BOOL fCheckRevocationFreshnessTime;
  DWORD dwRevocationFreshnessTime;
  LPFILETIME pftCacheResync;
#endif
} CERT_CHAIN_PARA, *PCERT_CHAIN_PARA;

typedef struct _CERT_REVOCATION_INFO *PCERT_REVOCATION_INFO; /* always NULL here */
typedef struct _CERT_TRUST_LIST_INFO *PCERT_TRUST_LIST_INFO; /* always NULL here */

typedef struct _CERT_CHAIN_ELEMENT {
  DWORD cbSize;
  PCCERT_CONTEXT pCertContext;
  CERT_TRUST_STATUS TrustStatus;
  PCERT_REVOCATION_INFO pRevocationInfo;
  PCERT_ENHKEY_USAGE pIssuanceUsage;    /* NULL: any */
  PCERT_ENHKEY_USAGE pApplicationUsage; /* NULL: any */
  LPCWSTR pwszExtendedErrorInfo;
} CERT_CHAIN_ELEMENT, *PCERT_CHAIN_ELEMENT;
typedef const CERT_CHAIN_ELEMENT *PCCERT_CHAIN_ELEMENT;

typedef struct _CERT_SIMPLE_CHAIN {
  DWORD cbSize;
  CERT_TRUST_STATUS TrustStatus;
  DWORD cElement;
  PCERT_CHAIN_ELEMENT *rgpElement; /* the end certificate first */
  PCERT_TRUST_LIST_INFO pTrustListInfo;
  BOOL fHasRevocationFreshnessTime;
  DWORD dwRevocationFreshnessTime;
} CERT_SIMPLE_CHAIN, *PCERT_SIMPLE_CHAIN;
typedef const CERT_SIMPLE_CHAIN *PCCERT_SIMPLE_CHAIN;

typedef struct _CERT_CHAIN_CONTEXT CERT_CHAIN_CONTEXT, *PCERT_CHAIN_CONTEXT;
typedef const CERT_CHAIN_CONTEXT *PCCERT_CHAIN_CONTEXT;
struct _CERT_CHAIN_CONTEXT {
  DWORD cbSize;
  CERT_TRUST_STATUS TrustStatus;
  DWORD cChain; /* 1 */
  PCERT_SIMPLE_CHAIN *rgpChain;
  DWORD cLowerQualityChainContext; /* 0 */
  PCCERT_CHAIN_CONTEXT *rgpLowerQualityChainContext;
  BOOL fHasRevocationFreshnessTime;
  DWORD dwRevocationFreshnessTime;
  DWORD dwCreateFlags;
  GUID ChainId; /* zeros */
};

#define HCCE_CURRENT_USER SCHANNIX_POINTER(HCERTCHAINENGINE, 0)
#define HCCE_LOCAL_MACHINE SCHANNIX_POINTER(HCERTCHAINENGINE, 1)
#define HCCE_SERIAL_LOCAL_MACHINE SCHANNIX_POINTER(HCERTCHAINENGINE, 2)

#define CERT_CHAIN_CACHE_END_CERT 0x00000001
#define CERT_CHAIN_THREAD_STORE_SYNC 0x00000002
#define CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL 0x00000004
#define CERT_CHAIN_USE_LOCAL_MACHINE_STORE 0x00000008
#define CERT_CHAIN_ENABLE_CACHE_AUTO_UPDATE 0x00000010
#define CERT_CHAIN_ENABLE_SHARE_STORE 0x00000020
#define CERT_CHAIN_DISABLE_PASS1_QUALITY_FILTERING 0x00000040
#define CERT_CHAIN_RETURN_LOWER_QUALITY_CONTEXTS 0x00000080
#define CERT_CHAIN_DISABLE_AUTH_ROOT_AUTO_UPDATE 0x00000100
#define CERT_CHAIN_TIMESTAMP_TIME 0x00000200
#define CERT_CHAIN_DISABLE_MY_PEER_TRUST 0x00000800
#define CERT_CHAIN_DISABLE_MD2_MD4 0x00001000
#define CERT_CHAIN_DISABLE_AIA 0x00002000
#define CERT_CHAIN_REVOCATION_ACCUMULATIVE_TIMEOUT 0x08000000
#define CERT_CHAIN_REVOCATION_CHECK_END_CERT 0x10000000
#define CERT_CHAIN_REVOCATION_CHECK_CHAIN 0x20000000
#define CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT 0x40000000
#define CERT_CHAIN_REVOCATION_CHECK_CACHE_ONLY 0x80000000

typedef struct _CERT_CHAIN_POLICY_PARA {
  DWORD cbSize;
  DWORD dwFlags; /* CERT_CHAIN_POLICY_..._FLAG */
  void *pvExtraPolicyPara;
} CERT_CHAIN_POLICY_PARA, *PCERT_CHAIN_POLICY_PARA;

typedef struct _CERT_CHAIN_POLICY_STATUS {
  DWORD cbSize;
  DWORD dwError; /* 0: the chain is fine */
  LONG lChainIndex;   /* where the problem is; -1: nowhere */
  LONG lElementIndex;
  void *pvExtraPolicyStatus;
} CERT_CHAIN_POLICY_STATUS, *PCERT_CHAIN_POLICY_STATUS;

#define CERT_CHAIN_POLICY_BASE SCHANNIX_POINTER(LPCSTR, 1)
#define CERT_CHAIN_POLICY_SSL SCHANNIX_POINTER(LPCSTR, 4)
#define CERT_CHAIN_POLICY_IGNORE_NOT_TIME_VALID_FLAG 0x00000001
#define CERT_CHAIN_POLICY_IGNORE_CTL_NOT_TIME_VALID_FLAG 0x00000002
#define CERT_CHAIN_POLICY_IGNORE_NOT_TIME_NESTED_FLAG 0x00000004
#define CERT_CHAIN_POLICY_IGNORE_INVALID_BASIC_CONSTRAINTS_FLAG 0x00000008
#define CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG 0x00000010
#define CERT_CHAIN_POLICY_IGNORE_WRONG_USAGE_FLAG 0x00000020
#define CERT_CHAIN_POLICY_IGNORE_INVALID_NAME_FLAG 0x00000040
#define CERT_CHAIN_POLICY_IGNORE_INVALID_POLICY_FLAG 0x00000080
#define CERT_CHAIN_POLICY_IGNORE_END_REV_UNKNOWN_FLAG 0x00000100
#define CERT_CHAIN_POLICY_IGNORE_CTL_SIGNER_REV_UNKNOWN_FLAG 0x00000200
#define CERT_CHAIN_POLICY_IGNORE_CA_REV_UNKNOWN_FLAG 0x00000400
#define CERT_CHAIN_POLICY_IGNORE_ROOT_REV_UNKNOWN_FLAG 0x00000800
#define CERT_CHAIN_POLICY_IGNORE_ALL_REV_UNKNOWN_FLAGS 0x00000F00
#define CERT_CHAIN_POLICY_IGNORE_PEER_TRUST_FLAG 0x00001000
#define CERT_CHAIN_POLICY_IGNORE_NOT_SUPPORTED_CRITICAL_EXT_FLAG 0x00002000

/* For CERT_CHAIN_POLICY_SSL. */
typedef struct _HTTPSPolicyCallbackData {
  union {
    DWORD cbStruct;
    DWORD cbSize;
  };
  DWORD dwAuthType;
  DWORD fdwChecks; /* SECURITY_FLAG_IGNORE_ */
  WCHAR *pwszServerName; /* NULL: the name is not checked; nor is it for AUTHTYPE_CLIENT */
} HTTPSPolicyCallbackData, *PHTTPSPolicyCallbackData, SSL_EXTRA_CERT_CHAIN_POLICY_PARA,
    *PSSL_EXTRA_CERT_CHAIN_POLICY_PARA;

#define AUTHTYPE_CLIENT 1 /* a client's certificate is judged */
#define AUTHTYPE_SERVER 2
#define SECURITY_FLAG_IGNORE_REVOCATION 0x00000080
#define SECURITY_FLAG_IGNORE_UNKNOWN_CA 0x00000100
#define SECURITY_FLAG_IGNORE_WRONG_USAGE 0x00000200
#define SECURITY_FLAG_IGNORE_CERT_CN_INVALID 0x00001000
#define SECURITY_FLAG_IGNORE_CERT_DATE_INVALID 0x00002000

/* ---- Stores: finding, adding, closing, properties ---- */

#define CERT_CLOSE_STORE_FORCE_FLAG 0x00000001
#define CERT_CLOSE_STORE_CHECK_FLAG 0x00000002

#define CERT_INFO_ISSUER_FLAG 4
#define CERT_INFO_SUBJECT_FLAG 7
#define CERT_FIND_ANY 0x00000000
#define CERT_FIND_SHA1_HASH 0x00010000
#define CERT_FIND_HASH CERT_FIND_SHA1_HASH
#define CERT_FIND_SUBJECT_NAME 0x00020007
#define CERT_FIND_ISSUER_NAME 0x00020004
#define CERT_FIND_SUBJECT_ATTR 0x00030007
#define CERT_FIND_ISSUER_ATTR 0x00030004
#define CERT_FIND_MD5_HASH 0x00040000
#define CERT_FIND_PROPERTY 0x00050000
#define CERT_FIND_PUBLIC_KEY 0x00060000
#define CERT_FIND_SUBJECT_STR_A 0x00070007
#define CERT_FIND_SUBJECT_STR_W 0x00080007
#define CERT_FIND_SUBJECT_STR CERT_FIND_SUBJECT_STR_W
#define CERT_FIND_ISSUER_STR_A 0x00070004
#define CERT_FIND_ISSUER_STR_W 0x00080004
#define CERT_FIND_ISSUER_STR CERT_FIND_ISSUER_STR_W
#define CERT_FIND_KEY_SPEC 0x00090000
#define CERT_FIND_ENHKEY_USAGE 0x000A0000
#define CERT_FIND_CTL_USAGE CERT_FIND_ENHKEY_USAGE
#define CERT_FIND_SUBJECT_CERT 0x000B0000
#define CERT_FIND_ISSUER_OF 0x000C0000
#define CERT_FIND_EXISTING 0x000D0000
#define CERT_FIND_SIGNATURE_HASH 0x000E0000
#define CERT_FIND_KEY_IDENTIFIER 0x000F0000
#define CERT_FIND_CERT_ID 0x00100000
#define CERT_FIND_CROSS_CERT_DIST_POINTS 0x00110000
#define CERT_FIND_PUBKEY_MD5_HASH 0x00120000
#define CERT_FIND_SUBJECT_INFO_ACCESS 0x00130000
#define CERT_FIND_HASH_STR 0x00140000
#define CERT_FIND_HAS_PRIVATE_KEY 0x00150000

#define CERT_KEY_PROV_HANDLE_PROP_ID 1
#define CERT_KEY_PROV_INFO_PROP_ID 2
#define CERT_SHA1_HASH_PROP_ID 3
#define CERT_HASH_PROP_ID CERT_SHA1_HASH_PROP_ID
#define CERT_MD5_HASH_PROP_ID 4
#define CERT_KEY_CONTEXT_PROP_ID 5
#define CERT_KEY_SPEC_PROP_ID 6
#define CERT_ENHKEY_USAGE_PROP_ID 9
#define CERT_FRIENDLY_NAME_PROP_ID 11
#define CERT_DESCRIPTION_PROP_ID 13
#define CERT_SIGNATURE_HASH_PROP_ID 15
#define CERT_ARCHIVED_PROP_ID 19
#define CERT_KEY_IDENTIFIER_PROP_ID 20
#define CERT_CROSS_CERT_DIST_POINTS_PROP_ID 23
#define CERT_ISSUER_PUBLIC_KEY_MD5_HASH_PROP_ID 24
#define CERT_SUBJECT_PUBLIC_KEY_MD5_HASH_PROP_ID 25
#define CERT_RENEWAL_PROP_ID 64
#define CERT_OCSP_RESPONSE_PROP_ID 70
#define CERT_NCRYPT_KEY_HANDLE_PROP_ID 78
#define CERT_HCRYPTPROV_OR_NCRYPT_KEY_HANDLE_PROP_ID 79
#define CERT_SUBJECT_INFO_ACCESS_PROP_ID 80
#define CERT_SUBJECT_PUB_KEY_BIT_LENGTH_PROP_ID 92
#define CERT_NCRYPT_KEY_HANDLE_TRANSFER_PROP_ID 99
#define CERT_SEND_AS_TRUSTED_ISSUER_PROP_ID 102
#define CERT_SHA256_HASH_PROP_ID 107
#define CERT_OCSP_MUST_STAPLE_PROP_ID 121
#define CERT_PIN_SHA256_HASH_PROP_ID 124
#define CERT_FIRST_USER_PROP_ID 0x00008000

#define CERT_NAME_EMAIL_TYPE 1
#define CERT_NAME_RDN_TYPE 2
#define CERT_NAME_ATTR_TYPE 3
#define CERT_NAME_SIMPLE_DISPLAY_TYPE 4
#define CERT_NAME_FRIENDLY_DISPLAY_TYPE 5
#define CERT_NAME_DNS_TYPE 6
#define CERT_NAME_URL_TYPE 7
#define CERT_NAME_UPN_TYPE 8
#define CERT_NAME_ISSUER_FLAG 0x1
#define CERT_NAME_SEARCH_ALL_NAMES_FLAG 0x2
#define CERT_NAME_DISABLE_IE4_UTF8_FLAG 0x00010000

/* ---- Stores ---- */

#define CERT_STORE_PROV_MSG SCHANNIX_POINTER(LPCSTR, 1)
#define CERT_STORE_PROV_MEMORY SCHANNIX_POINTER(LPCSTR, 2)
#define CERT_STORE_PROV_FILE SCHANNIX_POINTER(LPCSTR, 3)
#define CERT_STORE_PROV_REG SCHANNIX_POINTER(LPCSTR, 4)
#define CERT_STORE_PROV_PKCS7 SCHANNIX_POINTER(LPCSTR, 5)
#define CERT_STORE_PROV_SERIALIZED SCHANNIX_POINTER(LPCSTR, 6)
#define CERT_STORE_PROV_FILENAME_A SCHANNIX_POINTER(LPCSTR, 7)
#define CERT_STORE_PROV_FILENAME_W SCHANNIX_POINTER(LPCSTR, 8)
#define CERT_STORE_PROV_FILENAME CERT_STORE_PROV_FILENAME_W
#define CERT_STORE_PROV_SYSTEM_A SCHANNIX_POINTER(LPCSTR, 9)
#define CERT_STORE_PROV_SYSTEM_W SCHANNIX_POINTER(LPCSTR, 10)
#define CERT_STORE_PROV_SYSTEM CERT_STORE_PROV_SYSTEM_W
#define CERT_STORE_PROV_COLLECTION SCHANNIX_POINTER(LPCSTR, 11)
#define CERT_STORE_PROV_SYSTEM_REGISTRY_A SCHANNIX_POINTER(LPCSTR, 12)
#define CERT_STORE_PROV_SYSTEM_REGISTRY_W SCHANNIX_POINTER(LPCSTR, 13)
#define CERT_STORE_PROV_SYSTEM_REGISTRY CERT_STORE_PROV_SYSTEM_REGISTRY_W
#define CERT_STORE_PROV_PKCS12 SCHANNIX_POINTER(LPCSTR, 17)

#define CERT_STORE_NO_CRYPT_RELEASE_FLAG 0x00000001
#define CERT_STORE_SET_LOCALIZED_NAME_FLAG 0x00000002
#define CERT_STORE_DEFER_CLOSE_UNTIL_LAST_FREE_FLAG 0x00000004
#define CERT_STORE_DELETE_FLAG 0x00000010
#define CERT_STORE_SHARE_STORE_FLAG 0x00000040
#define CERT_STORE_SHARE_CONTEXT_FLAG 0x00000080
#define CERT_STORE_ENUM_ARCHIVED_FLAG 0x00000200
#define CERT_STORE_UPDATE_KEYID_FLAG 0x00000400
#define CERT_STORE_BACKUP_RESTORE_FLAG 0x00000800
#define CERT_STORE_MAXIMUM_ALLOWED_FLAG 0x00001000
#define CERT_STORE_CREATE_NEW_FLAG 0x00002000
#define CERT_STORE_OPEN_EXISTING_FLAG 0x00004000
#define CERT_STORE_READONLY_FLAG 0x00008000
#define CERT_SYSTEM_STORE_LOCATION_SHIFT 16
#define CERT_SYSTEM_STORE_LOCATION_MASK 0x00FF0000
#define CERT_SYSTEM_STORE_CURRENT_USER 0x00010000
#define CERT_SYSTEM_STORE_LOCAL_MACHINE 0x00020000
#define CERT_SYSTEM_STORE_CURRENT_SERVICE 0x00040000
#define CERT_SYSTEM_STORE_SERVICES 0x00050000
#define CERT_SYSTEM_STORE_USERS 0x00060000
#define CERT_SYSTEM_STORE_CURRENT_USER_GROUP_POLICY 0x00070000
#define CERT_SYSTEM_STORE_LOCAL_MACHINE_GROUP_POLICY 0x00080000
#define CERT_SYSTEM_STORE_LOCAL_MACHINE_ENTERPRISE 0x00090000

#define CERT_STORE_ADD_NEW 1
#define CERT_STORE_ADD_USE_EXISTING 2
#define CERT_STORE_ADD_REPLACE_EXISTING 3
#define CERT_STORE_ADD_ALWAYS 4
#define CERT_STORE_ADD_REPLACE_EXISTING_INHERIT_PROPERTIES 5
#define CERT_STORE_ADD_NEWER 6
#define CERT_STORE_ADD_NEWER_INHERIT_PROPERTIES 7
#define CERT_PHYSICAL_STORE_ADD_ENABLE_FLAG 0x1

#define CERT_SET_KEY_PROV_HANDLE_PROP_ID 0x00000001
#define CERT_SET_KEY_CONTEXT_PROP_ID 0x00000001
#define CERT_SET_PROPERTY_INHIBIT_PERSIST_FLAG 0x40000000
#define CERT_SET_PROPERTY_IGNORE_PERSIST_ERROR_FLAG 0x80000000

/* ---- Bytes as text ---- */

#define CRYPT_STRING_BASE64HEADER 0x00000000
#define CRYPT_STRING_BASE64 0x00000001
#define CRYPT_STRING_BINARY 0x00000002
#define CRYPT_STRING_BASE64REQUESTHEADER 0x00000003
#define CRYPT_STRING_HEX 0x00000004
#define CRYPT_STRING_HEXASCII 0x00000005
#define CRYPT_STRING_BASE64_ANY 0x00000006
#define CRYPT_STRING_ANY 0x00000007
#define CRYPT_STRING_HEX_ANY 0x00000008
#define CRYPT_STRING_BASE64X509CRLHEADER 0x00000009
#define CRYPT_STRING_HEXADDR 0x0000000A
#define CRYPT_STRING_HEXASCIIADDR 0x0000000B
#define CRYPT_STRING_HEXRAW 0x0000000C
#define CRYPT_STRING_STRICT 0x20000000
#define CRYPT_STRING_NOCRLF 0x40000000
#define CRYPT_STRING_NOCR 0x80000000

#define HP_ALGID 0x0001
#define HP_HASHVAL 0x0002
#define HP_HASHSIZE 0x0004

#define PP_NAME 4
#define PP_CONTAINER 6
#define PP_PROVTYPE 16
#define PP_UNIQUE_CONTAINER 36

/* ---- PKCS#12 ---- */

#define CRYPT_EXPORTABLE 0x00000001
#define CRYPT_USER_PROTECTED 0x00000002
#define CRYPT_MACHINE_KEYSET 0x00000020
#define CRYPT_USER_KEYSET 0x00001000
#define CRYPT_VERIFYCONTEXT 0xF0000000
#define CRYPT_NEWKEYSET 0x00000008
#define CRYPT_DELETEKEYSET 0x00000010
#define CRYPT_SILENT 0x00000040
#define PKCS12_INCLUDE_EXTENDED_PROPERTIES 0x0010
#define PKCS12_IMPORT_SILENT 0x00000040
#define PKCS12_PREFER_CNG_KSP 0x00000100
#define PKCS12_ALWAYS_CNG_KSP 0x00000200
#define PKCS12_ONLY_CERTIFICATES 0x00000400
#define PKCS12_ONLY_NOT_ENCRYPTED_CERTIFICATES 0x00000800
#define PKCS12_ALLOW_OVERWRITE_KEY 0x00004000
#define PKCS12_NO_PERSIST_KEY 0x00008000

/* ---- Object identifiers ---- */

#define szOID_RSA_RSA "1.2.840.113549.1.1.1"
#define szOID_RSA_SHA1RSA "1.2.840.113549.1.1.5"
#define szOID_RSA_SHA256RSA "1.2.840.113549.1.1.11"
#define szOID_RSA_SHA384RSA "1.2.840.113549.1.1.12"
#define szOID_RSA_SHA512RSA "1.2.840.113549.1.1.13"
#define szOID_ECC_PUBLIC_KEY "1.2.840.10045.2.1"
#define szOID_ECC_CURVE_P256 "1.2.840.10045.3.1.7"
#define szOID_ECC_CURVE_P384 "1.3.132.0.34"
#define szOID_ECC_CURVE_P521 "1.3.132.0.35"
#define szOID_ECDSA_SHA256 "1.2.840.10045.4.3.2"
#define szOID_ECDSA_SHA384 "1.2.840.10045.4.3.3"
#define szOID_ECDSA_SHA512 "1.2.840.10045.4.3.4"
#define szOID_COMMON_NAME "2.5.4.3"
#define szOID_COUNTRY_NAME "2.5.4.6"
#define szOID_LOCALITY_NAME "2.5.4.7"
#define szOID_STATE_OR_PROVINCE_NAME "2.5.4.8"
#define szOID_ORGANIZATION_NAME "2.5.4.10"
#define szOID_ORGANIZATIONAL_UNIT_NAME "2.5.4.11"
#define szOID_SUBJECT_ALT_NAME2 "2.5.29.17"
#define szOID_ISSUER_ALT_NAME2 "2.5.29.18"
#define szOID_BASIC_CONSTRAINTS2 "2.5.29.19"
#define szOID_KEY_USAGE "2.5.29.15"
#define szOID_ENHANCED_KEY_USAGE "2.5.29.37"
#define szOID_PKIX_KP_SERVER_AUTH "1.3.6.1.5.5.7.3.1"
#define szOID_PKIX_KP_CLIENT_AUTH "1.3.6.1.5.5.7.3.2"
#define szOID_SERVER_GATED_CRYPTO "1.3.6.1.4.1.311.10.3.3"
#define szOID_SGC_NETSCAPE "2.16.840.1.113730.4.1"

/* ---- Structure types, opt-in: see above ---- */

#ifdef SCHANNIX_WINCRYPT_X509_MACROS
#define X509_EXTENSIONS SCHANNIX_POINTER(LPCSTR, 5)
#define X509_NAME SCHANNIX_POINTER(LPCSTR, 7)
#define X509_CERT_PAIR SCHANNIX_POINTER(LPCSTR, 53)
#define OCSP_REQUEST SCHANNIX_POINTER(LPCSTR, 66)
#define OCSP_RESPONSE SCHANNIX_POINTER(LPCSTR, 67)
#define PKCS7_SIGNER_INFO SCHANNIX_POINTER(LPCSTR, 500)
#endif

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A new memory store with the certificates of the PKCS#12 file *pPFX, keys bound to theirs, in memory only. szPassword:
 * NULL and L"" both stand for no password. dwFlags: CRYPT_ and PKCS12_, where they say where keys are kept they change
 * nothing. NULL and ERROR_INVALID_PASSWORD; CRYPT_E_BAD_ENCODE: not PKCS#12, or too costly (docs/limits.md); ERROR_INVALID_PARAMETER: no blob. */
HCERTSTORE WINAPI PFXImportCertStore(CRYPT_DATA_BLOB *pPFX, LPCWSTR szPassword, DWORD dwFlags);

/* The next certificate after pPrevCertContext (which is freed, always) that fits; NULL starts at the first. dwFindType:
 * CERT_FIND_, pvFindPara as it says. NULL and CRYPT_E_NOT_FOUND: no (more); E_INVALIDARG: unknown dwFindType, or a pvFindPara
 * that it cannot be without or that says nothing. */
PCCERT_CONTEXT WINAPI CertFindCertificateInStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType, DWORD dwFindFlags,
                                                 DWORD dwFindType, const void *pvFindPara,
                                                 PCCERT_CONTEXT pPrevCertContext);

/* The next certificate after pPrevCertContext (which is freed); NULL starts at the first. NULL and CRYPT_E_NOT_FOUND. */
PCCERT_CONTEXT WINAPI CertEnumCertificatesInStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pPrevCertContext);

/* One more reference to the same context, which is returned. NULL gives NULL. */
PCCERT_CONTEXT WINAPI CertDuplicateCertificateContext(PCCERT_CONTEXT pCertContext);

/* One reference less. TRUE, always; NULL is harmless. */
BOOL WINAPI CertFreeCertificateContext(PCCERT_CONTEXT pCertContext);

/* Contexts of the store stay valid. dwFlags: 0, or
 *   CERT_CLOSE_STORE_CHECK_FLAG  closed all the same, but FALSE and CRYPT_E_PENDING_CLOSE while contexts are held
 *   CERT_CLOSE_STORE_FORCE_FLAG  dangerous: with the last handle to the store, contexts and revocation lists of it are
 *     freed, whoever holds them. Each pointer to one, and to anything in it, then points to freed memory, in every
 *     thread, and freeing such a context again is undefined. Only for who knows every holder; 0 is never wrong.
 * NULL is harmless: TRUE. */
BOOL WINAPI CertCloseStore(HCERTSTORE hCertStore, DWORD dwFlags);

/* A store, closed with CertCloseStore. lpszStoreProvider: CERT_STORE_PROV_
 *   MEMORY       empty; pvPara is ignored
 *   PKCS7, SERIALIZED   the certificates of a PKCS #7 SignedData or of a serialized store; pvPara: CRYPT_DATA_BLOB
 *   PKCS12       the file with an empty password; pvPara: CRYPT_DATA_BLOB
 *   FILENAME_A, FILENAME_W   a file, at most 16 MiB: serialized, PKCS #7 or one certificate, or PEM; read once, what is
 *                added stays in memory; pvPara: the path
 *   SYSTEM_A, SYSTEM_W and SYSTEM_REGISTRY_A, _W   pvPara: the name, in any case. ROOT: the system's bundle of trusted
 *                roots. MY: the folder of the user's own certificates. CA, AuthRoot, Trust, Disallowed, TrustedPeople,
 *                TrustedPublisher: empty. None of them can be written to. Every location shows the same.
 *   COLLECTION   no certificates of its own
 * dwFlags: CERT_STORE_ and for system stores one CERT_SYSTEM_STORE_ location; READONLY_FLAG is honoured, the others that
 * are known change nothing. dwEncodingType and hCryptProv are ignored, as on Windows.
 * NULL and ERROR_FILE_NOT_FOUND: an unknown provider, store or file; E_INVALIDARG: unknown flags, no location, no pvPara,
 * a store name with a path in it; E_ACCESSDENIED: DELETE_FLAG, or a store or file that is not there would have to be
 * made; CRYPT_E_BAD_ENCODE: bytes or a file that cannot be read as any of these; ERROR_INVALID_PASSWORD.
 * Source: nf-wincrypt-certopenstore; what system stores stand for is our decision. */
HCERTSTORE WINAPI CertOpenStore(LPCSTR lpszStoreProvider, DWORD dwEncodingType, HCRYPTPROV_LEGACY hCryptProv,
                                DWORD dwFlags, const void *pvPara);

/* The system store of that name, as CertOpenStore with CERT_SYSTEM_STORE_CURRENT_USER. hProv is ignored. */
HCERTSTORE WINAPI CertOpenSystemStoreA(HCRYPTPROV_LEGACY hProv, LPCSTR szSubsystemProtocol);
HCERTSTORE WINAPI CertOpenSystemStoreW(HCRYPTPROV_LEGACY hProv, LPCWSTR szSubsystemProtocol);

/* The same store, to be closed once more. NULL gives NULL. */
HCERTSTORE WINAPI CertDuplicateStore(HCERTSTORE hCertStore);

/* hSiblingStore's certificates are seen through hCollectionStore from now on, those of a higher dwPriority first; with
 * CERT_PHYSICAL_STORE_ADD_ENABLE_FLAG what is added to the collection goes there. The collection keeps the store open.
 * A store that is in it already stays in it once, with what was said last (our decision).
 * FALSE and E_INVALIDARG: no collection, a collection within a collection, unknown flags, NULL. */
BOOL WINAPI CertAddStoreToCollection(HCERTSTORE hCollectionStore, HCERTSTORE hSiblingStore, DWORD dwUpdateFlags,
                                     DWORD dwPriority);
void WINAPI CertRemoveStoreFromCollection(HCERTSTORE hCollectionStore, HCERTSTORE hSiblingStore);

/* A context in no store (hCertStore NULL) of one certificate in DER, copied. dwCertEncodingType: X509_ASN_ENCODING, also
 * with PKCS_7_ASN_ENCODING. NULL and CRYPT_E_ASN1_BADTAG: not a certificate to its last byte; E_INVALIDARG. */
PCCERT_CONTEXT WINAPI CertCreateCertificateContext(DWORD dwCertEncodingType, const BYTE *pbCertEncoded,
                                                   DWORD cbCertEncoded);

/* A copy of the certificate with its key and properties becomes part of the store. When the same certificate is there
 * already, dwAddDisposition (CERT_STORE_ADD_) decides: NEW and both NEWER refuse it; USE_EXISTING keeps that one, which
 * gets the properties that it lacks; REPLACE_EXISTING; ALWAYS adds it once more. ppStoreContext: NULL, or a reference to
 * what the store has then. FALSE and CRYPT_E_EXISTS; E_ACCESSDENIED: the store is not to be written to;
 * E_INVALIDARG: NULL, or an unknown disposition. hCertStore may be NULL: then *ppStoreContext is a duplicate. */
BOOL WINAPI CertAddCertificateContextToStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pCertContext, DWORD dwAddDisposition,
                                             PCCERT_CONTEXT *ppStoreContext);
/* The same for DER; besides, FALSE and CRYPT_E_ASN1_BADTAG. */
BOOL WINAPI CertAddEncodedCertificateToStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType, const BYTE *pbCertEncoded,
                                             DWORD cbCertEncoded, DWORD dwAddDisposition,
                                             PCCERT_CONTEXT *ppCertContext);

/* Takes the certificate out of its store and frees the context, also on failure. TRUE also for one that is not there any
 * more, in no store, or NULL. FALSE and E_ACCESSDENIED: the store is not to be written to. */
BOOL WINAPI CertDeleteCertificateFromStore(PCCERT_CONTEXT pCertContext);

/* Writes the property into pvData; with pvData NULL, *pcbData is its size in bytes. Computed: CERT_SHA1_HASH_PROP_ID,
 * MD5_HASH, SHA256_HASH, KEY_IDENTIFIER, SUBJECT_PUBLIC_KEY_MD5_HASH, SUBJECT_PUB_KEY_BIT_LENGTH, and of a certificate
 * with its key KEY_PROV_INFO (a CRYPT_KEY_PROV_INFO with its texts behind it) and KEY_SPEC. Others: what was set.
 * FALSE and CRYPT_E_NOT_FOUND; ERROR_MORE_DATA: too small, *pcbData is what it needs; E_INVALIDARG: NULL, dwPropId 0 or
 * above 0xFFFF. */
BOOL WINAPI CertGetCertificateContextProperty(PCCERT_CONTEXT pCertContext, DWORD dwPropId, void *pvData,
                                              DWORD *pcbData);

/* Sets a property to the bytes of the CRYPT_DATA_BLOB pvData, which are copied, or deletes it with pvData NULL: of one of
 * the key's properties, the key. CERT_KEY_PROV_INFO_PROP_ID takes a CRYPT_KEY_PROV_INFO: the key is looked for when it is
 * needed. Its container is one of this user, with CRYPT_MACHINE_KEYSET of the machine, whichever of Microsoft's software
 * providers is named; with pwszProvName L"OSSL_STORE" (ours) it is a URI: "file:" or, where OpenSSL has an engine or a
 * provider for it, "pkcs11:". One key at a time: the next property takes its place. FALSE and E_INVALIDARG: as above, a
 * property that is computed, no container, cProvParam, unknown dwFlags. dwFlags: the two that speak of keeping it change nothing.
 * KEY_CONTEXT (a CERT_KEY_CONTEXT), KEY_PROV_HANDLE, NCRYPT_KEY_HANDLE and HCRYPTPROV_OR_NCRYPT_KEY_HANDLE (the handle, not a pointer to
 * it) bind the key behind a handle; the last context frees the handle, unless dwFlags has CERT_STORE_NO_CRYPT_RELEASE_FLAG. Freeing it
 * earlier does no harm: the key stays. NTE_BAD_KEYSET: no such handle, or a key set without a key. docs/howto/keys.md */
BOOL WINAPI CertSetCertificateContextProperty(PCCERT_CONTEXT pCertContext, DWORD dwPropId, DWORD dwFlags,
                                              const void *pvData);

/* The property after dwPropId (0: the first) that the certificate has, in rising order; 0: no more. */
DWORD WINAPI CertEnumCertificateContextProperties(PCCERT_CONTEXT pCertContext, DWORD dwPropId);

/* The extension of that object identifier within the array, or NULL. */
PCERT_EXTENSION WINAPI CertFindExtension(LPCSTR pszObjId, DWORD cExtensions, CERT_EXTENSION rgExtensions[]);

/* TRUE: the same. Certificates by issuer and serial number, names by their bytes, numbers by their value. NULL: FALSE. */
BOOL WINAPI CertCompareCertificate(DWORD dwCertEncodingType, PCERT_INFO pCertId1, PCERT_INFO pCertId2);
BOOL WINAPI CertCompareCertificateName(DWORD dwCertEncodingType, PCERT_NAME_BLOB pCertName1,
                                       PCERT_NAME_BLOB pCertName2);
BOOL WINAPI CertCompareIntegerBlob(PCRYPT_INTEGER_BLOB pInt1, PCRYPT_INTEGER_BLOB pInt2);

/* -1: not yet valid at *pTimeToVerify (NULL: now), 1: not any more, 0: valid. */
LONG WINAPI CertVerifyTimeValidity(LPFILETIME pTimeToVerify, PCERT_INFO pCertInfo);

/* An engine, freed with CertFreeCertificateChainEngine; the stores in *pConfig are kept open by it, and read anew for
 * each chain. hExclusiveRoot: only what is in it is trusted, as far as it signs itself, or all of it with
 * CERT_CHAIN_EXCLUSIVE_ENABLE_CA_FLAG. dwFlags and the members that speak of caches and time limits change nothing.
 * FALSE and E_INVALIDARG: NULL, a cbSize that is none, unknown exclusive flags; hRestrictedTrust, hRestrictedOther or
 * hExclusiveTrustedPeople, which are not supported. Source: nf-wincrypt-certcreatecertificatechainengine. */
BOOL WINAPI CertCreateCertificateChainEngine(PCERT_CHAIN_ENGINE_CONFIG pConfig, HCERTCHAINENGINE *phChainEngine);
void WINAPI CertFreeCertificateChainEngine(HCERTCHAINENGINE hChainEngine);

/* Builds the chain of pCertContext with issuers from hAdditionalStore (NULL: none), the engine's stores and its roots; the
 * store of pCertContext itself is not looked through. TRUE whenever there is a chain: what is wrong with it stands in
 * TrustStatus, as CERT_TRUST_ bits, of each element and all together. *ppChainContext is freed with
 * CertFreeCertificateChain. pTime: NULL is now. pChainPara->RequestedUsage: each element whose purposes are limited must
 * allow all (AND) or one (OR: the same one in every element) of them. Signatures with MD5 or SHA-1 and keys below 112 bits of strength:
 * CERT_TRUST_HAS_WEAK_SIGNATURE. A root that the system's bundle rejects for the purpose, or trusts for others only:
 * CERT_TRUST_IS_EXPLICIT_DISTRUST; no purpose: for TLS servers or clients. dwFlags: CERT_CHAIN_REVOCATION_CHECK_ ask for revocation, from the OCSP response that is
 * the certificate's CERT_OCSP_RESPONSE_PROP_ID and the lists in the stores and the system's folders (of now, whatever
 * pTime is); from the network
 * only when the machine's settings allow it (docs/howto/revocation.md), not with one of the CACHE_ONLY flags; the others
 * change nothing. FALSE and E_INVALIDARG: NULL, flags or a cbSize that are unknown, an issuance policy.
 * Source: nf-wincrypt-certgetcertificatechain; strength, distrust and network: our decision. */
BOOL WINAPI CertGetCertificateChain(HCERTCHAINENGINE hChainEngine, PCCERT_CONTEXT pCertContext, LPFILETIME pTime,
                                    HCERTSTORE hAdditionalStore, PCERT_CHAIN_PARA pChainPara, DWORD dwFlags,
                                    LPVOID pvReserved, PCCERT_CHAIN_CONTEXT *ppChainContext);
PCCERT_CHAIN_CONTEXT WINAPI CertDuplicateCertificateChain(PCCERT_CHAIN_CONTEXT pChainContext);
void WINAPI CertFreeCertificateChain(PCCERT_CHAIN_CONTEXT pChainContext);

/* Judges a chain. pszPolicyOID: CERT_CHAIN_POLICY_BASE, or CERT_CHAIN_POLICY_SSL, which also wants the purpose (server or
 * client authentication) and the name of an SSL_EXTRA_CERT_CHAIN_POLICY_PARA (NULL: a server's certificate, any name).
 * TRUE: judged, pPolicyStatus->dwError is 0 or the worst of: CRYPT_E_REVOKED, TRUST_E_CERT_SIGNATURE, CERT_E_UNTRUSTEDROOT,
 * CERT_E_CHAINING, CERT_E_EXPIRED, CERT_E_WRONG_USAGE, CERT_E_CN_NO_MATCH, TRUST_E_BASIC_CONSTRAINTS,
 * CERT_E_INVALID_POLICY, CERT_E_INVALID_NAME, CERT_E_CRITICAL, CERT_E_MALFORMED, CRYPT_E_NO_REVOCATION_CHECK,
 * CRYPT_E_REVOCATION_OFFLINE. FALSE and ERROR_FILE_NOT_FOUND: another policy; E_INVALIDARG: NULL, unknown flags or checks,
 * an extra cbSize or dwAuthType that is none. Source: nf-wincrypt-certverifycertificatechainpolicy. Our decision: SSL wants
 * the purpose of any chain, and that every issuer's name constraints allow the name, also one that a wildcard fits. */
BOOL WINAPI CertVerifyCertificateChainPolicy(LPCSTR pszPolicyOID, PCCERT_CHAIN_CONTEXT pChainContext,
                                             PCERT_CHAIN_POLICY_PARA pPolicyPara,
                                             PCERT_CHAIN_POLICY_STATUS pPolicyStatus);

/* Text into bytes. cchString 0: pszString ends with NUL. dwFlags: CRYPT_STRING_BASE64HEADER and both others with a header
 * (text in front of "-----BEGIN" and behind "-----END" is passed over), BASE64, BINARY, HEX and HEXRAW (digits, with space
 * between bytes or not), BASE64_ANY (with a header or without) and ANY (BASE64_ANY, else BINARY), with or without STRICT:
 * base64 and hexadecimal are always read strictly, but for white space. pbBinary NULL: *pcbBinary is the size. pdwSkip, pdwFlags: NULL, or
 * how many characters the header begins behind, and which form it was. FALSE and ERROR_INVALID_DATA: not of that form;
 * ERROR_MORE_DATA: too small, *pcbBinary is what it needs; ERROR_INVALID_PARAMETER: NULL, or other flags.
 * Source: nf-wincrypt-cryptstringtobinarya. */
BOOL WINAPI CryptStringToBinaryA(LPCSTR pszString, DWORD cchString, DWORD dwFlags, BYTE *pbBinary, DWORD *pcbBinary,
                                 DWORD *pdwSkip, DWORD *pdwFlags);
BOOL WINAPI CryptStringToBinaryW(LPCWSTR pszString, DWORD cchString, DWORD dwFlags, BYTE *pbBinary, DWORD *pcbBinary,
                                 DWORD *pdwSkip, DWORD *pdwFlags);

/* Bytes into text: CRYPT_STRING_BASE64 and the three with a header (lines of 64 characters), and HEXRAW, with NOCRLF (no
 * line ends) or NOCR (LF only). pszString NULL: *pcchString is the size with the NUL; else it becomes the length without.
 * FALSE and ERROR_MORE_DATA: too small; ERROR_INVALID_PARAMETER: NULL, or other flags.
 * Source: nf-wincrypt-cryptbinarytostringa. */
BOOL WINAPI CryptBinaryToStringA(const BYTE *pbBinary, DWORD cbBinary, DWORD dwFlags, LPSTR pszString,
                                 DWORD *pcchString);
BOOL WINAPI CryptBinaryToStringW(const BYTE *pbBinary, DWORD cbBinary, DWORD dwFlags, LPWSTR pszString,
                                 DWORD *pcchString);

/* A DER name as text, written and counted as by CertGetNameString. dwStrType: CERT_SIMPLE_NAME_STR, CERT_OID_NAME_STR or
 * CERT_X500_NAME_STR, with the flags; the RDNs in the order of the encoding, or with CERT_NAME_STR_REVERSE_FLAG the other
 * way round. 1, an empty string, and E_INVALIDARG: NULL or an unknown type; CRYPT_E_ASN1_BADTAG: not a name. */
DWORD WINAPI CertNameToStrA(DWORD dwCertEncodingType, PCERT_NAME_BLOB pName, DWORD dwStrType, LPSTR psz, DWORD csz);
DWORD WINAPI CertNameToStrW(DWORD dwCertEncodingType, PCERT_NAME_BLOB pName, DWORD dwStrType, LPWSTR psz, DWORD csz);

/* Writes the name as text and returns its characters with the terminator; with pszNameString NULL or cchNameString 0,
 * how many it needs; 1 (an empty string) when there is no such name. dwType: CERT_NAME_..._TYPE. dwFlags: CERT_NAME_
 * ISSUER_FLAG or SEARCH_ALL_NAMES_FLAG. pvTypePara: for CERT_NAME_ATTR_TYPE the object identifier. ...A: UTF-8. */
DWORD WINAPI CertGetNameStringA(PCCERT_CONTEXT pCertContext, DWORD dwType, DWORD dwFlags, void *pvTypePara,
                                LPSTR pszNameString, DWORD cchNameString);
DWORD WINAPI CertGetNameStringW(PCCERT_CONTEXT pCertContext, DWORD dwType, DWORD dwFlags, void *pvTypePara,
                                LPWSTR pszNameString, DWORD cchNameString);

/* ---- Private keys ---- */

/* The certificate's private key as a handle. dwFlags: with ALLOW_NCRYPT_KEY, PREFER or ONLY it is an NCRYPT_KEY_HANDLE and
 * *pdwKeySpec CERT_NCRYPT_KEY_SPEC, but for ALLOW when CERT_KEY_PROV_INFO tells of a provider with a type; else a HCRYPTPROV,
 * which RSA keys only can have. A handle that a property bound is given as it is, when it is of the kind that is wanted.
 * CACHE: the handle stays with the certificate for the next call. COMPARE_KEY: the key must be the certificate's.
 * *pfCallerFreeProvOrNCryptKey TRUE: it is the caller's, to be freed by CryptReleaseContext or NCryptFreeObject. The other flags
 * change nothing. pdwKeySpec and the last may be NULL. FALSE and CRYPT_E_NO_KEY_PROPERTY: it has none; NTE_BAD_KEYSET: it cannot
 * be had; NTE_BAD_PUBLIC_KEY: another's; NTE_BAD_PROV_TYPE: no RSA key, and no flag; NTE_BAD_FLAGS: unknown ones; E_INVALIDARG.
 * Source: MS nf-wincrypt-cryptacquirecertificateprivatekey. */
BOOL WINAPI CryptAcquireCertificatePrivateKey(PCCERT_CONTEXT pCert, DWORD dwFlags, void *pvParameters,
                                              HCRYPTPROV_OR_NCRYPT_KEY_HANDLE *phCryptProvOrNCryptKey,
                                              DWORD *pdwKeySpec, BOOL *pfCallerFreeProvOrNCryptKey);

/* The public half of the key behind an NCRYPT_KEY_HANDLE or a HCRYPTPROV, as certificates show it. A HCRYPTPROV has one key
 * here: dwKeySpec is ignored. pInfo NULL: *pcbInfo is the size of the struct with all that it points to. FALSE and
 * ERROR_MORE_DATA; ERROR_FILE_NOT_FOUND: dwCertEncodingType without X509_ASN_ENCODING; NTE_BAD_KEYSET: no such handle, or no key;
 * E_INVALIDARG: pcbInfo NULL. Any thread. Source: MS nf-wincrypt-cryptexportpublickeyinfo; NTE_BAD_KEYSET: ours. */
BOOL WINAPI CryptExportPublicKeyInfo(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE hCryptProvOrNCryptKey, DWORD dwKeySpec,
                                     DWORD dwCertEncodingType, PCERT_PUBLIC_KEY_INFO pInfo, DWORD *pcbInfo);

#define CERT_CREATE_SELFSIGN_NO_SIGN 1
#define CERT_CREATE_SELFSIGN_NO_KEY_INFO 2
/* A new certificate, in no store, that its own key signs, for the name (DER). The key: that behind hCryptProvOrNCryptKey; 0:
 * of the container in pKeyProvInfo; NULL, too: a new RSA key of 2048 bits in a new container of the user. The certificate tells
 * of it by CERT_KEY_PROV_INFO_PROP_ID (pKeyProvInfo, else what the handle knows), or holds it where it has no container, unless
 * dwFlags has NO_KEY_INFO. NO_SIGN changes nothing: it is signed. pSignatureAlgorithm NULL: SHA-256 (ours; SHA1RSA on Windows);
 * only its pszObjId counts. pStartTime (UTC) NULL: now; pEndTime NULL: a year later. pExtensions may be NULL. Free it with
 * CertFreeCertificateContext. NULL and E_INVALIDARG: no name, unknown dwFlags, a time that is none, an end before the start;
 * CRYPT_E_ASN1_BADTAG: the name is not one Name, or an extension cannot be encoded; NTE_BAD_KEYSET: no such key;
 * NTE_BAD_ALGID: an algorithm that is not known, is MD5's, or is none of the key's; NTE_PERM: the container cannot be written.
 * No container is left on failure. Any thread. Source: MS nf-wincrypt-certcreateselfsigncertificate. */
PCCERT_CONTEXT WINAPI CertCreateSelfSignCertificate(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE hCryptProvOrNCryptKey,
                                                    PCERT_NAME_BLOB pSubjectIssuerBlob, DWORD dwFlags,
                                                    PCRYPT_KEY_PROV_INFO pKeyProvInfo,
                                                    PCRYPT_ALGORITHM_IDENTIFIER pSignatureAlgorithm,
                                                    PSYSTEMTIME pStartTime, PSYSTEMTIME pEndTime,
                                                    PCERT_EXTENSIONS pExtensions);

/* ---- CryptoAPI's key containers (advapi32) ----
 *
 * All of Microsoft's RSA providers are one here, and keep keys in the containers of ncrypt.h (docs/howto/keys.md). A container
 * has one key, whichever use is named. FALSE and, besides what stands with each, ERROR_INVALID_PARAMETER: NULL, or a handle
 * that is none; NTE_BAD_FLAGS: unknown flags. Source: MS nf-wincrypt pages; one key: our decision. */

/* A provider and a container: an existing one; with CRYPT_NEWKEYSET a new one, without a key; with CRYPT_VERIFYCONTEXT none: keys live
 * as long as the handle; with CRYPT_DELETEKEYSET it is deleted, and *phProv 0. szContainer NULL: "default". dwFlags besides:
 * CRYPT_MACHINE_KEYSET, CRYPT_SILENT. NTE_BAD_KEYSET: there is none, or no such name; NTE_EXISTS; NTE_PERM: its file or folder is not its
 * owner's alone; NTE_KEYSET_NOT_DEF: another provider; NTE_PROV_TYPE_NOT_DEF: not PROV_RSA_FULL, SIG, SCHANNEL or AES;
 * NTE_BAD_FLAGS: also a container with CRYPT_VERIFYCONTEXT. */
BOOL WINAPI CryptAcquireContextA(HCRYPTPROV *phProv, LPCSTR szContainer, LPCSTR szProvider, DWORD dwProvType,
                                 DWORD dwFlags);
BOOL WINAPI CryptAcquireContextW(HCRYPTPROV *phProv, LPCWSTR szContainer, LPCWSTR szProvider, DWORD dwProvType,
                                 DWORD dwFlags);

/* dwFlags 0: else NTE_BAD_FLAGS, and it is freed all the same. */
BOOL WINAPI CryptReleaseContext(HCRYPTPROV hProv, DWORD dwFlags);

/* A PRIVATEKEYBLOB, which replaces the container's key, or a PUBLICKEYBLOB, which does not; not encrypted, hPubKey 0. dwFlags:
 * CRYPT_EXPORTABLE changes nothing, for there is no CryptExportKey. NTE_BAD_TYPE: another blob; NTE_BAD_DATA: no such key; NTE_BAD_KEY: hPubKey;
 * NTE_PERM: it cannot be kept. */
BOOL WINAPI CryptImportKey(HCRYPTPROV hProv, const BYTE *pbData, DWORD dwDataLen, HCRYPTKEY hPubKey, DWORD dwFlags,
                           HCRYPTKEY *phKey);

/* Makes the container's key: Algid AT_KEYEXCHANGE, AT_SIGNATURE or their CALG_ names; its size in bits in the upper half of dwFlags
 * (0: 2048). NTE_BAD_ALGID: another; NTE_BAD_FLAGS: also a size that is none; NTE_PERM. */
BOOL WINAPI CryptGenKey(HCRYPTPROV hProv, ALG_ID Algid, DWORD dwFlags, HCRYPTKEY *phKey);

/* NTE_NO_KEY: the container has none; NTE_BAD_KEY: a use that is none. */
BOOL WINAPI CryptGetUserKey(HCRYPTPROV hProv, DWORD dwKeySpec, HCRYPTKEY *phUserKey);
BOOL WINAPI CryptDestroyKey(HCRYPTKEY hKey);

/* PP_NAME, PP_CONTAINER, PP_UNIQUE_CONTAINER (texts with their NUL, UTF-8), PP_PROVTYPE (a DWORD). pbData NULL: the count of bytes.
 * ERROR_MORE_DATA; NTE_BAD_TYPE: another. */
BOOL WINAPI CryptGetProvParam(HCRYPTPROV hProv, DWORD dwParam, BYTE *pbData, DWORD *pdwDataLen, DWORD dwFlags);

/* dwLen random bytes of OpenSSL's generator. NTE_FAIL: there are none, and pbBuffer holds zeros. */
BOOL WINAPI CryptGenRandom(HCRYPTPROV hProv, DWORD dwLen, BYTE *pbBuffer);

/* A hash of bytes that come piece by piece: CALG_MD5, SHA1, SHA_256, SHA_384 or SHA_512, of whatever provider. It lives until it is
 * destroyed, also without its provider. hKey and dwFlags: 0. NTE_BAD_ALGID: another, or one that OpenSSL does not have here (MD5
 * under FIPS); NTE_BAD_KEY: hKey. */
BOOL WINAPI CryptCreateHash(HCRYPTPROV hProv, ALG_ID Algid, HCRYPTKEY hKey, DWORD dwFlags, HCRYPTHASH *phHash);
/* NTE_BAD_HASH: no such hash; NTE_BAD_HASH_STATE: its value was asked for already. The same below. */
BOOL WINAPI CryptHashData(HCRYPTHASH hHash, const BYTE *pbData, DWORD dwDataLen, DWORD dwFlags);
BOOL WINAPI CryptDuplicateHash(HCRYPTHASH hHash, DWORD *pdwReserved, DWORD dwFlags, HCRYPTHASH *phHash);
/* HP_ALGID, HP_HASHSIZE (DWORDs), HP_HASHVAL, which ends the hash. pbData NULL: the count of bytes, and the hash goes on.
 * ERROR_MORE_DATA: so too; NTE_BAD_TYPE: another. */
BOOL WINAPI CryptGetHashParam(HCRYPTHASH hHash, DWORD dwParam, BYTE *pbData, DWORD *pdwDataLen, DWORD dwFlags);
BOOL WINAPI CryptDestroyHash(HCRYPTHASH hHash);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

#include <schannix_names.h>
#include <schannix_wincrypt_lists.h>
#include <schannix_wincrypt_objects.h>
#include <schannix_wincrypt_stores.h>

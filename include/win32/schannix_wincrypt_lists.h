/* schannix_wincrypt_lists.h: revocation lists of wincrypt.h. Include wincrypt.h, not this file.
 *
 *   PCCRL_CONTEXT list = CertCreateCRLContext(X509_ASN_ENCODING, der, der_size);
 *   CertAddCRLContextToStore(store, list, CERT_STORE_ADD_NEWER, NULL);
 *   CertFreeCRLContext(list);
 *
 * List contexts are read-only and counted as certificate contexts are. Of a collection they are its members' own contexts:
 * hCertStore is the member. Any function may be called by any thread. NULL, or an encoding other than X509_ASN_ENCODING
 * (with PKCS_7_ASN_ENCODING or not), is FALSE or NULL and E_INVALIDARG, where it is not said otherwise.
 * Source: the page of each function. */
#ifndef SCHANNIX_WINCRYPT_LISTS_H
#define SCHANNIX_WINCRYPT_LISTS_H

#include <wincrypt.h>

#define CRL_V1 0
#define CRL_V2 1

#define CRL_FIND_ANY 0
#define CRL_FIND_ISSUED_BY 1
#define CRL_FIND_EXISTING 2
#define CRL_FIND_ISSUED_FOR 3
#define CRL_FIND_ISSUED_BY_AKI_FLAG 0x1
#define CRL_FIND_ISSUED_BY_SIGNATURE_FLAG 0x2
#define CRL_FIND_ISSUED_BY_DELTA_FLAG 0x4
#define CRL_FIND_ISSUED_BY_BASE_FLAG 0x8

#define CERT_STORE_SIGNATURE_FLAG 0x00000001
#define CERT_STORE_TIME_VALIDITY_FLAG 0x00000002
#define CERT_STORE_REVOCATION_FLAG 0x00000004
#define CERT_STORE_NO_CRL_FLAG 0x00010000
#define CERT_STORE_NO_ISSUER_FLAG 0x00020000
#define CERT_STORE_BASE_CRL_FLAG 0x00000100
#define CERT_STORE_DELTA_CRL_FLAG 0x00000200

typedef struct _CRL_FIND_ISSUED_FOR_PARA {
  PCCERT_CONTEXT pSubjectCert;
  PCCERT_CONTEXT pIssuerCert;
} CRL_FIND_ISSUED_FOR_PARA, *PCRL_FIND_ISSUED_FOR_PARA;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A context in no store of one list in DER, copied; freed with CertFreeCRLContext. NULL and CRYPT_E_ASN1_BADTAG: not a
 * list to its last byte. pCrlInfo->NextUpdate is zeros when the list does not say. */
PCCRL_CONTEXT WINAPI CertCreateCRLContext(DWORD dwCertEncodingType, const BYTE *pbCrlEncoded, DWORD cbCrlEncoded);
PCCRL_CONTEXT WINAPI CertDuplicateCRLContext(PCCRL_CONTEXT pCrlContext); /* NULL gives NULL */
BOOL WINAPI CertFreeCRLContext(PCCRL_CONTEXT pCrlContext);               /* TRUE, always; NULL is harmless */

/* As CertAddCertificateContextToStore. The same list is one of the same issuer with the same distribution point and
 * authority key identifier, complete or delta both; both NEWER take its place when ThisUpdate is later. Without
 * properties, INHERIT_PROPERTIES changes nothing. FALSE and CRYPT_E_EXISTS; E_ACCESSDENIED; E_INVALIDARG. */
BOOL WINAPI CertAddCRLContextToStore(HCERTSTORE hCertStore, PCCRL_CONTEXT pCrlContext, DWORD dwAddDisposition,
                                     PCCRL_CONTEXT *ppStoreContext);
/* The same for DER; besides, FALSE and CRYPT_E_ASN1_BADTAG. */
BOOL WINAPI CertAddEncodedCRLToStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType, const BYTE *pbCrlEncoded,
                                     DWORD cbCrlEncoded, DWORD dwAddDisposition, PCCRL_CONTEXT *ppCrlContext);

/* Takes the list out of its store and frees the context, also on failure. TRUE also for one that is not there any more, in
 * no store, or NULL. FALSE and E_ACCESSDENIED. */
BOOL WINAPI CertDeleteCRLFromStore(PCCRL_CONTEXT pCrlContext);

/* The next list after pPrevCrlContext (which is freed, always) that fits; NULL starts at the first. dwFindType:
 *   CRL_FIND_ANY          pvFindPara is ignored
 *   CRL_FIND_ISSUED_BY    pvFindPara: the issuer's CERT_CONTEXT, or NULL for any. dwFindFlags: CRL_FIND_ISSUED_BY_AKI
 *                         (an authority key identifier, if any, is the issuer's), SIGNATURE (the issuer's key made the
 *                         signature), DELTA and BASE (only those; both: either)
 *   CRL_FIND_EXISTING     pvFindPara: the CRL_CONTEXT that it would take the place of
 *   CRL_FIND_ISSUED_FOR   pvFindPara: CRL_FIND_ISSUED_FOR_PARA; the list of the subject's issuer; flags as ISSUED_BY
 * NULL and CRYPT_E_NOT_FOUND: no (more); E_INVALIDARG: another type or flag, or no parameter. */
PCCRL_CONTEXT WINAPI CertFindCRLInStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType, DWORD dwFindFlags,
                                        DWORD dwFindType, const void *pvFindPara, PCCRL_CONTEXT pPrevCrlContext);
PCCRL_CONTEXT WINAPI CertEnumCRLsInStore(HCERTSTORE hCertStore, PCCRL_CONTEXT pPrevCrlContext); /* CRL_FIND_ANY */

/* The next list of that issuer (NULL: of any) after pPrevCrlContext, which is freed. *pdwFlags in: what is to be checked,
 * CERT_STORE_SIGNATURE_FLAG, TIME_VALIDITY_FLAG, and which lists, BASE_CRL_FLAG, DELTA_CRL_FLAG; out: the checks that
 * failed; with SIGNATURE_FLAG and no issuer, CERT_STORE_NO_ISSUER_FLAG too. NULL as CertFindCRLInStore. */
PCCRL_CONTEXT WINAPI CertGetCRLFromStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pIssuerContext,
                                         PCCRL_CONTEXT pPrevCrlContext, DWORD *pdwFlags);

/* Looks up the certificate's serial number; *ppCrlEntry is its entry, as long as the context lives, or NULL. Whether the
 * list is its issuer's and still holds is the caller's question. FALSE and E_INVALIDARG. */
BOOL WINAPI CertFindCertificateInCRL(PCCERT_CONTEXT pCert, PCCRL_CONTEXT pCrlContext, DWORD dwFlags, void *pvReserved,
                                     PCRL_ENTRY *ppCrlEntry);

/* -1: *pTimeToVerify (NULL: now) is before ThisUpdate, 1: after NextUpdate, 0: neither. */
LONG WINAPI CertVerifyCRLTimeValidity(LPFILETIME pTimeToVerify, PCRL_INFO pCrlInfo);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

/* The certificate and key that the program brings, and what has to be done so that Windows' Schannel, another process,
 * can use the key: it must be kept in a file of the user's, which is deleted at the end. */
#include "facts.h"
#include "identity_bytes.h"
#include <stdio.h>
#ifdef _WIN32
#include <ncrypt.h>
#include <stdlib.h>
#endif

static PCCERT_CONTEXT certificate;

static PCCERT_CONTEXT import(void) {
    CRYPT_DATA_BLOB file = {sizeof identity_bytes, (BYTE *)identity_bytes};
    PCCERT_CONTEXT found;
    HCERTSTORE store;
    SetLastError(ERROR_SUCCESS);
    store = PFXImportCertStore(&file, L"conformance", PKCS12_ALWAYS_CNG_KSP | CRYPT_USER_KEYSET);
    if (store == NULL) store = PFXImportCertStore(&file, L"conformance", CRYPT_USER_KEYSET);
    if (store == NULL) {
        printf("# no certificate, so no server: PFXImportCertStore fails with 0x%08lX\n",
               (unsigned long)GetLastError());
        return NULL;
    }
    found = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_HAS_PRIVATE_KEY, NULL, NULL);
    if (found == NULL) found = CertEnumCertificatesInStore(store, NULL); /* CERT_FIND_HAS_PRIVATE_KEY is of Windows 8 */
    CertCloseStore(store, 0);
    return found;
}

PCCERT_CONTEXT own_certificate(void) {
    static BOOL tried;
    if (!tried) certificate = import();
    tried = TRUE;
    return certificate;
}

#ifdef _WIN32
/* A key without a name of its own would be the user's default one: that stays, whatever it is. */
static void delete_key(const CRYPT_KEY_PROV_INFO *key) {
    HCRYPTPROV deleted;
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE handle;
    if (key->pwszContainerName == NULL || key->pwszContainerName[0] == 0) return;
    if (key->dwProvType != 0) { /* a provider of the older kind */
        CryptAcquireContextW(&deleted, key->pwszContainerName, key->pwszProvName, key->dwProvType, CRYPT_DELETEKEYSET);
        return;
    }
    if (NCryptOpenStorageProvider(&provider, key->pwszProvName, 0) != ERROR_SUCCESS) return;
    if (NCryptOpenKey(provider, &handle, key->pwszContainerName, key->dwKeySpec, 0) == ERROR_SUCCESS)
        NCryptDeleteKey(handle, 0);
    NCryptFreeObject(provider);
}

static void delete_key_of(PCCERT_CONTEXT of) {
    DWORD size = 0;
    CRYPT_KEY_PROV_INFO *key;
    if (!CertGetCertificateContextProperty(of, CERT_KEY_PROV_INFO_PROP_ID, NULL, &size)) return;
    key = malloc(size);
    if (key != NULL && CertGetCertificateContextProperty(of, CERT_KEY_PROV_INFO_PROP_ID, key, &size)) delete_key(key);
    free(key);
}
#else
static void delete_key_of(PCCERT_CONTEXT of) { (void)of; } /* here it is in memory, and goes with the certificate */
#endif

void forget_own_certificate(void) {
    if (certificate == NULL) return;
    delete_key_of(certificate);
    CertFreeCertificateContext(certificate);
    certificate = NULL;
}

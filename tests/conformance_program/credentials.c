/* T34 and T35: what AcquireCredentialsHandle takes, and what a credential says of itself. */
#include "facts.h"
#include <string.h>

static CredHandle made;
static const char unisp[] = UNISP_NAME_A;

static SECURITY_STATUS acquired(const char *package, ULONG use, void *data) {
    SECURITY_STATUS status = AcquireCredentialsHandleA(NULL, (LPSTR)package, use, NULL, data, NULL, NULL, &made, NULL);
    if (status == SEC_E_OK) FreeCredentialsHandle(&made);
    return status;
}

static SCHANNEL_CRED older(DWORD protocols) {
    SCHANNEL_CRED data = {0};
    data.dwVersion = SCHANNEL_CRED_VERSION;
    data.grbitEnabledProtocols = protocols;
    return data;
}

static void names_and_directions(void) {
    SCHANNEL_CRED data = older(0);
    fact_status(34, CHECKED, "a package nobody knows", acquired("No such package", SECPKG_CRED_OUTBOUND, &data),
                SEC_E_SECPKG_NOT_FOUND);
    fact_status(34, CHECKED, "no package", acquired(NULL, SECPKG_CRED_OUTBOUND, &data), SEC_E_SECPKG_NOT_FOUND);
    fact_status(34, CHECKED, "client, SCHANNEL_CRED, no certificate", acquired(unisp, SECPKG_CRED_OUTBOUND, &data),
                SEC_E_OK);
    fact_status(34, CHECKED, "server, SCHANNEL_CRED, no certificate", acquired(unisp, SECPKG_CRED_INBOUND, &data),
                SEC_E_OK);
    fact_status(34, CHECKED, "client, no data", acquired(unisp, SECPKG_CRED_OUTBOUND, NULL), SEC_E_OK);
    fact_status(34, CHECKED, "server, no data", acquired(unisp, SECPKG_CRED_INBOUND, NULL), SEC_E_NO_CREDENTIALS);
    fact_status(34, CHECKED, "both, no data", acquired(unisp, SECPKG_CRED_BOTH, NULL), SEC_E_NO_CREDENTIALS);
    fact_status(34, CHECKED, "neither, no data", acquired(unisp, 0, NULL), SEC_E_NO_CREDENTIALS);
}

static void versions(void) {
    SCHANNEL_CRED data = older(0);
    SCH_CREDENTIALS newer = {0};
    for (DWORD version = 0; version <= 2; ++version) {
        data.dwVersion = version;
        fact_status(34, CHECKED, text_of("dwVersion %lu", (unsigned long)version),
                    acquired(unisp, SECPKG_CRED_OUTBOUND, &data), SEC_E_UNKNOWN_CREDENTIALS);
    }
    data.dwVersion = SCH_CRED_V3;
    fact_either(34, CHECKED, "dwVersion 3", acquired(unisp, SECPKG_CRED_OUTBOUND, &data), SEC_E_UNKNOWN_CREDENTIALS,
                SEC_E_INSUFFICIENT_MEMORY);
    data.dwVersion = 6;
    fact_status(34, OURS, "dwVersion 6", acquired(unisp, SECPKG_CRED_OUTBOUND, &data), SEC_E_UNKNOWN_CREDENTIALS);
    newer.dwVersion = SCH_CREDENTIALS_VERSION;
    fact_status(34, PAGE, "dwVersion 5, SCH_CREDENTIALS", acquired(unisp, SECPKG_CRED_OUTBOUND, &newer), SEC_E_OK);
}

static void certificates(void) {
    SCHANNEL_CRED data = older(0);
    PCCERT_CONTEXT own = own_certificate(), keyless = NULL;
    if (own == NULL) {
        fact_missing(34, "certificates", "there is none");
        return;
    }
    data.cCreds = 1;
    data.paCred = &own;
    fact_status(34, CHECKED, "client with a certificate", acquired(unisp, SECPKG_CRED_OUTBOUND, &data), SEC_E_OK);
    fact_status(34, CHECKED, "server with a certificate", acquired(unisp, SECPKG_CRED_INBOUND, &data), SEC_E_OK);
    data.paCred = &keyless;
#ifdef _WIN32 /* schannix has no CertCreateCertificateContext yet; its own tests show the same */
    keyless = CertCreateCertificateContext(X509_ASN_ENCODING, own->pbCertEncoded, own->cbCertEncoded);
    fact_either(34, CHECKED, "a certificate without a key", acquired(unisp, SECPKG_CRED_INBOUND, &data),
                SEC_E_NO_CREDENTIALS, SEC_E_UNKNOWN_CREDENTIALS);
    CertFreeCertificateContext(keyless);
#endif
}

static void protocols(void) {
    static const struct {
        const char *what;
        DWORD bits;
    } rows[] = {{"client, bits of servers", SP_PROT_TLS1_2_SERVER},
                {"client, SSL 2.0 only", SP_PROT_SSL2_CLIENT},
                {"DTLS and TLS", SP_PROT_DTLS1_2_CLIENT | SP_PROT_TLS1_2_CLIENT},
                {"DTLS client and TLS server", SP_PROT_DTLS1_2_CLIENT | SP_PROT_TLS1_2_SERVER}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        SCHANNEL_CRED data = older(rows[i].bits);
        fact_status(34, CHECKED, rows[i].what, acquired(unisp, SECPKG_CRED_OUTBOUND, &data), SEC_E_ALGORITHM_MISMATCH);
    }
    SCHANNEL_CRED tls13 = older(SP_PROT_TLS1_3_CLIENT);
    fact_status(34, OURS, "SCHANNEL_CRED, TLS 1.3 only", acquired(unisp, SECPKG_CRED_OUTBOUND, &tls13),
                SEC_E_ALGORITHM_MISMATCH);
}

/* ---- T35 ---- */

static SECURITY_STATUS query(CredHandle *of, ULONG attribute, void *into) {
    return QueryCredentialsAttributesA(of, attribute, into);
}

static void attributes_of_a_client(CredHandle *of) {
    SecPkgCred_SupportedProtocols bits = {0};
    SecPkgCred_CipherStrengths strengths = {0};
    SecPkgCred_SupportedAlgs algorithms = {0};
    SecPkgCredentials_NamesA names = {NULL};
    fact_status(35, CHECKED, "SUPPORTED_PROTOCOLS", query(of, SECPKG_ATTR_SUPPORTED_PROTOCOLS, &bits), SEC_E_OK);
    fact_number(35, CHECKED, "the bits, those of the credential", bits.grbitProtocol, SP_PROT_TLS1_2_CLIENT);
    fact_status(35, CHECKED, "CIPHER_STRENGTHS", query(of, SECPKG_ATTR_CIPHER_STRENGTHS, &strengths), SEC_E_OK);
    fact_holds(35, CHECKED, "neither strength is 0",
               strengths.dwMinimumCipherStrength != 0 && strengths.dwMaximumCipherStrength != 0);
    fact_status(35, CHECKED, "SUPPORTED_ALGS", query(of, SECPKG_ATTR_SUPPORTED_ALGS, &algorithms), SEC_E_OK);
    fact_holds(35, CHECKED, "there are algorithms", algorithms.cSupportedAlgs > 0);
    if (algorithms.palgSupportedAlgs != NULL) FreeContextBuffer(algorithms.palgSupportedAlgs);
    fact_status(35, CHECKED, "CRED_ATTR_NAMES without a certificate", query(of, SECPKG_CRED_ATTR_NAMES, &names),
                SEC_E_NO_CREDENTIALS);
    fact_status(35, CHECKED, "SUPPORTED_ALGS into NULL", query(of, SECPKG_ATTR_SUPPORTED_ALGS, NULL),
                SEC_E_INTERNAL_ERROR);
    fact_status(35, CHECKED, "SUPPORTED_PROTOCOLS into NULL", query(of, SECPKG_ATTR_SUPPORTED_PROTOCOLS, NULL),
                SEC_E_INTERNAL_ERROR);
    fact_status(35, OURS, "an attribute of contexts, CONNECTION_INFO",
                query(of, SECPKG_ATTR_CONNECTION_INFO, &(SecPkgContext_ConnectionInfo){0}), SEC_E_UNSUPPORTED_FUNCTION);
    fact_status(35, OURS, "no credential", query(NULL, SECPKG_ATTR_SUPPORTED_PROTOCOLS, &bits), SEC_E_INVALID_HANDLE);
}

static void name_of_a_server(CredHandle *of) {
    SecPkgCredentials_NamesA names = {NULL};
    SECURITY_STATUS status = query(of, SECPKG_CRED_ATTR_NAMES, &names);
    fact_status(35, CHECKED, "CRED_ATTR_NAMES with a certificate", status, SEC_E_OK);
    if (status != SEC_E_OK) return;
    fact_text(35, OURS, "the name", names.sUserName, "CN=conformance.test");
    FreeContextBuffer(names.sUserName);
}

void facts_of_null_certificates(void) {
    SCHANNEL_CRED data = older(0);
    PCCERT_CONTEXT none = NULL;
    data.cCreds = 1;
    data.paCred = &none;
    fact_status(34, OURS, "a NULL certificate", acquired(unisp, SECPKG_CRED_INBOUND, &data), SEC_E_UNKNOWN_CREDENTIALS);
}

void facts_of_credentials(void) {
    names_and_directions();
    versions();
    certificates();
    protocols();
    if (usual_credential(FALSE, TLS12) != NULL)
        attributes_of_a_client(usual_credential(FALSE, TLS12));
    else
        fact_missing(35, "attributes of a client's credential", "no credential for TLS 1.2");
    if (usual_credential(TRUE, TLS12) != NULL)
        name_of_a_server(usual_credential(TRUE, TLS12));
    else
        fact_missing(35, "name of a server's credential", "no credential for TLS 1.2");
}

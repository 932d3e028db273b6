/* T36: what QueryContextAttributes says of a connection: TLS 1.2 with AES-GCM, TLS 1.0 with AES-CBC, TLS 1.3. */
#include "facts.h"
#include <string.h>

/* The texts of these structs are ASCII. */
static const char *narrow(const WCHAR *wide) {
    static char texts[4][64];
    static unsigned next;
    char *text = texts[next++ % 4];
    size_t i = 0;
    for (; i < 63 && wide[i] != 0; ++i) text[i] = (char)wide[i];
    text[i] = '\0';
    return text;
}

/* A suite that somebody has asserted the texts of. */
struct suite {
    DWORD number, wire_version;
    const char *name, *hash;
    DWORD hash_bits;
    ULONG client_bit;
};
static const struct suite gcm = {0xC030, 0x303, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "", 0, SP_PROT_TLS1_2_CLIENT};
static const struct suite cbc = {0xC014, 0x301, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
                                 "SHA1", 160,   SP_PROT_TLS1_0_CLIENT};

static void cipher_info(const SecPkgContext_CipherInfo *info, const struct suite *suite, const char *name) {
    fact_number(36, CHECKED, text_of("%s: dwProtocol", name), info->dwProtocol, suite->wire_version);
    fact_number(36, CHECKED, text_of("%s: dwBaseCipherSuite", name), info->dwBaseCipherSuite, suite->number);
    fact_text(36, CHECKED, text_of("%s: szCipherSuite", name), narrow(info->szCipherSuite), suite->name);
    fact_text(36, CHECKED, text_of("%s: szCipher", name), narrow(info->szCipher), "AES");
    fact_number(36, CHECKED, text_of("%s: dwCipherLen", name), info->dwCipherLen, 256);
    fact_number(36, CHECKED, text_of("%s: dwCipherBlockLen", name), info->dwCipherBlockLen, 16);
    fact_text(36, CHECKED, text_of("%s: szHash", name), narrow(info->szHash), suite->hash);
    fact_number(36, CHECKED, text_of("%s: dwHashLen", name), info->dwHashLen, suite->hash_bits);
    fact_text(36, CHECKED, text_of("%s: szExchange", name), narrow(info->szExchange), "ECDH");
    fact_number(36, CHECKED, text_of("%s: dwMinExchangeLen", name), info->dwMinExchangeLen, 0);
    fact_number(36, CHECKED, text_of("%s: dwMaxExchangeLen", name), info->dwMaxExchangeLen, 65536);
    fact_text(36, CHECKED, text_of("%s: szCertificate", name), narrow(info->szCertificate), "RSA");
}

static void connection_info(struct side *of, const struct suite *suite, const char *name) {
    SecPkgContext_ConnectionInfo info = {0};
    SecPkgContext_KeyInfoA key = {0};
    fact_status(36, CHECKED, text_of("%s: CONNECTION_INFO", name),
                QueryContextAttributesA(&of->context, SECPKG_ATTR_CONNECTION_INFO, &info), SEC_E_OK);
    fact_number(36, CHECKED, text_of("%s: dwProtocol", name), info.dwProtocol, suite->client_bit);
    fact_number(36, CHECKED, text_of("%s: aiCipher", name), info.aiCipher, CALG_AES_256);
    fact_number(36, CHECKED, text_of("%s: dwCipherStrength", name), info.dwCipherStrength, 256);
    fact_number(36, CHECKED, text_of("%s: dwHashStrength", name), info.dwHashStrength, suite->hash_bits);
    fact_number(36, CHECKED, text_of("%s: aiExch", name), info.aiExch, CALG_ECDH_EPHEM);
    if (QueryContextAttributesA(&of->context, SECPKG_ATTR_KEY_INFO, &key) != SEC_E_OK) return;
    fact_number(36, CHECKED, text_of("%s: KEY_INFO, KeySize", name), key.KeySize, 256);
    fact_number(36, CHECKED, text_of("%s: KEY_INFO, EncryptAlgorithm", name), key.EncryptAlgorithm, CALG_AES_256);
    FreeContextBuffer(key.sSignatureAlgorithmName);
    FreeContextBuffer(key.sEncryptAlgorithmName);
}

static void of_suite(enum version version, const struct suite *suite) {
    static struct pair pair;
    SecPkgContext_CipherInfo info = {0};
    const char *name = version_names[version];
    if (!pair_open(&pair, version)) {
        fact_missing(36, text_of("%s: attributes", name), why_not());
        return;
    }
    info.dwVersion = SECPKGCONTEXT_CIPHERINFO_V1;
    fact_status(36, CHECKED, text_of("%s: CIPHER_INFO", name),
                QueryContextAttributesA(&pair.client.context, SECPKG_ATTR_CIPHER_INFO, &info), SEC_E_OK);
    if (info.dwCipherSuite == suite->number) {
        cipher_info(&info, suite, name);
        connection_info(&pair.client, suite, name);
    } else {
        fact_missing(36, text_of("%s: members of CIPHER_INFO", name),
                     text_of("the suite is 0x%04lX", (unsigned long)info.dwCipherSuite));
    }
    pair_free(&pair);
}

/* Attributes that do not depend on the suite. */
static void general(enum version version) {
    static struct pair pair;
    PCCERT_CONTEXT shown = NULL;
    SecPkgContext_Bindings unique = {0};
    BYTE room[512] = {0};
    const char *name = version_names[version];
    if (!pair_open(&pair, version)) {
        fact_missing(36, text_of("%s: attributes of any suite", name), why_not());
        return;
    }
    CtxtHandle *client = &pair.client.context, *server = &pair.server.context;
    fact_status(36, CHECKED, text_of("%s: REMOTE_CERT_CONTEXT", name),
                QueryContextAttributesA(client, SECPKG_ATTR_REMOTE_CERT_CONTEXT, &shown), SEC_E_OK);
    fact_holds(36, CHECKED, text_of("%s: it is the server's", name),
               shown != NULL && shown->cbCertEncoded == own_certificate()->cbCertEncoded &&
                   memcmp(shown->pbCertEncoded, own_certificate()->pbCertEncoded, shown->cbCertEncoded) == 0);
    if (shown != NULL) CertFreeCertificateContext(shown);
    shown = NULL;
    fact_status(36, CALLER, text_of("%s: REMOTE_CERT_CONTEXT, the client showed none", name),
                QueryContextAttributesA(server, SECPKG_ATTR_REMOTE_CERT_CONTEXT, &shown), SEC_E_NO_CREDENTIALS);
    fact_status(36, CHECKED, text_of("%s: NEGOTIATION_INFO", name),
                QueryContextAttributesA(client, SECPKG_ATTR_NEGOTIATION_INFO, room), SEC_E_UNSUPPORTED_FUNCTION);
    fact_status(36, version == TLS13 ? OURS : CHECKED, text_of("%s: UNIQUE_BINDINGS", name),
                QueryContextAttributesA(client, SECPKG_ATTR_UNIQUE_BINDINGS, &unique),
                version == TLS13 ? SEC_E_UNSUPPORTED_FUNCTION : SEC_E_OK);
    if (unique.Bindings != NULL) FreeContextBuffer(unique.Bindings);
    pair_free(&pair);
}

void facts_of_null_attributes(void) {
    static struct pair pair;
    if (!pair_open(&pair, TLS12)) {
        fact_missing(36, "TLS 1.2: STREAM_SIZES into NULL", why_not());
        return;
    }
    fact_status(36, OURS, "TLS 1.2: STREAM_SIZES into NULL",
                QueryContextAttributesA(&pair.client.context, SECPKG_ATTR_STREAM_SIZES, NULL), SEC_E_INTERNAL_ERROR);
    pair_free(&pair);
}

void facts_of_attributes(void) {
    of_suite(TLS12, &gcm);
    of_suite(TLS10, &cbc);
    general(TLS12);
    general(TLS13);
}

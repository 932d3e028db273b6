// CRYPT_E_, CERT_E_ and TRUST_E_: certificates, their stores, and whether a chain is to be trusted.
#include "abi/catalogue/catalogue.hpp"

namespace schannix::abi::catalogue {
namespace {

constexpr auto crypt32 = "This library's certificate functions, by GetLastError; on Windows the same.";
constexpr auto windows = "Windows' certificate functions; never this library.";
constexpr auto policy =
    "Windows' chain policy (CertVerifyCertificateChainPolicy). This library says it by a SEC_E_ status of the "
    "handshake.";
constexpr auto asn1 = "The bytes are not the DER that they should be: cut off, damaged, or of another kind.";
constexpr auto other_file = "Look at the file: openssl asn1parse -inform DER -i shows where it breaks off.";
constexpr auto signed_code = "Windows' checks of signed files; nothing of TLS.";
constexpr auto not_tls = "Nothing for TLS: it is about a signed file.";

// clang-format off
constexpr entry rows[] = {
    {0x80091001, "CRYPT_E_MSG_ERROR", "a cryptographic message could not be processed", windows,
     "A PKCS#7 message is damaged or uses something unknown.", "Look at it with openssl cms -cmsout -print."},
    {0x80092001, "CRYPT_E_BAD_LEN", "a length is not valid", windows, asn1, other_file},
    {0x80092002, "CRYPT_E_BAD_ENCODE", "the data are damaged or of another kind", crypt32,
     "What was given is not PEM, DER or PKCS#12, or is cut off.", "Look at the file with openssl x509, pkey or pkcs12."},
    {0x80092003, "CRYPT_E_FILE_ERROR", "a file could not be read or written", windows,
     "The file is missing, or its rights forbid it.", "Check path and rights."},
    {0x80092004, "CRYPT_E_NOT_FOUND", "no such certificate", crypt32,
     "The store has no (further) certificate that fits; or a PEM text holds none.",
     "At the end of an enumeration this is normal. Otherwise check what was searched for, and in which store."},
    {0x80092005, "CRYPT_E_EXISTS", "it is there already", windows, "The store holds the same certificate.", "Replace it, or leave it."},
    {0x80092006, "CRYPT_E_NO_PROVIDER", "no provider was given for the key", windows, "The key's provider is not named.", "Name the provider."},
    {0x80092007, "CRYPT_E_SELF_SIGNED", "the certificate is self-signed", windows,
     "The certificate is its own issuer: the chain ends here.", "Trust it by itself, or look for another end of the chain."},
    {0x80092008, "CRYPT_E_DELETED_PREV", "the previous certificate or list was deleted", windows,
     "The store changed during an enumeration.", "Begin the enumeration anew."},
    {0x80092009, "CRYPT_E_NO_MATCH", "nothing matches", windows, "No object fits what was asked for.", "Ask for something else."},
    {0x8009200A, "CRYPT_E_UNEXPECTED_MSG_TYPE", "the message is of another type", windows,
     "A PKCS#7 message of another kind was expected.", "Look at it with openssl cms -cmsout -print."},
    {0x8009200B, "CRYPT_E_NO_KEY_PROPERTY", "the certificate has no private key with it", windows,
     "The certificate was imported without its key.", "Import certificate and key together, as PKCS#12."},
    {0x8009200C, "CRYPT_E_NO_DECRYPT_CERT", "no certificate can decrypt this", windows,
     "The message is for another recipient.", "Import the recipient's certificate with its key."},
    {0x8009200F, "CRYPT_E_PENDING_CLOSE", "something of the closed store is still in use", windows,
     "A store was closed with CERT_CLOSE_STORE_CHECK_FLAG while a certificate context of it was held.",
     "Free every context, then close; without the flag it is no error."},
    {0x80092010, "CRYPT_E_REVOKED", "the certificate was revoked",
     "The peer, by the alert certificate_revoked; or the validation of the peer's certificate that checks revocation.",
     "The issuer has taken the certificate back.", "Get a new certificate. Do not go on with this one."},
    {0x80092011, "CRYPT_E_NO_REVOCATION_DLL", "there is nothing to check revocation with", windows,
     "No revocation provider is installed.", "Check how revocation is set up."},
    {0x80092012, "CRYPT_E_NO_REVOCATION_CHECK", "revocation could not be checked",
     "This library's validation of the peer's certificate, when the credential asks for a check of revocation.",
     "No revocation list of its issuer is at hand, no OCSP response was stapled, and it names no place to ask.",
     "Give the credential the issuer's list, or add SCH_CRED_IGNORE_NO_REVOCATION_CHECK if the risk is acceptable."},
    {0x80092013, "CRYPT_E_REVOCATION_OFFLINE", "the revocation server cannot be reached",
     "This library's validation of the peer's certificate, or Windows', when the credential asks for a check of revocation.",
     "The CRL or OCSP server that the certificate names was not asked (this library asks only where that is switched on), does "
     "not answer, or answers nothing that counts.",
     "Switch asking on (docs/howto/revocation.md) and open the way to the address in the certificate, give the credential the "
     "issuer's list, or add SCH_CRED_IGNORE_REVOCATION_OFFLINE."},
    {0x80092014, "CRYPT_E_NOT_IN_REVOCATION_DATABASE", "the issuer's revocation server does not know the certificate", windows,
     "The certificate is not of that issuer, or very new.", "Ask the issuer."},
    {0x80092020, "CRYPT_E_INVALID_NUMERIC_STRING", "the text may hold digits only", windows, "A name has other characters.", "Correct the name."},
    {0x80092023, "CRYPT_E_INVALID_X500_STRING", "the distinguished name cannot be read", windows,
     "A name is not written as X.500 wants it.", "Write it as CN=..., O=..., C=..."},
    {0x80092026, "CRYPT_E_SECURITY_SETTINGS", "the system's settings forbid it", windows,
     "Policy forbids this operation or this algorithm.", "Ask who manages the machine."},
    {0x80093100, "CRYPT_E_ASN1_ERROR", "the data cannot be decoded", windows, asn1, other_file},
    {0x80093101, "CRYPT_E_ASN1_INTERNAL", "the decoder failed by itself", windows, asn1, other_file},
    {0x80093102, "CRYPT_E_ASN1_EOD", "the data end too early", windows, asn1, other_file},
    {0x80093103, "CRYPT_E_ASN1_CORRUPT", "the data are damaged", windows, asn1, other_file},
    {0x80093104, "CRYPT_E_ASN1_LARGE", "a value is too large", windows, asn1, other_file},
    {0x80093106, "CRYPT_E_ASN1_MEMORY", "the decoder is out of memory", windows, asn1, other_file},
    {0x8009310B, "CRYPT_E_ASN1_BADTAG", "another tag was expected", windows,
     "The bytes are no DER: often PEM text, or a file of another kind.", other_file},

    {0x800B0101, "CERT_E_EXPIRED", "a certificate is outside its period of validity", policy,
     "A certificate of the chain has expired or is not valid yet; or a clock is wrong.", "Renew the certificate; compare the clocks."},
    {0x800B0102, "CERT_E_VALIDITYPERIODNESTING", "the periods of validity of the chain are not nested", policy,
     "A certificate lives longer than its issuer's.", "Nothing where nesting is not asked for: today's rules (RFC 5280) do not."},
    {0x800B0103, "CERT_E_ROLE", "an end certificate is used as an issuer, or the other way round", policy,
     "The basic constraints do not fit the place in the chain.", "Let the chain be issued anew."},
    {0x800B0104, "CERT_E_PATHLENCONST", "the chain is longer than an issuer allows", policy,
     "pathLenConstraint of an issuer.", "Shorten the chain."},
    {0x800B0105, "CERT_E_CRITICAL", "a critical extension is not understood", policy,
     "An extension that may not be ignored is unknown.", "Let the certificate be issued without it."},
    {0x800B0106, "CERT_E_PURPOSE", "the certificate is not meant for this purpose", policy,
     "Key usage forbids it.", "Let the certificate be issued for the purpose."},
    {0x800B0107, "CERT_E_ISSUERCHAINING", "an issuer did not issue the certificate below it", policy,
     "Another certificate with the issuer's name was sent.", "Let the server send the right intermediate certificate."},
    {0x800B0108, "CERT_E_MALFORMED", "a certificate is malformed", policy, asn1, other_file},
    {0x800B0109, "CERT_E_UNTRUSTEDROOT", "the chain ends in a root that is not trusted", policy,
     "A private or self-signed root.", "Trust the root, where that is right."},
    {0x800B010A, "CERT_E_CHAINING", "the chain could not be built to a root", policy,
     "An intermediate certificate is missing.", "Let the server send its whole chain."},
    {0x800B010C, "CERT_E_REVOKED", "a certificate was revoked", policy,
     "The issuer has taken it back.", "Get a new certificate. Do not go on with this one."},
    {0x800B010D, "CERT_E_UNTRUSTEDTESTROOT", "the chain ends in a test root", policy,
     "A certificate for tests is used in production.", "Get a certificate for production."},
    {0x800B010E, "CERT_E_REVOCATION_FAILURE", "revocation could not be checked", policy,
     "The revocation server did not answer usefully.", "Open the way to it, or decide that the check may fail."},
    {0x800B010F, "CERT_E_CN_NO_MATCH", "the name does not match the certificate", policy,
     "The name that was connected to is not in the certificate.", "Connect by a name that the certificate bears."},
    {0x800B0110, "CERT_E_WRONG_USAGE", "the extended key usage does not allow it", policy,
     "serverAuth or clientAuth is missing.", "Let the certificate be issued for the use."},
    {0x800B0112, "CERT_E_UNTRUSTEDCA", "an issuer is not trusted", policy,
     "The issuer is not known, or is distrusted.", "Get a certificate of a trusted issuer."},
    {0x800B0113, "CERT_E_INVALID_POLICY", "the certificate policy is not valid", policy,
     "A policy that is demanded is missing.", "Let the certificate be issued under the policy."},
    {0x800B0114, "CERT_E_INVALID_NAME", "a name is not permitted by the issuer", policy,
     "Name constraints of an issuer exclude the name.", "Let another issuer issue it."},

    {0x80096001, "TRUST_E_SYSTEM_ERROR", "the check failed by itself", signed_code, "A problem of the system.", not_tls},
    {0x80096002, "TRUST_E_NO_SIGNER_CERT", "the signer's certificate is missing", signed_code, "The signature comes without it.", not_tls},
    {0x80096004, "TRUST_E_CERT_SIGNATURE", "the signature of a certificate does not verify", policy,
     "The certificate was changed, or another issuer has the same name.", "Let the server send the right chain."},
    {0x80096005, "TRUST_E_TIME_STAMP", "the time stamp cannot be verified", signed_code, "The time stamp or its certificate is not valid.", not_tls},
    {0x80096010, "TRUST_E_BAD_DIGEST", "the file is not the one that was signed", signed_code, "The file was changed.", not_tls},
    {0x80096019, "TRUST_E_BASIC_CONSTRAINTS", "the basic constraints of a certificate are broken", policy,
     "A certificate that is no CA has issued another one.", "Let the chain be issued anew; it may be an attack."},
    {0x800B0001, "TRUST_E_PROVIDER_UNKNOWN", "the trust provider is not known", signed_code, "It is not installed.", not_tls},
    {0x800B0004, "TRUST_E_SUBJECT_NOT_TRUSTED", "the subject is not trusted", signed_code, "Policy does not trust it.", not_tls},
    {0x800B0100, "TRUST_E_NOSIGNATURE", "there is no signature", signed_code, "The file is not signed.", not_tls},
    {0x800B010B, "TRUST_E_FAIL", "trust could not be established", policy, "Several causes; none of the others fits.",
     "Look at the chain's own error bits."},
    {0x800B0111, "TRUST_E_EXPLICIT_DISTRUST", "somebody has distrusted the certificate expressly", policy,
     "It is in the list of what is not to be trusted.", "Do not go on with it."},
};
// clang-format on

}  // namespace

const std::span<const entry> certificate_statuses = rows;

}  // namespace schannix::abi::catalogue

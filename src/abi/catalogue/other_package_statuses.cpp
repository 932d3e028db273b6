// The statuses of SSPI that belong to Kerberos, Negotiate and the rest. They are in the headers, so they have a
// meaning.
#include "abi/catalogue/catalogue.hpp"

namespace schannix::abi::catalogue {
namespace {

constexpr auto others = "Kerberos, Negotiate, NTLM or another package on Windows; never this library.";
constexpr auto domain =
    "The domain's accounts, its controllers or their certificates are not as the package needs them.";
constexpr auto usage = "The package wants to be called in another way, or has not got what it was asked for.";
constexpr auto elsewhere = "Nothing for TLS: look at the package that said it, and into the system's log on Windows.";

// clang-format off
constexpr entry rows[] = {
    {0x00090313, "SEC_I_COMPLETE_NEEDED", "the token has to be completed", others, usage, "Call CompleteAuthToken, then send the token."},
    {0x00090314, "SEC_I_COMPLETE_AND_CONTINUE", "the token has to be completed, and the exchange goes on", others, usage,
     "Call CompleteAuthToken, send the token, and read on."},
    {0x00090315, "SEC_I_LOCAL_LOGON", "the logon was local", others, usage, elsewhere},
    {0x00090316, "SEC_I_GENERIC_EXTENSION_RECEIVED", "a TLS extension that was subscribed to arrived",
     "Windows' Schannel; never this library.", "The program subscribed to an extension by a buffer.",
     "Read the extension from the buffer and call again."},
    {0x00090323, "SEC_I_NO_LSA_CONTEXT", "the context is not known to the security authority", others, usage, elsewhere},
    {0x0009035C, "SEC_I_SIGNATURE_NEEDED", "a signature has to be made", others, usage, elsewhere},
    {0x80090306, "SEC_E_NOT_OWNER", "the caller does not own the credential", others, usage, elsewhere},
    {0x80090307, "SEC_E_CANNOT_INSTALL", "the package cannot be initialised", others, usage, elsewhere},
    {0x80090309, "SEC_E_CANNOT_PACK", "the target cannot be packed for sending", others, usage, elsewhere},
    {0x8009030B, "SEC_E_NO_IMPERSONATION", "the context does not allow impersonation", others, usage, elsewhere},
    {0x80090311, "SEC_E_NO_AUTHENTICATING_AUTHORITY", "no authority could be reached to authenticate", others, domain, elsewhere},
    {0x80090316, "SEC_E_BAD_PKGID", "the package number is not valid", others, usage, elsewhere},
    {0x80090324, "SEC_E_TIME_SKEW", "the clocks of client and server differ too much", others, domain, "Set the clocks."},
    {0x80090332, "SEC_E_SECURITY_QOS_FAILED", "the quality of service that was asked for is not met", others, usage, elsewhere},
    {0x80090334, "SEC_E_NO_TGT_REPLY", "the client has no ticket-granting ticket to answer with", others, domain, elsewhere},
    {0x80090335, "SEC_E_NO_IP_ADDRESSES", "the machine has no network address", others, domain, elsewhere},
    {0x80090336, "SEC_E_WRONG_CREDENTIAL_HANDLE", "the credential is another one than the context's", others, usage, elsewhere},
    {0x80090337, "SEC_E_CRYPTO_SYSTEM_INVALID", "the cryptography cannot be used", others, usage, elsewhere},
    {0x80090338, "SEC_E_MAX_REFERRALS_EXCEEDED", "there were too many referrals", others, domain, elsewhere},
    {0x80090339, "SEC_E_MUST_BE_KDC", "the machine must be a domain controller for this", others, domain, elsewhere},
    {0x8009033A, "SEC_E_STRONG_CRYPTO_NOT_SUPPORTED", "the other side has no strong cryptography", others, domain, elsewhere},
    {0x8009033B, "SEC_E_TOO_MANY_PRINCIPALS", "the answer names too many principals", others, domain, elsewhere},
    {0x8009033C, "SEC_E_NO_PA_DATA", "the answer lacks the pre-authentication data", others, domain, elsewhere},
    {0x8009033D, "SEC_E_PKINIT_NAME_MISMATCH", "the certificate's name is not the account's", others, domain, elsewhere},
    {0x8009033E, "SEC_E_SMARTCARD_LOGON_REQUIRED", "a smart card is required", others, domain, elsewhere},
    {0x8009033F, "SEC_E_SHUTDOWN_IN_PROGRESS", "the system or the process is ending",
     "This library, for an asynchronous call; otherwise Windows, other packages.",
     "An asynchronous call was begun after exit.",
     "Begin no calls after exit."},
    {0x80090340, "SEC_E_KDC_INVALID_REQUEST", "the domain controller did not understand the request", others, domain, elsewhere},
    {0x80090341, "SEC_E_KDC_UNABLE_TO_REFER", "the domain controller knows no referral", others, domain, elsewhere},
    {0x80090342, "SEC_E_KDC_UNKNOWN_ETYPE", "the domain controller does not have the encryption type", others, domain, elsewhere},
    {0x80090343, "SEC_E_UNSUPPORTED_PREAUTH", "the pre-authentication is not supported", others, domain, elsewhere},
    {0x80090345, "SEC_E_DELEGATION_REQUIRED", "delegation is required", others, domain, elsewhere},
    {0x80090347, "SEC_E_MULTIPLE_ACCOUNTS", "the certificate belongs to several accounts", others, domain, elsewhere},
    {0x80090348, "SEC_E_NO_KERB_KEY", "the account has no Kerberos key", others, domain, elsewhere},
    {0x80090351, "SEC_E_SMARTCARD_CERT_REVOKED", "the smart card's certificate was revoked", others, domain, elsewhere},
    {0x80090352, "SEC_E_ISSUING_CA_UNTRUSTED", "the issuer of the smart card's certificate is not trusted", others, domain, elsewhere},
    {0x80090353, "SEC_E_REVOCATION_OFFLINE_C", "revocation of the smart card's certificate could not be checked", others, domain, elsewhere},
    {0x80090354, "SEC_E_PKINIT_CLIENT_FAILURE", "the smart card's certificate was not accepted", others, domain, elsewhere},
    {0x80090355, "SEC_E_SMARTCARD_CERT_EXPIRED", "the smart card's certificate has expired", others, domain, elsewhere},
    {0x80090356, "SEC_E_NO_S4U_PROT_SUPPORT", "the domain controller has no service for user", others, domain, elsewhere},
    {0x80090357, "SEC_E_CROSSREALM_DELEGATION_FAILURE", "delegation across realms failed", others, domain, elsewhere},
    {0x80090358, "SEC_E_REVOCATION_OFFLINE_KDC", "revocation of the domain controller's certificate could not be checked", others, domain, elsewhere},
    {0x80090359, "SEC_E_ISSUING_CA_UNTRUSTED_KDC", "the issuer of the domain controller's certificate is not trusted", others, domain, elsewhere},
    {0x8009035A, "SEC_E_KDC_CERT_EXPIRED", "the domain controller's certificate has expired", others, domain, elsewhere},
    {0x8009035B, "SEC_E_KDC_CERT_REVOKED", "the domain controller's certificate was revoked", others, domain, elsewhere},
    {0x8009035E, "SEC_E_DELEGATION_POLICY", "policy forbids the delegation", others, domain, elsewhere},
    {0x8009035F, "SEC_E_POLICY_NLTM_ONLY", "policy allows NTLM only", others, domain, elsewhere},
    {0x80090362, "SEC_E_PKU2U_CERT_FAILURE", "the peer-to-peer certificate was not accepted", others, domain, elsewhere},
    {0x80090369, "SEC_E_INVALID_UPN_NAME", "the user principal name is not valid", others, domain, elsewhere},
};
// clang-format on

}  // namespace

const std::span<const entry> other_package_statuses = rows;

}  // namespace schannix::abi::catalogue

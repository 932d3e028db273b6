#include "abi/translate/validation_result.hpp"

#include "abi/translate/status.hpp"

namespace schannix::abi {
namespace {

using base::reason;
using verdict = SecPkgContext_CertificateValidationResult;

constexpr struct {
  reason problem;
  verdict said;
} verdicts[] = {{reason::untrusted_root, {CERT_TRUST_IS_UNTRUSTED_ROOT, CERT_E_UNTRUSTEDROOT}},
                {reason::certificate_expired, {CERT_TRUST_IS_NOT_TIME_VALID, CERT_E_EXPIRED}},
                {reason::certificate_revoked, {CERT_TRUST_IS_REVOKED, CRYPT_E_REVOKED}},
                {reason::no_revocation_check, {CERT_TRUST_REVOCATION_STATUS_UNKNOWN, CRYPT_E_NO_REVOCATION_CHECK}},
                {reason::revocation_offline,
                 {CERT_TRUST_REVOCATION_STATUS_UNKNOWN | CERT_TRUST_IS_OFFLINE_REVOCATION, CRYPT_E_REVOCATION_OFFLINE}},
                {reason::wrong_usage, {CERT_TRUST_IS_NOT_VALID_FOR_USAGE, CERT_E_WRONG_USAGE}},
                {reason::name_mismatch, {CERT_TRUST_NO_ERROR, CERT_E_CN_NO_MATCH}}};  // no error of the chain

// As CertGetCertificateChain and CertVerifyCertificateChainPolicy would put it.
verdict verdict_of(const std::optional<reason>& problem) {
  if (!problem) return {CERT_TRUST_NO_ERROR, S_OK};
  for (const auto& [known, said] : verdicts)
    if (known == *problem) return said;
  return {CERT_TRUST_IS_NOT_SIGNATURE_VALID, TRUST_E_CERT_SIGNATURE};  // weak algorithms, and the rest
}

}  // namespace

SECURITY_STATUS validation_result(const context::connection& of, void* into) {
  const auto found = of.validation();
  if (!found) return status_of(found.error());
  *static_cast<verdict*>(into) = verdict_of(*found);
  return SEC_E_OK;
}

}  // namespace schannix::abi

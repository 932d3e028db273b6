#include "cert/policy.hpp"

#include <array>

#include "cert/chain.hpp"

namespace schannix::cert {
namespace {

struct rule {
  DWORD bits;     // CERT_TRUST_
  DWORD ignored;  // by this flag; 0: by none
  finding what;
};
constexpr DWORD unassigned = 0xF0E00000;  // no CERT_TRUST_ has these
constexpr DWORD offline = CERT_TRUST_IS_OFFLINE_REVOCATION;

// In the order of spec 8.4; purpose and name stand between the first and the second, and whether the issuers may speak
// for the name behind the second.
constexpr auto first_rules = std::to_array<rule>({
    {CERT_TRUST_IS_EXPLICIT_DISTRUST, 0, finding::explicit_distrust},
    {CERT_TRUST_IS_REVOKED, 0, finding::revoked},
    {CERT_TRUST_IS_NOT_SIGNATURE_VALID | CERT_TRUST_HAS_WEAK_SIGNATURE, 0, finding::bad_signature},
    {CERT_TRUST_IS_UNTRUSTED_ROOT, CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG, finding::untrusted_root},
    {CERT_TRUST_IS_PARTIAL_CHAIN | CERT_TRUST_IS_CYCLIC, 0, finding::partial_chain},
    {CERT_TRUST_IS_NOT_TIME_VALID, CERT_CHAIN_POLICY_IGNORE_NOT_TIME_VALID_FLAG, finding::expired},
    {CERT_TRUST_IS_NOT_VALID_FOR_USAGE, CERT_CHAIN_POLICY_IGNORE_WRONG_USAGE_FLAG, finding::wrong_usage},
});
constexpr auto second_rules = std::to_array<rule>({
    {CERT_TRUST_INVALID_BASIC_CONSTRAINTS, CERT_CHAIN_POLICY_IGNORE_INVALID_BASIC_CONSTRAINTS_FLAG,
     finding::invalid_basic_constraints},
    {CERT_TRUST_INVALID_POLICY_CONSTRAINTS | CERT_TRUST_NO_ISSUANCE_CHAIN_POLICY,
     CERT_CHAIN_POLICY_IGNORE_INVALID_POLICY_FLAG, finding::invalid_policy},
    {CERT_TRUST_INVALID_NAME_CONSTRAINTS | CERT_TRUST_HAS_NOT_SUPPORTED_NAME_CONSTRAINT |
         CERT_TRUST_HAS_NOT_DEFINED_NAME_CONSTRAINT | CERT_TRUST_HAS_NOT_PERMITTED_NAME_CONSTRAINT |
         CERT_TRUST_HAS_EXCLUDED_NAME_CONSTRAINT,
     CERT_CHAIN_POLICY_IGNORE_INVALID_NAME_FLAG, finding::invalid_name},
});
constexpr auto last_rules = std::to_array<rule>({
    {CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT, CERT_CHAIN_POLICY_IGNORE_NOT_SUPPORTED_CRITICAL_EXT_FLAG,
     finding::unknown_critical_extension},
    // The rest but revocation, which no flag excuses.
    {CERT_TRUST_INVALID_EXTENSION | CERT_TRUST_IS_NOT_TIME_NESTED | CERT_TRUST_CTL_IS_NOT_TIME_VALID |
         CERT_TRUST_CTL_IS_NOT_SIGNATURE_VALID | CERT_TRUST_CTL_IS_NOT_VALID_FOR_USAGE | unassigned,
     0, finding::malformed},
});

const CERT_SIMPLE_CHAIN& elements(const CERT_CHAIN_CONTEXT& chain) { return **chain.rgpChain; }
DWORD errors_at(const CERT_CHAIN_CONTEXT& chain, DWORD at) {
  return elements(chain).rgpElement[at]->TrustStatus.dwErrorStatus;
}

engine::certificate certificate_at(const CERT_CHAIN_CONTEXT& chain, DWORD at) {
  return context::of(elements(chain).rgpElement[at]->pCertContext).leaf();
}

template <typename Fits>
std::optional<policy_answer> first_element(const CERT_CHAIN_CONTEXT& chain, finding what, Fits fits) {
  for (DWORD at = 0; at < elements(chain).cElement; ++at)
    if (fits(at)) return policy_answer{what, static_cast<LONG>(at)};
  return std::nullopt;
}

template <typename Rules>
std::optional<policy_answer> by_bits(const CERT_CHAIN_CONTEXT& chain, const policy_rules& by, const Rules& rules) {
  for (const rule& one : rules) {
    if ((by.ignored & one.ignored) || (one.what == finding::revoked && by.ignores_revoked)) continue;
    const auto found = first_element(chain, one.what, [&](DWORD at) { return (errors_at(chain, at) & one.bits) != 0; });
    if (found) return found;
  }
  return std::nullopt;
}

std::string purpose_of(const ssl_rules& by) {
  return by.of_server ? szOID_PKIX_KP_SERVER_AUTH : szOID_PKIX_KP_CLIENT_AUTH;
}

// Also of a chain for which another purpose was asked, or none.
std::optional<policy_answer> by_trust(const CERT_CHAIN_CONTEXT& chain, const policy_rules& by) {
  if (!by.ssl) return std::nullopt;
  return first_element(chain, finding::explicit_distrust,
                       [&](DWORD at) { return distrusts(certificate_at(chain, at), purpose_of(*by.ssl)); });
}

std::optional<policy_answer> by_purpose(const CERT_CHAIN_CONTEXT& chain, const policy_rules& by) {
  if (!by.ssl || (by.ignored & CERT_CHAIN_POLICY_IGNORE_WRONG_USAGE_FLAG)) return std::nullopt;
  return first_element(chain, finding::wrong_usage,
                       [&](DWORD at) { return !allows(certificate_at(chain, at), purpose_of(*by.ssl)); });
}

bool checks_name(const policy_rules& by) { return by.ssl && by.ssl->of_server && by.ssl->name && !by.ignores_name; }

std::optional<policy_answer> by_name(const CERT_CHAIN_CONTEXT& chain, const policy_rules& by) {
  if (!checks_name(by) || engine::answers_to(certificate_at(chain, 0), *by.ssl->name)) return std::nullopt;
  return policy_answer{finding::name_mismatch, 0};
}

// A wildcard fits names that an issuer must not speak for.
std::optional<policy_answer> by_permission(const CERT_CHAIN_CONTEXT& chain, const policy_rules& by) {
  if (!checks_name(by) || (by.ignored & CERT_CHAIN_POLICY_IGNORE_INVALID_NAME_FLAG)) return std::nullopt;
  std::vector<engine::certificate> all;
  all.reserve(elements(chain).cElement);
  for (DWORD at = 0; at < elements(chain).cElement; ++at) all.push_back(certificate_at(chain, at));
  if (engine::permits(all, *by.ssl->name)) return std::nullopt;
  return policy_answer{finding::invalid_name, 0};
}

// Which flag excuses that nothing is known about the certificate at a place.
DWORD excuse_at(DWORD at, DWORD count) {
  if (at == 0) return CERT_CHAIN_POLICY_IGNORE_END_REV_UNKNOWN_FLAG;
  return at + 1 == count ? CERT_CHAIN_POLICY_IGNORE_ROOT_REV_UNKNOWN_FLAG
                         : CERT_CHAIN_POLICY_IGNORE_CA_REV_UNKNOWN_FLAG;
}

std::optional<policy_answer> by_revocation(const CERT_CHAIN_CONTEXT& chain, const policy_rules& by) {
  const auto counts = [&](DWORD at) { return !(by.ignored & excuse_at(at, elements(chain).cElement)); };
  const auto unknown = first_element(chain, finding::revocation_unknown, [&](DWORD at) {
    const DWORD errors = errors_at(chain, at);
    return counts(at) && (errors & CERT_TRUST_REVOCATION_STATUS_UNKNOWN) && !(errors & offline);
  });
  if (unknown) return unknown;
  return first_element(chain, finding::revocation_offline,
                       [&](DWORD at) { return counts(at) && (errors_at(chain, at) & offline); });
}

}  // namespace

policy_answer judge(const CERT_CHAIN_CONTEXT& chain, const policy_rules& by) {
  if (const auto found = by_trust(chain, by)) return *found;
  if (const auto found = by_bits(chain, by, first_rules)) return *found;
  if (const auto found = by_purpose(chain, by)) return *found;
  if (const auto found = by_name(chain, by)) return *found;
  if (const auto found = by_bits(chain, by, second_rules)) return *found;
  if (const auto found = by_permission(chain, by)) return *found;
  if (const auto found = by_bits(chain, by, last_rules)) return *found;
  return by_revocation(chain, by).value_or(policy_answer());
}

}  // namespace schannix::cert

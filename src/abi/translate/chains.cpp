#include "abi/translate/chains.hpp"

#include <cstddef>
#include <cstring>

#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "base/text.hpp"

namespace schannix::abi {
namespace {

// ---- engines ----

// Windows 7 had no dwExclusiveFlags, Vista no exclusive stores.
bool is_config_size(DWORD size) {
  return size == offsetof(CERT_CHAIN_ENGINE_CONFIG, hExclusiveRoot) ||
         size == offsetof(CERT_CHAIN_ENGINE_CONFIG, dwExclusiveFlags) || size == sizeof(CERT_CHAIN_ENGINE_CONFIG);
}

bool is_supported(const CERT_CHAIN_ENGINE_CONFIG& config) {
  return !config.hRestrictedTrust && !config.hRestrictedOther && !config.hExclusiveTrustedPeople &&
         !(config.dwExclusiveFlags & ~DWORD{CERT_CHAIN_EXCLUSIVE_ENABLE_CA_FLAG}) &&
         (config.cAdditionalStore == 0 || config.rghAdditionalStore);
}

// ---- requests ----

constexpr DWORD change_nothing = CERT_CHAIN_CACHE_END_CERT | CERT_CHAIN_THREAD_STORE_SYNC |
                                 CERT_CHAIN_USE_LOCAL_MACHINE_STORE | CERT_CHAIN_ENABLE_CACHE_AUTO_UPDATE |
                                 CERT_CHAIN_ENABLE_SHARE_STORE | CERT_CHAIN_DISABLE_PASS1_QUALITY_FILTERING |
                                 CERT_CHAIN_RETURN_LOWER_QUALITY_CONTEXTS | CERT_CHAIN_DISABLE_AUTH_ROOT_AUTO_UPDATE |
                                 CERT_CHAIN_DISABLE_MY_PEER_TRUST | CERT_CHAIN_DISABLE_MD2_MD4 |
                                 CERT_CHAIN_DISABLE_AIA | CERT_CHAIN_REVOCATION_ACCUMULATIVE_TIMEOUT;
constexpr DWORD stay_here = CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL | CERT_CHAIN_REVOCATION_CHECK_CACHE_ONLY;
constexpr DWORD known = change_nothing | stay_here | CERT_CHAIN_REVOCATION_CHECK_END_CERT |
                        CERT_CHAIN_REVOCATION_CHECK_CHAIN | CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT;

// The widest one that is asked for.
engine::revocation_range range_of(DWORD flags) {
  using enum engine::revocation_range;
  if (flags & CERT_CHAIN_REVOCATION_CHECK_CHAIN) return chain;
  if (flags & CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT) return chain_without_anchor;
  return flags & CERT_CHAIN_REVOCATION_CHECK_END_CERT ? leaf : none;
}

std::int64_t seconds_of(const FILETIME& time) {
  constexpr std::int64_t from_1601_to_1970 = 11644473600;
  const std::uint64_t ticks = std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;
  return static_cast<std::int64_t>(ticks / 10'000'000) - from_1601_to_1970;
}

// CERT_CHAIN_PARA of programs that ask for more fields than the purpose. Those behind the policy speak of time limits.
bool asks_for_policy(const CERT_CHAIN_PARA& para) {
  struct longer {
    DWORD cbSize;
    CERT_USAGE_MATCH RequestedUsage, RequestedIssuancePolicy;
  } whole{};
  if (para.cbSize < sizeof whole) return false;
  std::memcpy(&whole, &para, sizeof whole);
  return whole.RequestedIssuancePolicy.Usage.cUsageIdentifier != 0;
}

bool take_purposes(const CERT_CHAIN_PARA& para, cert::chain_request& into) {
  const CERT_USAGE_MATCH& wanted = para.RequestedUsage;
  if (para.cbSize < sizeof(DWORD) + sizeof para.RequestedUsage || wanted.dwType > USAGE_MATCH_TYPE_OR) return false;
  if (asks_for_policy(para) || (wanted.Usage.cUsageIdentifier != 0 && !wanted.Usage.rgpszUsageIdentifier)) return false;
  into.any_purpose = wanted.dwType == USAGE_MATCH_TYPE_OR;
  for (DWORD i = 0; i < wanted.Usage.cUsageIdentifier; ++i) {
    const char* const one = wanted.Usage.rgpszUsageIdentifier[i];
    if (!one) return false;
    into.purposes.emplace_back(one);
  }
  return true;
}

// ---- policies ----

constexpr DWORD base_flags =
    CERT_CHAIN_POLICY_IGNORE_NOT_TIME_VALID_FLAG | CERT_CHAIN_POLICY_IGNORE_CTL_NOT_TIME_VALID_FLAG |
    CERT_CHAIN_POLICY_IGNORE_NOT_TIME_NESTED_FLAG | CERT_CHAIN_POLICY_IGNORE_INVALID_BASIC_CONSTRAINTS_FLAG |
    CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG | CERT_CHAIN_POLICY_IGNORE_WRONG_USAGE_FLAG |
    CERT_CHAIN_POLICY_IGNORE_INVALID_NAME_FLAG | CERT_CHAIN_POLICY_IGNORE_INVALID_POLICY_FLAG |
    CERT_CHAIN_POLICY_IGNORE_ALL_REV_UNKNOWN_FLAGS | CERT_CHAIN_POLICY_IGNORE_PEER_TRUST_FLAG |
    CERT_CHAIN_POLICY_IGNORE_NOT_SUPPORTED_CRITICAL_EXT_FLAG;
constexpr DWORD ssl_checks = SECURITY_FLAG_IGNORE_REVOCATION | SECURITY_FLAG_IGNORE_UNKNOWN_CA |
                             SECURITY_FLAG_IGNORE_WRONG_USAGE | SECURITY_FLAG_IGNORE_CERT_CN_INVALID |
                             SECURITY_FLAG_IGNORE_CERT_DATE_INVALID;

bool take_ssl(const SSL_EXTRA_CERT_CHAIN_POLICY_PARA& extra, cert::policy_rules& into) {
  if (extra.cbSize < sizeof extra || (extra.fdwChecks & ~ssl_checks)) return false;
  if (extra.dwAuthType != AUTHTYPE_CLIENT && extra.dwAuthType != AUTHTYPE_SERVER) return false;
  into.ssl->of_server = extra.dwAuthType == AUTHTYPE_SERVER;
  if (extra.pwszServerName) into.ssl->name = base::to_utf8(extra.pwszServerName);
  const auto excuse = [&](DWORD check, DWORD flags) {
    if (extra.fdwChecks & check) into.ignored |= flags;
  };
  excuse(SECURITY_FLAG_IGNORE_REVOCATION, CERT_CHAIN_POLICY_IGNORE_ALL_REV_UNKNOWN_FLAGS);
  excuse(SECURITY_FLAG_IGNORE_UNKNOWN_CA, CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG);
  excuse(SECURITY_FLAG_IGNORE_WRONG_USAGE, CERT_CHAIN_POLICY_IGNORE_WRONG_USAGE_FLAG);
  excuse(SECURITY_FLAG_IGNORE_CERT_DATE_INVALID, CERT_CHAIN_POLICY_IGNORE_NOT_TIME_VALID_FLAG);
  // "errors associated with a revoked certificate": MS ns-wincrypt-httpspolicycallbackdata. Revoked itself, too.
  into.ignores_revoked = (extra.fdwChecks & SECURITY_FLAG_IGNORE_REVOCATION) != 0;
  into.ignores_name = (extra.fdwChecks & SECURITY_FLAG_IGNORE_CERT_CN_INVALID) != 0;
  return true;
}

}  // namespace

std::unique_ptr<cert::chain_engine> engine_of(const CERT_CHAIN_ENGINE_CONFIG& config) {
  if (!is_config_size(config.cbSize)) return nullptr;
  CERT_CHAIN_ENGINE_CONFIG whole{};
  std::memcpy(&whole, &config, config.cbSize);
  if (!is_supported(whole)) return nullptr;
  auto made = std::make_unique<cert::chain_engine>(
      cert::chain_engine{.exclusive_roots = cert::open_store(whole.hExclusiveRoot),
                         .exclusive_authorities = whole.dwExclusiveFlags != 0,
                         .restricted_roots = cert::open_store(whole.hRestrictedRoot),
                         .additional = {}});
  for (DWORD i = 0; i < whole.cAdditionalStore; ++i) made->additional.emplace_back(whole.rghAdditionalStore[i]);
  return made;
}

const cert::chain_engine* engine_behind(HCERTCHAINENGINE handle) noexcept {
  const bool made = handle != HCCE_CURRENT_USER && handle != HCCE_LOCAL_MACHINE && handle != HCCE_SERIAL_LOCAL_MACHINE;
  return made ? static_cast<const cert::chain_engine*>(handle) : nullptr;
}

std::optional<cert::chain_request> request_of(const chain_call& call) {
  if (!call.leaf || !call.para || (call.flags & ~known)) return std::nullopt;
  cert::chain_request out;
  out.with = engine_behind(call.engine);
  out.leaf = call.leaf;
  out.additional = call.additional;
  if (!take_purposes(*call.para, out)) return std::nullopt;
  if (call.time) out.at = seconds_of(*call.time);
  out.revocation = range_of(call.flags);
  out.asks = !(call.flags & stay_here) && the_environment().settings().fetches_revocation;
  out.created_with = call.flags;
  return out;
}

std::optional<cert::policy_rules> rules_of(LPCSTR policy, const CERT_CHAIN_POLICY_PARA* para) {
  cert::policy_rules out;
  if (policy == CERT_CHAIN_POLICY_SSL) out.ssl.emplace();
  if (!para) return out;
  if (para->dwFlags & ~base_flags) return std::nullopt;
  out.ignored = para->dwFlags;
  if (!out.ssl || !para->pvExtraPolicyPara) return out;
  return take_ssl(*static_cast<const SSL_EXTRA_CERT_CHAIN_POLICY_PARA*>(para->pvExtraPolicyPara), out)
             ? std::optional(out)
             : std::nullopt;
}

DWORD error_of(cert::finding what) {
  switch (what) {
    case cert::finding::fine:
      return ERROR_SUCCESS;
    case cert::finding::explicit_distrust:
      return code_of(TRUST_E_EXPLICIT_DISTRUST);
    case cert::finding::revoked:
      return code_of(CRYPT_E_REVOKED);
    case cert::finding::bad_signature:
      return code_of(TRUST_E_CERT_SIGNATURE);
    case cert::finding::untrusted_root:
      return code_of(CERT_E_UNTRUSTEDROOT);
    case cert::finding::partial_chain:
      return code_of(CERT_E_CHAINING);
    case cert::finding::expired:
      return code_of(CERT_E_EXPIRED);
    case cert::finding::wrong_usage:
      return code_of(CERT_E_WRONG_USAGE);
    case cert::finding::name_mismatch:
      return code_of(CERT_E_CN_NO_MATCH);
    case cert::finding::invalid_basic_constraints:
      return code_of(TRUST_E_BASIC_CONSTRAINTS);
    case cert::finding::invalid_policy:
      return code_of(CERT_E_INVALID_POLICY);
    case cert::finding::invalid_name:
      return code_of(CERT_E_INVALID_NAME);
    case cert::finding::unknown_critical_extension:
      return code_of(CERT_E_CRITICAL);
    case cert::finding::malformed:
      return code_of(CERT_E_MALFORMED);
    case cert::finding::revocation_unknown:
      return code_of(CRYPT_E_NO_REVOCATION_CHECK);
    case cert::finding::revocation_offline:
      return code_of(CRYPT_E_REVOCATION_OFFLINE);
  }
  return code_of(E_UNEXPECTED);
}

}  // namespace schannix::abi

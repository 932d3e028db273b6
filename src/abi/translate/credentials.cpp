#include "abi/translate/credentials.hpp"

#include <algorithm>
#include <span>

#include "abi/events/events.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/algorithm_list.hpp"
#include "abi/translate/crypto_settings.hpp"
#include "cert/context.hpp"

namespace schannix::abi {
namespace {

using base::reason;
using engine::role;
using engine::tls_version;

constexpr DWORD dtls_bits = SP_PROT_DTLS1_X;
constexpr DWORD stream_bits =
    SP_PROT_SSL2 | SP_PROT_SSL3 | SP_PROT_TLS1_0 | SP_PROT_TLS1_1 | SP_PROT_TLS1_2 | SP_PROT_TLS1_3;
constexpr DWORD no_cache = 0xFFFFFFFF;

constexpr struct {
  tls_version version;
  DWORD client, server;
} versions[] = {{tls_version::tls10, SP_PROT_TLS1_0_CLIENT, SP_PROT_TLS1_0_SERVER},
                {tls_version::tls11, SP_PROT_TLS1_1_CLIENT, SP_PROT_TLS1_1_SERVER},
                {tls_version::tls12, SP_PROT_TLS1_2_CLIENT, SP_PROT_TLS1_2_SERVER},
                {tls_version::tls13, SP_PROT_TLS1_3_CLIENT, SP_PROT_TLS1_3_SERVER}};

engine::version_set versions_of(DWORD bits, role side) {
  engine::version_set set;
  for (const auto& one : versions)
    if ((bits & (side == role::client ? one.client : one.server)) != 0) set.add(one.version);
  return set;
}

// SCHANNEL_CRED: named bits, at most TLS 1.2; a TLS 1.3 bit is masked out. Zero: the default. spec 3.1, callers.md §3
base::result<engine::version_set> enabled_versions(DWORD bits, role side) {
  engine::version_set set = engine::all_versions;
  set.remove(tls_version::tls13);
  if (bits == 0) return set;
  if ((bits & dtls_bits) != 0) return base::caller_mistake(reason::no_common_algorithm);  // no DTLS here, nor a mix
  set = set & versions_of(bits & stream_bits, side);
  if (set.empty()) return base::caller_mistake(reason::no_common_algorithm);
  return set;
}

// Of several, which are documented to exclude each other, the one that asks for most.
engine::revocation_scope revocation_scope_of(DWORD flags) {
  if ((flags & SCH_CRED_REVOCATION_CHECK_CHAIN) != 0) return engine::revocation_scope::chain;
  if ((flags & SCH_CRED_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT) != 0)
    return engine::revocation_scope::chain_without_anchor;
  if ((flags & SCH_CRED_REVOCATION_CHECK_END_CERT) != 0) return engine::revocation_scope::leaf;
  return engine::revocation_scope::none;
}

// Servers: a credential that is chosen by the client's server name staples only where it or the machine says so.
// EnableOcspStaplingForSni. MS ns-schannel-schannel_cred, tls-registry-settings
bool staples(DWORD flags) {
  const bool chosen_by_name = (flags & SCH_CRED_SNI_CREDENTIAL) != 0;
  const bool enabled = (flags & SCH_CRED_SNI_ENABLE_OCSP) != 0;
  return !chosen_by_name || enabled || the_environment().settings().staples_for_sni;
}

// The flags that both structs share. What cannot be honoured and would weaken a connection is refused. spec 3.4
base::result<void> read_flags(DWORD flags, role side, credential::policy& policy) {
  constexpr DWORD refused = SCH_USE_PRESHAREDKEY_ONLY | SCH_CRED_DEFERRED_CRED_VALIDATION;
  constexpr DWORD from_cache_only = SCH_CRED_REVOCATION_CHECK_CACHE_ONLY | SCH_CRED_CACHE_ONLY_URL_RETRIEVAL;
  if ((flags & refused) != 0) return base::caller_mistake(reason::unsupported);
  if ((flags & SCH_USE_DTLS_ONLY) != 0) return base::caller_mistake(reason::no_common_algorithm);
  const bool manual = (flags & SCH_CRED_MANUAL_CRED_VALIDATION) != 0;
  const bool automatic = (flags & SCH_CRED_AUTO_CRED_VALIDATION) != 0;
  policy.validates_peer = !manual && (side == role::client || automatic);  // servers leave it to the application
  policy.checks_name = side == role::client && (flags & SCH_CRED_NO_SERVERNAME_CHECK) == 0;
  policy.resumable = side == role::client || (flags & SCH_CRED_DISABLE_RECONNECTS) == 0;
  policy.trusts_system = side == role::client || (flags & SCH_CRED_RESTRICTED_ROOTS) == 0;
  policy.sends_root = (flags & SCH_SEND_ROOT_CERT) != 0;
  policy.staples = staples(flags);
  policy.splits_records = (flags & SCH_SEND_AUX_RECORD) != 0;
  policy.searches_own = side == role::client && (flags & SCH_CRED_NO_DEFAULT_CREDS) == 0;
  policy.matches_issuers = (flags & SCH_CRED_NO_DEFAULT_CREDS) == 0;
  policy.revocation.scope = revocation_scope_of(flags);
  policy.revocation.ignores_unknown = (flags & SCH_CRED_IGNORE_NO_REVOCATION_CHECK) != 0;
  policy.revocation.only_at_hand = (flags & from_cache_only) != 0;
  policy.revocation.fetches = !policy.revocation.only_at_hand && the_environment().settings().fetches_revocation;
  policy.revocation.ignores_offline = (flags & SCH_CRED_IGNORE_REVOCATION_OFFLINE) != 0;
  return {};
}

// Milliseconds; 0 is the default, all ones are no cache. At most a week. RFC 8446 §4.6.1
void read_lifespan(DWORD lifespan, credential::policy& policy) {
  constexpr DWORD milliseconds = 1000, week = 604'800;
  policy.resumable = policy.resumable && lifespan != no_cache;
  if (lifespan != 0 && lifespan != no_cache) {
    policy.session_lifetime = std::clamp(lifespan / milliseconds, DWORD{1}, week);
  }
}

// Servers: the roots of clients, besides the system's.
void read_roots(HCERTSTORE roots, credential::policy& policy) {
  if (policy.side == role::server && roots != nullptr) policy.extra_roots = cert::roots_of(roots);
}

struct certificates {
  DWORD format;
  DWORD count;
  PCCERT_CONTEXT* list;
};

base::result<std::vector<credential::offered_identity>> read_certificates(const certificates& given) {
  constexpr DWORD max_certificates = 100;
  if (given.format != SCH_CRED_FORMAT_CERT_CONTEXT && given.count != 0)
    return base::caller_mistake(reason::unknown_credentials);
  if (given.count > max_certificates) return base::caller_mistake(reason::invalid_parameter);
  if (given.count != 0 && given.list == nullptr) return base::caller_mistake(reason::unknown_credentials);
  std::vector<credential::offered_identity> identities;
  for (const PCCERT_CONTEXT one : std::span(given.list, given.count)) {
    if (one == nullptr) return base::caller_mistake(reason::unknown_credentials);
    std::string problem;
    auto found = cert::identity_of(the_environment(), one, problem);
    if (!found) return tell_key_out_of_reach(cert::leaf_of(one), problem), found.error();
    identities.push_back({std::move(found->leaf), std::move(found->key), std::move(found->companions), {}});
  }
  return identities;
}

// Bits of strength; all ones speak of NULL ciphers, which are never offered: as the lowest bound they allow them
// besides, as the highest they want nothing else. spec 3.1
base::result<void> read_strengths(DWORD lowest, DWORD highest, engine::cipher_limits& limits) {
  if (highest == no_cache) return base::caller_mistake(reason::no_common_algorithm);
  limits.min_strength = lowest == no_cache ? 0 : lowest;
  limits.max_strength = highest;
  return {};
}

base::result<credential_request> read_v4(const SCHANNEL_CRED& given, role side) {
  credential_request made;
  made.policy.side = side;
  SCHANNIX_TRY(made.policy.versions, enabled_versions(given.grbitEnabledProtocols, side));
  made.policy.versions_named = given.grbitEnabledProtocols != 0;
  SCHANNIX_TRY(made.policy.ciphers.disabled, left_out_by(given.palgSupportedAlgs, given.cSupportedAlgs));
  SCHANNIX_CHECK(read_flags(given.dwFlags, side, made.policy));
  read_roots(given.hRootStore, made.policy);
  SCHANNIX_CHECK(read_strengths(given.dwMinimumCipherStrength, given.dwMaximumCipherStrength, made.policy.ciphers));
  read_lifespan(given.dwSessionLifespan, made.policy);
  SCHANNIX_TRY(made.identities, read_certificates({given.dwCredFormat, given.cCreds, given.paCred}));
  return made;
}

engine::version_set left_after(DWORD disabled_bits, role side) {
  engine::version_set left = engine::all_versions;
  for (const auto& one : versions)
    if (versions_of(disabled_bits, side).has(one.version)) left.remove(one.version);
  return left;
}

base::result<credential_request> read_v5(const SCH_CREDENTIALS& given, role side) {
  credential_request made;
  made.policy.side = side;
  SCHANNIX_TRY(auto parameters, read_parameters(given.pTlsParameters, given.cTlsParameters, side));
  for (tls_parameters& one : parameters) {
    credential::parameters_by_protocol read{std::move(one.protocols), left_after(one.disabled_protocols, side), {}};
    read.ciphers.disabled = std::move(one.disabled_algorithms);
    if (read.versions.empty()) return base::caller_mistake(reason::no_common_algorithm);
    made.policy.by_protocol.push_back(std::move(read));
  }
  made.policy.versions = made.policy.by_protocol.front().versions;
  made.policy.ciphers = std::move(made.policy.by_protocol.front().ciphers);
  made.policy.by_protocol.erase(made.policy.by_protocol.begin());
  SCHANNIX_CHECK(read_flags(given.dwFlags, side, made.policy));
  read_roots(given.hRootStore, made.policy);
  read_lifespan(given.dwSessionLifespan, made.policy);
  SCHANNIX_TRY(made.identities, read_certificates({given.dwCredFormat, given.cCreds, given.paCred}));
  return made;
}

}  // namespace

base::result<credential_request> read_credentials(ULONG use, const void* auth_data) {
  constexpr ULONG direction = SECPKG_CRED_INBOUND | SECPKG_CRED_OUTBOUND;
  const ULONG wanted = use & direction;
  if (wanted != SECPKG_CRED_INBOUND && wanted != SECPKG_CRED_OUTBOUND)
    return base::caller_mistake(reason::no_credentials);
  const role side = wanted == SECPKG_CRED_OUTBOUND ? role::client : role::server;
  if (auth_data == nullptr) {
    if (side == role::server) return base::caller_mistake(reason::no_credentials);
    SCHANNEL_CRED defaults{};
    defaults.dwVersion = SCHANNEL_CRED_VERSION;
    return read_v4(defaults, side);
  }
  switch (*static_cast<const DWORD*>(auth_data)) {
    case SCHANNEL_CRED_VERSION:
      return read_v4(*static_cast<const SCHANNEL_CRED*>(auth_data), side);
    case SCH_CREDENTIALS_VERSION:
      return read_v5(*static_cast<const SCH_CREDENTIALS*>(auth_data), side);
    default:
      return base::caller_mistake(reason::unknown_credentials);
  }
}

DWORD protocol_bit(tls_version version, role side) {
  for (const auto& one : versions)
    if (one.version == version) return side == role::client ? one.client : one.server;
  return 0;
}

DWORD protocol_bits(engine::version_set set, role side) {
  DWORD bits = 0;
  for (const auto& one : versions)
    if (set.has(one.version)) bits |= protocol_bit(one.version, side);
  return bits;
}

}  // namespace schannix::abi

// What the machine's settings make of the engine: which versions each role may use, suites and groups in their order,
// sessions. The default is the policy without any settings: the system's OpenSSL decides. abi reads them from a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/cipher_policy.hpp"
#include "engine/protocol.hpp"

namespace schannix::engine {

struct role_settings {
  version_set allowed = all_versions;        // others cannot be used, even by a credential that names them
  version_set by_default = modern_versions;  // what a credential that names none begins with
  version_set decided;                       // by the settings: OpenSSL's bounds do not hold for them
  unsigned session_lifetime = 36000;         // seconds; 0: no session is kept
  bool renegotiation = true;                 // TLS <= 1.2
  std::optional<long> certificates_size;     // the peer's at most, in bytes; else OpenSSL's bound holds
};

// What a server's automatic validation trusts client certificates by. ClientAuthTrustMode. MS tls-registry-settings
enum class client_trust : std::uint8_t {
  machine,                // the system's roots, and what the credential brings
  exclusive_roots,        // what the credential brings, as far as it signs itself
  exclusive_authorities,  // what the credential brings, roots and intermediates alike
};

struct settings {
  role_settings client, server;
  std::optional<std::vector<std::string>> suites;  // IANA's names in order; only these. Else OpenSSL's policy
  std::optional<std::vector<std::string>> groups;  // by OpenSSL's names, in order; only these
  std::vector<disabled_algorithm> disabled;
  std::size_t sessions = 20000;             // kept at most; 0: none
  std::optional<std::uint32_t> machine_id;  // within the session ids of servers, for whoever balances load by them
  client_trust clients = client_trust::machine;
  bool fips = false;                // demanded: refused when OpenSSL is not bound to it
  bool staples_for_sni = false;     // servers: credentials that are chosen by name staple without saying so
  bool fetches_revocation = false;  // whoever checks revocation may ask the places that certificates name

  const role_settings& of(role side) const { return side == role::client ? client : server; }
};

// What comes of the settings and of OpenSSL's policy together, for a credential that names nothing.
struct policy_in_effect {
  version_set versions;
  std::vector<std::string> suites;  // IANA's names
  std::vector<std::string> groups;  // OpenSSL's names
  bool fips = false;
  long certificates_size = 0;
};

}  // namespace schannix::engine

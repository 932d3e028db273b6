// Which cipher suites a connection may use: the system's OpenSSL policy, less what our record layer cannot protect,
// less what the settings or the credential switch off. Nothing here adds a suite that the system's policy does not
// have.
#pragma once

#include <string>
#include <vector>

#include "engine/owned.hpp"
#include "engine/protocol.hpp"

namespace schannix::engine {

// One entry of CRYPTO_SETTINGS: an algorithm is off when usage and name match, its chaining mode is listed (or none
// is), and its key length lies within the bounds (0, 0: any).
struct disabled_algorithm {
  enum class use : std::uint8_t { key_exchange, signature, certificate_signature, cipher, digest };
  use usage = use::cipher;
  std::string name;  // CNG's: AES, CHACHA20_POLY1305, SHA256, ECDH, DH, RSA ...; a padding's: SCH_RSA_PSS_PAD
  std::vector<std::string> modes;  // ChainingModeGCM ...
  unsigned min_bits = 0;
  unsigned max_bits = 0;
  bool covers(unsigned bits) const {
    if (min_bits == 0 && max_bits == 0) return true;
    return bits >= min_bits && (max_bits == 0 || bits <= max_bits);
  }
  friend auto operator<=>(const disabled_algorithm&, const disabled_algorithm&) = default;
};

struct cipher_limits {
  std::vector<disabled_algorithm> disabled;
  unsigned min_strength = 0;  // bits; 0: no bound
  unsigned max_strength = 0;
  friend auto operator<=>(const cipher_limits&, const cipher_limits&) = default;
};

struct settings;

// Narrows context's cipher lists, in the settings' order if they have one; versions loses what has no suite left.
// False: OpenSSL refused a list, or no version is left.
bool apply_ciphers(ssl_ctx_st* context, const settings& settings, const cipher_limits& limits, version_set& versions);

// The settings' groups, as far as this OpenSSL has them. False: none of them, or OpenSSL refused.
bool apply_groups(ssl_ctx_st* context, const settings& settings);

}  // namespace schannix::engine

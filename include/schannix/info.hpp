// info.hpp: what a handshake agreed on.
//
//   const auto info = connection.info();   // after handshake_done
//   std::cout << info.version_name() << ' ' << info.cipher_suite;   // "TLS 1.3 TLS_AES_256_GCM_SHA384"
//
// Ownership: plain values.
#pragma once

#include <cstdint>
#include <string>

#include "schannix/credential.hpp"

namespace schannix {
inline namespace v0 {

struct connection_info {
  std::uint16_t version = 0;          // on the wire: 0x0303, 0x0304
  std::uint16_t cipher_suite_id = 0;  // IANA number
  std::string cipher_suite;           // IANA name
  std::uint16_t group_id = 0;         // named group of the key exchange (RFC 8446 §4.2.7), 0: none or not known
  std::string alpn;                   // empty: none was agreed
  bool resumed = false;

  std::string version_name() const {
    return version >= 0x0301 && version <= 0x0304 ? "TLS 1." + std::to_string(version - 0x0301) : "unknown version";
  }
  std::string group_name() const;
};

inline std::string connection_info::group_name() const {
  switch (group_id) {
    case 0:
      return "unknown";
    case 23:
      return "secp256r1";
    case 24:
      return "secp384r1";
    case 25:
      return "secp521r1";
    case 29:
      return "x25519";
    case 30:
      return "x448";
    case 256:
      return "ffdhe2048";
    case 257:
      return "ffdhe3072";
    case 258:
      return "ffdhe4096";
    case 0x11EC:
      return "X25519MLKEM768";
    default:
      return "group " + std::to_string(group_id);
  }
}

}  // namespace v0
}  // namespace schannix

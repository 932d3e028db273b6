// CRYPTO_SETTINGS as programs fill them in, and what a client offers that has them.
#pragma once

#include <string>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {

// A peer of either version with every suite that the library may have in common with it.
inline peer_options open_peer(role ours) {
  peer_options made = peer_for(ours, tls::newest, pki::key_kind::rsa2048);
  made.ciphers = "ALL";
  made.suites = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
  return made;
}

inline std::string offered_by(const credential& from, const peer_options& options) {
  openssl_peer peer(options);
  party client(from);
  peer.give(client.take());
  std::string names;
  STACK_OF(SSL_CIPHER)* const offered = SSL_get_client_ciphers(peer.native());
  for (int i = 0; i < sk_SSL_CIPHER_num(offered); ++i)
    names += std::string(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(offered, i))) + " ";
  return names;
}

// A CRYPTO_SETTINGS with its strings.
struct setting {
  std::wstring name, mode;
  UNICODE_STRING mode_string{};
  CRYPTO_SETTINGS value{};

  setting(eTlsAlgorithmUsage usage, const wchar_t* algorithm, DWORD least = 0, DWORD most = 0,
          const wchar_t* chaining = L"")
      : name(algorithm), mode(chaining) {
    value.eAlgorithmUsage = usage;
    value.strCngAlgId = string_of(name);
    mode_string = string_of(mode);
    value.cChainingModes = mode.empty() ? 0 : 1;
    value.rgstrChainingModes = mode.empty() ? nullptr : &mode_string;
    value.dwMinBitLength = least;
    value.dwMaxBitLength = most;
  }
  setting(const setting&) = delete;
  setting& operator=(const setting&) = delete;

  static UNICODE_STRING string_of(std::wstring& text) {
    const auto size = static_cast<USHORT>(text.size() * sizeof(WCHAR));
    return {size, size, text.data()};
  }
};

}  // namespace schannix::test::sspi

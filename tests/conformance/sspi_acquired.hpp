// Credentials from structs that a test filled in member by member, and what one connection made with them looks like
// from its other end.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {

inline ULONG use_of(role side) { return side == role::client ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND; }

// Throws when it is refused.
inline credential acquired(ULONG use, void* data) {
  credential made;
  const status said = acquire(use, data, *made.get());
  if (!(said == SEC_E_OK)) throw std::runtime_error("credential: " + said.name());
  return made;
}

// Manual validation; servers show the leaf of the given key. The list has to outlive the call that acquires.
template <class Data>
Data plain_data(role side, PCCERT_CONTEXT (&list)[1], pki::key_kind key = pki::key_kind::rsa2048) {
  Data data{};
  data.dwVersion = std::is_same_v<Data, SCHANNEL_CRED> ? SCHANNEL_CRED_VERSION : SCH_CREDENTIALS_VERSION;
  data.dwFlags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
  list[0] = server_certificate(key).get();
  data.cCreds = side == role::server ? 1 : 0;
  data.paCred = list;
  return data;
}

// An SCHANNEL_CRED that names these protocols.
inline credential naming(role side, DWORD protocols) {
  PCCERT_CONTEXT list[1];
  auto data = plain_data<SCHANNEL_CRED>(side, list);
  data.grbitEnabledProtocols = protocols;
  return acquired(use_of(side), &data);
}

inline peer_options peer_of(role ours, int lowest, int newest) {
  peer_options made = peer_for(ours, tls::v1_2, pki::key_kind::rsa2048);
  made.version = lowest;
  made.newest = newest;
  return made;
}

// What a handshake with such a peer comes to: its version by OpenSSL's name, or "none".
inline std::string negotiated(role side, const credential& from, const peer_options& options) {
  openssl_peer peer(options);
  party ours(from, {.side = side});
  if (side == role::server) peer.start();
  converse(ours, peer);
  return ours.established() && peer.established() ? SSL_get_version(peer.native()) : "none";
}

}  // namespace schannix::test::sspi

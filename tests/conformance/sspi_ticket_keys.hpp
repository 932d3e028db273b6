// Servers with ticket keys of their own, and a client that comes back to them.
#pragma once

#include <gtest/gtest.h>

#include <cstring>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {

// One byte tells a key from others.
inline SecPkgCred_SessionTicketKey key(BYTE value, BYTE size = 64) {
  SecPkgCred_SessionTicketKey made{};
  made.TicketInfoVersion = SESSION_TICKET_INFO_V0;
  std::memset(made.KeyId, value, sizeof made.KeyId);
  std::memset(made.KeyingMaterial, value, sizeof made.KeyingMaterial);
  made.KeyingMaterialSize = size;
  return made;
}

inline status set_keys(const credential& of, std::vector<SecPkgCred_SessionTicketKey> keys) {
  SecPkgCred_SessionTicketKeys all{static_cast<DWORD>(keys.size()), keys.data()};
  return SetCredentialsAttributesW(of.get(), SECPKG_ATTR_SESSION_TICKET_KEYS, &all, sizeof all);
}

inline bool says_resumed(party& of) {
  SecPkgContext_SessionInfo info{};
  EXPECT_EQ(status(QueryContextAttributesA(&of.handle(), SECPKG_ATTR_SESSION_INFO, &info)), SEC_E_OK);
  return (info.dwFlags & SSL_SESSION_RECONNECT) != 0;
}

class ticket_test : public testing::TestWithParam<tls> {
 protected:
  credential client_{{.version = GetParam()}};

  credential serving(credential_options options) const {
    options.side = role::server;
    options.version = GetParam();
    if (options.certificates.empty()) options.certificates = {server_certificate().get()};
    return credential(options);
  }
  credential serving_with(std::vector<SecPkgCred_SessionTicketKey> keys, credential_options options = {}) const {
    credential made = serving(std::move(options));
    EXPECT_EQ(set_keys(made, std::move(keys)), SEC_E_OK);
    return made;
  }
  // One connection, with what the client needs to come back; whether it was resumed.
  bool meet(const credential& server, ULONG more_flags = 0) {
    couple both(client_, server, {}, {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET | more_flags});
    both.client.seal("there");
    both.server.seal("and back");
    converse(both.client, both.server);
    EXPECT_EQ(both.server.received(), "there");
    EXPECT_EQ(both.client.received(), "and back");
    EXPECT_EQ(says_resumed(both.client), says_resumed(both.server));
    return says_resumed(both.client);
  }
  peer_options ticket_taker() const {
    peer_options made = peer_for(role::server, GetParam());
    made.session_tickets = true;
    return made;
  }
};

}  // namespace schannix::test::sspi

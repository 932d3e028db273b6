// SECPKG_ATTR_APP_DATA: what a program keeps with a session. spec 7.2
#include <gtest/gtest.h>

#include "conformance/sspi_ticket_keys.hpp"

namespace schannix::test::sspi {
namespace {

status keep(party& of, std::string data) {
  SecPkgContext_SessionAppData given{0, static_cast<DWORD>(data.size()), reinterpret_cast<BYTE*>(data.data())};
  return SetContextAttributesW(&of.handle(), SECPKG_ATTR_APP_DATA, &given, sizeof given);
}

std::string kept(party& of) {
  SecPkgContext_SessionAppData found{7, 7, nullptr};
  EXPECT_EQ(status(QueryContextAttributesA(&of.handle(), SECPKG_ATTR_APP_DATA, &found)), SEC_E_OK);
  EXPECT_EQ(found.dwFlags, 0u);
  EXPECT_EQ(found.pbAppData == nullptr, found.cbAppData == 0);
  const std::string data(found.pbAppData, found.pbAppData + found.cbAppData);
  EXPECT_EQ(status(FreeContextBuffer(found.pbAppData)), SEC_E_OK);
  return data;
}

// Which data each side found, or set between its first two calls. Empty: not resumed, or none.
struct way {
  tls version;
  ULONG tickets;  // ASC_REQ_SESSION_TICKET
};

class SessionData : public testing::TestWithParam<way> {
 protected:
  credential client_{{.version = GetParam().version}};
  credential server_{
      {.side = role::server, .version = GetParam().version, .certificates = {server_certificate().get()}}};

  party_options serving() const { return {.side = role::server, .more_flags = GetParam().tickets}; }

  // As far as the server's first flight, then the rest with what the server keeps.
  void meet(party& client, party& server, const std::string& to_keep = {}) {
    client.start();
    server.give(client.take());
    if (!to_keep.empty()) {
      EXPECT_EQ(keep(server, to_keep), SEC_E_OK);
    }
    converse(client, server);
    ASSERT_TRUE(client.established() && server.established());
    server.seal("so that tickets are read");
    converse(client, server);
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, SessionData,
                         testing::Values(way{tls::v1_2, 0}, way{tls::v1_2, ASC_REQ_SESSION_TICKET},
                                         way{tls::v1_3, ASC_REQ_SESSION_TICKET}),
                         [](const auto& one) {
                           if (one.param.version == tls::v1_3) return "tls13";
                           return one.param.tickets == 0 ? "tls12_by_id" : "tls12_by_ticket";
                         });

TEST_P(SessionData, IsFoundByTheNextConnection) {
  for (const char* const expected : {"", "the client's", "the client's"}) {
    party client(client_), server(server_, serving());
    meet(client, server, *expected == 0 ? "the server's" : "");
    EXPECT_EQ(says_resumed(client), *expected != 0);
    EXPECT_EQ(kept(client), expected);
    EXPECT_EQ(kept(server), "the server's");
    if (*expected == 0) {
      EXPECT_EQ(keep(client, "the client's"), SEC_E_OK);
    }
  }
}

TEST_P(SessionData, IsNoOtherSessions) {
  party client(client_), server(server_, serving());
  meet(client, server, "x");
  EXPECT_EQ(keep(client, "y"), SEC_E_OK);
  const credential stranger({.version = GetParam().version});
  party other(stranger), again(server_, serving());
  meet(other, again);
  EXPECT_FALSE(says_resumed(other));
  EXPECT_EQ(kept(other) + kept(again), "");
}

TEST_P(SessionData, CanBeReplacedAndTakenAway) {
  party client(client_), server(server_, serving());
  meet(client, server);
  for (party* const one : {&client, &server}) {
    EXPECT_EQ(kept(*one), "");
    EXPECT_EQ(keep(*one, std::string(4096, 'z')), SEC_E_OK);
    EXPECT_EQ(keep(*one, std::string("with\0zero", 9)), SEC_E_OK);
    EXPECT_EQ(kept(*one), std::string("with\0zero", 9));
    EXPECT_EQ(keep(*one, ""), SEC_E_OK);
    EXPECT_EQ(kept(*one), "");
  }
}

// The largest that there can be still passes through a ticket, and back through a ClientHello.
TEST_P(SessionData, AsMuchAsThereCanBe) {
  const std::string most(4096, 'm');
  party first(client_), first_server(server_, serving());
  meet(first, first_server, most);
  party client(client_), server(server_, serving());
  meet(client, server);
  EXPECT_TRUE(says_resumed(server));
  EXPECT_EQ(kept(server), most);
}

// What a connection that resumed says holds from then on; of servers where the next ticket is still to be made.
TEST_P(SessionData, OfAResumedConnection) {
  party first(client_), first_server(server_, serving());
  meet(first, first_server, "old");
  party client(client_), server(server_, serving());
  meet(client, server, "new");
  EXPECT_TRUE(says_resumed(server));
  EXPECT_EQ(kept(server), "new");
  EXPECT_EQ(keep(client, "client's"), SEC_E_OK);
  party last(client_), last_server(server_, serving());
  meet(last, last_server);
  const bool by_old_ticket = GetParam().version == tls::v1_2 && GetParam().tickets != 0;
  EXPECT_EQ(kept(last_server), by_old_ticket ? "old" : "new");
  EXPECT_EQ(kept(last), "client's");
}

TEST_P(SessionData, WhatCannotBeIsRefusedAndChangesNothing) {
  party client(client_), server(server_, serving());
  meet(client, server, "as it was");
  BYTE byte = 1;
  const auto set = [&](SecPkgContext_SessionAppData data, ULONG size) {
    return status(SetContextAttributesA(&server.handle(), SECPKG_ATTR_APP_DATA, &data, size));
  };
  constexpr ULONG whole = sizeof(SecPkgContext_SessionAppData);
  EXPECT_EQ(set({0, 1, &byte}, whole - 1), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(set({0, 1, &byte}, whole + 1), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(set({1, 1, &byte}, whole), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(set({0, 4097, &byte}, whole), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(set({0, 1, nullptr}, whole), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(status(SetContextAttributesA(&server.handle(), SECPKG_ATTR_APP_DATA, nullptr, whole)),
            SEC_E_INTERNAL_ERROR);
  EXPECT_EQ(kept(server), "as it was");
}

TEST_P(SessionData, BeforeTheHandshakeIsDone) {
  party client(client_);
  client.start();
  EXPECT_EQ(keep(client, "early"), SEC_E_OK);
  SecPkgContext_SessionAppData found{};
  EXPECT_EQ(status(QueryContextAttributesW(&client.handle(), SECPKG_ATTR_APP_DATA, &found)), SEC_E_INVALID_HANDLE);
  party server(server_, serving());
  server.give(client.take());
  converse(client, server);
  EXPECT_EQ(kept(client), "early");
}

TEST_P(SessionData, OfAHandshakeThatFailed) {
  party client(client_), server(server_, serving());
  client.start();
  server.give(client.take());
  server.give("what is no record at all");
  ASSERT_TRUE(server.has_context() && server.last().failed());
  EXPECT_EQ(keep(server, "in vain"), SEC_E_INVALID_HANDLE);
}

// A ticket of several records, after the handshake; it carries what was set last.
TEST(SessionDataOfServers, IsInTicketsThatComeLater) {
  const credential from({.side = role::server,
                         .version = tls::v1_3,
                         .certificates = {server_certificate().get()},
                         .own_flags = SCHANNIX_CREDENTIAL_LATER_TICKETS});
  const party_options serving{.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET};
  openssl_peer peer(peer_for(role::server, tls::v1_3));
  ASSERT_EQ(SSL_set_tlsext_max_fragment_length(peer.native(), TLSEXT_max_fragment_length_512), 1);
  party server(from, serving);
  peer.start();
  converse(server, peer);
  EXPECT_EQ(keep(server, std::string(4096, 'l')), SEC_E_OK);
  DWORD token = SCHANNIX_SEND_TICKET;
  buffer_list list{buffer(SECBUFFER_TOKEN, &token, sizeof token)};
  ASSERT_EQ(status(ApplyControlToken(&server.handle(), list.get())), SEC_E_OK);
  ASSERT_EQ(server.step(""), SEC_E_OK);
  EXPECT_GT(records_of(server.token()).size(), 8u);
  converse(server, peer);
  EXPECT_EQ(server.seal("behind it"), SEC_E_OK);
  converse(server, peer);
  EXPECT_EQ(peer.received(), "behind it");
  SSL_set_shutdown(peer.native(), SSL_SENT_SHUTDOWN);  // else OpenSSL forbids to resume it
  openssl_peer again(peer_for(role::server, tls::v1_3));
  ASSERT_EQ(SSL_set_tlsext_max_fragment_length(again.native(), TLSEXT_max_fragment_length_512), 1);  // RFC 6066 §4
  again.resume_from(SSL_get_session(peer.native()));
  party next(from, serving);
  again.start();
  converse(next, again);
  ASSERT_TRUE(next.established()) << next.last().name();
  EXPECT_TRUE(again.resumed());
  EXPECT_EQ(kept(next), std::string(4096, 'l'));
}

TEST(SessionDataOfServers, PassesToOthersWithTheKeys) {
  const credential client({.version = tls::v1_3});
  const auto serving = [] {
    credential made({.side = role::server, .version = tls::v1_3, .certificates = {server_certificate().get()}});
    EXPECT_EQ(set_keys(made, {key(1)}), SEC_E_OK);
    return made;
  };
  const credential one = serving(), other = serving();
  for (const bool again : {false, true}) {
    party ours(client), server(again ? other : one, {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
    ours.start();
    server.give(ours.take());
    if (!again) {
      EXPECT_EQ(keep(server, "for the farm"), SEC_E_OK);
    }
    converse(ours, server);
    EXPECT_EQ(says_resumed(server), again);
    EXPECT_EQ(kept(server), "for the farm");
  }
}

// TLS 1.2: a session that was kept by id is given a ticket, which carries the data on.
TEST(SessionDataOfServers, PassesFromAnIdToATicket) {
  const credential from({.side = role::server, .version = tls::v1_2, .certificates = {server_certificate().get()}});
  peer_options options = peer_for(role::server, tls::v1_2);
  options.session_tickets = true;
  std::shared_ptr<SSL_SESSION> session;
  for (const ULONG tickets : std::vector<ULONG>{0, ASC_REQ_SESSION_TICKET, ASC_REQ_SESSION_TICKET}) {
    openssl_peer peer(options);
    if (session) peer.resume_from(session.get());
    party server(from, {.side = role::server, .more_flags = tickets});
    peer.start();
    converse(server, peer);
    ASSERT_TRUE(server.established());
    EXPECT_EQ(peer.resumed(), session != nullptr);
    if (!session) {
      EXPECT_EQ(keep(server, "by id"), SEC_E_OK);
    }
    EXPECT_EQ(kept(server), "by id");
    SSL_set_shutdown(peer.native(), SSL_SENT_SHUTDOWN);  // else OpenSSL forbids to resume it
    session.reset(SSL_get1_session(peer.native()), SSL_SESSION_free);
    EXPECT_EQ(SSL_SESSION_has_ticket(session.get()) == 1, tickets != 0);
  }
}

}  // namespace
}  // namespace schannix::test::sspi

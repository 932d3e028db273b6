// SECPKG_ATTR_SESSION_TICKET_KEYS: servers that share nothing but keys take each other's tickets. spec 7.5, 9.5
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "conformance/sspi_ticket_keys.hpp"

namespace schannix::test::sspi {
namespace {

class TicketKeys : public ticket_test {
 protected:
  static std::string ticket_of(const SSL_SESSION* session) {
    const unsigned char* at = nullptr;
    std::size_t size = 0;
    SSL_SESSION_get0_ticket(session, &at, &size);
    return {reinterpret_cast<const char*>(at), size};
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, TicketKeys, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(TicketKeys, ServersWithAKeyInCommonTakeEachOthersTickets) {
  const credential one = serving_with({key(1)}), other = serving_with({key(1)}), stranger = serving_with({key(2)}),
                   own = serving({});
  EXPECT_FALSE(meet(one));
  EXPECT_TRUE(meet(other));
  EXPECT_TRUE(meet(one));
  EXPECT_FALSE(meet(stranger));
  EXPECT_FALSE(meet(own)) << "keys that the library made";
  EXPECT_TRUE(meet(own));
  EXPECT_FALSE(meet(one));
}

TEST_P(TicketKeys, TheFirstSealsAndAllOpen) {
  const credential server = serving_with({key(1)}), old = serving_with({key(1)}), next = serving_with({key(2)});
  EXPECT_FALSE(meet(server));
  ASSERT_EQ(set_keys(server, {key(2), key(1)}), SEC_E_OK);
  EXPECT_TRUE(meet(server)) << "with a ticket under the second";
  client_ = credential({.version = GetParam()});
  EXPECT_FALSE(meet(server));
  EXPECT_TRUE(meet(next));
  EXPECT_FALSE(meet(old));
}

// The id of its key stands at a ticket's start. RFC 5077 §4
TEST_P(TicketKeys, ATicketUnderAnotherThanTheFirstIsRenewed) {
  const credential server = serving_with({key('a')});
  std::shared_ptr<SSL_SESSION> session;
  for (const bool again : {false, true}) {
    openssl_peer peer(ticket_taker());
    if (again) peer.resume_from(session.get());
    party ours(server, {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
    peer.start();
    converse(ours, peer);
    ASSERT_TRUE(ours.established());
    EXPECT_EQ(peer.resumed(), again);
    session.reset(SSL_get1_session(peer.native()), SSL_SESSION_free);
    SSL_set_shutdown(peer.native(), SSL_SENT_SHUTDOWN);  // else OpenSSL forbids to resume it
    EXPECT_TRUE(ticket_of(session.get()).starts_with(std::string(16, again ? 'b' : 'a')));
    ASSERT_EQ(set_keys(server, {key('b'), key('a')}), SEC_E_OK);
  }
}

TEST_P(TicketKeys, AConnectionKeepsTheKeysThatItBeganWith) {
  const credential server = serving_with({key('a')});
  openssl_peer peer(ticket_taker());
  party ours(server, {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
  peer.start();
  ours.give(peer.take());
  ASSERT_TRUE(ours.has_context());
  ASSERT_EQ(set_keys(server, {key('b')}), SEC_E_OK);
  converse(ours, peer);
  ASSERT_TRUE(ours.established());
  EXPECT_TRUE(ticket_of(SSL_get_session(peer.native())).starts_with(std::string(16, 'a')));
}

TEST_P(TicketKeys, AreSetWhileConnectionsBegin) {
  const credential server = serving_with({key(1)});
  std::atomic<int> made = 0;
  const auto connect = [&] {
    const credential client({.version = GetParam()});
    for (int i = 0; i < 40; ++i) {
      couple both(client, server, {}, {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
      made += both.client.established() && both.server.established() ? 1 : 0;
    }
  };
  std::thread one(connect), other(connect);
  for (BYTE i = 0; made < 40; ++i) EXPECT_EQ(set_keys(server, {key(i), key(static_cast<BYTE>(i - 1))}), SEC_E_OK);
  one.join();
  other.join();
  EXPECT_EQ(made, 80);
}

// The id is in the clear: who knows it alone has no key. Each byte of the material counts.
TEST_P(TicketKeys, AnIdIsNoKey) {
  SecPkgCred_SessionTicketKey other = key(1, 32), longer = key(1, 33);
  other.KeyingMaterial[31] ^= 1;
  const credential server = serving_with({key(1, 32)}), guess = serving_with({other}), more = serving_with({longer});
  EXPECT_FALSE(meet(server));
  EXPECT_FALSE(meet(guess));
  EXPECT_FALSE(meet(server));
  EXPECT_FALSE(meet(more));
}

TEST_P(TicketKeys, WhatCannotBeIsRefusedAndChangesNothing) {
  const credential server = serving_with({key(1)}), other = serving_with({key(1)});
  SecPkgCred_SessionTicketKey newer = key(2);
  newer.TicketInfoVersion = SESSION_TICKET_INFO_V0 + 1;
  EXPECT_EQ(set_keys(server, {}), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(set_keys(server, std::vector(17, key(2))), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(set_keys(server, {newer}), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(set_keys(server, {key(2), key(3, 31)}), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(set_keys(server, {key(2, 65)}), SEC_E_INVALID_PARAMETER);
  SecPkgCred_SessionTicketKeys nowhere{1, nullptr};
  const auto set = [](const credential& of, void* from, ULONG size) {
    return status(SetCredentialsAttributesA(of.get(), SECPKG_ATTR_SESSION_TICKET_KEYS, from, size));
  };
  EXPECT_EQ(set(server, &nowhere, sizeof nowhere), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(set(server, &nowhere, sizeof nowhere - 1), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(set(server, nullptr, sizeof nowhere), SEC_E_INTERNAL_ERROR);
  EXPECT_EQ(set_keys(client_, {key(1)}), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(set_keys(credential(), {key(1)}), SEC_E_INVALID_HANDLE);
  EXPECT_FALSE(meet(server));
  EXPECT_TRUE(meet(other));
  EXPECT_EQ(set_keys(server, std::vector(16, key(2, 32))), SEC_E_OK);
}

}  // namespace
}  // namespace schannix::test::sspi

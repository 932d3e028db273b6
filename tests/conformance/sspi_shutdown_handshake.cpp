// Shutting down in mid-handshake: which keys protect the close_notify, and whether the other side can read it.
#include <gtest/gtest.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

constexpr std::size_t tls12_gcm_size = 31, tls13_size = 24;

peer_options gcm_peer(role ours, tls version) {
  peer_options made = peer_for(ours, version);
  made.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
  return made;
}

// A client that has got the first records of the server's flight, and not the last.
struct half_way_client {
  openssl_peer peer;
  party client;
  std::vector<std::string> flight;

  half_way_client(tls version, std::size_t records)
      : peer(gcm_peer(role::client, version)), client(client_credential(version)) {
    peer.give(client.take());
    flight = records_of(peer.take());
    std::string first;
    for (std::size_t i = 0; i < records; ++i) first += flight.at(i);
    client.give(first);
  }
};

TEST(ShutdownInHandshake, Tls12ClientAfterServerHelloIsInTheClear) {
  half_way_client at(tls::v1_2, 1);
  ASSERT_EQ(at.client.last(), SEC_I_CONTINUE_NEEDED);
  ASSERT_EQ(at.client.shut(), SEC_E_OK);
  EXPECT_EQ(at.client.token(), std::string("\x15\x03\x03\x00\x02\x01\x00", 7)) << "the negotiated version";
  at.peer.give(at.client.take());
  EXPECT_TRUE(at.peer.saw_close());
}

// S-15: from ServerHello on a TLS 1.3 client has handshake keys.
TEST(ShutdownInHandshake, S15_Tls13ClientUnderHandshakeKeys) {
  for (const std::size_t records : std::initializer_list<std::size_t>{1, 2, 3, 4, 5}) {
    half_way_client at(tls::v1_3, records);
    ASSERT_EQ(at.client.last(), SEC_I_CONTINUE_NEEDED) << records;
    ASSERT_EQ(at.client.shut(), SEC_E_OK);
    EXPECT_EQ(at.client.token().size(), tls13_size) << records;
    EXPECT_EQ(at.client.token()[0], 23);
    at.peer.give(at.client.take());
    EXPECT_TRUE(at.peer.saw_close()) << records;
    EXPECT_FALSE(at.peer.failed()) << records;
  }
}

TEST(ShutdownInHandshake, S15_AgainTakesTheNextSequenceNumber) {
  half_way_client at(tls::v1_3, 3);
  ASSERT_EQ(at.client.shut(), SEC_E_OK);
  const std::string first = at.client.take();
  ASSERT_EQ(at.client.shut(), SEC_E_OK);
  const std::string second = at.client.take();
  EXPECT_EQ(second.size(), tls13_size);
  EXPECT_NE(first, second);
  at.peer.give(first + second);
  EXPECT_TRUE(at.peer.saw_close());
}

// After its own flight a TLS 1.3 server writes under its application keys. RFC 8446 §4.4.4
TEST(ShutdownInHandshake, S15_Tls13ServerThatWaitsForFinished) {
  openssl_peer peer(gcm_peer(role::server, tls::v1_3));
  party server(server_credential(tls::v1_3), {.side = role::server});
  peer.start();
  server.give(peer.take());
  const std::string flight = server.take();
  ASSERT_EQ(server.shut(), SEC_E_OK);
  EXPECT_EQ(server.token().size(), tls13_size);
  peer.give(flight + server.take());
  EXPECT_TRUE(peer.established()) << "the flight before it is whole";
  EXPECT_TRUE(peer.saw_close());
  EXPECT_FALSE(peer.failed());
}

TEST(ShutdownInHandshake, Tls12ServerThatWaitsIsInTheClear) {
  openssl_peer peer(gcm_peer(role::server, tls::v1_2));
  party server(server_credential(tls::v1_2), {.side = role::server});
  peer.start();
  server.give(peer.take());
  const std::string flight = server.take();
  ASSERT_EQ(server.shut(), SEC_E_OK);
  EXPECT_EQ(server.token(), std::string("\x15\x03\x03\x00\x02\x01\x00", 7));
  peer.give(flight + server.take());
  EXPECT_TRUE(peer.saw_close());
}

TEST(ShutdownInHandshake, Tls12ClientAfterItsChangeCipherSpec) {
  half_way_client at(tls::v1_2, 4);
  ASSERT_EQ(at.client.last(), SEC_I_CONTINUE_NEEDED);
  const std::string flight = at.client.take();
  ASSERT_EQ(at.client.shut(), SEC_E_OK);
  EXPECT_EQ(at.client.token().size(), tls12_gcm_size);
  at.peer.give(flight + at.client.take());
  EXPECT_TRUE(at.peer.saw_close());
  EXPECT_FALSE(at.peer.failed());
}

// A resumed TLS 1.2 handshake: there the server sends ChangeCipherSpec and Finished first, and waits.
TEST(ShutdownInHandshake, Tls12ServerAfterItsChangeCipherSpec) {
  peer_options options = gcm_peer(role::server, tls::v1_2);
  options.session_tickets = true;
  const party_options ours{.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET};
  link first(server_credential(tls::v1_2), options, ours);
  SSL_SESSION* const session = SSL_get1_session(first.peer.native());

  openssl_peer peer(options);
  peer.resume_from(session);
  SSL_SESSION_free(session);
  party server(server_credential(tls::v1_2), ours);
  peer.start();
  server.give(peer.take());
  const std::string flight = server.take();
  ASSERT_EQ(server.last(), SEC_I_CONTINUE_NEEDED);
  ASSERT_EQ(server.shut(), SEC_E_OK);
  EXPECT_EQ(server.token().size(), tls12_gcm_size) << "the handshake was resumed, so its keys are in force";
  peer.give(flight + server.take());
  EXPECT_TRUE(peer.resumed());
  EXPECT_TRUE(peer.saw_close());
}

// What the two rows of 4.12 #9 say of the time after it.
TEST(ShutdownInHandshake, AfterwardsNothingMovesAnyMore) {
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    half_way_client at(version, version == tls::v1_2 ? 1 : 3);
    ASSERT_EQ(at.client.shut(), SEC_E_OK);
    at.client.take();
    EXPECT_EQ(at.client.step(at.flight.back()), SEC_I_CONTEXT_EXPIRED) << "any input";
    EXPECT_EQ(at.client.token(), "");
    EXPECT_EQ(at.client.step({}), SEC_E_INCOMPLETE_MESSAGE) << "no input";
    EXPECT_EQ(at.client.token(), "");
  }
}

}  // namespace
}  // namespace schannix::test::sspi

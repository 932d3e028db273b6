// SCHANNIX_SEND_TICKET, our own control token: one more TLS 1.3 ticket when the server wants to, with OpenSSL as the
// client that takes it.
#include <gtest/gtest.h>

#include <schannix_ext.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

using session = std::shared_ptr<SSL_SESSION>;

status ask_for_ticket(party& of) {
  DWORD value = SCHANNIX_SEND_TICKET;
  buffer_list list{buffer(SECBUFFER_TOKEN, &value, sizeof value)};
  return ApplyControlToken(&of.handle(), list.get());
}

credential_options server_options(tls version = tls::v1_3) {
  return {.side = role::server,
          .version = version,
          .flags = 0,
          .certificates = {server_certificate().get()},
          .own_flags = SCHANNIX_CREDENTIAL_LATER_TICKETS};
}

const party_options giving = {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET};

// A handshake with an OpenSSL client, which resumes from a session where there is one.
struct meeting {
  openssl_peer peer;
  party us;

  explicit meeting(const credential& server, const session& from = {}, const party_options& ours = giving)
      : peer(peer_for(role::server, tls::v1_3)), us(server, ours) {
    if (from) peer.resume_from(from.get());
    peer.start();
    converse(us, peer);
  }
  void ticket() {
    ASSERT_EQ(ask_for_ticket(us), SEC_E_OK);
    EXPECT_EQ(us.step(""), SEC_E_OK);
    EXPECT_FALSE(us.token().empty());
    converse(us, peer);
  }
  session newest() const { return {SSL_get1_session(peer.native()), SSL_SESSION_free}; }
};

std::string ticket_of(const session& from) {
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  SSL_SESSION_get0_ticket(from.get(), &bytes, &size);
  return {reinterpret_cast<const char*>(bytes), size};
}

TEST(SendTicket, TheClientResumesWithIt) {
  const credential server(server_options());
  session later;
  {
    meeting first(server);
    const session before = first.newest();
    first.ticket();
    later = first.newest();
    EXPECT_NE(ticket_of(later), ticket_of(before));
    EXPECT_EQ(first.us.seal("behind it"), SEC_E_OK);
    converse(first.us, first.peer);
    EXPECT_EQ(first.peer.received(), "behind it");
    SSL_set_shutdown(first.peer.native(), SSL_SENT_SHUTDOWN);  // else OpenSSL forbids to resume it
  }
  meeting again(server, later);
  EXPECT_TRUE(again.us.established());
  EXPECT_TRUE(again.peer.resumed());
  again.ticket();  // a resumed connection gives them, too
  EXPECT_NE(ticket_of(again.newest()), ticket_of(later));
}

// Each side's keys change in between; OpenSSL's own record layer has to stand where ours does.
TEST(SendTicket, GoesOnAcrossKeyUpdates) {
  const credential server(server_options());
  meeting with(server);
  std::string all;
  for (int i = 0; i < 4; ++i) {
    const session before = with.newest();
    with.peer.update_keys(i % 2 == 0);
    with.peer.write("question");
    converse(with.us, with.peer);
    with.ticket();
    EXPECT_NE(ticket_of(with.newest()), ticket_of(before)) << i;
    EXPECT_EQ(with.us.seal("answer"), SEC_E_OK);
    converse(with.us, with.peer);
    all += "answer";
  }
  EXPECT_EQ(with.peer.received(), all);
  EXPECT_EQ(with.us.received(), "questionquestionquestionquestion");
  EXPECT_FALSE(with.peer.failed());
}

TEST(SendTicket, AskedForTwiceItIsSentOnce) {
  const credential server(server_options());
  meeting with(server);
  EXPECT_EQ(ask_for_ticket(with.us), SEC_E_OK);
  EXPECT_EQ(ask_for_ticket(with.us), SEC_E_OK);
  EXPECT_EQ(with.us.step(""), SEC_E_OK);
  EXPECT_EQ(records_of(with.us.token()).size(), 1U);
  EXPECT_EQ(with.us.step(""), SEC_I_NO_RENEGOTIATION);
  EXPECT_EQ(with.us.token(), "");
}

// A ticket holds the agreed protocol, and may be longer than a record of a client that takes small ones only.
TEST(SendTicket, ALongOneTakesSeveralOfTheSmallestRecords) {
  const credential server(server_options());
  const std::string protocol = "\xFF" + std::string(255, 'p');
  peer_options options = peer_for(role::server, tls::v1_3);
  options.protocols = protocol;
  openssl_peer peer(options);
  ASSERT_EQ(SSL_set_tlsext_max_fragment_length(peer.native(), TLSEXT_max_fragment_length_512), 1);
  auto ours = giving;
  ours.protocols = protocol;
  party us(server, ours);
  peer.start();
  converse(us, peer);
  EXPECT_EQ(ask_for_ticket(us), SEC_E_OK);
  EXPECT_EQ(us.step(""), SEC_E_OK);
  EXPECT_EQ(records_of(us.token()).size(), 2U);
  for (const std::string& one : records_of(us.token())) EXPECT_LE(one.size(), 5 + 512 + 1 + 16U);
  EXPECT_EQ(us.seal("behind it"), SEC_E_OK);
  converse(us, peer);
  EXPECT_EQ(peer.received(), "behind it");
}

TEST(SendTicket, IsRefusedWithoutWhatItTakes) {
  auto unprepared = server_options(), without_sessions = server_options();
  unprepared.own_flags = 0;
  without_sessions.flags = SCH_CRED_DISABLE_RECONNECTS;
  for (const auto& options : {unprepared, without_sessions}) {
    const credential server(options);
    meeting with(server);
    EXPECT_TRUE(with.us.established());
    EXPECT_EQ(ask_for_ticket(with.us), SEC_E_UNSUPPORTED_FUNCTION);
  }
  const credential server(server_options());
  meeting ungiving(server, {}, {.side = role::server});
  EXPECT_EQ(ask_for_ticket(ungiving.us), SEC_E_UNSUPPORTED_FUNCTION);
}

TEST(SendTicket, IsRefusedWhereThereIsNone) {
  const credential old_server(server_options(tls::v1_2));
  couple old(client_credential(tls::v1_2), old_server, {}, giving);
  EXPECT_EQ(ask_for_ticket(old.server), SEC_E_UNSUPPORTED_FUNCTION);
  const credential server(server_options());
  couple both(client_credential(tls::v1_3), server, {}, giving);
  EXPECT_EQ(ask_for_ticket(both.client), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(ask_for_ticket(both.server), SEC_E_OK);

  openssl_peer peer(peer_for(role::server, tls::v1_3));
  party early(server, giving);
  peer.start();
  early.give(peer.take());
  ASSERT_TRUE(early.has_context() && !early.established());
  EXPECT_EQ(ask_for_ticket(early), SEC_E_UNSUPPORTED_FUNCTION);
}

TEST(SendTicket, IsRefusedAfterOurClose) {
  const credential server(server_options());
  meeting with(server);
  EXPECT_EQ(with.us.shut(), SEC_E_OK);
  EXPECT_EQ(ask_for_ticket(with.us), SEC_E_CONTEXT_EXPIRED);
}

}  // namespace
}  // namespace schannix::test::sspi

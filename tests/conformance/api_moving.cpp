// connection::export_state and import_state, between two connections in memory.
#include "conformance/api_support.hpp"

namespace api_test {
namespace {

class ApiMoving : public testing::TestWithParam<tls_version> {
 protected:
  pair both = established(GetParam());

  // The client goes on with what it has become; bytes that it had not opened are fed to it.
  void move_client() {
    const schannix::exported_connection all = std::move(both.client.tls).export_state();
    both.client.tls = schannix::connection::import_state(all.state);
    both.client.tls.feed(all.unread);
    both.client.drain();
  }
  void expect_goes_on() {
    both.client.seal("from the client");
    both.server.seal("from the server");
    talk(both.client, both.server);
    EXPECT_TRUE(both.server.received.ends_with("from the client"));
    EXPECT_TRUE(both.client.received.ends_with("from the server"));
  }
  void expect_stays() {
    EXPECT_EQ(status_of([&] { (void)std::move(both.client.tls).export_state(); }), "SEC_E_UNSUPPORTED_FUNCTION");
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, ApiMoving, both_versions(), version_suffix);

TEST_P(ApiMoving, GoesOnBothWaysAndClosesCleanly) {
  expect_goes_on();
  move_client();
  expect_goes_on();
  both.client.tls.close_write();
  talk(both.client, both.server);
  EXPECT_EQ(both.client.tls.report().id(), "CLOSE-001");
  EXPECT_EQ(both.server.tls.report().id(), "CLOSE-002");
}

TEST_P(ApiMoving, InfoAndReportStayAsTheyWere) {
  const auto before = both.client.tls.info();
  move_client();
  const auto after = both.client.tls.info();
  EXPECT_EQ(after.version, before.version);
  EXPECT_EQ(after.cipher_suite, before.cipher_suite);
  EXPECT_EQ(after.group_id, before.group_id);
  EXPECT_EQ(both.client.tls.peer_certificate()->subject(), "localhost");
  EXPECT_EQ(both.client.tls.report().outcome, close_outcome::open);
  EXPECT_EQ(both.client.tls.export_keying_material("EXPERIMENTAL", 20),
            both.server.tls.export_keying_material("EXPERIMENTAL", 20));
}

TEST_P(ApiMoving, BytesThatWereNotOpenedMoveToo) {
  both.server.seal("in two parts");
  const auto bytes = both.server.tls.take_output();
  both.client.tls.feed(std::span(bytes).first(7));
  both.client.drain();
  move_client();
  both.client.tls.feed(std::span(bytes).subspan(7));
  both.client.drain();
  EXPECT_EQ(both.client.received, "in two parts");
}

TEST_P(ApiMoving, WhatIsLeftHereCanOnlyBeDestroyed) {
  (void)std::move(both.client.tls).export_state();
  EXPECT_FALSE(both.client.tls.can_seal());
  EXPECT_EQ(status_of([&] { both.client.seal("more"); }), "SEC_E_INVALID_HANDLE");
  EXPECT_EQ(both.client.tls.report().outcome, close_outcome::open);
}

TEST_P(ApiMoving, HalfClosedConnectionsStayHalfClosed) {
  both.client.tls.close_write();
  carry(both.client, both.server);
  move_client();
  EXPECT_FALSE(both.client.tls.can_seal());
  talk(both.client, both.server);
  EXPECT_EQ(both.client.story.back(), "closed");
  EXPECT_EQ(both.client.tls.report().id(), "CLOSE-001");
}

TEST_P(ApiMoving, ThePeersCloseStaysHeard) {
  auto half = established(GetParam(), {.answer_close = false});
  half.server.tls.close_write();
  carry(half.server, half.client);
  half.client.tls = schannix::connection::import_state(std::move(half.client.tls).export_state().state, false);
  half.client.seal("late");
  half.client.tls.close_write();
  half.client.drain();
  EXPECT_EQ(half.client.tls.report().id(), "CLOSE-002");
  carry(half.client, half.server);
  EXPECT_EQ(half.server.received, "late");
}

TEST_P(ApiMoving, WhatStillHasSomethingToDoStays) {
  both.client.seal("not sent yet");
  expect_stays();
  talk(both.client, both.server);
  expect_goes_on();
  both.client.tls.close();
  talk(both.client, both.server);
  expect_stays();
}

TEST_P(ApiMoving, ConnectionsThatAreNotEstablishedStay) {
  pair fresh(GetParam());
  EXPECT_EQ(status_of([&] { (void)std::move(fresh.client.tls).export_state(); }), "SEC_E_UNSUPPORTED_FUNCTION");
  talk(fresh.client, fresh.server);
  EXPECT_TRUE(fresh.client.tls.established());
  fresh.client.tls.transport_ended();
  EXPECT_EQ(status_of([&] { (void)std::move(fresh.client.tls).export_state(); }), "SEC_E_UNSUPPORTED_FUNCTION");
}

TEST_P(ApiMoving, OtherBytesAreNone) {
  EXPECT_EQ(status_of([] { (void)schannix::connection::import_state(bytes_of("schannix")); }), "SEC_E_INVALID_TOKEN");
  EXPECT_EQ(status_of([] { (void)schannix::connection::import_state({}); }), "SEC_E_INVALID_TOKEN");
}

}  // namespace
}  // namespace api_test

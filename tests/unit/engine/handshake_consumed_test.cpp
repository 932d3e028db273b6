// Nothing but whole records is taken, and what is taken is told to the byte.
#include "handshake_fixture.hpp"

namespace schannix::engine {
namespace {

using namespace test;

TEST(handshake_consumed, a_client_begins_without_input) {
  handshake ours = started(watched_environment(), setup_of(watched_environment(), role::client));
  bytes flight;
  const auto reached = ours.advance({}, flight);
  ASSERT_TRUE(reached);
  EXPECT_EQ(reached->what, progress::kind::needs_input);
  EXPECT_EQ(reached->consumed, 0u);
  ASSERT_GE(flight.size(), 6u);
  EXPECT_EQ(flight[0], 22);
  EXPECT_EQ(flight[5], 1) << "ClientHello";
}

TEST(handshake_consumed, a_server_waits_without_a_word) {
  handshake ours = started(watched_environment(), setup_of(watched_environment(), role::server));
  bytes flight;
  const auto reached = ours.advance({}, flight);
  ASSERT_TRUE(reached);
  EXPECT_EQ(reached->what, progress::kind::needs_input);
  EXPECT_TRUE(flight.empty());
}

TEST(handshake_consumed, every_record_of_a_flight_alone) {
  const environment& env = watched_environment();
  openssl_peer peer(peer_of_role(role::client));
  handshake ours = started(env, setup_of(env, role::client));
  bytes flight;
  ASSERT_TRUE(ours.advance({}, flight));
  peer.give(flight);
  peer.shake();
  const auto records = schannix::test::records_of(peer.take());
  ASSERT_GT(records.size(), 3u);
  for (std::size_t i = 0; i < records.size(); ++i) {
    bytes answer;
    const auto reached = ours.advance(records[i], answer);
    ASSERT_TRUE(reached);
    EXPECT_EQ(reached->consumed, records[i].size());
    EXPECT_EQ(reached->what == progress::kind::established, i + 1 == records.size());
    EXPECT_EQ(answer.empty(), i + 1 != records.size());
  }
}

// The flight that ends the handshake, and behind it records that are none of the handshake's business.
TEST(handshake_consumed, what_follows_the_end_is_not_taken) {
  const environment& env = watched_environment();
  openssl_peer peer(peer_of_role(role::client));
  handshake ours = started(env, setup_of(env, role::client));
  bytes flight;
  ASSERT_TRUE(ours.advance({}, flight));
  peer.give(flight);
  peer.shake();
  bytes wire = peer.take();
  const std::size_t size = wire.size();
  wire.insert(wire.end(), {23, 3, 3, 0, 20});
  wire.resize(wire.size() + 20);
  flight.clear();
  const auto reached = ours.advance(wire, flight);
  ASSERT_TRUE(reached);
  EXPECT_EQ(reached->what, progress::kind::established);
  EXPECT_EQ(reached->consumed, size);
}

TEST(handshake_consumed, a_certificate_request_stops_at_its_record_and_goes_on) {
  const environment& env = watched_environment();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    peer_setup wanted = peer_of_role(role::client);
    wanted.lowest = wanted.highest = version;
    wanted.asks_certificate = true;
    openssl_peer peer(wanted);
    handshake ours = started(env, setup_of(env, role::client));
    bytes flight;
    ASSERT_TRUE(ours.advance({}, flight));
    peer.give(flight);
    peer.shake();
    const bytes wire = peer.take();
    flight.clear();
    const auto stopped = ours.advance(wire, flight);
    ASSERT_TRUE(stopped);
    ASSERT_EQ(stopped->what, progress::kind::wants_certificate);
    EXPECT_FALSE(ours.peer_certificates().empty()) << "they are there when the caller has to choose";
    ours.show_no_certificate();
    const auto went_on = ours.advance(bytes_view(wire).subspan(stopped->consumed), flight);
    ASSERT_TRUE(went_on);
    EXPECT_EQ(stopped->consumed + went_on->consumed, wire.size());
    peer.give(flight);
    peer.shake();
    EXPECT_TRUE(peer.established());
  }
}

}  // namespace
}  // namespace schannix::engine

// Closing and alerts in the middle of a handshake, under the keys that are in force there. spec 5.3, S-14, S-15
#include "context_fixture.hpp"

namespace schannix::context {
namespace {

using namespace test;

const bytes clear_close_10{21, 3, 1, 0, 2, 1, 0}, clear_close_12{21, 3, 3, 0, 2, 1, 0};

step_output close(connection& ours) {
  ours.request_shutdown();
  return step(ours, bytes(1000, 0xA5));
}

// What holds after our close_notify in the middle, wherever that was. spec 4.12 #9
void expect_half_open(connection& ours) {
  const step_output idle = step(ours);
  EXPECT_EQ(idle.what, step_output::kind::incomplete);
  EXPECT_TRUE(idle.token.empty());
  const step_output more = step(ours, bytes{22, 3, 3, 0, 1, 0});
  EXPECT_EQ(more.what, step_output::kind::closed);
  EXPECT_EQ(more.consumed, 0u);
  EXPECT_TRUE(more.token.empty());
  EXPECT_EQ(seal(ours, bytes(1)).error().why, base::reason::not_established);
  const step_output again = close(ours);
  EXPECT_EQ(again.what, step_output::kind::finished);
  EXPECT_FALSE(again.token.empty());
}

engine::version_set only(tls_version version) {
  engine::version_set made;
  made.add(version);
  return made;
}

TEST(midway, before_anything_was_said) {
  for (const role side : {role::client, role::server}) {
    const auto ours = connection_of({.side = side});
    EXPECT_EQ(close(*ours).token, clear_close_10);
    expect_half_open(*ours);
  }
}

TEST(midway, behind_the_client_hello) {
  for (const auto versions : {engine::all_versions, only(tls_version::tls10), only(tls_version::tls13)}) {
    const auto ours = connection_of({.versions = versions});
    ASSERT_EQ(step(*ours).what, step_output::kind::go_on);
    const step_output made = close(*ours);
    EXPECT_EQ(made.what, step_output::kind::finished);
    EXPECT_EQ(made.token, clear_close_10);
    EXPECT_TRUE(made.ignores_input);
    expect_half_open(*ours);
  }
}

TEST(midway, tls11_alone_says_so) {
  const auto ours = connection_of({.versions = only(tls_version::tls11)});
  ASSERT_EQ(step(*ours).what, step_output::kind::go_on);
  EXPECT_EQ(close(*ours).token, (bytes{21, 3, 2, 0, 2, 1, 0}));
}

// Our client, given the first count records of the server's flight.
struct client_midway {
  client_midway(int version, const char* suite, std::size_t count) : at({}, peer_at(role::client, version, suite)) {
    at.peer.give(step(*at.ours).token);
    at.peer.shake();
    const auto records = records_of(at.peer.take());
    for (std::size_t i = 0; i < std::min(count, records.size()); ++i) {
      const step_output made = step(*at.ours, records[i]);
      at.peer.give(made.token);
    }
  }
  test::pair at;
};

TEST(midway, tls13_client_with_handshake_keys) {
  for (const char* suite : {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"})
    for (const std::size_t records : {1u, 2u, 3u, 4u}) {
      client_midway midway(TLS1_3_VERSION, suite, records);
      ASSERT_EQ(midway.at.ours->facts(), nullptr);
      const step_output made = close(*midway.at.ours);
      ASSERT_EQ(made.token.size(), 24u);
      EXPECT_EQ(made.token[0], 23);
      midway.at.peer.give(made.token);
      midway.at.peer.shake();
      EXPECT_TRUE(midway.at.peer.closed());
      EXPECT_FALSE(midway.at.peer.alert_sent);
      expect_half_open(*midway.at.ours);
    }
}

TEST(midway, tls12_client_in_the_clear) {
  client_midway midway(TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256", 2);
  const step_output made = close(*midway.at.ours);
  EXPECT_EQ(made.token, clear_close_12);
  midway.at.peer.give(made.token);
  midway.at.peer.shake();
  EXPECT_TRUE(midway.at.peer.closed());
  expect_half_open(*midway.at.ours);
}

// Our Finished is out, the server's has not come: the new keys are in force.
TEST(midway, tls12_client_behind_its_finished) {
  const std::pair<const char*, std::size_t> suites[] = {{"ECDHE-RSA-AES128-GCM-SHA256", 31},
                                                        {"ECDHE-RSA-CHACHA20-POLY1305", 23},
                                                        {"AES128-SHA", 53},
                                                        {"ECDHE-RSA-AES256-SHA384", 85}};
  for (const auto& [suite, size] : suites) {
    client_midway midway(TLS1_2_VERSION, suite, 100);
    ASSERT_EQ(midway.at.ours->facts(), nullptr);
    const step_output made = close(*midway.at.ours);
    EXPECT_EQ(made.token.size(), size);
    midway.at.peer.shake();
    ASSERT_TRUE(midway.at.peer.established());
    midway.at.peer.give(made.token);
    midway.at.peer.read();
    EXPECT_TRUE(midway.at.peer.closed());
    EXPECT_FALSE(midway.at.peer.failed());
    expect_half_open(*midway.at.ours);
  }
}

TEST(midway, tls10_client_behind_its_finished) {
  client_midway midway(TLS1_VERSION, "AES256-SHA", 100);
  const step_output made = close(*midway.at.ours);
  EXPECT_EQ(made.token.size(), 37u);
  midway.at.peer.shake();
  midway.at.peer.give(made.token);
  midway.at.peer.read();
  EXPECT_TRUE(midway.at.peer.closed());
}

TEST(midway, servers_behind_their_first_flight) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    test::pair at({.side = role::server}, peer_at(role::server, version));
    at.peer.shake();
    at.peer.give(step(*at.ours, at.peer.take()).token);
    const step_output made = close(*at.ours);
    EXPECT_EQ(made.token.size(), version == TLS1_3_VERSION ? 24u : 7u);
    at.peer.give(made.token);
    at.peer.shake();
    at.peer.read();
    EXPECT_TRUE(at.peer.closed());
    EXPECT_FALSE(at.peer.failed());
    expect_half_open(*at.ours);
  }
}

TEST(midway, a_fatal_alert_token_reaches_the_peer_and_ends_us) {
  for (const std::size_t records : {1u, 3u}) {
    client_midway midway(TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256", records);
    midway.at.ours->request_alert({engine::alert::fatal, 42});
    const step_output made = step(*midway.at.ours);
    EXPECT_EQ(made.what, step_output::kind::finished);
    midway.at.peer.give(made.token);
    midway.at.peer.shake();
    EXPECT_EQ(midway.at.peer.alert_received, 42);
    EXPECT_EQ(step(*midway.at.ours, bytes(30, 22)).what, step_output::kind::failed);
  }
  const auto early = connection_of({});
  early->request_alert({engine::alert::fatal, 42});
  EXPECT_EQ(step(*early).token, (bytes{21, 3, 1, 0, 2, 2, 42}));
}

// As an alert token close_notify ends the handshake too: going on would use its sequence number, and so its nonce,
// again.
TEST(midway, an_alert_token_that_says_close_notify_is_a_shutdown) {
  for (const std::uint8_t level : {engine::alert::warning, engine::alert::fatal}) {
    client_midway midway(TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256", 3);
    midway.at.ours->request_alert({level, engine::alert::close_notify});
    const step_output made = step(*midway.at.ours);
    EXPECT_EQ(made.what, step_output::kind::finished);
    EXPECT_EQ(made.token.size(), 24u);
    const step_output after = step(*midway.at.ours, bytes(30, 22));
    EXPECT_EQ(after.what, step_output::kind::closed);
    EXPECT_TRUE(after.token.empty());
  }
}

// The handshake cannot go on, for the same reason; close_notify can follow, as it must. RFC 9846 §6.1
TEST(midway, user_canceled_under_handshake_keys_and_then_close_notify) {
  for (const std::size_t records : {1u, 3u}) {
    client_midway midway(TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256", records);
    midway.at.ours->request_alert({engine::alert::warning, engine::alert::user_canceled});
    const step_output canceled = step(*midway.at.ours);
    EXPECT_EQ(canceled.what, step_output::kind::finished);
    midway.at.peer.give(canceled.token);
    midway.at.peer.shake();
    EXPECT_EQ(midway.at.peer.alert_received, engine::alert::user_canceled);
    const step_output refused = step(*midway.at.ours, bytes(30, 22));
    EXPECT_EQ(refused.what, step_output::kind::failed);
    EXPECT_TRUE(refused.token.empty());
    const step_output closed = close(*midway.at.ours);
    EXPECT_EQ(closed.what, step_output::kind::finished);
    midway.at.peer.give(closed.token);
    midway.at.peer.shake();
    EXPECT_TRUE(midway.at.peer.closed());
    EXPECT_FALSE(midway.at.peer.alert_sent) << "both records opened";
  }
}

TEST(midway, a_warning_in_the_clear_lets_the_handshake_go_on) {
  test::pair at({}, peer_at(role::client, TLS1_2_VERSION));
  at.peer.give(step(*at.ours).token);
  at.peer.shake();
  at.ours->request_alert({engine::alert::warning, 90});
  EXPECT_EQ(step(*at.ours).token.size(), 7u);
  const step_output made = step(*at.ours, at.peer.take());
  EXPECT_EQ(made.what, step_output::kind::go_on);
}

TEST(midway, the_peers_close_notify_is_the_end_without_a_token) {
  for (const role side : {role::client, role::server}) {
    test::pair at({.side = side}, peer_at(side, TLS1_2_VERSION));
    step_output made = step(*at.ours);
    if (side == role::server) {
      at.peer.shake();
      made = step(*at.ours, at.peer.take());
    }
    ASSERT_EQ(made.what, step_output::kind::go_on);
    made = step(*at.ours, clear_close_12);
    EXPECT_EQ(made.what, step_output::kind::closed);
    EXPECT_TRUE(made.token.empty());
    EXPECT_EQ(step(*at.ours).what, step_output::kind::closed);
    EXPECT_FALSE(at.ours->report().close_received) << "nothing is authenticated yet";
    EXPECT_EQ(close(*at.ours).what, step_output::kind::finished);
  }
}

TEST(midway, garbage_is_refused_without_an_alert) {
  for (const role side : {role::client, role::server}) {
    const auto ours = connection_of({.side = side});
    if (side == role::client) (void)step(*ours);
    const step_output made = step(*ours, bytes{'H', 'T', 'T', 'P', '/', '1', '.', '1'});
    EXPECT_EQ(made.what, step_output::kind::failed);
    EXPECT_EQ(made.why.why, base::reason::invalid_token);
    EXPECT_TRUE(made.token.empty());
    EXPECT_EQ(step(*ours).why.why, base::reason::invalid_token);
  }
}

TEST(midway, partial_records_say_what_is_missing) {
  test::pair at({.side = role::server}, peer_at(role::server, TLS1_3_VERSION));
  EXPECT_EQ(step(*at.ours).what, step_output::kind::incomplete);
  EXPECT_EQ(step(*at.ours).missing, 5u);
  at.peer.shake();
  const bytes hello = at.peer.take();
  for (const std::size_t size : {std::size_t{1}, std::size_t{4}, std::size_t{5}, std::size_t{50}, hello.size() - 1}) {
    const step_output made = step(*at.ours, bytes_view(hello).first(size));
    EXPECT_EQ(made.what, step_output::kind::incomplete);
    EXPECT_EQ(made.missing, (size < 5 ? 5 : hello.size()) - size);
    EXPECT_EQ(made.consumed, 0u);
  }
  EXPECT_EQ(step(*at.ours, hello).what, step_output::kind::go_on);
}

}  // namespace
}  // namespace schannix::context

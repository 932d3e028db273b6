// Mistakes of the caller change nothing: too little memory, wrong buffers, the wrong function.
#include "context_forger.hpp"

namespace schannix::context {
namespace {

using namespace test;

step_output step_into(connection& ours, bytes_view token, std::size_t capacity) {
  step_input in;
  in.called_as = ours.side();
  in.token = token;
  in.capacity = capacity;
  return ours.step(in);
}

TEST(retries, of_the_first_flight) {
  test::pair at({}, peer_at(role::client, TLS1_3_VERSION));
  const step_output refused = step_into(*at.ours, {}, 10);
  EXPECT_EQ(refused.what, step_output::kind::too_small);
  EXPECT_TRUE(refused.token.empty());
  EXPECT_EQ(step_into(*at.ours, {}, refused.needed - 1).needed, refused.needed) << "as often as one likes";
  const step_output made = step_into(*at.ours, {}, refused.needed);
  EXPECT_EQ(made.what, step_output::kind::go_on);
  EXPECT_EQ(made.token.size(), refused.needed);
  EXPECT_EQ(made.token[5], 1) << "ClientHello";
}

// The same input again, the same with more behind it, or none: nothing is fed twice, nothing is lost.
TEST(retries, of_a_flight_with_input) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    for (const int style : {0, 1, 2}) {
      test::pair at({}, peer_at(role::client, version));
      at.peer.give(step(*at.ours).token);
      at.peer.shake();
      bytes flight = at.peer.take();
      const std::size_t size = flight.size();
      const step_output refused = step_into(*at.ours, flight, 3);
      ASSERT_EQ(refused.what, step_output::kind::too_small);
      EXPECT_EQ(refused.consumed, 0u);
      if (style == 1) flight.insert(flight.end(), {23, 3, 3});
      if (style == 2) flight.clear();
      const step_output made = step(*at.ours, flight);
      EXPECT_EQ(made.token.size(), refused.needed);
      EXPECT_EQ(made.consumed, style == 2 ? 0 : size);
      at.peer.give(made.token);
      at.peer.shake();
      EXPECT_TRUE(at.peer.established());
      if (version == TLS1_3_VERSION) at.expect_works();
    }
}

TEST(retries, of_close_notify) {  // S-18
  for (const int version : {TLS1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
    test::pair at({}, peer_at(role::client, version));
    ASSERT_TRUE(at.shake());
    at.ours->request_shutdown();
    const step_output refused = step_into(*at.ours, {}, 2);
    ASSERT_EQ(refused.what, step_output::kind::too_small);
    const step_output made = step(*at.ours);
    EXPECT_EQ(made.what, step_output::kind::finished);
    EXPECT_EQ(made.token.size(), refused.needed);
    at.peer.give(made.token);
    at.peer.read();
    EXPECT_TRUE(at.peer.closed());
    EXPECT_FALSE(at.peer.failed());
    EXPECT_EQ(step(*at.ours).what, step_output::kind::closed);
  }
}

TEST(retries, of_an_alert_token) {
  test::pair at({}, peer_at(role::client, TLS1_3_VERSION));
  ASSERT_TRUE(at.shake());
  at.ours->request_alert({engine::alert::fatal, 42});
  ASSERT_EQ(step_into(*at.ours, {}, 2).what, step_output::kind::too_small);
  at.peer.give(step(*at.ours).token);
  at.peer.read();
  EXPECT_EQ(at.peer.alert_received, 42);
}

TEST(retries, of_the_alert_that_a_failure_owes) {
  test::pair at({}, peer_at(role::client, TLS1_3_VERSION));
  ASSERT_TRUE(at.shake());
  bytes bad{23, 3, 3, 0, 20};
  bad.resize(25);
  ASSERT_FALSE(at.ours->open(bad));
  EXPECT_EQ(step_into(*at.ours, {}, 2).what, step_output::kind::too_small);
  const step_output made = step(*at.ours);
  EXPECT_EQ(made.what, step_output::kind::failed);
  EXPECT_EQ(made.why.why, base::reason::bad_record);
  at.peer.give(made.token);
  at.peer.read();
  EXPECT_EQ(at.peer.alert_received, engine::alert::bad_record_mac);
}

TEST(retries, of_the_alert_of_a_failed_handshake) {
  test::pair at({.validates = true, .target = "other.test"}, peer_at(role::client, TLS1_3_VERSION));
  at.peer.give(step(*at.ours).token);
  at.peer.shake();
  const bytes flight = at.peer.take();
  ASSERT_EQ(step_into(*at.ours, flight, 2).what, step_output::kind::too_small);
  const step_output made = step(*at.ours, flight);
  EXPECT_EQ(made.what, step_output::kind::failed);
  EXPECT_EQ(made.why.why, base::reason::name_mismatch);
  at.peer.give(made.token);
  at.peer.shake();
  EXPECT_EQ(at.peer.alert_received, engine::alert::certificate_unknown);
}

TEST(mistakes, wrong_buffers_and_the_wrong_function_change_nothing) {
  test::pair at({}, peer_at(role::client, TLS1_3_VERSION));
  step_input wrong;
  wrong.called_as = role::client;
  wrong.malformed = true;
  EXPECT_EQ(at.ours->step(wrong).why.why, base::reason::invalid_token);
  wrong.malformed = false;
  wrong.called_as = role::server;
  EXPECT_EQ(at.ours->step(wrong).why.why, base::reason::invalid_handle);
  ASSERT_TRUE(at.shake());
  at.expect_works();
  EXPECT_EQ(at.ours->step(wrong).why.why, base::reason::invalid_handle);
  wrong.malformed = true;
  at.ours->request_shutdown();  // S-4, S-2: neither matters to a pending token
  EXPECT_EQ(at.ours->step(wrong).what, step_output::kind::finished);
}

TEST(mistakes, bytes_that_nobody_can_be_told_of_are_the_end) {
  test::pair at({.side = role::server}, peer_at(role::server, TLS1_3_VERSION));
  at.peer.shake();
  bytes hello = at.peer.take();
  hello.insert(hello.end(), {22, 3});
  step_input in;
  in.called_as = role::server;
  in.token = hello;
  in.reports_extra = false;
  EXPECT_EQ(at.ours->step(in).what, step_output::kind::failed);
  EXPECT_EQ(step(*at.ours).why.why, base::reason::invalid_token);
}

TEST(mistakes, of_sealing_can_be_corrected) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    test::pair at({}, peer_at(role::client, version));
    EXPECT_EQ(seal(*at.ours, bytes(1)).error().why, base::reason::not_established);
    ASSERT_TRUE(at.shake());
    EXPECT_EQ(seal(*at.ours, bytes(16385)).error().why, base::reason::message_too_long);
    const stream_sizes room = *at.ours->sizes();
    bytes header(room.around.header), data(10, 3), trailer(room.around.trailer - 1);
    EXPECT_EQ(at.ours->seal(header, data, trailer).error().why, base::reason::buffer_too_small);
    EXPECT_EQ(data, bytes(10, 3));
    EXPECT_EQ(room.max_message, 16384u);
    at.expect_works();
    EXPECT_FALSE(at.ours->report().why);
  }
}

TEST(mistakes, a_call_too_many_on_an_established_connection) {
  test::pair client({}, peer_at(role::client, TLS1_3_VERSION)),
      server({.side = role::server}, peer_at(role::server, TLS1_3_VERSION));
  ASSERT_TRUE(client.shake());
  ASSERT_TRUE(server.shake());
  EXPECT_EQ(step(*client.ours).what, step_output::kind::finished);
  EXPECT_EQ(step(*server.ours).what, step_output::kind::no_renegotiation);
  client.expect_works();
  server.expect_works();
}

}  // namespace
}  // namespace schannix::context

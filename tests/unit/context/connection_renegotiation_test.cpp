// Renegotiation of TLS 1.2 against OpenSSL, from either side. spec 4.6, 4.8; docs/design/0009-renegotiation.md
#include "unit/context/context_fixture.hpp"

namespace schannix::context {
namespace {

using namespace test;

constexpr const char* suites[] = {"ECDHE-RSA-AES128-GCM-SHA256",
                                  "ECDHE-RSA-AES256-GCM-SHA384",
                                  "ECDHE-RSA-CHACHA20-POLY1305",
                                  "AES128-GCM-SHA256",
                                  "AES128-SHA256",
                                  "ECDHE-RSA-AES256-SHA"};

peer_setup renegotiating(role ours, const char* suite) {
  peer_setup made = peer_at(ours, TLS1_2_VERSION, suite);
  made.allows_renegotiation = true;
  made.options |= SSL_OP_ALLOW_CLIENT_RENEGOTIATION;
  return made;
}

// The loop of ISC / ASC, from a token that was just made.
step_output::kind loop(test::pair& at, step_output made, bytes waiting = {}) {
  for (int round = 0; round < 10; ++round) {
    at.peer.give(made.token);
    (void)at.peer.read();
    at.peer.shake();
    if (made.what != step_output::kind::go_on) return made.what;
    const bytes more = at.peer.take();
    waiting.insert(waiting.end(), more.begin(), more.end());
    if (waiting.empty()) return made.what;
    made = step(*at.ours, waiting);
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(made.consumed));
  }
  return made.what;
}

TEST(renegotiation, a_client_begins) {
  for (const char* suite : suites) {
    SCOPED_TRACE(suite);
    test::pair at({}, renegotiating(role::client, suite));
    ASSERT_TRUE(at.shake());
    for (int i = 0; i < 3; ++i) {
      at.expect_works();
      const bytes before = at.ours->facts()->first_finished;
      const step_output begun = step(*at.ours);
      ASSERT_EQ(begun.what, step_output::kind::go_on);
      ASSERT_FALSE(begun.token.empty());
      EXPECT_EQ(begun.token[0], 22);
      ASSERT_EQ(loop(at, begun), step_output::kind::finished);
      EXPECT_NE(at.ours->facts()->first_finished, before);
      EXPECT_EQ(at.ours->facts()->first_finished, at.peer.finished(true));
      at.expect_works();
    }
  }
}

TEST(renegotiation, a_server_asks) {
  for (const char* suite : suites) {
    SCOPED_TRACE(suite);
    test::pair at({}, renegotiating(role::client, suite));
    ASSERT_TRUE(at.shake());
    at.expect_works();
    at.peer.renegotiate();
    at.peer.shake();
    const reading seen = read(*at.ours, at.peer.take());
    ASSERT_TRUE(seen.renegotiate);
    const auto sealed = seal(*at.ours, bytes(5, 1));
    ASSERT_FALSE(sealed);
    EXPECT_EQ(sealed.error().why, base::reason::expired);
    ASSERT_EQ(loop(at, step(*at.ours, seen.left)), step_output::kind::finished);
    at.expect_works();
  }
}

TEST(renegotiation, our_server_asks) {
  for (const char* suite : suites) {
    SCOPED_TRACE(suite);
    test::pair at({.side = role::server}, renegotiating(role::server, suite));
    ASSERT_TRUE(at.shake());
    at.expect_works();
    const step_output asked = step(*at.ours);
    ASSERT_EQ(asked.what, step_output::kind::finished);
    at.peer.give(asked.token);
    EXPECT_TRUE(at.peer.read().empty());
    const reading seen = read(*at.ours, at.peer.take());
    ASSERT_TRUE(seen.renegotiate);
    ASSERT_EQ(loop(at, step(*at.ours, seen.left)), step_output::kind::finished);
    at.expect_works();
  }
}

TEST(renegotiation, a_client_of_ours_server_begins) {
  for (const char* suite : suites) {
    SCOPED_TRACE(suite);
    test::pair at({.side = role::server}, renegotiating(role::server, suite));
    ASSERT_TRUE(at.shake());
    for (int i = 0; i < 3; ++i) {
      at.expect_works();
      at.peer.renegotiate();
      at.peer.shake();
      const bytes hello = at.peer.take();
      ASSERT_EQ(loop(at, step(*at.ours, hello)), step_output::kind::finished);
    }
    at.expect_works();
  }
}

// Data that was under way when the handshake began comes out, in order, and before it.
TEST(renegotiation, data_in_flight) {
  for (const char* suite : suites) {
    SCOPED_TRACE(suite);
    test::pair at({}, renegotiating(role::client, suite));
    ASSERT_TRUE(at.shake());
    const step_output begun = step(*at.ours);
    ASSERT_TRUE(at.peer.write(bytes(100, 1)));
    ASSERT_TRUE(at.peer.write(bytes(200, 2)));
    at.peer.give(begun.token);
    bytes wire = at.peer.take();
    EXPECT_TRUE(at.peer.read().empty());
    const bytes flight = at.peer.take();
    wire.insert(wire.end(), flight.begin(), flight.end());
    const reading seen = read(*at.ours, wire);
    EXPECT_EQ(seen.data.size(), 300u);
    ASSERT_TRUE(seen.renegotiate);
    const step_output answer = step(*at.ours, seen.left);
    ASSERT_EQ(answer.what, step_output::kind::go_on);
    EXPECT_EQ(answer.consumed, seen.left.size());
    const auto early = seal(*at.ours, bytes(5, 1));  // our Finished is out, the peer's not in
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().why, base::reason::expired);
    ASSERT_EQ(loop(at, answer), step_output::kind::finished);
    at.expect_works();
  }
}

// ISC leaves data to DecryptMessage.
TEST(renegotiation, a_step_stops_at_data) {
  test::pair at({}, renegotiating(role::client, suites[0]));
  ASSERT_TRUE(at.shake());
  const step_output begun = step(*at.ours);
  ASSERT_TRUE(at.peer.write(bytes(100, 1)));
  const bytes wire = at.peer.take();
  const step_output made = step(*at.ours, wire);
  EXPECT_EQ(made.what, step_output::kind::go_on);
  EXPECT_EQ(made.consumed, 0u);
  EXPECT_EQ(read(*at.ours, wire).data, bytes(100, 1));
  EXPECT_EQ(step(*at.ours).what, step_output::kind::incomplete);
  ASSERT_EQ(loop(at, begun), step_output::kind::finished);
  at.expect_works();
}

// Every record by way of DecryptMessage, one at a time.
TEST(renegotiation, record_by_record) {
  for (const role side : {role::client, role::server}) {
    for (const char* suite : suites) {
      SCOPED_TRACE(name_of(side) + suite);
      test::pair at({.side = side}, renegotiating(side, suite));
      ASSERT_TRUE(at.shake());
      if (side == role::client) at.peer.give(step(*at.ours).token);
      if (side == role::server) at.peer.renegotiate();
      bool done = false;
      for (int round = 0; round < 10 && !done; ++round) {
        (void)at.peer.read();
        at.peer.shake();
        for (const bytes& record : records_of(at.peer.take())) {
          const reading seen = read(*at.ours, record);
          ASSERT_TRUE(seen.renegotiate);
          const step_output made = step(*at.ours, round % 2 == 0 ? seen.left : bytes());
          ASSERT_TRUE(made.what == step_output::kind::go_on || made.what == step_output::kind::finished);
          at.peer.give(made.token);
          done = made.what == step_output::kind::finished;
        }
      }
      ASSERT_TRUE(done);
      (void)at.peer.read();
      at.peer.shake();
      at.expect_works();
    }
  }
}

TEST(renegotiation, our_server_asks_for_a_certificate) {
  peer_setup wanted = renegotiating(role::server, suites[0]);
  wanted.identities = {shared_certificates().client};
  test::pair at({.side = role::server}, wanted);
  ASSERT_TRUE(at.shake());
  EXPECT_TRUE(at.ours->peer_certificates().empty());
  step_input in;
  in.called_as = role::server;
  in.asks_certificate = true;
  at.peer.give(at.ours->step(in).token);
  (void)at.peer.read();
  ASSERT_EQ(loop(at, step(*at.ours, at.peer.take())), step_output::kind::finished);
  ASSERT_EQ(at.ours->peer_certificates().size(), 1u);
  at.expect_works();
}

TEST(renegotiation, a_client_brings_another_credential) {
  peer_setup wanted = renegotiating(role::client, suites[0]);
  test::pair at({}, wanted);
  ASSERT_TRUE(at.shake());
  SSL_set_verify(at.peer.ssl(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  step_input in;
  in.another = credential_of({.has_client_certificate = true});
  ASSERT_EQ(loop(at, at.ours->step(in)), step_output::kind::finished);
  EXPECT_NE(SSL_get0_peer_certificate(at.peer.ssl()), nullptr);
  EXPECT_TRUE(at.ours->facts()->local_certificate.has_value());
  at.expect_works();
}

// A client's SSL object has said its ClientHello, and is of no more use; a server can ask again.
TEST(renegotiation, a_peer_that_says_no) {
  for (const role side : {role::client, role::server}) {
    SCOPED_TRACE(name_of(side));
    test::pair at({.side = side}, peer_at(side, TLS1_2_VERSION, suites[0]));  // which does not allow it
    ASSERT_TRUE(at.shake());
    for (int i = 0; i < 2; ++i) {
      at.peer.give(step(*at.ours).token);
      (void)at.peer.read();
      const reading seen = read(*at.ours, at.peer.take());
      ASSERT_EQ(seen.renegotiate, i == 0 || side == role::server);
      EXPECT_EQ(step(*at.ours).what, step_output::kind::no_renegotiation);
      at.expect_works();
    }
  }
}

TEST(renegotiation, a_peer_that_says_no_to_a_step) {
  test::pair at({}, peer_at(role::client, TLS1_2_VERSION, suites[0]));
  ASSERT_TRUE(at.shake());
  at.peer.give(step(*at.ours).token);
  (void)at.peer.read();
  const bytes alert = at.peer.take();
  const step_output made = step(*at.ours, alert);
  EXPECT_EQ(made.what, step_output::kind::no_renegotiation);
  EXPECT_EQ(made.consumed, alert.size());
  at.expect_works();
}

// OpenSSL opens a CBC suite's records, and takes the warning for a failure.
TEST(renegotiation, a_peer_of_a_cbc_suite_that_says_no_ends_the_connection) {
  for (const role side : {role::client, role::server}) {
    test::pair at({.side = side}, peer_at(side, TLS1_2_VERSION, "AES128-SHA256"));
    ASSERT_TRUE(at.shake());
    at.peer.give(step(*at.ours).token);
    (void)at.peer.read();
    const reading seen = read(*at.ours, at.peer.take());
    ASSERT_TRUE(seen.failure);
    EXPECT_EQ(seen.failure->why, base::reason::peer_alert);
    EXPECT_EQ(at.ours->report().alert_received, 100);
  }
}

TEST(renegotiation, switched_off) {
  for (const role side : {role::client, role::server}) {
    test::pair at({.side = side, .renegotiates = false}, renegotiating(side, suites[0]));
    ASSERT_TRUE(at.shake());
    const step_output made = step(*at.ours);
    EXPECT_EQ(made.what, step_output::kind::no_renegotiation);
    EXPECT_TRUE(made.token.empty());
    at.expect_works();
  }
}

TEST(renegotiation, too_many) {
  test::pair at({.side = role::server}, renegotiating(role::server, suites[0]));
  ASSERT_TRUE(at.shake());
  step_output made;
  int count = 0;
  for (; count < 100 && made.what != step_output::kind::failed; ++count) {
    at.peer.renegotiate();
    at.peer.shake();
    made = step(*at.ours, at.peer.take());
    if (made.what == step_output::kind::go_on) (void)loop(at, made);
  }
  EXPECT_EQ(count, 17);
}

}  // namespace
}  // namespace schannix::context

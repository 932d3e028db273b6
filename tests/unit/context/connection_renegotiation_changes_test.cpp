// What a renegotiation can change, and what goes wrong in one. docs/design/0009-renegotiation.md
#include "unit/context/context_forger.hpp"

namespace schannix::context {
namespace {

using namespace test;

constexpr const char* gcm = "ECDHE-RSA-AES128-GCM-SHA256";

peer_setup renegotiating(role ours, const char* suite = gcm, int version = TLS1_2_VERSION) {
  peer_setup made = peer_at(ours, version, suite);
  made.allows_renegotiation = true;
  made.options |= SSL_OP_ALLOW_CLIENT_RENEGOTIATION;
  return made;
}

// The peer's next flight into ours, and the answer back. Clients begin.
step_output turn(test::pair& at, step_output made) {
  at.peer.give(made.token);
  (void)at.peer.read();
  at.peer.shake();
  return step(*at.ours, at.peer.take());
}

void expect_renegotiates(test::pair& at) {
  const step_output flight = turn(at, step(*at.ours));
  ASSERT_EQ(flight.what, step_output::kind::go_on);
  ASSERT_EQ(turn(at, flight).what, step_output::kind::finished);
  at.expect_works();
}

TEST(renegotiation_changes, the_suite_and_the_sizes) {
  constexpr const char* suites[] = {gcm, "ECDHE-RSA-AES128-SHA", "AES256-SHA256", "ECDHE-RSA-CHACHA20-POLY1305", gcm};
  test::pair at({}, renegotiating(role::client));
  ASSERT_TRUE(at.shake());
  for (const char* suite : suites) {
    SCOPED_TRACE(suite);
    ASSERT_EQ(SSL_set_cipher_list(at.peer.ssl(), suite), 1);
    expect_renegotiates(at);
    EXPECT_EQ(at.ours->sizes()->around.header, at.ours->facts()->aead() ? (suite[10] == 'C' ? 5u : 13u) : 21u);
  }
}

TEST(renegotiation_changes, nothing_in_old_versions) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    test::pair at({}, renegotiating(role::client, "ECDHE-RSA-AES128-SHA:@SECLEVEL=0", version));
    ASSERT_TRUE(at.shake());
    for (int i = 0; i < 3; ++i) expect_renegotiates(at);
    EXPECT_EQ(static_cast<int>(at.ours->facts()->version), version);
  }
}

TEST(renegotiation_changes, nothing_with_the_key_log_as_source) {
  for (const char* suite : {gcm, "ECDHE-RSA-AES128-SHA"}) {
    test::pair at({.by_key_log = true}, renegotiating(role::client, suite));
    ASSERT_TRUE(at.shake());
    for (int i = 0; i < 3; ++i) expect_renegotiates(at);
  }
}

TEST(renegotiation_changes, the_exporter) {
  test::pair at({}, renegotiating(role::client));
  ASSERT_TRUE(at.shake());
  bytes before(32), after(32), theirs(32);
  ASSERT_TRUE(at.ours->export_keying_material("EXPERIMENTAL x", {}, before));
  expect_renegotiates(at);
  ASSERT_TRUE(at.ours->export_keying_material("EXPERIMENTAL x", {}, after));
  ASSERT_EQ(SSL_export_keying_material(at.peer.ssl(), theirs.data(), 32, "EXPERIMENTAL x", 14, nullptr, 0, 0), 1);
  EXPECT_NE(after, before);
  EXPECT_EQ(after, theirs);
}

// The application checked the first one.
TEST(renegotiation_changes, never_the_servers_certificate) {
  test::pair at({}, renegotiating(role::client));
  ASSERT_TRUE(at.shake());
  const auto shown = at.ours->peer_certificates();
  ASSERT_EQ(SSL_set_cipher_list(at.peer.ssl(), "ECDHE-ECDSA-AES128-GCM-SHA256"), 1);
  const step_output flight = turn(at, step(*at.ours));
  const step_output last = turn(at, flight);
  ASSERT_EQ(last.what, step_output::kind::failed);
  EXPECT_EQ(last.why.why, base::reason::certificate_unknown);
  EXPECT_EQ(at.ours->peer_certificates(), shown);
  EXPECT_FALSE(seal(*at.ours, bytes(3, 1)));
}

TEST(renegotiation_changes, nothing_of_the_protocol_that_is_spoken) {
  peer_setup wanted = renegotiating(role::client);
  wanted.protocols = "\2h2";
  connection_setup setup;
  setup.from = credential_of({});
  setup.target_name = "server.test";
  setup.application_protocols = bytes{2, 'h', '2'};
  test::pair at({}, wanted);
  at.ours = std::move(*connection::start(env(), setup));
  ASSERT_TRUE(at.shake());
  ASSERT_EQ(at.ours->facts()->application_protocol, (bytes{'h', '2'}));
  expect_renegotiates(at);
  EXPECT_EQ(at.ours->facts()->application_protocol, (bytes{'h', '2'}));
}

// Validation as at first: a client whose certificate nobody here trusts does not come in by a renegotiation.
TEST(renegotiation_changes, to_a_client_that_is_not_trusted) {
  peer_setup wanted = renegotiating(role::server);
  wanted.identities = {pki::issue({.common_name = "nobody"})};
  test::pair at({.side = role::server, .validates = true}, wanted);
  ASSERT_TRUE(at.shake());
  step_input in;
  in.called_as = role::server;
  in.asks_certificate = true;
  const step_output hello = turn(at, at.ours->step(in));
  ASSERT_EQ(hello.what, step_output::kind::go_on);
  const step_output last = turn(at, hello);
  ASSERT_EQ(last.what, step_output::kind::failed);
  EXPECT_EQ(last.why.blame, base::cause::trust);
  EXPECT_TRUE(at.ours->facts()->peer_certificates.empty());
}

// ---- A certificate that the client does not have at hand ----

struct asking : testing::Test {
  asking() : at({}, renegotiating(role::client)) {
    EXPECT_TRUE(at.shake());
    SSL_set_verify(at.peer.ssl(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    at.peer.give(step(*at.ours).token);
    (void)at.peer.read();
    left = at.peer.take();
    const step_output asked = step(*at.ours, left);
    EXPECT_EQ(asked.what, step_output::kind::wants_certificate);
    left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(asked.consumed));
  }
  test::pair at;
  bytes left;  // OpenSSL stops at the request, and not at the end of the flight
};

TEST_F(asking, holds_both_directions_until_the_next_call) {
  EXPECT_FALSE(seal(*at.ours, bytes(3, 1)));
  EXPECT_FALSE(open_copy(*at.ours, bytes{23, 3, 3, 0, 1, 0}));
  EXPECT_FALSE(at.ours->report().why);
}

TEST_F(asking, is_answered_with_another_credential) {
  step_input in;
  in.another = credential_of({.has_client_certificate = true});
  in.token = left;
  ASSERT_TRUE(at.ours->takes_credential());
  ASSERT_EQ(turn(at, at.ours->step(in)).what, step_output::kind::finished);
  EXPECT_NE(SSL_get0_peer_certificate(at.peer.ssl()), nullptr);
  at.expect_works();
}

TEST_F(asking, is_answered_with_none) {
  ASSERT_EQ(turn(at, step(*at.ours, left)).what, step_output::kind::finished);
  EXPECT_EQ(SSL_get0_peer_certificate(at.peer.ssl()), nullptr);
  at.expect_works();
}

// ---- Buffers ----

TEST(renegotiation_retries, a_token_that_does_not_fit) {
  test::pair at({}, renegotiating(role::client));
  ASSERT_TRUE(at.shake());
  step_input in;
  in.capacity = 10;
  const step_output small = at.ours->step(in);
  ASSERT_EQ(small.what, step_output::kind::too_small);
  at.peer.give(step(*at.ours).token);
  (void)at.peer.read();
  const bytes flight = at.peer.take();
  in.token = flight;
  ASSERT_EQ(at.ours->step(in).what, step_output::kind::too_small);
  const step_output again = step(*at.ours, flight);
  EXPECT_EQ(again.what, step_output::kind::go_on);
  EXPECT_EQ(again.consumed, flight.size());
  ASSERT_EQ(turn(at, again).what, step_output::kind::finished);
  at.expect_works();
}

TEST(renegotiation_retries, records_in_pieces) {
  test::pair at({}, renegotiating(role::client));
  ASSERT_TRUE(at.shake());
  at.peer.give(step(*at.ours).token);
  (void)at.peer.read();
  bytes flight = at.peer.take();
  const bytes_view whole(flight);
  for (const std::size_t size : {std::size_t{1}, std::size_t{5}, std::size_t{30}}) {
    const step_output made = step(*at.ours, whole.first(size));
    EXPECT_EQ(made.what, step_output::kind::incomplete);
    EXPECT_GT(made.missing, 0u);
    EXPECT_EQ(made.consumed, 0u);
  }
  ASSERT_EQ(turn(at, step(*at.ours, whole)).what, step_output::kind::finished);
  at.expect_works();
}

// ---- What a peer has no right to ----

engine::version_set tls12() {
  engine::version_set only;
  only.add(tls_version::tls12);
  return only;
}

TEST(renegotiation_hostile, messages_out_of_nowhere) {
  for (const role side : {role::client, role::server})
    for (const bytes& message : {bytes{20, 0, 0, 1, 0}, bytes{2, 0, 0, 0}, bytes{0, 0, 0, 1, 0}, bytes{1}, bytes{}}) {
      if (side == role::server && message == bytes{1}) continue;  // a ClientHello may begin so
      forger pest({.side = side}, tls12());
      const auto got = open_copy(*pest.ours, pest.says(content_type::handshake, message));
      ASSERT_FALSE(got);
      EXPECT_EQ(got.error().why, base::reason::illegal_message);
    }
}

TEST(renegotiation_hostile, what_is_no_answer_to_our_hello) {
  for (const auto& [type, content] :
       {std::pair(content_type::handshake, bytes{14, 0, 0, 0}), std::pair(content_type::change_cipher_spec, bytes{1}),
        std::pair(content_type::handshake, bytes{2, 0, 0, 2, 3, 3})}) {
    for (const bool by_step : {false, true}) {
      forger pest({}, tls12());
      pest.hears(step(*pest.ours).token);
      bytes wire = pest.says(type, content);
      if (!by_step) wire = read(*pest.ours, wire).left;
      const step_output made = step(*pest.ours, wire);
      ASSERT_EQ(made.what, step_output::kind::failed);
      const auto alert = pest.hears(made.token);
      ASSERT_TRUE(alert) << "under the right key, with the right number";
      EXPECT_EQ(alert->type, content_type::alert);
      EXPECT_EQ(alert->content[0], engine::alert::fatal);
      EXPECT_FALSE(seal(*pest.ours, bytes(1, 1)));
    }
  }
}

TEST(renegotiation_hostile, a_hello_that_dribbles_in) {
  forger pest({.side = role::server}, tls12());
  int count = 0;
  const bytes hello{1, 0, 0x40, 0};
  for (; count < 2000; ++count) {
    const bytes piece = count == 0 ? hello : bytes{3};
    if (step(*pest.ours, pest.says(content_type::handshake, piece)).what == step_output::kind::failed) break;
  }
  EXPECT_EQ(count, 512);
}

TEST(renegotiation_hostile, an_untimely_no) {
  test::pair at({.side = role::server}, renegotiating(role::server));
  forger pest({.side = role::server}, tls12());
  const reading seen = read(*pest.ours, pest.says(content_type::alert, bytes{1, 100}));
  EXPECT_FALSE(seen.renegotiate);
  EXPECT_FALSE(seen.failure);
}

// A forged record of a CBC suite is found out by ISC / ASC; until then nothing of it is shown.
TEST(renegotiation_hostile, a_forged_record_of_a_cbc_suite) {
  for (const bool closes : {false, true}) {
    test::pair at({}, renegotiating(role::client, "AES128-SHA256"));
    ASSERT_TRUE(at.shake());
    bytes forged(5 + 64, 9);
    std::copy_n(bytes{22, 3, 3, 0, 64}.begin(), 5, forged.begin());
    const bytes before = forged;
    const auto got = at.ours->open(forged);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->what, read_output::kind::renegotiate);
    EXPECT_EQ(got->size, 0u);
    EXPECT_EQ(forged, before);
    if (closes) at.ours->request_shutdown();
    const step_output made = step(*at.ours, forged);
    EXPECT_EQ(made.what, closes ? step_output::kind::finished : step_output::kind::failed);
    EXPECT_TRUE(at.ours->report().why);
    at.peer.give(made.token);
    (void)at.peer.read();
    EXPECT_EQ((SSL_get_shutdown(at.peer.ssl()) & SSL_RECEIVED_SHUTDOWN) != 0, true);
  }
}

}  // namespace
}  // namespace schannix::context

// What an authenticated peer may not say, and what it may say in odd ways. RFC 8446 §4.6, §5.1, §6; RFC 5246 §7.2
#include "context_forger.hpp"

namespace schannix::context {
namespace {

using namespace test;

engine::version_set only(tls_version version) {
  engine::version_set made;
  made.add(version);
  return made;
}

void expect_refused(forger& at, const bytes& record, std::uint8_t alert) {
  const auto got = open_copy(*at.ours, record);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().blame, base::cause::peer);
  EXPECT_EQ(got.error().why, base::reason::illegal_message);
  EXPECT_EQ(owed_alert(at), (bytes{2, alert}));
}

TEST(protocol, tls13_handshake_messages_that_have_no_business_here) {
  for (const base::byte type : bytes{0, 1, 2, 5, 8, 11, 13, 20, 254}) {
    forger at({});
    expect_refused(at, at.says(content_type::handshake, bytes{type, 0, 0, 0}), engine::alert::unexpected_message);
  }
  forger server({.side = role::server});
  expect_refused(server, server.says(content_type::handshake, bytes{4, 0, 0, 0}), engine::alert::unexpected_message);
}

TEST(protocol, tls13_a_key_update_ends_its_record) {
  forger at({});
  expect_refused(at, at.says(content_type::handshake, bytes{24, 0, 0, 1, 0, 24, 0, 0, 1, 0}),
                 engine::alert::unexpected_message);
}

TEST(protocol, tls13_a_key_update_that_is_none) {
  const std::pair<bytes, std::uint8_t> wrong[] = {{{24, 0, 0, 1, 2}, 47},
                                                  {{24, 0, 0, 0}, engine::alert::decode_error},
                                                  {{24, 0, 0, 2, 0, 0}, engine::alert::decode_error}};
  for (const auto& [message, alert] : wrong) {
    forger at({.wants_tickets = false});
    const auto got = open_copy(*at.ours, at.says(content_type::handshake, message));
    if (got) {
      const step_output made = step(*at.ours);
      EXPECT_EQ(made.what, step_output::kind::failed);
      EXPECT_EQ(made.why.why, base::reason::illegal_message);
      EXPECT_EQ(made.why.alert_to_send, alert);
    } else {
      EXPECT_EQ(got.error().alert_to_send, alert);
    }
    EXPECT_EQ(owed_alert(at), (bytes{2, alert}));
  }
}

TEST(protocol, tls13_a_message_in_pieces) {
  forger at({.wants_tickets = false});
  const bytes update{24, 0, 0, 1, 0};
  for (std::size_t i = 0; i + 1 < update.size(); ++i) {
    const auto got = open_copy(*at.ours, at.says(content_type::handshake, bytes{update[i]}));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->what, read_output::kind::data);
    EXPECT_EQ(got->size, 0u);
  }
  const auto last = open_copy(*at.ours, at.says(content_type::handshake, bytes{update.back()}));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->what, read_output::kind::renegotiate);
}

// RFC 8446 §5.1: no other records between the pieces of one message.
TEST(protocol, tls13_data_between_the_pieces_of_a_message) {
  forger at({});
  ASSERT_TRUE(open_copy(*at.ours, at.says(content_type::handshake, bytes{24, 0})));
  expect_refused(at, at.says(content_type::application_data, bytes{1, 2, 3}), engine::alert::unexpected_message);
}

TEST(protocol, tls13_a_message_too_long_to_wait_for) {
  forger at({});
  expect_refused(at, at.says(content_type::handshake, bytes{4, 0xFF, 0xFF, 0xFF}), engine::alert::decode_error);
}

TEST(protocol, alerts_of_other_sizes) {
  for (const auto version : {tls_version::tls12, tls_version::tls13})
    for (const std::size_t size : {1u, 3u, 4u}) {
      forger at({.side = role::server}, only(version));
      expect_refused(at, at.says(content_type::alert, bytes(size, 1)), engine::alert::decode_error);
    }
}

TEST(protocol, close_notify_is_one_at_any_level) {
  for (const auto version : {tls_version::tls12, tls_version::tls13})
    for (const base::byte level : bytes{0, 1, 2, 77}) {
      forger at({}, only(version));
      const auto got = open_copy(*at.ours, at.says(content_type::alert, bytes{level, 0}));
      ASSERT_TRUE(got);
      EXPECT_EQ(got->what, read_output::kind::closed);
    }
}

TEST(protocol, tls13_every_other_alert_is_fatal_at_any_level) {
  for (const base::byte level : bytes{1, 2})
    for (const base::byte description : bytes{10, 40, 80, 100, 112, 255}) {
      forger at({});
      const auto got = open_copy(*at.ours, at.says(content_type::alert, bytes{level, description}));
      ASSERT_FALSE(got);
      EXPECT_EQ(got.error().why, base::reason::peer_alert);
      EXPECT_EQ(got.error().received_alert, description);
      const step_output made = step(*at.ours);
      EXPECT_EQ(made.what, step_output::kind::failed);
      EXPECT_TRUE(made.token.empty()) << "an alert is not answered";
      EXPECT_EQ(at.ours->report().alert_received, description);
    }
}

TEST(protocol, tls12_warnings_are_passed_over_and_fatal_alerts_are_not) {
  forger at({}, only(tls_version::tls12));
  const auto warned = open_copy(*at.ours, at.says(content_type::alert, bytes{1, 100}));
  ASSERT_TRUE(warned);
  EXPECT_EQ(warned->what, read_output::kind::data);
  EXPECT_EQ(warned->size, 0u);
  EXPECT_FALSE(open_copy(*at.ours, at.says(content_type::alert, bytes{2, 100})));
}

TEST(protocol, user_canceled_and_then_close_notify_is_a_clean_end) {
  forger at({});
  bytes wire = at.says(content_type::alert, bytes{1, 90});
  const bytes close = at.says(content_type::alert, bytes{1, 0});
  wire.insert(wire.end(), close.begin(), close.end());
  const reading seen = read(*at.ours, wire);
  EXPECT_TRUE(seen.closed);
  EXPECT_FALSE(at.ours->report().why);
}

TEST(protocol, tls12_a_change_of_cipher_out_of_nowhere) {
  forger at({}, only(tls_version::tls12));
  expect_refused(at, at.says(content_type::change_cipher_spec, bytes{1}), engine::alert::unexpected_message);
}

TEST(protocol, bytes_that_are_no_record) {
  for (const bytes& wire :
       {bytes{'H', 'T', 'T', 'P', '/'}, bytes{23, 2, 0, 0, 1}, bytes{23, 3, 3, 0xFF, 0xFF}, bytes{0x80, 1}}) {
    forger at({});
    expect_refused(at, wire, engine::alert::unexpected_message);
  }
}

TEST(protocol, tls12_hello_requests_are_ignored_where_renegotiation_is_off) {
  for (const char* suite : {"ECDHE-RSA-AES128-GCM-SHA256", "AES128-SHA256"}) {
    peer_setup wanted = peer_at(role::client, TLS1_2_VERSION, suite);
    wanted.allows_renegotiation = true;
    test::pair at({.renegotiates = false}, wanted);
    ASSERT_TRUE(at.shake());
    at.peer.renegotiate();
    const bytes wire = at.peer.take();
    ASSERT_FALSE(wire.empty());
    const reading seen = read(*at.ours, wire);
    EXPECT_FALSE(seen.failure);
    EXPECT_TRUE(seen.data.empty());
    const auto record = seal(*at.ours, bytes(12, 3));
    ASSERT_TRUE(record);
    EXPECT_TRUE(step(*at.ours).token.empty());
  }
}

TEST(protocol, tls12_a_client_that_starts_again_is_refused_where_renegotiation_is_off) {
  for (const char* suite : {"ECDHE-RSA-AES128-GCM-SHA256", "AES128-SHA256"}) {
    peer_setup wanted = peer_at(role::server, TLS1_2_VERSION, suite);
    wanted.allows_renegotiation = true;
    test::pair at({.side = role::server, .renegotiates = false}, wanted);
    ASSERT_TRUE(at.shake());
    at.peer.renegotiate();
    const reading seen = read(*at.ours, at.peer.take());
    ASSERT_TRUE(seen.failure);
    EXPECT_EQ(seen.failure->why, base::reason::illegal_message);
    at.peer.give(step(*at.ours).token);
    at.peer.shake();
    EXPECT_EQ(at.peer.alert_received, engine::alert::no_renegotiation);
  }
}

}  // namespace
}  // namespace schannix::context

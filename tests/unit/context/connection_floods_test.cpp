// Records that bring nothing are borne for a while, and then they are the end.
#include "context_forger.hpp"

namespace schannix::context {
namespace {

using namespace test;

constexpr int more_than_enough = 40;

// How many of the records that say makes are taken before the connection ends; -1: it never ends.
template <typename Say>
int borne(connection& ours, Say say, int most = more_than_enough) {
  for (int i = 0; i < most; ++i) {
    const reading seen = read(ours, say());
    if (seen.failure) {
      EXPECT_EQ(seen.failure->why, base::reason::illegal_message);
      EXPECT_EQ(seen.failure->alert_to_send, engine::alert::unexpected_message);
      return i;
    }
    if (seen.renegotiate) (void)step(ours, seen.left);
  }
  return -1;
}

TEST(floods, of_empty_records) {
  for (const auto version : {tls_version::tls12, tls_version::tls13}) {
    engine::version_set only;
    only.add(version);
    for (const role side : {role::client, role::server}) {
      forger at({.side = side}, only);
      EXPECT_EQ(borne(*at.ours, [&] { return at.says(content_type::application_data, {}); }), 32);
      EXPECT_EQ(owed_alert(at), (bytes{2, engine::alert::unexpected_message}));
    }
  }
}

TEST(floods, of_warnings_in_tls12) {
  engine::version_set only;
  only.add(tls_version::tls12);
  forger at({.side = role::server}, only);
  EXPECT_EQ(borne(*at.ours, [&] { return at.says(content_type::alert, bytes{1, 90}); }), 32);
}

TEST(floods, of_user_canceled_in_tls13) {
  forger at({.side = role::server});
  EXPECT_EQ(borne(*at.ours, [&] { return at.says(content_type::alert, bytes{1, 90}); }), 32);
}

TEST(floods, of_key_updates) {
  for (const role side : {role::client, role::server})
    for (const bool asking : {false, true}) {
      test::pair at({.side = side}, peer_at(side, TLS1_3_VERSION));
      ASSERT_TRUE(at.shake());
      const auto update = [&] {
        at.peer.update_keys(asking);
        return at.peer.take();
      };
      EXPECT_EQ(borne(*at.ours, update), 32);
    }
}

// 128 are free, and one more for 256 records, of which they are half.
TEST(floods, of_key_updates_between_data) {
  for (const role side : {role::client, role::server}) {
    test::pair at({.side = side}, peer_at(side, TLS1_3_VERSION));
    ASSERT_TRUE(at.shake());
    int said = 0;
    const auto update_or_data = [&] {
      if (said++ % 2 == 0)
        at.peer.update_keys(true);
      else
        at.peer.write(bytes(1, 1));
      return at.peer.take();
    };
    EXPECT_EQ(borne(*at.ours, update_or_data, 300), 258);
  }
}

TEST(floods, of_tickets_in_one_record) {
  forger at({});
  const bytes ticket{4, 0, 0, 16, 0, 0, 28, 32, 0, 0, 0, 1, 1, 1, 0, 2, 7, 7, 0, 0};
  bytes many;
  for (int i = 0; i < 129; ++i) many.insert(many.end(), ticket.begin(), ticket.end());
  const auto got = open_copy(*at.ours, at.says(content_type::handshake, many));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().why, base::reason::illegal_message);
}

TEST(floods, of_tickets) {
  for (const bool keeps : {true, false}) {
    test::pair at({.wants_tickets = keeps}, peer_at(role::client, TLS1_3_VERSION));
    ASSERT_TRUE(at.shake());
    const auto ticket = [&] {
      SSL_new_session_ticket(at.peer.ssl());
      at.peer.shake();
      return at.peer.take();
    };
    EXPECT_EQ(borne(*at.ours, ticket), 32);
  }
}

engine::version_set only_tls12() {
  engine::version_set only;
  only.add(tls_version::tls12);
  return only;
}

TEST(floods, of_hello_requests_where_renegotiation_is_off) {
  forger pest({.renegotiates = false}, only_tls12());
  EXPECT_EQ(borne(*pest.ours, [&] { return pest.says(content_type::handshake, bytes{0, 0, 0, 0}); }), 32);
}

// The first begins a renegotiation. Those that come while it waits for its answer are passed over: by DecryptMessage,
// and by ISC.
TEST(floods, of_hello_requests_while_a_renegotiation_waits) {
  for (const bool by_step : {false, true}) {
    forger pest({}, only_tls12());
    ASSERT_EQ(step(*pest.ours).what, step_output::kind::go_on);
    const auto ask = [&] { return pest.says(content_type::handshake, bytes{0, 0, 0, 0}); };
    int count = 0;
    for (; count < 100; ++count) {
      const bytes wire = ask();
      if (by_step ? step(*pest.ours, wire).what == step_output::kind::failed : !!read(*pest.ours, wire).failure) break;
    }
    EXPECT_EQ(count, 32);
  }
}

TEST(floods, of_warnings_and_empty_records_under_cbc_end_as_well) {
  for (const bool warnings : {true, false}) {
    engine::version_set old;
    old.add(tls_version::tls10);
    couple at({.versions = old}, {.side = role::server, .versions = old});
    const auto say = [&]() -> bytes {
      if (!warnings) return *seal(*at.client, {});
      at.client->request_alert({engine::alert::warning, 90});
      return step(*at.client).token;
    };
    const int count = borne(*at.server, say);
    EXPECT_GT(count, 0);
    EXPECT_LE(count, 32);
  }
}

TEST(floods, are_none_when_data_comes_in_between) {
  test::pair at({}, peer_at(role::client, TLS1_3_VERSION));
  ASSERT_TRUE(at.shake());
  for (int i = 0; i < 2 * more_than_enough; ++i) {
    at.peer.update_keys(false);
    at.expect_works(5);
  }
}

}  // namespace
}  // namespace schannix::context

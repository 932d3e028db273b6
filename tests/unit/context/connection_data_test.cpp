// Connections in every version and kind of suite, in both roles, against OpenSSL: data, alerts, close.
#include <tuple>

#include "context_fixture.hpp"

namespace schannix::context {
namespace {

using namespace test;

struct kind {
  const char* name;
  int version;
  const char* suite;
};
std::ostream& operator<<(std::ostream& out, const kind& shown) { return out << shown.name; }

constexpr kind kinds[] = {
    {"tls10_aes128_sha1", TLS1_VERSION, "ECDHE-RSA-AES128-SHA"},
    {"tls10_aes256_sha1", TLS1_VERSION, "AES256-SHA"},
    {"tls11_aes128_sha1", TLS1_1_VERSION, "AES128-SHA"},
    {"tls11_aes256_sha1", TLS1_1_VERSION, "ECDHE-ECDSA-AES256-SHA"},
    {"tls12_aes128_sha1", TLS1_2_VERSION, "AES128-SHA"},
    {"tls12_aes128_sha256", TLS1_2_VERSION, "ECDHE-RSA-AES128-SHA256"},
    {"tls12_aes256_sha256", TLS1_2_VERSION, "AES256-SHA256"},
    {"tls12_aes256_sha384", TLS1_2_VERSION, "ECDHE-RSA-AES256-SHA384"},
    {"tls12_gcm128", TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256"},
    {"tls12_gcm256", TLS1_2_VERSION, "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"tls12_chacha", TLS1_2_VERSION, "ECDHE-RSA-CHACHA20-POLY1305"},
    {"tls13_gcm128", TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256"},
    {"tls13_gcm256", TLS1_3_VERSION, "TLS_AES_256_GCM_SHA384"},
    {"tls13_chacha", TLS1_3_VERSION, "TLS_CHACHA20_POLY1305_SHA256"},
};

using parameters = std::tuple<kind, role>;

class connection_data : public ::testing::TestWithParam<parameters> {
 protected:
  const kind what = std::get<0>(GetParam());
  const role side = std::get<1>(GetParam());

  void SetUp() override { ASSERT_TRUE(at.shake()); }
  bool tls13() const { return what.version == TLS1_3_VERSION; }

  test::pair at{{.side = side}, peer_at(side, what.version, what.suite)};
};

TEST_P(connection_data, flows_both_ways_in_all_sizes) {
  for (std::size_t size = 1; size <= 40; ++size) at.expect_works(size);
  for (const std::size_t size : {255u, 1000u, 5000u, 16367u, 16368u, 16383u, 16384u}) at.expect_works(size);
  EXPECT_FALSE(at.peer.failed());
}

TEST_P(connection_data, several_records_in_one_input_come_out_one_by_one) {
  bytes expected;
  for (const std::size_t size : {10u, 200u, 3000u}) {
    ASSERT_TRUE(at.peer.write(bytes(size, 0x5A)));
    expected.insert(expected.end(), size, 0x5A);
  }
  EXPECT_EQ(at.receive(), expected);
}

TEST_P(connection_data, a_partial_record_says_how_much_is_missing_and_takes_nothing) {
  ASSERT_TRUE(at.peer.write(bytes(50, 1)));
  const bytes wire = records_of(at.peer.take()).back();
  for (std::size_t size = 1; size < wire.size(); ++size) {
    bytes part(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size));
    const auto got = at.ours->open(part);
    ASSERT_TRUE(got);
    ASSERT_EQ(got->what, read_output::kind::incomplete);
    EXPECT_EQ(got->missing, (size < 5 ? 5 : wire.size()) - size);
    EXPECT_TRUE(std::equal(part.begin(), part.end(), wire.begin()));
  }
}

TEST_P(connection_data, our_close_is_read_by_the_peer_and_answered) {
  at.ours->request_shutdown();
  EXPECT_TRUE(at.ours->has_pending_token());
  at.expect_works();  // S-20
  const step_output made = step(*at.ours, bytes(1000, 0x77));
  EXPECT_EQ(made.what, step_output::kind::finished);
  EXPECT_TRUE(made.ignores_input);
  ASSERT_EQ(records_of(made.token).size(), 1u);
  at.peer.give(made.token);
  EXPECT_TRUE(at.peer.read().empty());
  EXPECT_TRUE(at.peer.closed());

  EXPECT_EQ(seal(*at.ours, bytes(1)).error().why, base::reason::expired);
  EXPECT_EQ(step(*at.ours).what, step_output::kind::closed);
  ASSERT_TRUE(at.peer.write(bytes(30, 3)));  // the peer may have more to say
  at.peer.close();
  const reading seen = read(*at.ours, at.peer.take());
  EXPECT_EQ(seen.data, bytes(30, 3));
  EXPECT_TRUE(seen.closed);
  EXPECT_TRUE(at.ours->report().close_sent);
  EXPECT_TRUE(at.ours->report().close_received);
  EXPECT_FALSE(at.ours->report().peer_first);
}

TEST_P(connection_data, the_peers_close_ends_reading_but_not_writing) {
  ASSERT_TRUE(at.peer.write(bytes(20, 1)));
  at.peer.close();
  bytes wire = at.peer.take();
  wire.insert(wire.end(), {1, 2, 3, 4, 5, 6, 7});  // garbage behind it is never looked at
  const reading seen = read(*at.ours, wire);
  EXPECT_EQ(seen.data, bytes(20, 1));
  EXPECT_TRUE(seen.closed);
  EXPECT_EQ(seen.left.size(), 7u);
  bytes more(10);
  EXPECT_EQ(at.ours->open(more).error().why, base::reason::expired);
  EXPECT_EQ(step(*at.ours).what, step_output::kind::closed);
  EXPECT_TRUE(step(*at.ours).token.empty());

  const auto record = seal(*at.ours, bytes(5, 9));
  ASSERT_TRUE(record);
  at.ours->request_shutdown();
  const step_output made = step(*at.ours);
  EXPECT_EQ(made.what, step_output::kind::finished);
  EXPECT_FALSE(made.token.empty());
  EXPECT_TRUE(at.ours->report().peer_first);
}

TEST_P(connection_data, asked_again_close_notify_comes_again_under_the_next_number) {
  at.ours->request_shutdown();
  const bytes first = step(*at.ours).token;
  at.ours->request_shutdown();
  const bytes second = step(*at.ours).token;
  EXPECT_FALSE(second.empty());
  EXPECT_EQ(first.size(), second.size());
  EXPECT_NE(first, second);
}

TEST_P(connection_data, a_fatal_alert_of_ours_ends_everything) {
  at.ours->request_alert({engine::alert::fatal, 42});
  const step_output made = step(*at.ours);
  EXPECT_EQ(made.what, step_output::kind::finished);
  at.peer.give(made.token);
  at.peer.read();
  EXPECT_EQ(at.peer.alert_received, 42);
  EXPECT_EQ(seal(*at.ours, bytes(1)).error().why, base::reason::expired);
  bytes some(10);
  EXPECT_EQ(at.ours->open(some).error().why, base::reason::expired);
  EXPECT_TRUE(step(*at.ours).token.empty());
  EXPECT_TRUE(at.ours->report().aborted);
  EXPECT_EQ(at.ours->report().alert_sent, 42);
}

TEST_P(connection_data, a_warning_of_ours_changes_nothing) {
  at.ours->request_alert({engine::alert::warning, engine::alert::user_canceled});
  const step_output made = step(*at.ours);
  EXPECT_EQ(made.what, step_output::kind::finished);
  at.peer.give(made.token);
  at.expect_works();
  EXPECT_EQ(at.peer.alert_received, engine::alert::user_canceled);
}

TEST_P(connection_data, a_changed_record_is_the_end_and_owes_one_alert) {
  ASSERT_TRUE(at.peer.write(bytes(64, 0x41)));
  bytes wire = records_of(at.peer.take()).back();
  wire.back() ^= 0x80;
  const auto got = at.ours->open(wire);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().why, base::reason::bad_record);
  EXPECT_EQ(std::count(wire.begin() + 5, wire.end(), 0), static_cast<std::ptrdiff_t>(wire.size() - 5)) << "wiped";
  bytes again(30);
  EXPECT_EQ(at.ours->open(again).error().why, base::reason::expired);
  EXPECT_EQ(seal(*at.ours, bytes(1)).error().why, base::reason::expired);

  const step_output first = step(*at.ours);
  EXPECT_EQ(first.what, step_output::kind::failed);
  EXPECT_EQ(first.why.why, base::reason::bad_record) << "the first reason stays";
  at.peer.give(first.token);
  at.peer.read();
  EXPECT_EQ(at.peer.alert_received, engine::alert::bad_record_mac);
  const step_output second = step(*at.ours, bytes(20, 22));
  EXPECT_EQ(second.what, step_output::kind::failed);
  EXPECT_EQ(second.why.why, base::reason::bad_record);
  EXPECT_TRUE(second.token.empty());
}

INSTANTIATE_TEST_SUITE_P(kinds, connection_data,
                         ::testing::Combine(::testing::ValuesIn(kinds), ::testing::Values(role::client, role::server)),
                         [](const auto& one) {
                           return std::string(std::get<0>(one.param).name) + "_" + name_of(std::get<1>(one.param));
                         });

}  // namespace
}  // namespace schannix::context

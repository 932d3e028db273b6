// The keys at the end of a handshake are those that the peer uses, at the sequence numbers where it stands: records
// that we seal are read by OpenSSL, and the other way round.
#include <tuple>

#include "handshake_records.hpp"

namespace schannix::engine {
namespace {

using namespace test;

struct suite_case {
  const char* name;
  tls_version version;
  const char* suite;
};
std::ostream& operator<<(std::ostream& out, const suite_case& shown) { return out << shown.name; }

constexpr suite_case suites[] = {
    {"tls12_gcm128", tls_version::tls12, "ECDHE-RSA-AES128-GCM-SHA256"},
    {"tls12_gcm256", tls_version::tls12, "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"tls12_chacha", tls_version::tls12, "ECDHE-RSA-CHACHA20-POLY1305"},
    {"tls13_gcm128", tls_version::tls13, "TLS_AES_128_GCM_SHA256"},
    {"tls13_gcm256", tls_version::tls13, "TLS_AES_256_GCM_SHA384"},
    {"tls13_chacha", tls_version::tls13, "TLS_CHACHA20_POLY1305_SHA256"},
};

using parameters = std::tuple<suite_case, role, feeding>;

class handshake_data : public ::testing::TestWithParam<parameters> {
 protected:
  const suite_case what = std::get<0>(GetParam());
  const role side = std::get<1>(GetParam());
  const environment& env = watched_environment();

  peer_setup peer_for() const {
    peer_setup made = peer_of_role(side);
    made.lowest = made.highest = static_cast<int>(what.version);
    (what.version == tls_version::tls13 ? made.suites13 : made.suites) = what.suite;
    return made;
  }
};

TEST_P(handshake_data, flows_both_ways_in_records_of_all_sizes) {
  openssl_peer peer(peer_for());
  handshake ours = started(env, setup_of(env, side));
  ASSERT_TRUE(run(ours, peer, {.how = std::get<2>(GetParam())}).established);
  record::aead_half write = half_of(env, direction::seal, *ours.write_keys());
  record::aead_half read = half_of(env, direction::open, *ours.read_keys());
  for (const std::size_t size : {1u, 2u, 15u, 16u, 17u, 255u, 1000u, 16383u, 16384u}) {
    const bytes data = pattern(size);
    peer.give(sealed(write, data));
    EXPECT_EQ(peer.read(), data);
    ASSERT_TRUE(peer.write(data));
    const auto found = opened_of(read, peer.take());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->content, data);
  }
  EXPECT_FALSE(peer.failed());
}

TEST_P(handshake_data, behind_the_last_flight_is_left_to_the_byte) {
  openssl_peer peer(peer_for());
  handshake ours = started(env, setup_of(env, side));
  const bytes data = pattern(100), tail{23, 3, 3};
  bool said = false;
  const outcome seen = run(ours, peer, {.how = std::get<2>(GetParam()), .on_the_way_in = [&](bytes& wire) {
                                          said = said || !peer.established() ? said : peer.write(data);
                                          const bytes more = peer.take();
                                          wire.insert(wire.end(), more.begin(), more.end());
                                        }});
  ASSERT_TRUE(seen.established);
  if (!said) {  // the peer was the last to become ready
    EXPECT_TRUE(seen.left.empty());
    return;
  }
  record::aead_half read = half_of(env, direction::open, *ours.read_keys());
  const auto found = opened_of(read, seen.left);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->content, data);
}

std::string name_of(const ::testing::TestParamInfo<parameters>& info) {
  const auto& [what, side, how] = info.param;
  return std::string(what.name) + (side == role::client ? "_client" : "_server") +
         (how == feeding::flights ? "_flights" : "_records");
}

INSTANTIATE_TEST_SUITE_P(suites, handshake_data,
                         ::testing::Combine(::testing::ValuesIn(suites), ::testing::Values(role::client, role::server),
                                            ::testing::Values(feeding::flights, feeding::records)),
                         name_of);

// TLS 1.3 servers send tickets right behind the handshake: they count as records of the application keys.
class handshake_tickets : public ::testing::TestWithParam<std::size_t> {};

TEST_P(handshake_tickets, of_the_peer_come_first_and_then_its_data) {
  const environment& env = watched_environment();
  peer_setup setup = peer_of_role(role::client);
  setup.tickets = GetParam();
  openssl_peer peer(setup);
  handshake ours = started(env, setup_of(env, role::client));
  ASSERT_TRUE(run(ours, peer).established);
  record::aead_half read = half_of(env, direction::open, *ours.read_keys());
  EXPECT_EQ(read.sequence(), 0u);
  ASSERT_TRUE(peer.write(pattern(10)));
  std::size_t tickets = 0;
  for (const octets& record : schannix::test::records_of(peer.take())) {
    const auto found = opened_of(read, record);
    ASSERT_TRUE(found);
    const bool ticket = found->type == content_type::handshake;
    if (ticket) ++tickets;
    EXPECT_TRUE(ticket || found->content == pattern(10));
  }
  EXPECT_EQ(tickets, GetParam());
}

INSTANTIATE_TEST_SUITE_P(counts, handshake_tickets, ::testing::Values(0, 1, 2, 5));

TEST(handshake_own_tickets, shift_our_sequence_number) {
  const environment& env = watched_environment();
  for (const bool issues : {false, true}) {
    openssl_peer peer(peer_of_role(role::server));
    handshake_setup setup = setup_of(env, role::server);
    setup.issue_tickets = issues;
    handshake ours = started(env, std::move(setup));
    ASSERT_TRUE(run(ours, peer).established);
    record::aead_half write = half_of(env, direction::seal, *ours.write_keys());
    EXPECT_EQ(write.sequence(), issues ? 2u : 0u);
    peer.give(sealed(write, pattern(10)));
    EXPECT_EQ(peer.read(), pattern(10));
    EXPECT_EQ(peer.tickets_received, issues ? 2u : 0u);
  }
}

TEST(handshake_own_tickets, let_the_peer_come_back_within_our_scope_only) {
  const environment& env = watched_environment();
  for (const tls_version version : {tls_version::tls12, tls_version::tls13}) {
    const auto meet = [&](SSL_SESSION* session, base::bytes scope) {
      peer_setup wanted = peer_of_role(role::server);
      wanted.lowest = wanted.highest = static_cast<int>(version);
      wanted.resumes = session;
      auto peer = std::make_unique<openssl_peer>(wanted);
      handshake_setup setup = setup_of(env, role::server);
      setup.issue_tickets = true;
      setup.session_scope = std::move(scope);
      handshake ours = started(env, std::move(setup));
      EXPECT_TRUE(run(ours, *peer).established);
      peer->read();  // takes the tickets
      record::aead_half write = half_of(env, direction::seal, *ours.write_keys());
      peer->give(sealed(write, pattern(20)));
      EXPECT_EQ(peer->read(), pattern(20));
      return std::pair(ours.facts()->resumed, peer->session());
    };
    const auto [first_resumed, session] = meet(nullptr, {7});
    EXPECT_FALSE(first_resumed);
    EXPECT_FALSE(meet(session.get(), {8}).first) << "another credential's session";
    EXPECT_TRUE(meet(session.get(), {7}).first);
  }
}

}  // namespace
}  // namespace schannix::engine

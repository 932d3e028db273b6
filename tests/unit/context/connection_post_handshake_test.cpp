// TLS 1.3 after the handshake: tickets and KeyUpdate, with the SSL object kept and freed. spec 4.7, 4.8
#include <tuple>

#include "context_forger.hpp"

namespace schannix::context {
namespace {

using namespace test;

struct way {
  const char* name;
  role side;
  bool keeps;  // clients that want tickets keep the SSL object
};
std::ostream& operator<<(std::ostream& out, const way& shown) { return out << shown.name; }
constexpr way ways[] = {
    {"client_kept", role::client, true}, {"client_freed", role::client, false}, {"server", role::server, false}};

ours_setup ours_of(const way& how) { return {.side = how.side, .wants_tickets = how.keeps}; }

class key_updates : public ::testing::TestWithParam<way> {
 protected:
  void SetUp() override { ASSERT_TRUE(at.shake()); }
  test::pair at{ours_of(GetParam()), peer_at(GetParam().side, TLS1_3_VERSION)};
};

TEST_P(key_updates, of_the_peer_that_ask_for_none) {
  for (int i = 0; i < 5; ++i) {
    at.peer.update_keys(false);
    at.expect_works();
  }
  EXPECT_EQ(at.peer.key_updates_received, 0u);
}

TEST_P(key_updates, of_the_peer_that_ask_for_ours) {
  for (std::size_t i = 1; i <= 5; ++i) {
    at.peer.update_keys(true);
    at.receive();
    at.expect_works();
    EXPECT_EQ(at.peer.key_updates_received, i);
  }
}

TEST_P(key_updates, with_data_before_and_behind_in_one_input) {
  ASSERT_TRUE(at.peer.write(bytes(10, 1)));
  at.peer.update_keys(true);
  ASSERT_TRUE(at.peer.write(bytes(20, 2)));
  bytes expected(10, 1);
  expected.insert(expected.end(), 20, 2);
  EXPECT_EQ(at.receive(), expected);
  at.expect_works();
}

// After SEC_I_RENEGOTIATE both directions wait for the call. spec 4.7, 6.5
TEST_P(key_updates, hold_both_directions_until_the_call) {
  at.peer.update_keys(true);
  const reading seen = read(*at.ours, at.peer.take());
  ASSERT_TRUE(seen.renegotiate);
  EXPECT_EQ(seal(*at.ours, bytes(1)).error().why, base::reason::expired);
  bytes more(seen.left);
  EXPECT_EQ(at.ours->open(more).error().why, base::reason::expired);
  const step_output made = step(*at.ours, seen.left);
  EXPECT_EQ(made.what, step_output::kind::finished);
  EXPECT_EQ(made.consumed, seen.left.size());
  at.peer.give(made.token);
  at.expect_works();
}

// S-16: a shutdown in between wins; the peer still gets its KeyUpdate, and we go on reading.
TEST_P(key_updates, pending_when_the_connection_is_closed) {
  at.peer.update_keys(true);
  ASSERT_TRUE(at.peer.write(bytes(30, 5)));
  reading seen = read(*at.ours, at.peer.take());
  ASSERT_TRUE(seen.renegotiate);
  at.ours->request_shutdown();
  const step_output made = step(*at.ours, seen.left);
  EXPECT_EQ(made.what, step_output::kind::finished);
  at.peer.give(made.token);
  at.peer.read();
  EXPECT_TRUE(at.peer.closed());
  EXPECT_FALSE(at.peer.failed());
  seen = read(*at.ours, seen.left);
  EXPECT_EQ(seen.data, bytes(30, 5));
}

TEST_P(key_updates, after_our_close_move_only_the_reading_key) {
  at.ours->request_shutdown();
  at.peer.give(step(*at.ours).token);
  at.peer.update_keys(true);
  ASSERT_TRUE(at.peer.write(bytes(30, 5)));
  at.peer.close();
  reading seen = read(*at.ours, at.peer.take());
  ASSERT_TRUE(seen.renegotiate);
  const step_output made = step(*at.ours, seen.left);
  EXPECT_EQ(made.what, step_output::kind::finished);
  EXPECT_TRUE(made.token.empty()) << "nothing follows our close_notify";
  seen = read(*at.ours, bytes(seen.left.begin() + static_cast<std::ptrdiff_t>(made.consumed), seen.left.end()));
  EXPECT_EQ(seen.data, bytes(30, 5));
  EXPECT_TRUE(seen.closed);
}

INSTANTIATE_TEST_SUITE_P(ways, key_updates, ::testing::ValuesIn(ways), [](const auto& one) { return one.param.name; });

using ticket_parameters = std::tuple<std::size_t, bool>;
class tickets : public ::testing::TestWithParam<ticket_parameters> {
 protected:
  void SetUp() override {
    peer_setup wanted = peer_at(role::client, TLS1_3_VERSION);
    wanted.tickets = std::get<0>(GetParam());
    at = std::make_unique<test::pair>(ours_setup{.wants_tickets = std::get<1>(GetParam())}, wanted);
    ASSERT_TRUE(at->shake());
    ASSERT_TRUE(at->peer.write(bytes(25, 7)));
    wire = at->peer.take();
  }

  // Every ticket, by the style of one caller; what is handed to the call is made by give.
  template <typename Give>
  void expect_data_behind(Give give) {
    std::size_t calls = 0;
    for (reading seen = read(*at->ours, wire);; seen = read(*at->ours, wire)) {
      if (!seen.renegotiate) {
        EXPECT_EQ(seen.data, bytes(25, 7));
        break;
      }
      ++calls;
      const std::size_t size = records_of(seen.left).front().size();
      const bytes token = give(seen.left);
      const step_output made = step(*at->ours, token);
      ASSERT_EQ(made.what, step_output::kind::finished);
      EXPECT_TRUE(made.token.empty());
      EXPECT_EQ(made.consumed, token.empty() ? 0 : size);
      wire.assign(seen.left.begin() + static_cast<std::ptrdiff_t>(size), seen.left.end());
    }
    EXPECT_EQ(calls, std::get<0>(GetParam()));
    at->expect_works();
  }

  std::unique_ptr<test::pair> at;
  bytes wire;
};

// The styles of spec 4.8. S4 differs from S1 only in the type of a buffer: here it is the same bytes.
TEST_P(tickets, given_with_all_that_follows) {
  expect_data_behind([](const bytes& left) { return left; });
}
TEST_P(tickets, given_as_one_record) {
  expect_data_behind([](const bytes& left) { return records_of(left).front(); });
}
TEST_P(tickets, not_given_at_all) {
  expect_data_behind([](const bytes&) { return bytes{}; });
}

TEST_P(tickets, given_as_they_came) {
  std::vector<octets> originals = records_of(wire);
  std::size_t next = 0;
  expect_data_behind([&](const bytes&) { return originals[next++]; });
}

INSTANTIATE_TEST_SUITE_P(counts, tickets, ::testing::Combine(::testing::Values(1, 2, 5), ::testing::Bool()),
                         [](const auto& one) {
                           return std::to_string(std::get<0>(one.param)) +
                                  (std::get<1>(one.param) ? "_kept" : "_freed");
                         });

TEST(ticket_servers, issue_two_that_the_peer_reads) {
  for (const bool issues : {false, true}) {
    test::pair at({.side = role::server, .issues_tickets = issues}, peer_at(role::server, TLS1_3_VERSION));
    ASSERT_TRUE(at.shake());
    at.expect_works();
    EXPECT_EQ(at.peer.tickets_received, issues ? 2u : 0u);
    at.peer.update_keys(true);
    at.receive();
    at.expect_works();
  }
}

TEST(ticket_clients, take_tickets_and_key_updates_in_any_order) {
  for (const bool keeps : {true, false}) {
    peer_setup wanted = peer_at(role::client, TLS1_3_VERSION);
    wanted.tickets = 2;
    test::pair at({.wants_tickets = keeps}, wanted);
    ASSERT_TRUE(at.shake());
    for (int i = 0; i < 4; ++i) {
      at.peer.update_keys(i % 2 == 0);
      at.expect_works();
      ASSERT_EQ(SSL_new_session_ticket(at.peer.ssl()), 1);
      at.expect_works();
    }
    EXPECT_FALSE(at.peer.failed());
  }
}

// Two of our own, under limits that they reach all the time.
TEST(own_couple, talks_across_many_key_updates) {
  const record_limits small{.update_after = 3, .demand_after = 5, .stop_after = 9};
  for (const bool keeps : {true, false}) {
    couple at({.wants_tickets = keeps, .limits = small},
              {.side = role::server, .issues_tickets = true, .limits = small});
    bytes to_server, to_client = at.behind;
    for (int i = 0; i < 60; ++i) {
      const bytes data(static_cast<std::size_t>(i + 1), static_cast<base::byte>(i));
      connection& from = i % 3 == 0 ? *at.server : *at.client;
      connection& to = i % 3 == 0 ? *at.client : *at.server;
      bytes& wire = i % 3 == 0 ? to_client : to_server;
      bytes& back = i % 3 == 0 ? to_server : to_client;
      const bytes update = step(from).token;
      wire.insert(wire.end(), update.begin(), update.end());
      const auto record = seal(from, data);
      ASSERT_TRUE(record);
      wire.insert(wire.end(), record->begin(), record->end());
      EXPECT_EQ(read_all(to, std::exchange(wire, {}), back), data);
    }
  }
}

}  // namespace
}  // namespace schannix::context

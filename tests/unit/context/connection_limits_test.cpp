// Record limits: our own KeyUpdate, asking for the call, and stopping. record-layer.md §3
#include "context_forger.hpp"

namespace schannix::context {
namespace {

using namespace test;

constexpr record_limits small{.update_after = 4, .demand_after = 6, .stop_after = 8};

bool seals(test::pair& at, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto record = seal(*at.ours, bytes(10, static_cast<base::byte>(i)));
    if (!record) return false;
    at.peer.give(*record);
  }
  at.peer.read();
  return !at.peer.failed();
}

class limits_of : public ::testing::TestWithParam<std::tuple<role, bool>> {
 protected:
  void SetUp() override { ASSERT_TRUE(at.shake()); }
  const role side = std::get<0>(GetParam());
  test::pair at{{.side = side, .wants_tickets = std::get<1>(GetParam()), .limits = small},
                peer_at(side, TLS1_3_VERSION)};
};

TEST_P(limits_of, tls13_every_call_updates_once_it_is_time) {
  for (std::size_t round = 1; round <= 5; ++round) {
    ASSERT_TRUE(seals(at, 3));
    EXPECT_TRUE(step(*at.ours).token.empty());
    ASSERT_TRUE(seals(at, 1));
    const step_output made = step(*at.ours);
    EXPECT_FALSE(made.token.empty());
    at.peer.give(made.token);
    EXPECT_TRUE(step(*at.ours).token.empty()) << "one is enough";
    at.expect_works();
    at.peer.read();
    EXPECT_EQ(at.peer.key_updates_received, round);
    ASSERT_TRUE(seals(at, 3));
    at.peer.give(step(*at.ours).token);
    at.peer.read();
    at.peer.key_updates_received = round;
  }
}

TEST_P(limits_of, tls13_reading_asks_for_the_call_and_takes_nothing) {
  ASSERT_TRUE(seals(at, 6));
  ASSERT_TRUE(at.peer.write(bytes(40, 4)));
  const bytes wire = at.peer.take();
  bytes input = wire;
  const auto got = at.ours->open(input);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->what, read_output::kind::renegotiate);
  EXPECT_EQ(got->record_size, 0u);
  EXPECT_EQ(input, wire);
  const step_output made = step(*at.ours, input);
  EXPECT_EQ(made.what, step_output::kind::finished);
  EXPECT_EQ(made.consumed, 0u);
  EXPECT_FALSE(made.token.empty());
  at.peer.give(made.token);
  EXPECT_EQ(at.receive(input), bytes(40, 4));
  at.expect_works();
  EXPECT_EQ(at.peer.key_updates_received, 1u);
}

TEST_P(limits_of, tls13_sealing_stops_and_goes_on_after_the_call) {
  ASSERT_TRUE(seals(at, 8));
  const auto refused = seal(*at.ours, bytes(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why, base::reason::expired);
  EXPECT_EQ(refused.error().blame, base::cause::caller);
  at.peer.give(step(*at.ours).token);
  EXPECT_TRUE(seals(at, 3));
}

TEST_P(limits_of, tls13_closing_is_always_possible) {
  ASSERT_TRUE(seals(at, 8));
  at.ours->request_shutdown();
  at.peer.give(step(*at.ours).token);
  at.peer.read();
  EXPECT_TRUE(at.peer.closed());
  EXPECT_FALSE(at.peer.failed());
}

INSTANTIATE_TEST_SUITE_P(ways, limits_of,
                         ::testing::Values(std::tuple(role::client, true), std::tuple(role::client, false),
                                           std::tuple(role::server, false)),
                         [](const auto& one) {
                           return name_of(std::get<0>(one.param)) + (std::get<1>(one.param) ? "_kept" : "_freed");
                         });

// TLS 1.2 has no KeyUpdate: it stops, and never asks. Finished was record 0.
TEST(limits_of_tls12, stop_and_are_never_asked_for) {
  for (const role side : {role::client, role::server})
    for (const char* suite : {"ECDHE-RSA-AES128-GCM-SHA256", "AES128-SHA"}) {
      test::pair at({.side = side, .limits = small}, peer_at(side, TLS1_2_VERSION, suite));
      ASSERT_TRUE(at.shake());
      ASSERT_TRUE(seals(at, 7));
      EXPECT_EQ(seal(*at.ours, bytes(1)).error().why, base::reason::expired);
      ASSERT_TRUE(at.peer.write(bytes(5, 5)));
      EXPECT_EQ(at.receive(), bytes(5, 5)) << "reading has no limit of ours";
      at.ours->request_shutdown();
      at.peer.give(step(*at.ours).token);
      at.peer.read();
      EXPECT_TRUE(at.peer.closed());
    }
}

}  // namespace
}  // namespace schannix::context

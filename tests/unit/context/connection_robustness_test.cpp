// Random and damaged bytes at every moment of a connection: no crash, statuses from the documented set only, and no
// plaintext that the peer did not seal. Seeded: a failure shows again.
#include <random>

#include "context_fixture.hpp"

namespace schannix::context {
namespace {

using namespace test;

class dice {
 public:
  explicit dice(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : engine_() % bound; }
  base::byte byte() { return static_cast<base::byte>(engine_()); }

  // Noise, often behind something that looks like a record.
  bytes noise() {
    bytes made(below(80));
    for (base::byte& one : made) one = byte();
    if (made.size() < 5 || below(4) == 0) return made;
    made[0] = static_cast<base::byte>(20 + below(4));
    made[1] = made[2] = 3;
    made[3] = 0;
    made[4] = static_cast<base::byte>(below(2) == 0 ? made.size() - 5 : below(200));
    return made;
  }

  // One change to genuine bytes: a bit, a cut, a doubled part, an insertion.
  bytes damaged(bytes wire) {
    if (wire.empty()) return noise();
    const std::size_t at = below(wire.size());
    const auto where = wire.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(4)) {
      case 0:
        *where = static_cast<base::byte>(*where ^ (1u << below(8)));
        break;
      case 1:
        wire.erase(where, wire.end());
        break;
      case 2:
        wire.insert(where, wire.begin(), where);
        break;
      default:
        wire.insert(where, byte());
    }
    return wire;
  }

 private:
  std::mt19937 engine_;
};

// Above all no bug, and no matter of trust where nothing is validated.
bool documented(base::reason why);

// internal with the peer to blame: OpenSSL says internal_error of some damaged keys.
bool documented(const base::failure& failure) {
  if (failure.why == base::reason::internal) return failure.blame == base::cause::peer;
  return documented(failure.why);
}

bool documented(base::reason why) {
  constexpr base::reason all[] = {
      base::reason::invalid_token,    base::reason::invalid_handle,      base::reason::unsupported,
      base::reason::message_too_long, base::reason::not_established,     base::reason::expired,
      base::reason::no_credentials,   base::reason::illegal_message,     base::reason::bad_record,
      base::reason::decrypt_error,    base::reason::no_common_algorithm, base::reason::no_application_protocol,
      base::reason::peer_alert,       base::reason::certificate_unknown};
  return std::find(std::begin(all), std::end(all), why) != std::end(all);
}

// Throws one thing at the connection. genuine: what the peer sealed and nobody has read yet.
void bombard(connection& ours, dice& by, const bytes& genuine, std::size_t& plaintext) {
  bytes wire = by.below(2) == 0 ? by.noise() : by.damaged(genuine);
  switch (by.below(6)) {
    case 0:
    case 1: {
      const step_output made = step(ours, wire);
      EXPECT_LE(made.consumed, wire.size());
      if (made.what == step_output::kind::failed) {
        EXPECT_TRUE(documented(made.why)) << static_cast<int>(made.why.why);
      }
      break;
    }
    case 2:
    case 3: {
      const auto got = ours.open(wire);
      if (!got) {
        EXPECT_TRUE(documented(got.error().why)) << static_cast<int>(got.error().why);
        break;
      }
      EXPECT_LE(got->offset + got->size, wire.size());
      EXPECT_LE(got->record_size, wire.size());
      if (got->what == read_output::kind::data) plaintext += got->size;
      break;
    }
    case 4: {
      const auto record = seal(ours, wire);
      EXPECT_TRUE(record || documented(record.error().why));
      break;
    }
    default:
      if (by.below(10) == 0) ours.request_shutdown();
      if (by.below(20) == 0) ours.request_alert({static_cast<std::uint8_t>(1 + by.below(2)), by.byte()});
      (void)step(ours);
  }
}

constexpr int bombs_each = 60;

class under_fire : public ::testing::TestWithParam<std::tuple<role, int>> {
 protected:
  const role side = std::get<0>(GetParam());
  const int version = std::get<1>(GetParam());
  test::pair fresh() const { return {{.side = side, .issues_tickets = true}, peer_at(side, version)}; }
};

TEST_P(under_fire, in_the_handshake) {
  dice by(4711);
  for (int round = 0; round < 60; ++round) {
    test::pair at = fresh();
    std::size_t plaintext = 0;
    const std::size_t flights = by.below(3);  // an honest beginning of some length
    bytes wire;
    for (std::size_t i = 0; i < flights; ++i) {
      at.peer.give(step(*at.ours, wire).token);
      at.peer.shake();
      wire = at.peer.take();
    }
    for (int i = 0; i < bombs_each; ++i) bombard(*at.ours, by, wire, plaintext);
    EXPECT_EQ(plaintext, 0u);
  }
}

TEST_P(under_fire, once_established) {
  dice by(42);
  for (int round = 0; round < 60; ++round) {
    test::pair at = fresh();
    ASSERT_TRUE(at.shake());
    at.receive(at.behind);
    at.receive();
    ASSERT_TRUE(at.peer.write(bytes(by.below(100) + 1, 0x41)));
    const bytes wire = at.peer.take();
    std::size_t plaintext = 0;
    for (int i = 0; i < bombs_each; ++i) bombard(*at.ours, by, wire, plaintext);
    // Damage behind the first record leaves that one genuine: it may come out, once.
    EXPECT_LE(plaintext, 101u);
  }
}

// Every bit of a genuine record, one at a time: nothing of it ever comes out.
TEST_P(under_fire, one_wrong_bit_opens_nothing) {
  dice by(7);
  for (int round = 0; round < 40; ++round) {
    test::pair at = fresh();
    ASSERT_TRUE(at.shake());
    at.receive(at.behind);
    at.receive();
    ASSERT_TRUE(at.peer.write(bytes(20, 0x41)));
    bytes wire = records_of(at.peer.take()).back();
    const std::size_t bit = by.below(8 * wire.size());
    wire[bit / 8] = static_cast<base::byte>(wire[bit / 8] ^ (1u << bit % 8));
    const auto got = at.ours->open(wire);
    const bool nothing = !got || got->what == read_output::kind::incomplete;  // a length that grew
    EXPECT_TRUE(nothing) << "bit " << bit;
    if (got) continue;
    EXPECT_EQ(got.error().blame, base::cause::peer);
    EXPECT_EQ(step(*at.ours).what, step_output::kind::failed);
  }
}

TEST_P(under_fire, one_wrong_bit_ends_the_handshake_or_nothing_comes_of_it) {
  dice by(99);
  for (int round = 0; round < 60; ++round) {
    test::pair at = fresh();
    step_output made = step(*at.ours);
    for (int flight = 0;
         flight < 6 && (made.what == step_output::kind::go_on || made.what == step_output::kind::incomplete);
         ++flight) {
      at.peer.give(made.token);
      at.peer.shake();
      bytes wire = at.peer.take();
      if (wire.empty()) break;
      made = step(*at.ours, by.below(2) == 0 ? by.damaged(wire) : wire);
    }
    if (made.what == step_output::kind::failed) {
      EXPECT_TRUE(documented(made.why)) << static_cast<int>(made.why.why);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(everywhere, under_fire,
                         ::testing::Combine(::testing::Values(role::client, role::server),
                                            ::testing::Values(TLS1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION)),
                         [](const auto& one) {
                           const int version = std::get<1>(one.param);
                           return name_of(std::get<0>(one.param)) + (version == TLS1_VERSION     ? "_tls10"
                                                                     : version == TLS1_2_VERSION ? "_tls12"
                                                                                                 : "_tls13");
                         });

}  // namespace
}  // namespace schannix::context

// What we export is what OpenSSL exports at the other end: in every version, in both roles, from either source of
// secrets, full or resumed.
#include <tuple>

#include "handshake_fixture.hpp"

namespace schannix::engine {
namespace {

using namespace test;

struct kind {
  const char* name;
  tls_version version;
  const char* suite;
};
std::ostream& operator<<(std::ostream& out, const kind& shown) { return out << shown.name; }

constexpr kind kinds[] = {
    {"tls10", tls_version::tls10, "ECDHE-RSA-AES128-SHA"},
    {"tls11", tls_version::tls11, "AES256-SHA"},
    {"tls12_sha256", tls_version::tls12, "ECDHE-RSA-AES128-GCM-SHA256"},
    {"tls12_sha384", tls_version::tls12, "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"tls12_cbc", tls_version::tls12, "ECDHE-RSA-AES128-SHA"},
    {"tls13_sha256", tls_version::tls13, "TLS_AES_128_GCM_SHA256"},
    {"tls13_sha384", tls_version::tls13, "TLS_AES_256_GCM_SHA384"},
};

peer_setup peer_for(const kind& what, role ours) {
  peer_setup made = peer_of_role(ours);
  made.lowest = made.highest = static_cast<int>(what.version);
  (what.version == tls_version::tls13 ? made.suites13 : made.suites) = what.suite;
  return made;
}

// An empty context is none, in OpenSSL's call too.
bytes of_peer(const openssl_peer& peer, std::string_view label, bytes_view context, std::size_t size) {
  bytes output(size);
  const int done = SSL_export_keying_material(peer.ssl(), output.data(), output.size(), label.data(), label.size(),
                                              context.data(), context.size(), context.empty() ? 0 : 1);
  EXPECT_EQ(done, 1);
  return output;
}

bytes of_ours(const environment& env, const exporter& from, std::string_view label, bytes_view context,
              std::size_t size) {
  bytes output(size);
  EXPECT_TRUE(from.derive(env, label, context, output));
  return output;
}

bytes pattern(std::size_t size) {
  bytes made(size);
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<base::byte>(i * 7 + 1);
  return made;
}

using parameters = std::tuple<kind, role, secret_source>;
class exporters : public ::testing::TestWithParam<parameters> {
 protected:
  const kind what = std::get<0>(GetParam());
  const role side = std::get<1>(GetParam());
  const environment& env =
      std::get<2>(GetParam()) == secret_source::watched ? watched_environment() : logged_environment();
};

TEST_P(exporters, give_what_openssl_gives) {
  openssl_peer peer(peer_for(what, side));
  handshake ours = started(env, setup_of(env, side, all_versions));
  ASSERT_TRUE(run(ours, peer).established);
  const auto from = ours.keying_material();
  ASSERT_TRUE(from && *from);
  for (const std::size_t context_size : {0u, 1u, 32u, 256u, 900u})
    for (const std::size_t size : {1u, 32u, 33u, 255u, 8160u}) {
      const bytes context = pattern(context_size);
      EXPECT_EQ(of_ours(env, **from, "EXPERIMENTAL schannix", context, size),
                of_peer(peer, "EXPERIMENTAL schannix", context, size))
          << context_size << ' ' << size;
    }
}

std::string name_of(const ::testing::TestParamInfo<parameters>& info) {
  const auto& [what, side, source] = info.param;
  return std::string(what.name) + (side == role::client ? "_client" : "_server") +
         (source == secret_source::watched ? "_watched" : "_logged");
}

INSTANTIATE_TEST_SUITE_P(kinds, exporters,
                         ::testing::Combine(::testing::ValuesIn(kinds), ::testing::Values(role::client, role::server),
                                            ::testing::Values(secret_source::watched, secret_source::key_log)),
                         name_of);

struct finished_handshake {
  explicit finished_handshake(tls_version version, role side = role::client, std::uint64_t peer_options = 0)
      : peer([&] {
          peer_setup made = peer_of_role(side);
          made.lowest = made.highest = static_cast<int>(version);
          made.options = peer_options;
          return made;
        }()),
        ours(started(watched_environment(), setup_of(watched_environment(), side, all_versions))) {
    EXPECT_TRUE(run(ours, peer).established);
  }
  std::optional<exporter> material() const {
    auto made = ours.keying_material();
    EXPECT_TRUE(made);
    return made ? std::move(*made) : std::nullopt;
  }

  openssl_peer peer;
  handshake ours;
};

// Nothing is refused that OpenSSL's PRF and TLS 1.3's labels have room for.
TEST(exporter, up_to_the_largest_label_and_context) {
  const environment& env = watched_environment();
  const std::string label(249, 'x');
  for (const auto& [version, context_size] :
       {std::pair(tls_version::tls12, 1024u - 249 - 64 - 2), std::pair(tls_version::tls13, 65535u)}) {
    finished_handshake done(version);
    const auto from = done.material();
    ASSERT_TRUE(from);
    EXPECT_EQ(of_ours(env, *from, label, pattern(context_size), 64),
              of_peer(done.peer, label, pattern(context_size), 64));
  }
}

TEST(exporter, refuses_what_it_cannot_give) {
  const environment& env = watched_environment();
  for (const tls_version version : {tls_version::tls12, tls_version::tls13}) {
    finished_handshake done(version);
    const auto from = done.material();
    ASSERT_TRUE(from);
    const auto refused = [&](std::string_view label, const bytes& context, std::size_t size) {
      bytes output(size, 0xEE);
      const auto tried = from->derive(env, label, context, output);
      return !tried && tried.error().why == base::reason::invalid_parameter && output == bytes(size, 0xEE);
    };
    EXPECT_TRUE(refused("label", {}, 0));
    EXPECT_TRUE(refused("label", {}, from->max_size() + 1));
    EXPECT_TRUE(refused("", {}, 32));
    EXPECT_TRUE(refused(std::string(250, 'x'), {}, 32));
    for (const char* own : {"client finished", "server finished", "master secret", "extended master secret",
                            "key expansion", "key expansion and more"})
      EXPECT_TRUE(refused(own, {}, 32)) << own;
    EXPECT_EQ(refused("label", pattern(1024 - 5 - 64 - 2 + 1), 32), version == tls_version::tls12);
  }
}

// RFC 7627 §5.4
TEST(exporter, is_not_there_without_an_extended_master_secret) {
  for (const role side : {role::client, role::server})
    EXPECT_FALSE(finished_handshake(tls_version::tls12, side, SSL_OP_NO_EXTENDED_MASTER_SECRET).material());
}

// A resumed connection has the master secret of the first, and its own randoms.
TEST(exporter, of_a_resumed_connection_is_its_own) {
  const environment& env = watched_environment();
  for (const tls_version version : {tls_version::tls12, tls_version::tls13}) {
    bytes before;
    std::shared_ptr<SSL_SESSION> session;
    for (const bool resumed : {false, true}) {
      peer_setup wanted = peer_of_role(role::server);
      wanted.lowest = wanted.highest = static_cast<int>(version);
      wanted.resumes = session.get();
      openssl_peer peer(wanted);
      handshake_setup setup = setup_of(env, role::server);
      setup.issue_tickets = true;
      handshake ours = started(env, std::move(setup));
      ASSERT_TRUE(run(ours, peer).established);
      peer.read();  // takes the tickets
      EXPECT_EQ(ours.facts()->resumed, resumed);
      const auto from = ours.keying_material();
      ASSERT_TRUE(from && *from);
      const bytes material = of_ours(env, **from, "label", {}, 32);
      EXPECT_EQ(material, of_peer(peer, "label", {}, 32));
      EXPECT_NE(material, before);
      before = material;
      session = peer.session();
    }
  }
}

}  // namespace
}  // namespace schannix::engine

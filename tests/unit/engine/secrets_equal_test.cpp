// The secrets by the watching provider, by the key log, and by the peer's own key log are the same secrets; and the
// keys made of them are those that the peer uses.
#include <openssl/kdf.h>

#include <tuple>

#include "engine/key_log.hpp"
#include "engine/suite.hpp"
#include "handshake_fixture.hpp"

namespace schannix::engine {
namespace {

using namespace test;

// One kind of handshake.
struct kind {
  const char* name;
  tls_version version;
  const char* suite = "";  // the peer's, OpenSSL's name
  const char* group = "";  // the peer's
  bool extended_master_secret = true;
  bool client_certificate = false;
};
std::ostream& operator<<(std::ostream& out, const kind& shown) { return out << shown.name; }

constexpr kind kinds[] = {
    {"tls10_cbc", tls_version::tls10, "AES128-SHA"},
    {"tls10_ecdhe", tls_version::tls10, "ECDHE-RSA-AES256-SHA"},
    {"tls10_ecdsa", tls_version::tls10, "ECDHE-ECDSA-AES128-SHA"},
    {"tls11_cbc", tls_version::tls11, "ECDHE-RSA-AES128-SHA"},
    {"tls11_plain_master_secret", tls_version::tls11, "AES256-SHA", "", false},
    {"tls12_rsa_gcm128", tls_version::tls12, "ECDHE-RSA-AES128-GCM-SHA256"},
    {"tls12_rsa_gcm256", tls_version::tls12, "ECDHE-RSA-AES256-GCM-SHA384"},
    {"tls12_ecdsa_gcm128", tls_version::tls12, "ECDHE-ECDSA-AES128-GCM-SHA256"},
    {"tls12_ecdsa_chacha", tls_version::tls12, "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {"tls12_static_rsa", tls_version::tls12, "AES128-GCM-SHA256"},
    {"tls12_dhe", tls_version::tls12, "DHE-RSA-AES128-GCM-SHA256"},
    {"tls12_cbc_sha384", tls_version::tls12, "ECDHE-RSA-AES256-SHA384"},
    {"tls12_plain_master_secret", tls_version::tls12, "ECDHE-RSA-AES128-GCM-SHA256", "", false},
    {"tls12_client_certificate", tls_version::tls12, "ECDHE-RSA-AES128-GCM-SHA256", "", true, true},
    {"tls13_gcm128", tls_version::tls13, "TLS_AES_128_GCM_SHA256"},
    {"tls13_gcm256", tls_version::tls13, "TLS_AES_256_GCM_SHA384"},
    {"tls13_chacha", tls_version::tls13, "TLS_CHACHA20_POLY1305_SHA256"},
    {"tls13_x25519", tls_version::tls13, "TLS_AES_128_GCM_SHA256", "X25519"},
    {"tls13_p256", tls_version::tls13, "TLS_AES_128_GCM_SHA256", "P-256"},
    {"tls13_p384", tls_version::tls13, "TLS_AES_256_GCM_SHA384", "P-384"},
    {"tls13_client_certificate", tls_version::tls13, "TLS_AES_128_GCM_SHA256", "", true, true},
};

bool is_tls13(const kind& what) { return what.version == tls_version::tls13; }

peer_setup peer_for(const kind& what, role ours) {
  peer_setup made = peer_of_role(ours);
  made.lowest = made.highest = static_cast<int>(what.version);
  (is_tls13(what) ? made.suites13 : made.suites) = what.suite;
  made.groups = what.group;
  made.asks_certificate = made.server && what.client_certificate;
  if (!made.server && what.client_certificate) made.identities = {shared_certificates().client};
  if (!what.extended_master_secret) made.options |= SSL_OP_NO_EXTENDED_MASTER_SECRET;
  return made;
}

// A finished handshake with the peer that ended it.
struct done {
  done(const environment& env, const kind& what, role side)
      : peer(peer_for(what, side)), ours(begun(env, what, side, lines)) {
    const local_identity shown = identity_of(env, shared_certificates().client);
    seen = run(ours, peer, {.shown = &shown});
  }

  static handshake begun(const environment& env, const kind& what, role side, std::vector<std::string>& lines) {
    handshake_setup setup = setup_of(env, side, all_versions);
    setup.from = template_of(env, side, all_versions, true);
    setup.request_client_certificate = side == role::server && what.client_certificate;
    setup.key_log = [&lines](const char* line) { lines.emplace_back(line); };
    return started(env, std::move(setup));
  }

  std::vector<std::string> lines;
  openssl_peer peer;
  handshake ours;
  outcome seen;
};

// Collects what a key log says, the way the fallback reads it.
struct collector final : derivation_observer {
  void derived(std::string_view label, bytes_view secret) noexcept override {
    found[std::string(label)] = to_bytes(secret);
  }
  bool wants_client_handshake_early() const noexcept override { return false; }
  std::map<std::string, bytes> found;
};

using parameters = std::tuple<kind, role>;
class secrets : public ::testing::TestWithParam<parameters> {
 protected:
  const kind what = std::get<0>(GetParam());
  const role side = std::get<1>(GetParam());
};

bytes master_of(const openssl_peer& peer) {
  bytes master(48);
  master.resize(SSL_SESSION_get_master_key(SSL_get_session(peer.ssl()), master.data(), master.size()));
  return master;
}

// The key block by a PRF call of the test's own, from the peer's master secret and randoms. RFC 5246 §6.3
bytes key_block_of(const openssl_peer& peer, hash_algorithm hash, std::size_t size) {
  const octets master = master_of(peer), server = peer.server_random(), client = peer.client_random();
  EVP_PKEY_CTX* const prf = EVP_PKEY_CTX_new_id(EVP_PKEY_TLS1_PRF, nullptr);
  bytes block(size);
  const auto seed = [&](const octets& part) {
    EVP_PKEY_CTX_add1_tls1_prf_seed(prf, part.data(), static_cast<int>(part.size()));
  };
  EVP_PKEY_derive_init(prf);
  const bool old = SSL_version(peer.ssl()) < TLS1_2_VERSION;
  EVP_PKEY_CTX_set_tls1_prf_md(prf, old                              ? EVP_md5_sha1()
                                    : hash == hash_algorithm::sha384 ? EVP_sha384()
                                                                     : EVP_sha256());
  EVP_PKEY_CTX_set1_tls1_prf_secret(prf, master.data(), static_cast<int>(master.size()));
  const std::string label = "key expansion";
  seed(octets(label.begin(), label.end()));
  seed(server);
  seed(client);
  EXPECT_EQ(EVP_PKEY_derive(prf, block.data(), &size), 1);
  EVP_PKEY_CTX_free(prf);
  return block;
}

void expect_tls13_secrets(const traffic_secrets& ours, const openssl_peer& peer) {
  EXPECT_EQ(to_bytes(ours.client_handshake.view()), peer.secret("CLIENT_HANDSHAKE_TRAFFIC_SECRET"));
  EXPECT_EQ(to_bytes(ours.server_handshake.view()), peer.secret("SERVER_HANDSHAKE_TRAFFIC_SECRET"));
  EXPECT_EQ(to_bytes(ours.client_application.view()), peer.secret("CLIENT_TRAFFIC_SECRET_0"));
  EXPECT_EQ(to_bytes(ours.server_application.view()), peer.secret("SERVER_TRAFFIC_SECRET_0"));
  EXPECT_EQ(to_bytes(ours.exporter.view()), peer.secret("EXPORTER_SECRET"));
  EXPECT_GE(ours.client_application.view().size(), 32u);
}

bytes front(bytes_view of, std::size_t size) { return to_bytes(of.first(std::min(size, of.size()))); }

// What the keys of both directions are made of: the front of the key block, as long as the suite needs it.
void expect_tls12_secrets(done& at) {
  ASSERT_TRUE(at.ours.write_keys());  // fills the block, where the key log is the source
  const auto facts = at.ours.facts();
  ASSERT_TRUE(facts);
  const bytes master = master_of(at.peer);
  ASSERT_EQ(master.size(), 48u);
  EXPECT_EQ(to_bytes(at.ours.secrets().master.view()), master);
  const std::size_t needed = 2 * 16 + 2 * 4;
  EXPECT_EQ(front(at.ours.secrets().block.view(), needed), key_block_of(at.peer, facts->handshake_hash, needed));
}

TEST_P(secrets, of_the_watcher_are_those_of_the_peer) {
  done at(watched_environment(), what, side);
  ASSERT_TRUE(at.seen.established);
  ASSERT_TRUE(at.peer.established());
  is_tls13(what) ? expect_tls13_secrets(at.ours.secrets(), at.peer) : expect_tls12_secrets(at);
}

TEST_P(secrets, of_the_key_log_are_those_of_the_peer) {
  done at(logged_environment(), what, side);
  ASSERT_TRUE(at.seen.established);
  ASSERT_TRUE(at.peer.established());
  is_tls13(what) ? expect_tls13_secrets(at.ours.secrets(), at.peer) : expect_tls12_secrets(at);
}

TEST_P(secrets, of_watcher_and_key_log_are_equal_in_one_handshake) {
  done at(watched_environment(), what, side);
  ASSERT_TRUE(at.seen.established);
  collector logged;
  for (const std::string& line : at.lines) read_key_log_line(line.c_str(), logged);
  if (!is_tls13(what)) {
    EXPECT_EQ(to_bytes(at.ours.secrets().master.view()), logged.found["master secret"]);
    return;
  }
  EXPECT_EQ(to_bytes(at.ours.secrets().client_handshake.view()), logged.found["c hs traffic"]);
  EXPECT_EQ(to_bytes(at.ours.secrets().server_handshake.view()), logged.found["s hs traffic"]);
  EXPECT_EQ(to_bytes(at.ours.secrets().client_application.view()), logged.found["c ap traffic"]);
  EXPECT_EQ(to_bytes(at.ours.secrets().server_application.view()), logged.found["s ap traffic"]);
  EXPECT_EQ(to_bytes(at.ours.secrets().exporter.view()), logged.found["exp master"]);
}

std::string name_of(const ::testing::TestParamInfo<parameters>& info) {
  return std::string(std::get<0>(info.param).name) + (std::get<1>(info.param) == role::client ? "_client" : "_server");
}

INSTANTIATE_TEST_SUITE_P(handshakes, secrets,
                         ::testing::Combine(::testing::ValuesIn(kinds), ::testing::Values(role::client, role::server)),
                         name_of);

TEST(secrets_source, is_the_watcher_by_default) {
  EXPECT_EQ(environment().secrets(), secret_source::watched);
  EXPECT_EQ(watched_environment().secrets(), secret_source::watched);
  EXPECT_EQ(logged_environment().secrets(), secret_source::key_log);
}

TEST(secrets_source, sees_only_the_derivations_of_the_current_connection) {
  done one(watched_environment(), kinds[14], role::client), other(watched_environment(), kinds[14], role::client);
  EXPECT_NE(to_bytes(one.ours.secrets().client_application.view()),
            to_bytes(other.ours.secrets().client_application.view()));
  expect_tls13_secrets(one.ours.secrets(), one.peer);
  expect_tls13_secrets(other.ours.secrets(), other.peer);
}

// A HelloRetryRequest: our first key share is of a group that the peer will not have.
TEST(secrets_source, follows_a_hello_retry_request) {
  for (const environment* env : {&watched_environment(), &logged_environment()}) {
    peer_setup setup = peer_of_role(role::client);
    setup.groups = "P-384";
    openssl_peer peer(setup);
    handshake ours = started(*env, setup_of(*env, role::client));
    bool retried = false;
    const outcome seen = run(ours, peer, {.on_the_way_in = [&](bytes& wire) {
                               // ServerHello with the random that says "retry". RFC 8446 §4.1.3
                               retried = retried || (wire.size() > 13 && wire[0] == 22 && wire[5] == 2 &&
                                                     wire[11] == 0xCF && wire[12] == 0x21);
                             }});
    ASSERT_TRUE(seen.established);
    EXPECT_TRUE(retried);
    expect_tls13_secrets(ours.secrets(), peer);
    EXPECT_EQ(ours.facts()->group, 24);
  }
}

// Resumed handshakes derive less: in TLS 1.2 no master secret at all.
TEST(secrets_source, follows_a_resumed_handshake) {
  for (const environment* env : {&watched_environment(), &logged_environment()})
    for (const tls_version version : {tls_version::tls12, tls_version::tls13}) {
      const auto meet = [&](SSL_SESSION* session) {
        peer_setup wanted = peer_of_role(role::server);
        wanted.lowest = wanted.highest = static_cast<int>(version);
        wanted.resumes = session;
        auto peer = std::make_unique<openssl_peer>(wanted);
        handshake_setup setup = setup_of(*env, role::server);
        setup.issue_tickets = true;
        handshake ours = started(*env, std::move(setup));
        EXPECT_TRUE(run(ours, *peer).established);
        peer->read();  // takes the tickets
        EXPECT_EQ(ours.facts()->resumed, session != nullptr);
        if (version == tls_version::tls13) expect_tls13_secrets(ours.secrets(), *peer);
        if (version == tls_version::tls12) {
          EXPECT_TRUE(ours.write_keys());  // fills the block, where the key log is the source
          const std::size_t needed = 2 * 16 + 2 * 4;
          EXPECT_EQ(front(ours.secrets().block.view(), needed),
                    key_block_of(*peer, ours.facts()->handshake_hash, needed));
        }
        return peer->session();
      };
      const auto session = meet(nullptr);
      meet(session.get());
    }
}

// A client of ours comes back to a server of ours, by the session's id; each side's keys are the other's.
TEST(secrets_source, of_a_resumed_client_are_those_of_the_server) {
  const auto bytes_of_key = [](const base::result<direction_keys>& keys) {
    return to_bytes(std::get<aead_keys>(*keys).key.view());
  };
  for (const environment* env : {&watched_environment(), &logged_environment()})
    for (const bool again : {false, true}) {
      const version_set only = version_set::of(version_set::bit(tls_version::tls12));
      handshake_setup here = setup_of(*env, role::client, only), there = setup_of(*env, role::server, only);
      here.session_key = "secrets";
      here.resumable = there.resumable = true;
      handshake client = started(*env, std::move(here)), server = started(*env, std::move(there));
      bytes to_server, to_client;
      bool done = false;
      for (int round = 0; !done && round < 10; ++round) {
        const bytes from_server = std::exchange(to_client, {});
        const auto one = client.advance(from_server, to_server);
        const bytes from_client = std::exchange(to_server, {});
        const auto other = server.advance(from_client, to_client);
        ASSERT_TRUE(one && other);
        done = one->what == progress::kind::established && other->what == progress::kind::established;
        // Whoever is done first gives its last flight, and is not asked again.
        if (!done && one->what == progress::kind::established) break;
        if (!done && other->what == progress::kind::established) {
          ASSERT_EQ(client.advance(to_client, to_server)->what, progress::kind::established);
          done = true;
        }
      }
      ASSERT_TRUE(done);
      EXPECT_EQ(client.facts()->resumed, again);
      EXPECT_EQ(server.facts()->resumed, again);
      EXPECT_EQ(bytes_of_key(client.write_keys()), bytes_of_key(server.read_keys()));
      EXPECT_EQ(bytes_of_key(client.read_keys()), bytes_of_key(server.write_keys()));
    }
}

}  // namespace
}  // namespace schannix::engine

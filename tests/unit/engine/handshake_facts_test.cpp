// What is told of a finished handshake, in both roles.
#include "handshake_fixture.hpp"

namespace schannix::engine {
namespace {

using namespace test;

struct finished {
  finished(const environment& env, handshake_setup setup, const peer_setup& wanted,
           const local_identity* shown = nullptr)
      : peer(wanted), ours(started(env, std::move(setup))), seen(run(ours, peer, {.shown = shown})) {}

  openssl_peer peer;
  handshake ours;
  outcome seen;
};

handshake_facts facts_of(const finished& at) {
  auto made = at.ours.facts();
  if (!made) throw std::runtime_error("a finished handshake tells nothing");
  return std::move(*made);
}

class handshake_facts_of : public ::testing::TestWithParam<role> {
 protected:
  const environment& env = watched_environment();
  const role side = GetParam();

  peer_setup peer_for(int version, const char* suite = "", const char* group = "") const {
    peer_setup made = peer_of_role(side);
    made.lowest = made.highest = version;
    (version == TLS1_3_VERSION ? made.suites13 : made.suites) = suite;
    made.groups = group;
    return made;
  }
  finished with(const peer_setup& wanted) const { return {env, setup_of(env, side), wanted}; }
};

TEST_P(handshake_facts_of, tls13_suite_and_group) {
  const finished at = with(peer_for(TLS1_3_VERSION, "TLS_AES_256_GCM_SHA384", "P-256"));
  ASSERT_TRUE(at.seen.established);
  const handshake_facts told = facts_of(at);
  EXPECT_EQ(told.version, tls_version::tls13);
  EXPECT_EQ(told.suite, 0x1302);
  EXPECT_EQ(told.suite_name, "TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(told.cipher, bulk_cipher::aes_256_gcm);
  EXPECT_EQ(told.handshake_hash, hash_algorithm::sha384);
  EXPECT_EQ(told.aead(), aead_algorithm::aes_256_gcm);
  EXPECT_FALSE(told.mac);
  EXPECT_EQ(told.exchange, key_exchange::ecdhe);
  EXPECT_EQ(told.group, 23);
  EXPECT_EQ(told.exchange_bits, 256u);
  EXPECT_FALSE(told.resumed);
  EXPECT_TRUE(told.first_finished.empty());
  EXPECT_EQ(told.max_fragment, max_plaintext_size);
}

TEST_P(handshake_facts_of, tls12_suite_and_both_finished) {
  const finished at = with(peer_for(TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", "X25519:P-256"));
  ASSERT_TRUE(at.seen.established);
  const handshake_facts told = facts_of(at);
  EXPECT_EQ(told.version, tls_version::tls12);
  EXPECT_EQ(told.suite, 0xCCA9);
  EXPECT_EQ(told.cipher, bulk_cipher::chacha20_poly1305);
  EXPECT_EQ(told.handshake_hash, hash_algorithm::sha256);
  EXPECT_EQ(told.group, 29);
  EXPECT_EQ(told.exchange_bits, 255u);
  EXPECT_EQ(told.server_key, authentication::ecdsa);
  // tls-unique is the client's Finished, whoever tells it. RFC 5929 §3.1
  EXPECT_EQ(told.first_finished, at.peer.finished(side == role::client));
  EXPECT_EQ(told.first_finished.size(), 12u);
}

TEST_P(handshake_facts_of, static_rsa_has_no_group) {
  const finished at = with(peer_for(TLS1_2_VERSION, "AES256-SHA256"));
  ASSERT_TRUE(at.seen.established);
  const handshake_facts told = facts_of(at);
  EXPECT_EQ(told.exchange, key_exchange::rsa);
  EXPECT_EQ(told.group, 0);
  EXPECT_EQ(told.exchange_bits, 2048u);
  EXPECT_EQ(told.server_key, authentication::rsa);
  EXPECT_EQ(told.mac, hash_algorithm::sha256);
  EXPECT_EQ(told.cipher, bulk_cipher::aes_256_cbc);
  EXPECT_FALSE(told.aead());
}

TEST_P(handshake_facts_of, finite_field_exchange) {
  const finished at = with(peer_for(TLS1_2_VERSION, "DHE-RSA-AES128-GCM-SHA256"));
  ASSERT_TRUE(at.seen.established);
  EXPECT_EQ(facts_of(at).exchange, key_exchange::dhe);
  EXPECT_EQ(facts_of(at).group, 0);
  EXPECT_EQ(facts_of(at).exchange_bits, side == role::client ? 2048u : 0u);  // OpenSSL keeps no server's own key
}

TEST_P(handshake_facts_of, protocol_and_server_name) {
  peer_setup wanted = peer_of_role(side);
  wanted.protocols = "\x02h2\x08http/1.1";
  handshake_setup setup = setup_of(env, side);
  const std::string ours = "\x08http/1.1";
  setup.application_protocols.assign(ours.begin(), ours.end());
  const finished at(env, std::move(setup), wanted);
  ASSERT_TRUE(at.seen.established);
  const handshake_facts told = facts_of(at);
  EXPECT_EQ(std::string(told.application_protocol.begin(), told.application_protocol.end()), "http/1.1");
  EXPECT_EQ(told.server_name, "server.test");
}

TEST_P(handshake_facts_of, no_protocol_where_none_was_offered) {
  const finished at = with(peer_of_role(side));
  ASSERT_TRUE(at.seen.established);
  EXPECT_TRUE(facts_of(at).application_protocol.empty());
}

TEST_P(handshake_facts_of, certificates_of_both_ends) {
  const local_identity client = identity_of(env, shared_certificates().client);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    peer_setup wanted = peer_for(version);
    wanted.asks_certificate = wanted.server;
    if (!wanted.server) wanted.identities = {shared_certificates().client};
    handshake_setup setup = setup_of(env, side);
    setup.request_client_certificate = side == role::server;
    const finished at(env, std::move(setup), wanted, &client);
    ASSERT_TRUE(at.seen.established);
    EXPECT_EQ(at.seen.asked_for_certificate, side == role::client);
    const handshake_facts told = facts_of(at);
    ASSERT_FALSE(told.peer_certificates.empty());
    ASSERT_TRUE(told.local_certificate);
    const certificate& of_client = side == role::client ? *told.local_certificate : told.peer_certificates.front();
    const certificate& of_server = side == role::client ? told.peer_certificates.front() : *told.local_certificate;
    EXPECT_EQ(of_client, client.leaf);
    EXPECT_TRUE(of_server == parsed(env, shared_certificates().rsa) ||
                of_server == parsed(env, shared_certificates().ecdsa));
    EXPECT_EQ(at.ours.peer_certificates(), told.peer_certificates);
  }
}

TEST_P(handshake_facts_of, an_empty_answer_to_a_certificate_request) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    peer_setup wanted = peer_for(version);
    wanted.asks_certificate = wanted.server;
    handshake_setup setup = setup_of(env, side);
    setup.request_client_certificate = side == role::server;
    const finished at(env, std::move(setup), wanted);
    ASSERT_TRUE(at.seen.established);
    const handshake_facts told = facts_of(at);
    EXPECT_EQ(told.local_certificate.has_value(), side == role::server);
    EXPECT_EQ(told.peer_certificates.empty(), side == role::server);
  }
}

TEST_P(handshake_facts_of, session_id_is_the_peers) {
  peer_setup wanted = peer_for(TLS1_2_VERSION);
  wanted.options |= SSL_OP_NO_TICKET;  // with a ticket the client invents an id of its own
  const finished at = with(wanted);
  ASSERT_TRUE(at.seen.established);
  unsigned size = 0;
  const auto session = at.peer.session();
  const unsigned char* const id = SSL_SESSION_get_id(session.get(), &size);
  EXPECT_EQ(facts_of(at).session_id, octets(id, id + size));
}

TEST_P(handshake_facts_of, nothing_before_the_end) {
  const handshake ours = started(env, setup_of(env, side));
  EXPECT_FALSE(ours.facts());
  EXPECT_FALSE(ours.read_keys());
}

INSTANTIATE_TEST_SUITE_P(roles, handshake_facts_of, ::testing::Values(role::client, role::server),
                         [](const auto& one) { return one.param == role::client ? "client" : "server"; });

// RFC 6066 §4: what a client asks for by max_fragment_length binds us too.
TEST(handshake_facts_of_servers, fragment_length_asked_by_the_client) {
  const environment& env = watched_environment();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    peer_setup wanted = peer_of_role(role::server);
    wanted.lowest = wanted.highest = version;
    openssl_peer peer(wanted);
    SSL_set_tlsext_max_fragment_length(peer.ssl(), TLSEXT_max_fragment_length_1024);
    handshake ours = started(env, setup_of(env, role::server));
    ASSERT_TRUE(run(ours, peer).established);
    EXPECT_EQ(ours.facts()->max_fragment, 1024u);
  }
}

}  // namespace
}  // namespace schannix::engine

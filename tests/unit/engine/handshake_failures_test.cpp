// Handshakes that fail: who is to blame, why, and which alert reaches the peer.
#include "handshake_records.hpp"

namespace schannix::engine {
namespace {

using namespace test;

const environment& env() { return watched_environment(); }

struct met {
  outcome seen;
  std::optional<std::uint8_t> alert_at_peer;
};

met meet(handshake_setup setup, const peer_setup& wanted, const run_options& how = {}) {
  openssl_peer peer(wanted);
  handshake ours = started(env(), std::move(setup));
  met made;
  made.seen = run(ours, peer, how);
  peer.read();  // an alert may come behind the peer's own end of the handshake
  made.alert_at_peer = peer.alert_received;
  return made;
}

void expect_failed(const met& at, base::cause blame, base::reason why, std::uint8_t alert) {
  ASSERT_TRUE(at.seen.failure);
  EXPECT_EQ(at.seen.failure->blame, blame);
  EXPECT_EQ(at.seen.failure->why, why);
  EXPECT_EQ(at.seen.failure->alert_to_send, alert);
  EXPECT_EQ(at.alert_at_peer, alert);
}

handshake_setup judging(std::vector<certificate> roots, std::string name = "server.test") {
  handshake_setup made = setup_of(env(), role::client);
  made.verify.emplace();
  made.verify->extra_roots = std::move(roots);
  made.verify->name = std::move(name);
  made.name_required = true;
  return made;
}
std::vector<certificate> test_root() { return {parsed(env(), shared_certificates().root)}; }

TEST(handshake_failures, versions_do_not_meet) {
  peer_setup wanted = peer_of_role(role::server);
  wanted.highest = TLS1_1_VERSION;
  expect_failed(meet(setup_of(env(), role::server), wanted), base::cause::peer, base::reason::no_common_algorithm,
                alert::protocol_version);
}

TEST(handshake_failures, suites_do_not_meet) {
  peer_setup wanted = peer_of_role(role::server);
  wanted.lowest = wanted.highest = TLS1_2_VERSION;
  wanted.suites = "ECDHE-ECDSA-AES128-CCM";
  expect_failed(meet(setup_of(env(), role::server), wanted), base::cause::peer, base::reason::no_common_algorithm,
                alert::handshake_failure);
}

// TLS 1.3 needs a certificate, so OpenSSL calls that a matter of versions; to the caller it is one of certificates.
TEST(handshake_failures, a_server_without_certificate) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    peer_setup wanted = peer_of_role(role::server);
    wanted.lowest = wanted.highest = version;
    handshake_setup setup = setup_of(env(), role::server);
    setup.identities.clear();
    expect_failed(meet(std::move(setup), wanted), base::cause::peer, base::reason::no_credentials,
                  version == TLS1_3_VERSION ? alert::protocol_version : alert::handshake_failure);
  }
}

TEST(handshake_failures, a_trusted_peer_passes) {
  EXPECT_TRUE(meet(judging(test_root()), peer_of_role(role::client)).seen.established);
}

TEST(handshake_failures, an_untrusted_root) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    peer_setup wanted = peer_of_role(role::client);
    wanted.lowest = wanted.highest = version;
    expect_failed(meet(judging({}), wanted), base::cause::trust, base::reason::untrusted_root, alert::unknown_ca);
  }
}

TEST(handshake_failures, an_expired_certificate) {
  peer_setup wanted = peer_of_role(role::client);
  wanted.identities = {shared_certificates().expired};
  expect_failed(meet(judging(test_root()), wanted), base::cause::trust, base::reason::certificate_expired,
                alert::certificate_expired);
}

TEST(handshake_failures, another_name) {
  expect_failed(meet(judging(test_root(), "other.test"), peer_of_role(role::client)), base::cause::trust,
                base::reason::name_mismatch, alert::certificate_unknown);
}

TEST(handshake_failures, a_name_that_is_required_and_missing) {
  expect_failed(meet(judging(test_root(), ""), peer_of_role(role::client)), base::cause::trust,
                base::reason::name_mismatch, alert::certificate_unknown);
}

TEST(handshake_failures, revocation_that_cannot_be_checked) {
  handshake_setup setup = judging(test_root());
  setup.revocation.scope = revocation_scope::leaf;
  expect_failed(meet(std::move(setup), peer_of_role(role::client)), base::cause::trust,
                base::reason::no_revocation_check, alert::certificate_unknown);
}

TEST(handshake_failures, no_application_protocol_in_common) {
  peer_setup wanted = peer_of_role(role::server);
  wanted.protocols = "\x02h2";
  handshake_setup setup = setup_of(env(), role::server);
  setup.application_protocols = {3, 'f', 'o', 'o'};
  expect_failed(meet(std::move(setup), wanted), base::cause::peer, base::reason::no_application_protocol,
                alert::no_application_protocol);
}

void expect_alert_of_peer(const met& at, std::uint8_t alert) {
  ASSERT_TRUE(at.seen.failure);
  EXPECT_EQ(at.seen.failure->blame, base::cause::peer);
  EXPECT_EQ(at.seen.failure->why, base::reason::peer_alert);
  EXPECT_EQ(at.seen.failure->received_alert, alert);
  EXPECT_FALSE(at.seen.failure->alert_to_send);
  EXPECT_FALSE(at.alert_at_peer) << "an alert is not answered with one";
}

TEST(handshake_failures, the_peer_refuses_our_versions) {
  peer_setup wanted = peer_of_role(role::client);
  wanted.highest = TLS1_1_VERSION;
  expect_alert_of_peer(meet(setup_of(env(), role::client), wanted), alert::protocol_version);
}

TEST(handshake_failures, the_peer_refuses_our_suites) {
  peer_setup wanted = peer_of_role(role::client);
  wanted.lowest = wanted.highest = TLS1_2_VERSION;
  wanted.suites = "ECDHE-ECDSA-AES128-CCM";
  expect_alert_of_peer(meet(setup_of(env(), role::client), wanted), alert::handshake_failure);
}

TEST(handshake_failures, the_peer_has_none_of_our_protocols) {
  peer_setup wanted = peer_of_role(role::client);
  wanted.protocols = "\x02h2";
  handshake_setup setup = setup_of(env(), role::client);
  setup.application_protocols = {3, 'f', 'o', 'o'};
  expect_alert_of_peer(meet(std::move(setup), wanted), alert::no_application_protocol);
}

// The last byte of the last record: its tag, and so the Finished in it.
TEST(handshake_failures, a_record_that_was_changed_on_the_way) {
  for (const role side : {role::client, role::server})
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      peer_setup wanted = peer_of_role(side);
      wanted.lowest = wanted.highest = version;
      unsigned flights = 0;
      const auto damage_second = [&](bytes& wire) {
        const bool last = side == role::client && version == TLS1_3_VERSION ? flights == 0 : flights == 1;
        ++flights;
        if (last && !wire.empty()) wire.back() ^= 1;
      };
      expect_failed(meet(setup_of(env(), side), wanted, {.on_the_way_in = damage_second}), base::cause::peer,
                    base::reason::bad_record, alert::bad_record_mac);
    }
}

// TLS 1.2 ServerKeyExchange: its signature no longer fits.
TEST(handshake_failures, a_signature_that_does_not_fit) {
  peer_setup wanted = peer_of_role(role::client);
  wanted.lowest = wanted.highest = TLS1_2_VERSION;
  const auto damage = [](bytes& wire) {
    std::size_t at = 0;
    for (const octets& record : schannix::test::records_of(wire)) {
      if (record[5] == 12) wire[at + record.size() - 1] ^= 1;
      at += record.size();
    }
  };
  const met at = meet(setup_of(env(), role::client), wanted, {.on_the_way_in = damage});
  expect_failed(at, base::cause::peer, base::reason::decrypt_error, alert::decrypt_error);
}

// The peer's first flight, but an alert instead of what a server's peer says next.
met meet_alert(role side, std::uint8_t level, std::uint8_t description) {
  bool hello_was_there = side == role::client;
  const auto replace = [&](bytes& wire) {
    if (std::exchange(hello_was_there, true)) wire = {21, 3, 3, 0, 2, level, description};
  };
  return meet(setup_of(env(), side), peer_of_role(side), {.on_the_way_in = replace});
}

TEST(handshake_failures, a_close_notify_in_the_middle_is_told_as_one) {
  for (const role side : {role::client, role::server}) {
    const met at = meet_alert(side, alert::warning, alert::close_notify);
    EXPECT_FALSE(at.seen.failure);
    EXPECT_TRUE(at.seen.peer_closed);
    EXPECT_TRUE(at.seen.left.empty());
    EXPECT_FALSE(at.alert_at_peer);
  }
}

TEST(handshake_failures, a_fatal_alert_in_the_middle) {
  for (const role side : {role::client, role::server}) expect_alert_of_peer(meet_alert(side, alert::fatal, 80), 80);
}

// A warning during the handshake is ignored (spec 4.3): the handshake goes on.
TEST(handshake_failures, a_warning_changes_nothing) {
  peer_setup wanted = peer_of_role(role::client);
  wanted.lowest = wanted.highest = TLS1_2_VERSION;
  bool warned = false;
  const auto warn_first = [&](bytes& wire) {
    if (!std::exchange(warned, true)) wire.insert(wire.begin(), {21, 3, 3, 0, 2, 1, 112});
  };
  EXPECT_TRUE(meet(setup_of(env(), role::client), wanted, {.on_the_way_in = warn_first}).seen.established);
}

TEST(handshake_failures, other_records_instead_of_a_handshake) {
  for (const role side : {role::client, role::server}) {
    handshake ours = started(env(), setup_of(env(), side));
    bytes flight;
    ASSERT_TRUE(ours.advance({}, flight));
    const auto reached = ours.advance(bytes{23, 3, 3, 0, 4, 1, 2, 3, 4}, flight);
    ASSERT_FALSE(reached);
    EXPECT_EQ(reached.error().blame, base::cause::peer);
    EXPECT_EQ(reached.error().why, base::reason::illegal_message);
  }
}

TEST(handshake_failures, a_key_that_is_not_the_certificates) {
  handshake_setup setup = setup_of(env(), role::server);
  setup.identities = {{parsed(env(), shared_certificates().rsa), private_key(shared_certificates().ecdsa.key), {}}};
  const auto made = handshake::start(env(), std::move(setup));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().why, base::reason::unknown_credentials);
}

// A TLS 1.3 server's flight, opened and sealed again with its CertificateRequest said twice.
bytes with_request_twice(const openssl_peer& peer, bytes_view flight) {
  constexpr base::byte certificate_request = 13;
  auto keys = traffic_keys(env(), hash_algorithm::sha256, aead_algorithm::aes_128_gcm,
                           peer.secret("SERVER_HANDSHAKE_TRAFFIC_SECRET"));
  const direction_keys of_server(std::move(*keys));
  auto opens = half_of(env(), direction::open, of_server), seals = half_of(env(), direction::seal, of_server);
  bytes made;
  for (const octets& record : schannix::test::records_of(flight)) {
    const auto found = record.front() == 23 ? opened_of(opens, record) : std::nullopt;
    if (!found) made.insert(made.end(), record.begin(), record.end());
    if (!found) continue;
    for (int times = found->content.front() == certificate_request ? 2 : 1; times > 0; --times) {
      const bytes again = sealed(seals, found->content, content_type::handshake);
      made.insert(made.end(), again.begin(), again.end());
    }
  }
  return made;
}

// Up to TLS 1.2, where it needs no keys: ClearRequest of the conformance tests.
TEST(handshake_failures, two_certificate_requests) {
  peer_setup wanted = peer_of_role(role::client);
  wanted.suites13 = "TLS_AES_128_GCM_SHA256";
  wanted.asks_certificate = true;
  openssl_peer peer(wanted);
  const local_identity shown = identity_of(env(), shared_certificates().client);
  handshake ours = started(env(), setup_of(env(), role::client));
  bytes hello, flight;
  ASSERT_TRUE(ours.advance({}, hello));
  peer.give(hello);
  peer.shake();
  const bytes once = peer.take(), twice = with_request_twice(peer, once);
  ASSERT_GT(twice.size(), once.size());
  outcome seen;
  const auto reached = advance(ours, twice, flight, {.shown = &shown}, seen);
  ASSERT_FALSE(reached);
  EXPECT_EQ(reached.error().why, base::reason::illegal_message);
  EXPECT_EQ(reached.error().alert_to_send, alert::unexpected_message);
  EXPECT_FALSE(seen.asked_for_certificate);
}

// With the same peer, said once: so that the test above fails for no other reason.
TEST(handshake_failures, one_certificate_request_is_no_failure) {
  peer_setup wanted = peer_of_role(role::client);
  wanted.asks_certificate = true;
  const local_identity shown = identity_of(env(), shared_certificates().client);
  const met at = meet(setup_of(env(), role::client), wanted, {.shown = &shown});
  EXPECT_TRUE(at.seen.established && at.seen.asked_for_certificate);
}

}  // namespace
}  // namespace schannix::engine

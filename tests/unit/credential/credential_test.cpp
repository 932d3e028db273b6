#include "credential/credential.hpp"

#include <gtest/gtest.h>

#include "unit/context/context_fixture.hpp"

namespace schannix::credential {
namespace {

using namespace context::test;

base::result<std::shared_ptr<const credential>> make(policy rules, std::vector<offered_identity> identities = {}) {
  return credential::make(env(), std::move(rules), std::move(identities));
}

policy serving() {
  policy rules;
  rules.side = role::server;
  return rules;
}

TEST(credential, of_a_client_needs_no_certificate) {
  const auto made = make({});
  ASSERT_TRUE(made);
  EXPECT_TRUE((*made)->identities().empty());
  EXPECT_EQ((*made)->versions(), engine::modern_versions);
}

TEST(credential, a_certificate_without_its_key_is_none) {
  const auto made = make(serving(), {{parsed(env(), shared_certificates().rsa), std::nullopt, {}}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().why, base::reason::no_credentials);
}

TEST(credential, a_key_of_another_certificate_is_refused) {
  const auto made =
      make(serving(),
           {{parsed(env(), shared_certificates().rsa), engine::private_key(shared_certificates().ecdsa.key), {}}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().why, base::reason::unknown_credentials);
}

TEST(credential, keeps_the_order_of_its_certificates) {
  const auto made = make(serving(), {offered(shared_certificates().ecdsa), offered(shared_certificates().rsa)});
  ASSERT_TRUE(made);
  ASSERT_EQ((*made)->identities().size(), 2u);
  EXPECT_EQ((*made)->identities()[0].leaf, parsed(env(), shared_certificates().ecdsa));
  EXPECT_EQ((*made)->identities()[1].leaf, parsed(env(), shared_certificates().rsa));
}

// spec 3.5: intermediates are sent, the root is not.
TEST(credential, sends_the_chain_without_its_root) {
  const pki::issued root = pki::issue({.common_name = "R", .authority = true});
  const pki::issued middle = pki::issue({.common_name = "M", .authority = true}, &root);
  const pki::issued leaf = pki::issue({.common_name = "leaf"}, &middle);
  const engine::certificate unrelated = parsed(env(), shared_certificates().root);
  offered_identity one = offered(leaf);
  one.companions = {unrelated, parsed(env(), root), parsed(env(), middle)};
  std::vector<offered_identity> all;
  all.push_back(std::move(one));
  const auto made = make(serving(), std::move(all));
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)->identities()[0].chain, std::vector{parsed(env(), middle)});
}

TEST(credential, scopes_of_sessions_differ) {
  const auto one = make(serving()), other = make(serving());
  ASSERT_TRUE(one && other);
  EXPECT_EQ((*one)->session_scope().size(), 16u);
  EXPECT_FALSE(
      std::equal((*one)->session_scope().begin(), (*one)->session_scope().end(), (*other)->session_scope().begin()));
}

TEST(credential, equal_policies_share_a_template) {
  policy narrow;
  narrow.ciphers.min_strength = 256;
  const auto one = make({}), other = make({}), different = make(narrow);
  ASSERT_TRUE(one && other && different);
  EXPECT_EQ((*one)->made_from().context, (*other)->made_from().context);
  EXPECT_NE((*one)->made_from().context, (*different)->made_from().context);
}

TEST(credential, nothing_left_to_agree_on_is_refused) {
  policy rules;
  rules.ciphers.min_strength = 512;
  const auto made = make(rules);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().why, base::reason::no_common_algorithm);
}

// A version goes with the last of its suites.
TEST(credential, versions_in_effect_are_those_with_a_suite_left) {
  policy rules;
  rules.versions = engine::all_versions;
  rules.ciphers.disabled.push_back({engine::disabled_algorithm::use::cipher, "AES", {"ChainingModeGCM"}, 0, 0});
  rules.ciphers.disabled.push_back({engine::disabled_algorithm::use::cipher, "CHACHA20_POLY1305", {}, 0, 0});
  const auto made = make(rules);
  ASSERT_TRUE(made);
  EXPECT_FALSE((*made)->versions().has(tls_version::tls13));
  EXPECT_TRUE((*made)->versions().has(tls_version::tls12));
}

TEST(credential, limits_show_in_what_is_negotiated) {
  policy rules;
  rules.validates_peer = false;
  rules.ciphers.min_strength = 256;
  rules.ciphers.disabled.push_back({engine::disabled_algorithm::use::cipher, "CHACHA20_POLY1305", {}, 0, 0});
  const auto made = make(rules);
  ASSERT_TRUE(made);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    openssl_peer peer(peer_at(role::client, version));
    engine::handshake_setup setup;
    setup.from = (*made)->made_from();
    engine::handshake ours = engine::test::started(env(), std::move(setup));
    ASSERT_TRUE(engine::test::run(ours, peer).established);
    EXPECT_EQ(ours.facts()->cipher, engine::bulk_cipher::aes_256_gcm);
  }
}

TEST(credential, outlives_its_handle_in_a_connection) {
  auto made = make([] {
    policy rules;
    rules.validates_peer = false;
    return rules;
  }());
  ASSERT_TRUE(made);
  context::connection_setup setup;
  setup.from = std::move(*made);
  const auto ours = context::connection::start(env(), std::move(setup));
  ASSERT_TRUE(ours);
  EXPECT_EQ((*ours)->made_from().rules().side, role::client);
  EXPECT_EQ(step(**ours).what, context::step_output::kind::go_on);
}

}  // namespace
}  // namespace schannix::credential

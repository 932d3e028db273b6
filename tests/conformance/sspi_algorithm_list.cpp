// The algorithms that an SCHANNEL_CRED names, its bounds of strength, and suites without encryption.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "conformance/sspi_acquired.hpp"
#include "conformance/sspi_crypto_settings.hpp"

namespace schannix::test::sspi {
namespace {

status acquire_naming(role side, std::vector<ALG_ID> algorithms, CredHandle& into) {
  PCCERT_CONTEXT list[1];
  auto data = plain_data<SCHANNEL_CRED>(side, list);
  data.cSupportedAlgs = static_cast<DWORD>(algorithms.size());
  data.palgSupportedAlgs = algorithms.data();
  return acquire(use_of(side), &data, into);
}

credential naming_algorithms(role side, std::vector<ALG_ID> algorithms) {
  credential made;
  const status said = acquire_naming(side, std::move(algorithms), *made.get());
  if (!(said == SEC_E_OK)) throw std::runtime_error("credential: " + said.name());
  return made;
}

std::string offered_naming(std::vector<ALG_ID> algorithms) {
  return offered_by(naming_algorithms(role::client, std::move(algorithms)), open_peer(role::client));
}

void expect_offered(const std::vector<ALG_ID>& algorithms, std::vector<const char*> some,
                    std::vector<const char*> none) {
  const std::string offered = " " + offered_naming(algorithms);
  for (const char* name : some) EXPECT_NE(offered.find(name), std::string::npos) << name << " not in" << offered;
  for (const char* name : none) EXPECT_EQ(offered.find(name), std::string::npos) << name << " in" << offered;
}

TEST(SupportedAlgorithms, Ciphers) {
  expect_offered({}, {"AES128-GCM", "AES256-GCM", "CHACHA20", "AES128-SHA"}, {});
  expect_offered({CALG_AES_128}, {"AES128-GCM", "AES128-SHA"}, {"AES256", "CHACHA20"});
  expect_offered({CALG_AES_256}, {"AES256-GCM", "AES256-SHA"}, {"AES128", "CHACHA20"});
  expect_offered({CALG_AES}, {"AES256-GCM", "AES128-GCM"}, {"CHACHA20"});
}

TEST(SupportedAlgorithms, Hashes) {
  expect_offered({CALG_SHA_384}, {"AES256-GCM-SHA384"}, {"AES128-GCM-SHA256", "AES128-SHA "});
  expect_offered({CALG_SHA1}, {"AES128-SHA "}, {"GCM"});
}

TEST(SupportedAlgorithms, KeyExchanges) {
  expect_offered({CALG_ECDH_EPHEM}, {" ECDHE-RSA-AES128-GCM-SHA256"}, {" DHE-", " AES128-GCM-SHA256"});
  expect_offered({CALG_ECDH}, {" ECDHE-RSA-AES128-GCM-SHA256"}, {" DHE-", " AES128-GCM-SHA256"});
  expect_offered({CALG_RSA_KEYX, CALG_DH_EPHEM}, {" DHE-RSA-AES128-GCM-SHA256", " AES128-GCM-SHA256"}, {" ECDHE-"});
}

TEST(SupportedAlgorithms, Signatures) {
  expect_offered({CALG_RSA_SIGN}, {" ECDHE-RSA-"}, {"ECDSA"});
  expect_offered({CALG_ECDSA}, {" ECDHE-ECDSA-"}, {"ECDHE-RSA", " DHE-RSA"});
}

TEST(SupportedAlgorithms, OneOfEachKind) {
  expect_offered({CALG_AES_128, CALG_SHA_256, CALG_ECDH_EPHEM, CALG_RSA_SIGN}, {" ECDHE-RSA-AES128-GCM-SHA256"},
                 {"AES256", "ECDSA", " DHE-", "AES128-SHA ", "CHACHA20"});
}

// Hashes of the handshake itself name no suite.
TEST(SupportedAlgorithms, WhatNamesNoSuiteRestrictsNothing) {
  EXPECT_EQ(offered_naming({CALG_SSL3_SHAMD5, CALG_TLS1PRF, CALG_HMAC, CALG_MAC, 0, 0xE000}), offered_naming({}));
}

TEST(SupportedAlgorithms, OfServers) {
  const credential from = naming_algorithms(role::server, {CALG_AES_128});
  peer_options options = peer_of(role::server, TLS1_2_VERSION, 0);
  options.ciphers = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256";
  link with(from, options, {.side = role::server});
  EXPECT_STREQ(SSL_get_cipher_name(with.peer.native()), "ECDHE-RSA-AES128-GCM-SHA256");
  options.ciphers = "ECDHE-RSA-AES256-GCM-SHA384";
  EXPECT_THROW(link(from, options, {.side = role::server}), std::runtime_error);
}

TEST(SupportedAlgorithms, NothingLeft) {
  for (const ALG_ID only :
       std::vector<ALG_ID>{CALG_RC4, CALG_3DES, CALG_NULLCIPHER, CALG_MD5, CALG_SHA_512, CALG_DH_SF}) {
    credential made;
    EXPECT_EQ(acquire_naming(role::client, {only}, *made.get()), SEC_E_ALGORITHM_MISMATCH) << std::hex << only;
  }
}

TEST(SupportedAlgorithms, CountsAndPointers) {
  credential most, too_many, no_list;
  EXPECT_EQ(acquire_naming(role::client, std::vector<ALG_ID>(256, CALG_AES), *most.get()), SEC_E_OK);
  EXPECT_EQ(acquire_naming(role::client, std::vector<ALG_ID>(257, CALG_AES), *too_many.get()), SEC_E_INVALID_PARAMETER);
  PCCERT_CONTEXT list[1];
  auto data = plain_data<SCHANNEL_CRED>(role::client, list);
  data.cSupportedAlgs = 3;
  ASSERT_EQ(acquire(SECPKG_CRED_OUTBOUND, &data, *no_list.get()), SEC_E_OK);
  EXPECT_EQ(offered_by(no_list, open_peer(role::client)), offered_naming({}));
}

// ---- No encryption ----

constexpr DWORD all_ones = 0xFFFFFFFF;

status acquire_between(role side, DWORD least, DWORD most, CredHandle& into) {
  PCCERT_CONTEXT list[1];
  auto data = plain_data<SCHANNEL_CRED>(side, list);
  data.dwMinimumCipherStrength = least;
  data.dwMaximumCipherStrength = most;
  return acquire(use_of(side), &data, into);
}

// -1: NULL suites may be used besides the others, or alone. None ever is.
TEST(NullSuites, AreNotOfferedForMinusOne) {
  credential usual, besides, weaker, alone;
  ASSERT_EQ(acquire_between(role::client, 0, 0, *usual.get()), SEC_E_OK);
  ASSERT_EQ(acquire_between(role::client, all_ones, 0, *besides.get()), SEC_E_OK);
  EXPECT_EQ(offered_by(besides, open_peer(role::client)), offered_by(usual, open_peer(role::client)));
  ASSERT_EQ(acquire_between(role::client, all_ones, 128, *weaker.get()), SEC_E_OK);
  EXPECT_EQ(offered_by(weaker, open_peer(role::client)).find("AES256"), std::string::npos);
  for (const role side : {role::client, role::server}) {
    EXPECT_EQ(acquire_between(side, all_ones, all_ones, *alone.get()), SEC_E_ALGORITHM_MISMATCH);
    EXPECT_EQ(acquire_between(side, 0, all_ones, *alone.get()), SEC_E_ALGORITHM_MISMATCH);
  }
}

// A peer that has nothing but NULL suites, and credentials that allow them in every way there is.
TEST(NullSuites, AreNotNegotiatedWhateverAllowsThem) {
  for (const role side : {role::client, role::server}) {
    credential by_strength;
    ASSERT_EQ(acquire_between(side, all_ones, 0, *by_strength.get()), SEC_E_OK);
    credential_options options{.side = side, .version = tls::v1_2};
    options.flags |= SCH_ALLOW_NULL_ENCRYPTION;
    if (side == role::server) options.certificates = {server_certificate(pki::key_kind::rsa2048).get()};
    const credential by_flag(options);
    for (const credential* from : std::initializer_list<const credential*>{&by_strength, &by_flag}) {
      peer_options peer_has = peer_of(side, TLS1_2_VERSION, 0);
      peer_has.ciphers = "eNULL";
      openssl_peer peer(peer_has);
      party ours(*from, {.side = side});
      if (side == role::server) peer.start();
      converse(ours, peer);
      EXPECT_FALSE(ours.established() || peer.established());
      EXPECT_EQ(ours.last(), side == role::server ? SEC_E_ALGORITHM_MISMATCH : SEC_E_ILLEGAL_MESSAGE) << "alert 40";
    }
  }
}

}  // namespace
}  // namespace schannix::test::sspi

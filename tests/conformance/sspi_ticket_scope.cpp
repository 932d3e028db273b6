// Servers that share ticket keys, but not what they demand of clients, or who they are, begin anew with each other's.
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "conformance/sspi_ticket_keys.hpp"

namespace schannix::test::sspi {
namespace {

constexpr DWORD automatic = SCH_CRED_AUTO_CRED_VALIDATION;

class TicketScope : public ticket_test {
 protected:
  certificate root(const char* name) const {
    return import(pki::issue({.common_name = name, .authority = true}), {}, false);
  }
  // Between servers of one key, with these options.
  void expect_strangers(const credential_options& one, const credential_options& other) {
    client_ = credential({.version = GetParam()});
    const credential first = serving_with({key(1)}, one), second = serving_with({key(1)}, other);
    EXPECT_FALSE(meet(first));
    EXPECT_TRUE(meet(first));
    EXPECT_FALSE(meet(second));
    EXPECT_TRUE(meet(second));
    EXPECT_FALSE(meet(first));
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, TicketScope, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(TicketScope, WhatWasNotValidatedIsNotResumedWhereClientsAre) { expect_strangers({}, {.flags = automatic}); }

TEST_P(TicketScope, RootsOfTheCredential) {
  const certificate one = root("one"), other = root("other");
  expect_strangers({.flags = automatic, .extra_roots = {one.get()}},
                   {.flags = automatic, .extra_roots = {other.get()}});
  expect_strangers({.flags = automatic, .extra_roots = {one.get(), other.get()}},
                   {.flags = automatic, .extra_roots = {other.get()}});
}

TEST_P(TicketScope, RootsOfTheSystem) {
  const certificate one = root("one");
  expect_strangers({.flags = automatic, .root_store = one->hCertStore},
                   {.flags = automatic | SCH_CRED_RESTRICTED_ROOTS, .root_store = one->hCertStore});
}

TEST_P(TicketScope, RootsAreTheSameInAnyOrderAndByAnyWay) {
  const certificate one = root("one"), other = root("other");
  const credential first = serving_with({key(1)}, {.flags = automatic, .extra_roots = {one.get(), other.get()}});
  const credential second =
      serving_with({key(1)}, {.flags = automatic, .extra_roots = {other.get()}, .root_store = one->hCertStore});
  EXPECT_FALSE(meet(first));
  EXPECT_TRUE(meet(second));
}

// Who does not validate has no use for roots.
TEST_P(TicketScope, RootsOfWhoDoesNotValidate) {
  const certificate one = root("one");
  const credential first = serving_with({key(1)}, {.extra_roots = {one.get()}}), second = serving_with({key(1)});
  EXPECT_FALSE(meet(first));
  EXPECT_TRUE(meet(second));
}

TEST_P(TicketScope, TheServersCertificate) {
  const certificate other = import(pki::issue({.common_name = "a.test"}), {});
  expect_strangers({}, {.certificates = {other.get()}});
  expect_strangers({}, {.certificates = {server_certificate().get(), other.get()}});
}

TEST_P(TicketScope, WhetherACertificateIsAskedFor) {
  const certificate somebody = import(pki::issue({.common_name = "somebody"}), {});
  client_ = credential({.version = GetParam(), .certificates = {somebody.get()}});
  const credential first = serving_with({key(1)}), second = serving_with({key(1)});
  EXPECT_FALSE(meet(first, ASC_REQ_MUTUAL_AUTH));
  EXPECT_TRUE(meet(second, ASC_REQ_MUTUAL_AUTH));
  EXPECT_FALSE(meet(second));
  EXPECT_TRUE(meet(first));
  EXPECT_FALSE(meet(second, ASC_REQ_MUTUAL_AUTH));
}

// TLS 1.2 would go on with the suite; in TLS 1.3 what is left has another hash, and OpenSSL alone would give no ticket.
TEST_P(TicketScope, ASuiteThatIsOff) {
  wchar_t aes[] = L"AES";
  CRYPTO_SETTINGS setting{};
  setting.eAlgorithmUsage = TlsParametersCngAlgUsageCipher;
  setting.strCngAlgId = {sizeof aes - sizeof aes[0], sizeof aes, aes};
  setting.dwMinBitLength = setting.dwMaxBitLength = 256;
  const credential first = serving_with({key(1)}), second = serving_with({key(1)}, {.disabled = {setting}});
  EXPECT_FALSE(meet(first));
  EXPECT_FALSE(meet(second));
  EXPECT_TRUE(meet(second));
}

// Not part of a session: agreed on again each time, so that servers may differ. RFC 7301 §3.1
TEST_P(TicketScope, ProtocolsAreAgreedOnAnew) {
  const std::string one("\3one", 4), two("\3two", 4);
  const credential first = serving_with({key(1)}), second = serving_with({key(1)});
  for (const bool again : {false, true}) {
    couple both(client_, again ? second : first, {.protocols = one + two},
                {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET, .protocols = again ? two : one});
    both.server.seal("so that tickets are read");
    converse(both.client, both.server);
    EXPECT_EQ(says_resumed(both.server), again);
    SecPkgContext_ApplicationProtocol agreed{};
    EXPECT_EQ(status(QueryContextAttributesW(&both.server.handle(), SECPKG_ATTR_APPLICATION_PROTOCOL, &agreed)),
              SEC_E_OK);
    EXPECT_EQ(std::string(agreed.ProtocolId, agreed.ProtocolId + agreed.ProtocolIdSize), again ? "two" : "one");
  }
}

// What this server keeps no longer is not resumed because another would. A lifespan of one second is over at the next.
TEST_P(TicketScope, TheLifespan) {
  const auto resumed_later = [&](DWORD lifespan) {
    client_ = credential({.version = GetParam()});
    EXPECT_FALSE(meet(serving_with({key(1)})));
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    return meet(serving_with({key(1)}, {.lifespan = lifespan}));
  };
  EXPECT_FALSE(resumed_later(1000));
  EXPECT_TRUE(resumed_later(60000));
}

// ---- Another process ----

// What one process hands to the other: certificate, key, and a client's session, all PEM.
constexpr char variable[] = "SCHANNIX_TEST_TICKET";

std::string text_of(SSL_SESSION* session) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), BIO_free_all);
  PEM_write_bio_SSL_SESSION(out.get(), session);
  char* at = nullptr;
  const long size = BIO_get_mem_data(out.get(), &at);
  return {at, static_cast<std::size_t>(size)};
}

std::shared_ptr<SSL_SESSION> session_in(const std::string& text) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> in(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())),
                                                         BIO_free_all);
  return {PEM_read_bio_SSL_SESSION(in.get(), nullptr, nullptr, nullptr), SSL_SESSION_free};
}

class TicketAcross : public ticket_test {
 protected:
  TicketAcross() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }  // a fresh process, not a fork of this one
  ~TicketAcross() override { ::unsetenv(variable); }

  struct visit {
    bool resumed = false;
    std::shared_ptr<SSL_SESSION> session;  // to come back with
  };
  visit meet_peer(const certificate& shown, SSL_SESSION* from) {
    const credential server = serving_with({key(1)}, {.flags = automatic, .certificates = {shown.get()}});
    openssl_peer peer(ticket_taker());
    if (from != nullptr) peer.resume_from(from);
    party ours(server, {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
    peer.start();
    converse(ours, peer);
    EXPECT_TRUE(ours.established());
    SSL_set_shutdown(peer.native(), SSL_SENT_SHUTDOWN);  // else OpenSSL forbids to resume it
    return {peer.resumed(), {SSL_get1_session(peer.native()), SSL_SESSION_free}};
  }
  void hand_over() {
    if (std::getenv(variable) != nullptr) return;  // this is the other process
    const pki::issued leaf = pki::issue({.common_name = "a.test"});
    const visit first = meet_peer(import(leaf), nullptr);
    EXPECT_FALSE(first.resumed);
    ::setenv(variable, (leaf.pem() + leaf.key_pem() + text_of(first.session.get())).c_str(), 1);
  }
  [[noreturn]] void come_back(bool with_other_certificate) {
    const std::string text = std::getenv(variable);
    HCERTSTORE store = nullptr;
    SchannixImportPem(text.data(), text.size(), text.data(), text.size(), nullptr, &store);
    const certificate same(CertEnumCertificatesInStore(store, nullptr));
    const certificate other = import(pki::issue({.common_name = "a.test"}));
    const auto session = session_in(text);
    std::cerr << (meet_peer(with_other_certificate ? other : same, session.get()).resumed ? "resumed" : "anew");
    std::_Exit(0);
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, TicketAcross, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(TicketAcross, TheSameConfigurationInAnotherProcess) {
  hand_over();
  EXPECT_EXIT(come_back(false), testing::ExitedWithCode(0), "^resumed$");
}

TEST_P(TicketAcross, AnotherCertificateInAnotherProcess) {
  hand_over();
  EXPECT_EXIT(come_back(true), testing::ExitedWithCode(0), "^anew$");
}

}  // namespace
}  // namespace schannix::test::sspi

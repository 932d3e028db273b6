// Automatic validation of the server, the names that count, ALPN, and which certificate a server shows.
#include <gtest/gtest.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

constexpr DWORD automatic = SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;

credential validating(DWORD more_flags = 0, bool trusts_root = true) {
  credential_options options{.flags = automatic | more_flags};
  if (trusts_root) options.extra_roots = {root_certificate().get()};
  return credential(options);
}

struct trial {
  credential from;
  openssl_peer peer;
  party client;

  trial(credential with, tls version, const peer_identity& shown, const std::string& target, ULONG flags = 0)
      : from(std::move(with)), peer(options(version, shown)), client(from, {.target = target, .more_flags = flags}) {
    converse(client, peer);
  }
  static peer_options options(tls version, const peer_identity& shown) {
    peer_options made = peer_for(role::client, version);
    made.identities = {shown};
    return made;
  }
  void expect_refused(SECURITY_STATUS why, int alert) {
    EXPECT_EQ(client.last(), why);
    EXPECT_FALSE(client.established());
    EXPECT_EQ(peer.alert(), (received_alert{TLS1_ALERT_FATAL, alert}));
  }
};

const peer_identity& usual() {
  static const peer_identity made{test_leaf(), {test_root()}};
  return made;
}

peer_identity issued(pki::profile what) { return {pki::issue(what, &test_root()), {test_root()}}; }

class Validation : public testing::TestWithParam<tls> {};
INSTANTIATE_TEST_SUITE_P(Sspi, Validation, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(Validation, TrustedByAnExtraRoot) {
  for (const char* target : {"a.test", "A.Test", "a.test.", "127.0.0.1"}) {
    trial with(validating(), GetParam(), usual(), target);
    EXPECT_TRUE(with.client.established()) << target << " " << with.client.last();
  }
}

TEST_P(Validation, UntrustedRoot) {
  trial(validating(0, false), GetParam(), usual(), "a.test")
      .expect_refused(SEC_E_UNTRUSTED_ROOT, TLS1_ALERT_UNKNOWN_CA);
  const peer_identity self{pki::issue({.common_name = "a.test", .alternative = {"DNS:a.test"}})};
  trial(validating(), GetParam(), self, "a.test").expect_refused(SEC_E_UNTRUSTED_ROOT, TLS1_ALERT_UNKNOWN_CA);
}

TEST_P(Validation, Expired) {
  const auto old = issued({.common_name = "a.test", .alternative = {"DNS:a.test"}, .from_days = -30, .to_days = -1});
  trial(validating(), GetParam(), old, "a.test").expect_refused(SEC_E_CERT_EXPIRED, TLS1_ALERT_CERTIFICATE_EXPIRED);
}

// certificate_unknown.
TEST_P(Validation, WrongName) {
  for (const char* target : {"b.test", "x.a.test", "127.0.0.2"})
    trial(validating(), GetParam(), usual(), target)
        .expect_refused(SEC_E_WRONG_PRINCIPAL, TLS1_ALERT_CERTIFICATE_UNKNOWN);
}

TEST_P(Validation, WrongUsage) {
  const auto client_only = issued({.common_name = "a.test", .alternative = {"DNS:a.test"}, .usage = "clientAuth"});
  trial with(validating(), GetParam(), client_only, "a.test");
  EXPECT_TRUE(with.client.last() == SEC_E_CERT_WRONG_USAGE || with.client.last() == SEC_E_CERT_UNKNOWN)
      << with.client.last();
}

TEST_P(Validation, NameUncheckedByFlag) {
  trial named(validating(SCH_CRED_NO_SERVERNAME_CHECK), GetParam(), usual(), "b.test");
  EXPECT_TRUE(named.client.established()) << named.client.last();
  trial(validating(SCH_CRED_NO_SERVERNAME_CHECK, false), GetParam(), usual(), "b.test")
      .expect_refused(SEC_E_UNTRUSTED_ROOT, TLS1_ALERT_UNKNOWN_CA);
}

TEST_P(Validation, ManualByCredentialAndByCall) {
  trial by_credential(validating(SCH_CRED_MANUAL_CRED_VALIDATION, false), GetParam(), usual(), "b.test");
  EXPECT_TRUE(by_credential.client.established()) << "MANUAL wins over AUTO: " << by_credential.client.last();
  trial by_call(validating(0, false), GetParam(), usual(), "b.test", ISC_REQ_MANUAL_CRED_VALIDATION);
  EXPECT_TRUE(by_call.client.established()) << by_call.client.last();
}

// The default is automatic: a credential that says nothing does not accept anybody.
TEST_P(Validation, NothingSaidIsAutomatic) {
  trial(credential(credential_options{.flags = 0}), GetParam(), usual(), "a.test")
      .expect_refused(SEC_E_UNTRUSTED_ROOT, TLS1_ALERT_UNKNOWN_CA);
}

TEST_P(Validation, NoNameToCheckIsNoPass) {
  trial with(validating(), GetParam(), usual(), "");
  EXPECT_FALSE(with.client.established());
  EXPECT_TRUE(with.client.last().failed());
}

// Nobody says anything about revocation: asked for, and its absence not waved through, that refuses.
TEST_P(Validation, RevocationThatCannotBeChecked) {
  trial strict(validating(SCH_CRED_REVOCATION_CHECK_CHAIN), GetParam(), usual(), "a.test");
  EXPECT_EQ(strict.client.last(), CRYPT_E_NO_REVOCATION_CHECK);
  trial lenient(validating(SCH_CRED_REVOCATION_CHECK_CHAIN | SCH_CRED_IGNORE_NO_REVOCATION_CHECK), GetParam(), usual(),
                "a.test");
  EXPECT_TRUE(lenient.client.established()) << lenient.client.last();
}

// ---- The alert of a failure. spec 4.3, A-13 ----

// The call that fails, with or without EXTENDED_ERROR.
status failing_step(tls version, ULONG flags, buffer_list& out, ULONG& attributes) {
  const credential from = validating(0, false);
  openssl_peer peer(peer_for(role::client, version));
  party client(from);
  peer.give(client.take());
  std::string flight = peer.take();
  buffer_list input{buffer(SECBUFFER_TOKEN, flight.data(), flight.size()), empty()};
  step_call call{.context = &client.handle(), .flags = flags, .input = input.get(), .output = out.get()};
  const status said = call.run();
  attributes = call.attributes;
  return said;
}

TEST_P(Validation, A13_AlertInTokenAndInAlertBuffer) {
  buffer_list out{buffer(SECBUFFER_TOKEN, nullptr, 0), buffer(SECBUFFER_ALERT, nullptr, 0)};
  ULONG attributes = 0;
  EXPECT_EQ(failing_step(GetParam(), usual_client_flags, out, attributes), SEC_E_UNTRUSTED_ROOT);
  EXPECT_EQ(bytes_of(out[0]).size(), GetParam() == tls::v1_2 ? 7u : 24u);
  EXPECT_EQ(bytes_of(out[1]), bytes_of(out[0]));
  EXPECT_NE(attributes & ISC_RET_EXTENDED_ERROR, 0u);
  if (GetParam() == tls::v1_2) {
    EXPECT_EQ(bytes_of(out[0]), std::string("\x15\x03\x03\x00\x02\x02\x30", 7));
  }
  out.free_all();
}

TEST_P(Validation, A13_NoAlertWithoutExtendedError) {
  buffer_list out{buffer(SECBUFFER_TOKEN, nullptr, 0), buffer(SECBUFFER_ALERT, nullptr, 0)};
  ULONG attributes = 0;
  EXPECT_EQ(failing_step(GetParam(), usual_client_flags & ~ULONG{ISC_REQ_EXTENDED_ERROR}, out, attributes),
            SEC_E_UNTRUSTED_ROOT);
  EXPECT_EQ(out[0].cbBuffer, 0u);
  EXPECT_EQ(out[0].pvBuffer, nullptr);
  EXPECT_EQ(out[1].cbBuffer, 0u);
  EXPECT_EQ(attributes & ISC_RET_EXTENDED_ERROR, 0u);
}

TEST_P(Validation, FailureIsRemembered) {
  trial with(validating(0, false), GetParam(), usual(), "a.test");
  EXPECT_EQ(with.client.step({}), SEC_E_UNTRUSTED_ROOT);
  EXPECT_EQ(with.client.token(), "") << "the alert was given out once";
}

// ---- SNI ----

TEST_P(Validation, ServerNameIndication) {
  const std::pair<const char*, const char*> names[] = {{"a.test", "a.test"}, {"a.test.", "a.test"}, {"127.0.0.1", ""},
                                                       {"::1", ""},          {"[::1]", ""},         {"", ""}};
  for (const auto& [target, seen] : names) {
    trial with(credential(credential_options{}), GetParam(), usual(), target);
    ASSERT_TRUE(with.client.established()) << target;
    EXPECT_EQ(with.peer.asked_name(), seen) << target;
  }
}

TEST_P(Validation, WideTargetName) {
  openssl_peer peer(peer_for(role::client, GetParam()));
  wchar_t target[] = L"wide.test";
  buffer_list out{buffer(SECBUFFER_TOKEN, nullptr, 0)};
  CtxtHandle made{};
  ULONG attributes = 0;
  ASSERT_EQ(status(InitializeSecurityContextW(client_credential(GetParam()).get(), nullptr, target, usual_client_flags,
                                              0, 0, nullptr, 0, &made, out.get(), &attributes, nullptr)),
            SEC_I_CONTINUE_NEEDED);
  peer.give(bytes_of(out[0]));
  out.free_all();
  EXPECT_EQ(peer.asked_name(), "wide.test");
  EXPECT_EQ(status(DeleteSecurityContext(&made)), SEC_E_OK);
}

// ---- ALPN ----

const std::string h2("\x02h2", 3), http("\x08http/1.1", 9);

SecPkgContext_ApplicationProtocol agreed(party& of) {
  SecPkgContext_ApplicationProtocol found{};
  EXPECT_EQ(status(QueryContextAttributesA(&of.handle(), SECPKG_ATTR_APPLICATION_PROTOCOL, &found)), SEC_E_OK);
  return found;
}

void expect_agreed(party& of, std::string_view name) {
  const auto found = agreed(of);
  EXPECT_EQ(found.ProtoNegoStatus, SecApplicationProtocolNegotiationStatus_Success);
  EXPECT_EQ(found.ProtoNegoExt, SecApplicationProtocolNegotiationExt_ALPN);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(found.ProtocolId), found.ProtocolIdSize), name);
}

TEST_P(Validation, AlpnAsClient) {
  peer_options options = peer_for(role::client, GetParam());
  options.protocols = http + h2;
  link with(client_credential(GetParam()), options, {.protocols = h2 + http});
  expect_agreed(with.ours, "http/1.1");
  EXPECT_EQ(with.peer.agreed_protocol(), "http/1.1");
}

TEST_P(Validation, AlpnAsServerPrefersItsOwn) {
  peer_options options = peer_for(role::server, GetParam());
  options.protocols = http + h2;
  link with(server_credential(GetParam()), options, {.side = role::server, .protocols = h2 + http});
  expect_agreed(with.ours, "h2");
  EXPECT_EQ(with.peer.agreed_protocol(), "h2");
}

TEST_P(Validation, AlpnOfOneSideOnly) {
  link client(client_credential(GetParam()), peer_for(role::client, GetParam()), {.protocols = h2});
  EXPECT_EQ(agreed(client.ours).ProtoNegoStatus, SecApplicationProtocolNegotiationStatus_None);
  link server(server_credential(GetParam()), peer_for(role::server, GetParam()),
              {.side = role::server, .protocols = h2});
  EXPECT_EQ(agreed(server.ours).ProtoNegoStatus, SecApplicationProtocolNegotiationStatus_None);
  couple neither(GetParam());
  EXPECT_EQ(agreed(neither.client).ProtocolIdSize, 0);
}

TEST_P(Validation, AlpnWithoutOverlap) {
  peer_options options = peer_for(role::server, GetParam());
  options.protocols = http;
  openssl_peer peer(options);
  party server(server_credential(GetParam()), {.side = role::server, .protocols = h2});
  peer.start();
  converse(server, peer);
  EXPECT_EQ(server.last(), SEC_E_APPLICATION_PROTOCOL_MISMATCH);
  EXPECT_EQ(peer.alert(), (received_alert{TLS1_ALERT_FATAL, TLS1_ALERT_NO_APP_PROTOCOL}));

  options = peer_for(role::client, GetParam());
  options.protocols = http;
  openssl_peer refusing(options);
  party client(client_credential(GetParam()), {.protocols = h2});
  converse(client, refusing);
  EXPECT_EQ(client.last(), SEC_E_APPLICATION_PROTOCOL_MISMATCH);
}

TEST_P(Validation, AlpnListsThatAreMalformed) {
  for (const std::string& list : {std::string("\x05h2", 3), std::string("\x00", 1), std::string("\x02h2\x09http", 8)}) {
    party client(client_credential(GetParam()), {.protocols = list});
    EXPECT_TRUE(client.last() == SEC_E_INVALID_PARAMETER || client.last() == SEC_E_INVALID_TOKEN) << client.last();
  }
}

// ---- Which certificate a server shows ----

TEST_P(Validation, ServerChoosesAmongItsCertificates) {
  PCCERT_CONTEXT rsa = server_certificate(pki::key_kind::rsa2048).get(), ecdsa = server_certificate().get();
  for (const auto& order : {std::vector<PCCERT_CONTEXT>{rsa, ecdsa}, std::vector<PCCERT_CONTEXT>{ecdsa, rsa}}) {
    const credential from({.side = role::server, .version = GetParam(), .certificates = order});
    for (const pki::key_kind wanted : {pki::key_kind::rsa2048, pki::key_kind::p256}) {
      const bool is_rsa = wanted == pki::key_kind::rsa2048;
      peer_options options = peer_for(role::server, GetParam());
      options.ciphers = is_rsa ? "ECDHE-RSA-AES128-GCM-SHA256" : "ECDHE-ECDSA-AES128-GCM-SHA256";
      options.signatures = is_rsa ? "RSA-PSS+SHA256" : "ECDSA+SHA256";
      link with(from, options, {.side = role::server});
      X509* const shown = SSL_get0_peer_certificate(with.peer.native());
      EXPECT_EQ(X509_cmp(shown, test_leaf(wanted).certificate.get()), 0);
    }
  }
}

TEST_P(Validation, ServerSendsTheChainWithoutTheRoot) {
  const pki::issued middle = pki::issue({.common_name = "Middle", .authority = true}, &test_root());
  const pki::issued leaf = pki::issue({.common_name = "a.test", .alternative = {"DNS:a.test"}}, &middle);
  const certificate shown = import(leaf, {middle, test_root()});
  const credential from({.side = role::server, .version = GetParam(), .certificates = {shown.get()}});
  link with(from, peer_for(role::server, GetParam()), {.side = role::server});
  STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(with.peer.native());
  ASSERT_EQ(sk_X509_num(chain), 2);
  EXPECT_EQ(X509_cmp(sk_X509_value(chain, 1), middle.certificate.get()), 0);

  const credential client = validating();
  party validating_client(client);
  party server(from, {.side = role::server});
  converse(validating_client, server);
  EXPECT_TRUE(validating_client.established()) << validating_client.last();
}

}  // namespace
}  // namespace schannix::test::sspi

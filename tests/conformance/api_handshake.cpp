// Handshakes and data through the C++ API.
#include "api_support.hpp"

namespace api_test {
namespace {

class ApiHandshake : public testing::TestWithParam<tls_version> {};
INSTANTIATE_TEST_SUITE_P(Versions, ApiHandshake, both_versions(), version_suffix);

TEST_P(ApiHandshake, ClientHelloIsThereAtOnceAndServerWaits) {
  pair both(GetParam());
  EXPECT_FALSE(both.client.tls.pending_output().empty());
  EXPECT_TRUE(std::holds_alternative<schannix::needs_bytes>(both.client.tls.next()));
  EXPECT_TRUE(std::holds_alternative<schannix::needs_bytes>(both.server.tls.next()));
  EXPECT_TRUE(both.server.tls.pending_output().empty());
}

TEST_P(ApiHandshake, BothSidesLearnOnce) {
  pair both(GetParam());
  talk(both.client, both.server);
  EXPECT_EQ(both.client.story, story{"handshake_done"}) << both.client.sentence();
  EXPECT_EQ(both.server.story, story{"handshake_done"}) << both.server.sentence();
}

TEST_P(ApiHandshake, AnyPortionOfBytesWillDo) {
  for (const std::size_t portion : {1U, 3U, 5U, 6U, 100U}) {
    pair both(GetParam());
    talk(both.client, both.server, portion);
    both.client.seal("from the client");
    both.server.seal("from the server");
    talk(both.client, both.server, portion);
    both.client.tls.close_write();
    talk(both.client, both.server, portion);
    EXPECT_EQ(both.server.received, "from the client") << portion;
    EXPECT_EQ(both.client.received, "from the server") << portion;
    EXPECT_EQ(both.client.tls.report().outcome, close_outcome::clean) << portion;
    EXPECT_EQ(both.server.tls.report().outcome, close_outcome::clean) << portion;
  }
}

TEST_P(ApiHandshake, LongDataBothWaysKeepOrder) {
  auto both = established(GetParam());
  std::string there, back;
  for (int i = 0; i < 40'000; ++i) there += std::to_string(i), back += std::to_string(7 * i);
  both.client.seal(there);
  both.server.seal(back);
  talk(both.client, both.server, 4099);
  EXPECT_EQ(both.server.received, there);
  EXPECT_EQ(both.client.received, back);
  EXPECT_EQ(both.client.tls.report().bytes_sent, there.size());
  EXPECT_EQ(both.client.tls.report().bytes_received, back.size());
}

TEST_P(ApiHandshake, InfoNamesWhatWasAgreed) {
  auto both = established(GetParam(), {.alpn = {"h2", "http/1.1"}}, {.alpn = {"http/1.1"}});
  const auto client = both.client.tls.info(), server = both.server.tls.info();
  EXPECT_EQ(client.version_name(), GetParam() == tls_version::tls_1_2 ? "TLS 1.2" : "TLS 1.3");
  EXPECT_EQ(client.cipher_suite.rfind("TLS_", 0), 0U) << client.cipher_suite;
  EXPECT_EQ(client.cipher_suite, server.cipher_suite);
  EXPECT_EQ(client.alpn, "http/1.1");
  EXPECT_EQ(server.alpn, "http/1.1");
  EXPECT_FALSE(client.resumed);
}

TEST_P(ApiHandshake, ClientSeesTheServersCertificate) {
  auto both = established(GetParam());
  const auto seen = both.client.tls.peer_certificate();
  ASSERT_TRUE(seen.has_value());
  EXPECT_TRUE(std::ranges::equal(seen->der(), own_certificate().der()));
  EXPECT_FALSE(both.server.tls.peer_certificate().has_value());
}

TEST_P(ApiHandshake, BothSidesExportTheSame) {
  auto both = established(GetParam());
  const auto material = both.client.tls.export_keying_material("EXPERIMENTAL schannix", 48, bytes_of("context"));
  EXPECT_EQ(material.size(), 48U);
  EXPECT_EQ(both.server.tls.export_keying_material("EXPERIMENTAL schannix", 48, bytes_of("context")), material);
  EXPECT_NE(both.server.tls.export_keying_material("EXPERIMENTAL schannix", 48), material);
  EXPECT_NE(both.server.tls.export_keying_material("EXPERIMENTAL schannia", 48, bytes_of("context")), material);
}

TEST_P(ApiHandshake, WhatCannotBeExported) {
  pair both(GetParam());
  const auto& client = both.client.tls;
  EXPECT_EQ(status_of([&] { (void)client.export_keying_material("label", 32); }), "SEC_E_INVALID_HANDLE");
  talk(both.client, both.server);
  const std::vector<std::byte> too_long(0x10000);
  for (const auto& label :
       {std::string(), std::string("a\0b", 3), std::string("key expansion"), std::string(0xFFFF, 'x')})
    EXPECT_EQ(status_of([&] { (void)client.export_keying_material(label, 32); }), "SEC_E_INVALID_PARAMETER");
  for (const std::size_t size : {std::size_t{0}, std::size_t{12241}, std::size_t{0x100000020}})
    EXPECT_EQ(status_of([&] { (void)client.export_keying_material("label", size); }), "SEC_E_INVALID_PARAMETER");
  EXPECT_EQ(status_of([&] { (void)client.export_keying_material("label", 32, too_long); }), "SEC_E_INVALID_PARAMETER");
}

TEST_P(ApiHandshake, NoCommonAlpnFails) {
  pair both(GetParam(), {.alpn = {"h2"}}, {.alpn = {"http/1.1"}});
  talk(both.client, both.server);
  const auto client = both.client.tls.report(), server = both.server.tls.report();
  EXPECT_EQ(client.outcome, close_outcome::not_established);
  EXPECT_EQ(client.alert_received, schannix::alert::no_application_protocol) << client.sentence();
  EXPECT_EQ(server.alert_sent, schannix::alert::no_application_protocol) << server.sentence();
  EXPECT_EQ(schannix::status_name(server.error), "SEC_E_APPLICATION_PROTOCOL_MISMATCH");
}

TEST_P(ApiHandshake, MovedConnectionGoesOn) {
  auto both = established(GetParam());
  pair moved = std::move(both);
  moved.client.seal("after the move");
  talk(moved.client, moved.server);
  EXPECT_EQ(moved.server.received, "after the move");
}

TEST_P(ApiHandshake, CredentialMayGoBeforeItsConnections) {
  auto credential = std::make_unique<schannix::credential>(client_credential(GetParam()));
  party client{schannix::connection::client(*credential, "localhost")};
  party server{schannix::connection::server(server_credential(GetParam()))};
  credential.reset();
  talk(client, server);
  EXPECT_TRUE(client.tls.established()) << client.sentence();
}

TEST_P(ApiHandshake, KeyLogAndTraceAreCalled) {
  std::vector<std::string> keys, calls;
  schannix::credential_options options;
  options.key_log = [&](std::string_view line) { keys.emplace_back(line); };
  options.trace = [&](std::string_view line) { calls.emplace_back(line); };
  {
    party client{schannix::connection::client(client_credential(GetParam(), std::move(options)), "localhost")};
    party server{schannix::connection::server(server_credential(GetParam()))};
    talk(client, server);
    client.tls.close_write();
    talk(client, server);
  }
  const std::string label = GetParam() == tls_version::tls_1_2 ? "CLIENT_RANDOM " : "CLIENT_TRAFFIC_SECRET_0 ";
  const auto has = [](const auto& lines, const std::string& word) {
    return std::ranges::any_of(lines, [&](const auto& line) { return line.find(word) != std::string::npos; });
  };
  EXPECT_TRUE(has(keys, label));
  for (const std::string call : {"InitializeSecurityContext", "ApplyControlToken", "DeleteSecurityContext"})
    EXPECT_TRUE(has(calls, call)) << call;
}

TEST_P(ApiHandshake, CallbacksMayThrowWithoutHarm) {
  schannix::credential_options options;
  options.trace = [](std::string_view) { throw std::runtime_error("from the callback"); };
  party client{schannix::connection::client(client_credential(GetParam(), std::move(options)), "localhost")};
  party server{schannix::connection::server(server_credential(GetParam()))};
  talk(client, server);
  EXPECT_TRUE(client.tls.established()) << client.sentence();
}

TEST_P(ApiHandshake, SealingIsRefusedOutsideItsTime) {
  pair both(GetParam());
  EXPECT_EQ(status_of([&] { both.client.seal("too early"); }), "SEC_E_INVALID_HANDLE");
  talk(both.client, both.server);
  both.client.tls.close_write();
  EXPECT_FALSE(both.client.tls.can_seal());
  EXPECT_EQ(status_of([&] { both.client.seal("too late"); }), "SEC_E_CONTEXT_EXPIRED");
}

TEST(ApiHandshakeFailures, NoCommonVersion) {
  party client{schannix::connection::client(client_credential(tls_version::tls_1_3), "localhost")};
  party server{schannix::connection::server(server_credential(tls_version::tls_1_2))};
  talk(client, server);
  EXPECT_EQ(client.tls.report().outcome, close_outcome::not_established);
  EXPECT_EQ(client.tls.report().alert_received, schannix::alert::protocol_version) << client.sentence();
  EXPECT_FALSE(client.tls.report().certificate_rejected());
}

TEST(ApiHandshakeFailures, NoiseInsteadOfTls) {
  pair both(tls_version::tls_1_3);
  both.client.tls.feed(bytes_of("HTTP/1.1 400 Bad Request\r\n\r\n"));
  both.client.drain();
  EXPECT_EQ(both.client.story, story{"closed"});
  EXPECT_EQ(both.client.tls.report().outcome, close_outcome::not_established);
  EXPECT_TRUE(both.client.tls.report().error);
}

TEST(ApiHandshakeFailures, WrongRoleOfCredential) {
  const auto server = server_credential(tls_version::tls_1_3);
  const auto client = client_credential(tls_version::tls_1_3);
  EXPECT_EQ(status_of([&] { (void)schannix::connection::client(server, "localhost"); }), "SEC_E_INVALID_HANDLE");
  EXPECT_EQ(status_of([&] { (void)schannix::connection::server(client); }), "SEC_E_INVALID_HANDLE");
}

TEST(ApiHandshakeFailures, BadAlpnNames) {
  const auto client = client_credential(tls_version::tls_1_3);
  for (const auto& name : {std::string(), std::string(256, 'x')})
    EXPECT_EQ(status_of([&] { (void)schannix::connection::client(client, "localhost", {.alpn = {name}}); }),
              "SEC_E_INVALID_PARAMETER");
}

}  // namespace
}  // namespace api_test

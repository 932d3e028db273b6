// Whom a client of the C++ API trusts.
#include "api_support.hpp"

namespace api_test {
namespace {

class ApiVerification : public testing::TestWithParam<tls_version> {};
INSTANTIATE_TEST_SUITE_P(Versions, ApiVerification, both_versions(), version_suffix);

// The client's report after a handshake with the self-signed server.
schannix::close_report meet(tls_version version, schannix::credential_options options, const std::string& name) {
  options.oldest = options.newest = version;
  party client{schannix::connection::client(schannix::credential(std::move(options)), name)};
  party server{schannix::connection::server(server_credential(version))};
  talk(client, server);
  EXPECT_EQ(client.tls.established(), client.tls.report().outcome == close_outcome::open);
  return client.tls.report();
}

TEST_P(ApiVerification, UnknownRootIsRejected) {
  const auto report = meet(GetParam(), {}, "localhost");
  EXPECT_EQ(report.outcome, close_outcome::not_established);
  EXPECT_EQ(schannix::status_name(report.error), "SEC_E_UNTRUSTED_ROOT") << report.sentence();
  EXPECT_TRUE(report.certificate_rejected());
  EXPECT_EQ(report.alert_sent, schannix::alert::unknown_ca) << report.sentence();
}

TEST_P(ApiVerification, ServerIsToldAndDoesNotCallItItsOwnRejection) {
  party client{
      schannix::connection::client(schannix::credential({.oldest = GetParam(), .newest = GetParam()}), "localhost")};
  party server{schannix::connection::server(server_credential(GetParam()))};
  talk(client, server);
  const auto report = server.tls.report();
  EXPECT_EQ(report.alert_received, schannix::alert::unknown_ca) << report.sentence();
  EXPECT_FALSE(report.certificate_rejected());
}

TEST_P(ApiVerification, ExtraRootIsTrusted) {
  EXPECT_EQ(meet(GetParam(), {.extra_roots = {own_certificate()}}, "localhost").outcome, close_outcome::open);
  EXPECT_EQ(meet(GetParam(), {.extra_roots = {own_certificate()}}, "127.0.0.1").outcome, close_outcome::open);
}

TEST_P(ApiVerification, WrongNameIsRejectedUnlessNamesAreNotChecked) {
  const auto report = meet(GetParam(), {.extra_roots = {own_certificate()}}, "example.org");
  EXPECT_EQ(schannix::status_name(report.error), "SEC_E_WRONG_PRINCIPAL") << report.sentence();
  EXPECT_TRUE(report.certificate_rejected());
  const auto relaxed = schannix::verification::no_name_check;
  EXPECT_EQ(meet(GetParam(), {.extra_roots = {own_certificate()}, .verify = relaxed}, "example.org").outcome,
            close_outcome::open);
  EXPECT_TRUE(meet(GetParam(), {.verify = relaxed}, "example.org").certificate_rejected());
}

TEST_P(ApiVerification, ManualChecksNothing) {
  const auto manual = schannix::verification::manual;
  EXPECT_EQ(meet(GetParam(), {.verify = manual}, "example.org").outcome, close_outcome::open);
}

TEST_P(ApiVerification, RevocationThatNobodyKnowsIsRejectedUnlessAllowed) {
  using schannix::revocation;
  for (const revocation whose : {revocation::leaf, revocation::chain, revocation::chain_without_root}) {
    const auto report = meet(GetParam(), {.extra_roots = {own_certificate()}, .check_revocation = whose}, "localhost");
    EXPECT_EQ(schannix::status_name(report.error), "CRYPT_E_NO_REVOCATION_CHECK") << report.sentence();
    EXPECT_TRUE(report.certificate_rejected());
    const schannix::credential_options lenient{
        .extra_roots = {own_certificate()}, .check_revocation = whose, .allow_unknown_revocation = true};
    EXPECT_EQ(meet(GetParam(), lenient, "localhost").outcome, close_outcome::open);
  }
}

TEST_P(ApiVerification, ListsAndResponsesThatCannotBeReadAreRefused) {
  EXPECT_THROW(schannix::credential({.revocation_lists = {"no list"}}), std::system_error);
  EXPECT_THROW(schannix::credential({.ocsp_responses = {"no response"}}), std::system_error);
  EXPECT_NO_THROW(schannix::credential({.fetch_revocation = true}));
}

TEST_P(ApiVerification, MissingClientCertificateIsNoFailure) {
  party client{schannix::connection::client(client_credential(GetParam()), "localhost")};
  party server{schannix::connection::server(server_credential(GetParam()), {.request_client_certificate = true})};
  talk(client, server);
  EXPECT_TRUE(client.tls.established()) << client.sentence();
  EXPECT_TRUE(server.tls.established()) << server.sentence();
  EXPECT_FALSE(server.tls.peer_certificate().has_value());
}

TEST_P(ApiVerification, ClientCertificateReachesTheServer) {
  const auto mine = schannix::certificate::self_signed("client.test");
  party client{schannix::connection::client(client_credential(GetParam(), {.certificates = {mine}}), "localhost")};
  party server{schannix::connection::server(server_credential(GetParam()), {.request_client_certificate = true})};
  talk(client, server);
  ASSERT_TRUE(server.tls.established()) << server.sentence();
  const auto seen = server.tls.peer_certificate();
  ASSERT_TRUE(seen.has_value());
  EXPECT_TRUE(std::ranges::equal(seen->der(), mine.der()));
}

// The program chooses when the server asks: with what it is told, once.
TEST_P(ApiVerification, ClientCertificateIsChosenWhenItIsAskedFor) {
  const auto mine = schannix::certificate::self_signed("client.test");
  int asked = 0;
  const auto choose = [&](const std::vector<std::vector<std::byte>>& issuers) {
    ++asked;
    EXPECT_TRUE(issuers.empty());
    return client_credential(GetParam(), {.certificates = {mine}});
  };
  party client{
      schannix::connection::client(client_credential(GetParam()), "localhost", {.choose_certificate = choose})};
  party server{schannix::connection::server(server_credential(GetParam()), {.request_client_certificate = true})};
  talk(client, server);
  ASSERT_TRUE(client.tls.established() && server.tls.established()) << server.sentence();
  EXPECT_EQ(asked, 1);
  const auto seen = server.tls.peer_certificate();
  EXPECT_TRUE(seen && std::ranges::equal(seen->der(), mine.der()));
}

TEST_P(ApiVerification, NoneChosenAndAThrowingChooserGoOnWithout) {
  for (const bool throws : {false, true}) {
    const auto choose = [&](const auto&) -> std::optional<schannix::credential> {
      if (throws) throw std::runtime_error("nobody at the screen");
      return {};
    };
    party client{
        schannix::connection::client(client_credential(GetParam()), "localhost", {.choose_certificate = choose})};
    party server{schannix::connection::server(server_credential(GetParam()), {.request_client_certificate = true})};
    if (throws) {
      EXPECT_THROW(talk(client, server), std::runtime_error);
    }
    client.drain();
    talk(client, server);
    EXPECT_TRUE(client.tls.established() && server.tls.established()) << server.sentence();
    EXPECT_FALSE(server.tls.peer_certificate().has_value());
  }
}

TEST_P(ApiVerification, AServersCredentialIsNoneForAClient) {
  const auto choose = [&](const auto&) { return server_credential(GetParam()); };
  party client{
      schannix::connection::client(client_credential(GetParam()), "localhost", {.choose_certificate = choose})};
  party server{schannix::connection::server(server_credential(GetParam()), {.request_client_certificate = true})};
  EXPECT_EQ(status_of([&] { talk(client, server); }), "SEC_E_INVALID_HANDLE");
}

TEST_P(ApiVerification, ServersValidateClientsWhenTold) {
  const auto mine = schannix::certificate::self_signed("client.test");
  for (const bool trusted : {false, true}) {
    schannix::credential_options options{.validate_clients = true};
    if (trusted) options.extra_roots = {mine};
    party client{schannix::connection::client(client_credential(GetParam(), {.certificates = {mine}}), "localhost")};
    party server{schannix::connection::server(server_credential(GetParam(), std::move(options)),
                                              {.request_client_certificate = true})};
    talk(client, server);
    EXPECT_EQ(server.tls.established(), trusted) << server.sentence();
    EXPECT_EQ(server.tls.report().certificate_rejected(), !trusted);
  }
}

}  // namespace
}  // namespace api_test

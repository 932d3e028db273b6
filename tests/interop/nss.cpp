// NSS's programs, Firefox's TLS: selfserv and tstclnt, both versions, both kinds of key, client certificates, sessions,
// renegotiation, and how they close.
#include <gtest/gtest.h>

#include <tuple>

#include "interop/our_side.hpp"
#include "interop/peers.hpp"

namespace schannix::test::interop {
namespace {

using sspi::role;
using sspi::tls;

constexpr const char* question = "GET / HTTP/1.0\r\n\r\n";

const nss_database& database_of(pki::key_kind key) {
  static const nss_database rsa(pki::key_kind::rsa2048), ec(pki::key_kind::p256);
  return key == pki::key_kind::p256 ? ec : rsa;
}

SecPkgContext_SessionInfo session(our_side& of) {
  SecPkgContext_SessionInfo info{};
  const sspi::status done = QueryContextAttributesA(&of.party().handle(), SECPKG_ATTR_SESSION_INFO, &info);
  EXPECT_EQ(done, SEC_E_OK);
  return info;
}

struct Nss : testing::TestWithParam<std::tuple<tls, pki::key_kind>> {
  tls version() const { return std::get<0>(GetParam()); }
  pki::key_kind key() const { return std::get<1>(GetParam()); }
  const nss_database& database() const { return database_of(key()); }
  cell one() const { return {version(), key(), cipher::aes_128_gcm, ending::we_close_first}; }

  sspi::credential client_with_certificate() const {
    const pki::issued leaf =
        pki::issue({.common_name = "our client", .usage = "clientAuth", .key = key()}, &sspi::test_root());
    const sspi::certificate mine = sspi::import(leaf, {sspi::test_root()});
    return sspi::credential({.version = version(),
                             .flags = SCH_CRED_AUTO_CRED_VALIDATION,
                             .certificates = {mine.get()},
                             .extra_roots = {sspi::root_certificate().get()}});
  }
};
using sort = std::tuple<tls, pki::key_kind>;
std::string name_of(const testing::TestParamInfo<sort>& of) {
  return std::string(std::get<0>(of.param) == tls::v1_3 ? "TLS13" : "TLS12") +
         (std::get<1>(of.param) == pki::key_kind::p256 ? "_EC" : "_RSA");
}
constexpr auto all_keys = {pki::key_kind::rsa2048, pki::key_kind::p256};
INSTANTIATE_TEST_SUITE_P(Interop, Nss,
                         testing::Combine(testing::Values(tls::v1_2, tls::v1_3), testing::ValuesIn(all_keys)), name_of);

struct NssAgain : Nss {};  // NSS renegotiates in TLS 1.2, and asks for nothing later in 1.3
INSTANTIATE_TEST_SUITE_P(Interop, NssAgain, testing::Combine(testing::Values(tls::v1_2), testing::ValuesIn(all_keys)),
                         name_of);

// ---- selfserv ----

TEST_P(Nss, SelfservAnswersAndCloses) {
  const auto server = start_nss_server(database(), {});
  const sspi::credential from = credential_for(one(), role::client);
  our_side ours(connect(server.port), from);
  ours.shake();
  ours.say(question);
  ours.await("EOF");
  ours.read_on();
  EXPECT_TRUE(ours.peer_closed());
  EXPECT_EQ(ours.shut(), SEC_E_OK);
}

TEST_P(Nss, SelfservKeepsSessions) {
  const auto server = start_nss_server(database(), {"-u"});
  const sspi::credential from = credential_for(one(), role::client);
  for (int i = 0; i < 3; ++i) {
    our_side ours(connect(server.port), from);
    ours.shake();
    EXPECT_EQ((session(ours).dwFlags & SSL_SESSION_RECONNECT) != 0, i != 0) << i;
    ours.say(question);
    ours.await("EOF");
    EXPECT_EQ(ours.shut(), SEC_E_OK);
    ours.read_to_transport_end();
  }
}

TEST_P(Nss, SelfservDemandsACertificate) {
  const auto server = start_nss_server(database(), {"-r", "-r"});
  const sspi::credential from = client_with_certificate();
  our_side ours(connect(server.port), from, {.fewer_flags = ISC_REQ_USE_SUPPLIED_CREDS});
  ours.shake();
  ours.say(question);
  ours.await("EOF");
  server.run->await("Subject: CN=our client");
  EXPECT_EQ(ours.shut(), SEC_E_OK);
}

// Three of "-r" are a HelloRequest behind the first handshake, in which a certificate is asked for.
TEST_P(NssAgain, SelfservAsksInASecondHandshake) {
  const auto server = start_nss_server(database(), {"-r", "-r", "-r"});
  const sspi::credential from = client_with_certificate();
  our_side ours(connect(server.port), from, {.fewer_flags = ISC_REQ_USE_SUPPLIED_CREDS});
  ours.shake();
  ours.say(question);
  ours.await("EOF");
  server.run->await("Subject: CN=our client");
  EXPECT_EQ(ours.shut(), SEC_E_OK);
}

// ---- tstclnt ----

TEST_P(Nss, TstclntSpeaksAndAnswersOurClose) {
  const sspi::credential from = credential_for(one(), role::server);
  listener entrance;
  const auto client = start_nss_client(database(), entrance.port(), {});
  our_side ours(entrance.accept(), from, {.side = role::server});
  ours.shake();
  client->write("a word\n");
  ours.await("a word");
  ours.say("and an answer\n");
  client->await("and an answer");
  EXPECT_EQ(ours.shut(), SEC_E_OK);
  client->close_input();
  ours.read_on();
  EXPECT_TRUE(ours.peer_closed());
  ours.hang_up();
  client->await_end();
  EXPECT_EQ(client->exit_code(), 0);
}

TEST_P(Nss, TstclntEndsWhenWeClose) {
  const sspi::credential from = credential_for(one(), role::server);
  listener entrance;
  const auto client = start_nss_client(database(), entrance.port(), {});
  our_side ours(entrance.accept(), from, {.side = role::server});
  ours.shake();
  ours.say("the only word\n");
  EXPECT_EQ(ours.shut(), SEC_E_OK);
  client->await("the only word");
  client->close_input();
  client->await_end();
  EXPECT_EQ(client->exit_code(), 0);
}

TEST_P(Nss, TstclntShowsACertificate) {
  const sspi::credential from({.side = role::server,
                               .version = version(),
                               .flags = SCH_CRED_AUTO_CRED_VALIDATION,
                               .certificates = {sspi::server_certificate(key()).get()},
                               .root_store = sspi::root_certificate()->hCertStore});
  listener entrance;
  const auto client = start_nss_client(database(), entrance.port(), {"-n", "client"});
  our_side ours(entrance.accept(), from, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
  ours.shake();
  client->write("a word\n");
  ours.await("a word");
  PCCERT_CONTEXT shown = nullptr;
  ASSERT_EQ(sspi::status(QueryContextAttributesA(&ours.party().handle(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &shown)),
            SEC_E_OK);
  char name[64]{};
  CertGetNameStringA(shown, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, nullptr, name, sizeof name);
  EXPECT_STREQ(name, "a client of NSS");
  CertFreeCertificateContext(shown);
  EXPECT_EQ(ours.shut(), SEC_E_OK);
}

TEST_P(NssAgain, TstclntRenegotiates) {
  const sspi::credential from = credential_for(one(), role::server);
  listener entrance;
  const auto client = start_nss_client(database(), entrance.port(), {"-r", "1"});
  our_side ours(entrance.accept(), from, {.side = role::server});
  ours.shake();
  client->write("a word\n");
  ours.await("a word");
  ours.say("and an answer\n");
  client->await("and an answer");
  EXPECT_EQ(ours.shut(), SEC_E_OK);
}

}  // namespace
}  // namespace schannix::test::interop

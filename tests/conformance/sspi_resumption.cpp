// Resumption: whose session comes back and whose does not. spec 4.10, T39
#include <gtest/gtest.h>
#include <schannix_ext.h>

#include <array>
#include <chrono>
#include <functional>
#include <thread>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

enum class way { tls12_by_id, tls12_by_ticket, tls13 };
constexpr way all_ways[] = {way::tls12_by_id, way::tls12_by_ticket, way::tls13};
constexpr const char* way_names[] = {"tls12_by_id", "tls12_by_ticket", "tls13"};

constexpr tls version_of(way how) { return how == way::tls13 ? tls::v1_3 : tls::v1_2; }

constexpr DWORD manual = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;

bool says_resumed(party& of) {
  SecPkgContext_SessionInfo info{};
  const status done = QueryContextAttributesA(&of.handle(), SECPKG_ATTR_SESSION_INFO, &info);
  EXPECT_EQ(done, SEC_E_OK);
  return (info.dwFlags & SSL_SESSION_RECONNECT) != 0;
}

bool says_resumable(party& of) {
  SCHANNIX_CLOSE_REPORT told{};
  told.cbSize = sizeof told;
  EXPECT_EQ(status(QueryContextAttributesA(&of.handle(), SCHANNIX_ATTR_CLOSE_REPORT, &told)), SEC_E_OK);
  return (told.dwFlags & SCHANNIX_CLOSE_RESUMABLE) != 0;
}

std::string shown_certificate(party& of) {
  PCCERT_CONTEXT shown = nullptr;
  const status done = QueryContextAttributesA(&of.handle(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &shown);
  if (!(done == SEC_E_OK)) return done.name();
  std::string der(reinterpret_cast<const char*>(shown->pbCertEncoded), shown->cbCertEncoded);
  CertFreeCertificateContext(shown);
  return der;
}

std::size_t companions(party& of) {
  PCCERT_CONTEXT shown = nullptr;
  if (QueryContextAttributesA(&of.handle(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &shown) != SEC_E_OK) return 0;
  std::size_t count = 0;
  for (PCCERT_CONTEXT one = nullptr; (one = CertEnumCertificatesInStore(shown->hCertStore, one)) != nullptr;) ++count;
  CertFreeCertificateContext(shown);
  return count;
}

SECURITY_STATUS session_token(party& of, DWORD flags) {
  SCHANNEL_SESSION_TOKEN wanted{SCHANNEL_SESSION, flags};
  SecBuffer buffer{sizeof wanted, SECBUFFER_TOKEN, &wanted};
  SecBufferDesc list{SECBUFFER_VERSION, 1, &buffer};
  return ApplyControlToken(&of.handle(), &list);
}

struct resumption : testing::TestWithParam<way> {
  credential client{client_options()}, server{server_options()};

  credential_options client_options(DWORD lifespan = 0) const {
    return {.version = version_of(GetParam()), .flags = manual, .lifespan = lifespan};
  }
  credential_options server_options(DWORD flags = 0, DWORD lifespan = 0) const {
    return {.side = role::server,
            .version = version_of(GetParam()),
            .flags = flags,
            .lifespan = lifespan,
            .certificates = {server_certificate().get()}};
  }
  party_options serving(ULONG more = 0) const {
    const ULONG tickets = GetParam() == way::tls12_by_id ? ULONG{0} : ULONG{ASC_REQ_SESSION_TICKET};
    return {.side = role::server, .more_flags = tickets | more};
  }

  // One connection that is used and closed; whether it was resumed, which both sides must say.
  bool meet(const credential& client_from, const credential& server_from, party_options client_how,
            party_options server_how, const std::function<void(couple&)>& in_the_middle = {}) {
    couple both(client_from, server_from, std::move(client_how), std::move(server_how));
    both.client.seal("from the client");
    both.server.seal("from the server");
    converse(both.client, both.server);
    EXPECT_EQ(both.server.received(), "from the client");
    EXPECT_EQ(both.client.received(), "from the server");
    const bool resumed = says_resumed(both.client);
    full_handshakes_ += !resumed;
    EXPECT_EQ(says_resumed(both.server), resumed);
    EXPECT_EQ(shown_certificate(both.client), as_der(server_certificate()));
    if (in_the_middle) {
      in_the_middle(both);
    } else {
      EXPECT_EQ(both.client.shut(), SEC_E_OK);
      converse(both.client, both.server);
      EXPECT_EQ(both.server.last(), SEC_I_CONTEXT_EXPIRED);
    }
    return resumed;
  }
  bool meet(const std::function<void(couple&)>& in_the_middle = {}) {
    return meet(client, server, {}, serving(), in_the_middle);
  }
  int full_handshakes_ = 0;
  static std::string as_der(const certificate& of) {
    return {reinterpret_cast<const char*>(of->pbCertEncoded), of->cbCertEncoded};
  }
};
INSTANTIATE_TEST_SUITE_P(ways, resumption, testing::ValuesIn(all_ways),
                         [](const auto& of) { return way_names[static_cast<std::size_t>(of.param)]; });

TEST_P(resumption, T39_SameCredentialAndTarget) {
  EXPECT_FALSE(meet());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(meet()) << i;
}

// The close report foretells what a next connection will see. C11, C12
TEST_P(resumption, TheReportSaysWhetherItWillBe) {
  meet([](couple& both) { EXPECT_TRUE(says_resumable(both.client) && says_resumable(both.server)) << "cut"; });
  EXPECT_TRUE(meet([](couple& both) {
    ASSERT_EQ(apply_alert(both.client.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_ACCESS_DENIED), SEC_E_OK);
    ASSERT_EQ(both.client.step({}), SEC_E_OK);
    EXPECT_EQ(both.server.open(both.client.take()).said, SEC_E_LOGON_DENIED);
    EXPECT_FALSE(says_resumable(both.client) || says_resumable(both.server)) << "after a fatal alert";
  }));
  EXPECT_FALSE(meet());
}

TEST_P(resumption, TheReportSaysNoWhereNothingIsKept) {
  const credential lasting_never(server_options(0, 0xFFFFFFFF));
  meet(client, lasting_never, {.target = ""}, {.side = role::server}, [](couple& both) {
    EXPECT_FALSE(says_resumable(both.client));
    EXPECT_FALSE(says_resumable(both.server));
  });
}

TEST_P(resumption, RemembersTheWholeChain) {
  std::size_t before = 0, after = 0;
  meet([&](couple& both) { before = companions(both.client); });
  EXPECT_TRUE(meet([&](couple& both) { after = companions(both.client); }));
  EXPECT_GT(before, 0u);
  EXPECT_EQ(after, before);
}

TEST_P(resumption, TargetsDifferButNotByCase) {
  EXPECT_FALSE(meet());
  EXPECT_FALSE(meet(client, server, {.target = "b.test"}, serving()));
  EXPECT_TRUE(meet(client, server, {.target = "A.Test"}, serving()));
}

TEST_P(resumption, SslEmptyCacheForgetsATarget) {
  char target[] = "A.Test", unknown[] = "nobody.test", none[] = "";
  wchar_t wide[] = L"a.test";
  EXPECT_FALSE(meet());
  EXPECT_TRUE(SslEmptyCacheA(unknown, 0));
  EXPECT_TRUE(SslEmptyCacheA(none, 0));
  EXPECT_TRUE(meet()) << "not that target";
  EXPECT_TRUE(SslEmptyCacheA(target, 0));
  EXPECT_FALSE(meet());
  EXPECT_TRUE(meet());
  EXPECT_TRUE(SslEmptyCacheW(wide, 0));
  EXPECT_FALSE(meet());
}

TEST_P(resumption, SslEmptyCacheForgetsAllForNull) {
  const credential other(client_options());
  const auto meet_each = [&] {
    return std::array{meet(), meet(client, server, {.target = "b.test"}, serving()),
                      meet(other, server, {}, serving())};
  };
  constexpr std::array none{false, false, false}, all{true, true, true};
  EXPECT_EQ(meet_each(), none);
  EXPECT_EQ(meet_each(), all);
  EXPECT_TRUE(SslEmptyCacheA(nullptr, 0));
  EXPECT_EQ(meet_each(), none);
  EXPECT_EQ(meet_each(), all);
  EXPECT_TRUE(SslEmptyCacheW(nullptr, 0));
  EXPECT_EQ(meet_each(), none);
}

TEST_P(resumption, NothingWithoutATarget) {
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(meet(client, server, {.target = ""}, serving()));
}

TEST_P(resumption, T39_AnotherCredentialStartsAnew) {
  EXPECT_FALSE(meet());
  const credential other_client(client_options()), other_server(server_options());
  EXPECT_FALSE(meet(other_client, server, {}, serving()));
  EXPECT_FALSE(meet(client, other_server, {}, serving()));
}

// What one call did not validate, another call's validation must not take for validated.
TEST_P(resumption, ValidatedSessionsOnlyForValidatedConnections) {
  credential_options automatic = client_options();
  automatic.flags = SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
  automatic.extra_roots = {root_certificate().get()};
  const credential from(automatic);
  const party_options unvalidated{.more_flags = ISC_REQ_MANUAL_CRED_VALIDATION};
  EXPECT_FALSE(meet(from, server, unvalidated, serving()));
  EXPECT_FALSE(meet(from, server, {}, serving()));
  EXPECT_TRUE(meet(from, server, unvalidated, serving()));
  EXPECT_TRUE(meet(from, server, {}, serving()));
}

TEST_P(resumption, NoneForALifespanOfAllOnes) {
  const credential lasting_client(client_options(0xFFFFFFFF)), lasting_server(server_options(0, 0xFFFFFFFF));
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(meet(lasting_client, server, {}, serving()));
    EXPECT_FALSE(meet(client, lasting_server, {}, serving()));
  }
}

TEST_P(resumption, T39_NoneWithDisabledReconnects) {
  const credential disabled(server_options(SCH_CRED_DISABLE_RECONNECTS));
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(meet(client, disabled, {}, serving()));
}

TEST_P(resumption, KeepsTheClientsCertificate) {
  for (const DWORD flags : {DWORD{0}, DWORD{SCH_CRED_AUTO_CRED_VALIDATION}}) {
    credential_options shows = client_options(), asks = server_options(flags);
    const pki::issued leaf = pki::issue({.common_name = "client", .usage = "clientAuth"}, &test_root());
    const certificate mine = import(leaf, {test_root()});
    shows.certificates = {mine.get()};
    asks.extra_roots = {root_certificate().get()};
    const credential from(shows), to(asks);
    for (const bool again : {false, true, true})
      EXPECT_EQ(meet(from, to, {}, serving(ASC_REQ_MUTUAL_AUTH),
                     [&](couple& both) { EXPECT_EQ(shown_certificate(both.server), leaf.der()); }),
                again);
  }
}

// A client that showed none is asked again, and so is one that nobody asked before.
TEST_P(resumption, WithoutACertificateNotWhereOneIsAsked) {
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(meet(client, server, {}, serving(ASC_REQ_MUTUAL_AUTH)));
  EXPECT_TRUE(meet()) << "where none is asked for";
  EXPECT_FALSE(meet(client, server, {}, serving(ASC_REQ_MUTUAL_AUTH))) << "a session of a connection without";
}

// .NET with AllowTlsResume off.
TEST_P(resumption, A34_NoneAfterTheTokenOfTheFirstCall) {
  for (int i = 0; i < 2; ++i) {
    party one(client), other(server, serving());
    one.step({});
    EXPECT_EQ(session_token(one, SSL_SESSION_DISABLE_RECONNECTS), SEC_E_OK);
    converse(one, other);
    ASSERT_TRUE(one.established() && other.established());
    EXPECT_FALSE(says_resumed(one));
  }
}

TEST_P(resumption, GoesWithTheCredential) {
  EXPECT_FALSE(meet());
  client = credential(client_options());
  EXPECT_FALSE(meet());
  server = credential(server_options());
  EXPECT_FALSE(meet());
  EXPECT_TRUE(meet());
}

TEST_P(resumption, S13_ACutConnectionsSessionIsResumed) {
  EXPECT_FALSE(meet([](couple&) {}));  // deleted without a word
  EXPECT_TRUE(meet());
}

TEST_P(resumption, S13_AFailedConnectionsSessionIsNot) {
  EXPECT_FALSE(meet([](couple& both) {
    std::string record = both.server.sealed("damaged");
    record.back() = static_cast<char>(record.back() ^ 1);
    EXPECT_EQ(both.client.open(record).said, SEC_E_MESSAGE_ALTERED);
  }));
  EXPECT_FALSE(meet());
  EXPECT_TRUE(meet());
}

// The certificate that the caller rejects by a fatal alert.
TEST_P(resumption, S13_NorIsOneThatTheApplicationEndedInAnAlert) {
  for (const role who : {role::client, role::server}) {
    EXPECT_FALSE(meet([&](couple& both) {
      SCHANNEL_ALERT_TOKEN rejected{SCHANNEL_ALERT, TLS1_ALERT_FATAL, TLS1_ALERT_BAD_CERTIFICATE};
      SecBuffer buffer{sizeof rejected, SECBUFFER_TOKEN, &rejected};
      SecBufferDesc list{SECBUFFER_VERSION, 1, &buffer};
      party& speaker = both.of(who);
      EXPECT_EQ(status(ApplyControlToken(&speaker.handle(), &list)), SEC_E_OK);
      speaker.step({});
      converse(both.client, both.server);
    }));
    EXPECT_FALSE(meet()) << "alert of the " << (who == role::client ? "client" : "server");
    client = credential(client_options());
  }
}

// A new ticket comes with each resumption: it must not carry the first validation on for ever. With a lifespan of two
// seconds a full handshake comes soon; the limit is only for the case that it never does.
TEST_P(resumption, RenewalDoesNotProlong) {
  client = credential(client_options(2000));
  EXPECT_FALSE(meet());
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (full_handshakes_ < 2 && std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    meet();
  }
  EXPECT_EQ(full_handshakes_, 2);
}

// Nor may a server's tickets, whatever the client keeps.
TEST_P(resumption, RenewalDoesNotProlongAtTheServer) {
  server = credential(server_options(0, 2000));
  EXPECT_FALSE(meet());
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (full_handshakes_ < 2 && std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    meet();
  }
  EXPECT_EQ(full_handshakes_, 2);
}

// OpenSSL does not say which of two certificates a resumed session was made with.
TEST_P(resumption, NoLocalCertificateRatherThanAWrongOne) {
  credential_options both_keys = server_options();
  both_keys.certificates = {server_certificate().get(), server_certificate(pki::key_kind::rsa2048).get()};
  server = credential(both_keys);
  EXPECT_FALSE(meet());
  EXPECT_TRUE(meet([](couple& both) {
    PCCERT_CONTEXT shown = nullptr;
    const status done = QueryContextAttributesA(&both.server.handle(), SECPKG_ATTR_LOCAL_CERT_CONTEXT, &shown);
    EXPECT_TRUE(done.failed()) << done.name();
    SecPkgContext_Bindings bindings{};
    const status bound = QueryContextAttributesA(&both.server.handle(), SECPKG_ATTR_ENDPOINT_BINDINGS, &bindings);
    EXPECT_TRUE(bound.failed()) << bound.name();
  }));
}

// By id: the session is kept at the end of the handshake, so a token in its middle decides.
TEST(Resumption, TheServersTokenDecides) {
  const credential client({.version = tls::v1_2, .flags = manual});
  const auto serving = [](DWORD flags) {
    return credential_options{
        .side = role::server, .version = tls::v1_2, .flags = flags, .certificates = {server_certificate().get()}};
  };
  const auto meet = [&](const credential& server, DWORD token) {
    party one(client), other(server, {.side = role::server});
    one.start();
    other.give(one.take());
    EXPECT_EQ(session_token(other, token), SEC_E_OK);
    one.give(other.take());
    converse(one, other);
    EXPECT_TRUE(one.established() && other.established());
    return says_resumed(one);
  };
  const credential usual(serving(0)), disabled(serving(SCH_CRED_DISABLE_RECONNECTS));
  EXPECT_FALSE(meet(usual, SSL_SESSION_DISABLE_RECONNECTS));
  EXPECT_FALSE(meet(usual, SSL_SESSION_ENABLE_RECONNECTS));
  EXPECT_TRUE(meet(usual, SSL_SESSION_ENABLE_RECONNECTS));
  EXPECT_FALSE(meet(disabled, SSL_SESSION_ENABLE_RECONNECTS));
  // The credential still says no before the token of the next handshake can say yes.
  EXPECT_FALSE(meet(disabled, SSL_SESSION_ENABLE_RECONNECTS));
}

// The lifespan is on the wire of TLS 1.3, in the ticket: no clock needs to be waited for. RFC 8446 §4.6.1
// In TLS 1.2 a ticket is promised before a server can say no.
TEST(Resumption, TheServersTokenTakesATicketBack) {
  const credential client({.version = tls::v1_2, .flags = manual});
  const credential server(
      {.side = role::server, .version = tls::v1_2, .flags = 0, .certificates = {server_certificate().get()}});
  for (int i = 0; i < 2; ++i) {
    party one(client), other(server, {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
    one.start();
    other.give(one.take());
    EXPECT_EQ(session_token(other, SSL_SESSION_DISABLE_RECONNECTS), SEC_E_OK);
    one.give(other.take());
    converse(one, other);
    ASSERT_TRUE(one.established() && other.established());
    EXPECT_FALSE(says_resumed(one));
  }
}

// Without an extended master secret a resumed connection has no tls-unique worth the name. RFC 7627
TEST(Resumption, NoUniqueBindingsWithoutExtendedMasterSecret) {
  const credential server(
      {.side = role::server, .version = tls::v1_2, .flags = 0, .certificates = {server_certificate().get()}});
  for (const bool extended : {true, false}) {
    peer_options options = peer_for(role::server, tls::v1_2);
    std::shared_ptr<SSL_SESSION> session;
    for (const bool again : {false, true}) {
      openssl_peer peer(options);
      if (!extended) SSL_set_options(peer.native(), SSL_OP_NO_EXTENDED_MASTER_SECRET);
      if (again) peer.resume_from(session.get());
      party ours(server, {.side = role::server});
      peer.start();
      converse(ours, peer);
      ASSERT_TRUE(ours.established() && peer.resumed() == again);
      session.reset(SSL_get1_session(peer.native()), SSL_SESSION_free);
      SSL_set_shutdown(peer.native(), SSL_SENT_SHUTDOWN);  // else OpenSSL forbids to resume it
      SecPkgContext_Bindings bindings{};
      const status bound = QueryContextAttributesA(&ours.handle(), SECPKG_ATTR_UNIQUE_BINDINGS, &bindings);
      EXPECT_EQ(bound.failed(), again && !extended) << bound.name();
      if (!bound.failed()) FreeContextBuffer(bindings.Bindings);
    }
  }
}

TEST(Resumption, SslEmptyCacheTakesNoFlags) {
  SetLastError(0);
  EXPECT_FALSE(SslEmptyCacheA(nullptr, 1));
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
  SetLastError(0);
  EXPECT_FALSE(SslEmptyCacheW(nullptr, 1));
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
}

TEST(Resumption, EndsWithTheLifespan) {
  const auto promised = [](DWORD lifespan) {
    const credential from({.side = role::server,
                           .version = tls::v1_3,
                           .flags = 0,
                           .lifespan = lifespan,
                           .certificates = {server_certificate().get()}});
    link with(from, peer_for(role::server, tls::v1_3), {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
    return SSL_SESSION_get_ticket_lifetime_hint(SSL_get_session(with.peer.native()));
  };
  EXPECT_EQ(promised(0), 36000u);
  EXPECT_EQ(promised(60'000), 60u);
  EXPECT_EQ(promised(1), 1u);
}

TEST(Resumption, A13ServerSendsTicketsOnlyWhenAsked) {
  const credential client({.version = tls::v1_3, .flags = manual});
  const credential server(
      {.side = role::server, .version = tls::v1_3, .flags = 0, .certificates = {server_certificate().get()}});
  for (int i = 0; i < 2; ++i) {
    couple both(client, server);
    EXPECT_FALSE(says_resumed(both.client));
  }
}

}  // namespace
}  // namespace schannix::test::sspi

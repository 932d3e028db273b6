// Servers: client certificates with and without automatic validation, when tickets are issued, and the revocation
// flags of both roles.
#include <gtest/gtest.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

constexpr DWORD automatic = SCH_CRED_AUTO_CRED_VALIDATION;

credential server_with(tls version, DWORD flags, DWORD lifespan = 0) {
  return credential({.side = role::server,
                     .version = version,
                     .flags = flags,
                     .lifespan = lifespan,
                     .certificates = {server_certificate().get()},
                     .extra_roots = {root_certificate().get()}});
}

// A client of OpenSSL that shows these certificates, and our server.
struct visit {
  credential from;
  openssl_peer peer;
  party server;

  visit(tls version, DWORD flags, std::vector<peer_identity> shown, ULONG request = ASC_REQ_MUTUAL_AUTH)
      : from(server_with(version, flags)),
        peer(options(version, std::move(shown))),
        server(from, {.side = role::server, .more_flags = request}) {
    peer.start();
    converse(server, peer);
  }
  static peer_options options(tls version, std::vector<peer_identity> shown) {
    peer_options made = peer_for(role::server, version);
    made.identities = std::move(shown);
    return made;
  }
  void expect_accepted(const char* why) {
    EXPECT_TRUE(server.established()) << why << ": " << server.last();
    EXPECT_FALSE(peer.failed()) << why;
  }
  void expect_refused(SECURITY_STATUS why, int alert) {
    EXPECT_EQ(server.last(), why);
    EXPECT_FALSE(server.established());
    EXPECT_EQ(peer.alert(), (received_alert{TLS1_ALERT_FATAL, alert}));
  }
  status seen_certificate() {
    PCCERT_CONTEXT shown = nullptr;
    const status said = QueryContextAttributesA(&server.handle(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &shown);
    if (said == SEC_E_OK) CertFreeCertificateContext(shown);
    return said;
  }
};

std::vector<peer_identity> issued(const pki::profile& what) {
  return {{pki::issue(what, &test_root()), {test_root()}}};
}
std::vector<peer_identity> stranger() { return {{pki::issue({.common_name = "stranger"})}}; }

class ServerValidation : public testing::TestWithParam<tls> {};
INSTANTIATE_TEST_SUITE_P(Sspi, ServerValidation, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(ServerValidation, TrustedClientsAreLetIn) {
  for (const char* usage : {"clientAuth", ""}) {  // no usage stands for every usage
    visit with(GetParam(), automatic, issued({.common_name = "somebody", .usage = usage}));
    with.expect_accepted(usage);
    EXPECT_EQ(with.seen_certificate(), SEC_E_OK);
  }
}

TEST_P(ServerValidation, OthersAreNot) {
  visit(GetParam(), automatic, stranger()).expect_refused(SEC_E_UNTRUSTED_ROOT, TLS1_ALERT_UNKNOWN_CA);
  visit(GetParam(), automatic, issued({.common_name = "somebody", .from_days = -9, .to_days = -1}))
      .expect_refused(SEC_E_CERT_EXPIRED, TLS1_ALERT_CERTIFICATE_EXPIRED);
  visit(GetParam(), automatic, issued({.common_name = "somebody", .usage = "serverAuth"}))
      .expect_refused(SEC_E_CERT_WRONG_USAGE, TLS1_ALERT_CERTIFICATE_UNKNOWN);
}

// ---- hRootStore: whom the program trusts besides the system's roots, or instead of them ----

// How a client of the tests' root fares with these roots.
status judged(tls version, HCERTSTORE roots, DWORD more_flags = 0, std::vector<PCCERT_CONTEXT> extra = {}) {
  const credential from({.side = role::server,
                         .version = version,
                         .flags = automatic | more_flags,
                         .certificates = {server_certificate().get()},
                         .extra_roots = std::move(extra),
                         .root_store = roots});
  openssl_peer peer(visit::options(version, issued({.common_name = "somebody"})));
  party server(from, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
  peer.start();
  converse(server, peer);
  return server.last();
}

TEST_P(ServerValidation, RootStoreIsTrusted) {
  EXPECT_EQ(judged(GetParam(), nullptr), SEC_E_UNTRUSTED_ROOT);
  EXPECT_EQ(judged(GetParam(), root_certificate()->hCertStore), SEC_E_OK);
  EXPECT_EQ(judged(GetParam(), root_certificate()->hCertStore, SCH_CRED_RESTRICTED_ROOTS), SEC_E_OK);
}

TEST_P(ServerValidation, RootStoreThatHoldsAnotherRoot) {
  const certificate other = import(pki::issue({.common_name = "Other Root", .authority = true}), {}, false);
  EXPECT_EQ(judged(GetParam(), other->hCertStore), SEC_E_UNTRUSTED_ROOT);
  EXPECT_EQ(judged(GetParam(), other->hCertStore, SCH_CRED_RESTRICTED_ROOTS), SEC_E_UNTRUSTED_ROOT);
  EXPECT_EQ(judged(GetParam(), other->hCertStore, 0, {root_certificate().get()}), SEC_E_OK);
}

// Of the store only roots count: what stands below one is trusted by nobody's word.
TEST_P(ServerValidation, RootStoreThatHoldsMoreThanRoots) {
  const pki::issued lower = pki::issue({.common_name = "Lower", .authority = true}, &test_root());
  const certificate only_lower = import(lower, {}, false);
  const credential from({.side = role::server,
                         .version = GetParam(),
                         .flags = automatic,
                         .certificates = {server_certificate().get()},
                         .root_store = only_lower->hCertStore});
  openssl_peer peer(visit::options(GetParam(), {{pki::issue({.common_name = "below"}, &lower), {lower}}}));
  party server(from, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
  peer.start();
  converse(server, peer);
  EXPECT_EQ(server.last(), SEC_E_UNTRUSTED_ROOT);
}

// As on Windows since 8, where SendTrustedIssuerList is 0: the client may show whatever it has.
TEST_P(ServerValidation, NoIssuersAreNamed) {
  const credential from({.side = role::server,
                         .version = GetParam(),
                         .flags = automatic,
                         .certificates = {server_certificate().get()},
                         .root_store = root_certificate()->hCertStore});
  openssl_peer peer(visit::options(GetParam(), issued({.common_name = "somebody"})));
  party server(from, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
  peer.start();
  converse(server, peer);
  ASSERT_TRUE(server.established());
  EXPECT_EQ(sk_X509_NAME_num(SSL_get0_peer_CA_list(peer.native())) > 0, false);
}

// The system's roots are no more than those of SSL_CERT_FILE: restricted, they do not count.
TEST_P(ServerValidation, RestrictedRootsLeaveTheSystemsOut) {
  const pki::workshop shop;
  shop.write("roots.pem", test_root().pem());
  const certificate other = import(pki::issue({.common_name = "Other Root", .authority = true}), {}, false);
  setenv("SSL_CERT_FILE", shop.path("roots.pem").c_str(), 1);
  EXPECT_EQ(judged(GetParam(), other->hCertStore), SEC_E_OK);
  EXPECT_EQ(judged(GetParam(), other->hCertStore, SCH_CRED_RESTRICTED_ROOTS), SEC_E_UNTRUSTED_ROOT);
  EXPECT_EQ(judged(GetParam(), nullptr, SCH_CRED_RESTRICTED_ROOTS), SEC_E_UNTRUSTED_ROOT);
  unsetenv("SSL_CERT_FILE");
}

// Ours against ours, RSA and EC, in the three ways to name whom to trust.
TEST_P(ServerValidation, OurClientsCertificateReachesOurServer) {
  for (const auto key : {pki::key_kind::p256, pki::key_kind::rsa2048}) {
    const pki::issued leaf = pki::issue({.common_name = "mine", .usage = "clientAuth", .key = key}, &test_root());
    const certificate mine = import(leaf, {test_root()});
    const credential shows({.version = GetParam(), .certificates = {mine.get()}});
    couple both(shows, server_with(GetParam(), automatic), {},
                {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
    PCCERT_CONTEXT shown = nullptr;
    ASSERT_EQ(QueryContextAttributesA(&both.server.handle(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &shown), SEC_E_OK);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(shown->pbCertEncoded), shown->cbCertEncoded), leaf.der());
    CertFreeCertificateContext(shown);
    EXPECT_EQ(both.server.attributes() & ASC_RET_MUTUAL_AUTH, 0u) << "only a certificate that was mapped to an account";
  }
}

// Whose program validates is told who came, whoever that is.
TEST_P(ServerValidation, WithoutTheFlagTheProgramHasToValidate) {
  for (const DWORD flags :
       {DWORD{0}, DWORD{SCH_CRED_MANUAL_CRED_VALIDATION}, DWORD{SCH_CRED_MANUAL_CRED_VALIDATION | automatic}}) {
    visit with(GetParam(), flags, stranger());
    with.expect_accepted("stranger");
    EXPECT_EQ(with.seen_certificate(), SEC_E_OK);
  }
}

TEST_P(ServerValidation, NobodyIsAskedOrNobodyAnswers) {
  visit silent(GetParam(), automatic, {});
  silent.expect_accepted("no certificate is no failure");
  EXPECT_EQ(silent.seen_certificate(), SEC_E_NO_CREDENTIALS);
  visit unasked(GetParam(), automatic, stranger(), 0);
  unasked.expect_accepted("without MUTUAL_AUTH none is asked for");
  EXPECT_EQ(unasked.seen_certificate(), SEC_E_NO_CREDENTIALS);
}

// ---- Revocation ----

constexpr DWORD revocation_flags[] = {SCH_CRED_REVOCATION_CHECK_END_CERT, SCH_CRED_REVOCATION_CHECK_CHAIN,
                                      SCH_CRED_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT};

TEST_P(ServerValidation, RevocationOfClientsThatNobodyKnows) {
  for (const DWORD flag : revocation_flags) {
    visit strict(GetParam(), automatic | flag, issued({.common_name = "somebody"}));
    EXPECT_EQ(strict.server.last(), CRYPT_E_NO_REVOCATION_CHECK);
    EXPECT_FALSE(strict.server.established());
    visit(GetParam(), automatic | flag | SCH_CRED_IGNORE_NO_REVOCATION_CHECK, issued({.common_name = "somebody"}))
        .expect_accepted("waved through");
  }
}

// ---- Tickets ----

struct ticket_row {
  const char* name;
  DWORD flags;
  DWORD lifespan;
  ULONG request;
  bool issued;
};
constexpr ULONG asked = ASC_REQ_SESSION_TICKET;
constexpr ticket_row ticket_rows[] = {{"asked", 0, 0, asked, true},
                                      {"not asked", 0, 0, 0, false},
                                      {"reconnects disabled", SCH_CRED_DISABLE_RECONNECTS, 0, asked, false},
                                      {"client certificates", 0, 0, asked | ASC_REQ_MUTUAL_AUTH, true},
                                      {"no lifespan", 0, 0xFFFFFFFF, asked, false}};

TEST_P(ServerValidation, TicketsAreIssuedToWhomTheyMayBe) {
  for (const ticket_row& row : ticket_rows) {
    const credential from = server_with(GetParam(), row.flags, row.lifespan);
    peer_options options = visit::options(GetParam(), issued({.common_name = "somebody"}));
    options.session_tickets = true;
    link with(from, options, {.side = role::server, .more_flags = row.request});
    with.peer.give(with.ours.sealed("data"));
    EXPECT_EQ(with.peer.received(), "data");
    EXPECT_EQ(SSL_SESSION_has_ticket(SSL_get_session(with.peer.native())) == 1, row.issued) << row.name;
  }
}

}  // namespace
}  // namespace schannix::test::sspi

// Revocation of a server's certificate: in each scope, by lists and by the answer that the server staples; and the
// answer that our server staples. spec 3.4, 4.5, 9.6
#include <gtest/gtest.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

constexpr DWORD automatic = SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
constexpr DWORD leaf_only = SCH_CRED_REVOCATION_CHECK_END_CERT, whole = SCH_CRED_REVOCATION_CHECK_CHAIN,
                without_root = SCH_CRED_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT;
constexpr DWORD ignore_unknown = SCH_CRED_IGNORE_NO_REVOCATION_CHECK,
                ignore_offline = SCH_CRED_IGNORE_REVOCATION_OFFLINE;
constexpr int bad_status_response = 113;  // RFC 6066 §8

const pki::issued& middle() {
  static const pki::issued made = pki::issue({.common_name = "Middle", .authority = true}, &test_root());
  return made;
}
pki::issued leaf_with(const std::string& list_at) {
  return pki::issue({.common_name = "a.test", .alternative = {"DNS:a.test"}, .list_at = list_at}, &middle());
}
const pki::issued& leaf() {
  static const pki::issued made = leaf_with("");
  return made;
}
const pki::issued& leaf_that_names_a_place() {
  static const pki::issued made = leaf_with("http://127.0.0.1:9/list.crl");
  return made;
}

std::string answer(pki::ocsp_status status = pki::ocsp_status::good, long to_hours = 24) {
  return pki::ocsp_answer({{{leaf(), middle(), status, "SHA1", -48, to_hours}}, middle()});
}
const auto revoked = pki::ocsp_status::revoked;

struct question {
  DWORD flags = 0;
  std::vector<std::string> lists = {};
  std::string stapled = {};
  const pki::issued* shown = nullptr;  // null: leaf()
};

// A client of ours that asks, and OpenSSL's server.
struct visit {
  credential from;
  openssl_peer peer;
  party client;

  visit(tls version, const question& asked)
      : from({.version = version,
              .flags = automatic | asked.flags,
              .extra_roots = {root_certificate().get()},
              .revocation_lists = asked.lists}),
        peer(options(version, asked)),
        client(from) {
    converse(client, peer);
  }
  static peer_options options(tls version, const question& asked) {
    peer_options made = peer_for(role::client, version);
    made.identities = {{asked.shown != nullptr ? *asked.shown : leaf(), {middle()}}};
    made.stapled = asked.stapled;
    return made;
  }
  status outcome() const { return client.established() ? status(SEC_E_OK) : client.last(); }
  DWORD verdict() {
    SecPkgContext_CertificateValidationResult found{};
    EXPECT_EQ(status(QueryContextAttributesA(&client.handle(), SECPKG_ATTR_CERT_CHECK_RESULT, &found)), SEC_E_OK);
    return static_cast<DWORD>(found.hrVerifyChainStatus);
  }
};

class Revocation : public testing::TestWithParam<tls> {};
INSTANTIATE_TEST_SUITE_P(Sspi, Revocation, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

// ---- Scopes, by lists ----

TEST_P(Revocation, EachScopeHasItsCertificates) {
  const std::string of_leaf = pki::revocation_list(middle()), of_middle = pki::revocation_list(test_root());
  const std::string kills_middle = pki::revocation_list(test_root(), {.revoked = {middle()}}),
                    kills_leaf = pki::revocation_list(middle(), {.revoked = {leaf()}}),
                    kills_root = pki::revocation_list(test_root(), {.revoked = {test_root()}});
  const auto by = [](DWORD flags, std::vector<std::string> lists) {
    return visit(GetParam(), {.flags = flags, .lists = std::move(lists)}).outcome();
  };
  for (const DWORD scope : {leaf_only, whole, without_root}) {
    EXPECT_EQ(by(scope, {}), CRYPT_E_NO_REVOCATION_CHECK);
    EXPECT_EQ(by(scope, {of_leaf, of_middle}), SEC_E_OK);
    EXPECT_EQ(by(scope, {kills_leaf, of_middle}), CRYPT_E_REVOKED);
    EXPECT_EQ(by(scope, {of_leaf, kills_middle}), scope == leaf_only ? SEC_E_OK : CRYPT_E_REVOKED);
    EXPECT_EQ(by(scope, {of_leaf}), scope == leaf_only ? SEC_E_OK : CRYPT_E_NO_REVOCATION_CHECK);
    EXPECT_EQ(by(scope, {of_leaf, kills_root}), scope == leaf_only      ? SEC_E_OK
                                                : scope == without_root ? SEC_E_OK
                                                                        : CRYPT_E_REVOKED);
  }
  EXPECT_EQ(by(0, {kills_leaf}), SEC_E_OK) << "nobody asked";
  EXPECT_EQ(by(leaf_only | whole, {of_leaf, kills_middle}), CRYPT_E_REVOKED) << "of two the one that asks for more";
}

TEST_P(Revocation, ListsMayBeText) {
  const std::string text =
      pki::list_pem(pki::revocation_list(middle())) + pki::list_pem(pki::revocation_list(test_root()));
  EXPECT_EQ(visit(GetParam(), {.flags = whole, .lists = {text}}).outcome(), SEC_E_OK);
}

TEST_P(Revocation, WhatIsNotKnownIsToldApartAndIgnoredApart) {
  const auto by = [](DWORD flags, const pki::issued& shown) {
    return visit(GetParam(), {.flags = leaf_only | flags, .shown = &shown}).outcome();
  };
  const pki::issued& offline = leaf_that_names_a_place();
  EXPECT_EQ(by(0, leaf()), CRYPT_E_NO_REVOCATION_CHECK);
  EXPECT_EQ(by(ignore_offline, leaf()), CRYPT_E_NO_REVOCATION_CHECK);
  EXPECT_EQ(by(ignore_unknown, leaf()), SEC_E_OK);
  EXPECT_EQ(by(0, offline), CRYPT_E_REVOCATION_OFFLINE);
  EXPECT_EQ(by(ignore_unknown, offline), CRYPT_E_REVOCATION_OFFLINE);
  EXPECT_EQ(by(ignore_offline, offline), SEC_E_OK);
}

TEST_P(Revocation, NobodyWhoIsRevokedIsIgnored) {
  const DWORD all = whole | ignore_unknown | ignore_offline;
  EXPECT_EQ(
      visit(GetParam(), {.flags = all, .lists = {pki::revocation_list(middle(), {.revoked = {leaf()}})}}).outcome(),
      CRYPT_E_REVOKED);
  EXPECT_EQ(visit(GetParam(), {.flags = all, .stapled = answer(revoked)}).outcome(), CRYPT_E_REVOKED);
}

TEST_P(Revocation, TheVerdictIsToldAsAlertAndAsAttribute) {
  visit dead(GetParam(), {.flags = leaf_only, .lists = {pki::revocation_list(middle(), {.revoked = {leaf()}})}});
  EXPECT_EQ(dead.peer.alert(), (received_alert{TLS1_ALERT_FATAL, TLS1_ALERT_CERTIFICATE_REVOKED}));
  EXPECT_EQ(dead.verdict(), static_cast<DWORD>(CRYPT_E_REVOKED));
  visit unknown(GetParam(), {.flags = leaf_only});
  EXPECT_EQ(unknown.peer.alert(), (received_alert{TLS1_ALERT_FATAL, TLS1_ALERT_CERTIFICATE_UNKNOWN}));
  EXPECT_EQ(unknown.verdict(), static_cast<DWORD>(CRYPT_E_NO_REVOCATION_CHECK));
  visit offline(GetParam(), {.flags = leaf_only, .shown = &leaf_that_names_a_place()});
  EXPECT_EQ(offline.verdict(), static_cast<DWORD>(CRYPT_E_REVOCATION_OFFLINE));
}

// OpenSSL's folder of certificates may hold lists, too.
TEST_P(Revocation, TheSystemsFolderHoldsLists) {
  const pki::workshop shop;
  shop.write("roots.pem", test_root().pem());
  shop.write("list.pem", pki::list_pem(pki::revocation_list(middle(), {.revoked = {leaf()}})));
  shop.openssl("rehash .");
  setenv("SSL_CERT_DIR", shop.path("").c_str(), 1);
  visit with(GetParam(), {.flags = leaf_only});
  unsetenv("SSL_CERT_DIR");
  EXPECT_EQ(with.outcome(), CRYPT_E_REVOKED);
}

// ---- The answer that a server staples ----

TEST_P(Revocation, AnAnswerIsAskedForWhereRevocationIsChecked) {
  for (const DWORD scope : {leaf_only, whole, without_root})
    EXPECT_TRUE(visit(GetParam(), {.flags = scope}).peer.was_asked_status());
  EXPECT_FALSE(visit(GetParam(), {}).peer.was_asked_status());
}

TEST_P(Revocation, AStapledAnswerCountsForTheLeaf) {
  EXPECT_EQ(visit(GetParam(), {.flags = leaf_only, .stapled = answer()}).outcome(), SEC_E_OK);
  EXPECT_EQ(visit(GetParam(), {.flags = whole, .stapled = answer()}).outcome(), CRYPT_E_NO_REVOCATION_CHECK);
  EXPECT_EQ(
      visit(GetParam(), {.flags = whole, .lists = {pki::revocation_list(test_root())}, .stapled = answer()}).outcome(),
      SEC_E_OK);
}

TEST_P(Revocation, AStapledRevocationEndsTheHandshake) {
  const std::string list = pki::revocation_list(middle());
  for (const std::vector<std::string>& lists : {std::vector<std::string>{}, std::vector{list}}) {
    visit with(GetParam(), {.flags = leaf_only, .lists = lists, .stapled = answer(revoked)});
    EXPECT_EQ(with.outcome(), CRYPT_E_REVOKED);
    const int told = GetParam() == tls::v1_2 ? bad_status_response : TLS1_ALERT_CERTIFICATE_REVOKED;
    EXPECT_EQ(with.peer.alert(), (received_alert{TLS1_ALERT_FATAL, told}));
    EXPECT_EQ(with.verdict(), static_cast<DWORD>(CRYPT_E_REVOKED));
  }
}

std::vector<std::string> answers_that_do_not_count() {
  const pki::issued other = pki::issue({.common_name = "other"}, &middle());
  const pki::issued namesake = pki::issue({.common_name = "Middle", .authority = true});
  const pki::issued no_responder = pki::issue({.common_name = "r"}, &middle());
  const auto of = [](const pki::issued& about, const pki::issued& by, const pki::issued& signer) {
    return pki::ocsp_answer({{{about, by}}, signer});
  };
  return {answer(pki::ocsp_status::good, -1),
          answer(pki::ocsp_status::unknown),
          pki::ocsp_answer({{{leaf(), middle(), pki::ocsp_status::good, "SHA1", 24, 48}}, middle()}),
          of(other, middle(), middle()),
          of(leaf(), namesake, namesake),
          of(leaf(), middle(), no_responder),
          of(leaf(), middle(), test_root()),
          of(leaf(), middle(), leaf()),
          pki::ocsp_error(),
          "\x30",
          std::string(16000, '\x30'),
          answer() + "x"};
}

TEST_P(Revocation, AnAnswerThatProvesNothingCountsAsNone) {
  for (const std::string& bad : answers_that_do_not_count()) {
    EXPECT_EQ(visit(GetParam(), {.flags = leaf_only, .stapled = bad}).outcome(), CRYPT_E_NO_REVOCATION_CHECK);
    EXPECT_EQ(visit(GetParam(), {.flags = leaf_only | ignore_unknown, .stapled = bad}).outcome(), SEC_E_OK);
    EXPECT_EQ(
        visit(GetParam(), {.flags = leaf_only, .lists = {pki::revocation_list(middle())}, .stapled = bad}).outcome(),
        SEC_E_OK);
  }
}

// A certificate that is not trusted does not become so by an answer.
TEST_P(Revocation, AnAnswerMakesNobodyTrusted) {
  const credential from({.version = GetParam(), .flags = automatic | leaf_only});
  openssl_peer peer(visit::options(GetParam(), {.stapled = answer()}));
  party client(from);
  converse(client, peer);
  EXPECT_EQ(client.last(), SEC_E_UNTRUSTED_ROOT);
}

std::string stapled_to(party& client, status expected = SEC_E_OK) {
  SCHANNIX_OCSP_RESPONSE found{};
  found.cbSize = sizeof found;
  EXPECT_EQ(status(QueryContextAttributesA(&client.handle(), SCHANNIX_ATTR_OCSP_RESPONSE, &found)), expected);
  if (found.pbResponse == nullptr) return {};
  const std::string out(reinterpret_cast<const char*>(found.pbResponse), found.cbResponse);
  FreeContextBuffer(found.pbResponse);
  return out;
}

// Whoever validates by hand is given the answer, whatever it says.
TEST_P(Revocation, TheAnswerCanBeHad) {
  const std::string mine = answer();
  visit checked(GetParam(), {.flags = leaf_only, .stapled = mine});
  EXPECT_EQ(stapled_to(checked.client), mine);
  for (const std::string& what : {answer(revoked), std::string("junk")}) {
    visit manual(GetParam(), {.flags = SCH_CRED_MANUAL_CRED_VALIDATION | leaf_only, .stapled = what});
    ASSERT_EQ(manual.outcome(), SEC_E_OK);
    EXPECT_EQ(stapled_to(manual.client), what);
  }
  visit none(GetParam(), {.flags = leaf_only | ignore_unknown});
  EXPECT_EQ(stapled_to(none.client, SEC_E_NO_CREDENTIALS), "");
  visit unasked(GetParam(), {.stapled = answer()});
  EXPECT_EQ(stapled_to(unasked.client, SEC_E_NO_CREDENTIALS), "");
}

TEST_P(Revocation, TheAttributesStructIsLookedAt) {
  visit with(GetParam(), {.flags = leaf_only, .stapled = answer()});
  SCHANNIX_OCSP_RESPONSE found{};
  EXPECT_EQ(status(QueryContextAttributesA(&with.client.handle(), SCHANNIX_ATTR_OCSP_RESPONSE, &found)),
            SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(status(QueryContextAttributesA(&with.client.handle(), SCHANNIX_ATTR_OCSP_RESPONSE, nullptr)),
            SEC_E_INTERNAL_ERROR);
  party unfinished(with.from);
  stapled_to(unfinished, SEC_E_INVALID_HANDLE);
}

// ---- Our server staples ----

struct stapling {
  credential from;
  openssl_peer peer;
  party server;

  stapling(tls version, const std::vector<std::string>& answers, bool asks, DWORD flags = 0)
      : from({.side = role::server,
              .version = version,
              .flags = flags,
              .certificates = {shown().get()},
              .ocsp_responses = answers}),
        peer(options(version, asks)),
        server(from, {.side = role::server}) {
    peer.start();
    converse(server, peer);
  }
  static const certificate& shown() {
    static const certificate made = import(leaf(), {middle(), test_root()});
    return made;
  }
  static peer_options options(tls version, bool asks) {
    peer_options made = peer_for(role::server, version);
    made.asks_status = asks;
    return made;
  }
};

TEST_P(Revocation, OurServerStaplesForWhoAsks) {
  const std::string mine = answer();
  stapling asked(GetParam(), {mine}, true);
  EXPECT_TRUE(asked.server.established());
  EXPECT_EQ(asked.peer.stapled(), mine);
  EXPECT_EQ(stapling(GetParam(), {mine}, false).peer.stapled(), "");
  EXPECT_EQ(stapling(GetParam(), {}, true).peer.stapled(), "");
}

// A credential that is chosen by name has to ask for it, or the machine does:
// Settings.CredentialsChosenByNameStapleWhereTheMachineSaysSo.
TEST_P(Revocation, ACredentialChosenByNameStaplesWhereItSaysSo) {
  const std::string mine = answer();
  EXPECT_EQ(stapling(GetParam(), {mine}, true, SCH_CRED_SNI_CREDENTIAL).peer.stapled(), "");
  EXPECT_EQ(stapling(GetParam(), {mine}, true, SCH_CRED_SNI_CREDENTIAL | SCH_CRED_SNI_ENABLE_OCSP).peer.stapled(),
            mine);
  EXPECT_EQ(stapling(GetParam(), {mine}, true, SCH_CRED_SNI_ENABLE_OCSP).peer.stapled(), mine);
}

// What nobody will see is looked at all the same.
TEST_P(Revocation, AnAnswerThatIsNotStapledHasToBeOneToo) {
  for (const DWORD flags :
       std::vector<DWORD>{SCH_CRED_SNI_CREDENTIAL, SCH_CRED_SNI_CREDENTIAL | SCH_CRED_SNI_ENABLE_OCSP})
    EXPECT_THROW(stapling(GetParam(), {"junk"}, true, flags), std::runtime_error) << flags;
}

TEST_P(Revocation, OurServerKeepsAStaleAnswerToItself) {
  stapling with(GetParam(), {answer(pki::ocsp_status::good, -1)}, true);
  EXPECT_TRUE(with.server.established());
  EXPECT_EQ(with.peer.stapled(), "");
}

// The answer goes with the certificate that is chosen; later connections begin as copies of the first.
TEST_P(Revocation, EachCertificateHasItsAnswer) {
  const pki::issued rsa = pki::issue({.common_name = "a.test", .key = pki::key_kind::rsa2048}, &middle());
  const certificate second = import(rsa, {middle()});
  const std::string of_rsa = pki::ocsp_answer({{{rsa, middle()}}, middle()}), of_ec = answer();
  const credential from({.side = role::server,
                         .version = GetParam(),
                         .certificates = {stapling::shown().get(), second.get()},
                         .ocsp_responses = {of_rsa, of_ec}});
  for (const char* signatures : {"ECDSA+SHA256", "RSA-PSS+SHA256", "ECDSA+SHA256"}) {
    peer_options options = stapling::options(GetParam(), true);
    options.signatures = signatures;
    link with(from, options, {.side = role::server});
    EXPECT_EQ(with.peer.stapled(), signatures[0] == 'R' ? of_rsa : of_ec);
  }
}

TEST_P(Revocation, OursAgainstOurs) {
  const credential serves({.side = role::server,
                           .version = GetParam(),
                           .certificates = {stapling::shown().get()},
                           .ocsp_responses = {answer()}});
  const credential asks(
      {.version = GetParam(), .flags = automatic | leaf_only, .extra_roots = {root_certificate().get()}});
  for (int i = 0; i < 2; ++i) {  // the second one resumes, which no answer goes with
    party client(asks), server(serves, {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
    converse(client, server);
    EXPECT_TRUE(client.established()) << client.last();
  }
}

// ---- Lists and answers that cannot be taken ----

status acquired_with(ULONG use, std::vector<CRYPT_DATA_BLOB> lists, std::vector<CRYPT_DATA_BLOB> answers,
                     DWORD lists_count, DWORD answers_count) {
  PCCERT_CONTEXT mine = stapling::shown().get();
  SCH_CREDENTIALS data{};
  data.dwVersion = SCH_CREDENTIALS_VERSION;
  data.cCreds = use == SECPKG_CRED_INBOUND ? 1 : 0;
  data.paCred = &mine;
  SCHANNIX_CREDENTIAL_OPTIONS more{};
  more.cbSize = sizeof more;
  more.cRevocationLists = lists_count;
  more.paRevocationLists = lists.empty() ? nullptr : lists.data();
  more.cOcspResponses = answers_count;
  more.paOcspResponses = answers.empty() ? nullptr : answers.data();
  CredHandle made{};
  SecInvalidateHandle(&made);
  const status said = SchannixAcquireCredentials(use, &data, &more, &made, nullptr);
  if (said == SEC_E_OK) FreeCredentialsHandle(&made);
  return said;
}

CRYPT_DATA_BLOB blob(std::string& of) { return {static_cast<DWORD>(of.size()), reinterpret_cast<BYTE*>(of.data())}; }

TEST(RevocationOptions, WhatCannotBeReadIsRefused) {
  std::string list = pki::revocation_list(middle()), mine = answer(),
              others = pki::ocsp_answer({{{middle(), test_root()}}, test_root()}), error = pki::ocsp_error(),
              junk = "junk", long_one(20000, '0');
  const auto server = SECPKG_CRED_INBOUND, client = SECPKG_CRED_OUTBOUND;
  EXPECT_EQ(acquired_with(client, {blob(list)}, {}, 1, 0), SEC_E_OK);
  EXPECT_EQ(acquired_with(server, {blob(list)}, {blob(mine)}, 1, 1), SEC_E_OK);
  EXPECT_EQ(acquired_with(client, {}, {blob(mine)}, 0, 1), SEC_E_INVALID_PARAMETER) << "clients staple nothing";
  for (std::string* bad : {&others, &error, &junk, &long_one})
    EXPECT_EQ(acquired_with(server, {}, {blob(mine), blob(*bad)}, 0, 2), SEC_E_INVALID_PARAMETER);
  for (std::string* bad : {&mine, &junk, &long_one})
    EXPECT_EQ(acquired_with(client, {blob(list), blob(*bad)}, {}, 2, 0), SEC_E_INVALID_PARAMETER);
}

TEST(RevocationOptions, CountsAndPointersAreLookedAt) {
  std::string list = pki::revocation_list(middle());
  const CRYPT_DATA_BLOB none{0, nullptr}, empty{0, blob(list).pbData}, nowhere{8, nullptr};
  for (const CRYPT_DATA_BLOB& bad : {none, empty, nowhere}) {
    EXPECT_EQ(acquired_with(SECPKG_CRED_OUTBOUND, {bad}, {}, 1, 0), SEC_E_INVALID_PARAMETER);
    EXPECT_EQ(acquired_with(SECPKG_CRED_INBOUND, {}, {bad}, 0, 1), SEC_E_INVALID_PARAMETER);
  }
  EXPECT_EQ(acquired_with(SECPKG_CRED_OUTBOUND, {}, {}, 1, 0), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(acquired_with(SECPKG_CRED_INBOUND, {}, {}, 0, 1), SEC_E_INVALID_PARAMETER);
  const std::vector<CRYPT_DATA_BLOB> many(101, blob(list));
  EXPECT_EQ(acquired_with(SECPKG_CRED_OUTBOUND, many, {}, 101, 0), SEC_E_INVALID_PARAMETER);
}

// ---- The root that a server's certificate was trusted by: SECPKG_ATTR_ROOT_STORE ----

TEST_P(Revocation, TheRootCanBeHad) {
  visit with(GetParam(), {});
  PCCERT_CONTEXT root = nullptr;
  ASSERT_EQ(status(QueryContextAttributesA(&with.client.handle(), SECPKG_ATTR_ROOT_STORE, &root)), SEC_E_OK);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(root->pbCertEncoded), root->cbCertEncoded), test_root().der());
  CertFreeCertificateContext(root);
  visit manual(GetParam(), {.flags = SCH_CRED_MANUAL_CRED_VALIDATION});
  EXPECT_EQ(status(QueryContextAttributesA(&manual.client.handle(), SECPKG_ATTR_ROOT_STORE, &root)),
            SEC_E_NO_CREDENTIALS);
  party unfinished(with.from);
  EXPECT_EQ(status(QueryContextAttributesA(&unfinished.handle(), SECPKG_ATTR_ROOT_STORE, &root)), SEC_E_INVALID_HANDLE);
}

}  // namespace
}  // namespace schannix::test::sspi

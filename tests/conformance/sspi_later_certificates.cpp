// TLS 1.3: a client's certificate that the server asks for after the handshake, in both roles. spec 4.4, 4.7,
// RFC 8446 §4.6.2
#include "conformance/fresh_process.hpp"
#include "sspi_asked.hpp"

namespace schannix::test::sspi {
namespace {

int take_any(int, X509_STORE_CTX*) { return 1; }

bool ask(openssl_peer& server) {
  SSL_set_verify(server.native(), SSL_VERIFY_PEER | SSL_VERIFY_POST_HANDSHAKE, take_any);
  const bool asked = SSL_verify_client_post_handshake(server.native()) == 1;
  return asked && SSL_do_handshake(server.native()) == 1;
}

std::string name_of(const X509* leaf) {
  if (leaf == nullptr) return "nobody";
  char name[64] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, name, sizeof name);
  return name;
}

std::string name_by(party& of, ULONG attribute) {
  PCCERT_CONTEXT found = nullptr;
  const status said = QueryContextAttributesA(&of.handle(), attribute, &found);
  if (!(said == SEC_E_OK)) return said.name();
  const certificate owned(found);
  const BYTE* der = found->pbCertEncoded;
  const std::unique_ptr<X509, decltype(&X509_free)> parsed(d2i_X509(nullptr, &der, found->cbCertEncoded), X509_free);
  return name_of(parsed.get());
}

// ---- Our client is asked ----

class LaterRequest : public testing::Test {
 protected:
  const credential empty = client_with(tls::v1_3, {});
  const credential red = client_with(tls::v1_3, {those().red_context.get()});
  const credential both = with_red_and_blue(tls::v1_3, manual);

  // A client whose server has asked, and what the server has said since.
  struct client_asked {
    link with;
    std::string wire;
    explicit client_asked(const credential& from, const party_options& options = plain,
                          const std::vector<pki::issued>& issuers = {})
        : with(from, peer_for(role::client, tls::v1_3), options) {
      for (const pki::issued& one : issuers) SSL_add1_to_CA_list(with.peer.native(), one.certificate.get());
      EXPECT_TRUE(ask(with.peer));
      wire = with.peer.take();
    }
    status read() {
      const opened found = with.ours.open(wire);
      wire = found.extra;
      return found.said;
    }
    void expect_shown(const std::string& name) {
      with.peer.give(with.ours.take());
      EXPECT_FALSE(with.peer.failed());
      EXPECT_EQ(name_of(SSL_get0_peer_certificate(with.peer.native())), name);
      with.peer.give(with.ours.sealed("data"));
      EXPECT_EQ(with.peer.received(), "data");
      with.peer.write("more");
      EXPECT_EQ(with.ours.open(with.peer.take()).data, "more");
    }
  };
};

TEST_F(LaterRequest, T30_ACertificateThatFitsIsShown) {
  client_asked at(both, plain, {those().blue});
  EXPECT_EQ(name_by(at.with.ours, SECPKG_ATTR_LOCAL_CERT_CONTEXT), "SEC_E_NO_CREDENTIALS");
  EXPECT_EQ(at.read(), SEC_I_RENEGOTIATE);
  EXPECT_EQ(at.with.ours.seal("x"), SEC_E_CONTEXT_EXPIRED) << "not before the call";
  EXPECT_EQ(at.with.ours.step(at.wire), SEC_E_OK);
  EXPECT_NE(at.with.ours.token(), "");
  EXPECT_EQ(at.with.ours.leftover(), "");
  at.expect_shown("blue client");
  EXPECT_EQ(name_by(at.with.ours, SECPKG_ATTR_LOCAL_CERT_CONTEXT), "blue client");
}

TEST_F(LaterRequest, AnEmptyTokenAnswersToo) {
  client_asked at(red);
  EXPECT_EQ(at.read(), SEC_I_RENEGOTIATE);
  EXPECT_EQ(at.with.ours.step({}), SEC_E_OK);
  at.expect_shown("red client");
}

TEST_F(LaterRequest, BetweenDataAndMoreThanOnce) {
  link with(red, peer_for(role::client, tls::v1_3), plain);
  for (const std::string name : {"one", "two", "three"}) {
    with.peer.write(name + " before, ");
    ASSERT_TRUE(ask(with.peer));
    with.peer.write(name + " behind. ");
    converse(with.ours, with.peer);
    EXPECT_EQ(name_of(SSL_get0_peer_certificate(with.peer.native())), "red client");
  }
  EXPECT_EQ(with.ours.received(), "one before, one behind. two before, two behind. three before, three behind. ");
}

TEST_F(LaterRequest, T30_TheProgramIsAskedAndGoesOnWithout) {
  client_asked at(empty);
  EXPECT_EQ(at.read(), SEC_I_RENEGOTIATE);
  EXPECT_EQ(at.with.ours.step(at.wire), SEC_I_INCOMPLETE_CREDENTIALS);
  EXPECT_EQ(at.with.ours.token(), "");
  EXPECT_EQ(at.with.ours.seal("x"), SEC_E_CONTEXT_EXPIRED);
  EXPECT_EQ(at.with.ours.open("x").said, SEC_E_CONTEXT_EXPIRED);
  EXPECT_EQ(at.with.ours.step({}), SEC_E_OK);
  at.expect_shown("nobody");
}

// The same bytes once more, or what is left of them; what stands behind the request stays the caller's.
TEST_F(LaterRequest, T30_ANewCredentialAnswers) {
  for (const bool again : {false, true}) {
    client_asked at(empty);
    at.with.peer.write("behind");
    at.wire += at.with.peer.take();
    EXPECT_EQ(at.read(), SEC_I_RENEGOTIATE);
    const std::string given = at.wire;
    EXPECT_EQ(at.with.ours.step(given), SEC_I_INCOMPLETE_CREDENTIALS);
    at.with.ours.go_on_with(red);
    EXPECT_EQ(at.with.ours.step(again ? given : std::string(at.with.ours.leftover())), SEC_E_OK);
    EXPECT_EQ(at.with.ours.open(at.with.ours.leftover()).data, "behind");
    at.expect_shown("red client");
  }
}

TEST_F(LaterRequest, TheIssuersCanBeHad) {
  client_asked at(empty, plain, {those().blue});
  EXPECT_EQ(at.read(), SEC_I_RENEGOTIATE);
  EXPECT_EQ(at.with.ours.step(at.wire), SEC_I_INCOMPLETE_CREDENTIALS);
  SecPkgContext_IssuerListInfoEx list{};
  ASSERT_EQ(status(QueryContextAttributesA(&at.with.ours.handle(), SECPKG_ATTR_ISSUER_LIST_EX, &list)), SEC_E_OK);
  ASSERT_EQ(list.cIssuers, 1u);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(list.aIssuers[0].pbData), list.aIssuers[0].cbData),
            der_of(X509_get_subject_name(those().blue.certificate.get())));
  EXPECT_EQ(status(FreeContextBuffer(list.aIssuers)), SEC_E_OK);
}

TEST_F(LaterRequest, SuppliedCredentialsAreAllThereIs) {
  client_asked at(empty, {});
  EXPECT_EQ(at.read(), SEC_I_RENEGOTIATE);
  EXPECT_EQ(at.with.ours.step(at.wire), SEC_E_OK);
  at.expect_shown("nobody");
}

// A certificate that an earlier request was answered with is not shown to a later one that it does not fit.
TEST_F(LaterRequest, NoneIsShownWhereNoneFits) {
  const credential picky = client_with(tls::v1_3, {those().red_context.get()}, manual);
  link with(picky, peer_for(role::client, tls::v1_3), plain);
  ASSERT_TRUE(ask(with.peer));
  converse(with.ours, with.peer);
  ASSERT_EQ(name_of(SSL_get0_peer_certificate(with.peer.native())), "red client");
  SSL_add1_to_CA_list(with.peer.native(), those().blue.certificate.get());
  ASSERT_TRUE(ask(with.peer));
  const opened found = with.ours.open(with.peer.take());
  ASSERT_EQ(found.said, SEC_I_RENEGOTIATE);
  ASSERT_EQ(with.ours.step(found.extra), SEC_I_INCOMPLETE_CREDENTIALS);
  ASSERT_EQ(with.ours.step({}), SEC_E_OK);
  with.peer.give(with.ours.take());
  EXPECT_FALSE(with.peer.failed());
  EXPECT_EQ(SSL_get0_peer_certificate(with.peer.native()), nullptr);
}

// ---- Closing at every point of it ----

TEST_F(LaterRequest, T08_ClosedBeforeTheCall) {
  for (const credential* const from : {&empty, &red}) {
    client_asked at(*from);
    EXPECT_EQ(at.read(), SEC_I_RENEGOTIATE);
    EXPECT_EQ(at.with.ours.shut(), SEC_E_OK);
    at.with.peer.give(at.with.ours.take());
    EXPECT_TRUE(at.with.peer.saw_close());
    EXPECT_FALSE(at.with.peer.failed());
    at.with.peer.write("still read");
    const opened skipped = at.with.ours.open(at.wire + at.with.peer.take());
    EXPECT_EQ(at.with.ours.open(skipped.extra).data, "still read");
  }
}

TEST_F(LaterRequest, T08_ClosedWhenTheProgramIsAsked) {
  client_asked at(empty);
  EXPECT_EQ(at.read(), SEC_I_RENEGOTIATE);
  EXPECT_EQ(at.with.ours.step(at.wire), SEC_I_INCOMPLETE_CREDENTIALS);
  EXPECT_EQ(at.with.ours.shut(), SEC_E_OK);
  at.with.peer.give(at.with.ours.take());
  EXPECT_TRUE(at.with.peer.saw_close());
  EXPECT_FALSE(at.with.peer.failed());
  at.with.peer.write("still read");
  EXPECT_EQ(at.with.ours.open(at.with.peer.take()).data, "still read");
}

TEST_F(LaterRequest, T11_NothingIsSaidAfterOurClose) {
  link with(red, peer_for(role::client, tls::v1_3), plain);
  ASSERT_EQ(with.ours.shut(), SEC_E_OK);
  with.ours.take();  // on its way, while the server asks
  ASSERT_TRUE(ask(with.peer));
  with.peer.write("still read");
  const opened found = with.ours.open(with.peer.take());
  ASSERT_EQ(found.said, SEC_I_RENEGOTIATE);
  EXPECT_EQ(with.ours.step(found.extra), SEC_E_OK);
  EXPECT_EQ(with.ours.token(), "");
  EXPECT_EQ(with.ours.open(with.ours.leftover()).data, "still read");
}

// ---- Limits, and who is not asked ----

TEST_F(LaterRequest, TooManyEndTheConnection) {
  link with(red, peer_for(role::client, tls::v1_3), plain);
  int answered = 0;
  for (; answered < 100; ++answered) {
    ASSERT_TRUE(ask(with.peer));
    converse(with.ours, with.peer);
    if (!(with.ours.last() == SEC_E_OK)) break;
  }
  EXPECT_EQ(answered, 16);
  EXPECT_EQ(with.ours.last(), SEC_E_ILLEGAL_MESSAGE);
}

// ---- Our server asks ----

struct asking {
  openssl_peer peer;
  party server;

  explicit asking(const credential& from, const pki::issued* shown = &those().of_red, bool offers = true,
                  ULONG flags = 0)
      : peer(options(shown)), server(from, {.side = role::server, .more_flags = flags}) {
    SSL_set_post_handshake_auth(peer.native(), offers ? 1 : 0);
    peer.start();
    converse(server, peer);
    EXPECT_TRUE(server.established());
  }
  static peer_options options(const pki::issued* shown) {
    peer_options made = peer_for(role::server, tls::v1_3);
    if (shown != nullptr) made.identities = {{*shown, {}}};
    return made;
  }
  status ask() {
    server.go_on_with(ULONG{ASC_REQ_MUTUAL_AUTH});
    return server.step({});
  }
  std::string answer() {
    peer.give(server.take());
    return peer.take();
  }
  void expect_works() {
    peer.give(server.sealed("data"));
    EXPECT_EQ(peer.received(), "data");
    peer.write("more");
    EXPECT_EQ(server.open(peer.take()).data, "more");
  }
};

const credential& usual() { return server_credential(tls::v1_3); }
std::string shown_to(party& server) { return name_by(server, SECPKG_ATTR_REMOTE_CERT_CONTEXT); }

TEST(ServerAsksLater, TheAnswerComesByWayOfDecryptMessage) {
  asking at(usual());
  EXPECT_EQ(shown_to(at.server), "SEC_E_NO_CREDENTIALS");
  EXPECT_EQ(at.ask(), SEC_E_OK);
  EXPECT_NE(at.server.token(), "");
  at.server.give(at.answer());
  EXPECT_EQ(at.server.last(), SEC_E_OK);
  EXPECT_EQ(shown_to(at.server), "red client");
  at.expect_works();
}

// .NET: a record a call.
TEST(ServerAsksLater, T28_TheAnswerComesInRecordsThatAscIsGiven) {
  asking at(usual());
  EXPECT_EQ(at.ask(), SEC_E_OK);
  const auto records = records_of(at.answer());
  ASSERT_GE(records.size(), 1u);
  for (const std::string& one : records) {
    EXPECT_EQ(at.server.step(one.substr(0, 7)), SEC_E_INCOMPLETE_MESSAGE);
    EXPECT_EQ(at.server.missing(), one.size() - 7);
    EXPECT_EQ(at.server.step(one), &one == &records.back() ? SEC_E_OK : SEC_I_CONTINUE_NEEDED);
    EXPECT_EQ(at.server.leftover(), "");
  }
  EXPECT_EQ(shown_to(at.server), "red client");
  at.expect_works();
}

TEST(ServerAsksLater, AllAtOnceWithDataOnEitherSide) {
  asking at(usual());
  at.peer.write("before");
  const std::string before = at.peer.take();
  EXPECT_EQ(at.ask(), SEC_E_OK);
  std::string wire = before + at.answer();
  at.peer.write("behind");
  wire += at.peer.take();
  EXPECT_EQ(at.server.step(wire), SEC_E_OK);
  EXPECT_EQ(at.server.leftover(), wire) << "data is DecryptMessage's";
  const opened found = at.server.open(wire);
  EXPECT_EQ(found.data, "before");
  EXPECT_EQ(at.server.step(found.extra), SEC_E_OK);
  EXPECT_EQ(shown_to(at.server), "red client");
  EXPECT_EQ(at.server.open(at.server.leftover()).data, "behind");
}

TEST(ServerAsksLater, AClientWithoutACertificateSaysSo) {
  asking at(usual(), nullptr);
  EXPECT_EQ(at.ask(), SEC_E_OK);
  at.server.give(at.answer());
  EXPECT_EQ(at.server.last(), SEC_E_OK);
  EXPECT_EQ(shown_to(at.server), "SEC_E_NO_CREDENTIALS");
  at.expect_works();
}

TEST(ServerAsksLater, NotWhoDoesNotOfferIt) {
  asking at(usual(), &those().of_red, false);
  EXPECT_EQ(at.ask(), SEC_I_NO_RENEGOTIATION);
  EXPECT_EQ(at.server.token(), "");
  at.expect_works();
}

TEST(ServerAsksLater, NotTwiceAtOnceButAgainAfterwards) {
  asking at(usual());
  EXPECT_EQ(at.ask(), SEC_E_OK);
  const std::string first = at.server.take();
  EXPECT_EQ(at.ask(), SEC_E_OK);
  EXPECT_EQ(at.server.token(), "");
  at.peer.give(first);
  at.server.give(at.peer.take());
  EXPECT_EQ(at.ask(), SEC_E_OK);
  EXPECT_NE(at.server.token(), "");
  at.server.give(at.answer());
  EXPECT_EQ(at.server.last(), SEC_E_OK);
  at.expect_works();
}

TEST(ServerAsksLater, KeysMayChangeBeforeTheAnswer) {
  asking at(usual());
  EXPECT_EQ(at.ask(), SEC_E_OK);
  at.peer.update_keys(false);
  at.server.give(at.peer.take());
  at.server.give(at.answer());
  EXPECT_EQ(shown_to(at.server), "red client");
  at.expect_works();
}

TEST(ServerAsksLater, TicketsFollowWhereTheyAreGiven) {
  asking at(usual(), &those().of_red, true, ASC_REQ_SESSION_TICKET);
  at.peer.give(at.server.take());
  EXPECT_EQ(at.ask(), SEC_E_OK);
  at.server.give(at.answer());
  EXPECT_EQ(at.server.last(), SEC_E_OK);
  EXPECT_NE(at.server.token(), "") << "the session has another client now";
  at.peer.give(at.server.take());
  EXPECT_FALSE(at.peer.failed());
  at.expect_works();
}

TEST(ServerAsksLater, ACertificateThatIsNotTrustedEndsTheConnection) {
  const credential strict({.side = role::server,
                           .version = tls::v1_3,
                           .flags = SCH_CRED_AUTO_CRED_VALIDATION,
                           .certificates = {server_certificate().get()}});
  asking at(strict);
  EXPECT_EQ(at.ask(), SEC_E_OK);
  at.server.give(at.answer());
  EXPECT_EQ(at.server.last(), SEC_E_UNTRUSTED_ROOT);
  EXPECT_EQ(at.server.seal("x"), SEC_E_CONTEXT_EXPIRED);
  at.server.step({});
  at.peer.give(at.server.take());
  EXPECT_EQ(at.peer.alert(), (received_alert{TLS1_ALERT_FATAL, TLS1_ALERT_UNKNOWN_CA}));
}

TEST(ServerAsksLater, T08_ClosedBeforeTheAnswer) {
  asking at(usual());
  EXPECT_EQ(at.ask(), SEC_E_OK);
  const std::string request = at.server.take();
  EXPECT_EQ(at.server.shut(), SEC_E_OK);
  at.peer.give(request);
  at.peer.write("still read");
  at.peer.close();
  std::string wire = at.peer.take(), data;
  status last = SEC_E_OK;
  for (int i = 0; i < 10 && !wire.empty() && !last.failed() && !(last == SEC_I_CONTEXT_EXPIRED); ++i) {
    const opened found = at.server.open(wire);
    data += found.data;
    last = found.said;
    wire = found.extra;
    if (last == SEC_I_RENEGOTIATE) {
      at.server.step(wire);
      EXPECT_EQ(at.server.token(), "") << "nothing follows our close_notify";
      wire = at.server.leftover();
    }
  }
  EXPECT_EQ(last, SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(data, "still read");
}

// The answer's records where data should be, and nobody asked.
TEST(ServerAsksLater, AnAnswerThatNobodyAskedForIsRefused) {
  asking at(usual());
  EXPECT_EQ(at.ask(), SEC_E_OK);
  const std::string wire = at.answer();
  at.server.give(wire);
  at.server.give(wire);
  EXPECT_TRUE(at.server.last().failed()) << at.server.last();
}

TEST(ServerAsksLater, AndOurClientAnswers) {
  const credential red = client_with(tls::v1_3, {those().red_context.get()});
  couple both(red, usual());
  both.server.go_on_with(ULONG{ASC_REQ_MUTUAL_AUTH});
  EXPECT_EQ(both.server.step({}), SEC_E_OK);
  converse(both.client, both.server);
  EXPECT_EQ(shown_to(both.server), "red client");
  EXPECT_EQ(both.server.open(both.client.sealed("to the server")).data, "to the server");
  EXPECT_EQ(both.client.open(both.server.sealed("to the client")).data, "to the client");
  EXPECT_EQ(both.client.shut(), SEC_E_OK);
  EXPECT_EQ(both.server.open(both.client.take()).said, SEC_I_CONTEXT_EXPIRED);
}

// ---- Settings ----

class LaterCertificateSettings : public FreshProcess {};

void tell_offer_and_request() {
  link with(client_credential(tls::v1_3), peer_for(role::client, tls::v1_3));
  asking at(usual());
  std::cerr << (ask(with.peer) ? "offered" : "not offered") << ", " << at.ask();
}

TEST_F(LaterCertificateSettings, EachRoleCanBeSwitchedOff) {
  const auto expect = [](const std::string& line, const std::string& seen) {
    EXPECT_EXIT(with_file("SCHANNIX_CONF", "[SCHANNEL]\n" + line, tell_offer_and_request), testing::ExitedWithCode(0),
                '^' + seen + '$');
  };
  expect("", "offered, SEC_E_OK");
  expect("DisableRenegoOnClient=1", "not offered, SEC_E_OK");
  expect("DisableRenegoOnServer=1", "offered, SEC_I_NO_RENEGOTIATION");
}

}  // namespace
}  // namespace schannix::test::sspi

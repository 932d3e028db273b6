// Clients that are asked for a certificate: what is shown unasked, when the program is asked, and how it goes on.
// spec 4.4, A-8, A-9, T30
#include "sspi_asked.hpp"

namespace schannix::test::sspi {
namespace {

std::string subject_of(const pki::issued& one) { return der_of(X509_get_subject_name(one.certificate.get())); }

class ClientCertificate : public testing::TestWithParam<tls> {
 protected:
  tls version() const { return GetParam(); }
  const credential empty = client_with(GetParam(), {});
  const credential red = client_with(GetParam(), {those().red_context.get()});
  const credential blue = client_with(GetParam(), {those().blue_context.get()});
};
INSTANTIATE_TEST_SUITE_P(Sspi, ClientCertificate, testing::Values(tls::v1_0, tls::v1_2, tls::v1_3),
                         [](const auto& one) {
                           return one.param == tls::v1_0 ? "tls10" : one.param == tls::v1_2 ? "tls12" : "tls13";
                         });

// ---- The program is asked, and goes on ----

// Qt: the same call once more, with what is left.
TEST_P(ClientCertificate, T30_TheSameCallAgainGoesOnWithout) {
  asked with(version(), empty);
  with.go_on();
  with.expect_shown("nobody");
}

// curl and FFmpeg: the same bytes, and the flag.
TEST_P(ClientCertificate, T30_TheSameBytesAndTheFlagGoOnWithout) {
  asked with(version(), empty);
  with.client.go_on_with(ISC_REQ_USE_SUPPLIED_CREDS);
  with.client.step(with.flight);
  EXPECT_EQ(with.client.leftover(), "") << "all of it";
  with.expect_shown("nobody");
}

TEST_P(ClientCertificate, ANewCredentialGoesOnWithItsCertificate) {
  for (const bool again : {false, true}) {
    for (const auto& [from, name] : {std::pair{&red, "red client"}, std::pair{&blue, "blue client"}}) {
      asked with(version(), empty);
      with.client.go_on_with(*from);
      with.client.step(again ? with.flight : std::string(with.client.leftover()));
      with.expect_shown(name);
    }
  }
}

// Its program has seen the names, and chosen all the same.
TEST_P(ClientCertificate, ANewCredentialsIssuerDoesNotMatter) {
  asked with(version(), empty, {those().blue});
  with.client.go_on_with(red);
  with.go_on();
  with.expect_shown("red client");
}

TEST_P(ClientCertificate, ANewCredentialWithoutCertificateGoesOnWithout) {
  const credential other = client_with(version(), {});
  asked with(version(), empty);
  with.client.go_on_with(other);
  with.client.step(with.flight);
  with.expect_shown("nobody");
}

TEST_P(ClientCertificate, TheOldCredentialMayBeGone) {
  credential gone = client_with(version(), {});
  asked with(version(), gone);
  const CredHandle before = *gone.get();
  FreeCredentialsHandle(gone.get());
  with.go_on();
  with.expect_shown("nobody");
  *gone.get() = before;
  gone.release();
}

// What comes behind the flight stays the caller's, whether the flight comes again or not.
TEST_P(ClientCertificate, A9_BytesBehindTheFlightAreLeft) {
  for (const bool again : {false, true}) {
    asking_server server(version());
    party client(empty, plain);
    const std::string flight = server.flight_for(client), more = "\x17\x03\x03";
    EXPECT_EQ(client.step(flight + more), SEC_I_INCOMPLETE_CREDENTIALS);
    client.step(again ? flight + more : std::string(client.leftover()));
    EXPECT_FALSE(client.last().failed()) << client.last();
    EXPECT_EQ(client.leftover(), more);
  }
}

// Nothing at all goes on, too; the rest of the flight comes with the next call.
TEST_P(ClientCertificate, A9_TheRestMayComeLater) {
  asked with(version(), empty);
  const std::string rest = with.client.leftover();
  EXPECT_EQ(with.client.step({}), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(with.client.token(), "");
  with.client.step(rest);
  with.expect_shown("nobody");
}

// The flight may come in any portions: it is asked as soon as the request is there.
TEST_P(ClientCertificate, A9_InPortions) {
  asking_server server(version());
  party client(empty, plain);
  for (const std::string& record : records_of(server.flight_for(client))) {
    client.step(record);
    if (client.last() == SEC_I_INCOMPLETE_CREDENTIALS) client.step(record);
    EXPECT_FALSE(client.last().failed()) << client.last();
  }
  converse(client, server.peer());
  EXPECT_TRUE(client.established() && server.peer().established());
}

TEST_P(ClientCertificate, TheAnswerThatDoesNotFitIsKept) {
  asked with(version(), empty);
  with.client.go_on_with(blue);
  char few[5];
  std::string rest = with.client.leftover();
  buffer_list in{buffer(SECBUFFER_TOKEN, rest.data(), rest.size()), sspi::empty()};
  buffer_list out{buffer(SECBUFFER_TOKEN, few, sizeof few)};
  step_call call{.function = role::client,
                 .credential = blue.get(),
                 .context = &with.client.handle(),
                 .target = "a.test",
                 .flags = ISC_REQ_STREAM,
                 .input = in.get(),
                 .output = out.get()};
  EXPECT_EQ(call.run(), SEC_E_BUFFER_TOO_SMALL);
  with.go_on();
  with.expect_shown("blue client");
}

// ---- Mistakes of the caller can be corrected ----

TEST_P(ClientCertificate, CredentialsThatCannotBe) {
  asked with(version(), empty);
  CredHandle never{12345, 67890};
  for (PCredHandle wrong : {&never, server_credential(version()).get()}) {
    buffer_list out{buffer(SECBUFFER_TOKEN, nullptr, 0)};
    step_call call{.function = role::client,
                   .credential = wrong,
                   .context = &with.client.handle(),
                   .target = "a.test",
                   .flags = usual_client_flags,
                   .output = out.get()};
    EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
  }
  with.client.go_on_with(blue);
  with.go_on();
  with.expect_shown("blue client");
}

TEST_P(ClientCertificate, BuffersThatCannotBe) {
  asked with(version(), empty);
  buffer_list in{buffer(SECBUFFER_TOKEN, nullptr, 0), buffer(SECBUFFER_EMPTY, nullptr, 7)};
  buffer_list out{buffer(SECBUFFER_TOKEN, nullptr, 0)};
  step_call call{.function = role::client,
                 .credential = empty.get(),
                 .context = &with.client.handle(),
                 .target = "a.test",
                 .flags = usual_client_flags,
                 .input = in.get(),
                 .output = out.get()};
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  with.go_on();
  with.expect_shown("nobody");
}

TEST_P(ClientCertificate, AShutdownEndsTheWaiting) {
  asked with(version(), empty);
  EXPECT_EQ(with.client.shut(), SEC_E_OK);
  EXPECT_NE(with.client.token(), "");
  with.server.peer().give(with.client.take());
  EXPECT_FALSE(with.server.peer().established());
  EXPECT_EQ(with.client.step(with.flight), SEC_I_CONTEXT_EXPIRED);
}

// ---- Nobody is asked ----

TEST_P(ClientCertificate, A8_TheFlagFromTheBeginningNeverAsks) {
  EXPECT_EQ(shown_by(empty, asking_server(version()), {}), "nobody");
  EXPECT_EQ(shown_by(empty, asking_server(version(), {those().red}), {}), "nobody");
  EXPECT_EQ(shown_by(red, asking_server(version()), {}), "red client");
}

TEST_P(ClientCertificate, ThatFitsTheServersIssuersIsShown) {
  const credential both = with_red_and_blue(version(), manual);
  EXPECT_EQ(shown_by(both, asking_server(version())), "red client") << "no names: the first";
  EXPECT_EQ(shown_by(both, asking_server(version(), {those().red})), "red client");
  EXPECT_EQ(shown_by(both, asking_server(version(), {those().blue_lower})), "blue client");
  EXPECT_EQ(shown_by(both, asking_server(version(), {those().blue})), "blue client") << "by way of its chain";
  EXPECT_EQ(shown_by(both, asking_server(version(), {test_root(), those().blue})), "blue client");
}

TEST_P(ClientCertificate, ThatFitsNoneOfTheIssuersIsNot) {
  const credential both = with_red_and_blue(version(), manual);
  asked with(version(), both, {test_root()});
  with.go_on();
  with.expect_shown("nobody");
}

// Who forbids the choice shows what was supplied.
TEST_P(ClientCertificate, WithoutDefaultsTheIssuerDoesNotMatter) {
  EXPECT_EQ(shown_by(with_red_and_blue(version(), no_default), asking_server(version(), {test_root()})), "red client");
  EXPECT_EQ(shown_by(with_red_and_blue(version(), manual), asking_server(version(), {test_root()}), {}), "red client");
}

TEST_P(ClientCertificate, WhoseKeyTheServerTakesIsShown) {
  for (const DWORD flags : {manual, no_default}) {
    const credential both = with_red_and_blue(version(), flags);
    EXPECT_EQ(shown_by(both, asking_server(version(), {}, "ecdsa_secp256r1_sha256")), "blue client");
    EXPECT_EQ(shown_by(both, asking_server(version(), {}, "rsa_pss_rsae_sha256")), "red client");
  }
  const char* const none = "ecdsa_secp256r1_sha256";
  EXPECT_EQ(shown_by(red, asking_server(version(), {}, none)), "SEC_I_INCOMPLETE_CREDENTIALS");
  EXPECT_EQ(shown_by(red, asking_server(version(), {}, none), {}), "nobody");
}

TEST_P(ClientCertificate, ChainGoesWithoutTheRoot) {
  asking_server server(version());
  party client(blue);
  converse(client, server.peer());
  const STACK_OF(X509)* const sent = SSL_get_peer_cert_chain(server.peer().native());  // without the leaf, on servers
  ASSERT_EQ(sk_X509_num(sent), 1);
  EXPECT_EQ(X509_cmp(sk_X509_value(sent, 0), those().blue_lower.certificate.get()), 0);
}

TEST_P(ClientCertificate, IsTheLocalOne) {
  asked with(version(), empty);
  with.client.go_on_with(blue);
  with.go_on();
  with.expect_shown("blue client");
  PCCERT_CONTEXT shown = nullptr;
  ASSERT_EQ(status(QueryContextAttributesA(&with.client.handle(), SECPKG_ATTR_LOCAL_CERT_CONTEXT, &shown)), SEC_E_OK);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(shown->pbCertEncoded), shown->cbCertEncoded),
            those().of_blue.der());
  CertFreeCertificateContext(shown);
}

// Whom the program decides about is known by then, in every version.
TEST_P(ClientCertificate, TheServersIsThereToBeLookedAt) {
  asked with(version(), empty);
  PCCERT_CONTEXT seen = nullptr;
  ASSERT_EQ(status(QueryContextAttributesA(&with.client.handle(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &seen)), SEC_E_OK);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(seen->pbCertEncoded), seen->cbCertEncoded), test_leaf().der());
  CertFreeCertificateContext(seen);
}

// Validation comes first: a server that does not pass gets no answer, and the program is not asked.
TEST_P(ClientCertificate, IsNoQuestionOfAServerThatDoesNotPass) {
  for (const auto& certificates : {std::vector<PCCERT_CONTEXT>{}, {those().red_context.get()}}) {
    const credential validating = client_with(version(), certificates, SCH_CRED_AUTO_CRED_VALIDATION);
    EXPECT_EQ(shown_by(validating, asking_server(version())), "SEC_E_UNTRUSTED_ROOT");
  }
}

// ---- The issuers' names ----

TEST_P(ClientCertificate, IssuersAreToldInTheServersOrder) {
  asked with(version(), empty, {those().blue, those().red});
  const std::vector<std::string> expected{subject_of(those().blue), subject_of(those().red)};
  EXPECT_EQ(with.issuers(), expected);
  with.go_on();
  with.expect_shown("nobody");
  EXPECT_EQ(with.issuers(), expected) << "afterwards, too";
}

TEST_P(ClientCertificate, NoIssuersAreAnEmptyList) {
  asked with(version(), empty);
  EXPECT_TRUE(with.issuers().empty());
}

TEST_P(ClientCertificate, IssuersAreNoQuestionForServersNorWithoutABuffer) {
  couple both(version());
  SecPkgContext_IssuerListInfoEx list{};
  list.cIssuers = 7;
  EXPECT_EQ(status(QueryContextAttributesA(&both.client.handle(), SECPKG_ATTR_ISSUER_LIST_EX, &list)), SEC_E_OK);
  EXPECT_EQ(list.cIssuers, 0u) << "nobody asked";
  EXPECT_EQ(list.aIssuers, nullptr);
  EXPECT_EQ(status(QueryContextAttributesA(&both.client.handle(), SECPKG_ATTR_ISSUER_LIST_EX, nullptr)),
            SEC_E_INTERNAL_ERROR);
  EXPECT_EQ(status(QueryContextAttributesW(&both.server.handle(), SECPKG_ATTR_ISSUER_LIST_EX, &list)),
            SEC_E_UNSUPPORTED_FUNCTION);
}

// ---- What follows ----

// Its session would come back under the first credential's name, with the second one's certificate.
TEST_P(ClientCertificate, OfANewCredentialIsInNoSession) {
  const credential server =
      credential({.side = role::server, .version = version(), .certificates = {server_certificate().get()}});
  for (int i = 0; i < 2; ++i) {
    party serving(server, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH | ASC_REQ_SESSION_TICKET});
    party client(empty, plain);
    converse(client, serving);
    ASSERT_EQ(client.last(), SEC_I_INCOMPLETE_CREDENTIALS) << "asked each time";
    client.go_on_with(blue);
    client.step(std::string(client.leftover()));
    converse(client, serving);
    ASSERT_TRUE(client.established() && serving.established());
    SCHANNIX_CLOSE_REPORT told{};
    told.cbSize = sizeof told;
    EXPECT_EQ(status(QueryContextAttributesA(&client.handle(), SCHANNIX_ATTR_CLOSE_REPORT, &told)), SEC_E_OK);
    EXPECT_EQ(told.dwFlags & SCHANNIX_CLOSE_RESUMABLE, 0u);
  }
}

// The server that insists says so: at once in TLS 1.2, by an alert after the client's handshake in TLS 1.3.
TEST_P(ClientCertificate, ThatIsMissingMayBeRefused) {
  asking_server server(version());
  SSL_set_verify(server.peer().native(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  party client(empty);
  converse(client, server.peer());
  EXPECT_TRUE(server.peer().failed());
  EXPECT_TRUE(client.last().failed()) << client.last();
  EXPECT_EQ(client.established(), version() == tls::v1_3);
}

}  // namespace
}  // namespace schannix::test::sspi

// Servers that abuse a CertificateRequest, and programs that do everything at the wrong moment while one waits for its
// answer. No certificate goes where it must not, and no handle that is gone is used.
#include "sspi_asked.hpp"

#include <thread>

namespace schannix::test::sspi {
namespace {

class HostileRequest : public testing::TestWithParam<tls> {
 protected:
  tls version() const { return GetParam(); }
  const credential empty = client_with(GetParam(), {});
  const credential blue = client_with(GetParam(), {those().blue_context.get()});
};
std::string version_name(const testing::TestParamInfo<tls>& one) {
  return one.param == tls::v1_0 ? "tls10" : one.param == tls::v1_2 ? "tls12" : "tls13";
}
INSTANTIATE_TEST_SUITE_P(Sspi, HostileRequest, testing::Values(tls::v1_0, tls::v1_2, tls::v1_3), version_name);

// Up to TLS 1.2 the server's flight is in the clear. For TLS 1.3: handshake_failures.two_certificate_requests.
class ClearRequest : public HostileRequest {};
INSTANTIATE_TEST_SUITE_P(Sspi, ClearRequest, testing::Values(tls::v1_0, tls::v1_2), version_name);

bool is_request(const std::string& record) { return record[0] == 22 && record[5] == 13; }

std::string with_request_twice(const std::string& flight) {
  std::string made;
  for (const std::string& record : records_of(flight)) made += is_request(record) ? record + record : record;
  EXPECT_GT(made.size(), flight.size());
  return made;
}

void expect_refused(party& client, asking_server& server, char alert) {
  EXPECT_EQ(client.last(), SEC_E_ILLEGAL_MESSAGE);
  ASSERT_EQ(client.token().size(), 7u);
  EXPECT_EQ(client.token().back(), alert);
  server.peer().give(client.take());
  EXPECT_EQ(server.shown(), "nobody");
  EXPECT_TRUE(client.step({}).failed()) << "for good";
}

// ---- Two requests ----

TEST_P(ClearRequest, TwiceWhileTheProgramIsAsked) {
  for (const bool again : {false, true}) {
    asking_server server(version());
    party client(empty, plain);
    const std::string flight = with_request_twice(server.flight_for(client));
    EXPECT_EQ(client.step(flight), SEC_I_INCOMPLETE_CREDENTIALS);
    client.go_on_with(blue);
    client.step(again ? flight : std::string(client.leftover()));
    expect_refused(client, server, TLS1_ALERT_UNEXPECTED_MESSAGE);
  }
}

TEST_P(ClearRequest, TwiceWhereItIsAnsweredAtOnce) {
  asking_server server(version());
  party client(blue, plain);
  client.step(with_request_twice(server.flight_for(client)));
  expect_refused(client, server, TLS1_ALERT_UNEXPECTED_MESSAGE);
}

// ---- Many names: at most 65,535 bytes of them, by the protocol; in TLS 1.3 with the other extensions ----

// As many as may stand in any request, each this long or a little longer; 0: names that say nothing.
std::vector<std::string> name_many(asking_server& server, std::size_t size) {
  constexpr std::size_t most = 65'000;
  STACK_OF(X509_NAME)* const list = sk_X509_NAME_new_null();
  std::vector<std::string> names;
  for (std::size_t total = 0;;) {
    X509_NAME* const one = X509_NAME_new();
    const std::string text = std::to_string(names.size()) + std::string(size, '.');
    if (size != 0)
      X509_NAME_add_entry_by_txt(one, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text.data()),
                                 static_cast<int>(text.size()), -1, 0);
    const std::string der = der_of(one);
    total += der.size() + 2;
    if (total > most) {
      X509_NAME_free(one);
      break;
    }
    names.push_back(der);
    sk_X509_NAME_push(list, one);
  }
  SSL_set0_CA_list(server.peer().native(), list);
  return names;
}

TEST_P(HostileRequest, ManyIssuersAreAllTold) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{40}}) {
    asked with(version(), empty, {}, [&](asking_server& server) { return name_many(server, size); });
    ASSERT_GT(with.named.size(), size == 0 ? 16'000u : 1'000u);
    EXPECT_EQ(with.issuers(), with.named);
    with.go_on();
    with.expect_shown("nobody");
  }
}

// A hundred certificates are held against each of them.
TEST_P(HostileRequest, ManyIssuersAndManyCertificates) {
  const credential hundred =
      client_with(version(), std::vector<PCCERT_CONTEXT>(100, those().blue_context.get()), manual);
  asked with(version(), hundred, {}, [](asking_server& server) { return name_many(server, 0); });
  with.client.go_on_with(ISC_REQ_USE_SUPPLIED_CREDS);
  with.go_on();
  with.expect_shown("blue client");
}

// ---- One byte at a time ----

// The program keeps what is not consumed, and calls with each byte that comes.
int times_asked(party& client, const std::string& flight) {
  int asked = 0;
  std::string kept;
  for (const char byte : flight) {
    kept += byte;
    do {
      client.step(kept);
      kept = client.leftover();
      if (client.last() == SEC_I_INCOMPLETE_CREDENTIALS) ++asked;
    } while (client.last() == SEC_I_INCOMPLETE_CREDENTIALS);
    EXPECT_TRUE(client.last() == SEC_E_INCOMPLETE_MESSAGE || !client.last().failed()) << client.last();
  }
  return asked;
}

TEST_P(HostileRequest, OneByteAtATimeAsksOnce) {
  asking_server server(version(), {those().blue, those().red});
  party client(empty, plain);
  EXPECT_EQ(times_asked(client, server.flight_for(client)), 1);
  converse(client, server.peer());
  EXPECT_TRUE(client.established() && server.peer().established()) << client.last();
}

// The answer comes at once; the rest of the flight in single bytes, behind what the call before had consumed.
TEST_P(HostileRequest, TheRestOneByteAtATime) {
  asked with(version(), empty);
  const std::string rest = with.client.leftover();
  with.client.go_on_with(blue);
  with.client.step(with.flight.substr(0, with.flight.size() - rest.size()));
  EXPECT_EQ(with.client.last(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(with.client.leftover(), "");
  EXPECT_EQ(times_asked(with.client, rest), 0);
  with.expect_shown("blue client");
}

// ---- Credentials that go ----

TEST_P(HostileRequest, AnotherCredentialThatWasFreed) {
  asked with(version(), empty);
  credential gone = client_with(version(), {those().blue_context.get()});
  const CredHandle before = *gone.get();
  gone.release();
  *gone.get() = before;
  with.client.go_on_with(gone);
  const std::string rest = with.client.leftover();
  EXPECT_EQ(with.client.step(rest), SEC_E_INVALID_HANDLE);
  SecInvalidateHandle(gone.get());
  with.client.go_on_with(empty);  // a mistake that can be corrected
  with.client.step(rest);
  with.expect_shown("nobody");
}

TEST_P(HostileRequest, AnotherCredentialThatIsFreedBehindItsCall) {
  asked with(version(), empty);
  credential brief = client_with(version(), {those().blue_context.get()});
  with.client.go_on_with(brief);
  with.client.step({});
  brief.release();
  with.client.go_on_with(empty);
  with.client.step(with.flight.substr(with.flight.size() - records_of(with.flight).back().size()));
  with.expect_shown("blue client");
}

// Its certificate is shown, or its handle is invalid: nothing between.
TEST_P(HostileRequest, AnotherThreadFreesTheCredential) {
  int shown = 0;
  constexpr int rounds = 40;
  for (int i = 0; i < rounds; ++i) {
    asked with(version(), empty);
    credential other = client_with(version(), {those().blue_context.get()});
    CredHandle freed = *other.get();
    with.client.go_on_with(other);
    const std::string rest = with.client.leftover();
    std::thread thread([&] { EXPECT_EQ(status(FreeCredentialsHandle(&freed)), SEC_E_OK); });
    const bool found = !(with.client.step(rest) == SEC_E_INVALID_HANDLE);
    thread.join();
    SecInvalidateHandle(other.get());
    with.client.go_on_with(empty);
    if (!found) with.client.step(rest);
    with.expect_shown(found ? "blue client" : "nobody");
    shown += found ? 1 : 0;
  }
  EXPECT_LE(shown, rounds);
}

TEST_P(HostileRequest, AnotherThreadFreesTheFirstCredential) {
  for (int i = 0; i < 40; ++i) {
    credential first = client_with(version(), {});
    asked with(version(), first);
    CredHandle freed = *first.get();
    std::thread thread([&] { EXPECT_EQ(status(FreeCredentialsHandle(&freed)), SEC_E_OK); });
    with.go_on();
    thread.join();
    with.expect_shown("nobody");
    SecInvalidateHandle(first.get());
  }
}

// ---- Closing while the choice is pending ----

// The token comes first: the credential of that call is not looked at, nor is the flight that it brings.
TEST_P(HostileRequest, AShutdownIsAllThatTheCallMakes) {
  asked with(version(), empty);
  EXPECT_EQ(apply_token(with.client.handle(), SCHANNEL_SHUTDOWN), SEC_E_OK);
  with.client.go_on_with(blue);
  EXPECT_EQ(with.client.step(with.flight), SEC_E_OK);
  EXPECT_EQ(records_of(with.client.token()).size(), 1u);
  EXPECT_EQ(with.client.leftover(), "") << "neither consumed nor left over";
  with.server.peer().give(with.client.take());
  EXPECT_EQ(with.client.step(with.flight), SEC_I_CONTEXT_EXPIRED) << "no answer any more";
  EXPECT_EQ(with.client.token(), "");
  EXPECT_FALSE(with.server.peer().established());
  EXPECT_EQ(with.server.shown(), "nobody");
}

TEST_P(HostileRequest, AShutdownWithACredentialThatIsNone) {
  asked with(version(), empty);
  EXPECT_EQ(apply_token(with.client.handle(), SCHANNEL_SHUTDOWN), SEC_E_OK);
  CredHandle never{12345, 67890};
  buffer_list out{buffer(SECBUFFER_TOKEN, nullptr, 0)};
  step_call call{.function = role::client,
                 .credential = &never,
                 .context = &with.client.handle(),
                 .flags = usual_client_flags,
                 .output = out.get()};
  EXPECT_EQ(call.run(), SEC_E_OK);
  EXPECT_GT(out[0].cbBuffer, 0u);
  out.free_all();
}

TEST_P(HostileRequest, AnAlertOfTheProgramsEndsIt) {
  asked with(version(), empty);
  EXPECT_EQ(apply_alert(with.client.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_USER_CANCELED), SEC_E_OK);
  EXPECT_EQ(with.client.step({}), SEC_E_OK);
  with.server.peer().give(with.client.take());
  EXPECT_EQ(with.server.peer().alert(), (received_alert{2, TLS1_ALERT_USER_CANCELED}));
  with.client.go_on_with(blue);
  EXPECT_TRUE(with.client.step(with.flight).failed());
  EXPECT_EQ(with.server.shown(), "nobody");
}

TEST_P(ClearRequest, TheServerClosesInsteadOfTheRest) {
  asked with(version(), empty);
  with.client.go_on_with(blue);
  const std::string version_bytes = with.flight.substr(1, 2);
  EXPECT_EQ(with.client.step("\x15" + version_bytes + std::string("\0\2\1\0", 4)), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(with.client.token(), "");
}

TEST_P(HostileRequest, NoiseInsteadOfTheRestEndsIt) {
  asked with(version(), empty);
  with.client.go_on_with(blue);
  EXPECT_EQ(with.client.step("GET / HTTP/1.1"), SEC_E_INVALID_TOKEN);
  EXPECT_TRUE(with.client.step(with.flight).failed());
  EXPECT_EQ(with.client.token(), "");
}

// ---- A certificate that the connection may not show ----

// TLS 1.0 is had from a credential that names it, and then takes what belongs to it.
TEST_P(HostileRequest, ACertificateWithTooShortAKeyDoesNotFit) {
  const certificate weak =
      import(pki::issue({.common_name = "weak", .key = pki::key_kind::rsa1024}, &those().red), {those().red});
  const std::string old = version() == tls::v1_0 ? "weak" : "";
  const credential alone = client_with(version(), {weak.get()});
  const credential and_blue = client_with(version(), {weak.get(), those().blue_context.get()});
  EXPECT_EQ(shown_by(alone, asking_server(version())), old.empty() ? "SEC_I_INCOMPLETE_CREDENTIALS" : old);
  EXPECT_EQ(shown_by(alone, asking_server(version()), {}), old.empty() ? "nobody" : old);
  EXPECT_EQ(shown_by(and_blue, asking_server(version())), old.empty() ? "blue client" : old);
  asked with(version(), empty);
  with.client.go_on_with(alone);
  with.go_on();
  with.expect_shown(old.empty() ? "nobody" : old);
}

}  // namespace
}  // namespace schannix::test::sspi

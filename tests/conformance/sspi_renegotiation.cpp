// Renegotiation of TLS 1.2 and older through SSPI, as Microsoft's pages describe it and callers do it. spec 4.6, 4.8,
// 4.12, 5.8, 6.5
#include <gtest/gtest.h>

#include "conformance/fresh_process.hpp"
#include "support/sspi_async.hpp"
#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

constexpr tls versions[] = {tls::v1_0, tls::v1_2};

// OpenSSL's default is to let nobody else begin.
void allow_renegotiation(openssl_peer& peer) {
  SSL_clear_options(peer.native(), SSL_OP_NO_RENEGOTIATION);
  SSL_set_options(peer.native(), SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
}

std::string unique_bindings(party& of) {
  SecPkgContext_Bindings found{};
  const status done = QueryContextAttributesA(&of.handle(), SECPKG_ATTR_UNIQUE_BINDINGS, &found);
  if (!(done == SEC_E_OK)) return done.name();
  std::string bytes(reinterpret_cast<const char*>(found.Bindings), found.BindingsLength);
  FreeContextBuffer(found.Bindings);
  return bytes;
}

std::string certificate_of_peer(party& of) {
  PCCERT_CONTEXT shown = nullptr;
  const status done = QueryContextAttributesA(&of.handle(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &shown);
  if (!(done == SEC_E_OK)) return done.name();
  std::string der(reinterpret_cast<const char*>(shown->pbCertEncoded), shown->cbCertEncoded);
  CertFreeCertificateContext(shown);
  return der;
}

void expect_works(couple& both) {
  EXPECT_EQ(both.server.open(both.client.sealed("one way")).data, "one way");
  EXPECT_EQ(both.client.open(both.server.sealed("the other")).data, "the other");
}

const pki::issued& client_leaf() {
  static const pki::issued made = pki::issue({.common_name = "our client", .usage = "clientAuth"}, &test_root());
  return made;
}

credential with_certificate(tls version) {
  static const certificate made = import(client_leaf(), {test_root()});
  return credential({.version = version, .certificates = {made.get()}});
}

// ---- A server asks ----

TEST(Renegotiation, T25_AHelloRequest) {
  constexpr unsigned headers[] = {5, 13}, trailers[] = {32, 20};
  for (const std::size_t i : {0u, 1u}) {
    couple both(versions[i]);
    ASSERT_EQ(both.server.step({}), SEC_E_OK);
    const opened found = both.client.open(both.server.take());
    EXPECT_EQ(found.said, SEC_I_RENEGOTIATE);
    EXPECT_EQ(found.buffers[0].BufferType, ULONG{SECBUFFER_STREAM_HEADER});
    EXPECT_EQ(found.buffers[0].cbBuffer, headers[i]);
    EXPECT_EQ(found.buffers[1].BufferType, ULONG{SECBUFFER_DATA});
    EXPECT_EQ(found.buffers[1].cbBuffer, 0u);
    EXPECT_EQ(found.buffers[2].BufferType, ULONG{SECBUFFER_STREAM_TRAILER});
    EXPECT_EQ(found.buffers[2].cbBuffer, trailers[i]);
    EXPECT_EQ(found.extra, "");
    EXPECT_EQ(both.client.seal("x"), SEC_E_CONTEXT_EXPIRED);
    EXPECT_EQ(both.client.open(both.server.sealed("x")).said, SEC_E_CONTEXT_EXPIRED);
    EXPECT_EQ(both.client.step({}), SEC_I_CONTINUE_NEEDED);
  }
}

enum class style { extra, nothing, whole_buffer, original };

std::string input_of(style how, const opened& found, const std::string& received) {
  switch (how) {
    case style::extra:
      return found.extra;
    case style::nothing:
      return {};
    case style::whole_buffer:
      return found.memory;
    case style::original:
      return received;
  }
  return {};
}

// S1 to S4 of spec 4.8. Data behind the request is left in each.
TEST(Renegotiation, StylesOfTheCallAfterARequest) {
  for (const tls version : versions)
    for (const style how : {style::extra, style::nothing, style::whole_buffer, style::original}) {
      couple both(version);
      ASSERT_EQ(both.server.step({}), SEC_E_OK);
      const std::string data = both.server.sealed("behind");
      const std::string received = both.server.take() + (how == style::nothing ? "" : data);
      const opened found = both.client.open(received);
      ASSERT_EQ(found.said, SEC_I_RENEGOTIATE);
      ASSERT_EQ(both.client.step(input_of(how, found, received)), SEC_I_CONTINUE_NEEDED);
      EXPECT_EQ(both.client.leftover(), how == style::nothing ? "" : data);
      EXPECT_EQ(both.client.open(data).data, "behind");
      (void)both.server.open(both.client.token());
    }
}

// The documented way, and on to its end.
TEST(Renegotiation, T29_AServerAsksAndDecryptMessageTellsIt) {
  for (const tls version : versions) {
    couple both(version);
    const std::string before = unique_bindings(both.client);
    for (int i = 0; i < 3; ++i) {
      ASSERT_EQ(both.server.step({}), SEC_E_OK);
      converse(both.client, both.server);
      expect_works(both);
    }
    EXPECT_NE(unique_bindings(both.client), before);
    EXPECT_EQ(unique_bindings(both.client), unique_bindings(both.server));
  }
}

// records as they came, straight to ASC.
TEST(Renegotiation, T29_RecordsAreGivenToAscUnopened) {
  for (const tls version : versions) {
    couple both(version);
    ASSERT_EQ(both.server.step({}), SEC_E_OK);
    EXPECT_EQ(both.client.step(both.server.take()), SEC_I_CONTINUE_NEEDED);
    ASSERT_EQ(both.server.step(both.client.take()), SEC_I_CONTINUE_NEEDED);
    ASSERT_EQ(both.client.step(both.server.take()), SEC_I_CONTINUE_NEEDED);
    ASSERT_EQ(both.server.step(both.client.take()), SEC_E_OK);
    ASSERT_EQ(both.client.step(both.server.take()), SEC_E_OK);
    expect_works(both);
  }
}

// ---- A client begins ----

TEST(Renegotiation, AClientBegins) {
  for (const tls version : versions) {
    couple both(version);
    ASSERT_EQ(both.client.step({}), SEC_I_CONTINUE_NEEDED);
    const std::string hello = both.client.take();
    EXPECT_EQ(hello[0], 22);
    EXPECT_GT(hello.size(), 60u) << "encrypted";
    EXPECT_EQ(both.client.step({}), SEC_E_INCOMPLETE_MESSAGE) << "it runs already";
    EXPECT_EQ(both.client.open(both.server.sealed("in flight")).data, "in flight");
    both.server.give(hello);
    converse(both.client, both.server);
    expect_works(both);
  }
}

TEST(Renegotiation, WithOpenSslAtTheOtherEnd) {
  for (const tls version : versions)
    for (const role side : {role::client, role::server})
      for (const bool we_begin : {true, false}) {
        const auto& from = side == role::client ? client_credential(version) : server_credential(version);
        link with(from, peer_for(side, version), {.side = side});
        allow_renegotiation(with.peer);
        const std::string before = unique_bindings(with.ours);
        if (we_begin)
          with.ours.step({});
        else
          SSL_renegotiate(with.peer.native()), SSL_do_handshake(with.peer.native());
        converse(with.ours, with.peer);
        EXPECT_NE(unique_bindings(with.ours), before);
        with.peer.give(with.ours.sealed("ours"));
        EXPECT_EQ(with.peer.received(), "ours");
        with.peer.write("theirs");
        with.ours.give(with.peer.take());
        EXPECT_EQ(with.ours.received(), "theirs");
      }
}

// ---- Certificates ----

TEST(Renegotiation, AServerAsksForACertificate) {
  for (const tls version : versions) {
    const credential client = with_certificate(version);
    couple both(client, server_credential(version));
    EXPECT_EQ(certificate_of_peer(both.server), "SEC_E_NO_CREDENTIALS");
    both.server.go_on_with(ASC_REQ_MUTUAL_AUTH);
    ASSERT_EQ(both.server.step({}), SEC_E_OK);
    converse(both.client, both.server);
    EXPECT_EQ(certificate_of_peer(both.server), client_leaf().der());
    expect_works(both);
  }
}

// The program of MS "Renegotiating an Schannel Connection": a credential that has what the server wants.
TEST(Renegotiation, AClientBringsAnotherCredential) {
  for (const tls version : versions) {
    const credential client = with_certificate(version);
    couple both(version);
    both.server.go_on_with(ASC_REQ_MUTUAL_AUTH);
    both.client.go_on_with(client);
    ASSERT_EQ(both.client.step({}), SEC_I_CONTINUE_NEEDED);
    converse(both.client, both.server);
    EXPECT_EQ(certificate_of_peer(both.server), client_leaf().der());
    expect_works(both);
  }
}

TEST(Renegotiation, ACertificateThatIsNotAtHandIsAskedFor) {
  for (const tls version : versions)
    for (const bool brings_one : {true, false}) {
      const credential another = with_certificate(version);
      couple both(client_credential(version), server_credential(version), {.fewer_flags = ISC_REQ_USE_SUPPLIED_CREDS});
      both.server.go_on_with(ASC_REQ_MUTUAL_AUTH);
      ASSERT_EQ(both.server.step({}), SEC_E_OK);
      ASSERT_EQ(both.client.step(both.server.take()), SEC_I_CONTINUE_NEEDED);
      ASSERT_EQ(both.server.step(both.client.take()), SEC_I_CONTINUE_NEEDED);
      ASSERT_EQ(both.client.step(both.server.take()), SEC_I_INCOMPLETE_CREDENTIALS);
      EXPECT_EQ(both.client.seal("x"), SEC_E_CONTEXT_EXPIRED);
      if (brings_one) both.client.go_on_with(another);
      ASSERT_EQ(both.client.step(std::string(both.client.leftover())), SEC_I_CONTINUE_NEEDED);
      converse(both.client, both.server);
      EXPECT_EQ(certificate_of_peer(both.server), brings_one ? client_leaf().der() : "SEC_E_NO_CREDENTIALS");
      expect_works(both);
    }
}

// A handle that is none, or a server's: nothing has begun, and the next call is as if this one had not been.
TEST(Renegotiation, ACredentialThatCannotBeAClientsChangesNothing) {
  couple both(tls::v1_2);
  for (const credential* wrong : {&server_credential(tls::v1_2), &server_credential(tls::v1_3)}) {
    both.client.go_on_with(*wrong);
    EXPECT_EQ(both.client.step({}), SEC_E_INVALID_HANDLE);
    EXPECT_EQ(both.client.take(), "");
    expect_works(both);
  }
  both.client.go_on_with(client_credential(tls::v1_2));
  EXPECT_EQ(both.client.step({}), SEC_I_CONTINUE_NEEDED);
}

// ---- A peer that does not ----

TEST(Renegotiation, APeerThatRefuses) {
  for (const role side : {role::client, role::server}) {
    const auto& from = side == role::client ? client_credential(tls::v1_2) : server_credential(tls::v1_2);
    link with(from, peer_for(side, tls::v1_2), {.side = side});
    if (side == role::server) SSL_set_options(with.peer.native(), SSL_OP_NO_RENEGOTIATION);
    with.ours.step({});
    with.peer.give(with.ours.take());
    const std::string answer = with.peer.take();
    if (answer.empty()) continue;  // a client of OpenSSL passes over the request
    EXPECT_EQ(with.ours.open(answer).said, SEC_I_RENEGOTIATE);
    EXPECT_EQ(with.ours.step({}), SEC_I_NO_RENEGOTIATION);
    with.peer.give(with.ours.sealed("goes on"));
    EXPECT_EQ(with.peer.received(), "goes on");
    with.peer.write("goes on");
    EXPECT_EQ(with.ours.open(with.peer.take()).data, "goes on");
    EXPECT_EQ(with.ours.step({}), side == role::client ? SEC_I_NO_RENEGOTIATION : SEC_E_OK) << "a server asks again";
  }
}

// ---- Closing ----

// S-16: a shutdown wins over the message that waits.
TEST(Renegotiation, S16_ShutdownWhileARequestWaits) {
  for (const tls version : versions) {
    couple both(version);
    ASSERT_EQ(both.server.step({}), SEC_E_OK);
    ASSERT_EQ(both.client.open(both.server.take()).said, SEC_I_RENEGOTIATE);
    ASSERT_EQ(both.client.shut(), SEC_E_OK);
    EXPECT_EQ(both.server.open(both.client.take()).said, SEC_I_CONTEXT_EXPIRED);
    EXPECT_EQ(both.server.shut(), SEC_E_OK);
    EXPECT_EQ(both.client.open(both.server.take()).said, SEC_I_CONTEXT_EXPIRED);
    EXPECT_EQ(both.client.step({}), SEC_I_CONTEXT_EXPIRED) << "it does not begin any more";
  }
}

TEST(Renegotiation, ShutdownWhileItRuns) {
  for (const tls version : versions) {
    couple both(version);
    ASSERT_EQ(both.client.step({}), SEC_I_CONTINUE_NEEDED);
    ASSERT_EQ(both.client.shut(), SEC_E_OK);
    std::string wire = both.client.take();
    opened found = both.server.open(wire);
    ASSERT_EQ(found.said, SEC_I_RENEGOTIATE);
    ASSERT_EQ(both.server.step(found.extra), SEC_I_CONTINUE_NEEDED);
    EXPECT_EQ(both.server.open(both.server.leftover()).said, SEC_I_CONTEXT_EXPIRED);
    EXPECT_EQ(both.server.shut(), SEC_E_OK);
  }
}

// The peer's close_notify in the input of ISC: no token, and the five steps follow.
TEST(Renegotiation, ACloseInTheInputOfAStep) {
  for (const tls version : versions) {
    couple both(version);
    ASSERT_EQ(both.client.step({}), SEC_I_CONTINUE_NEEDED);
    (void)both.client.take();
    ASSERT_EQ(both.server.shut(), SEC_E_OK);
    EXPECT_EQ(both.client.step(both.server.take()), SEC_I_CONTEXT_EXPIRED);
    EXPECT_EQ(both.client.token(), "");
    EXPECT_EQ(both.client.shut(), SEC_E_OK);
    EXPECT_NE(both.client.token(), "");
  }
}

// ---- Other ways to call ----

TEST(Renegotiation, ByAsynchronousCalls) {
  const async_context call;
  couple both(client_credential(tls::v1_2), server_credential(tls::v1_2), {.through = call},
              {.side = role::server, .through = call});
  ASSERT_EQ(both.client.step({}), SEC_I_CONTINUE_NEEDED);
  converse(both.client, both.server);
  expect_works(both);
}

// ---- Settings ----

class RenegotiationSettings : public FreshProcess {};

void tell_what_begins() {
  couple both(tls::v1_2);
  const status client = both.client.step({});
  const status server = both.server.step({});
  std::cerr << client << ' ' << both.client.token().empty() << ", " << server << ' ' << both.server.token().empty();
}

TEST_F(RenegotiationSettings, EachRoleCanBeSwitchedOff) {
  constexpr const char* on = "SEC_I_CONTINUE_NEEDED 0, SEC_E_OK 0";
  constexpr const char* client_off = "SEC_I_NO_RENEGOTIATION 1, SEC_E_OK 0";
  constexpr const char* server_off = "SEC_I_CONTINUE_NEEDED 0, SEC_I_NO_RENEGOTIATION 1";
  const std::pair<const char*, const char*> all[] = {{"", on},
                                                     {"[SCHANNEL]\nDisableRenegoOnClient=0", on},
                                                     {"[SCHANNEL]\nDisableRenegoOnClient=1", client_off},
                                                     {"[SCHANNEL]\nDisableRenegoOnServer=1", server_off}};
  for (const auto& [content, said] : all)
    EXPECT_EXIT(with_file("SCHANNIX_CONF", content, tell_what_begins), testing::ExitedWithCode(0),
                "^" + std::string(said) + "$");
}

// A request is passed over by a client that is switched off; a server ends a connection whose client begins.
void tell_what_the_other_gets() {
  couple both(tls::v1_2);
  both.server.step({});
  std::cerr << both.client.open(both.server.take()).said << ", ";
  both.client.step({});
  std::cerr << both.server.open(both.client.take()).said;
}

TEST_F(RenegotiationSettings, WhatThePeerGets) {
  EXPECT_EXIT(with_file("SCHANNIX_CONF", "[SCHANNEL]\nDisableRenegoOnClient=1", tell_what_the_other_gets),
              testing::ExitedWithCode(0), "^SEC_E_OK, SEC_E_");
  EXPECT_EXIT(with_file("SCHANNIX_CONF", "[SCHANNEL]\nDisableRenegoOnServer=1", tell_what_the_other_gets),
              testing::ExitedWithCode(0), ", SEC_E_ILLEGAL_MESSAGE$");
}

}  // namespace
}  // namespace schannix::test::sspi

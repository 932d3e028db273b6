// Renegotiation of TLS 1.2 with other programs, begun by either side.
#include <gtest/gtest.h>

#include "interop/our_side.hpp"
#include "interop/peers.hpp"

namespace schannix::test::interop {
namespace {

using sspi::role;
using sspi::tls;

constexpr cipher all_ciphers[] = {cipher::aes_128_gcm, cipher::chacha20};

cell cell_of(cipher bulk) { return {tls::v1_2, pki::key_kind::p256, bulk, ending::we_close_first}; }

// The client's Finished of the handshake that was the last.
std::string last_handshake(our_side& of) {
  SecPkgContext_Bindings found{};
  const sspi::status done = QueryContextAttributesA(&of.party().handle(), SECPKG_ATTR_UNIQUE_BINDINGS, &found);
  EXPECT_EQ(done, SEC_E_OK);
  if (!(done == SEC_E_OK)) return {};
  std::string bytes(reinterpret_cast<const char*>(found.Bindings), found.BindingsLength);
  FreeContextBuffer(found.Bindings);
  return bytes;
}

bool has_certificate(our_side& of) {
  PCCERT_CONTEXT shown = nullptr;
  const SECURITY_STATUS done = QueryContextAttributesA(&of.party().handle(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &shown);
  if (done == SEC_E_OK) CertFreeCertificateContext(shown);
  return done == SEC_E_OK;
}

// ---- Our client ----

// s_server without -rev takes commands: r asks for a handshake, R for a certificate too.
TEST(Renegotiation, OpenSslServerAsks) {
  for (const cipher bulk : all_ciphers)
    for (const char* command : {"r\n", "R\n"}) {
      const cell one = cell_of(bulk);
      const sspi::credential from = credential_for(one, role::client);
      const auto server = start_openssl_server(one, std::vector<std::string>{"-naccept", "1"});
      our_side ours(connect(server.port), from);
      ours.shake();
      ours.say("word\n");
      server.run->await("word");
      const std::string before = last_handshake(ours);
      server.run->write(command);
      ours.read_until([&] { return last_handshake(ours) != before; });
      server.run->write("behind\n");
      ours.await("behind");
      ours.say("as well\n");
      server.run->await("as well");
      EXPECT_EQ(ours.shut(), SEC_E_OK);
      ours.read_to_transport_end();
    }
}

TEST(Renegotiation, GnuTlsServerAsks) {
  for (const cipher bulk : all_ciphers) {
    const cell one = cell_of(bulk);
    const sspi::credential from = credential_for(one, role::client);
    const auto server = start_gnutls_server(one);
    our_side ours(connect(server.port), from);
    ours.shake();
    const std::string before = last_handshake(ours);
    ours.say("**REHANDSHAKE**\n");
    ours.read_until([&] { return last_handshake(ours) != before; });
    ours.say("word\n");
    ours.await("word");
    EXPECT_EQ(ours.shut(), SEC_E_OK);
    ours.read_to_transport_end();
  }
}

// ---- Our server ----

// s_client: R begins a handshake.
TEST(Renegotiation, OpenSslClientBegins) {
  for (const cipher bulk : all_ciphers) {
    const sspi::credential from = credential_for(cell_of(bulk), role::server);
    listener entrance;
    const auto client = start_openssl_client(entrance.port());
    our_side ours(entrance.accept(), from, {.side = role::server});
    ours.shake();
    const std::string before = last_handshake(ours);
    client->write("R\n");
    client->await("RENEGOTIATING");
    client->write("behind\n");
    ours.await("behind");
    EXPECT_NE(last_handshake(ours), before);
    ours.say("as well\n");
    client->await("as well");
    EXPECT_EQ(ours.shut(), SEC_E_OK);
  }
}

TEST(Renegotiation, GnuTlsClientBegins) {
  for (const cipher bulk : all_ciphers) {
    const sspi::credential from = credential_for(cell_of(bulk), role::server);
    listener entrance;
    const auto client = start_gnutls_client(entrance.port(), {"--rehandshake"});
    our_side ours(entrance.accept(), from, {.side = role::server});
    ours.shake();
    const std::string before = last_handshake(ours);
    client->write("behind\n");
    ours.await("behind");
    EXPECT_NE(last_handshake(ours), before);
    ours.say("as well\n");
    client->await("as well");
    EXPECT_EQ(ours.shut(), SEC_E_OK);
  }
}

TEST(Renegotiation, OurServerAsksAnOpenSslClient) {
  const pki::issued leaf = pki::issue({.common_name = "client", .usage = "clientAuth"}, &sspi::test_root());
  const pki::workshop shop;
  shop.write("client.pem", leaf.pem());
  shop.write("client.key", leaf.key_pem());
  const sspi::credential from = credential_for(cell_of(cipher::aes_128_gcm), role::server);
  listener entrance;
  const auto client =
      start_openssl_client(entrance.port(), {"-cert", shop.path("client.pem"), "-key", shop.path("client.key")});
  our_side ours(entrance.accept(), from, {.side = role::server});
  ours.shake();
  EXPECT_FALSE(has_certificate(ours));
  ours.party().go_on_with(ASC_REQ_MUTUAL_AUTH);
  ASSERT_EQ(ours.party().step({}), SEC_E_OK);
  ours.send_pending();
  ours.read_until([&] { return has_certificate(ours); });
  client->write("behind\n");
  ours.await("behind");
  ours.say("a word\n");
  client->await("a word");
  EXPECT_EQ(ours.shut(), SEC_E_OK);
}

// A client of before RFC 5746: what it renegotiates could be somebody else's connection.
TEST(Renegotiation, OurServerDoesNotAskAClientWithoutRfc5746) {
  const sspi::credential from = credential_for(cell_of(cipher::aes_128_gcm), role::server);
  listener entrance;
  const auto client =
      start_gnutls_client(entrance.port(), {"--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION"});
  our_side ours(entrance.accept(), from, {.side = role::server});
  ours.shake();
  EXPECT_EQ(ours.party().step({}), SEC_I_NO_RENEGOTIATION);
  EXPECT_EQ(ours.party().token(), "");
  ours.say("goes on\n");
  client->await("goes on");
}

}  // namespace
}  // namespace schannix::test::interop

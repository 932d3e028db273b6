// What may come after a handshake of TLS 1.3, asked for by other programs or of them: new keys, and a client's
// certificate.
#include <gtest/gtest.h>

#include "interop/our_side.hpp"
#include "interop/peers.hpp"

namespace schannix::test::interop {
namespace {

using sspi::role;
using sspi::tls;

cell cell_of(cipher bulk) { return {tls::v1_3, pki::key_kind::p256, bulk, ending::we_close_first}; }

const pki::issued& client_leaf() {
  static const pki::issued leaf = pki::issue({.common_name = "our client", .usage = "clientAuth"}, &sspi::test_root());
  return leaf;
}

// What the programs read.
struct certificate_files {
  certificate_files() {
    shop.write("root.pem", sspi::test_root().pem());
    shop.write("client.pem", client_leaf().pem());
    shop.write("client.key", client_leaf().key_pem());
  }
  std::string operator()(const char* file) const { return shop.path(file); }
  pki::workshop shop;
};

sspi::credential client_with_certificate() {
  const sspi::certificate mine = sspi::import(client_leaf(), {sspi::test_root()});
  return sspi::credential({.version = tls::v1_3,
                           .flags = SCH_CRED_AUTO_CRED_VALIDATION,
                           .certificates = {mine.get()},
                           .extra_roots = {sspi::root_certificate().get()}});
}

sspi::credential server_that_trusts_the_root() {
  return sspi::credential({.side = role::server,
                           .version = tls::v1_3,
                           .flags = SCH_CRED_AUTO_CRED_VALIDATION,
                           .certificates = {sspi::server_certificate().get()},
                           .root_store = sspi::root_certificate()->hCertStore});
}

bool shows(our_side& of, const pki::issued& who) {
  PCCERT_CONTEXT shown = nullptr;
  if (QueryContextAttributesA(&of.party().handle(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &shown) != SEC_E_OK) return false;
  const std::string der(reinterpret_cast<const char*>(shown->pbCertEncoded), shown->cbCertEncoded);
  CertFreeCertificateContext(shown);
  return der == who.der();
}

// ---- New keys ----

constexpr const char* their_update = ">>> TLS 1.3, Handshake [length 0005], KeyUpdate";
constexpr const char* our_update = "<<< TLS 1.3, Handshake [length 0005], KeyUpdate";

struct change {
  cipher bulk;
  const char* command;  // of s_server and s_client: k changes their own keys, K also asks for ours
};
constexpr change all_changes[] = {
    {cipher::aes_128_gcm, "k\n"}, {cipher::aes_128_gcm, "K\n"}, {cipher::chacha20, "k\n"}, {cipher::chacha20, "K\n"}};

// A line behind the change is read under the new keys, in either direction.
void expect_change(const change& how, program& peer, our_side& ours) {
  ours.say("before\n");
  peer.await("before");
  peer.write(how.command);
  peer.await(their_update);
  peer.write("behind\n");
  ours.await("behind");
  if (how.command[0] == 'K') peer.await(our_update);
  ours.say("after\n");
  peer.await("after");
  EXPECT_EQ(ours.shut(), SEC_E_OK);
}

TEST(AfterHandshakes, OpenSslServerChangesKeys) {
  for (const change& how : all_changes) {
    const sspi::credential from = credential_for(cell_of(how.bulk), role::client);
    const auto server = start_openssl_server(cell_of(how.bulk), std::vector<std::string>{"-naccept", "1", "-msg"});
    our_side ours(connect(server.port), from);
    ours.shake();
    expect_change(how, *server.run, ours);
  }
}

TEST(AfterHandshakes, OpenSslClientChangesKeys) {
  for (const change& how : all_changes) {
    const sspi::credential from = credential_for(cell_of(how.bulk), role::server);
    listener entrance;
    const auto client = start_openssl_client(entrance.port(), {"-msg"});
    our_side ours(entrance.accept(), from, {.side = role::server});
    ours.shake();
    expect_change(how, *client, ours);
  }
}

// ---- A certificate ----

// s_server: c asks. What it says meanwhile may come in front of our answer.
TEST(AfterHandshakes, OpenSslServerAsksForACertificate) {
  const certificate_files files;
  const auto server = start_openssl_server(
      cell_of(cipher::aes_128_gcm),
      std::vector<std::string>{"-naccept", "1", "-CAfile", files("root.pem"), "-verify_return_error", "-msg"});
  const sspi::credential from = client_with_certificate();
  our_side ours(connect(server.port), from, {.fewer_flags = ISC_REQ_USE_SUPPLIED_CREDS});
  ours.shake();
  ours.say("before\n");
  server.run->await("before");
  server.run->write("c\n");
  server.run->await(", CertificateRequest");
  server.run->write("behind\n");
  ours.await("behind");
  ours.say("after\n");
  server.run->await("after");
  EXPECT_NE(server.run->output().find("CN = our client"), std::string::npos) << server.run->output();
  EXPECT_EQ(ours.shut(), SEC_E_OK);
  ours.read_to_transport_end();
}

TEST(AfterHandshakes, GnuTlsServerAsksForACertificate) {
  const certificate_files files;
  const auto server =
      start_gnutls_server(cell_of(cipher::aes_128_gcm), {"--x509cafile", files("root.pem"), "--verify-client-cert"});
  const sspi::credential from = client_with_certificate();
  our_side ours(connect(server.port), from, {.fewer_flags = ISC_REQ_USE_SUPPLIED_CREDS});
  ours.shake();
  const std::string before = ours.party().token();
  ours.say("**REAUTH**\n");
  constexpr std::size_t least = 500;  // bytes of a certificate and its signature; a ticket is answered by none
  ours.read_until([&] { return ours.party().token() != before && ours.party().token().size() > least; });
  ours.say("word\n");
  ours.await("word");
  EXPECT_EQ(ours.shut(), SEC_E_OK);
  ours.read_to_transport_end();
}

void expect_answer(program& client, our_side& ours) {
  ours.shake();
  EXPECT_FALSE(shows(ours, client_leaf()));
  client.write("before\n");
  ours.await("before");
  ours.party().go_on_with(ASC_REQ_MUTUAL_AUTH);
  ASSERT_EQ(ours.party().step({}), SEC_E_OK);
  ours.send_pending();
  ours.read_until([&] { return shows(ours, client_leaf()); });
  client.write("behind\n");
  ours.await("behind");
  ours.say("a word\n");
  client.await("a word");
  EXPECT_EQ(ours.shut(), SEC_E_OK);
}

TEST(AfterHandshakes, OurServerAsksAnOpenSslClient) {
  const certificate_files files;
  const sspi::credential from = server_that_trusts_the_root();
  listener entrance;
  const auto client =
      start_openssl_client(entrance.port(), {"-enable_pha", "-cert", files("client.pem"), "-key", files("client.key")});
  our_side ours(entrance.accept(), from, {.side = role::server});
  expect_answer(*client, ours);
}

TEST(AfterHandshakes, OurServerAsksAGnuTlsClient) {
  const certificate_files files;
  const sspi::credential from = server_that_trusts_the_root();
  listener entrance;
  const auto client = start_gnutls_client(entrance.port(), {"--post-handshake-auth", "--x509certfile",
                                                            files("client.pem"), "--x509keyfile", files("client.key")});
  our_side ours(entrance.accept(), from, {.side = role::server});
  expect_answer(*client, ours);
}

}  // namespace
}  // namespace schannix::test::interop

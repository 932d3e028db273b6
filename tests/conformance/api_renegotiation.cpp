// Renegotiation inside the C++ API, with OpenSSL at the other end: nothing of it is seen, and nothing is lost.
#include "api_support.hpp"
#include "support/openssl_peer.hpp"

namespace api_test {
namespace {

using schannix::test::sspi::openssl_peer;
namespace pki = schannix::test::pki;

struct met {
  openssl_peer server;
  party client;

  explicit met(schannix::connection_options options = {})
      : server({.version = TLS1_2_VERSION, .identities = {{leaf()}}}),
        client{schannix::connection::client(trusting(), "localhost", std::move(options))} {
    SSL_clear_options(server.native(), SSL_OP_NO_RENEGOTIATION);
    talk_on();
    EXPECT_TRUE(client.tls.established());
  }

  static const pki::issued& leaf() {
    static const pki::issued made = pki::issue({.common_name = "localhost", .alternative = {"DNS:localhost"}});
    return made;
  }
  static schannix::credential trusting() {
    schannix::credential_options options;
    options.oldest = options.newest = tls_version::tls_1_2;
    options.verify = schannix::verification::manual;
    return schannix::credential(std::move(options));
  }

  std::string sent() {
    const auto bytes = client.tls.take_output();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  void receive(const std::string& wire) {
    client.tls.feed(bytes_of(wire));
    client.drain();
  }
  void talk_on() {
    for (int i = 0; i < 10; ++i) {
      server.give(sent());
      receive(server.take());
    }
  }
  void ask() {
    ASSERT_EQ(SSL_renegotiate(server.native()), 1);
    ASSERT_EQ(SSL_do_handshake(server.native()), 1);
  }
};

TEST(ApiRenegotiation, DataInFlightComesOutAndNothingIsLost) {
  met both;
  both.ask();
  both.server.write("in flight, ");
  both.receive(both.server.take());
  EXPECT_EQ(both.client.received, "in flight, ");
  both.talk_on();
  both.client.seal("one way");
  both.server.write("the other");
  both.talk_on();
  EXPECT_EQ(both.client.received, "in flight, the other");
  EXPECT_EQ(both.server.received(), "one way");
  EXPECT_EQ(both.client.story, (story{"handshake_done", "data"}));
}

TEST(ApiRenegotiation, WhatCannotBeSealedWaitsAndTheCloseToo) {
  met both;
  both.ask();
  both.receive(both.server.take());
  both.server.give(both.sent());
  both.receive(both.server.take());  // our Finished is on its way, theirs is not
  both.client.seal("first, ");
  both.client.seal("second");
  both.client.tls.close_write();
  EXPECT_FALSE(both.client.tls.can_seal());
  both.talk_on();
  EXPECT_EQ(both.server.received(), "first, second");
  EXPECT_TRUE(both.server.saw_close());
  EXPECT_EQ(both.client.tls.report().bytes_sent, 13u);
}

TEST(ApiRenegotiation, ATransportThatEndsMeanwhileLetsTheCloseGo) {
  met both;
  both.ask();
  both.receive(both.server.take());
  both.server.give(both.sent());
  both.receive(both.server.take());
  (void)both.sent();
  both.client.seal("never sealed");
  both.client.tls.close_write();
  EXPECT_TRUE(both.client.tls.pending_output().empty());
  both.client.tls.transport_ended();
  EXPECT_FALSE(both.client.tls.pending_output().empty());
  EXPECT_TRUE(both.client.tls.report().close_sent);
  EXPECT_EQ(both.client.tls.report().bytes_sent, 0u);
}

TEST(ApiRenegotiation, TheChooserIsAskedInIt) {
  int asked = 0;
  met both({.choose_certificate = [&](const auto&) { return ++asked, std::nullopt; }});
  SSL_set_verify(both.server.native(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  both.ask();
  both.talk_on();
  EXPECT_EQ(asked, 1);
  both.client.seal("goes on");
  both.talk_on();
  EXPECT_EQ(both.server.received(), "goes on");
}

}  // namespace
}  // namespace api_test

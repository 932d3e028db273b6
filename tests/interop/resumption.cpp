// Sessions that other programs keep and give: our client comes back to their servers, and their clients to ours.
#include <gtest/gtest.h>

#include "interop/our_side.hpp"
#include "interop/peers.hpp"

namespace schannix::test::interop {
namespace {

using sspi::role;
using sspi::tls;

enum class program_of { openssl, gnutls };

struct kind {
  program_of peer;
  tls version;
};
constexpr kind all_kinds[] = {{program_of::openssl, tls::v1_2},
                              {program_of::openssl, tls::v1_3},
                              {program_of::gnutls, tls::v1_2},
                              {program_of::gnutls, tls::v1_3}};

std::string name_of(const testing::TestParamInfo<kind>& of) {
  return std::string(of.param.peer == program_of::openssl ? "OpenSSL" : "GnuTLS") +
         (of.param.version == tls::v1_3 ? "_TLS13" : "_TLS12");
}

bool resumed(our_side& of) {
  SecPkgContext_SessionInfo info{};
  const sspi::status done = QueryContextAttributesA(&of.party().handle(), SECPKG_ATTR_SESSION_INFO, &info);
  EXPECT_EQ(done, SEC_E_OK);
  return (info.dwFlags & SSL_SESSION_RECONNECT) != 0;
}

cell cell_of(tls version) { return {version, pki::key_kind::p256, cipher::aes_128_gcm, ending::we_close_first}; }

struct Resumption : testing::TestWithParam<kind> {};
INSTANTIATE_TEST_SUITE_P(Interop, Resumption, testing::ValuesIn(all_kinds), name_of);

TEST_P(Resumption, OurClientComesBack) {
  constexpr int connections = 3;
  const cell one = cell_of(GetParam().version);
  const sspi::credential from = credential_for(one, role::client);
  const server_program server =
      GetParam().peer == program_of::openssl ? start_openssl_server(one, connections) : start_gnutls_server(one);
  for (int i = 0; i < connections; ++i) {
    our_side ours(connect(server.port), from);
    ours.shake();
    EXPECT_EQ(resumed(ours), i != 0);
    ours.say("word\n");
    ours.await(GetParam().peer == program_of::openssl ? "drow" : "word");  // -rev turns lines round
    EXPECT_EQ(ours.shut(), SEC_E_OK);
    ours.read_to_transport_end();
  }
}

constexpr tls versions[] = {tls::v1_2, tls::v1_3};

our_side served(listener& entrance, const sspi::credential& from) {
  return our_side(entrance.accept(), from, {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
}

void talk_to_the_end(our_side& ours, program& client) {
  ours.say("hello\n");
  client.await("hello");
  client.write("bye\n");
  ours.await("bye");
  client.close_input();
  ours.read_on();
  ours.shut();
  ours.hang_up();
}

TEST(TheirClientComesBack, OpenSSL) {
  for (const tls version : versions) {
    const sspi::credential from = credential_for(cell_of(version), role::server);
    const pki::workshop shop;
    const std::string file = shop.path("session.pem");
    listener entrance;
    for (const bool again : {false, true}) {
      const auto client = start_openssl_client(entrance.port(), {again ? "-sess_in" : "-sess_out", file});
      our_side ours = served(entrance, from);
      ours.shake();
      EXPECT_EQ(resumed(ours), again);
      talk_to_the_end(ours, *client);
      const std::string said = client->await_end();
      EXPECT_NE(said.find(again ? "Reused, " : "New, "), std::string::npos) << said;
    }
  }
}

// gnutls-cli --resume ends its first connection by itself, and comes back.
TEST(TheirClientComesBack, GnuTLS) {
  for (const tls version : versions) {
    const sspi::credential from = credential_for(cell_of(version), role::server);
    listener entrance;
    const auto client = start_gnutls_client(entrance.port(), {"--resume"});
    {
      our_side first = served(entrance, from);
      first.shake();
      EXPECT_FALSE(resumed(first));
      first.read_on();  // it says nothing on its first connection
      first.shut();
    }
    our_side second = served(entrance, from);
    second.shake();
    EXPECT_TRUE(resumed(second));
    talk_to_the_end(second, *client);
    EXPECT_NE(client->await_end().find("This is a resumed session"), std::string::npos) << client->output();
  }
}

}  // namespace
}  // namespace schannix::test::interop

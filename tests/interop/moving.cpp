// A connection with another program goes on in another process of ours, which inherits the socket and is given the
// state through a pipe. The other program notices nothing.
#include <gtest/gtest.h>

#include <fcntl.h>

#include <memory>
#include <tuple>

#include "heir/line.hpp"
#include "interop/peers.hpp"
#include "support/program.hpp"
#include "support/sspi_credential.hpp"

namespace schannix::test::interop {
namespace {

using sspi::role;
using sspi::tls;

std::string hexadecimal(std::span<const std::byte> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::byte one : bytes) {
    text += digits[std::to_integer<unsigned>(one) >> 4];
    text += digits[std::to_integer<unsigned>(one) & 15];
  }
  return bytes.empty() ? "-" : text;
}

credential credential_of(role side, tls version) {
  credential_options options;
  options.side = side == role::client ? schannix::role::client : schannix::role::server;
  options.oldest = options.newest = version == tls::v1_3 ? tls_version::tls_1_3 : tls_version::tls_1_2;
  options.extra_roots = certificate::list_from_pem(sspi::test_root().pem());
  if (side == role::server) {
    const pki::issued& leaf = sspi::test_leaf();
    options.certificates = {certificate::from_pem(leaf.pem(), leaf.key_pem())};
  }
  return credential(std::move(options));
}

// OpenSSL's program at the other end, which can be told to say something, and our side in this process.
struct both_ends {
  both_ends(role side, tls version) {
    const cell one{version, pki::key_kind::p256, cipher::aes_128_gcm, ending::we_close_first};
    if (side == role::client) {
      server = start_openssl_server(one, {"-naccept", "1", "-alpn", "heir", "-msg"});
      wire.emplace(connect(server.port));
    } else {
      client = start_openssl_client(entrance.port(), {"-alpn", "heir", "-msg"});
      wire.emplace(entrance.accept());
    }
    connection_options options{.alpn = {"heir"}};
    const credential from = credential_of(side, version);
    ours = std::make_unique<line>(
        side == role::client ? connection::client(from, "a.test", options) : connection::server(from, options),
        wire->get());
    ours->shake();
  }
  program& peer() { return client ? *client : *server.run; }

  listener entrance;
  server_program server;
  std::unique_ptr<program> client;
  std::optional<socket> wire;
  std::unique_ptr<line> ours;
};

// The process that goes on. What is here of the connection ends with this.
std::unique_ptr<program> heir_of(both_ends& of, std::string& before) {
  before = told(of.ours->tls());
  const exported_connection all = std::move(of.ours->tls()).export_state();
  fcntl(of.wire->get(), F_SETFD, 0);  // inherited
  auto heir =
      std::make_unique<program>(std::vector<std::string>{SCHANNIX_HEIR, std::to_string(of.wire->get())}, "none");
  of.ours.reset();
  of.wire->close();
  heir->write("import " + hexadecimal(all.state) + " " + hexadecimal(all.unread) + "\n");
  return heir;
}

class MovingInterop : public testing::TestWithParam<std::tuple<tls, role>> {
 protected:
  const tls version = std::get<0>(GetParam());
  both_ends all{std::get<1>(GetParam()), version};
};
std::string name_of(const testing::TestParamInfo<std::tuple<tls, role>>& one) {
  return std::string(std::get<0>(one.param) == tls::v1_3 ? "TLS13" : "TLS12") +
         (std::get<1>(one.param) == role::client ? "_OurClient" : "_OurServer");
}
INSTANTIATE_TEST_SUITE_P(Interop, MovingInterop,
                         testing::Combine(testing::Values(tls::v1_2, tls::v1_3),
                                          testing::Values(role::client, role::server)),
                         name_of);

class MovingInteropTls13 : public MovingInterop {};
INSTANTIATE_TEST_SUITE_P(Interop, MovingInteropTls13,
                         testing::Combine(testing::Values(tls::v1_3), testing::Values(role::client, role::server)),
                         name_of);

TEST_P(MovingInterop, ToAnotherProcessWithDataBeforeAndAfter) {
  all.ours->say("spoken before\n");
  all.peer().await("spoken before");
  all.peer().write("answered before\n");
  all.ours->await("answered before");
  std::string before;
  const auto heir = heir_of(all, before);
  EXPECT_EQ(heir->await_line_after("imported: "), before);
  heir->write("say spoken after\n");
  all.peer().await("spoken after");
  all.peer().write("answered after\n");
  heir->write("await answered after\n");
  heir->await("heard answered after");
  heir->write("close\n");
  EXPECT_EQ(heir->await_line_after("closed: "), "CLOSE-001");
  heir->await_end();
  EXPECT_EQ(heir->exit_code(), 0);
}

TEST_P(MovingInteropTls13, KeysAreUpdatedThere) {
  all.ours->tls().update_keys();
  all.ours->say("spoken before\n");
  all.peer().await("spoken before");
  std::string before;
  const auto heir = heir_of(all, before);
  all.peer().write("K\n");  // its KeyUpdate, which asks for ours
  all.peer().await(">>> TLS 1.3, Handshake [length 0005], KeyUpdate");
  all.peer().write("under new keys\n");
  heir->write("await under new keys\nsay with an answer\n");
  all.peer().await("with an answer");
  heir->write("update\nsay and once more\n");
  all.peer().await("and once more");
  heir->write("close\n");
  EXPECT_EQ(heir->await_line_after("closed: "), "CLOSE-001");
}

}  // namespace
}  // namespace schannix::test::interop

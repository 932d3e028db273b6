#include "interop/peers.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/socket.hpp"

namespace schannix::test::interop {
namespace {

constexpr const char* openssl_package = "openssl";
constexpr const char* gnutls_package = "gnutls-bin";
constexpr const char* nss_package = "libnss3-tools";
constexpr int most_starts = 5;

// The certificates as files: root.pem, rsa.pem and rsa.key, ecdsa.pem and ecdsa.key.
class certificate_files {
 public:
  certificate_files() {
    shop_.write("root.pem", sspi::test_root().pem());
    write("rsa", pki::key_kind::rsa2048);
    write("ecdsa", pki::key_kind::p256);
  }
  std::string root() const { return shop_.path("root.pem"); }
  std::string chain(pki::key_kind key) const { return shop_.path(name(key) + ".pem"); }
  std::string key(pki::key_kind key) const { return shop_.path(name(key) + ".key"); }

 private:
  static std::string name(pki::key_kind key) { return key == pki::key_kind::rsa2048 ? "rsa" : "ecdsa"; }
  void write(const std::string& base, pki::key_kind key) const {
    shop_.write(base + ".pem", sspi::test_leaf(key).pem() + sspi::test_root().pem());
    shop_.write(base + ".key", sspi::test_leaf(key).key_pem());
  }

  pki::workshop shop_;
};

const certificate_files& files() {
  static const certificate_files made;
  return made;
}

bool closes_first(const cell& one) { return one.end == ending::peer_closes_first; }

}  // namespace

server_program start_openssl_server(const cell& one) { return start_openssl_server(one, 1); }

server_program start_openssl_server(const cell& one, int connections, const std::vector<std::string>& more) {
  std::vector<std::string> all{"-naccept", std::to_string(connections), closes_first(one) ? "-www" : "-rev"};
  all.insert(all.end(), more.begin(), more.end());
  return start_openssl_server(one, all);
}

server_program start_openssl_server(const cell& one, const std::vector<std::string>& more) {
  const std::string ready = "ACCEPT 127.0.0.1:";
  std::vector<std::string> command{
      "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", files().chain(one.key), "-key", files().key(one.key)};
  command.insert(command.end(), more.begin(), more.end());
  auto run = std::make_unique<program>(command, openssl_package);
  const std::string said = run->await_line_after(ready);
  return {std::move(run), static_cast<std::uint16_t>(std::stoi(said))};
}

// For the child that is started meanwhile: it listens on loopback only, which gnutls-serv and selfserv have no option
// for.
class loopback_only {
 public:
  loopback_only() { setenv("LD_PRELOAD", SCHANNIX_BIND_LOOPBACK, 1); }
  ~loopback_only() { unsetenv("LD_PRELOAD"); }
  loopback_only(const loopback_only&) = delete;
  loopback_only& operator=(const loopback_only&) = delete;
};

server_program start_gnutls_server(const cell& one) { return start_gnutls_server(one, {"--disable-client-cert"}); }

// gnutls-serv must be told a port, and goes on without IPv4 when that one is taken.
server_program start_gnutls_server(const cell& one, const std::vector<std::string>& of_clients) {
  for (int i = 0; i < most_starts; ++i) {
    const std::uint16_t port = free_port();
    const loopback_only listening;
    std::vector<std::string> command{"gnutls-serv",    closes_first(one) ? "--http" : "--echo",
                                     "--port",         std::to_string(port),
                                     "--x509certfile", files().chain(one.key),
                                     "--x509keyfile",  files().key(one.key)};
    command.insert(command.end(), of_clients.begin(), of_clients.end());
    auto run = std::make_unique<program>(command, gnutls_package);
    const std::string said = run->await_line_after("listening on IPv4 0.0.0.0 port ");
    if (said.find("...done") != std::string::npos) return {std::move(run), port};
  }
  throw std::runtime_error("no port for gnutls-serv");
}

std::unique_ptr<program> start_openssl_client(std::uint16_t port, const std::vector<std::string>& more) {
  std::vector<std::string> command{"openssl",
                                   "s_client",
                                   "-connect",
                                   "127.0.0.1:" + std::to_string(port),
                                   "-servername",
                                   "a.test",
                                   "-CAfile",
                                   files().root(),
                                   "-verify_hostname",
                                   "a.test",
                                   "-verify_return_error"};
  command.insert(command.end(), more.begin(), more.end());
  return std::make_unique<program>(command, openssl_package);
}

std::unique_ptr<program> start_gnutls_client(std::uint16_t port, const std::vector<std::string>& more) {
  std::vector<std::string> command{"gnutls-cli",     "--port", std::to_string(port), "--x509cafile", files().root(),
                                   "--sni-hostname", "a.test", "--verify-hostname",  "a.test"};
  command.insert(command.end(), more.begin(), more.end());
  command.emplace_back("127.0.0.1");
  return std::make_unique<program>(command, gnutls_package);
}

// ---- NSS ----

nss_database::nss_database(pki::key_kind key) {
  program({"certutil", "-N", "-d", option(), "--empty-password"}, nss_package).await_end();
  shop_.write("root.pem", sspi::test_root().pem());
  program({"certutil", "-A", "-n", "root", "-t", "CT,C,C", "-a", "-i", shop_.path("root.pem"), "-d", option()},
          nss_package)
      .await_end();
  import("server", sspi::test_leaf(key));
  import("client",
         pki::issue({.common_name = "a client of NSS", .usage = "clientAuth", .key = key}, &sspi::test_root()));
}

void nss_database::import(const std::string& name, const pki::issued& what) const {
  shop_.write(name + ".pem", what.pem() + what.key_pem());
  shop_.openssl("pkcs12 -export -in " + name + ".pem -name " + name + " -passout pass:x -out " + name + ".p12");
  program run({"pk12util", "-i", shop_.path(name + ".p12"), "-d", option(), "-W", "x", "-K", ""}, nss_package);
  run.await("IMPORT SUCCESSFUL");
}

server_program start_nss_server(const nss_database& from, const std::vector<std::string>& more) {
  for (int i = 0; i < most_starts; ++i) {
    const std::uint16_t port = free_port();
    const loopback_only listening;
    std::vector<std::string> command{"selfserv",           "-n", "server",      "-e", "server", "-p",
                                     std::to_string(port), "-d", from.option(), "-v", "-V",     "tls1.2:tls1.3"};
    command.insert(command.end(), more.begin(), more.end());
    auto run = std::make_unique<program>(command, nss_package);
    try {
      run->await("About to call accept");
      return {std::move(run), port};
    } catch (const std::runtime_error&) {  // another program may have taken the port
      if (i + 1 == most_starts) throw;
    }
  }
  throw std::runtime_error("no port for selfserv");
}

std::unique_ptr<program> start_nss_client(const nss_database& from, std::uint16_t port,
                                          const std::vector<std::string>& more) {
  std::vector<std::string> command{"tstclnt", "-h", "127.0.0.1",   "-p", std::to_string(port), "-a",
                                   "a.test",  "-d", from.option(), "-V", "tls1.2:tls1.3"};
  command.insert(command.end(), more.begin(), more.end());
  return std::make_unique<program>(command, nss_package);
}

std::unique_ptr<program> start_openssl_client(std::uint16_t port) { return start_openssl_client(port, {}); }
std::unique_ptr<program> start_gnutls_client(std::uint16_t port) { return start_gnutls_client(port, {}); }

}  // namespace schannix::test::interop

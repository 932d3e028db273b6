// The peer programs, started with what a cell needs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "interop/cell.hpp"
#include "support/program.hpp"

namespace schannix::test::interop {

// A server that answers a line with a line; in a cell where it closes first it is an HTTP server, which closes after
// one answer of its own accord.
struct server_program {
  std::unique_ptr<program> run;
  std::uint16_t port = 0;
};

server_program start_openssl_server(const cell& one);  // for one connection
server_program start_openssl_server(const cell& one, int connections, const std::vector<std::string>& more = {});
server_program start_gnutls_server(const cell& one);
server_program start_gnutls_server(const cell& one, const std::vector<std::string>& of_clients);
server_program start_openssl_server(const cell& one,
                                    const std::vector<std::string>& more);  // more also says what it does

// Certificates in the form that NSS's programs read: a server's, "server", and a client's, "client", trusted by each
// other.
class nss_database {
 public:
  explicit nss_database(pki::key_kind key);
  std::string option() const { return "sql:" + shop_.path("."); }

 private:
  void import(const std::string& name, const pki::issued& what) const;
  pki::workshop shop_;
};
// selfserv answers HTTP and closes; tstclnt sends its standard input and closes at its end.
server_program start_nss_server(const nss_database& from, const std::vector<std::string>& more);
std::unique_ptr<program> start_nss_client(const nss_database& from, std::uint16_t port,
                                          const std::vector<std::string>& more);

// Clients that send their standard input, write what they receive, and close at the end of their input.
std::unique_ptr<program> start_openssl_client(std::uint16_t port);
std::unique_ptr<program> start_gnutls_client(std::uint16_t port);
std::unique_ptr<program> start_openssl_client(std::uint16_t port, const std::vector<std::string>& more);
std::unique_ptr<program> start_gnutls_client(std::uint16_t port, const std::vector<std::string>& more);

}  // namespace schannix::test::interop

// The servers of Debian that are asked for TLS in the clear: one for each protocol of --starttls. Each is started with
// a configuration of its own in a folder of its own, without root's rights, and listens on 127.0.0.1 only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/pki.hpp"
#include "support/program.hpp"

namespace schannix::prove {

using commands = std::vector<std::string>;

// Whom a server runs as: nobody when we are root, else whoever we are.
struct account {
  std::string user, group;
  commands become = {};  // what stands before a command

  account();
};

// Where a server lives: its certificate, and whatever it writes.
class site {
 public:
  explicit site(std::uint16_t port);
  std::string path(const std::string& name) const { return shop_.path(name); }
  std::string write(const std::string& name, const std::string& content) const;  // the file's path
  void hand_over() const;                                                        // to the account
  const account& owner() const { return owner_; }
  std::string port() const { return std::to_string(port_); }
  std::string certificate() const { return path("cert.pem"); }
  std::string key() const { return path("key.pem"); }

 private:
  account owner_;
  test::pki::workshop shop_;
  std::uint16_t port_;
};

struct server {
  std::string protocol;  // of --starttls
  std::string package;   // of Debian
  commands version;      // the command that says it
  std::string version_mark;
  commands (*start)(const site&);
  commands (*prepare)(const site&) = nullptr;  // a command to run before
};

const std::vector<server>& all_servers();

// "2.3.19.1". Throws, and names the package, when the program is not there.
std::string version_of(const server& one);

// A server that runs; it is asked to end, and waited for, when the object goes.
class running_server {
 public:
  explicit running_server(const server& one);
  ~running_server();
  running_server(const running_server&) = delete;
  running_server& operator=(const running_server&) = delete;

  std::string address() const { return "127.0.0.1:" + at_->port(); }

 private:
  bool start(const server& one, std::uint16_t port);

  std::unique_ptr<site> at_;
  std::unique_ptr<test::program> run_;
};

}  // namespace schannix::prove

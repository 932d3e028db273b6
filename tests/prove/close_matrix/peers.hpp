// The peers of the close matrix. Libraries are played by programs of ours (tests/peers), which connect to us. Programs
// that carry TLS connections on as plain ones are played as they are, with an application of ours on their plain side.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cell.hpp"
#include "support/pki.hpp"
#include "support/program.hpp"

namespace schannix::prove {

// The files that all peers share, made once.
class peer_files {
 public:
  peer_files();
  std::string certificate() const { return shop_.path("cert.pem"); }
  std::string key() const { return shop_.path("key.pem"); }
  std::string both() const { return shop_.path("both.pem"); }
  std::string classes() const { return shop_.path("classes"); }
  const std::string& root_pem() const { return root_pem_; }
  std::string content(const std::string& name) const { return shop_.read(name); }
  // A file of its own for one cell; returns its path.
  std::string write(const std::string& name, const std::string& content) const;

 private:
  test::pki::workshop shop_;
  std::string root_pem_;
};

// A carrier listens on from and connects to to, both on 127.0.0.1; TLS is on the listening side when it is a server.
struct carriage {
  const cell& wanted;
  const peer_files& files;
  std::uint16_t from = 0, to = 0;
};

using commands = std::vector<std::string>;

struct peer {
  std::string name;     // in the expectations: "gnutls"
  std::string closing;  // what it does to close: "gnutls_bye(WR)"
  std::string package;  // of Debian
  commands play = {};   // of ours; what follows is the command line of tests/peers/peer.hpp
  commands (*carry)(const carriage&) = nullptr;
  commands version = {};          // of carriers: the command that says it
  std::string version_mark = {};  // what stands before it there
};

const std::vector<peer>& all_peers(const peer_files& files);

}  // namespace schannix::prove

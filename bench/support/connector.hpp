// What bench/handshakes and bench/connections ask of a peer: connections, one side at a time.
#pragma once

#include <memory>

#include "support/pair.hpp"
#include "support/program.hpp"

namespace schannix::bench {

struct connection_wanted {
  int minor = 3;
  bool rsa = false;              // the server's certificate: RSA-2048, else P-256
  bool verify = false;           // the client checks chain and name
  bool resume = false;           // tickets are issued, kept and offered; else everything of the kind is off
  bool keeps_sessions = true;    // schannix: false is dwSessionLifespan 0xFFFFFFFF, which waits for no tickets
  bool own_credentials = false;  // a credential for each connection, made and freed with it (schannix)
};

// One end of one connection. Everything, from its making to its freeing, belongs to its side's time.
class connection_end {
 public:
  virtual ~connection_end() = default;
  virtual bool turn(wire& in, wire& out) = 0;  // false: it had nothing to do
  virtual bool established() const = 0;
  virtual bool resumed() = 0;
};

class connector {
 public:
  virtual ~connector() = default;
  virtual std::unique_ptr<connection_end> client() = 0;
  virtual std::unique_ptr<connection_end> server() = 0;
};

std::unique_ptr<connector> sspi_connector(const connection_wanted& wanted, const issued_identity& own);
std::unique_ptr<connector> openssl_connector(const connection_wanted& wanted, const issued_identity& own);
std::unique_ptr<connector> gnutls_connector(const connection_wanted& wanted,
                                            const issued_identity& own);  // null: missing

}  // namespace schannix::bench

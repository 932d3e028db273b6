// The SSL object that the connections of a server's credential begin as: it holds the certificates with their keys,
// whose fitting OpenSSL checks anew for each object that is given them, and takes part in no handshake. Made with the
// second connection, since many credentials serve one alone; goes with the credential, and the keys with it. Any
// thread.
#pragma once

#include <mutex>
#include <vector>

#include "engine/handshake.hpp"
#include "engine/owned.hpp"

namespace schannix::engine {

class prototype {
 public:
  // identities: the same with each call. Null: no memory, or a certificate and key that OpenSSL does not take.
  owned<ssl_st> begin(ssl_ctx_st* from, const std::vector<local_identity>& identities);

 private:
  std::mutex lock_;
  bool asked_ = false;
  owned<ssl_st> made_;
};

// Puts one certificate with its key and chain into an SSL object.
bool show(ssl_st* ssl, const local_identity& identity);

}  // namespace schannix::engine

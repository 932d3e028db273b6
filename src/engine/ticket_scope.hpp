// Servers whose program brings ticket keys take each other's sessions: those of credentials that show the same
// certificates and validate clients the same way. A resumed session shows no certificate and checks none, so that
// across others a client would be led to a server that it did not mean, and a server to a client that it does not
// trust. RFC 8446 C.4, RFC 5246 F.1.4
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "engine/handshake.hpp"

namespace schannix::engine {

struct ticket_scope {
  const std::vector<local_identity>& identities;
  bool validates_clients = false;
  bool trusts_system = true;                    // of what follows only where clients are validated
  const revocation_rules& revocation;           // the lists are looked at in full handshakes, and not compared
  const std::vector<certificate>& extra_roots;  // in any order

  // What two processes agree on; ticket_scope_size bytes. The system's roots are the machine's, and not in it.
  base::result<base::bytes> fingerprint(const environment& env) const;
};

constexpr std::size_t ticket_scope_size = 31;

}  // namespace schannix::engine

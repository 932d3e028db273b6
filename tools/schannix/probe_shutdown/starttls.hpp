// STARTTLS: the words in the clear that ask for TLS. RFC 3207 (smtp), 9051 (imap), 2595 (pop3), 4217 (ftp), 4511
// (ldap); PostgreSQL's SSLRequest.
#pragma once

#include <stdexcept>
#include <string>

#include "sockets.hpp"

namespace tool {

struct starttls_refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// protocol: "smtp", "imap", "pop3", "ftp", "postgres", "ldap". Afterwards the handshake can begin. Throws
// starttls_refused: the peer says no, is silent, or sends more than its answer, which nobody could trust.
void start_tls(const unique_fd& socket, const std::string& protocol, deadline until);

}  // namespace tool

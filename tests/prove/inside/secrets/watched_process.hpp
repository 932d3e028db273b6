// A process that is one side of connections, through the SSPI functions, and does nothing but what it is told: it
// learns no secret but its own. Between two orders it waits in read().
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "support/socket.hpp"

namespace schannix::prove {

// Orders. What goes with them, and the answer: bytes for and from the connection, where nothing else is said.
enum class order : char {
  import_pem = 'i',  // certificate and key
  import_pfx = 'p',  // under pfx_password
  acquire = 'a',     // "client" or "server", then "2" or "3": of TLS 1.2 or 1.3; ", later tickets"
  begin = 'b',
  give = 'g',
  write = 'w',
  update_keys = 'u',
  send_ticket = 't',
  move = 'm',             // the context is exported, and imported again
  export_material = 'e',  // a label; what it gives is kept until delete_context
  close = 'c',
  delete_context = 'd',
  free_credential = 'f',  // and the certificate with its store
};

// main of that process; the orders come through standard input.
int be_watched();

class watched_process {
 public:
  explicit watched_process(const std::string& aead);  // SCHANNIX_AEAD
  watched_process(const watched_process&) = delete;
  watched_process& operator=(const watched_process&) = delete;
  ~watched_process();

  std::string tell(order what, std::string_view with = {});  // throws when it cannot
  pid_t id() const { return id_; }

 private:
  test::descriptor orders_;
  pid_t id_ = 0;
};

constexpr unsigned exported_size = 48;
constexpr const char* pfx_password = "not guessed";
constexpr const char* watched_argument = "--watched";

}  // namespace schannix::prove

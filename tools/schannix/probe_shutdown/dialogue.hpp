// What to say in the application's protocol, so that the peer answers, and so that it closes.
#pragma once

#include <string>
#include <string_view>

#include "finding.hpp"

namespace tool {

struct dialogue {
  bool known = false;  // else nothing is said
  bool is_http = false;
  bool greeted = false;  // the peer speaks first
  std::string ask;       // it answers, and may keep the connection
  std::string quit;      // it answers, and closes
};

// protocol: "auto" (by port: 443 http, 465 smtp, 993 imap, 995 pop3, 990 ftp), "http", "smtp", "imap", "pop3", "ftp",
// "none". after_starttls: the greeting came before TLS.
dialogue dialogue_for(std::string protocol, const std::string& port, const std::string& host, const std::string& path,
                      bool after_starttls);

// How far an answer is: of HTTP by its length or its last chunk (RFC 9112 §6.3); of the others by a whole line.
// closed: the peer's close_notify came, which is the end of an HTTP answer that does not say its length (§9.8).
answer progress_of(const dialogue& in, std::string_view received, bool closed);

}  // namespace tool

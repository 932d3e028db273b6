// pszTargetName, taken apart: what to send as SNI, what to check the certificate against.
#pragma once

#include <string>
#include <string_view>

namespace schannix::context {

struct target {
  std::string server_name;    // SNI; empty for an IP literal, for no name, and for what is no host name. RFC 6066 §3
  std::string verified_name;  // DNS name or IP address without brackets; empty without a name
};

target parse_target(std::string_view name);

}  // namespace schannix::context

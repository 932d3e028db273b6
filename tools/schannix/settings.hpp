// From command-line options to the API's option structs: what connect and serve have in common.
#pragma once

#include <schannix/schannix.hpp>

#include "options.hpp"
#include "terminal.hpp"

namespace tool {

// Versions, key log and trace; certificates and roots are the caller's. The terminal must outlive the credential.
schannix::credential_options credential_settings(const common_options& options, const terminal& out);

// "TLS 1.3, TLS_AES_256_GCM_SHA384, x25519, ALPN h2, resumed"
std::string one_line(const schannix::connection_info& info);
json as_json(const schannix::connection_info& info);
json as_json(const schannix::certificate& certificate);
json as_json(const schannix::close_report& report);
std::string date_of(std::chrono::system_clock::time_point when);  // "2026-01-31 12:00 UTC"

}  // namespace tool

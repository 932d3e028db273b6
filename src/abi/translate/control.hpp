// ApplyControlToken's argument. spec 5.2, 4.11
#pragma once

#include <sspi.h>

#include <variant>

#include "base/result.hpp"
#include "context/connection.hpp"

namespace schannix::abi {

struct shutdown_request {};
struct session_request {  // SCHANNEL_SESSION: may the session of this handshake be resumed
  bool resumable;
};
struct update_keys_request {};  // SCHANNIX_UPDATE_KEYS
struct ticket_request {};       // SCHANNIX_SEND_TICKET

using control_request =
    std::variant<shutdown_request, context::alert_value, session_request, update_keys_request, ticket_request>;

// In the order in which Windows checks. Failures: internal (no list), invalid_token, unsupported.
base::result<control_request> read_control(const SecBufferDesc* list);

}  // namespace schannix::abi

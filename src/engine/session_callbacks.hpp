// OpenSSL's callbacks about sessions: which are kept, which are taken, and what a ticket carries.
#pragma once

#include "engine/owned.hpp"
#include "engine/protocol.hpp"

namespace schannix::engine {

void install_session_callbacks(ssl_ctx_st* context, role side);
// Servers: settings::machine_id is part of each session id.
void name_sessions_by_machine(ssl_ctx_st* context);

}  // namespace schannix::engine

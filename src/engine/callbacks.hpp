// OpenSSL's callbacks, set on the templates; each finds its connection through SSL_get_app_data.
#pragma once

#include "engine/owned.hpp"
#include "engine/protocol.hpp"

namespace schannix::engine {

// Servers: settings::machine_id is part of each session id.
void name_sessions_by_machine(ssl_ctx_st* context);
void install_callbacks(ssl_ctx_st* context, role side, bool key_log);

}  // namespace schannix::engine

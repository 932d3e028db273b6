// OpenSSL's callbacks, set on the templates; each finds its connection through SSL_get_app_data.
#pragma once

#include "engine/owned.hpp"
#include "engine/protocol.hpp"

namespace schannix::engine {

void install_callbacks(ssl_ctx_st* context, role side, bool key_log);

}  // namespace schannix::engine

// Servers whose parameters depend on the protocol of the application: OpenSSL shows the ClientHello before it decides
// anything, and the connection goes on as if it had been made from the template of the protocol that will be agreed on.
#pragma once

#include "engine/owned.hpp"

namespace schannix::engine {

void install_protocol_parameters(ssl_ctx_st* context);

}  // namespace schannix::engine

// The BIO that OpenSSL reads from and writes to: straight on the bytes that the caller gave, no copy in between.
#pragma once

#include "engine/owned.hpp"

namespace schannix::engine {

struct handshake_state;

bio_method_st* make_transport_method();  // null when out of memory
bool attach_transport(handshake_state& state);

}  // namespace schannix::engine

// What the sessions of all credentials have in common.
#pragma once

#include <string_view>

namespace schannix::engine {
class environment;
}

namespace schannix::credential {

// Clients' sessions, of every credential, that were made with this target name, in any case; empty: with whichever.
// Any thread.
void forget_client_sessions(const engine::environment& env, std::string_view target);

}  // namespace schannix::credential

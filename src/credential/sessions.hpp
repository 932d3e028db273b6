// What the sessions of all credentials have in common.
#pragma once

#include <cstddef>
#include <string_view>

namespace schannix::engine {
class environment;
}

namespace schannix::credential {

// Clients' sessions, of every credential, that were made with this target name, in any case; empty: with whichever.
// Any thread.
void forget_client_sessions(const engine::environment& env, std::string_view target);

// Of both roles: for how many targets and session ids sessions are kept. Any thread.
std::size_t kept_sessions(const engine::environment& env);

}  // namespace schannix::credential

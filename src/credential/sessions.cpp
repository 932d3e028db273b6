#include "credential/sessions.hpp"

#include "engine/environment.hpp"
#include "engine/session_cache.hpp"

namespace schannix::credential {

void forget_client_sessions(const engine::environment& env, std::string_view target) {
  env.sessions().forget_clients(target);
}

std::size_t kept_sessions(const engine::environment& env) { return env.sessions().size(); }

}  // namespace schannix::credential

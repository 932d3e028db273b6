#include "credential/credential.hpp"

#include "engine/chain.hpp"
#include "engine/environment.hpp"
#include "engine/prototype.hpp"
#include "engine/random.hpp"
#include "engine/session_cache.hpp"

namespace schannix::credential {
namespace {

base::result<engine::local_identity> usable(offered_identity&& offered) {
  if (!offered.key) return base::caller_mistake(base::reason::no_credentials);
  if (!offered.key->belongs_to(offered.leaf)) return base::caller_mistake(base::reason::unknown_credentials);
  std::vector<engine::certificate> chain = engine::chain_to_send(offered.leaf, offered.companions);
  return engine::local_identity{std::move(offered.leaf), std::move(*offered.key), std::move(chain)};
}

}  // namespace

credential::~credential() {
  const base::bytes_view scope = session_scope_;
  if (!scope.empty()) env_.sessions().forget_all({reinterpret_cast<const char*>(scope.data()), scope.size()});
}

base::result<std::shared_ptr<const credential>> credential::make(const engine::environment& env, policy wanted,
                                                                 std::vector<offered_identity> identities) {
  constexpr std::size_t scope_size = 16;
  std::shared_ptr<credential> made(new credential(env));
  for (offered_identity& one : identities) {
    SCHANNIX_TRY(engine::local_identity ready, usable(std::move(one)));
    made->identities_.push_back(std::move(ready));
  }
  const engine::template_key key{wanted.side,    wanted.versions,         wanted.versions_named,
                                 wanted.ciphers, wanted.session_lifetime, static_cast<bool>(wanted.key_log)};
  SCHANNIX_TRY(made->made_from_, env.templates().of(env, key));
  if (wanted.side == engine::role::server) made->begins_as_ = std::make_shared<engine::prototype>();
  SCHANNIX_TRY(made->session_scope_, engine::random_bytes(env, scope_size));
  made->rules_ = std::move(wanted);
  return std::shared_ptr<const credential>(std::move(made));
}

}  // namespace schannix::credential

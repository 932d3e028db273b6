#include "credential/credential.hpp"

#include "engine/chain.hpp"
#include "engine/environment.hpp"
#include "engine/prototype.hpp"
#include "engine/random.hpp"
#include "engine/session_cache.hpp"
#include "engine/ticket_scope.hpp"

namespace schannix::credential {
namespace {

base::result<engine::local_identity> usable(offered_identity&& offered, engine::root_certificate root) {
  if (!offered.key) return base::caller_mistake(base::reason::no_credentials);
  if (!offered.key->belongs_to(offered.leaf)) return base::caller_mistake(base::reason::unknown_credentials);
  std::vector<engine::certificate> chain = engine::chain_to_send(offered.leaf, offered.companions, root);
  return engine::local_identity{std::move(offered.leaf), std::move(*offered.key), std::move(chain),
                                std::move(offered.ocsp_answer)};
}

engine::template_key template_of(const policy& wanted, const engine::role_settings& settings,
                                 engine::version_set versions, const engine::cipher_limits& ciphers) {
  engine::template_key key;
  key.side = wanted.side;
  key.versions = versions & settings.allowed;
  if (!wanted.versions_named) key.versions = key.versions & settings.by_default;
  key.named = wanted.versions_named ? engine::all_versions : settings.decided;
  key.ciphers = ciphers;
  key.session_lifetime = wanted.session_lifetime.value_or(settings.session_lifetime);
  key.key_log = static_cast<bool>(wanted.key_log);
  return key;
}

// Whatever decides about a client without being asked of it again when its session is resumed.
engine::ticket_scope scope_of(const credential& one) {
  const policy& rules = one.rules();
  return {.identities = one.identities(),
          .validates_clients = rules.validates_peer,
          .trusts_system = rules.trusts_system,
          .revocation = rules.revocation,
          .extra_roots = rules.extra_roots};
}

}  // namespace

base::result<void> credential::choose_templates(const policy& wanted) {
  const engine::role_settings& settings = env_.settings().of(wanted.side);
  const auto template_for = [&](engine::version_set versions, const engine::cipher_limits& ciphers) {
    engine::template_key key = template_of(wanted, settings, versions, ciphers);
    key.own_ticket_keys = ticket_keys_ != nullptr;
    return env_.templates().of(env_, key);
  };
  SCHANNIX_TRY(made_from_, template_for(wanted.versions, wanted.ciphers));
  versions_ = made_from_.versions;
  std::vector<engine::protocol_parameters> others;
  for (const parameters_by_protocol& one : wanted.by_protocol) {
    SCHANNIX_TRY(const engine::connection_template from, template_for(one.versions, one.ciphers));
    versions_ = versions_ | from.versions;
    others.push_back({one.protocols, from});
  }
  if (!others.empty()) by_protocol_ = std::make_shared<const std::vector<engine::protocol_parameters>>(others);
  if (wanted.splits_records && versions_.has(engine::tls_version::tls10))
    return base::caller_mistake(base::reason::unsupported);
  return {};
}

credential::~credential() {
  const base::bytes_view scope = session_scope_;
  if (!scope.empty()) env_.sessions().forget_all({reinterpret_cast<const char*>(scope.data()), scope.size()});
}

base::result<std::shared_ptr<const credential>> credential::make(const engine::environment& env, policy wanted,
                                                                 std::vector<offered_identity> identities) {
  const auto root = wanted.sends_root ? engine::root_certificate::sent : engine::root_certificate::left_out;
  std::shared_ptr<credential> made(new credential(env));
  for (offered_identity& one : identities) {
    SCHANNIX_TRY(engine::local_identity ready, usable(std::move(one), root));
    made->identities_.push_back(std::move(ready));
  }
  SCHANNIX_CHECK(made->prepare(std::move(wanted)));
  return std::shared_ptr<const credential>(std::move(made));
}

base::result<std::shared_ptr<const credential>> credential::with_ticket_keys(
    std::shared_ptr<const engine::ticket_keys> keys) const {
  std::shared_ptr<credential> made(new credential(env_));
  made->identities_ = identities_;
  made->ticket_keys_ = std::move(keys);
  SCHANNIX_CHECK(made->prepare(rules_));
  return std::shared_ptr<const credential>(std::move(made));
}

base::result<void> credential::prepare(policy wanted) {
  SCHANNIX_CHECK(choose_templates(wanted));
  may_keep_sessions_ = env_.settings().sessions != 0 && env_.settings().of(wanted.side).session_lifetime != 0;
  wanted.resumable = wanted.resumable && may_keep_sessions_;
  if (wanted.side == engine::role::server) begins_as_ = std::make_shared<engine::prototype>();
  SCHANNIX_TRY(session_scope_, engine::random_bytes(env_, engine::session_scope_size));
  rules_ = std::move(wanted);
  if (!ticket_keys_) return {};
  SCHANNIX_TRY(ticket_scope_, scope_of(*this).fingerprint(env_));
  return {};
}

}  // namespace schannix::credential

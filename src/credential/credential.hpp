// What AcquireCredentialsHandle makes: an immutable policy with certificates and keys, shared by any number of
// connections and threads. A connection keeps its credential alive; the handle may be freed early.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "engine/handshake.hpp"
#include "engine/ticket_keys.hpp"

namespace schannix::credential {

// What takes the place of a server's versions and ciphers for some protocols of the application.
struct parameters_by_protocol {
  std::vector<base::bytes> protocols;
  engine::version_set versions = engine::all_versions;
  engine::cipher_limits ciphers;
};

struct policy {
  engine::role side = engine::role::client;
  engine::version_set versions = engine::all_versions;  // that may be used
  bool versions_named = false;  // by the caller; else only those that are on by default, within the system's bounds
  engine::cipher_limits ciphers;
  std::vector<parameters_by_protocol> by_protocol;  // servers: of the protocol that is agreed on, the first that fits
  bool validates_peer = true;                       // automatic validation
  bool checks_name = true;                          // clients
  bool trusts_system = true;                        // the system's roots, besides extra_roots
  engine::revocation_rules revocation;              // of the peer, where it is validated
  bool searches_own = false;    // clients: without a certificate, the user's own are looked through for one
  bool matches_issuers = true;  // clients: of its certificates only one of an issuer that the server names is shown
  bool resumable = true;
  bool sends_root = false;                   // behind its certificates, where their store holds it
  bool splits_records = false;               // of TLS 1.0: which nothing here does
  bool staples = true;                       // servers: the OCSP answers that its certificates come with
  bool later_tickets = false;                // servers: connections keep what tickets after the handshake take
  std::optional<unsigned> session_lifetime;  // seconds; else what the settings say
  std::vector<engine::certificate> extra_roots;
  std::function<void(const char*)> key_log;
  std::function<void(const char*)> trace;
};

// One certificate as the caller gave it: the key may be missing, companions are what its store held.
struct offered_identity {
  engine::certificate leaf;
  std::optional<engine::private_key> key;
  std::vector<engine::certificate> companions;
  base::bytes ocsp_answer = {};  // servers: to staple; empty: none
};

class credential {
 public:
  // Failures: no_credentials (a certificate without key), unknown_credentials (a key that is not its own),
  // no_common_algorithm (nothing left of versions and suites), unsupported (TLS 1.0 whose records are to be split).
  static base::result<std::shared_ptr<const credential>> make(const engine::environment& env, policy wanted,
                                                              std::vector<offered_identity> identities);

  // Servers: the same credential, whose tickets are sealed with these keys. What it had kept by id begins anew.
  base::result<std::shared_ptr<const credential>> with_ticket_keys(
      std::shared_ptr<const engine::ticket_keys> keys) const;

  ~credential();  // its sessions go with it
  credential(const credential&) = delete;
  credential& operator=(const credential&) = delete;

  const policy& rules() const noexcept { return rules_; }
  engine::version_set versions() const noexcept { return versions_; }  // in effect, for one protocol or another
  const engine::connection_template& made_from() const noexcept { return made_from_; }
  const std::shared_ptr<const std::vector<engine::protocol_parameters>>& by_protocol() const noexcept {
    return by_protocol_;
  }
  bool may_keep_sessions() const noexcept { return may_keep_sessions_; }  // the settings allow it
  const std::vector<engine::local_identity>& identities() const noexcept { return identities_; }
  const std::shared_ptr<engine::prototype>& begins_as() const noexcept { return begins_as_; }  // of servers
  base::bytes_view session_scope() const noexcept { return session_scope_; }
  const std::shared_ptr<const engine::ticket_keys>& ticket_keys() const noexcept { return ticket_keys_; }
  base::bytes_view ticket_scope() const noexcept { return ticket_scope_; }  // with ticket keys

 private:
  explicit credential(const engine::environment& env) : env_(env) {}
  base::result<void> choose_templates(const policy& wanted);

  base::result<void> prepare(policy wanted);

  const engine::environment& env_;
  policy rules_;
  engine::connection_template made_from_;
  std::shared_ptr<const std::vector<engine::protocol_parameters>> by_protocol_;
  engine::version_set versions_;
  std::vector<engine::local_identity> identities_;
  std::shared_ptr<engine::prototype> begins_as_;
  std::shared_ptr<const engine::ticket_keys> ticket_keys_;
  base::bytes session_scope_, ticket_scope_;
  bool may_keep_sessions_ = true;
};

}  // namespace schannix::credential

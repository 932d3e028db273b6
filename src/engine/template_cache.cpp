#include "engine/template_cache.hpp"

#include <openssl/ssl.h>

#include <algorithm>

#include "engine/callbacks.hpp"
#include "engine/environment.hpp"
#include "engine/kdf_watch.hpp"
#include "engine/narrowing.hpp"
#include "engine/openssl_errors.hpp"
#include "engine/session_callbacks.hpp"
#include "engine/ticket_keys.hpp"

namespace schannix::engine {
namespace {

constexpr struct {
  tls_version version;
  std::uint64_t off;
} version_options[] = {{tls_version::tls10, SSL_OP_NO_TLSv1},
                       {tls_version::tls11, SSL_OP_NO_TLSv1_1},
                       {tls_version::tls12, SSL_OP_NO_TLSv1_2},
                       {tls_version::tls13, SSL_OP_NO_TLSv1_3}};

// Explicit versions replace the system's bounds; holes inside the range are options.
void set_versions(SSL_CTX* context, version_set versions) {
  int lowest = 0, highest = 0;
  for (const auto& [version, off] : version_options) {
    if (!versions.has(version)) {
      SSL_CTX_set_options(context, off);
      continue;
    }
    SSL_CTX_clear_options(context, off);
    highest = static_cast<int>(version);
    if (lowest == 0) lowest = highest;
  }
  SSL_CTX_set_min_proto_version(context, lowest);
  SSL_CTX_set_max_proto_version(context, highest);
}

// A client offers one range. Of two, OpenSSL would take the older: it is the newer that counts.
void keep_newest_range(version_set& versions) {
  bool found = false, ended = false;
  for (const auto version : {tls_version::tls13, tls_version::tls12, tls_version::tls11, tls_version::tls10}) {
    if (ended) versions.remove(version);
    found = found || versions.has(version);
    ended = found && !versions.has(version);
  }
}

// Versions that nobody named stay within the system's bounds (MinProtocol, MaxProtocol).
void keep_to_system(SSL_CTX* context, version_set named, version_set& versions) {
  const long lowest = SSL_CTX_get_min_proto_version(context), highest = SSL_CTX_get_max_proto_version(context);
  for (const auto& [version, off] : version_options) {
    if (named.has(version)) continue;
    const long number = static_cast<long>(version);
    const bool disabled = (SSL_CTX_get_options(context) & off) != 0;
    if (disabled || number < lowest || (highest != 0 && number > highest)) versions.remove(version);
  }
}

// TLS 1.0 and 1.1 sign with MD5 and SHA-1, which OpenSSL 3 allows at level 0 only; a credential has to name them.
void allow_old_versions(SSL_CTX* context) { SSL_CTX_set_security_level(context, 0); }

void set_behaviour(SSL_CTX* context) {
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_read_ahead(context, 0);
  // Sessions are kept by session_cache; the callbacks bring them there.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_BOTH | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_set_num_tickets(context, 0);
  // Renegotiation is not offered yet; encrypt-then-MAC is not in Schannel, and its record sizes are documented without.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_ENCRYPT_THEN_MAC | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_quiet_shutdown(context, 1);
  SSL_CTX_set_dh_auto(context, 1);
}

void apply_settings(SSL_CTX* context, const settings& settings, role side) {
  if (settings.suites)
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);  // an order is the server's choice
  if (side == role::server && settings.machine_id) name_sessions_by_machine(context);
  if (const auto size = settings.of(side).certificates_size) SSL_CTX_set_max_cert_list(context, *size);
}

base::result<connection_template> make(const environment& env, const template_key& key) {
  ERR_clear_error();
  const bool watched = env.secrets() == secret_source::watched;
  connection_template made;
  made.context = share(SSL_CTX_new_ex(env.library(), watched ? watch_property_query : nullptr,
                                      key.side == role::client ? TLS_client_method() : TLS_server_method()));
  if (!made.context) {
    ERR_clear_error();
    return base::out_of_memory();
  }
  made.versions = key.versions;
  keep_to_system(made.context.get(), key.named, made.versions);
  if (key.side == role::client) keep_newest_range(made.versions);
  if (made.versions.has_old()) allow_old_versions(made.context.get());
  set_behaviour(made.context.get());
  SSL_CTX_set_timeout(made.context.get(), static_cast<long>(key.session_lifetime));
  apply_settings(made.context.get(), env.settings(), key.side);
  if (!apply_ciphers(made.context.get(), env.settings(), key.ciphers, made.versions) ||
      !apply_groups(made.context.get(), env.settings())) {
    return failed_call(base::caller_mistake(base::reason::no_common_algorithm));
  }
  set_versions(made.context.get(), made.versions);
  if (const auto narrowed = narrowing_of(env.settings(), key.ciphers)) {
    narrowed->apply(made.context.get());
    made.narrowed = narrowed;
  }
  if (key.own_ticket_keys) use_ticket_keys(made.context.get());
  install_callbacks(made.context.get(), key.side, key.key_log || !watched);
  return made;
}

}  // namespace

base::result<connection_template> template_cache::of(const environment& env, const template_key& key) {
  const std::lock_guard held(lock_);
  if (const auto found = made_.find(key); found != made_.end()) return found->second;
  SCHANNIX_TRY(const auto made, make(env, key));
  if (made_.size() >= sweep_at_) {
    std::erase_if(made_, [](const auto& one) { return one.second.context.use_count() == 1; });
    sweep_at_ = std::max<std::size_t>(64, 2 * made_.size());
  }
  made_.emplace(key, made);
  return made;
}

}  // namespace schannix::engine

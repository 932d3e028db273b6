#include "engine/callbacks.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "engine/handshake_state.hpp"
#include "engine/key_log.hpp"
#include "engine/narrowing.hpp"
#include "engine/protocol_parameters.hpp"
#include "engine/session_callbacks.hpp"

namespace schannix::engine {
namespace {

// Servers choose: our first protocol that the client offers too; none is fatal. RFC 7301 §3.2
int choose_protocol(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned in_size, void*) {
  const base::bytes& ours = state_of(ssl).setup.application_protocols;
  if (ours.empty()) return SSL_TLSEXT_ERR_NOACK;
  unsigned char* chosen = nullptr;
  const int found =
      SSL_select_next_proto(&chosen, out_size, ours.data(), static_cast<unsigned>(ours.size()), in, in_size);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void keep_chain(handshake_state& state, X509_STORE_CTX* context) {
  state.peer_chain.clear();
  const STACK_OF(X509)* const sent = X509_STORE_CTX_get0_untrusted(context);
  for (int i = 0; i < sk_X509_num(sent); ++i) state.keep_peer(sk_X509_value(sent, i));
  X509* const leaf = X509_STORE_CTX_get0_cert(context);
  if (leaf != nullptr && state.peer_chain.empty()) state.keep_peer(leaf);
}

// OpenSSL derives the alert from this error code. X509_V_OK stands for none of those it knows: certificate_unknown,
// which is what we send for a wrong name, a wrong usage and the rest (spec 4.3, A-29).
int alert_code(base::reason problem) {
  if (problem == base::reason::untrusted_root) return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
  if (problem == base::reason::certificate_expired) return X509_V_ERR_CERT_HAS_EXPIRED;
  if (problem == base::reason::certificate_revoked) return X509_V_ERR_CERT_REVOKED;
  return X509_V_OK;
}

SSL* ssl_of(X509_STORE_CTX* context) {
  return static_cast<SSL*>(X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
}

// Our chain policy runs once, in place of OpenSSL's; manual validation pays nothing.
int judge_peer(X509_STORE_CTX* context, void*) try {
  handshake_state& state = state_of(ssl_of(context));
  keep_chain(state, context);
  if (const auto& narrowed = state.setup.from.narrowed; narrowed && !narrowed->lets_chain(state.peer_chain)) {
    state.trust_problem = base::reason::certificate_unknown;
    X509_STORE_CTX_set_error(context, alert_code(base::reason::certificate_unknown));
    return 0;
  }
  if (!state.setup.verify || state.peer_chain.empty()) {
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
  }
  verification how = *state.setup.verify;
  const client_trust trust = how.of_server ? client_trust::machine : state.env.settings().clients;
  const bool by_the_system = state.setup.trusts_system && trust == client_trust::machine;
  const auto roots = by_the_system ? state.env.roots() : nullptr;
  how.roots = roots.get();
  how.up_to_roots = trust == client_trust::exclusive_roots;
  how.untrusted.assign(state.peer_chain.begin() + 1, state.peer_chain.end());
  std::optional<base::reason> problem = verify(state.env, state.peer_chain.front(), how).problem;
  if (!problem && state.setup.name_required && how.name.empty()) problem = base::reason::name_mismatch;
  if (!problem && state.setup.revocation_required) problem = base::reason::no_revocation_check;
  state.trust_problem = problem;
  X509_STORE_CTX_set_error(context, problem ? alert_code(*problem) : X509_V_OK);
  return problem ? 0 : 1;
} catch (...) {  // no exception passes through OpenSSL's C
  state_of(ssl_of(context)).short_of_memory = true;
  X509_STORE_CTX_set_error(context, X509_V_ERR_OUT_OF_MEM);
  return 0;
}

// Clients: a CertificateRequest arrived. Stop until somebody says what to show.
int certificate_wanted(SSL* ssl, void*) { return state_of(ssl).certificate_answered ? 1 : -1; }

void see_header(handshake_state& state, bool sent, const unsigned char* header) {
  const auto type = static_cast<content_type>(header[0]);
  // Records in the clear take no sequence number: of TLS 1.3 all that do not look like application data.
  if (type == content_type::change_cipher_spec) {
    if (!sent && state.version_known && !state.is_tls13()) state.read = 0;  // the next record has the new keys
    return;
  }
  if (state.is_tls13() && type != content_type::application_data) return;
  ++(sent ? state.written : state.read);
}

void see_handshake_message(handshake_state& state, base::bytes_view message) {
  constexpr unsigned char server_hello = 2;
  if (message[0] == server_hello) state.version_known = true;
  state.extensions.see(message);
}

// Everything that OpenSSL sends and receives, in the clear: for record counts and for alerts.
void see_message(int sent, int, int type, const void* data, std::size_t size, SSL* ssl, void*) {
  handshake_state& state = state_of(ssl);
  const auto* const at = static_cast<const unsigned char*>(data);
  if (type == SSL3_RT_HEADER && size >= 1) see_header(state, sent != 0, at);
  if (type == SSL3_RT_ALERT && size >= 2)
    (sent != 0 ? state.alert_sent : state.alert_received) = alert_pair{at[0], at[1]};
  if (type == SSL3_RT_HANDSHAKE && size >= 1) see_handshake_message(state, {at, size});
  if (type == SSL3_RT_CHANGE_CIPHER_SPEC && sent != 0 && !state.is_tls13()) {
    state.write_cipher_on = true;
    state.written = 0;
  }
}

void see_key_log(const SSL* ssl, const char* line) {
  handshake_state& state = state_of(ssl);
  if (state.env.secrets() == secret_source::key_log) read_key_log_line(line, state);
  try {
    if (state.setup.key_log) state.setup.key_log(line);
  } catch (...) {
    return;  // a line that somebody could not take is no reason to fail the handshake
  }
}

}  // namespace

handshake_state& state_of(const SSL* ssl) { return *static_cast<handshake_state*>(SSL_get_app_data(ssl)); }

void install_callbacks(ssl_ctx_st* context, role side, bool key_log) {
  SSL_CTX_set_msg_callback(context, see_message);
  SSL_CTX_set_cert_verify_callback(context, judge_peer, nullptr);
  if (side == role::server) SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (side == role::server) install_protocol_parameters(context);
  install_session_callbacks(context, side);
  if (side == role::client) SSL_CTX_set_cert_cb(context, certificate_wanted, nullptr);
  if (key_log) SSL_CTX_set_keylog_callback(context, see_key_log);
}

}  // namespace schannix::engine

#include "engine/callbacks.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "engine/handshake_state.hpp"
#include "engine/key_log.hpp"
#include "engine/peer_trust.hpp"
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

void collect(handshake_state& state, int type, base::bytes_view content) {
  if (type != SSL3_RT_HANDSHAKE && type != SSL3_RT_CHANGE_CIPHER_SPEC && type != SSL3_RT_ALERT) return;
  try {
    state.messages.push_back({static_cast<content_type>(type), {content.begin(), content.end()}});
  } catch (...) {  // no exception passes through OpenSSL's C
    state.short_of_memory = true;
  }
}

// Everything that OpenSSL sends and receives, in the clear: for record counts and for alerts.
void see_message(int sent, int, int type, const void* data, std::size_t size, SSL* ssl, void*) {
  handshake_state& state = state_of(ssl);
  const auto* const at = static_cast<const unsigned char*>(data);
  if (type == SSL3_RT_HEADER && size >= 1) see_header(state, sent != 0, at);
  if (type == SSL3_RT_ALERT && size >= 2)
    (sent != 0 ? state.alert_sent : state.alert_received) = alert_pair{at[0], at[1]};
  if (sent != 0 && state.speaks_through_us) collect(state, type, {at, size});
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

// SSL_CTX_set_tlsext_status_cb, without its C cast.
void set_status_callback(SSL_CTX* context, int (*function)(SSL*, void*)) {
  SSL_CTX_callback_ctrl(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB, reinterpret_cast<void (*)()>(function));
}

}  // namespace

handshake_state& state_of(const SSL* ssl) { return *static_cast<handshake_state*>(SSL_get_app_data(ssl)); }

void install_callbacks(ssl_ctx_st* context, role side, bool key_log) {
  SSL_CTX_set_msg_callback(context, see_message);
  SSL_CTX_set_cert_verify_callback(context, judge_peer, nullptr);
  set_status_callback(context, side == role::server ? staple_answer : judge_answer);
  if (side == role::server) SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (side == role::server) install_protocol_parameters(context);
  install_session_callbacks(context, side);
  if (side == role::client) SSL_CTX_set_cert_cb(context, certificate_wanted, nullptr);
  if (key_log) SSL_CTX_set_keylog_callback(context, see_key_log);
}

}  // namespace schannix::engine

// A later handshake of the same connection: renegotiation, in TLS 1.2 and older. docs/design/0009-renegotiation.md
#include <openssl/ssl.h>

#include "engine/handshake_state.hpp"
#include "engine/openssl_errors.hpp"

namespace schannix::engine {

// RFC 5746 or nothing. OpenSSL leaves the client's wish to an option of its own.
bool handshake::allow_renegotiation() noexcept {
  handshake_state& state = *state_;
  SSL* const ssl = state.ssl.get();
  if (!state.established || state.is_tls13() || SSL_get_secure_renegotiation_support(ssl) != 1) return false;
  SSL_clear_options(ssl, SSL_OP_NO_RENEGOTIATION);
  SSL_set_options(ssl, SSL_OP_ALLOW_CLIENT_RENEGOTIATION | SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION);
  state.speaks_through_us = true;
  return true;
}

// Nothing of the handshake before may be taken for this one's.
base::result<void> handshake::begin_again(bool asks_certificate) {
  handshake_state& state = *state_;
  if (!state.speaks_through_us) return base::bug();
  state.established = false;
  state.certificate_answered = false;
  state.peer_chain.clear();
  state.trust_problem.reset();
  state.alert_sent.reset();
  state.extensions = negotiated_extensions();
  state.messages.clear();
  state.awaits_hello = !state.is_client();
  if (asks_certificate && !state.is_client()) {
    state.setup.request_client_certificate = true;
    SSL_set_verify(state.ssl.get(), SSL_VERIFY_PEER, nullptr);
  }
  if (state.is_client() && SSL_renegotiate(state.ssl.get()) != 1) return failed_call(base::bug());
  return {};
}

void handshake::refuse_renegotiation() noexcept { SSL_set_options(state_->ssl.get(), SSL_OP_NO_RENEGOTIATION); }

std::vector<message> handshake::take_messages() noexcept { return std::exchange(state_->messages, {}); }

}  // namespace schannix::engine

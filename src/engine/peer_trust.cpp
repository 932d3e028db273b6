#include "engine/peer_trust.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>

#include "engine/handshake_state.hpp"
#include "engine/narrowing.hpp"

namespace schannix::engine {
namespace {

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

std::shared_ptr<const root_store> system_roots(const handshake_state& state) {
  const bool of_server = state.setup.verify->of_server;
  const client_trust trust = of_server ? client_trust::machine : state.env.settings().clients;
  return state.setup.trusts_system && trust == client_trust::machine ? state.env.roots() : nullptr;
}

std::optional<base::reason> chain_problem(handshake_state& state, const root_store* roots) {
  verification how = *state.setup.verify;
  how.roots = roots;
  how.up_to_roots = !how.of_server && state.env.settings().clients == client_trust::exclusive_roots;
  how.untrusted.assign(state.peer_chain.begin() + 1, state.peer_chain.end());
  verdict found = verify(state.env, state.peer_chain.front(), how);
  state.trusted_chain = std::move(found.chain);
  if (!found.problem && state.setup.name_required && how.name.empty()) return base::reason::name_mismatch;
  return found.problem;
}

base::bytes_view stapled(const SSL* ssl) {
  const unsigned char* answer = nullptr;
  const long size = SSL_ctrl(const_cast<SSL*>(ssl), SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, &answer);
  return answer != nullptr && size > 0 ? base::bytes_view(answer, static_cast<std::size_t>(size)) : base::bytes_view();
}

// Up to TLS 1.2 the answer comes in a message of its own, behind the certificate. RFC 6066 §8
bool answer_is_to_come(const handshake_state& state) {
  constexpr std::uint16_t status_request = 5;
  return state.is_client() && !state.is_tls13() && state.extensions.has(status_request);
}

std::optional<base::reason> revocation_of(const handshake_state& state, const root_store* roots) {
  return revocation_problem(state.env, state.trusted_chain, state.setup.revocation,
                            {.roots = roots, .stapled = stapled(state.ssl.get())});
}

// Our policy runs once, in place of OpenSSL's; manual validation pays nothing.
std::optional<base::reason> problem_of_peer(handshake_state& state) {
  const auto roots = system_roots(state);
  if (const auto problem = chain_problem(state, roots.get())) return problem;
  if (state.setup.revocation.scope == revocation_scope::none) return {};
  state.awaits_answer = answer_is_to_come(state);
  return state.awaits_answer ? std::nullopt : revocation_of(state, roots.get());
}

}  // namespace

int judge_peer(x509_store_ctx_st* context, void*) try {
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
  state.trust_problem = problem_of_peer(state);
  X509_STORE_CTX_set_error(context, state.trust_problem ? alert_code(*state.trust_problem) : X509_V_OK);
  return state.trust_problem ? 0 : 1;
} catch (...) {  // no exception passes through OpenSSL's C
  state_of(ssl_of(context)).short_of_memory = true;
  X509_STORE_CTX_set_error(context, X509_V_ERR_OUT_OF_MEM);
  return 0;
}

// The answer 0 becomes the alert bad_certificate_status_response, as RFC 6066 §8 wants it.
int judge_answer(ssl_st* ssl, void*) try {
  handshake_state& state = state_of(ssl);
  if (!std::exchange(state.awaits_answer, false)) return 1;
  const auto roots = system_roots(state);
  state.trust_problem = revocation_of(state, roots.get());
  return state.trust_problem ? 0 : 1;
} catch (...) {
  state_of(ssl).short_of_memory = true;
  return -1;
}

// OpenSSL takes the copy over. One that has run out is worth less than none.
int staple_answer(ssl_st* ssl, void*) try {
  const auto& identities = state_of(ssl).setup.identities;
  const X509* const chosen = SSL_get_certificate(ssl);
  const auto found =
      std::ranges::find_if(identities, [&](const local_identity& one) { return one.leaf.native() == chosen; });
  if (found == identities.end() || found->ocsp_answer.empty()) return SSL_TLSEXT_ERR_NOACK;
  if (!is_current_answer_for(found->ocsp_answer, found->leaf)) return SSL_TLSEXT_ERR_NOACK;
  const base::bytes& answer = found->ocsp_answer;
  void* const copy = OPENSSL_memdup(answer.data(), answer.size());
  if (copy == nullptr) return SSL_TLSEXT_ERR_ALERT_FATAL;
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP, static_cast<long>(answer.size()), copy);
  return SSL_TLSEXT_ERR_OK;
} catch (...) {
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace schannix::engine

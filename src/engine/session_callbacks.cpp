#include "engine/session_callbacks.hpp"

#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>

#include "engine/handshake_state.hpp"
#include "engine/session_cache.hpp"

namespace schannix::engine {
namespace {

// What was checked when a session was made holds as long as the peer's certificate.
std::time_t expiry_of(const SSL_SESSION* session) {
  X509* const leaf = SSL_SESSION_get0_peer(const_cast<SSL_SESSION*>(session));
  std::tm end{};
  if (leaf == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &end) != 1) return 0;
  return timegm(&end);
}

// A session was made: at the end of a TLS 1.2 handshake, and for each TLS 1.3 ticket. The answer 0 leaves OpenSSL its
// reference.
int see_session(SSL* ssl, SSL_SESSION* made) try {
  handshake_state& state = state_of(ssl);
  if (!state.setup.resumable || SSL_SESSION_is_resumable(made) != 1) return 0;
  std::string key = state.setup.session_key;
  if (!state.is_client()) {
    unsigned size = 0;
    const unsigned char* const id = SSL_SESSION_get_id(made, &size);
    const bool by_id = SSL_version(ssl) < TLS1_3_VERSION && size != 0;  // else by a ticket, which holds everything
    key = by_id ? server_session_key(state.setup.session_scope, {id, size}) : std::string();
  }
  if (key.empty()) return 0;
  if (state.is_client()) {  // TLS 1.3: made is this connection's own copy still
    if (SSL_session_reused(ssl) != 1) state.resumable_until = expiry_of(made);
    const std::time_t left = state.resumable_until - std::time(nullptr);
    if (left <= 0) return 0;
    SSL_SESSION_set_timeout(made, std::min(static_cast<long>(left), SSL_SESSION_get_timeout(made)));
  }
  const auto& notes = state.own_notes();
  SSL_SESSION_up_ref(made);  // ours, whatever happens from here; OpenSSL keeps its own
  state.env.sessions().put(key, {share(made), notes});
  ++state.sessions_made;
  return 0;
} catch (...) {  // not kept, and no exception passes through OpenSSL's C
  return 0;
}

// Servers: where a certificate is asked for, only a session that shows one is resumed, and no longer than it is valid.
bool may_resume(const handshake_state& state, const SSL_SESSION* found) {
  if (!state.setup.request_client_certificate) return true;
  return expiry_of(found) > std::time(nullptr);
}

// What a ticket carries besides OpenSSL's session: eight bytes with the time of the full handshake, lowest first, and
// the program's notes.
constexpr std::size_t begun_size = 8;

// OpenSSL lets each ticket of TLS 1.3 begin anew: it is told what is left.
void keep_end(const handshake_state& state, SSL_SESSION* of) {
  const std::time_t now = std::time(nullptr);
  const long left = SSL_CTX_get_timeout(SSL_get_SSL_CTX(state.ssl.get())) - static_cast<long>(now - state.begun_at);
  if (state.is_tls13()) SSL_SESSION_set_timeout(of, std::max(1L, left));
}

int write_ticket(SSL* ssl, void*) try {
  handshake_state& state = state_of(ssl);
  SSL_SESSION* const into = SSL_get_session(ssl);
  if (state.begun_at == 0) state.begun_at = SSL_session_reused(ssl) == 1 ? state.found_at : std::time(nullptr);
  keep_end(state, into);
  base::bytes content;
  for (std::size_t i = 0; i < begun_size; ++i)
    content.push_back(static_cast<base::byte>(static_cast<std::uint64_t>(state.begun_at) >> (8 * i)));
  const base::bytes notes = state.own_notes()->get();
  content.insert(content.end(), notes.begin(), notes.end());
  return SSL_SESSION_set1_ticket_appdata(into, content.data(), content.size());
} catch (...) {
  state_of(ssl).short_of_memory = true;
  return 0;
}

// False: no ticket of ours.
bool read_ticket(handshake_state& state, SSL_SESSION* found) {
  void* data = nullptr;
  std::size_t size = 0;
  if (SSL_SESSION_get0_ticket_appdata(found, &data, &size) != 1 || size < begun_size) return false;
  const auto* const at = static_cast<const base::byte*>(data);
  std::uint64_t begun = 0;
  for (std::size_t i = 0; i < begun_size; ++i) begun |= std::uint64_t{at[i]} << (8 * i);
  state.found_at = static_cast<std::time_t>(begun);
  state.found_notes = std::make_shared<session_notes>();
  state.found_notes->set({at + begun_size, size - begun_size});
  return true;
}

// TLS 1.2 goes on with the session's suite, TLS 1.3 agrees on one again, which has to have the same hash; where it has
// not, OpenSSL would refuse the session as well, but give no new ticket.
bool suite_fits(const SSL* ssl, const SSL_SESSION* found) {
  const SSL_CIPHER* const of_session = SSL_SESSION_get0_cipher(found);
  if (SSL_version(ssl) < TLS1_3_VERSION) return sk_SSL_CIPHER_find(SSL_get_ciphers(ssl), of_session) >= 0;
  const SSL_CIPHER* const chosen = SSL_get_pending_cipher(ssl);
  return chosen != nullptr && SSL_CIPHER_get_handshake_digest(chosen) == SSL_CIPHER_get_handshake_digest(of_session);
}

// Servers: under keys that others have too, a session may be of a suite that is off here, or kept for longer. And a new
// ticket comes with each resumption: it must not carry the first validation on for ever. RFC 8446 §4.6.1
bool could_be_ours(const SSL* ssl, const SSL_SESSION* found) {
  const std::time_t age = std::time(nullptr) - state_of(ssl).found_at;
  return age < SSL_CTX_get_timeout(SSL_get_SSL_CTX(ssl)) && suite_fits(ssl, found);
}

// Servers: a ticket was opened, or was not. A new one is to come where OpenSSL would give one.
SSL_TICKET_RETURN judge_ticket(SSL* ssl, SSL_SESSION* found, const unsigned char*, std::size_t,
                               SSL_TICKET_STATUS status, void*) try {
  handshake_state& state = state_of(ssl);
  if (status == SSL_TICKET_EMPTY || status == SSL_TICKET_NO_DECRYPT) return SSL_TICKET_RETURN_IGNORE_RENEW;
  if (!read_ticket(state, found) || !may_resume(state, found) || !could_be_ours(ssl, found))
    return SSL_TICKET_RETURN_IGNORE_RENEW;
  return status == SSL_TICKET_SUCCESS_RENEW ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_USE;
} catch (...) {
  return SSL_TICKET_RETURN_IGNORE_RENEW;
}

// Servers: a client names a session by its id.
SSL_SESSION* find_session(SSL* ssl, const unsigned char* id, int size, int* copy) try {
  handshake_state& state = state_of(ssl);
  *copy = 0;
  if (!state.setup.resumable || size <= 0) return nullptr;
  const kept_session found =
      state.env.sessions().take(server_session_key(state.setup.session_scope, {id, static_cast<std::size_t>(size)}));
  if (!found.made || !may_resume(state, found.made.get())) return nullptr;
  state.found_notes = found.notes;
  state.found_at = SSL_SESSION_get_time(found.made.get());
  if (state.setup.issue_tickets) return SSL_SESSION_dup(found.made.get());  // a ticket writes into it: not into ours
  SSL_SESSION_up_ref(found.made.get());  // for OpenSSL, before another thread can drop it
  return found.made.get();
} catch (...) {
  return nullptr;
}

// The second DWORD of the id, as Windows has it in memory; the rest is random. MS "Load Balancing using Schannel"
int make_session_id(SSL* ssl, unsigned char* id, unsigned* size) {
  const environment& env = state_of(ssl).env;
  const std::uint32_t machine = env.settings().machine_id.value_or(0);
  if (RAND_bytes_ex(env.library(), id, *size, 0) != 1) return 0;
  for (unsigned i = 0; i < sizeof machine; ++i) id[sizeof machine + i] = static_cast<unsigned char>(machine >> (8 * i));
  return 1;
}

}  // namespace

void install_session_callbacks(ssl_ctx_st* context, role side) {
  SSL_CTX_sess_set_new_cb(context, see_session);
  if (side == role::client) return;
  SSL_CTX_sess_set_get_cb(context, find_session);
  SSL_CTX_set_session_ticket_cb(context, write_ticket, judge_ticket, nullptr);
}

void name_sessions_by_machine(ssl_ctx_st* context) { SSL_CTX_set_generate_session_id(context, make_session_id); }

}  // namespace schannix::engine

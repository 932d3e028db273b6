#include "engine/handshake.hpp"

#include <openssl/ssl.h>

#include "engine/handshake_state.hpp"
#include "engine/openssl_errors.hpp"
#include "engine/prototype.hpp"
#include "engine/session_cache.hpp"
#include "engine/transport.hpp"

namespace schannix::engine {
namespace {

// SSL_set_tlsext_host_name, without its C cast.
bool set_server_name(SSL* ssl, std::string name) {
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

// SSL_set_tlsext_status_type, without its C cast.
bool ask_for_status(SSL* ssl) {
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, TLSEXT_STATUSTYPE_ocsp, nullptr) == 1;
}

// A session stands for what was checked when it was made: not for longer than it was given, however often it is
// renewed.
bool offer_session(handshake_state& state) {
  const kept_session found = state.env.sessions().take(state.setup.session_key);
  SSL_SESSION* const made = found.made.get();
  if (made == nullptr) return true;
  state.found_notes = found.notes;
  state.resumable_until = SSL_SESSION_get_time(made) + SSL_SESSION_get_timeout(made);
  return SSL_set_session(state.ssl.get(), made) == 1;
}

bool set_up_client(handshake_state& state) {
  SSL* const ssl = state.ssl.get();
  const handshake_setup& setup = state.setup;
  SSL_set_connect_state(ssl);
  SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  if (!setup.server_name.empty() && !set_server_name(ssl, setup.server_name)) return false;
  const base::bytes& protocols = setup.application_protocols;
  if (!offer_session(state)) return false;
  if (setup.revocation.scope != revocation_scope::none && !ask_for_status(ssl)) return false;
  SSL_set_post_handshake_auth(ssl, setup.takes_later_requests ? 1 : 0);
  return protocols.empty() || SSL_set_alpn_protos(ssl, protocols.data(), static_cast<unsigned>(protocols.size())) == 0;
}

bool set_up_server(SSL* ssl, const handshake_setup& setup) {
  constexpr std::size_t tickets_each = 2;  // RFC 8446 §4.6.1: enough for one parallel connection
  SSL_set_accept_state(ssl);
  if (setup.request_client_certificate) SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  if (!setup.issue_tickets) SSL_set_options(ssl, SSL_OP_NO_TICKET);
  if (setup.issue_tickets && SSL_set_num_tickets(ssl, tickets_each) != 1) return false;
  return set_session_context(ssl, setup);
}

// What the alert that OpenSSL sent for its own failure says about the reason. spec 4.3
base::reason reason_of_alert(std::uint8_t sent) {
  switch (sent) {
    case alert::bad_record_mac:
      return base::reason::bad_record;
    case alert::decryption_failed:
    case alert::decrypt_error:
      return base::reason::decrypt_error;
    case alert::handshake_failure:
    case alert::protocol_version:
    case alert::insufficient_security:
      return base::reason::no_common_algorithm;
    case alert::no_application_protocol:
      return base::reason::no_application_protocol;
    case alert::bad_certificate:
    case alert::unsupported_certificate:
    case alert::certificate_unknown:
      return base::reason::certificate_unknown;
    case alert::certificate_expired:
      return base::reason::certificate_expired;
    case alert::unknown_ca:
      return base::reason::untrusted_root;
    case alert::internal_error:
      return base::reason::internal;
    default:
      return base::reason::illegal_message;
  }
}

bool lacks_credentials(const handshake_state& state) {
  if (state.is_client() || !state.setup.identities.empty() || !state.alert_sent) return false;
  const std::uint8_t sent = state.alert_sent->description;
  return sent == alert::handshake_failure ||
         sent == alert::protocol_version;  // the latter where only TLS 1.3 is common
}

base::failure why_failed(const handshake_state& state) {
  if (state.short_of_memory) {  // OpenSSL often tells the peer of it in other words
    base::failure why = base::out_of_memory();
    if (state.alert_sent) why.alert_to_send = state.alert_sent->description;
    return why;
  }
  if (state.trust_problem)
    return {base::cause::trust,
            *state.trust_problem,
            state.alert_sent ? state.alert_sent->description : std::optional<std::uint8_t>{},
            {}};
  if (!state.alert_sent && state.alert_received)
    return {base::cause::peer, base::reason::peer_alert, {}, state.alert_received->description};
  if (!state.alert_sent) return base::peer_fault(base::reason::illegal_message, alert::unexpected_message);
  const std::uint8_t sent = state.alert_sent->description;
  if (lacks_credentials(state)) return base::peer_fault(base::reason::no_credentials, sent);
  // OpenSSL says internal_error of some damaged keys too: what it was given is to blame, not known as a bug of ours.
  if (sent == alert::internal_error) return base::peer_fault(base::reason::internal, sent);
  return base::peer_fault(reason_of_alert(sent), sent);
}

// Resumed: no certificate was sent, and the session remembers those of its first handshake. OpenSSL counts the leaf to
// the chain on clients only.
void restore_chain(handshake_state& state) {
  SSL* const ssl = state.ssl.get();
  X509* const leaf = SSL_get0_peer_certificate(ssl);
  if (leaf == nullptr) return;
  if (!state.is_client()) state.keep_peer(leaf);
  const STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(ssl);
  for (int i = 0; i < sk_X509_num(chain); ++i) state.keep_peer(sk_X509_value(chain, i));
}

owned<ssl_st> new_object(const handshake_setup& setup) {
  ssl_ctx_st* const from = setup.from.context.get();
  if (setup.side == role::server && !setup.identities.empty())
    return (setup.begins_as ? setup.begins_as : std::make_shared<prototype>())->begin(from, setup.identities);
  return owned<ssl_st>(SSL_new(from));
}

// An established server begins again when it reads a ClientHello, and not otherwise.
int read_hello(handshake_state& state) {
  unsigned char unexpected = 0;
  const int returned = SSL_read(state.ssl.get(), &unexpected, 1);
  if (SSL_in_init(state.ssl.get()) == 1) state.awaits_hello = false;
  return returned == 1 ? -1 : returned;
}

bool peer_closed(const handshake_state& state) {
  return state.alert_received && state.alert_received->description == alert::close_notify;
}

}  // namespace

bool set_session_context(ssl_st* ssl, const handshake_setup& setup) {
  base::bytes context = setup.own_tickets ? setup.ticket_scope : setup.session_scope;
  const unsigned asks = setup.own_tickets && setup.request_client_certificate ? 1 : 0;
  if (setup.own_tickets || setup.parameters != 0)
    context.push_back(static_cast<base::byte>(setup.parameters << 1 | asks));
  return SSL_set_session_id_context(ssl, context.data(), static_cast<unsigned>(context.size())) == 1;
}

// OpenSSL takes an object that goes without a shutdown for a failed session, and forbids to resume it; how connections
// end is not its business here.
handshake_state::~handshake_state() {
  if (!ssl) return;
  if (established) SSL_set_shutdown(ssl.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  note_copied_secrets();
  spots.wipe(ssl.get());
}

void handshake_state::keep_peer(X509* one) {
  X509_up_ref(one);
  peer_chain.push_back(env.peer_certificates().intern(certificate(share(one))));
}

const std::shared_ptr<session_notes>& handshake_state::own_notes() {
  if (notes) return notes;
  const bool resumed = SSL_session_reused(ssl.get()) == 1;
  notes = resumed && found_notes ? found_notes : std::make_shared<session_notes>();
  if (given_notes) notes->set(*given_notes);
  return notes;
}

handshake::handshake(std::unique_ptr<handshake_state> state) : state_(std::move(state)) {}
handshake::handshake(handshake&&) noexcept = default;
handshake& handshake::operator=(handshake&&) noexcept = default;
handshake::~handshake() = default;

base::result<handshake> handshake::start(const environment& env, handshake_setup setup) {
  clear_errors();
  auto state = std::make_unique<handshake_state>(env, std::move(setup));
  state->ssl = new_object(state->setup);
  if (!state->ssl && !state->setup.identities.empty())
    return failed_call(base::caller_mistake(base::reason::unknown_credentials));
  if (!state->ssl || !attach_transport(*state) || SSL_set_app_data(state->ssl.get(), state.get()) != 1) {
    clear_errors();
    return base::out_of_memory();
  }
  const bool ready = state->is_client() ? set_up_client(*state) : set_up_server(state->ssl.get(), state->setup);
  if (!ready && state->is_client()) return base::out_of_memory();  // names and protocols were checked before
  if (!ready) return failed_call(base::caller_mistake(base::reason::unknown_credentials));
  clear_errors();
  return handshake(std::move(state));
}

base::result<progress> handshake::advance(base::bytes_view records, base::bytes& flight) {
  handshake_state& state = *state_;
  const std::size_t flight_start = flight.size();
  state.input = records;
  state.output = state.speaks_through_us ? nullptr : &flight;
  state.alert_received.reset();
  state.short_of_memory = false;
  clear_errors();
  int returned = 0;
  {
    const observing now(state);
    returned = state.awaits_hello ? read_hello(state) : SSL_do_handshake(state.ssl.get());
  }
  const int error = SSL_get_error(state.ssl.get(), returned);
  if (memory_ran_out()) state.short_of_memory = true;
  if (state.speaks_through_us && state.short_of_memory) return why_failed(state);
  state.output = nullptr;
  state.note_sent(base::bytes_view(flight).subspan(flight_start));
  const std::size_t consumed = records.size() - std::exchange(state.input, {}).size();

  if (returned == 1) {
    state.established = true;
    if (state.peer_chain.empty()) restore_chain(state);
    return progress{progress::kind::established, consumed};
  }
  if (error == SSL_ERROR_WANT_READ) return progress{progress::kind::needs_input, consumed};
  if (error == SSL_ERROR_WANT_X509_LOOKUP) return progress{progress::kind::wants_certificate, consumed};
  if (peer_closed(state)) return progress{progress::kind::peer_closed, consumed};
  return why_failed(state);
}

void handshake::set_resumable(bool allowed) noexcept {
  state_->setup.resumable = allowed;
  if (allowed) return;
  if (state_->is_client()) {  // it has offered to take a ticket, and just does not keep it
    state_->env.sessions().forget(state_->setup.session_key);
    return;
  }
  SSL_SESSION* const making = SSL_get_session(state_->ssl.get());
  if (making != nullptr && SSL_session_reused(state_->ssl.get()) == 0) {
    constexpr unsigned char nobody[] = {0};  // a ticket that was promised goes out, and fits no scope
    SSL_SESSION_set1_id_context(making, nobody, sizeof nobody);
  }
  SSL_set_options(state_->ssl.get(), SSL_OP_NO_TICKET);
  SSL_set_num_tickets(state_->ssl.get(), 0);
}

void handshake::keep_no_session() noexcept { state_->setup.session_key.clear(); }

void handshake::set_notes(base::bytes_view data) {
  if (state_->notes) return state_->notes->set(data);
  state_->given_notes.emplace(data.begin(), data.end());
}

// Servers send two tickets in a row, or one; what is already in the cache from others counts too.
bool handshake::expects_tickets() const noexcept {
  constexpr std::size_t enough = 2;
  const handshake_state& state = *state_;
  if (!state.is_client() || !state.setup.resumable || state.setup.session_key.empty()) return false;
  return state.sessions_made == 0 ||
         (state.sessions_made < enough && state.env.sessions().count(state.setup.session_key) < enough);
}

const traffic_secrets& handshake::secrets() const noexcept { return state_->keys; }

void handshake::forget_secrets() noexcept {
  state_->note_copied_secrets();
  state_->keys = traffic_secrets();
}

const std::vector<certificate>& handshake::peer_certificates() const noexcept { return state_->peer_chain; }

base::result<bool> handshake::exchange(base::bytes_view record, base::bytes& output) {
  handshake_state& state = *state_;
  state.input = record;
  state.output = &output;
  state.short_of_memory = false;
  clear_errors();
  if (SSL_in_init(state.ssl.get()) == 0) state.certificate_answered = false;  // what was answered is over
  unsigned char unexpected = 0;
  const observing now(state);
  const int returned = SSL_read(state.ssl.get(), &unexpected, 1);
  const int error = SSL_get_error(state.ssl.get(), returned);
  std::size_t nothing = 0;  // OpenSSL answers a KeyUpdate with its next write: an empty one, which is no record
  if (error == SSL_ERROR_WANT_READ) (void)SSL_write_ex(state.ssl.get(), &unexpected, 0, &nothing);
  if (memory_ran_out()) state.short_of_memory = true;
  state.output = nullptr;
  state.input = {};
  if (error == SSL_ERROR_WANT_READ) return false;
  if (error == SSL_ERROR_WANT_X509_LOOKUP && state.is_client()) return true;
  return why_failed(state);
}

// A message of OpenSSL's own: ask says which.
base::result<void> handshake::write_message(bool (*ask)(SSL*), base::bytes& output) {
  handshake_state& state = *state_;
  state.output = &output;
  clear_errors();
  const observing now(state);
  const bool done = ask(state.ssl.get()) && SSL_do_handshake(state.ssl.get()) == 1;
  state.output = nullptr;
  if (!done) return failed_call(base::bug());
  clear_errors();
  return {};
}

base::result<void> handshake::update_keys(bool request_peer, base::bytes& output) {
  return write_message(
      request_peer ? [](SSL* ssl) { return SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1; }
                   : [](SSL* ssl) { return SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1; },
      output);
}

base::result<void> handshake::send_ticket(base::bytes& output) {
  return write_message([](SSL* ssl) { return SSL_new_session_ticket(ssl) == 1; }, output);
}

bool handshake::may_request_certificate() const noexcept { return state_->client_takes_requests; }

base::result<void> handshake::request_certificate(base::bytes& output) {
  SSL_set_verify(state_->ssl.get(), SSL_VERIFY_PEER, nullptr);
  return write_message([](SSL* ssl) { return SSL_verify_client_post_handshake(ssl) == 1; }, output);
}

base::result<std::size_t> handshake::open_record(base::bytes_view record, base::bytes_span plaintext) {
  handshake_state& state = *state_;
  state.input = record;
  state.alert_received.reset();
  state.alert_sent.reset();
  state.short_of_memory = false;
  clear_errors();
  const int returned = SSL_read(state.ssl.get(), plaintext.data(), static_cast<int>(plaintext.size()));
  const int error = SSL_get_error(state.ssl.get(), returned);
  if (memory_ran_out()) state.short_of_memory = true;
  state.input = {};
  if (returned > 0) return static_cast<std::size_t>(returned);
  if (state.alert_received) {  // OpenSSL has judged it; the reader judges it again, by its own rules
    plaintext[0] = state.alert_received->level;
    plaintext[1] = state.alert_received->description;
    return std::size_t{2};
  }
  if (error == SSL_ERROR_WANT_READ) return std::size_t{0};
  return why_failed(state);
}

}  // namespace schannix::engine

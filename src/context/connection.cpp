#include "context/connection.hpp"

#include "context/halves.hpp"
#include "context/target.hpp"
#include "engine/environment.hpp"
#include "engine/session_cache.hpp"
#include "engine/session_notes.hpp"
#include "record/framing.hpp"

namespace schannix::context {
namespace {

bool validates(const connection_setup& setup) { return setup.from->rules().validates_peer && setup.validates_peer; }

std::string session_key_of(const connection_setup& setup) {
  return engine::client_session_key(setup.from->session_scope(), validates(setup), setup.target_name);
}

engine::handshake_setup handshake_of(const connection_setup& setup) {
  const credential::policy& rules = setup.from->rules();
  const target name = parse_target(setup.target_name);
  engine::handshake_setup made;
  made.side = rules.side;
  made.from = setup.from->made_from();
  made.server_name = rules.side == engine::role::client ? name.server_name : std::string();
  made.application_protocols = setup.application_protocols;
  if (rules.side == engine::role::server) made.identities = setup.from->identities();
  made.begins_as = setup.from->begins_as();
  made.by_protocol = setup.from->by_protocol();
  if (validates(setup)) {
    made.verify.emplace();
    made.verify->of_server = rules.side == engine::role::client;
    made.verify->extra_roots = rules.extra_roots;
    made.trusts_system = rules.trusts_system;
    made.verify->name = rules.checks_name ? name.verified_name : std::string();
    made.name_required = rules.checks_name;
  }
  made.revocation = rules.revocation;
  made.request_client_certificate = setup.request_client_certificate;
  made.takes_later_requests = rules.side == engine::role::client && setup.later_certificates;
  made.own_tickets = setup.from->ticket_keys();
  made.ticket_scope.assign(setup.from->ticket_scope().begin(), setup.from->ticket_scope().end());
  made.resumable = rules.resumable;
  made.issue_tickets = setup.issue_tickets && made.resumable;
  made.session_scope.assign(setup.from->session_scope().begin(), setup.from->session_scope().end());
  if (rules.side == engine::role::client) made.session_key = session_key_of(setup);
  made.key_log = rules.key_log;
  return made;
}

}  // namespace

connection::connection(const engine::environment& env, connection_setup setup, record_limits limits)
    : env_(env), setup_(std::move(setup)), limits_(limits) {}

base::result<std::unique_ptr<connection>> connection::start(const engine::environment& env, connection_setup setup,
                                                            record_limits limits) {
  std::unique_ptr<connection> made(new connection(env, std::move(setup), limits));
  SCHANNIX_TRY(engine::handshake ssl, engine::handshake::start(env, handshake_of(made->setup_)));
  made->ssl_.emplace(std::move(ssl));
  return made;
}

transition connection::apply(close_event event) {
  standing now = standing_.load(std::memory_order_acquire);
  for (;;) {
    const transition said = next(now.closing, now.where, event);
    const standing wanted{said.next, now.where};
    if (wanted == now || standing_.compare_exchange_weak(now, wanted, std::memory_order_acq_rel)) return said;
  }
}

void connection::move_to(phase where) {
  standing now = standing_.load(std::memory_order_acquire);
  while (!standing_.compare_exchange_weak(now, {now.closing, where}, std::memory_order_acq_rel)) {
  }
}

// True for the one caller that ends a living connection: it alone keeps the reason.
bool connection::mark_dead(close_state::dead by) {
  standing now = standing_.load(std::memory_order_acquire);
  while (now.closing.failed == close_state::dead::no) {
    const close_event event =
        by == close_state::dead::by_us ? close_event::fatal_alert_sent : close_event::fatal_alert_received;
    if (standing_.compare_exchange_weak(now, {next(now.closing, now.where, event).next, now.where},
                                        std::memory_order_acq_rel))
      return true;
  }
  return false;
}

// The first failure that is not the caller's ends the connection; its alert is owed to the peer until a token carries
// it.
base::failure connection::fail(base::failure why) {
  if (why.blame == base::cause::caller) return why;
  const bool by_peer = why.received_alert.has_value();
  if (mark_dead(by_peer ? close_state::dead::by_peer : close_state::dead::by_us)) {
    failure_ = why;
    owed_alert_ = why.alert_to_send;
    report_.alert_received = why.received_alert;
    forget_session();
  }
  return why;
}

bool connection::has_pending_token() const noexcept {
  return pending_alert_.has_value() || closing::asked(standing_.load(std::memory_order_acquire).closing.our_half);
}

bool connection::takes_credential() const noexcept {
  if (has_pending_token()) return false;
  return request_.has_value() || (side() == engine::role::client && again_ && !again_->running());
}

void connection::set_resumable(bool allowed) {
  if (ssl_ && !facts_) ssl_->set_resumable(allowed && setup_.from->may_keep_sessions());
}

base::result<void> connection::keep_with_session(base::bytes_view data) {
  const bool failed = standing_.load(std::memory_order_acquire).closing.failed != close_state::dead::no;
  if (!facts_ && (!ssl_ || failed)) return base::caller_mistake(base::reason::not_established);
  if (!facts_) {
    ssl_->set_notes(data);
    return {};
  }
  if (!facts_->notes) facts_->notes = std::make_shared<engine::session_notes>();
  facts_->notes->set(data);
  return {};
}

base::bytes connection::kept_with_session() const {
  return facts_ && facts_->notes ? facts_->notes->get() : base::bytes();
}

// Empty: this connection's session, if there is one, is kept nowhere.
std::string connection::session_key() const {
  if (!keeps_session_) return {};
  if (side() == engine::role::client) return session_key_of(setup_);
  return facts_ ? engine::server_session_key(setup_.from->session_scope(), facts_->session_id) : std::string();
}

// A session that ended in a failure is not resumed; one that was only cut still is. spec 5.2, S-13
void connection::forget_session() const {
  if (const std::string key = session_key(); !key.empty()) env_.sessions().forget(key);
}

bool connection::resumable() const {
  const bool failed = standing_.load(std::memory_order_acquire).closing.failed != close_state::dead::no;
  if (!facts_ || failed) return false;
  const std::string key = session_key();
  return facts_->gives_tickets || (!key.empty() && env_.sessions().count(key) != 0);
}

void connection::request_shutdown() { (void)apply(close_event::shutdown_token); }

// An alert that says close_notify is a shutdown, with all that follows from it.
void connection::request_alert(alert_value value) {
  if (value.description == engine::alert::close_notify) return request_shutdown();
  (void)apply(close_event::alert_token);
  pending_alert_ = value;
}

base::result<void> connection::request_key_update() {
  if (!post_) return base::caller_mistake(base::reason::unsupported);
  update_requested_ = true;
  return {};
}

base::result<void> connection::request_ticket() {
  if (!gives_later_tickets()) return base::caller_mistake(base::reason::unsupported);
  SCHANNIX_CHECK(may_seal());
  ticket_requested_ = true;
  return {};
}

// spec 4.12: a pending control token first, then what closing says, then the buffers, then the work itself.
step_output connection::step(const step_input& in) {
  takes_alerts_ = in.takes_alerts;
  if (held_ && !has_pending_token()) return redeliver(in);
  if (pending_alert_) return deliver(emit_alert(*std::exchange(pending_alert_, std::nullopt), !report_.close_sent), in);
  const transition said = apply(in.token.empty() ? close_event::step_without_input : close_event::step_with_input);
  if (said.says != answer::go_on) return deliver(answer_closing(said), in);
  if (in.malformed) return failed(base::caller_mistake(base::reason::invalid_token));
  if (in.called_as != side()) return failed(base::caller_mistake(base::reason::invalid_handle));
  switch (standing_.load(std::memory_order_acquire).where) {
    case phase::handshaking:
      // A protected alert took a sequence number that OpenSSL would use again: the handshake cannot go on. What still
      // can follow is close_notify, as it must after user_canceled (RFC 9846 §6.1).
      if (halves_.write) return failed(base::caller_mistake(base::reason::expired));
      return deliver(shake(in), in);
    case phase::crossing:
      return deliver(cross(in), in);
    case phase::established:
      return deliver(idle(in), in);
  }
  return failed(base::bug());
}

step_output connection::failed(base::failure why, base::bytes token) {
  step_output made;
  made.what = step_output::kind::failed;
  made.why = fail(why);
  made.token = std::move(token);
  return made;
}

// A token that does not fit is kept, and its input counts as not consumed; bytes that nobody can be told of end the
// connection.
step_output connection::deliver(step_output made, const step_input& in) {
  const bool leaves_extra = !made.ignores_input && made.consumed < in.token.size();
  const bool tells = made.what == step_output::kind::finished || made.what == step_output::kind::go_on;
  if (tells && leaves_extra && !in.reports_extra)
    return failed(base::peer_fault(base::reason::invalid_token, engine::alert::unexpected_message));
  if (made.token.size() <= in.capacity) return made;
  step_output answer;
  answer.what = step_output::kind::too_small;
  answer.needed = made.token.size();
  consumed_mark_ = record_mark(in.token.first(made.consumed));
  held_ = std::move(made);
  return answer;
}

step_output connection::redeliver(const step_input& in) {
  step_output made = *std::exchange(held_, std::nullopt);
  const record_mark mark = consumed_mark_;
  made.consumed = mark.begins(in.token) ? mark.size() : 0;
  step_output answer = deliver(std::move(made), in);
  if (answer.what == step_output::kind::too_small) consumed_mark_ = mark;
  return answer;
}

std::vector<engine::certificate> connection::peer_certificates() const {
  if (facts_) return facts_->peer_certificates;
  return ssl_ ? ssl_->peer_certificates() : std::vector<engine::certificate>();
}

base::result<stream_sizes> connection::sizes() const {
  if (!facts_ || !halves_.write) return base::caller_mistake(base::reason::not_established);
  return stream_sizes{halves_.write->sizes(), facts_->max_fragment};
}

base::result<void> connection::export_keying_material(std::string_view label, base::bytes_view context_value,
                                                      base::bytes_span output) const {
  if (!facts_) return base::caller_mistake(base::reason::not_established);
  if (!exporter_) return base::caller_mistake(base::reason::unsupported);
  return exporter_->derive(env_, label, context_value, output);
}

base::result<void> connection::export_eap_keys(std::string_view label, base::bytes_span keys,
                                               base::bytes_span ivs) const {
  if (!facts_) return base::caller_mistake(base::reason::not_established);
  if (!exporter_ || exporter_->version() == engine::tls_version::tls13)
    return base::caller_mistake(base::reason::unsupported);
  SCHANNIX_CHECK(exporter_->derive(env_, label, {}, keys));
  return exporter_->derive_public(env_, label, ivs);
}

base::result<std::optional<base::reason>> connection::validation() const {
  if (!validates_peer()) return base::caller_mistake(base::reason::unsupported);
  if (failure_ && failure_->blame == base::cause::trust) return std::optional(failure_->why);
  if (!facts_) return base::caller_mistake(base::reason::not_established);
  if (facts_->peer_certificates.empty()) return base::caller_mistake(base::reason::no_credentials);
  return std::optional<base::reason>();
}

close_report connection::report() const {
  const standing now = standing_.load(std::memory_order_acquire);
  close_report told = report_;
  // Before the handshake's end nothing that the peer said was authenticated.
  told.close_received = facts_.has_value() && now.closing.peer_half == close_state::peers::closed;
  told.close_heard = now.closing.peer_half == close_state::peers::closed;
  told.established = facts_.has_value();
  if (!told.aborted) told.why = failure_;
  told.resumable = resumable();
  return told;
}

}  // namespace schannix::context

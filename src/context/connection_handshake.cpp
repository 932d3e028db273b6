// The handshake of a connection, and what ISC / ASC do after it. spec 4.1, 4.2, 4.7, 4.8, 4.12
#include "context/connection.hpp"
#include "context/halves.hpp"
#include "record/framing.hpp"

namespace schannix::context {
namespace {

struct whole_records {
  std::size_t size = 0;     // of the whole, well-formed records at the front
  std::size_t missing = 0;  // of the first record, when there is none
  bool malformed = false;   // the first record's header
};

whole_records measure(base::bytes_view input, std::size_t max_length) {
  whole_records found;
  for (;;) {
    const auto seen = record::look(input.subspan(found.size), max_length);
    const bool first = found.size == 0;
    if (const auto* lacking = std::get_if<record::incomplete>(&seen)) {
      if (first) found.missing = lacking->missing;
      return found;
    }
    if (std::holds_alternative<record::malformed>(seen)) {
      found.malformed = first;
      return found;
    }
    const std::size_t record_size = std::get<record::header>(seen).record_size();
    const std::size_t left = input.size() - found.size;
    if (left < record_size) {
      if (first) found.missing = record_size - left;
      return found;
    }
    found.size += record_size;
  }
}

step_output incomplete(std::size_t missing) {
  step_output made;
  made.what = step_output::kind::incomplete;
  made.missing = missing;
  return made;
}

}  // namespace

step_output connection::shake(const step_input& in) {
  if (!request_) return shake_with(in, 0, false);
  const auto again = answer_request(in);
  if (!again) return failed(again.error());
  return shake_with(in, *again, true);
}

// The token's front may be what an earlier call consumed already. Where a request was just answered nothing new needs
// to come.
step_output connection::shake_with(const step_input& in, std::size_t consumed_before, bool answered) {
  base::bytes_view records;
  if (started_ || side() == engine::role::server) {
    const base::bytes_view fresh = in.token.subspan(consumed_before);
    const whole_records found = measure(fresh, started_ ? record::max_tls12_length : record::max_clear_length);
    if (found.malformed) return failed(base::failure{base::cause::peer, base::reason::invalid_token, {}, {}});
    if (found.size == 0 && !answered) return incomplete(found.missing);
    records = fresh.first(found.size);
  }
  started_ = true;
  if (side() == engine::role::server && setup_.from->identities().empty())
    return refuse(base::peer_fault(base::reason::no_credentials, engine::alert::handshake_failure), {});
  step_output made;
  const auto reached = advance(records, made.token, in);
  if (!reached) return refuse(reached.error(), std::move(made.token));
  made.consumed = consumed_before + reached->consumed;
  switch (reached->what) {
    case engine::progress::kind::needs_input:
      made.what = step_output::kind::go_on;
      break;
    case engine::progress::kind::peer_closed:
      (void)apply(close_event::close_notify_received);
      made.what = step_output::kind::closed;
      break;
    case engine::progress::kind::wants_certificate:
      made.what = step_output::kind::wants_certificate;
      break;
    case engine::progress::kind::established:
      if (const auto ready = establish(made.token); !ready) return failed(ready.error());
      made.what = step_output::kind::finished;
      break;
  }
  return made;
}

// OpenSSL has put its alert into the flight, under the keys it writes with. But a TLS 1.3 client writes in the clear
// until its ChangeCipherSpec, which RFC 8446 §6 does not allow once there are keys: there the alert is ours, and
// sealed.
step_output connection::refuse(base::failure why, base::bytes flight) {
  const bool in_clear = !flight.empty() && flight[0] == static_cast<base::byte>(engine::content_type::alert);
  const auto keys = ssl_->write_keys();
  const bool told = !flight.empty() && !(in_clear && keys && std::holds_alternative<engine::aead_keys>(*keys));
  if (told && why.alert_to_send) {  // OpenSSL's alert goes out now or never
    const auto alert = std::exchange(why.alert_to_send, std::nullopt);
    if (takes_alerts_) report_.alert_sent = alert;
  }
  why = fail(why);
  step_output made;
  made.what = step_output::kind::failed;
  made.why = why;
  if (!told) made.token = take_owed_alert();
  if (told && takes_alerts_) made.token = std::move(flight);
  return made;
}

base::result<void> connection::establish(base::bytes_view last_flight) {
  if (halves_.write) return base::bug();  // an alert was sealed under keys that OpenSSL went on with
  SCHANNIX_TRY(facts_, ssl_->facts());
  if (side() == engine::role::client && facts_->peer_certificates.empty())  // an anonymous server
    return base::peer_fault(base::reason::certificate_unknown, engine::alert::handshake_failure);
  SCHANNIX_TRY(exporter_, ssl_->keying_material());
  SCHANNIX_TRY(const engine::direction_keys write, ssl_->write_keys());
  SCHANNIX_TRY(engine::direction_keys read, ssl_->read_keys());
  SCHANNIX_CHECK(check_sequence(last_flight, write));
  SCHANNIX_TRY(halves_.write, make_seal_half(env_, write));
  SCHANNIX_TRY(halves_.read, make_open_half(env_, read, *ssl_));
  const bool old = facts_->version != engine::tls_version::tls13;
  if (old && setup_.renegotiates && ssl_->allow_renegotiation()) again_.emplace(env_, side(), std::move(read));
  if (facts_->version == engine::tls_version::tls13) {
    post_.emplace(env_, side(), *facts_, ssl_->secrets(), halves_.read->sequence(), halves_.write->sequence());
    if (side() == engine::role::client && setup_.later_certificates) post_->take_requests();
  }

  ssl_->forget_secrets();
  let_handshake_go();
  move_to(phase::established);
  return {};
}

bool connection::gives_later_tickets() const noexcept {
  return post_ && facts_->gives_tickets && setup_.from->rules().later_tickets;
}

// The SSL object stays while something can need it: a CBC suite opens with it, tickets are taken and made through it,
// clients are asked for certificates.
void connection::let_handshake_go() {
  const bool asks = may_request_certificate() || (post_ && post_->takes_requests());
  const bool needed = !facts_->aead() || (post_ && ssl_->expects_tickets()) || again_ || gives_later_tickets() || asks;
  if (needed) return;
  ssl_.reset();
  if (post_) post_->handshake_gone();
}

// "A secret was revealed, so the key is switched" is not documented by OpenSSL. So the last record that it sealed in
// this flight under the keys we take over has to open with them. record-layer.md §3
base::result<void> connection::check_sequence(base::bytes_view last_flight, const engine::direction_keys& keys) const {
  const auto* aead = std::get_if<engine::aead_keys>(&keys);
  if (aead == nullptr || aead->sequence == 0) return {};
  base::bytes_view last;
  for (base::cursor rest(last_flight); rest.left() >= engine::record_header_size;) {
    const auto record = rest.take(engine::record_header_size + base::load_u16(rest.rest().subspan(3)));
    if (!record) return base::bug();
    last = *record;
  }
  if (last.empty()) return {};  // it went out in an earlier flight
  base::bytes copy(last.begin(), last.end());
  engine::aead_keys previous;
  previous.tls13 = aead->tls13;
  previous.algorithm = aead->algorithm;
  previous.key.assign(aead->key.view());
  previous.iv.assign(aead->iv.view());
  previous.sequence = aead->sequence - 1;
  SCHANNIX_TRY(const auto half, make_aead_half(env_, engine::direction::open, previous));
  if (!half->open(copy)) return base::bug();
  return {};
}

// After SEC_I_RENEGOTIATE: the message that DecryptMessage opened is processed; its record, when the token begins with
// it (as received, as opened, alone or with what follows), is skipped; the rest is the caller's again. spec 4.8, S1-S4
// Likewise after SEC_I_INCOMPLETE_CREDENTIALS.
step_output connection::cross(const step_input& in) {
  if (again_) return cross_again(in);
  step_output made;
  if (pending_mark_.begins(in.token)) made.consumed = pending_mark_.size();
  pending_mark_ = {};
  if (request_) {
    const auto again = answer_request(in);
    if (!again) return failed(again.error());
    made.consumed = *again;
  }
  const bool closed = standing_.load(std::memory_order_acquire).closing.our_half == close_state::ours::sent;
  auto token = take_pending(!closed, &in);
  if (!token) return failed(token.error());
  made.token = std::move(*token);
  if (post_->wants_certificate()) {
    request_ = record_mark(in.token.first(made.consumed));
    made.what = step_output::kind::wants_certificate;
  }
  return post_->in_answer() ? take_answer(in, std::move(made)) : made;
}

// What waits from DecryptMessage. A request for a certificate may be among it, and is answered where it can be.
base::result<base::bytes> connection::finish_pending(bool may_answer, const step_input* in) {
  engine::handshake* const crossing = ssl_ ? &*ssl_ : nullptr;
  SCHANNIX_TRY(base::bytes token, post_->finish(halves_, crossing, may_answer));
  while (post_->wants_certificate()) {
    SCHANNIX_TRY(const bool answered, answer_later_request(in));
    if (!answered) return token;
    SCHANNIX_TRY(const base::bytes more, post_->finish(halves_, crossing, may_answer));
    token.insert(token.end(), more.begin(), more.end());
    ssl_->renew_certificates(*facts_);
  }
  if (post_->take_answered()) ssl_->renew_certificates(*facts_);
  return token;
}

// That, the ticket that the caller asks for, and the KeyUpdate that the caller or the record limits ask for: the
// records to send. in: null where a control token settles what waits, and nobody can be asked for a certificate.
base::result<base::bytes> connection::take_pending(bool may_answer, const step_input* in) {
  if (in == nullptr && request_) {
    request_.reset();
    go_on_without_certificate();
  }
  SCHANNIX_TRY(base::bytes token, finish_pending(may_answer, in));
  if (post_->wants_certificate()) return token;  // and both directions wait
  engine::handshake* const crossing = ssl_ ? &*ssl_ : nullptr;
  if (std::exchange(ticket_requested_, false) && may_answer) {
    SCHANNIX_TRY(const base::bytes ticket, post_->new_ticket(halves_, *ssl_));
    token.insert(token.end(), ticket.begin(), ticket.end());
  }
  if (update_due() && may_answer) {
    SCHANNIX_TRY(const base::bytes update, post_->update_write_keys(halves_, crossing));
    token.insert(token.end(), update.begin(), update.end());
    update_requested_ = false;
  }
  if (halves_.write->sequence() < limits_.demand_after) {  // also where the peer's request brought the new key
    key_worn_.store(false, std::memory_order_relaxed);
    update_demanded_ = false;
  }
  if (ssl_) let_handshake_go();
  move_to(phase::established);
  return token;
}

// An established connection with nothing pending. TLS 1.2 has renegotiation here, where it can be; else there is
// nothing: bytes that were given are left for DecryptMessage. spec 4.6, 4.7, A-31
step_output connection::idle(const step_input& in) {
  if (again_) return idle_again(in);
  const bool asks = in.asks_certificate && in.token.empty() && !update_requested_ && !ticket_requested_;
  if (asks && may_request_certificate()) return request_certificate();
  if (post_ && post_->awaits_answer() && !in.token.empty()) return take_answer_alone(in);
  if (update_due() || ticket_requested_) return cross(in);
  if (!in.token.empty() && !in.reports_extra) return failed(base::caller_mistake(base::reason::invalid_token));
  step_output made;
  if (!post_ || (in.token.empty() && side() == engine::role::server)) made.what = step_output::kind::no_renegotiation;
  return made;
}

bool connection::update_due() const noexcept {
  return post_ && (update_requested_ || halves_.write->sequence() >= limits_.update_after);
}

}  // namespace schannix::context

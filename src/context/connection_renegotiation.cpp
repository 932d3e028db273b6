// Renegotiation: what ISC / ASC do with an established connection of TLS 1.2. spec 4.6, 4.8, 4.12
#include "context/connection.hpp"
#include "context/halves.hpp"
#include "record/framing.hpp"

namespace schannix::context {
namespace {

using engine::content_type;
using kind = step_output::kind;

base::failure unexpected() {
  return base::peer_fault(base::reason::illegal_message, engine::alert::unexpected_message);
}

bool same_leaf(const engine::handshake_facts& one, const engine::handshake_facts& other) {
  const auto& a = one.peer_certificates;
  const auto& b = other.peer_certificates;
  return !a.empty() && !b.empty() && a.front() == b.front();
}

// The whole record at the front. Nothing: missing says of how many bytes more; 0: it is data, for DecryptMessage.
base::result<std::optional<base::bytes_view>> next_record(base::bytes_view rest, std::size_t& missing) {
  const auto seen = record::look(rest, record::max_tls12_length);
  if (std::holds_alternative<record::malformed>(seen)) return unexpected();
  if (const auto* lacking = std::get_if<record::incomplete>(&seen)) {
    missing = lacking->missing;
    return std::optional<base::bytes_view>();
  }
  const std::size_t size = std::get<record::header>(seen).record_size();
  missing = size - std::min(size, rest.size());
  const bool data = rest[0] == static_cast<base::byte>(content_type::application_data);
  if (missing != 0 || data) return std::optional<base::bytes_view>();
  return std::optional(rest.first(size));
}

}  // namespace

bool connection::said_close() const noexcept {
  return closing::said(standing_.load(std::memory_order_acquire).closing.our_half);
}

// After SEC_I_RENEGOTIATE, or SEC_I_INCOMPLETE_CREDENTIALS in a renegotiation. After our close_notify only reading goes
// on.
step_output connection::cross_again(const step_input& in) {
  const std::size_t consumed = pending_mark_.begins(in.token) ? pending_mark_.size() : 0;
  pending_mark_ = {};
  auto waiting = again_->take_waiting();
  move_to(phase::established);
  if (!said_close()) return renegotiate(in, consumed, waiting);
  if (const auto read = read_on(waiting); !read) return refuse_again(read.error(), {});
  step_output made;
  made.consumed = consumed;
  if (standing_.load(std::memory_order_acquire).closing.peer_half == close_state::peers::closed)
    made.what = kind::closed;
  return made;
}

// Nothing waits from DecryptMessage: a request of the caller's own, or records that it passes as they came.
step_output connection::idle_again(const step_input& in) {
  if (in.token.empty() && !again_->running()) return ask_again(in);
  return renegotiate(in, 0, std::nullopt);
}

// A client begins; a server sends a HelloRequest, and goes on with data. spec 4.6, A-23
step_output connection::ask_again(const step_input& in) {
  step_output made;
  if (side() == engine::role::client) {
    const auto begun = begin_again({}, in, made.token);
    if (!begun) return refuse_again(begun.error(), {});
    made.what = *begun;
    return made;
  }
  asks_later_ = in.asks_certificate;
  auto token = again_->hello_request(halves_);
  if (!token) return failed(token.error());
  made.token = std::move(*token);
  return made;
}

// Clients. RFC 5246 §7.4.1.2
base::result<kind> connection::begin_again(base::bytes_view inner, const step_input& in, base::bytes& token) {
  answers_with_ = in.another;
  if (answers_with_) {  // as after wants_certificate: no session is kept under this credential's name
    keeps_session_ = false;
    ssl_->keep_no_session();
  }
  lacked_certificate_ = false;
  SCHANNIX_CHECK(again_->begin(*ssl_, false));
  return go_on_again(inner, in, token);
}

// The record that DecryptMessage opened first, then the whole ones of the token, until there is something to send, data
// comes, or the handshake is over.
step_output connection::renegotiate(const step_input& in, std::size_t consumed,
                                    const std::optional<renegotiation::waiting>& first) {
  step_output made;
  made.consumed = consumed;
  auto reached = turn_first(in, first, made);
  if (reached) reached = turn_records(in, *reached, made);
  if (!reached) return refuse_again(reached.error(), std::move(made.token));
  made.what = *reached;
  if (made.what == kind::no_renegotiation) made.what = give_up_renegotiation();
  if (made.what == kind::wants_certificate) {
    request_ = record_mark(in.token.first(made.consumed));
    move_to(phase::crossing);  // OpenSSL, which opens a CBC suite's records, waits for the answer
  }
  return made;
}

// incomplete: there was nothing.
base::result<kind> connection::turn_first(const step_input& in, const std::optional<renegotiation::waiting>& first,
                                          step_output& made) {
  if (again_->take_refusal()) return kind::no_renegotiation;
  if (first) return turn(*first, in, made.token);
  if (!request_) return kind::incomplete;
  SCHANNIX_TRY(made.consumed, answer_request(in));
  return go_on_again({}, in, made.token);
}

base::result<kind> connection::turn_records(const step_input& in, kind reached, step_output& made) {
  while ((reached == kind::go_on || reached == kind::incomplete) && made.token.empty()) {
    SCHANNIX_TRY(const auto record, next_record(in.token.subspan(made.consumed), made.missing));
    if (!record && reached == kind::incomplete && made.missing == 0)
      return again_->running() ? kind::go_on : kind::finished;
    if (!record) return reached;
    SCHANNIX_TRY(reached, turn_record(*record, in, made.token));
    made.consumed += record->size();
  }
  return reached;
}

// One record as it came. The caller's bytes stay as they are: a token may be given twice.
base::result<kind> connection::turn_record(base::bytes_view record, const step_input& in, base::bytes& token) {
  base::bytes copy(record.begin(), record.end());
  if (again_->is_openssls(record)) {
    SCHANNIX_CHECK(again_->take_sealed(record, halves_.read->sequence()));
    return turn(*again_->take_waiting(), in, token);
  }
  SCHANNIX_TRY(const engine::opened found, halves_.read->open(copy));
  const base::bytes_view content = base::bytes_view(copy).subspan(found.offset, found.size);
  if (found.type == content_type::alert) return turn_alert(content);
  SCHANNIX_TRY(const bool waits, again_->take(found.type, content, halves_.read->sequence()));
  if (waits) return turn(*again_->take_waiting(), in, token);
  SCHANNIX_CHECK(take_idle({}));
  return again_->running() ? kind::go_on : kind::finished;
}

// A client's first is a HelloRequest: OpenSSL passes over it.
base::result<kind> connection::turn(const renegotiation::waiting& found, const step_input& in, base::bytes& token) {
  const bool begins = !again_->running();
  if (begins && side() == engine::role::client)
    return begin_again(found.sealed ? base::bytes_view(found.content) : base::bytes_view(), in, token);
  if (begins) SCHANNIX_CHECK(again_->begin(*ssl_, in.asks_certificate || asks_later_));
  SCHANNIX_TRY(const base::bytes inner, again_->carry_in(found));
  return go_on_again(inner, in, token);
}

base::result<kind> connection::turn_alert(base::bytes_view content) {
  SCHANNIX_TRY(const read_output seen, take_alert({content_type::alert, 0, content.size()}, content, {}));
  if (seen.what == read_output::kind::closed) return kind::closed;
  if (seen.what == read_output::kind::renegotiate) {
    move_to(phase::established);
    (void)again_->take_refusal();
    return kind::no_renegotiation;
  }
  return again_->running() ? kind::go_on : kind::finished;
}

// After our close_notify nothing of what OpenSSL says is sent.
base::result<kind> connection::go_on_again(base::bytes_view inner, const step_input& in, base::bytes& token) {
  base::bytes nothing;
  SCHANNIX_TRY(const engine::progress reached, advance(inner, nothing, in));
  if (said_close()) {
    (void)ssl_->take_messages();
  } else {
    SCHANNIX_TRY(const base::bytes said, again_->carry_out(*ssl_, halves_, facts_->max_fragment));
    token.insert(token.end(), said.begin(), said.end());
  }
  switch (reached.what) {
    case engine::progress::kind::needs_input:
      break;
    case engine::progress::kind::wants_certificate:
      return kind::wants_certificate;
    case engine::progress::kind::peer_closed:
      (void)apply(close_event::close_notify_received);
      return kind::closed;
    case engine::progress::kind::established:
      SCHANNIX_CHECK(establish_again());
      return kind::finished;
  }
  return kind::go_on;
}

// A server whose certificate changes under an open connection is not the one that the application checked. ALPN is for
// the connection, and no part of a later handshake.
base::result<void> connection::establish_again() {
  SCHANNIX_TRY(engine::handshake_facts facts, ssl_->facts());
  if (facts.version != facts_->version) return unexpected();
  if (side() == engine::role::client && !same_leaf(facts, *facts_))
    return base::peer_fault(base::reason::certificate_unknown, engine::alert::handshake_failure);
  SCHANNIX_TRY(auto exporter, ssl_->keying_material());
  SCHANNIX_CHECK(again_->end(*ssl_, halves_, said_close()));
  facts.application_protocol = facts_->application_protocol;
  facts_ = std::move(facts);
  exporter_ = std::move(exporter);
  ssl_->forget_secrets();
  answers_with_.reset();
  asks_later_ = false;
  key_worn_.store(false, std::memory_order_relaxed);
  return {};
}

// After our close_notify: a handshake that runs is taken in, so that what the peer says under its next keys can be
// read, its close_notify above all; another does not begin.
base::result<void> connection::read_on(const std::optional<renegotiation::waiting>& found) {
  if (request_) {
    request_.reset();
    ssl_->show_no_certificate();
  }
  if (!again_->running()) ssl_->refuse_renegotiation();
  if (!found) return {};
  if (again_->running()) {
    base::bytes nothing;
    SCHANNIX_CHECK(turn(*found, {}, nothing));
    return {};
  }
  if (!found->sealed) return {};
  base::bytes copy = found->content;
  SCHANNIX_CHECK(halves_.read->open(copy));
  (void)ssl_->take_messages();
  return {};
}

// Right behind our close_notify, which goes out whatever comes of it. Its record, which the caller may still hold, is
// passed over. spec S-16
void connection::settle_again() {
  if (standing_.load(std::memory_order_acquire).where != phase::crossing) return;
  const auto waiting = again_->take_waiting();
  move_to(phase::established);
  if (const auto read = read_on(waiting); !read) (void)fail(read.error());
}

// The alert is ours: what OpenSSL said of it goes nowhere. token: what was sealed before it.
step_output connection::refuse_again(base::failure why, base::bytes token) {
  step_output made = failed(why);
  if (said_close() || !takes_alerts_) return made;
  const base::bytes alert = take_owed_alert();
  made.token = std::move(token);
  made.token.insert(made.token.end(), alert.begin(), alert.end());
  return made;
}

// The peer said no: the connection goes on as it is. A client's SSL object, which has said its ClientHello, is of no
// more use.
kind connection::give_up_renegotiation() {
  if (side() == engine::role::server) return kind::no_renegotiation;
  again_.reset();
  ssl_.reset();
  return kind::no_renegotiation;
}

}  // namespace schannix::context

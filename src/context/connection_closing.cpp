// Closing and alerts of a connection: what ISC / ASC emit after a control token, or after a failure. spec 5.3, 6.5
#include <array>

#include "context/connection.hpp"
#include "context/halves.hpp"

namespace schannix::context {
namespace {

constexpr alert_value close_notify{engine::alert::warning, engine::alert::close_notify};

bool ends_connection(alert_value value) { return value.level == engine::alert::fatal; }

base::bytes clear_alert(std::uint16_t version, alert_value value) {
  return {static_cast<base::byte>(engine::content_type::alert),
          static_cast<base::byte>(version >> 8),
          static_cast<base::byte>(version),
          0,
          2,
          value.level,
          value.description};
}

}  // namespace

// Under the write keys of the moment: none before the handshake has any, TLS 1.3 handshake keys in its middle (S-15).
base::result<base::bytes> connection::seal_alert(alert_value value) {
  const std::array<base::byte, 2> content{value.level, value.description};
  if (!halves_.write) {
    if (!ssl_) return base::bug();
    SCHANNIX_TRY(const engine::direction_keys keys, ssl_->write_keys());
    if (const auto* none = std::get_if<engine::no_keys>(&keys)) return clear_alert(none->record_version, value);
    SCHANNIX_TRY(halves_.write, make_seal_half(env_, keys));  // from here on OpenSSL seals nothing more
  }
  SCHANNIX_TRY(base::bytes record, seal_copy(*halves_.write, engine::content_type::alert, content));
  return record;
}

step_output connection::emit_alert(alert_value value, bool may_answer) {
  step_output made;
  made.ignores_input = true;
  if (held_) made.token = std::move(std::exchange(held_, std::nullopt)->token);  // it was promised first
  if (post_ &&
      standing_.load(std::memory_order_acquire).where == phase::crossing) {  // S-16: settled, so that reading can go on
    auto pending = take_pending(may_answer, nullptr);
    if (!pending) return failed(pending.error());
    made.token.insert(made.token.end(), pending->begin(), pending->end());
  }
  auto record = seal_alert(value);
  if (!record) return failed(record.error());
  made.token.insert(made.token.end(), record->begin(), record->end());
  if (again_ && value.description == engine::alert::close_notify) settle_again();
  note_sent(value);
  return made;
}

void connection::note_sent(alert_value value) {
  if (!ends_connection(value)) return;
  report_.alert_sent = value.description;
  if (mark_dead(close_state::dead::by_us)) {
    failure_ = base::caller_mistake(base::reason::expired);
    report_.aborted = true;
    forget_session();
  }
  owed_alert_.reset();
}

// False: for the first time.
bool connection::note_close_sent(const transition& said) {
  const bool again = std::exchange(report_.close_sent, true);
  if (!again) report_.peer_first = said.next.peer_half == close_state::peers::closed;
  return again;
}

// A close_notify answers a SHUTDOWN token that is pending. Nothing follows it, or a fatal alert: not the alert of an
// older token either.
base::result<std::size_t> connection::seal_alert_in_place(base::bytes_span header, base::bytes_span content,
                                                          base::bytes_span trailer) {
  SCHANNIX_CHECK(may_seal());
  if (held_) return base::caller_mistake(base::reason::expired);  // sealed before this record, and not out yet
  const bool known =
      content.size() == 2 && (content[0] == engine::alert::warning || content[0] == engine::alert::fatal);
  if (!known) return base::caller_mistake(base::reason::invalid_token);
  const alert_value value{content[0], content[1]};
  const auto used = halves_.write->seal(engine::content_type::alert, header, content, trailer);
  if (!used) return fail(used.error());
  const bool closes = value.description == engine::alert::close_notify;
  if (closes || ends_connection(value)) pending_alert_.reset();
  if (closes) {
    request_shutdown();
    (void)note_close_sent(apply(close_event::step_without_input));
  } else {
    note_sent(value);
  }
  return used;
}

base::bytes connection::take_owed_alert() {
  if (!owed_alert_ || !takes_alerts_) return {};
  const std::uint8_t description = *std::exchange(owed_alert_, std::nullopt);
  auto record = seal_alert({engine::alert::fatal, description});
  if (!record) return {};
  report_.alert_sent = description;
  return std::move(*record);
}

step_output connection::answer_failed(emission owes) {
  step_output made;
  made.what = step_output::kind::failed;
  made.why = failure_.value_or(base::caller_mistake(base::reason::expired));
  if (owes == emission::owed_alert) made.token = take_owed_alert();
  return made;
}

step_output connection::answer_closing(const transition& said) {
  step_output made;
  made.ignores_input = true;
  switch (said.says) {
    case answer::done: {
      if (said.emits != emission::close_notify) {
        takes_alerts_ = true;  // a SHUTDOWN token asks for whatever ends the connection
        if (said.emits == emission::owed_alert) made.token = take_owed_alert();
        return made;
      }
      const bool again = note_close_sent(said);
      return emit_alert(close_notify, !again);
    }
    case answer::failed:
      return answer_failed(said.emits);
    case answer::need_bytes:
      made.what = step_output::kind::incomplete;
      made.missing = engine::record_header_size;
      return made;
    case answer::accepted:
    case answer::go_on:
    case answer::closed:
    case answer::expired:
    case answer::not_established:
      made.what = step_output::kind::closed;
      return made;
  }
  return made;
}

}  // namespace schannix::context

// Who may still do what: closing as one pure table. Every answer below is a row of spec 5.2-5.5, 5.8, 4.12 or 6.5; the
// diagram in the docs and the unit test are checked against this file.
#pragma once

#include <cstdint>

namespace schannix::context {

struct close_state {
  enum class ours : std::uint8_t { open, requested, sent, requested_again };
  enum class peers : std::uint8_t { open, closed };
  enum class dead : std::uint8_t { no, by_us, by_peer };

  ours our_half = ours::open;
  peers peer_half = peers::open;
  dead failed = dead::no;
  friend constexpr bool operator==(const close_state&, const close_state&) = default;
};

enum class phase : std::uint8_t { handshaking, established, crossing };

// step_*: the ISC / ASC call, with bytes of the peer or without.
enum class close_event : std::uint8_t {
  shutdown_token,
  alert_token,
  step_with_input,
  step_without_input,
  seal,
  open,
  close_notify_received,
  fatal_alert_received,
  fatal_alert_sent,
};

enum class emission : std::uint8_t { nothing, close_notify, owed_alert };

enum class answer : std::uint8_t {
  accepted,         // noted
  go_on,            // closing has no objection
  done,             // SEC_E_OK with what is emitted
  closed,           // SEC_I_CONTEXT_EXPIRED, nothing emitted
  need_bytes,       // SEC_E_INCOMPLETE_MESSAGE, outputs untouched
  expired,          // SEC_E_CONTEXT_EXPIRED
  not_established,  // SEC_E_INVALID_HANDLE
  failed,           // the failure that ended the connection
};

struct transition {
  close_state next;
  emission emits = emission::nothing;
  answer says = answer::go_on;
  friend constexpr bool operator==(const transition&, const transition&) = default;
};

namespace closing {

constexpr bool asked(close_state::ours half) {
  return half == close_state::ours::requested || half == close_state::ours::requested_again;
}

constexpr bool said(close_state::ours half) {
  return half == close_state::ours::sent || half == close_state::ours::requested_again;
}

constexpr transition token(close_state state) {
  if (state.our_half == close_state::ours::open) state.our_half = close_state::ours::requested;
  if (state.our_half == close_state::ours::sent) state.our_half = close_state::ours::requested_again;
  return {state, emission::nothing, answer::accepted};
}

// A pending SHUTDOWN token wins over everything (S-16), ignores its input (S-3) and is emitted again when asked again
// (S-5). After a fatal alert nothing more goes on the wire, but for the fatal alert that we still owe; and that one not
// after our close_notify, which nothing follows (RFC 5246 §7.2.1, RFC 8446 §6.1).
constexpr transition step(close_state state, phase where, bool with_input) {
  const bool owed = state.failed == close_state::dead::by_us && !said(state.our_half);
  if (asked(state.our_half)) {
    state.our_half = close_state::ours::sent;
    if (state.failed == close_state::dead::no) return {state, emission::close_notify, answer::done};
    if (state.failed == close_state::dead::by_us)
      return {state, owed ? emission::owed_alert : emission::nothing, answer::done};
    return {state, emission::nothing, answer::closed};
  }
  if (state.failed != close_state::dead::no)
    return {state, owed ? emission::owed_alert : emission::nothing, answer::failed};
  if (state.our_half == close_state::ours::sent && where == phase::handshaking)
    return {state, emission::nothing, with_input ? answer::closed : answer::need_bytes};
  // Reading goes on after our close_notify, so a ticket or KeyUpdate that DecryptMessage found is still taken.
  const bool reading_on = where == phase::crossing && state.peer_half == close_state::peers::open;
  if (reading_on) return {state, emission::nothing, answer::go_on};
  if (state.our_half == close_state::ours::sent || state.peer_half == close_state::peers::closed)
    return {state, emission::nothing, answer::closed};
  return {state, emission::nothing, answer::go_on};
}

// Nothing follows our close_notify (S-7); the peer's does not stop us (S-8); a pending token does not either (S-20).
constexpr transition seal(close_state state, phase where) {
  if (state.failed != close_state::dead::no || said(state.our_half) || where == phase::crossing)
    return {state, emission::nothing, answer::expired};
  return {state, emission::nothing, where == phase::handshaking ? answer::not_established : answer::go_on};
}

// Reading goes on after our close_notify (S-6), and ends with the peer's (S-9).
constexpr transition open(close_state state, phase where) {
  if (state.failed != close_state::dead::no || state.peer_half == close_state::peers::closed ||
      where == phase::crossing)
    return {state, emission::nothing, answer::expired};
  return {state, emission::nothing, where == phase::handshaking ? answer::not_established : answer::go_on};
}

// Receiving close_notify never makes a token by itself (S-10).
constexpr transition peer_closed(close_state state) {
  if (state.failed == close_state::dead::no) state.peer_half = close_state::peers::closed;
  return {state, emission::nothing, answer::closed};
}

constexpr transition fails(close_state state, close_state::dead by) {
  if (state.failed == close_state::dead::no) state.failed = by;
  return {state, emission::nothing, answer::failed};
}

}  // namespace closing

constexpr transition next(close_state state, phase where, close_event event) {
  switch (event) {
    case close_event::shutdown_token:
      return closing::token(state);
    case close_event::alert_token:
      return {state, emission::nothing, answer::accepted};  // its value stands beside the table
    case close_event::step_with_input:
      return closing::step(state, where, true);
    case close_event::step_without_input:
      return closing::step(state, where, false);
    case close_event::seal:
      return closing::seal(state, where);
    case close_event::open:
      return closing::open(state, where);
    case close_event::close_notify_received:
      return closing::peer_closed(state);
    case close_event::fatal_alert_received:
      return closing::fails(state, close_state::dead::by_peer);
    case close_event::fatal_alert_sent:
      return closing::fails(state, close_state::dead::by_us);
  }
  return {state, emission::nothing, answer::failed};  // not reached: the switch has every event
}

}  // namespace schannix::context

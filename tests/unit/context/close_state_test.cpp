// The closing table against the rules of spec 5.2-5.5, 5.8, 4.12 and 6.5, said again from the other side: not event by
// event, but one question at a time. What is answered? What is emitted? What changes?
#include "context/close_state.hpp"

#include <gtest/gtest.h>

#include "close_state_cells.hpp"

namespace schannix::context {
namespace {

transition made_of(const cell& at) { return next(at.state, at.where, at.event); }

// 4.12: #7 a pending token wins, then #8 death, then #9 closing, then the work itself.
answer answer_of_step(const cell& at) {
  const bool killed_by_peer = at.state.failed == close_state::dead::by_peer;
  if (at.close_asked()) return killed_by_peer ? answer::closed : answer::done;
  if (at.dead()) return answer::failed;
  const bool half_open = at.close_was_sent() && at.where == phase::handshaking;
  if (half_open) return at.event == close_event::step_without_input ? answer::need_bytes : answer::closed;
  const bool message_waits = at.where == phase::crossing && !at.peer_has_closed();  // S-6: it must not block reading
  if (message_waits) return answer::go_on;
  // S-6: our close does not stop our reading, so what the reader found for this call is still worked on.
  const bool ours_stops_it = at.close_was_sent() && at.where != phase::crossing;
  return ours_stops_it || at.peer_has_closed() ? answer::closed : answer::go_on;
}

// 6.5, its columns EncryptMessage and DecryptMessage; S-6, S-7, S-8, S-9, S-20.
answer answer_of_data(const cell& at, bool direction_ended) {
  if (at.dead() || direction_ended) return answer::expired;
  switch (at.where) {
    case phase::handshaking:
      return answer::not_established;
    case phase::established:
      return answer::go_on;
    case phase::crossing:
      return answer::expired;
  }
  return answer::failed;
}

answer expected_answer(const cell& at) {
  switch (at.event) {
    case close_event::shutdown_token:
    case close_event::alert_token:
      return answer::accepted;  // 5.2: always, dead or not
    case close_event::step_with_input:
    case close_event::step_without_input:
      return answer_of_step(at);
    case close_event::seal:
      return answer_of_data(at, at.close_was_sent());
    case close_event::open:
      return answer_of_data(at, at.peer_has_closed());
    case close_event::close_notify_received:
      return answer::closed;
    case close_event::fatal_alert_received:
    case close_event::fatal_alert_sent:
      return answer::failed;
  }
  return answer::failed;
}

// Only a step emits; a fatal alert that was received ends the wire (RFC 8446 §6), one that we owe takes every place but
// that behind our close_notify, which nothing follows (§6.1).
emission expected_emission(const cell& at) {
  if (!at.steps()) return emission::nothing;
  switch (at.state.failed) {
    case close_state::dead::by_peer:
      return emission::nothing;
    case close_state::dead::by_us:
      return at.close_was_sent() ? emission::nothing : emission::owed_alert;
    case close_state::dead::no:
      break;
  }
  return at.close_asked() ? emission::close_notify : emission::nothing;
}

close_state::ours expected_ours(const cell& at) {
  if (at.steps() && at.close_asked()) return close_state::ours::sent;
  if (at.event != close_event::shutdown_token) return at.state.our_half;
  return at.close_was_sent() ? close_state::ours::requested_again : close_state::ours::requested;
}

close_state::peers expected_peers(const cell& at) {
  const bool closes = at.event == close_event::close_notify_received && !at.dead();
  return closes ? close_state::peers::closed : at.state.peer_half;
}

close_state::dead expected_dead(const cell& at) {
  if (at.dead()) return at.state.failed;
  if (at.event == close_event::fatal_alert_received) return close_state::dead::by_peer;
  if (at.event == close_event::fatal_alert_sent) return close_state::dead::by_us;
  return close_state::dead::no;
}

TEST(close_state, every_cell_answers_what_the_rules_say) {
  for (const cell& at : all_cells()) EXPECT_EQ(made_of(at).says, expected_answer(at)) << at;
}

TEST(close_state, every_cell_emits_what_the_rules_say) {
  for (const cell& at : all_cells()) EXPECT_EQ(made_of(at).emits, expected_emission(at)) << at;
}

TEST(close_state, every_cell_changes_what_the_rules_say_and_nothing_else) {
  for (const cell& at : all_cells()) {
    const close_state expected{expected_ours(at), expected_peers(at), expected_dead(at)};
    EXPECT_EQ(made_of(at).next, expected) << at;
  }
}

TEST(close_state, the_table_has_all_its_cells) { EXPECT_EQ(all_cells().size(), 4u * 2 * 3 * 3 * 9); }

TEST(close_state, the_table_can_be_asked_at_compile_time) {
  constexpr transition asked = next({}, phase::established, close_event::shutdown_token);
  static_assert(asked.says == answer::accepted && asked.emits == emission::nothing);
  constexpr transition closed = next(asked.next, phase::established, close_event::step_without_input);
  static_assert(closed.says == answer::done && closed.emits == emission::close_notify);
  EXPECT_EQ(closed.next.our_half, close_state::ours::sent);
}

}  // namespace
}  // namespace schannix::context

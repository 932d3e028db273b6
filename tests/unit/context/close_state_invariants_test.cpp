// What holds along every path through the closing table, however an application and its peer behave.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "close_state_cells.hpp"

namespace schannix::context {
namespace {

struct less_state {
  bool operator()(const close_state& a, const close_state& b) const { return key(a) < key(b); }
  static int key(const close_state& of) {
    return static_cast<int>(of.our_half) * 6 + static_cast<int>(of.peer_half) * 3 + static_cast<int>(of.failed);
  }
};
using states = std::set<close_state, less_state>;

// Everything that can be reached from start by events that wanted lets through, in any phase.
template <typename Wanted>
states reachable(const close_state& start, Wanted wanted) {
  states seen{start};
  std::vector<close_state> open{start};
  while (!open.empty()) {
    const close_state at = open.back();
    open.pop_back();
    for (const phase where : all_phases)
      for (const close_event event : all_events) {
        if (!wanted(event)) continue;
        const close_state after = next(at, where, event).next;
        if (seen.insert(after).second) open.push_back(after);
      }
  }
  return seen;
}

bool any_event(close_event) { return true; }
bool but_no_shutdown(close_event event) { return event != close_event::shutdown_token; }

bool emits_somewhere(const states& from, emission what) {
  return std::any_of(from.begin(), from.end(), [&](const close_state& at) {
    return std::any_of(all_phases.begin(), all_phases.end(), [&](phase where) {
      return std::any_of(all_events.begin(), all_events.end(),
                         [&](close_event event) { return next(at, where, event).emits == what; });
    });
  });
}

TEST(close_state_paths, every_state_can_happen) { EXPECT_EQ(reachable({}, any_event).size(), 4u * 2 * 3); }

TEST(close_state_paths, without_a_request_no_close_notify_is_ever_made) {
  EXPECT_FALSE(emits_somewhere(reachable({}, but_no_shutdown), emission::close_notify));
}

TEST(close_state_paths, after_ours_was_sent_no_second_one_comes_without_a_request) {
  const close_state sent{close_state::ours::sent, close_state::peers::open, close_state::dead::no};
  EXPECT_FALSE(emits_somewhere(reachable(sent, but_no_shutdown), emission::close_notify));
}

TEST(close_state_paths, one_request_makes_one_close_notify) {
  for (const cell& at : all_cells()) {
    const transition done = next(at.state, at.where, at.event);
    if (done.emits != emission::close_notify) continue;
    EXPECT_EQ(done.says, answer::done) << at;
    EXPECT_NE(next(done.next, at.where, at.event).emits, emission::close_notify) << at;
  }
}

TEST(close_state_paths, a_request_is_answered_by_the_next_step_with_or_without_input) {
  for (const cell& at : all_cells()) {
    if (at.event != close_event::shutdown_token || at.dead()) continue;
    const close_state asked = next(at.state, at.where, at.event).next;
    for (const close_event step : {close_event::step_with_input, close_event::step_without_input}) {
      EXPECT_EQ(next(asked, at.where, step).emits, emission::close_notify) << at;
      EXPECT_EQ(next(asked, at.where, step).says, answer::done) << at;
    }
  }
}

TEST(close_state_paths, the_dead_never_send_close_notify) {
  for (const auto by : {close_state::dead::by_us, close_state::dead::by_peer}) {
    const states after = reachable({close_state::ours::open, close_state::peers::open, by}, any_event);
    EXPECT_FALSE(emits_somewhere(after, emission::close_notify));
    for (const close_state& one : after) EXPECT_EQ(one.failed, by) << "the first failure is kept";
  }
}

TEST(close_state_paths, killed_by_the_peer_nothing_at_all_is_sent) {
  const states after =
      reachable({close_state::ours::open, close_state::peers::open, close_state::dead::by_peer}, any_event);
  EXPECT_FALSE(emits_somewhere(after, emission::owed_alert));
}

TEST(close_state_paths, the_living_owe_no_alert) {
  for (const cell& at : all_cells()) {
    if (at.dead()) continue;
    EXPECT_NE(next(at.state, at.where, at.event).emits, emission::owed_alert) << at;
  }
}

TEST(close_state_paths, what_the_peer_closed_stays_closed) {
  const close_state closed{close_state::ours::open, close_state::peers::closed, close_state::dead::no};
  for (const close_state& one : reachable(closed, any_event)) {
    EXPECT_EQ(one.peer_half, close_state::peers::closed);
    for (const phase where : all_phases) EXPECT_EQ(next(one, where, close_event::open).says, answer::expired);
  }
}

TEST(close_state_paths, the_peers_close_stops_only_our_reading) {
  for (const cell& at : all_cells()) {
    if (at.event != close_event::seal) continue;
    const close_state after = next(at.state, at.where, close_event::close_notify_received).next;
    EXPECT_EQ(next(after, at.where, at.event).says, next(at.state, at.where, at.event).says) << at;
  }
}

TEST(close_state_paths, our_close_stops_only_our_writing) {
  for (const cell& at : all_cells()) {
    if (at.event != close_event::open) continue;
    close_state after = next(at.state, at.where, close_event::shutdown_token).next;
    after = next(after, at.where, close_event::step_without_input).next;
    EXPECT_EQ(next(after, at.where, at.event).says, next(at.state, at.where, at.event).says) << at;
  }
}

TEST(close_state_paths, nothing_is_sealed_after_our_close_notify_whatever_follows) {
  const close_state sent{close_state::ours::sent, close_state::peers::open, close_state::dead::no};
  for (const close_state& one : reachable(sent, any_event))
    for (const phase where : all_phases) EXPECT_EQ(next(one, where, close_event::seal).says, answer::expired);
}

TEST(close_state_paths, reading_and_writing_change_nothing) {
  for (const cell& at : all_cells()) {
    if (at.event != close_event::seal && at.event != close_event::open && at.event != close_event::alert_token)
      continue;
    EXPECT_EQ(next(at.state, at.where, at.event).next, at.state) << at;
  }
}

TEST(close_state_paths, closing_never_starts_a_handshake) {
  for (const cell& at : all_cells()) {
    if (!at.steps() || !(at.close_was_sent() || at.peer_has_closed())) continue;
    if (at.where == phase::crossing && !at.peer_has_closed()) continue;  // takes in a message that has arrived
    EXPECT_NE(next(at.state, at.where, at.event).says, answer::go_on) << at;
  }
}

// The close_notify call is looped on by programs for as long as it asks for more. spec 5.3
TEST(close_state_paths, a_pending_token_never_answers_with_a_wish_for_bytes) {
  for (const cell& at : all_cells()) {
    if (!at.steps() || !at.close_asked()) continue;
    const answer said = next(at.state, at.where, at.event).says;
    EXPECT_TRUE(said == answer::done || said == answer::closed) << at;
  }
}

}  // namespace
}  // namespace schannix::context

// Draws the closing table as a page of documentation: scripts/draw_close_state prints it, a test compares it with
// docs/design/close-state.md.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "close_state_cells.hpp"

namespace schannix::context::diagram {

inline const char* name_of(close_state::ours half) {
  switch (half) {
    case close_state::ours::open:
      return "open";
    case close_state::ours::requested:
      return "requested";
    case close_state::ours::sent:
      return "sent";
    case close_state::ours::requested_again:
      return "requested again";
  }
  return "?";
}
inline const char* name_of(close_state::peers half) { return half == close_state::peers::open ? "open" : "closed"; }
inline const char* name_of(close_state::dead by) {
  switch (by) {
    case close_state::dead::no:
      return "no";
    case close_state::dead::by_us:
      return "by us";
    case close_state::dead::by_peer:
      return "by the peer";
  }
  return "?";
}
inline const char* name_of(phase where) {
  switch (where) {
    case phase::handshaking:
      return "handshaking";
    case phase::established:
      return "established";
    case phase::crossing:
      return "crossing";
  }
  return "?";
}
inline const char* name_of(close_event event) {
  switch (event) {
    case close_event::shutdown_token:
      return "shutdown token";
    case close_event::alert_token:
      return "alert token";
    case close_event::step_with_input:
      return "step with input";
    case close_event::step_without_input:
      return "step without input";
    case close_event::seal:
      return "seal";
    case close_event::open:
      return "open";
    case close_event::close_notify_received:
      return "close_notify received";
    case close_event::fatal_alert_received:
      return "fatal alert received";
    case close_event::fatal_alert_sent:
      return "fatal alert sent";
  }
  return "?";
}
inline const char* name_of(answer said) {
  switch (said) {
    case answer::accepted:
      return "accepted";
    case answer::go_on:
      return "go on";
    case answer::done:
      return "done";
    case answer::closed:
      return "closed";
    case answer::need_bytes:
      return "need bytes";
    case answer::expired:
      return "expired";
    case answer::not_established:
      return "not established";
    case answer::failed:
      return "failed";
  }
  return "?";
}
inline const char* name_of(emission what) {
  switch (what) {
    case emission::nothing:
      return "";
    case emission::close_notify:
      return "close_notify";
    case emission::owed_alert:
      return "the owed alert";
  }
  return "?";
}

// A node of the drawing: the two halves while the connection lives, who ended it afterwards.
inline std::string node_of(const close_state& state) {
  if (state.failed == close_state::dead::by_us) return "ended_by_us";
  if (state.failed == close_state::dead::by_peer) return "ended_by_the_peer";
  std::string made = std::string("ours_") + name_of(state.our_half) + "_peers_" + name_of(state.peer_half);
  std::replace(made.begin(), made.end(), ' ', '_');
  return made;
}

inline std::string title_of(const close_state& state) {
  if (state.failed == close_state::dead::by_us) return "ended by our fatal alert";
  if (state.failed == close_state::dead::by_peer) return "ended by the peer's fatal alert";
  return std::string("ours ") + name_of(state.our_half) + ", peer's " + name_of(state.peer_half);
}

inline std::vector<close_state> all_states() {
  std::vector<close_state> made;
  for (const auto dead : all_dead)
    for (const auto ours : all_ours)
      for (const auto peers : all_peers) made.push_back({ours, peers, dead});
  return made;
}

inline std::string label_of(close_event event, emission emits) {
  std::string made =
      event == close_event::step_with_input || event == close_event::step_without_input ? "step" : name_of(event);
  if (emits != emission::nothing) made += std::string(" / ") + name_of(emits);
  return made;
}

// Every move between nodes, in any phase; the two kinds of step are one where they do the same.
inline std::string draw_states() {
  std::set<std::string> titles;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> moves;
  for (const cell& at : all_cells()) {
    const transition done = next(at.state, at.where, at.event);
    titles.insert("  " + node_of(at.state) + " : " + title_of(at.state) + "\n");
    if (node_of(at.state) != node_of(done.next) || done.emits != emission::nothing)
      moves[{node_of(at.state), node_of(done.next)}].insert(label_of(at.event, done.emits));
  }
  std::ostringstream out;
  out << "```mermaid\nstateDiagram-v2\n";
  for (const std::string& title : titles) out << title;
  out << "  [*] --> " << node_of({}) << "\n";
  for (const auto& [ends, labels] : moves)
    for (const std::string& label : labels)
      out << "  " << ends.first << " --> " << ends.second << " : " << label << "\n";
  out << "```\n";
  return out.str();
}

inline std::string describe(const transition& done) {
  std::string made = name_of(done.says);
  if (done.emits != emission::nothing) made += std::string(", emits ") + name_of(done.emits);
  return made;
}

// One answer for all phases where they agree, else one each.
inline std::string answers(const close_state& state, close_event event) {
  std::set<std::string> different;
  std::string each;
  for (const phase where : all_phases) {
    const std::string one = describe(next(state, where, event));
    different.insert(one);
    each += (each.empty() ? "" : "; ") + std::string(name_of(where)) + ": " + one;
  }
  return different.size() == 1 ? *different.begin() : each;
}

inline std::string draw_answers(close_event event) {
  std::ostringstream out;
  out << "### " << name_of(event) << "\n\n| ours | peer's | ended | answer |\n|---|---|---|---|\n";
  for (const close_state& state : all_states())
    out << "| " << name_of(state.our_half) << " | " << name_of(state.peer_half) << " | " << name_of(state.failed)
        << " | " << answers(state, event) << " |\n";
  return out.str();
}

inline std::string draw_page() {
  std::string page =
      "# Closing, as the code does it\n\n"
      "Generated by `scripts/draw_close_state --write` from `src/context/close_state.hpp`, and compared with it by a "
      "test.\n"
      "The rules behind it: nothing follows our close_notify; reading goes on until the peer's; a request pending is "
      "answered\n"
      "by the next step whatever its input; after a fatal alert only the one that we still owe is sent.\n\n"
      "## What changes\n\n"
      "A step is a call of InitializeSecurityContext or AcceptSecurityContext. Events that change and emit nothing are "
      "left out.\n\n";
  page += draw_states() + "\n## What is answered\n";
  for (const close_event event :
       {close_event::step_without_input, close_event::step_with_input, close_event::seal, close_event::open})
    page += "\n" + draw_answers(event);
  return page;
}

}  // namespace schannix::context::diagram

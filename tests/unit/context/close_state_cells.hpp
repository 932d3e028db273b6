// All cells of the closing table, for the tests that walk it.
#pragma once

#include <array>
#include <ostream>
#include <string>
#include <vector>

#include "context/close_state.hpp"

namespace schannix::context {

inline constexpr std::array all_ours{close_state::ours::open, close_state::ours::requested, close_state::ours::sent,
                                     close_state::ours::requested_again};
inline constexpr std::array all_peers{close_state::peers::open, close_state::peers::closed};
inline constexpr std::array all_dead{close_state::dead::no, close_state::dead::by_us, close_state::dead::by_peer};
inline constexpr std::array all_phases{phase::handshaking, phase::established, phase::crossing};
inline constexpr std::array all_events{close_event::shutdown_token,
                                       close_event::alert_token,
                                       close_event::step_with_input,
                                       close_event::step_without_input,
                                       close_event::seal,
                                       close_event::open,
                                       close_event::close_notify_received,
                                       close_event::fatal_alert_received,
                                       close_event::fatal_alert_sent};

struct cell {
  close_state state;
  phase where = phase::handshaking;
  close_event event = close_event::shutdown_token;

  bool steps() const { return event == close_event::step_with_input || event == close_event::step_without_input; }
  bool dead() const { return state.failed != close_state::dead::no; }
  bool close_asked() const {
    return state.our_half == close_state::ours::requested || state.our_half == close_state::ours::requested_again;
  }
  bool close_was_sent() const {
    return state.our_half == close_state::ours::sent || state.our_half == close_state::ours::requested_again;
  }
  bool peer_has_closed() const { return state.peer_half == close_state::peers::closed; }
};

inline std::ostream& operator<<(std::ostream& out, const cell& shown) {
  return out << "ours " << static_cast<int>(shown.state.our_half) << ", peer's "
             << static_cast<int>(shown.state.peer_half) << ", dead " << static_cast<int>(shown.state.failed)
             << ", phase " << static_cast<int>(shown.where) << ", event " << static_cast<int>(shown.event);
}

inline std::vector<cell> all_cells() {
  std::vector<cell> made;
  for (const auto ours : all_ours)
    for (const auto peers : all_peers)
      for (const auto dead : all_dead)
        for (const phase where : all_phases)
          for (const close_event event : all_events) made.push_back({{ours, peers, dead}, where, event});
  return made;
}

}  // namespace schannix::context

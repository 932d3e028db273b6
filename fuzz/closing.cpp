// The closing table, driven by bytes as an application and its peer might drive it: what docs/design promises of
// closing holds on the whole path, not only in each cell.
#include "context/close_state.hpp"
#include "fuzz.hpp"

using namespace schannix;
using namespace schannix::context;

namespace {

// What an observer notes beside the table.
struct history {
  bool peer_closed = false, died = false;
  std::size_t requests = 0, close_notifies = 0;
};

void note(history& seen, close_event event, bool was_dead) {
  if (event == close_event::shutdown_token) ++seen.requests;
  if (event == close_event::close_notify_received && !was_dead) seen.peer_closed = true;
  if (event == close_event::fatal_alert_received || event == close_event::fatal_alert_sent) seen.died = true;
}

void check_reading(const history& seen, phase where, close_event event, const transition& made) {
  const bool ended = made.next.peer_half == close_state::peers::closed;
  fuzz::demand(ended == seen.peer_closed, "the peer's half is closed by its close_notify and by nothing else");
  if (event != close_event::open) return;
  if (seen.peer_closed || seen.died) fuzz::demand(made.says == answer::expired, "nothing is read after the end");
  if (!seen.peer_closed && !seen.died && where == phase::established)
    fuzz::demand(made.says == answer::go_on, "our own close_notify does not stop reading");
}

void check_writing(const history& seen, close_event event, const transition& made) {
  if (event == close_event::seal && (seen.close_notifies != 0 || seen.died))
    fuzz::demand(made.says == answer::expired, "no data follows our close_notify, or a fatal alert");
  if (made.emits == emission::close_notify) {
    fuzz::demand(!seen.died, "the dead send no close_notify");
    fuzz::demand(seen.close_notifies < seen.requests, "each close_notify was asked for");
  }
  if (made.emits == emission::owed_alert) {
    fuzz::demand(seen.died && made.next.failed == close_state::dead::by_us, "an alert is owed by who found the fault");
    fuzz::demand(seen.close_notifies == 0, "no alert follows our close_notify");
  }
}

void check_step(close_event event, const close_state& before, const transition& made) {
  const bool steps = event == close_event::step_with_input || event == close_event::step_without_input;
  if (!steps || !closing::asked(before.our_half)) return;
  fuzz::demand(made.says == answer::done || made.says == answer::closed, "a request is answered by the next step");
  if (before.failed == close_state::dead::no)
    fuzz::demand(made.emits == emission::close_notify, "a living connection closes when it is asked to");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  constexpr unsigned event_count = static_cast<unsigned>(close_event::fatal_alert_sent) + 1, phase_count = 3;
  fuzz::input from(data, size);
  history seen;
  close_state state;
  while (!from.ended()) {
    const unsigned drawn = from.u8();
    const auto event = static_cast<close_event>(drawn % event_count);
    const auto where = static_cast<phase>(drawn / event_count % phase_count);
    const transition made = next(state, where, event);
    note(seen, event, state.failed != close_state::dead::no);
    check_reading(seen, where, event, made);
    check_writing(seen, event, made);
    check_step(event, state, made);
    if (made.emits == emission::close_notify) ++seen.close_notifies;
    state = made.next;
  }
  return 0;
}

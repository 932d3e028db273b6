#include "our_part.hpp"

#include <chrono>

#include "account.hpp"

namespace schannix::prove {

void our_part::enact(scenario what) {
  if (what == scenario::crossing) return close_first(question);
  ours_.say(question);
  switch (what) {
    case scenario::close:
    case scenario::our_late:
      ours_.read_to_close();
      waits_for_close_ = closed_by_peer() && keeps_silent();
      return close_second(what == scenario::our_late ? too_late : std::string_view());
    case scenario::wait:
      ours_.read_to_close();
      return close_second();
    case scenario::their_flight:
      ours_.read_in_one_piece();
      return close_second();
    case scenario::our_flight:
    case scenario::our_close:
    case scenario::their_late:
      ours_.await(answer);
      return close_first(what == scenario::our_flight ? long_text() : std::string());
    case scenario::fin:
      ours_.await(answer);
      ours_.end_transport();
      return ours_.read_to_end();
    case scenario::reset:
      ours_.await(answer);
      return ours_.reset_transport();
    case scenario::crossing:
      break;
  }
}

// Nothing of it, not even an end. Who is known to wait is given a moment, and cannot fail for being slow.
bool our_part::keeps_silent() const {
  constexpr std::chrono::milliseconds a_moment(100), long_enough(15000);
  return ours_.silent_for(waits_ ? a_moment : long_enough);
}

// docs/howto/closing.md has FIN follow at once; here it waits for the peer's answer to close_notify itself.
void our_part::close_first(std::string_view text) {
  ours_.close_after(text);
  waits_for_fin_ = keeps_silent();
  ours_.end_transport();
  ours_.read_to_end();
}

// A peer that did not wait has ended its side by now (close, our late), or does so whatever we say.
void our_part::close_second(std::string_view text) {
  if (closed_by_peer()) ours_.close_after(text);
  ours_.end_transport();
  ours_.read_to_end();
}

std::string our_part::deeds() const {
  const close_report report = ours_.report();
  std::string did;
  const auto add = [&](bool done, const std::string& what) {
    if (done) did += (did.empty() ? "" : ", ") + what;
  };
  add(ours_.received().ends_with(too_late), "late text");
  add(waits_for_fin_, "waits for fin");
  add(report.close_received, "close_notify");
  add(waits_for_close_, "waits");
  if (report.alert_received) add(true, "alert " + alert_name(*report.alert_received));
  // After close_notify it does not matter how TCP ends: a socket that is closed with our answer unread resets.
  add(!report.close_received, ours_.transport() == test::transport::reset ? "rst" : "fin");
  return did;
}

}  // namespace schannix::prove

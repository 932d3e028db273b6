#include "rules.hpp"

namespace schannix::prove {
namespace {

// The outcome that our side has to report.
close_outcome owed(const our_end& ours) {
  const close_report report = ours.report();
  if (report.alert_received) return close_outcome::fatal_alert;
  if (report.close_received) return report.close_sent ? close_outcome::clean : close_outcome::clean_without_reply;
  return ours.transport() == test::transport::reset ? close_outcome::reset : close_outcome::truncated;
}

// Everything that the peer wrote before its close_notify, once and in order. Whether a text that it wrote after ours
// came before its own is what `did` tells. Who reads our close_notify before it answers the question may not answer any
// more, or, as a carrier, break off: without close_notify then, so that our report cannot be clean.
bool received_all(const cell& one, const our_end& ours, const account& told) {
  std::string owed(answer);
  if (one.what == scenario::their_flight) owed += long_text();
  const std::string& text = ours.received();
  const bool unanswered = told.late == "refused" || !ours.report().close_received;
  const bool late = one.what == scenario::their_late && told.late == "written";
  return text == owed || (one.what == scenario::crossing && unanswered && text.empty()) ||
         (late && text == owed.append(too_late));
}

// All of what we wrote between the question and our close_notify; who has closed need not read it.
bool has_all(const cell& one, const account& told) {
  const auto has = [&](std::string_view text) { return told.received == text.size() && told.check == check_of(text); };
  if (one.what == scenario::our_flight) return has(long_text());
  return has("") || (one.what == scenario::our_late && has(too_late));
}

bool sends_close(scenario what) {
  return what == scenario::our_close || what == scenario::our_flight || what == scenario::their_late ||
         what == scenario::crossing;
}

}  // namespace

std::vector<std::string> breaches_of(const cell& one, const our_end& ours, const account& told) {
  std::vector<std::string> breaches;
  const auto must = [&](bool held, const std::string& what) {
    if (!held) breaches.push_back(what);
  };
  const close_report report = ours.report();
  const bool told_of_alert = report.close_received || report.alert_received;
  must(report.established, "the handshake is not reported as finished");
  must(told_of_alert == (ours.alerts_on_the_wire() != 0),
       "alerts on the wire: " + std::to_string(ours.alerts_on_the_wire()) +
           ", reported: " + (told_of_alert ? "yes" : "no"));
  must(report.complete() == report.close_received, "complete without close_notify, or the other way about");
  must(report.outcome == owed(ours),
       "the outcome is " + outcome_name(report.outcome) + ", not " + outcome_name(owed(ours)));
  must(report.close_sent == (sends_close(one.what) || report.close_received) || one.what == scenario::fin,
       "our close_notify was not sent");
  must(one.what != scenario::fin || !report.close_sent, "close_notify after the end of our sending");
  must(received_all(one, ours, told), "received " + std::to_string(ours.received().size()) + " bytes, not the peer's");
  must(report.alert_sent == std::nullopt, "we sent an alert");
  const bool read_to_the_end = told.end == "close_notify" || told.end == "end";
  must(!read_to_the_end || has_all(one, told),
       "the peer received " + std::to_string(told.received) + " bytes, not ours");
  return breaches;
}

}  // namespace schannix::prove

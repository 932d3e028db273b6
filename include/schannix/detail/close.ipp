// close.ipp: the words of close.hpp.
#pragma once

namespace schannix {
inline namespace v0 {

inline std::string outcome_name(close_outcome outcome) {
  switch (outcome) {
    case close_outcome::open:
      return "open";
    case close_outcome::clean:
      return "clean";
    case close_outcome::clean_without_reply:
      return "clean_without_reply";
    case close_outcome::truncated:
      return "truncated";
    case close_outcome::reset:
      return "reset";
    case close_outcome::timed_out:
      return "timed_out";
    case close_outcome::fatal_alert:
      return "fatal_alert";
    case close_outcome::not_established:
      return "not_established";
    case close_outcome::aborted:
      return "aborted";
  }
  return "unknown";
}

// The numbers are in documents and logs: they never change their meaning.
inline std::string close_report::id() const {
  switch (outcome) {
    case close_outcome::open:
      return "CLOSE-000";
    case close_outcome::clean:
      return first == closer::peer ? "CLOSE-002" : "CLOSE-001";
    case close_outcome::clean_without_reply:
      return "CLOSE-003";
    case close_outcome::truncated:
      return "CLOSE-004";
    case close_outcome::reset:
      return "CLOSE-005";
    case close_outcome::timed_out:
      return "CLOSE-006";
    case close_outcome::fatal_alert:
      return "CLOSE-007";
    case close_outcome::not_established:
      return "CLOSE-008";
    case close_outcome::aborted:
      return "CLOSE-009";
  }
  return "CLOSE-000";
}

namespace detail {

inline std::string failure_reason(const close_report& report) {
  if (report.alert_received) return "the peer sent the alert " + alert_name(*report.alert_received);
  if (report.error && report.alert_sent)
    return report.error.message() + ", and we sent the alert " + alert_name(*report.alert_sent);
  if (report.error) return report.error.message();
  if (report.first == closer::peer) return "the peer sent close_notify in the middle of it";
  if (report.first == closer::us) return "we closed it before it was done";
  if (report.transport == transport_end::timed_out) return "the peer took too long";
  if (report.transport == transport_end::reset) return "TCP was reset in the middle of it";
  return "TCP ended in the middle of it";
}

}  // namespace detail

inline std::string close_report::sentence() const {
  const std::string end = " (" + id() + ")";
  switch (outcome) {
    case close_outcome::open:
      return "Open: the connection has not ended." + end;
    case close_outcome::clean:
      return (first == closer::peer ? "Clean: the peer closed first with close_notify, and we answered."
                                    : "Clean: we closed first with close_notify, and the peer answered.") +
             end;
    case close_outcome::clean_without_reply:
      return (close_received ? "Clean without reply: the peer sent close_notify, and we did not answer."
                             : "Clean without reply: we sent close_notify, and the peer did not answer.") +
             end;
    case close_outcome::truncated:
      return "Cut: TCP ended without the peer's close_notify; data may be missing." + end;
    case close_outcome::reset:
      return "Cut: TCP was reset without the peer's close_notify; data may be missing." + end;
    case close_outcome::timed_out:
      return "Given up: the peer's close_notify did not come in time; data may be missing." + end;
    case close_outcome::fatal_alert:
      return "Failed: " + detail::failure_reason(*this) + "." + end;
    case close_outcome::not_established:
      return "Not established: the handshake failed: " + detail::failure_reason(*this) + "." + end;
    case close_outcome::aborted:
      return "Aborted: we gave up the connection" +
             (alert_sent ? " with the alert " + alert_name(*alert_sent) : std::string()) + "." + end;
  }
  return end;
}

}  // namespace v0
}  // namespace schannix

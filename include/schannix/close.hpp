// close.hpp: how a connection ended. The answer matters: only after the peer's authenticated close_notify is it certain
// that everything the peer sent has arrived (RFC 8446 §6.1); a TCP end without it may be an attacker's cut.
//
//   const auto report = connection.report();
//   if (!report.complete()) std::cerr << report.sentence() << '\n';
//   // Cut: TCP ended without the peer's close_notify; data may be missing. (CLOSE-004)
//
// The outcome is computed by one pure function, outcome_of, from what happened: here, and inside the library for the
// C API's report (schannix_ext.h). docs/closing has a page for each number, `schannix explain CLOSE-004` its summary.
// Ownership: plain values. Threads: as int.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include "schannix/alert.hpp"
#include "schannix/error.hpp"

namespace schannix {
inline namespace v0 {

enum class close_outcome {
  open,                 // it has not ended
  clean,                // close_notify both ways
  clean_without_reply,  // one side said close_notify, nothing more was awaited, and no answer went back
  truncated,            // the transport ended without the peer's close_notify
  reset,                // the transport was reset without the peer's close_notify
  timed_out,            // we stopped waiting for the peer's close_notify
  fatal_alert,          // an established connection failed
  not_established,      // the handshake did not finish
  aborted,              // we gave it up with abort()
};

enum class transport_end { none, finished, reset, timed_out };
enum class closer { nobody, us, peer };

// What happened; the input of outcome_of.
struct close_facts {
  bool established = false;   // the handshake finished
  bool sent = false;          // our close_notify was produced
  bool received = false;      // the peer's close_notify arrived, authenticated
  bool nothing_more = false;  // close(): we await no more data
  bool failed = false;        // a failure, found here or told by a fatal alert
  bool aborted = false;       // abort()
  transport_end end = transport_end::none;
};

constexpr close_outcome outcome_of(const close_facts& facts) noexcept {
  if (facts.aborted) return close_outcome::aborted;
  const bool over = facts.failed || facts.received || facts.end != transport_end::none;
  if (!facts.established && (over || facts.sent)) return close_outcome::not_established;
  if (facts.failed) return close_outcome::fatal_alert;
  if (facts.received && facts.sent) return close_outcome::clean;
  if (facts.end == transport_end::none) return close_outcome::open;
  if (facts.received) return close_outcome::clean_without_reply;
  // RFC 8446 §6.1: who initiated the close need not wait for the answer. A reset can destroy data even so.
  if (facts.end == transport_end::reset) return close_outcome::reset;
  if (facts.sent && facts.nothing_more) return close_outcome::clean_without_reply;
  return facts.end == transport_end::timed_out ? close_outcome::timed_out : close_outcome::truncated;
}

struct close_report {
  close_outcome outcome = close_outcome::open;
  closer first = closer::nobody;  // whose close_notify came first
  transport_end transport = transport_end::none;
  bool established = false;               // the handshake had finished
  bool close_sent = false;                // our close_notify was produced
  bool close_received = false;            // the peer's arrived, authenticated
  std::optional<alert> alert_sent;        // fatal
  std::optional<alert> alert_received;    // fatal
  std::error_code error;                  // why it failed; empty when it did not
  std::uint64_t bytes_sent = 0;           // payload sealed
  std::uint64_t bytes_received = 0;       // payload opened
  std::uint64_t bytes_discarded = 0;      // payload that arrived after close()
  std::uint64_t bytes_incomplete = 0;     // begin a record whose rest has not arrived: at the end, where TCP cut it
  std::uint64_t bytes_after_close = 0;    // bytes behind the peer's close_notify, ignored
  std::uint64_t records_after_close = 0;  // records begun among them, by their headers, which nothing vouches for
  bool resumable = false;                 // a later connection can resume the session; never after a failure

  // Everything the peer sent has arrived for sure.
  bool complete() const noexcept { return close_received && bytes_discarded == 0; }
  // We refused the peer's certificate (not: the peer refused ours).
  bool certificate_rejected() const { return is_certificate_error(error) && !alert_received; }

  std::string id() const;        // stable, e.g. "CLOSE-004"
  std::string sentence() const;  // for a person
};

std::string outcome_name(close_outcome outcome);  // "clean_without_reply"

}  // namespace v0
}  // namespace schannix

#include "schannix/detail/close.ipp"

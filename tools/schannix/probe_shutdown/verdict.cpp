// What is proper and what is not. RFC 8446 §6.1 and RFC 5246 §7.2.1: each side sends close_notify before it ends its
// writing side; TLS 1.2 asks for the answer at once, TLS 1.3 does not.
#include <fmt/format.h>

#include "finding.hpp"

namespace tool {

namespace {

bool tls12(schannix::tls_version version) { return version == schannix::tls_version::tls_1_2; }

std::string alert_text(const observation& seen) {
  return "the alert " + schannix::alert_name(*seen.report.alert_received);
}

// Servers do so that go back to plain text when TLS has ended, after STARTTLS.
std::string violation_text(const observation& seen) {
  return "it goes on with bytes that TLS refuses: " + seen.report.error.message();
}

verdict too_much() { return {severity::note, "it sends more than --drain-limit; its end was not waited for"}; }

// The peer has to answer our close_notify.
verdict judge_answer(schannix::tls_version version, const observation& seen) {
  switch (seen.end) {
    case peer_end::close_notify:
      return {severity::ok, seen.unasked ? "it closed by itself before we did, with close_notify"
                                         : "it answers close_notify with close_notify"};
    case peer_end::alert:
      return {severity::bad, "it answers with " + alert_text(seen)};
    case peer_end::violation:
      return {severity::bad, violation_text(seen)};
    case peer_end::reset:
      return {severity::warning, "it resets TCP instead of sending close_notify"};
    case peer_end::fin:
      return {severity::warning, "it ends TCP (FIN) without close_notify"};
    case peer_end::silence:
      return tls12(version) ? verdict{severity::bad, "it does not answer, as TLS 1.2 asks it to at once"}
                            : verdict{severity::note, "it does not answer in time; TLS 1.3 does not ask it to"};
    case peer_end::too_much:
      break;
  }
  return too_much();
}

// A request, and our close_notify right behind it. A server that closes its socket over our unread bytes resets TCP,
// and what it has not sent yet is lost: RFC 9112 §9.6.
verdict judge_request_and_close(schannix::tls_version version, const observation& seen) {
  const bool whole = seen.answered == answer::complete;
  if (seen.end == peer_end::alert || seen.end == peer_end::violation || seen.end == peer_end::too_much)
    return judge_answer(version, seen);
  if (seen.end == peer_end::reset && !whole)
    return {severity::bad, "a reset destroys its answer: it closes TCP over bytes that it has not read"};
  if (seen.answered == answer::partial) return {severity::bad, "its answer is cut off"};
  if (seen.end == peer_end::close_notify)
    return whole ? verdict{severity::ok, "it answers the request, then sends close_notify"}
                 : verdict{severity::note, "it takes our close_notify as the end of both directions: no answer"};
  auto judged = judge_answer(version, seen);
  judged.sentence += whole ? ", after its answer" : ", and does not answer the request";
  return judged;
}

// The peer is asked to close: here only its close_notify tells a whole answer from a cut one.
verdict judge_peer_first(const observation& seen) {
  const bool whole = seen.answered == answer::complete;
  switch (manner_of(seen)) {
    case manner::waits:
      return {severity::ok, "it sends close_notify, and waits for ours before it ends TCP"};
    case manner::no_wait:
      return {severity::ok, "it sends close_notify and ends TCP at once; what is sent to it afterwards meets a reset"};
    case manner::half:
      return {severity::ok, "it sends close_notify and ends its direction of TCP at once; it reads on"};
    case manner::data_behind:
      return {severity::warning, "it goes on sending behind its close_notify, where nobody may read"};
    case manner::fin_only:
      return whole
                 ? verdict{severity::warning, "it ends TCP (FIN) without close_notify; its answer says where it ends"}
                 : verdict{severity::bad, "it ends TCP (FIN) without close_notify: nobody can tell a cut from the end"};
    case manner::mid_record:
      return {severity::bad, "it ends TCP (FIN) in the middle of a record, without close_notify"};
    case manner::rst:
      return {severity::bad, "it resets TCP without close_notify"};
    case manner::fatal:
      return {severity::bad, "it ends with " + alert_text(seen)};
    case manner::violation:
      return {severity::bad, violation_text(seen)};
    case manner::answers:
      return {severity::note, fmt::format("it does not close, although it was asked to; it answers our close_notify "
                                          "after {} ms",
                                          seen.answered_after->count())};
    case manner::silent:
      return {severity::note, "it does not close, although it was asked to, nor does it answer our close_notify"};
    case manner::unknown:
      break;
  }
  return too_much();
}

// TCP ends without our close_notify: an attacker's cut. It should notice, and must not wait for ever.
verdict judge_fin_only(const observation& seen) {
  switch (seen.end) {
    case peer_end::close_notify:
      return {severity::ok, "it ends its side with close_notify"};
    case peer_end::alert:
      return {severity::ok, "it notices, and says so with " + alert_text(seen)};
    case peer_end::violation:
      return {severity::warning, violation_text(seen)};
    case peer_end::reset:
      return {severity::note, "it resets TCP"};
    case peer_end::fin:
      return {severity::note, "it ends TCP (FIN) without close_notify"};
    case peer_end::silence:
      return {severity::warning, "it keeps the connection, although nothing can come any more"};
    case peer_end::too_much:
      break;
  }
  return too_much();
}

}  // namespace

manner manner_of(const observation& seen) {
  switch (seen.end) {
    case peer_end::close_notify:
      if (seen.report.bytes_after_close != 0) return manner::data_behind;
      if (!seen.ended_tcp) return manner::waits;
      return seen.reads_on ? manner::half : manner::no_wait;
    case peer_end::alert:
      return manner::fatal;
    case peer_end::violation:
      return manner::violation;
    case peer_end::reset:
      return manner::rst;
    case peer_end::fin:
      return seen.report.bytes_incomplete != 0 ? manner::mid_record : manner::fin_only;
    case peer_end::silence:
      return seen.answered_after ? manner::answers : manner::silent;
    case peer_end::too_much:
      break;
  }
  return manner::unknown;
}

verdict judge(probe what, schannix::tls_version version, const observation& seen) {
  switch (what) {
    case probe::close_first:
    case probe::after_handshake:
    case probe::user_canceled:
      return judge_answer(version, seen);
    case probe::half_close:
    case probe::unread_data:
      return judge_request_and_close(version, seen);
    case probe::peer_first:
      return judge_peer_first(seen);
    case probe::fin_only:
      return judge_fin_only(seen);
    case probe::rst:
      return seen.alive ? verdict{severity::ok, "it goes on with other connections"}
                        : verdict{severity::bad, "it takes no new connection afterwards"};
  }
  return {severity::skipped, "unknown"};
}

}  // namespace tool

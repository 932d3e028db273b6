#include "finding.hpp"

namespace tool {

std::string_view severity_name(severity value) {
  switch (value) {
    case severity::skipped:
      return "skipped";
    case severity::ok:
      return "ok";
    case severity::note:
      return "note";
    case severity::warning:
      return "warning";
    case severity::bad:
      return "bad";
  }
  return "unknown";
}

severity severity_of(std::string_view name) {
  for (const auto each : {severity::note, severity::warning})
    if (severity_name(each) == name) return each;
  return severity::bad;
}

std::string_view probe_name(probe value) {
  switch (value) {
    case probe::close_first:
      return "close-first";
    case probe::after_handshake:
      return "after-handshake";
    case probe::user_canceled:
      return "user-canceled";
    case probe::half_close:
      return "half-close";
    case probe::peer_first:
      return "peer-first";
    case probe::unread_data:
      return "unread-data";
    case probe::fin_only:
      return "fin-only";
    case probe::rst:
      return "rst";
  }
  return "unknown";
}

std::string_view probe_does(probe value) {
  switch (value) {
    case probe::close_first:
      return "we close an idle connection";
    case probe::after_handshake:
      return "we close in the flight that ends the handshake";
    case probe::user_canceled:
      return "we send user_canceled, then close_notify";
    case probe::half_close:
      return "we ask, close, and read on";
    case probe::peer_first:
      return "we ask the peer to close";
    case probe::unread_data:
      return "we ask and close, and read late";
    case probe::fin_only:
      return "we end TCP without close_notify";
    case probe::rst:
      return "we reset TCP";
  }
  return "unknown";
}

std::string_view manner_name(manner value) {
  switch (value) {
    case manner::waits:
      return "waits";
    case manner::no_wait:
      return "no-wait";
    case manner::half:
      return "half";
    case manner::data_behind:
      return "data-behind";
    case manner::fin_only:
      return "fin-only";
    case manner::mid_record:
      return "mid-record";
    case manner::rst:
      return "rst";
    case manner::fatal:
      return "fatal";
    case manner::violation:
      return "violation";
    case manner::answers:
      return "answers";
    case manner::silent:
      return "silent";
    case manner::unknown:
      break;
  }
  return "unknown";
}

std::string_view version_name(schannix::tls_version version) {
  return version == schannix::tls_version::tls_1_2 ? "TLS 1.2" : "TLS 1.3";
}

namespace {

std::string_view end_name(peer_end end) {
  switch (end) {
    case peer_end::close_notify:
      return "close_notify";
    case peer_end::alert:
      return "alert";
    case peer_end::violation:
      return "violation";
    case peer_end::reset:
      return "rst";
    case peer_end::fin:
      return "fin";
    case peer_end::silence:
      return "silence";
    case peer_end::too_much:
      return "drain_limit";
  }
  return "unknown";
}

std::string_view answer_name(answer value) {
  switch (value) {
    case answer::not_asked:
      return "not_asked";
    case answer::none:
      return "none";
    case answer::partial:
      return "partial";
    case answer::complete:
      return "complete";
  }
  return "unknown";
}

}  // namespace

json as_json(const finding& one) {
  json fields = {{"event", "finding"},
                 {"probe", probe_name(one.what)},
                 {"version", version_name(one.version)},
                 {"severity", severity_name(one.how)},
                 {"sentence", one.sentence}};
  if (one.how == severity::skipped) return fields;
  const auto& alert = one.seen.report.alert_received;
  fields["peer_end"] = end_name(one.seen.end);
  fields["answer"] = answer_name(one.seen.answered);
  fields["alert_received"] = alert ? json(schannix::alert_name(*alert)) : json(nullptr);
  fields["bytes_received"] = one.seen.report.bytes_received;
  if (one.what != probe::peer_first) return fields;
  const auto& after = one.seen.answered_after;
  fields["manner"] = manner_name(manner_of(one.seen));
  fields["records_after_close"] = one.seen.report.records_after_close;
  fields["answered_after_ms"] = after ? json(after->count()) : json(nullptr);
  return fields;
}

}  // namespace tool

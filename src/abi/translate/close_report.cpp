#include "abi/translate/close_report.hpp"

#include <schannix_ext.h>

#include <algorithm>
#include <cstring>

#include "abi/translate/status.hpp"

namespace schannix::abi {
namespace {

closer first_of(const context::close_report& told) {
  if (told.close_heard && (told.peer_first || !told.close_sent)) return closer::peer;
  return told.close_sent ? closer::us : closer::nobody;
}

close_facts facts_of(const context_object& of, const context::close_report& told) {
  return {.established = told.established,
          .sent = told.close_sent,
          .received = told.close_heard,
          .nothing_more = of.nothing_awaited,
          .failed = told.why.has_value(),
          .aborted = told.aborted,
          .end = of.transport};
}

schannix::close_report judge(const context_object& of, const context::close_report& told) {
  schannix::close_report made;
  made.outcome = outcome_of(facts_of(of, told));
  made.first = first_of(told);
  made.transport = of.transport;
  made.established = told.established;
  made.close_sent = told.close_sent;
  made.close_received = told.close_received;
  if (told.alert_sent) made.alert_sent = static_cast<alert>(*told.alert_sent);
  if (told.alert_received) made.alert_received = static_cast<alert>(*told.alert_received);
  if (told.why) made.error = status_code(static_cast<std::uint32_t>(status_of(*told.why)));
  return made;
}

DWORD flags_of(const context::close_report& told) {
  DWORD flags = 0;
  if (told.close_sent) flags |= SCHANNIX_CLOSE_SENT;
  if (told.close_received) flags |= SCHANNIX_CLOSE_RECEIVED;
  if (told.close_received && first_of(told) == closer::peer) flags |= SCHANNIX_CLOSE_PEER_FIRST;
  if (told.alert_sent) flags |= SCHANNIX_CLOSE_ALERT_SENT;
  if (told.alert_received) flags |= SCHANNIX_CLOSE_ALERT_RECEIVED;
  if (told.why) flags |= SCHANNIX_CLOSE_FAILED;
  if (told.established) flags |= SCHANNIX_CLOSE_ESTABLISHED;
  if (told.aborted) flags |= SCHANNIX_CLOSE_ABORTED;
  if (told.resumable) flags |= SCHANNIX_CLOSE_RESUMABLE;
  return flags;
}

template <std::size_t Size>
void copy_text(const std::string& text, char (&into)[Size]) {
  const std::size_t size = std::min(text.size(), Size - 1);
  std::memcpy(into, text.data(), size);
  into[size] = '\0';
}

}  // namespace

SECURITY_STATUS query_close_report(const context_object& of, void* into) {
  auto& report = *static_cast<SCHANNIX_CLOSE_REPORT*>(into);
  if (report.cbSize != sizeof report) return SEC_E_INVALID_PARAMETER;
  const context::close_report told = of.connection->report();
  const schannix::close_report judged = judge(of, told);
  report = {};
  report.cbSize = sizeof report;
  report.dwFlags = flags_of(told);
  report.dwOutcome = static_cast<DWORD>(judged.outcome);
  report.Status = told.why ? status_of(*told.why) : SEC_E_OK;
  report.cbAfterClose = of.after_close.bytes();
  report.cRecordsAfterClose = of.after_close.records();
  report.bAlertSent = told.alert_sent.value_or(0);
  report.bAlertReceived = told.alert_received.value_or(0);
  copy_text(judged.id(), report.szId);
  copy_text(judged.sentence(), report.szSentence);
  return SEC_E_OK;
}

SECURITY_STATUS set_transport_end(context_object& of, const void* from, ULONG size) {
  DWORD value = 0;
  if (size != sizeof value) return SEC_E_INVALID_PARAMETER;
  std::memcpy(&value, from, sizeof value);
  const DWORD end = value & ~DWORD{SCHANNIX_TRANSPORT_NOTHING_AWAITED};
  if (end < SCHANNIX_TRANSPORT_FINISHED || end > SCHANNIX_TRANSPORT_TIMED_OUT) return SEC_E_INVALID_PARAMETER;
  if (of.transport != transport_end::none) return SEC_E_OK;
  of.transport = static_cast<transport_end>(end);
  of.nothing_awaited = end != value;
  return SEC_E_OK;
}

static_assert(SCHANNIX_TRANSPORT_FINISHED == static_cast<int>(transport_end::finished));
static_assert(SCHANNIX_TRANSPORT_RESET == static_cast<int>(transport_end::reset));
static_assert(SCHANNIX_TRANSPORT_TIMED_OUT == static_cast<int>(transport_end::timed_out));
static_assert(SCHANNIX_OUTCOME_OPEN == static_cast<int>(close_outcome::open));
static_assert(SCHANNIX_OUTCOME_CLEAN == static_cast<int>(close_outcome::clean));
static_assert(SCHANNIX_OUTCOME_CLEAN_WITHOUT_REPLY == static_cast<int>(close_outcome::clean_without_reply));
static_assert(SCHANNIX_OUTCOME_TRUNCATED == static_cast<int>(close_outcome::truncated));
static_assert(SCHANNIX_OUTCOME_RESET == static_cast<int>(close_outcome::reset));
static_assert(SCHANNIX_OUTCOME_TIMED_OUT == static_cast<int>(close_outcome::timed_out));
static_assert(SCHANNIX_OUTCOME_FATAL_ALERT == static_cast<int>(close_outcome::fatal_alert));
static_assert(SCHANNIX_OUTCOME_NOT_ESTABLISHED == static_cast<int>(close_outcome::not_established));
static_assert(SCHANNIX_OUTCOME_ABORTED == static_cast<int>(close_outcome::aborted));

}  // namespace schannix::abi

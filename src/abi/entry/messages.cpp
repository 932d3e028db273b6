// EncryptMessage and DecryptMessage: the fast path. No allocation, no copy of the payload, one look-up.
// MS "encryptmessage--schannel", "decryptmessage--schannel"
#include <sspi.h>

#include "abi/events/events.hpp"
#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/trace.hpp"
#include "abi/translate/message_buffers.hpp"
#include "abi/translate/status.hpp"

namespace schannix::abi {
namespace {

using seal_with = base::result<std::size_t> (context::connection::*)(base::bytes_span, base::bytes_span,
                                                                     base::bytes_span);

// The header is exact: a buffer that is larger keeps its place, and the record begins where the header does.
template <seal_with Seal>
SECURITY_STATUS seal(context::connection& on, ULONG quality, SecBufferDesc* message) {
  const auto ready = on.may_seal();
  if (!ready) return status_of(ready.error());
  if (quality != 0 && quality != SECQOP_WRAP_OOB_DATA) return SEC_E_QOP_NOT_SUPPORTED;
  const auto found = read_seal_buffers(message);
  if (!found) return status_of(found.error());
  const std::size_t header_size = on.write_header_size();
  const base::bytes_span header = bytes_of(*found->header);
  if (header.size() < header_size) return SEC_E_BUFFER_TOO_SMALL;
  const auto trailer = (on.*Seal)(header.first(header_size), bytes_of(*found->data), bytes_of(*found->trailer));
  if (!trailer) return status_of(trailer.error());
  found->header->cbBuffer = static_cast<ULONG>(header_size);
  found->trailer->cbBuffer = static_cast<ULONG>(*trailer);
  return SEC_E_OK;
}

// An alert changes what both directions may do: under both words, and told as the steps are that send one.
SECURITY_STATUS seal_alert(const SecHandle* context, SecBufferDesc* message) {
  const auto on = take_context(context, handle::hold::both);
  if (!on) return SEC_E_INVALID_HANDLE;
  const before_step before = look_before_step(*on);
  const SECURITY_STATUS said =
      seal<&context::connection::seal_alert_in_place>(*on->connection, SECQOP_WRAP_OOB_DATA, message);
  tell_step(*on, before, {});
  return said;
}

SECURITY_STATUS seal_data(const SecHandle* context, ULONG quality, SecBufferDesc* message) {
  const auto on = take_context(context, handle::hold::writer);
  return on ? seal<&context::connection::seal>(*on->connection, quality, message) : SEC_E_INVALID_HANDLE;
}

SECURITY_STATUS open(context_object& object, SecBufferDesc* message) {
  const auto at = read_open_buffers(message);
  if (!at) return status_of(at.error());
  const auto found = object.connection->open(at->input);
  if (!found) {
    tell_failed(object, found.error());
    return status_of(found.error());
  }
  switch (found->what) {
    case context::read_output::kind::incomplete:
      report_missing(*at, found->missing);
      return SEC_E_INCOMPLETE_MESSAGE;
    case context::read_output::kind::data:
      report_record(*at, *found);
      return SEC_E_OK;
    case context::read_output::kind::renegotiate:
      report_record(*at, *found);
      return SEC_I_RENEGOTIATE;
    case context::read_output::kind::closed:
      object.after_close.add(std::as_bytes(at->input.subspan(found->record_size)));
      report_record(*at, *found);
      return SEC_I_CONTEXT_EXPIRED;
  }
  return SEC_E_INTERNAL_ERROR;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

SECURITY_STATUS SEC_ENTRY EncryptMessage(PCtxtHandle phContext, ULONG fQOP, PSecBufferDesc pMessage, ULONG) {
  return abi::guarded([&] {
    return abi::traced(
        {.function = "EncryptMessage", .context = phContext, .input = pMessage, .flags = fQOP, .flags_name = "qop"},
        [&] {
          return fQOP == SECQOP_WRAP_OOB_DATA ? abi::seal_alert(phContext, pMessage)
                                              : abi::seal_data(phContext, fQOP, pMessage);
        });
  });
}

SECURITY_STATUS SEC_ENTRY DecryptMessage(PCtxtHandle phContext, PSecBufferDesc pMessage, ULONG,
                                         schannix_out_ulong pfQOP) {
  return abi::guarded([&] {
    return abi::traced({.function = "DecryptMessage", .context = phContext, .input = pMessage}, [&] {
      schannix_store(pfQOP, 0);
      const auto on = abi::take_context(phContext, handle::hold::reader);
      return on ? abi::open(*on, pMessage) : SEC_E_INVALID_HANDLE;
    });
  });
}

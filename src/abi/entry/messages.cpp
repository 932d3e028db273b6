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

// The header is exact: a buffer that is larger keeps its place, and the record begins where the header does.
SECURITY_STATUS seal(context::connection& on, ULONG quality, SecBufferDesc* message) {
  const auto ready = on.may_seal();
  if (!ready) return status_of(ready.error());
  if (quality != 0) return SEC_E_QOP_NOT_SUPPORTED;
  const auto found = read_seal_buffers(message);
  if (!found) return status_of(found.error());
  const std::size_t header_size = on.write_header_size();
  const base::bytes_span header = bytes_of(*found->header);
  if (header.size() < header_size) return SEC_E_BUFFER_TOO_SMALL;
  const auto trailer = on.seal(header.first(header_size), bytes_of(*found->data), bytes_of(*found->trailer));
  if (!trailer) return status_of(trailer.error());
  found->header->cbBuffer = static_cast<ULONG>(header_size);
  found->trailer->cbBuffer = static_cast<ULONG>(*trailer);
  return SEC_E_OK;
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
          const auto on = abi::take_context(phContext, handle::hold::writer);
          return on ? abi::seal(*on->connection, fQOP, pMessage) : SEC_E_INVALID_HANDLE;
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

#include "abi/translate/control.hpp"

#include <schannel.h>

#include <schannix_ext.h>

#include <cstring>

#include "abi/translate/handshake_buffers.hpp"

namespace schannix::abi {
namespace {

template <typename Struct>
base::result<Struct> read_struct(const SecBuffer& buffer) {
  if (buffer.cbBuffer < sizeof(Struct)) return base::caller_mistake(base::reason::invalid_token);
  Struct value;
  std::memcpy(&value, buffer.pvBuffer, sizeof value);
  return value;
}

base::result<control_request> read_alert(const SecBuffer& buffer) {
  SCHANNIX_TRY(const auto token, read_struct<SCHANNEL_ALERT_TOKEN>(buffer));
  const bool known_level = token.dwAlertType == TLS1_ALERT_WARNING || token.dwAlertType == TLS1_ALERT_FATAL;
  if (!known_level || token.dwAlertNumber > 0xFF) return base::caller_mistake(base::reason::invalid_token);
  return control_request(context::alert_value{static_cast<std::uint8_t>(token.dwAlertType),
                                              static_cast<std::uint8_t>(token.dwAlertNumber)});
}

base::result<control_request> read_session(const SecBuffer& buffer) {
  SCHANNIX_TRY(const auto token, read_struct<SCHANNEL_SESSION_TOKEN>(buffer));
  const bool known = token.dwFlags == SSL_SESSION_ENABLE_RECONNECTS || token.dwFlags == SSL_SESSION_DISABLE_RECONNECTS;
  if (!known) return base::caller_mistake(base::reason::invalid_token);
  return control_request(session_request{token.dwFlags == SSL_SESSION_ENABLE_RECONNECTS});
}

}  // namespace

base::result<control_request> read_control(const SecBufferDesc* list) {
  if (list == nullptr) return base::caller_mistake(base::reason::internal);
  if (list->cBuffers != 1 || list->pBuffers == nullptr) return base::caller_mistake(base::reason::invalid_token);
  const SecBuffer& buffer = list->pBuffers[0];
  if (type_of(buffer) != SECBUFFER_TOKEN || buffer.pvBuffer == nullptr)
    return base::caller_mistake(base::reason::invalid_token);
  const auto kind = read_struct<DWORD>(buffer);
  if (!kind) return base::caller_mistake(base::reason::unsupported);
  switch (*kind) {
    case SCHANNEL_SHUTDOWN:
      return control_request(shutdown_request{});
    case SCHANNEL_ALERT:
      return read_alert(buffer);
    case SCHANNEL_SESSION:
      return read_session(buffer);
    case SCHANNIX_UPDATE_KEYS:
      return control_request(update_keys_request{});
    case SCHANNIX_SEND_TICKET:
      return control_request(ticket_request{});
    default:
      return base::caller_mistake(base::reason::unsupported);
  }
}

}  // namespace schannix::abi

// alert.hpp: TLS alerts (RFC 8446 §6, RFC 5246 §7.2). A value of the enumeration may be any number a peer sends.
//
//   connection.abort(schannix::alert::internal_error);
//   std::cout << schannix::alert_name(*report.alert_received);   // "handshake_failure"
#pragma once

#include <cstdint>
#include <string>

#include "schannix/detail/catalogue.hpp"

namespace schannix {
inline namespace v0 {

enum class alert : std::uint8_t {
  close_notify = 0,
  unexpected_message = 10,
  bad_record_mac = 20,
  record_overflow = 22,
  handshake_failure = 40,
  bad_certificate = 42,
  unsupported_certificate = 43,
  certificate_revoked = 44,
  certificate_expired = 45,
  certificate_unknown = 46,
  illegal_parameter = 47,
  unknown_ca = 48,
  access_denied = 49,
  decode_error = 50,
  decrypt_error = 51,
  protocol_version = 70,
  insufficient_security = 71,
  internal_error = 80,
  inappropriate_fallback = 86,
  user_canceled = 90,
  no_renegotiation = 100,
  missing_extension = 109,
  unsupported_extension = 110,
  unrecognized_name = 112,
  bad_certificate_status_response = 113,
  unknown_psk_identity = 115,
  certificate_required = 116,
  no_application_protocol = 120,
};

// "unknown_ca", or "alert 99" for a number without a name.
inline std::string alert_name(alert value) {
  const auto number = static_cast<std::uint8_t>(value);
  const auto known = detail::look_up(SCHANNIX_CODE_ALERT, number);
  return known ? known->pszName : "alert " + std::to_string(number);
}

}  // namespace v0
}  // namespace schannix

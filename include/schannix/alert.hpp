// alert.hpp: TLS alerts (RFC 8446 §6, RFC 5246 §7.2). A value of the enumeration may be any number a peer sends.
//
//   connection.abort(schannix::alert::internal_error);
//   std::cout << schannix::alert_name(*report.alert_received);   // "handshake_failure"
#pragma once

#include <cstdint>
#include <string>

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

inline std::string alert_name(alert value) {
  switch (value) {
    case alert::close_notify:
      return "close_notify";
    case alert::unexpected_message:
      return "unexpected_message";
    case alert::bad_record_mac:
      return "bad_record_mac";
    case alert::record_overflow:
      return "record_overflow";
    case alert::handshake_failure:
      return "handshake_failure";
    case alert::bad_certificate:
      return "bad_certificate";
    case alert::unsupported_certificate:
      return "unsupported_certificate";
    case alert::certificate_revoked:
      return "certificate_revoked";
    case alert::certificate_expired:
      return "certificate_expired";
    case alert::certificate_unknown:
      return "certificate_unknown";
    case alert::illegal_parameter:
      return "illegal_parameter";
    case alert::unknown_ca:
      return "unknown_ca";
    case alert::access_denied:
      return "access_denied";
    case alert::decode_error:
      return "decode_error";
    case alert::decrypt_error:
      return "decrypt_error";
    case alert::protocol_version:
      return "protocol_version";
    case alert::insufficient_security:
      return "insufficient_security";
    case alert::internal_error:
      return "internal_error";
    case alert::inappropriate_fallback:
      return "inappropriate_fallback";
    case alert::user_canceled:
      return "user_canceled";
    case alert::no_renegotiation:
      return "no_renegotiation";
    case alert::missing_extension:
      return "missing_extension";
    case alert::unsupported_extension:
      return "unsupported_extension";
    case alert::unrecognized_name:
      return "unrecognized_name";
    case alert::bad_certificate_status_response:
      return "bad_certificate_status_response";
    case alert::unknown_psk_identity:
      return "unknown_psk_identity";
    case alert::certificate_required:
      return "certificate_required";
    case alert::no_application_protocol:
      return "no_application_protocol";
  }
  return "alert " + std::to_string(static_cast<unsigned>(value));
}

}  // namespace v0
}  // namespace schannix

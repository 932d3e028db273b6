// What went wrong, in the library's own terms. Rooms below abi speak of reasons; one table in
// abi/translate/status.cpp turns a reason into the SECURITY_STATUS that Windows documents.
#pragma once

#include <cstdint>
#include <optional>

namespace schannix::base {

// Who is to blame. A caller's mistake changes nothing and can be corrected; anything else ends the object.
enum class cause : std::uint8_t { caller, peer, trust, resources, bug };

enum class reason : std::uint8_t {
  // the caller's mistakes
  invalid_handle,       // no such object, or already deleted
  invalid_token,        // buffers or bytes that cannot be what was asked for
  invalid_parameter,    // a struct member outside its documented range
  unsupported,          // asked for something the package does not do
  buffer_too_small,     // the caller's memory cannot hold the answer
  message_too_long,     // more plaintext than one record takes
  not_established,      // needs a finished handshake
  expired,              // the connection was closed or has failed
  unknown_package,      // no package of that name
  unknown_credentials,  // credential data of an unknown version, or that cannot be used
  no_credentials,       // no certificate, or one without its private key
  unsupported_qop,      // quality of protection that TLS has not
  not_found,            // a look-up found nothing
  wrong_password,       // PKCS#12 MAC does not verify
  malformed_object,     // DER or PKCS#12 that cannot be parsed
  already_there,        // what was to be added exists
  access_denied,        // a store that cannot be changed
  // the peer's doing
  illegal_message,          // protocol violation
  bad_record,               // authentication of a record failed
  decrypt_error,            // a cryptographic check inside the handshake failed
  no_common_algorithm,      // no shared version, suite or group
  no_application_protocol,  // ALPN without overlap
  peer_alert,               // the peer sent a fatal alert; its number is failure::received_alert
  // trust in the peer's certificate
  untrusted_root,
  certificate_expired,
  certificate_revoked,
  no_revocation_check,  // nobody says whether it was revoked, and it names no place to ask
  revocation_offline,   // nobody says whether it was revoked, and the place that it names was not asked or did not
                        // answer
  certificate_unknown,
  wrong_usage,
  name_mismatch,
  // resources and bugs
  out_of_memory,
  internal,
  encrypt_failure,
};

struct failure {
  cause blame = cause::bug;
  reason why = reason::internal;
  std::optional<std::uint8_t> alert_to_send = {};   // TLS alert description, when one is owed to the peer
  std::optional<std::uint8_t> received_alert = {};  // TLS alert description that the peer sent
};

constexpr failure caller_mistake(reason why) { return {cause::caller, why, {}, {}}; }
constexpr failure peer_fault(reason why, std::uint8_t alert) { return {cause::peer, why, alert, {}}; }
constexpr failure bug(reason why = reason::internal) { return {cause::bug, why, std::uint8_t{80}, {}}; }
constexpr failure out_of_memory() { return {cause::resources, reason::out_of_memory, std::uint8_t{80}, {}}; }

}  // namespace schannix::base

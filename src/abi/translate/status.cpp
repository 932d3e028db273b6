#include "abi/translate/status.hpp"

#include <winerror.h>

#include "abi/catalogue/catalogue.hpp"

namespace schannix::abi {

// MS "TLS alerts" page of Schannel; unknown numbers are protocol violations.
SECURITY_STATUS status_of_alert(std::uint8_t description) {
  switch (description) {
    case 0:
      return SEC_I_CONTEXT_EXPIRED;
    case 20:
      return SEC_E_MESSAGE_ALTERED;
    case 21:
      return SEC_E_DECRYPT_FAILURE;
    case 30:
      return SEC_E_MESSAGE_ALTERED;
    case 42:
    case 43:
    case 46:
      return SEC_E_CERT_UNKNOWN;
    case 44:
      return CRYPT_E_REVOKED;
    case 45:
      return SEC_E_CERT_EXPIRED;
    case 48:
      return SEC_E_UNTRUSTED_ROOT;
    case 49:
      return SEC_E_LOGON_DENIED;
    case 51:
      return SEC_E_DECRYPT_FAILURE;
    case 70:
      return SEC_E_UNSUPPORTED_FUNCTION;
    case 71:
      return SEC_E_ALGORITHM_MISMATCH;
    case 80:
      return SEC_E_INTERNAL_ERROR;
    case 90:
      return SEC_E_UNFINISHED_CONTEXT_DELETED;
    case 120:
      return SEC_E_APPLICATION_PROTOCOL_MISMATCH;
    default:
      return SEC_E_ILLEGAL_MESSAGE;
  }
}

SECURITY_STATUS status_of(const base::failure& why) {
  using base::reason;
  switch (why.why) {
    case reason::invalid_handle:
    case reason::not_established:
      return SEC_E_INVALID_HANDLE;
    case reason::invalid_token:
      return SEC_E_INVALID_TOKEN;
    case reason::invalid_parameter:
      return SEC_E_INVALID_PARAMETER;
    case reason::unsupported:
      return SEC_E_UNSUPPORTED_FUNCTION;
    case reason::buffer_too_small:
      return SEC_E_BUFFER_TOO_SMALL;
    case reason::message_too_long:
    case reason::encrypt_failure:
      return SEC_E_ENCRYPT_FAILURE;
    case reason::expired:
      return SEC_E_CONTEXT_EXPIRED;
    case reason::unknown_package:
      return SEC_E_SECPKG_NOT_FOUND;
    case reason::unknown_credentials:
    case reason::wrong_password:
    case reason::malformed_object:
    case reason::already_there:
    case reason::access_denied:
      return SEC_E_UNKNOWN_CREDENTIALS;
    case reason::no_credentials:
    case reason::not_found:
      return SEC_E_NO_CREDENTIALS;
    case reason::unsupported_qop:
      return SEC_E_QOP_NOT_SUPPORTED;
    case reason::illegal_message:
      return SEC_E_ILLEGAL_MESSAGE;
    case reason::bad_record:
      return SEC_E_MESSAGE_ALTERED;
    case reason::decrypt_error:
      return SEC_E_DECRYPT_FAILURE;
    case reason::no_common_algorithm:
      return SEC_E_ALGORITHM_MISMATCH;
    case reason::no_application_protocol:
      return SEC_E_APPLICATION_PROTOCOL_MISMATCH;
    case reason::peer_alert:
      return status_of_alert(why.received_alert.value_or(0xFF));
    case reason::untrusted_root:
      return SEC_E_UNTRUSTED_ROOT;
    case reason::certificate_expired:
      return SEC_E_CERT_EXPIRED;
    case reason::certificate_revoked:
      return CRYPT_E_REVOKED;
    case reason::no_revocation_check:
      return CRYPT_E_NO_REVOCATION_CHECK;
    case reason::revocation_offline:
      return CRYPT_E_REVOCATION_OFFLINE;
    case reason::certificate_unknown:
      return SEC_E_CERT_UNKNOWN;
    case reason::wrong_usage:
      return SEC_E_CERT_WRONG_USAGE;
    case reason::name_mismatch:
      return SEC_E_WRONG_PRINCIPAL;
    case reason::out_of_memory:
      return SEC_E_INSUFFICIENT_MEMORY;
    case reason::internal:
      return SEC_E_INTERNAL_ERROR;
  }
  return SEC_E_INTERNAL_ERROR;
}

const char* status_name(SECURITY_STATUS status) {
  const catalogue::entry* const known = catalogue::find(catalogue::kind::status, static_cast<DWORD>(status));
  return known != nullptr ? known->name : "another status";
}

}  // namespace schannix::abi

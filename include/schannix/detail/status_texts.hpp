// status_texts.hpp: names and readable texts of the statuses that a TLS program meets. Used by error.hpp.
// The numbers are those of winerror.h; they are spelled out so that a name missing there does not break this table.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace schannix {
inline namespace v0 {
namespace detail {

struct status_text {
  std::uint32_t code;
  const char* name;
  const char* text;
  bool about_certificate = false;
};

// clang-format off
inline constexpr std::array status_texts{
    status_text{0x00000000, "SEC_E_OK", "success"},
    status_text{0x00090312, "SEC_I_CONTINUE_NEEDED", "the handshake goes on"},
    status_text{0x00090317, "SEC_I_CONTEXT_EXPIRED", "the peer has closed the connection"},
    status_text{0x00090320, "SEC_I_INCOMPLETE_CREDENTIALS", "the server asks for a client certificate"},
    status_text{0x00090321, "SEC_I_RENEGOTIATE", "a handshake message arrived"},
    status_text{0x00090360, "SEC_I_NO_RENEGOTIATION", "the peer refuses to renegotiate"},
    status_text{0x80090300, "SEC_E_INSUFFICIENT_MEMORY", "out of memory"},
    status_text{0x80090301, "SEC_E_INVALID_HANDLE", "the handle is not valid here"},
    status_text{0x80090302, "SEC_E_UNSUPPORTED_FUNCTION", "not supported, or no protocol version in common"},
    status_text{0x80090303, "SEC_E_TARGET_UNKNOWN", "the target is not known"},
    status_text{0x80090304, "SEC_E_INTERNAL_ERROR", "internal error"},
    status_text{0x80090305, "SEC_E_SECPKG_NOT_FOUND", "no such security package"},
    status_text{0x80090308, "SEC_E_INVALID_TOKEN", "the peer's bytes are not TLS"},
    status_text{0x8009030A, "SEC_E_QOP_NOT_SUPPORTED", "this kind of protection is not supported"},
    status_text{0x8009030C, "SEC_E_LOGON_DENIED", "access denied"},
    status_text{0x8009030D, "SEC_E_UNKNOWN_CREDENTIALS", "the credential's data were not understood"},
    status_text{0x8009030E, "SEC_E_NO_CREDENTIALS", "no usable certificate with a private key"},
    status_text{0x8009030F, "SEC_E_MESSAGE_ALTERED", "a record was changed on its way"},
    status_text{0x80090310, "SEC_E_OUT_OF_SEQUENCE", "a record came out of order"},
    status_text{0x80090317, "SEC_E_CONTEXT_EXPIRED", "the connection is closed for this"},
    status_text{0x80090318, "SEC_E_INCOMPLETE_MESSAGE", "more bytes are needed"},
    status_text{0x80090320, "SEC_E_INCOMPLETE_CREDENTIALS", "the credential is incomplete"},
    status_text{0x80090321, "SEC_E_BUFFER_TOO_SMALL", "a buffer is too small"},
    status_text{0x80090322, "SEC_E_WRONG_PRINCIPAL", "the certificate belongs to another name", true},
    status_text{0x80090325, "SEC_E_UNTRUSTED_ROOT", "the certificate does not lead to a trusted root", true},
    status_text{0x80090326, "SEC_E_ILLEGAL_MESSAGE", "the peer broke the protocol or refused the handshake"},
    status_text{0x80090327, "SEC_E_CERT_UNKNOWN", "the certificate cannot be accepted", true},
    status_text{0x80090328, "SEC_E_CERT_EXPIRED", "the certificate is outside its period of validity", true},
    status_text{0x80090329, "SEC_E_ENCRYPT_FAILURE", "the message could not be encrypted"},
    status_text{0x80090330, "SEC_E_DECRYPT_FAILURE", "a record could not be decrypted"},
    status_text{0x80090331, "SEC_E_ALGORITHM_MISMATCH", "no algorithm in common"},
    status_text{0x80090333, "SEC_E_UNFINISHED_CONTEXT_DELETED", "the peer gave up the handshake"},
    status_text{0x80090349, "SEC_E_CERT_WRONG_USAGE", "the certificate is not meant for this use", true},
    status_text{0x80090350, "SEC_E_DOWNGRADE_DETECTED", "somebody tried to lower the protocol version"},
    status_text{0x8009035D, "SEC_E_INVALID_PARAMETER", "an argument is not valid"},
    status_text{0x80090367, "SEC_E_APPLICATION_PROTOCOL_MISMATCH", "no application protocol (ALPN) in common"},
    status_text{0x80092010, "CRYPT_E_REVOKED", "the certificate was revoked", true},
    status_text{0x80092012, "CRYPT_E_NO_REVOCATION_CHECK", "revocation could not be checked", true},
    status_text{0x80092013, "CRYPT_E_REVOCATION_OFFLINE", "the revocation server cannot be reached", true},
    status_text{0x80092002, "CRYPT_E_BAD_ENCODE", "the data are damaged or of another kind"},
    status_text{0x80092004, "CRYPT_E_NOT_FOUND", "no such certificate"},
    status_text{0x80090015, "NTE_BAD_PUBLIC_KEY", "the key belongs to another certificate"},
    status_text{0x00000008, "ERROR_NOT_ENOUGH_MEMORY", "out of memory"},
    status_text{0x0000000D, "ERROR_INVALID_DATA", "the data cannot be read"},
    status_text{0x00000056, "ERROR_INVALID_PASSWORD", "wrong password"},
    status_text{0x00000057, "ERROR_INVALID_PARAMETER", "an argument is not valid"},
    status_text{0x80070057, "E_INVALIDARG", "an argument is not valid"},
};
// clang-format on

inline const status_text* find_status(std::uint32_t code) noexcept {
  for (const auto& entry : status_texts)
    if (entry.code == code) return &entry;
  return nullptr;
}

inline std::string hexadecimal(std::uint32_t value) {
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789ABCDEF"[(value >> shift) & 0xF];
  return text;
}

}  // namespace detail
}  // namespace v0
}  // namespace schannix

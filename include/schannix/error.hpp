// error.hpp: how schannix tells C++ programs that something failed.
//
// Every exception of this API is a std::system_error whose code is in schannix::category(); its value is the
// SECURITY_STATUS (or crypt32 / Windows error number) and its message a sentence followed by the Windows name:
//
//   try { schannix::certificate::from_pem(text, key); }
//   catch (const std::system_error& e) { std::cerr << e.what() << '\n'; }
//   // reading the private key: the key belongs to another certificate (NTE_BAD_PUBLIC_KEY)
//
// What a peer does is never an exception: it arrives as an event (connection.hpp) and in the close report (close.hpp).
// Threads: all functions here may be called from any thread.
#pragma once

#include <schannix_base.h>
#include <sspi.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <system_error>

#include "schannix/detail/catalogue.hpp"

namespace schannix {
inline namespace v0 {

namespace detail {

class status_category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "schannix"; }

  std::string message(int value) const override {
    const auto code = static_cast<std::uint32_t>(value);
    const auto known = look_up(SCHANNIX_CODE_STATUS, code);
    if (known) return std::string(known->pszMeaning) + " (" + known->pszName + ")";
    return "status " + hexadecimal(code);
  }
};

}  // namespace detail

inline const std::error_category& category() noexcept {
  static const detail::status_category instance;
  return instance;
}

inline std::error_code status_code(std::uint32_t status) noexcept { return {static_cast<int>(status), category()}; }

// "SEC_E_UNTRUSTED_ROOT", or "0x80090325" for a number without a name here.
inline std::string status_name(std::error_code code) {
  const auto value = static_cast<std::uint32_t>(code.value());
  const auto known = detail::look_up(SCHANNIX_CODE_STATUS, value);
  return known ? known->pszName : detail::hexadecimal(value);
}

// True for the statuses that say "this certificate is not acceptable", whoever said it.
inline bool is_certificate_error(std::error_code code) {
  constexpr SECURITY_STATUS about_certificates[] = {
      SEC_E_WRONG_PRINCIPAL,  SEC_E_UNTRUSTED_ROOT, SEC_E_CERT_UNKNOWN,          SEC_E_CERT_EXPIRED,
      SEC_E_CERT_WRONG_USAGE, CRYPT_E_REVOKED,      CRYPT_E_NO_REVOCATION_CHECK, CRYPT_E_REVOCATION_OFFLINE};
  return code.category() == category() &&
         std::ranges::find(about_certificates, code.value()) != std::end(about_certificates);
}

namespace detail {

[[noreturn]] inline void fail(std::uint32_t status, const char* doing) {
  throw std::system_error(status_code(status), doing);
}

inline void require(SECURITY_STATUS status, const char* doing) {
  if (status < 0) fail(static_cast<std::uint32_t>(status), doing);
}

[[noreturn]] inline void fail_last_error(const char* doing) { fail(GetLastError(), doing); }

}  // namespace detail
}  // namespace v0
}  // namespace schannix

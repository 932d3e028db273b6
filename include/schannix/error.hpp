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

#include <sspi.h>
#include <windows.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <system_error>

#include "schannix/detail/status_texts.hpp"

namespace schannix {
inline namespace v0 {

namespace detail {

class status_category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "schannix"; }

  std::string message(int value) const override {
    const auto code = static_cast<std::uint32_t>(value);
    const auto* known = find_status(code);
    if (known != nullptr) return std::string(known->text) + " (" + known->name + ")";
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
  const auto* known = detail::find_status(value);
  return known != nullptr ? known->name : detail::hexadecimal(value);
}

// True for the statuses that say "this certificate is not acceptable", whoever said it.
inline bool is_certificate_error(std::error_code code) {
  const auto* known = detail::find_status(static_cast<std::uint32_t>(code.value()));
  return code.category() == category() && known != nullptr && known->about_certificate;
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

// The one door between C and C++: every exported function runs its body inside one of these.
#pragma once

#include <sspi.h>

#include <new>

namespace schannix::abi {

template <typename Body>
SECURITY_STATUS guarded(Body&& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return SEC_E_INSUFFICIENT_MEMORY;
  } catch (...) {
    return SEC_E_INTERNAL_ERROR;
  }
}

// For CNG's key storage.
template <typename Body>
SECURITY_STATUS guarded_key(Body&& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return NTE_NO_MEMORY;
  } catch (...) {
    return NTE_INTERNAL_ERROR;
  }
}

// For crypt32's functions, which answer through a value and GetLastError.
template <typename Value, typename Body>
Value guarded_or(Value on_failure, Body&& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    SetLastError(ERROR_NOT_ENOUGH_MEMORY);
  } catch (...) {
    SetLastError(static_cast<DWORD>(E_UNEXPECTED));
  }
  return on_failure;
}

}  // namespace schannix::abi

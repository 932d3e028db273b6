// What CertOpenStore is asked for, turned into a store. Failures as the header tells: not_found, invalid_parameter,
// access_denied, malformed_object, wrong_password.
#pragma once

#include <wincrypt.h>

#include <string_view>

#include "base/result.hpp"

namespace schannix::abi {

base::result<HCERTSTORE> open_store(LPCSTR provider, DWORD flags, const void* parameter);

// name in UTF-8; flags: CERT_STORE_ and a location.
base::result<HCERTSTORE> open_system_store(std::string_view name, DWORD flags);

}  // namespace schannix::abi

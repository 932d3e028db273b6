// What CertOpenStore is asked for, turned into a store. Failures as the header tells: not_found, invalid_parameter,
// access_denied, malformed_object, wrong_password.
#pragma once

#include <wincrypt.h>

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace schannix::abi {

// The bytes of a file of at most 16 MiB; wiped, there may be a key in it.
struct file_bytes {
  base::bytes bytes;
  file_bytes() = default;
  file_bytes(const file_bytes&) = delete;
  file_bytes& operator=(const file_bytes&) = delete;
  ~file_bytes();
  base::result<void> read(const std::string& path);  // not_found, access_denied, malformed_object: too long, no file
};

base::result<HCERTSTORE> open_store(LPCSTR provider, DWORD flags, const void* parameter);

// name in UTF-8; flags: CERT_STORE_ and a location.
base::result<HCERTSTORE> open_system_store(std::string_view name, DWORD flags);

}  // namespace schannix::abi

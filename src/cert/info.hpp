// CERT_INFO of one certificate, with everything it points to.
#pragma once

#include <wincrypt.h>

#include <vector>

#include "engine/x509.hpp"

namespace schannix::cert {

class info {
 public:
  explicit info(const engine::certificate& of);
  info(const info&) = delete;  // shown_ points into the object
  info& operator=(const info&) = delete;

  // Windows' struct is not const; nobody may write to it.
  PCERT_INFO shown() noexcept { return &shown_; }

 private:
  engine::certificate_fields fields_;
  std::vector<CERT_EXTENSION> extensions_;
  CERT_INFO shown_{};
};

// 100 ns since 1601, from seconds since 1970.
FILETIME filetime_of(std::int64_t seconds) noexcept;

std::uint64_t ticks_of(const FILETIME& time) noexcept;
FILETIME time_now();

// A blob that shows bytes owned elsewhere, and back.
CRYPT_INTEGER_BLOB blob_of(base::bytes_view bytes) noexcept;
base::bytes_view bytes_of(const CRYPT_INTEGER_BLOB& blob) noexcept;

}  // namespace schannix::cert

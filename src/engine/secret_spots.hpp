// OpenSSL frees an SSL object as it is: the secrets of TLS 1.3 that it keeps in there stay in the freed memory. So the
// places where derivations put them are noted, and wiped before the object goes (docs/design/0002-secrets.md). Nothing
// is known of the object's layout; where its memory is not the C library's, nothing is noted.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"

struct ssl_st;

namespace schannix::engine {

class secret_spots {
 public:
  // A derivation put output there; what lies outside of the object is not meant.
  void note(const ssl_st* ssl, base::bytes_view output) noexcept;
  // Wherever the object has a copy of value, which is a secret.
  void note_copies(const ssl_st* ssl, base::bytes_view value) noexcept;
  // Right before the object is freed.
  void wipe(ssl_st* ssl) const noexcept;

 private:
  struct spot {
    std::uint32_t offset = 0, size = 0;
  };
  std::array<spot, 24> spots_;  // OpenSSL 3.0 has 12 places
  std::size_t count_ = 0;
};

}  // namespace schannix::engine

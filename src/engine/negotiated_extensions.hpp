// Which TLS extensions the two sides agreed on: those that the server answers with.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.hpp"

namespace schannix::engine {

class negotiated_extensions {
 public:
  // A handshake message, whole. ServerHello begins anew (it may follow a HelloRetryRequest); EncryptedExtensions adds.
  void see(base::bytes_view message) noexcept;
  bool has(std::uint16_t number) const noexcept {
    return std::find(known_.begin(), known_.begin() + count_, number) != known_.begin() + count_;
  }
  std::vector<std::uint16_t> all() const { return {known_.begin(), known_.begin() + count_}; }  // as on the wire

 private:
  void add_block(base::bytes_view extensions) noexcept;

  std::array<std::uint16_t, 32> known_{};  // OpenSSL refuses what it did not ask for: there are fewer
  std::uint8_t count_ = 0;
};

}  // namespace schannix::engine

// Keys of a server's session tickets that the program brings itself, so that one process takes what another gave out.
// A ticket is what OpenSSL makes it: AES-256-CBC and HMAC-SHA256, whose keys HKDF makes of the program's. RFC 5077 §4
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "engine/owned.hpp"

namespace schannix::engine {

class environment;

class ticket_keys {
 public:
  using key_id = std::array<base::byte, 16>;
  struct material {
    key_id id;
    base::bytes_view bytes;
  };
  struct key {
    key_id id;  // in the clear at the ticket's start
    base::secret<32> cipher, mac;
  };

  // The first key seals, each opens. Of two with one id the first counts.
  static base::result<std::shared_ptr<const ticket_keys>> make(const environment& env, std::span<const material> given);

  const key& sealing() const noexcept { return keys_.front(); }
  const key* find(base::bytes_view id) const noexcept;
  evp_cipher_st* cipher() const noexcept { return cipher_.get(); }

 private:
  std::vector<key> keys_;
  owned<evp_cipher_st> cipher_;
};

// Connections made from this template have keys of their own (handshake_setup::own_tickets).
void use_ticket_keys(ssl_ctx_st* context);

}  // namespace schannix::engine

// What a cipher suite consists of.
#pragma once

#include <optional>

#include "engine/handshake.hpp"
#include "engine/template_cache.hpp"

struct ssl_cipher_st;

namespace schannix::engine {

struct suite_facts {
  bulk_cipher cipher = bulk_cipher::aes_128_gcm;
  std::optional<hash_algorithm> mac;  // CBC suites
  hash_algorithm handshake_hash = hash_algorithm::sha256;
  key_exchange exchange = key_exchange::ecdhe;

  std::optional<aead_algorithm> aead() const;
};

// Failure: a suite that cipher_policy should not have let through (a bug), or none yet.
base::result<suite_facts> describe(const ssl_cipher_st* suite);

void fill(const suite_facts& described, const ssl_cipher_st* suite, handshake_facts& into);

// Fills what a suite's number says: name, ciphers, hashes, key exchange. no_common_algorithm: from does not have the
// suite, or not in this version.
base::result<void> describe(const connection_template& from, tls_version version, std::uint16_t suite,
                            handshake_facts& into);

std::optional<aead_algorithm> aead_of(bulk_cipher cipher);

}  // namespace schannix::engine

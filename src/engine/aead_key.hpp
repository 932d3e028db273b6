// What an AEAD back end is to the rest of engine: a maker of expanded keys. The class aead in front of it has checked
// every size, and wipes what a failed call left; a back end only transforms.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "engine/aead.hpp"
#include "engine/owned.hpp"

namespace schannix::engine {

// One expanded key, for one direction. One call at a time.
class aead_key {
 public:
  virtual ~aead_key() = default;
  virtual bool seal(base::bytes_view nonce, base::bytes_view associated, base::bytes_span data, base::bytes_span tail,
                    base::bytes_span tag) noexcept = 0;
  // May leave unauthenticated plaintext in data when it answers false.
  virtual bool open(base::bytes_view nonce, base::bytes_view associated, base::bytes_span data,
                    base::bytes_view tag) noexcept = 0;
};

class aead_back_end {
 public:
  virtual ~aead_back_end() = default;
  virtual aead_back_end_kind kind() const noexcept = 0;
  virtual base::result<std::unique_ptr<aead_key>> make_key(aead_algorithm algorithm, direction way,
                                                           base::bytes_view key) const = 0;
};

// ciphers: the fetched EVP ciphers of environment, in the order of aead_algorithm; they outlive what is made.
std::unique_ptr<aead_back_end> make_evp_back_end(const std::array<const evp_cipher_st*, aead_algorithm_count>& ciphers);

// reference: an EVP back end that the new one is compared with before it is trusted.
// Nothing when it cannot run here; why_not then says what is lacking.
std::unique_ptr<aead_back_end> make_ipsec_mb_back_end(const aead_back_end& reference, std::string& why_not);

}  // namespace schannix::engine

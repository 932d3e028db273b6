// Hashes and HMACs of bytes that come piece by piece. OpenSSL's EVP_MD and EVP_MAC.
//
//   auto all = running_hash::start(env, hash_name::sha256);
//   all->add(first); all->add(second);
//   const auto value = all->finish();   // 32 bytes; the object is then of no more use
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "engine/owned.hpp"

namespace schannix::engine {

class environment;

enum class hash_name : std::uint8_t { md5, sha1, sha256, sha384, sha512 };
const char* openssl_name(hash_name which);
std::size_t size_of(hash_name which);        // bytes of its value
std::size_t block_size_of(hash_name which);  // bytes that it takes in at once

class running_hash {
 public:
  // With a key (which may be empty): an HMAC. unsupported: OpenSSL has no such hash here.
  static base::result<running_hash> start(const environment& env, hash_name which,
                                          std::optional<base::bytes_view> key = {});

  base::result<void> add(base::bytes_view data);
  base::result<base::bytes> finish();
  base::result<running_hash> copy() const;  // of what was added so far

 private:
  running_hash(owned<evp_md_ctx_st> plain, owned<evp_mac_ctx_st> keyed)
      : plain_(std::move(plain)), keyed_(std::move(keyed)) {}

  owned<evp_md_ctx_st> plain_;  // one of the two
  owned<evp_mac_ctx_st> keyed_;
};

}  // namespace schannix::engine

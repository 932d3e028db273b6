// Signatures of hashes that somebody else has made, in CNG's forms: of RSA the number, of elliptic curves r and s, each
// as long as the curve's numbers. OpenSSL's EVP_PKEY.
#pragma once

#include <optional>

#include "engine/hashing.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

enum class padding : std::uint8_t { none, pkcs1, pss };  // none: elliptic curves

struct signing_way {
  padding pad = padding::none;
  std::optional<hash_name> hash;  // of what was hashed; nothing: elliptic curves, or PKCS #1 without the hash's name
  unsigned salt = 0;              // bytes; of PSS
};

std::size_t signature_size_of(const private_key& key);

// invalid_parameter: the hash has not the size of its kind, or the key cannot sign so.
base::result<base::bytes> sign_hash(const environment& env, const private_key& key, const signing_way& way,
                                    base::bytes_view hash);

// False: it is not the key's signature of this hash. Of the key the public part is enough.
base::result<bool> is_signature(const environment& env, const private_key& key, const signing_way& way,
                                base::bytes_view hash, base::bytes_view signature);

}  // namespace schannix::engine

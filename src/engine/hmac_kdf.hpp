// The key derivations of TLS on kept HMAC contexts: the same values as OpenSSL's TLS13-KDF and TLS1-PRF, with a
// fraction of the work around them. Each answers false where this is no job for it (another digest, an odd length); the
// caller then asks OpenSSL. Any thread. A lease that is kept from one derivation to the next saves the wiping in
// between.
#pragma once

#include <string_view>

#include "base/bytes.hpp"
#include "engine/hmac_pool.hpp"

namespace schannix::engine {

class hmac_kdf {
 public:
  explicit hmac_kdf(ossl_lib_ctx_st* library) : pool_(library) {}
  using lease = hmac_pool::lease;

  struct labelled {
    std::string_view digest;         // OpenSSL's name
    base::bytes_view secret;         // for extract: the secret of the stage before; empty in the first
    std::string_view prefix, label;  // "tls13 " and, say, "key"
    base::bytes_view context;        // the transcript's hash, or nothing
  };
  // HKDF-Expand-Label, of at most one HMAC. RFC 8446 §7.1
  bool expand(lease& with, const labelled& given, base::bytes_span output) noexcept;

  // A stage of the TLS 1.3 key schedule: Derive-Secret(secret, label, "") salts HKDF-Extract of input (empty: zeros).
  bool extract(lease& with, const labelled& given, base::bytes_view input, base::bytes_span output) noexcept;

  // PRF of TLS 1.2; seed is the label with what follows it. RFC 5246 §5
  bool prf(lease& with, std::string_view digest, base::bytes_view secret, base::bytes_view seed,
           base::bytes_span output) noexcept;

 private:
  bool have(lease& with, std::string_view digest) noexcept;

  hmac_pool pool_;
};

}  // namespace schannix::engine

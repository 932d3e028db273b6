// Keys as plain ASN.1 values, for programs that take them apart. Private parts are wiped with the values.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "engine/asn1_objects.hpp"

namespace schannix::engine {

class secret_bytes {
 public:
  secret_bytes() = default;
  explicit secret_bytes(base::bytes value) : held_(std::move(value)) {}
  secret_bytes(secret_bytes&&) noexcept = default;
  secret_bytes& operator=(secret_bytes&&) = delete;
  secret_bytes(const secret_bytes&) = delete;
  ~secret_bytes() { base::wipe(held_); }
  base::bytes_view view() const noexcept { return held_; }

 private:
  base::bytes held_;
};

// PKCS #8. RFC 5208 §5. Attributes are passed over.
struct private_key_value {
  std::uint32_t version = 0;
  algorithm_name algorithm;
  secret_bytes key;  // the content of the OCTET STRING
};
base::result<private_key_value> read_private_key_info(base::bytes_view der);

// PKCS #1. RFC 8017 A.1. Numbers without sign octet, most significant first.
struct rsa_public_value {
  base::bytes modulus, exponent;
};
base::result<rsa_public_value> read_rsa_public_key(base::bytes_view der);
base::result<base::bytes> write_rsa_public_key(const rsa_public_value& from);

struct rsa_private_value {
  base::bytes modulus, public_exponent;
  secret_bytes private_exponent, prime1, prime2, exponent1, exponent2, coefficient;
};
base::result<rsa_private_value> read_rsa_private_key(base::bytes_view der);  // of two primes

// RFC 5915 §3
struct ec_private_value {
  std::uint32_t version = 0;
  secret_bytes key;
  std::string curve;      // dotted; empty: it does not say
  bit_string public_key;  // likewise
};
base::result<ec_private_value> read_ec_private_key(base::bytes_view der);

}  // namespace schannix::engine

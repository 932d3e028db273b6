// Certificates that a key signs for itself, of the parts that a program gives. X.509's own rules are OpenSSL's.
#pragma once

#include "engine/x509.hpp"

namespace schannix::engine {

struct self_signed_parts {
  base::bytes_view name;        // DER, of subject and issuer
  std::string algorithm;        // of the signature, dotted; "": SHA-256 with whatever the key is
  std::int64_t not_before = 0;  // seconds since 1970
  std::int64_t not_after = 0;
  base::bytes_view extensions;  // DER, as write_extension_list's; empty: none
};

// A version 3 certificate with a random serial number of 16 bytes. malformed_object: name or extensions are none;
// invalid_parameter: it ends before it begins, or a time has no form; unsupported: an algorithm that is unknown or none
// of the key's, a hash older than SHA-1, or a key that signs nothing.
base::result<certificate> sign_itself(const environment& env, const private_key& key, const self_signed_parts& parts);

}  // namespace schannix::engine

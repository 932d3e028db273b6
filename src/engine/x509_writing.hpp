// Certificates as the files that other programs read, what ties two certificates together, and hashes by name.
#pragma once

#include "engine/revocation.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

// PKCS#12 (RFC 7292): AES-256 for certificates and keys, HMAC-SHA-256, 2048 rounds. Keys are written when there are
// any.
base::result<base::bytes> write_pkcs12(const environment& env, const std::vector<identity>& all,
                                       std::string_view password);
bool has_form_of_pkcs12(base::bytes_view blob);

// PKCS #7 SignedData without signatures. RFC 2315 §9.1
base::bytes write_pkcs7(const std::vector<certificate>& certificates, const std::vector<revocation_list>& lists);

bool could_issue(const certificate& issuer, const certificate& subject);  // by names, key identifiers and usage
bool has_signed(const certificate& issuer, const certificate& subject);   // its key made the signature

base::bytes hash_by_name(const environment& env, const char* name,
                         base::bytes_view bytes);  // empty: there is none here

}  // namespace schannix::engine

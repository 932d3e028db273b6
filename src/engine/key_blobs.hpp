// Keys as bytes, in the formats of PKCS #8, of CNG and of CryptoAPI, and keys that are made. Text is in key_text.hpp.
#pragma once

#include "base/own_file.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

enum class key_kind : std::uint8_t { rsa, p256, p384, p521, other };
key_kind kind_of(const private_key& key);
unsigned bits_of(const private_key& key);

// rsa: 1024 to 16384 bits, a multiple of 8; else bits are not looked at. unsupported: anything else, or OpenSSL makes
// none.
base::result<private_key> make_key(const environment& env, key_kind kind, unsigned bits);

// PKCS #8 in DER, not encrypted. malformed_object: something else, or bytes behind it.
base::result<private_key> read_pkcs8(const environment& env, base::bytes_view der);
base::result<base::private_content> pkcs8_of(const private_key& key);  // not_found: the key is kept elsewhere

// CryptoAPI's PRIVATEKEYBLOB and PUBLICKEYBLOB, RSA only. malformed_object: another, or bytes behind it.
enum class key_part : std::uint8_t { public_only, whole };
base::result<private_key> read_capi(const environment& env, base::bytes_view blob, key_part which);

// CNG's BCRYPT_RSAKEY_BLOB (RSA2, RSA3) and BCRYPT_ECCKEY_BLOB (private, for ECDSA or ECDH). malformed_object: another,
// sizes that do not add up, numbers that are no key.
base::result<private_key> read_cng(const environment& env, base::bytes_view blob);
// The same of public ones (RSA1; of curves 1, 3 or 5 at the end): what is read can verify only.
base::result<private_key> read_cng_public(const environment& env, base::bytes_view blob);

// The other way; forms that the key has not: unsupported. not_found: the private part is kept elsewhere.
enum class cng_form : std::uint8_t { rsa_public, rsa_private, rsa_full, ec_public, ec_private };
base::result<base::private_content> cng_of(const private_key& key, cng_form form);

}  // namespace schannix::engine

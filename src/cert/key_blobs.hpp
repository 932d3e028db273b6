// RSA keys as the blobs that CryptImportKey and BCryptImportKeyPair take. MS rsa-schannel-key-blobs,
// ns-bcrypt-bcrypt_rsakey_blob
#pragma once

#include "base/result.hpp"
#include "cert/flat.hpp"
#include "engine/asn1_keys.hpp"

namespace schannix::cert {

// malformed_object: a number that is greater than its place in the blob.
base::result<void> put_capi_blob(const engine::rsa_public_value& key, flat& into);   // PUBLICKEYBLOB
base::result<void> put_capi_blob(const engine::rsa_private_value& key, flat& into);  // PRIVATEKEYBLOB
base::result<void> put_cng_blob(const engine::rsa_public_value& key, flat& into);    // BCRYPT_RSAPUBLIC_BLOB
base::result<void> put_cng_blob(const engine::rsa_private_value& key, flat& into);   // BCRYPT_RSAPRIVATE_BLOB

// Of a PUBLICKEYBLOB at from, which is as long as it says; invalid_parameter: it is none.
base::result<engine::rsa_public_value> read_capi_blob(const base::byte* from);

}  // namespace schannix::cert

// Private keys as text. The other formats are in key_blobs.hpp.
#pragma once

#include <string_view>

#include "base/own_file.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

// The first private key of a PEM text, which is not encrypted. malformed_object: there is none.
base::result<private_key> read_private_key(const environment& env, std::string_view pem);

// PKCS #8 as PEM. not_found: the key is kept elsewhere.
base::result<base::private_content> to_pem(const private_key& key);

}  // namespace schannix::engine

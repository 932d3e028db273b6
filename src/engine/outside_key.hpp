// Private keys that stay where they are: in a file, or in a device that signs with them. RFC 7512 (pkcs11:)
#pragma once

#include <string>

#include "base/result.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

// The private key that a URI names, for whatever scheme OpenSSL has a store for: "file:" always, others by a provider
// of its configuration. "pkcs11:" without such a provider is asked of the engine "pkcs11", where it is installed; the
// module is the URI's module-path, else PKCS11_MODULE_PATH. The PIN is the URI's pin-value or pin-source: nobody is
// asked. not_found: no such key, or no way to it; problem then says which, in a phrase for people without a PIN.
base::result<private_key> open_outside_key(const environment& env, const std::string& uri, std::string& problem);

}  // namespace schannix::engine

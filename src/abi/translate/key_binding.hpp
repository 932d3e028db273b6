// A certificate's private key, as programs tell of it by properties. MS certsetcertificatecontextproperty
#pragma once

#include <wincrypt.h>

#include <optional>

#include "cert/content.hpp"

namespace schannix::abi {

// Sets one of the key's properties, or takes the key away with value null. Reports through SetLastError.
BOOL bind_key(cert::content& to, DWORD id, DWORD flags, const void* value);

// Nothing: no container, flags that are not known, or parameters, which none of our providers has.
std::optional<keyring::provider_info> provider_info_of(const CRYPT_KEY_PROV_INFO& told);

}  // namespace schannix::abi

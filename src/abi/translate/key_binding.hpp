// A certificate's private key, as programs tell of it by properties. MS certsetcertificatecontextproperty
#pragma once

#include <wincrypt.h>

#include "cert/content.hpp"

namespace schannix::abi {

// Sets one of the key's properties, or takes the key away with value null. Reports through SetLastError.
BOOL bind_key(cert::content& to, DWORD id, DWORD flags, const void* value);

}  // namespace schannix::abi

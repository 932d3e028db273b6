// SetCredentialsAttributes. MS nf-sspi-setcredentialsattributesw, ns-schannel-secpkgcred_sessionticketkeys
#pragma once

#include "abi/runtime.hpp"

namespace schannix::abi {

// Under both of the credential's words: connections that exist keep what they began with.
SECURITY_STATUS set_credential(credential_object& of, ULONG attribute, const void* from, ULONG size);

}  // namespace schannix::abi

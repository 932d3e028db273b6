// Context and credential attributes: the facts of a connection into the structs of sspi.h and schannel.h. spec 7
//
// Ownership: strings, arrays and bindings are blocks for FreeContextBuffer, certificate contexts are new references.
// Kind is SEC_CHAR or SEC_WCHAR: the structs with strings differ, the others do not.
#pragma once

#include <schannel.h>

#include "abi/runtime.hpp"

namespace schannix::abi {

template <typename Kind>
SECURITY_STATUS query_context(const context_object& of, ULONG attribute, void* into);

SECURITY_STATUS set_context(context_object& of, ULONG attribute, const void* from, ULONG size);

template <typename Kind>
SECURITY_STATUS query_credential(const credential::credential& of, ULONG attribute, void* into);

// The leaf certificate's end of validity, or "never".
void store_expiry(const engine::certificate* of, PTimeStamp into);

}  // namespace schannix::abi

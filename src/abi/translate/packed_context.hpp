// ExportSecurityContext and ImportSecurityContext. docs/design/0010-moving.md
#pragma once

#include <sspi.h>

#include "abi/runtime.hpp"

namespace schannix::abi {

// What there is to say against the call's arguments; SEC_E_OK: nothing.
SECURITY_STATUS check_export(ULONG flags, const SecBuffer* into);

// The connection and what the context keeps beside it, in a block of the library's. The context must go afterwards.
SECURITY_STATUS export_context(const context_object& of, SecBuffer& into);

// On SEC_E_OK *into names a new context; else nothing is changed.
SECURITY_STATUS import_context(std::string_view package, const SecBuffer* from, const void* token, SecHandle* into);

}  // namespace schannix::abi

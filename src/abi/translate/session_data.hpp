// SECPKG_ATTR_APP_DATA. MS ns-schannel-secpkgcontext_sessionappdata; its shapes: schannel.h
#pragma once

#include "abi/runtime.hpp"

namespace schannix::abi {

SECURITY_STATUS set_session_data(context_object& of, const void* from, ULONG size);
SECURITY_STATUS session_data(const context_object& of, void* into);

}  // namespace schannix::abi

// SECPKG_ATTR_CERT_CHECK_RESULT and _INPROC: what automatic validation found out about the peer's certificate, also
// after it has ended the handshake.
//
// SEC_E_OK; SEC_E_INVALID_HANDLE: no verdict yet; SEC_E_NO_CREDENTIALS: the peer showed no certificate (msquic relies
// on it); SEC_E_UNSUPPORTED_FUNCTION: validation is manual, so that there is no verdict (our decision).
#pragma once

#include <schannel.h>

#include "context/connection.hpp"

namespace schannix::abi {

SECURITY_STATUS validation_result(const context::connection& of, void* into);

}  // namespace schannix::abi

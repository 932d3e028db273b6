// What was negotiated, in the younger structs. spec 7.2, 7.3, MS querycontextattributes--schannel
//   SECPKG_ATTR_CONNECTION_INFO_EX, _LIFESPAN, _NEGOTIATED_TLS_EXTENSIONS, _SUPPORTED_SIGNATURES: after the handshake;
//   before, SEC_E_INVALID_HANDLE. _TARGET_INFORMATION: a client's, at any time; a server's SEC_E_UNSUPPORTED_FUNCTION.
// Arrays are blocks for FreeContextBuffer; where there is nothing the count is 0 and the pointer NULL.
#pragma once

#include <schannel.h>

#include <optional>

#include "context/connection.hpp"

namespace schannix::abi {

// Nothing: not one of these attributes.
std::optional<SECURITY_STATUS> query_negotiated(const context::connection& of, ULONG attribute, void* into);

}  // namespace schannix::abi

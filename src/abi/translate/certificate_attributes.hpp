// Attributes that show certificates in other forms than a context: spec 7.2, MS querycontextattributes--schannel.
//   SECPKG_ATTR_REMOTE_CERTIFICATES, _SERIALIZED_REMOTE_CERT_CONTEXT(_INPROC), _AUTHORITY: as soon as the peer's
//   certificates have come; before, and without any, SEC_E_NO_CREDENTIALS.
//   SECPKG_ATTR_REMOTE_CRED, _LOCAL_CRED, _LOCAL_CERT_INFO: after the handshake; before, SEC_E_INVALID_HANDLE.
// Every array and string is a block of its own for FreeContextBuffer.
#pragma once

#include <schannel.h>

#include <optional>

#include "context/connection.hpp"

namespace schannix::abi {

// Kind: SEC_CHAR or SEC_WCHAR. Nothing: not one of these attributes.
template <typename Kind>
std::optional<SECURITY_STATUS> query_certificates(const context::connection& of, ULONG attribute, void* into);

}  // namespace schannix::abi

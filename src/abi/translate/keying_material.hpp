// SECPKG_ATTR_KEYING_MATERIAL_INFO, _KEYING_MATERIAL, _KEYING_MATERIAL_INPROC. MS querycontextattributes--schannel,
// ns-schannel-secpkgcontext_keyingmaterialinfo, RFC 5705, RFC 8446 §7.5
//
// Statuses of the queries: SEC_E_OK; SEC_E_INVALID_HANDLE before the handshake is done; SEC_E_INVALID_PARAMETER: no
// request was set, or one that the connection cannot serve (engine::exporter says which); SEC_E_UNSUPPORTED_FUNCTION:
// TLS <= 1.2 without an extended master secret. The material is the caller's: FreeContextBuffer, which wipes it.
#pragma once

#include <schannel.h>

#include "abi/runtime.hpp"

namespace schannix::abi {

// At any time; the last request counts. SEC_E_INVALID_PARAMETER, and the request before stays: a wrong size, a label
// that is not ended by the one NUL that cbLabel counts, a context that is there by one of its two members alone, no
// material or more than any connection gives.
SECURITY_STATUS set_keying_material_info(context_object& of, const void* from, ULONG size);

bool is_keying_size(DWORD size) noexcept;  // that some connection gives

SECURITY_STATUS keying_material(const context_object& of, void* into);
SECURITY_STATUS keying_material_inproc(const context_object& of, void* into);

}  // namespace schannix::abi

// SECPKG_ATTR_EAP_PRF_INFO (settable) and _EAP_KEY_BLOCK. MS ns-schannel-secpkgcontext_eapprfinfo, _eapkeyblock; RFC
// 5216 §2.3, RFC 5281 §8 and §11.1
//
// The key block: SEC_E_OK; SEC_E_INVALID_HANDLE before the handshake is done; SEC_E_UNSUPPORTED_FUNCTION: TLS 1.3,
// where EAP takes its keys from the exporter (RFC 9190 §2.3), and sessions without an extended master secret (RFC 7627
// §5.4).
#pragma once

#include <schannel.h>

#include "abi/runtime.hpp"

namespace schannix::abi {

// At any time. SEC_E_INVALID_PARAMETER: a wrong size, a dwVersion that is not 0, no DWORD at pbPrfData, or an unknown
// number in it; SEC_E_UNSUPPORTED_FUNCTION: 3, EAP-FAST, whose block would be the connection's own keys.
SECURITY_STATUS set_eap_prf_info(context_object& of, const void* from, ULONG size);

bool is_eap_prf(DWORD number) noexcept;  // one that can be set

SECURITY_STATUS eap_key_block(const context_object& of, void* into);

}  // namespace schannix::abi

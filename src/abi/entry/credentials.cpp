// Credential functions. MS nf-sspi-acquirecredentialshandle, nf-sspi-querycredentialsattributes
#include <sspi.h>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/trace.hpp"
#include "abi/translate/acquire.hpp"
#include "abi/translate/attributes.hpp"
#include "abi/translate/ticket_keys.hpp"
#include "base/text.hpp"

namespace schannix::abi {
namespace {

SECURITY_STATUS acquire_traced(const char* function, const acquire_call& call) {
  return guarded(
      [&] { return traced({.function = function, .credential = call.credential}, [&] { return acquire(call); }); });
}

template <typename Kind>
SECURITY_STATUS query(const char* function, const SecHandle* credential, ULONG attribute, void* into) {
  return guarded([&] {
    return traced({.function = function, .credential = credential, .flags = attribute, .flags_name = "attribute"}, [&] {
      const auto held = take_credential(credential);
      return held ? query_credential<Kind>(*held, attribute, into) : SEC_E_INVALID_HANDLE;
    });
  });
}

SECURITY_STATUS set(const char* function, const SecHandle* credential, ULONG attribute, const void* from, ULONG size) {
  return guarded([&] {
    return traced({.function = function, .credential = credential, .flags = attribute, .flags_name = "attribute"}, [&] {
      if (names_nothing(credential)) return SEC_E_INVALID_HANDLE;
      const auto on = the_runtime().credentials.take(token_of(*credential), handle::hold::both);
      return on ? set_credential(*on, attribute, from, size) : SEC_E_INVALID_HANDLE;
    });
  });
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

SECURITY_STATUS SEC_ENTRY AcquireCredentialsHandleA(LPSTR, LPSTR pszPackage, ULONG fCredentialUse, void*,
                                                    void* pAuthData, SEC_GET_KEY_FN, void*, PCredHandle phCredential,
                                                    PTimeStamp ptsExpiry) {
  return abi::acquire_traced("AcquireCredentialsHandleA", {pszPackage == nullptr ? "" : pszPackage, fCredentialUse,
                                                           pAuthData, nullptr, phCredential, ptsExpiry});
}

SECURITY_STATUS SEC_ENTRY AcquireCredentialsHandleW(LPWSTR, LPWSTR pszPackage, ULONG fCredentialUse, void*,
                                                    void* pAuthData, SEC_GET_KEY_FN, void*, PCredHandle phCredential,
                                                    PTimeStamp ptsExpiry) {
  return abi::guarded([&] {
    const std::string package = base::to_utf8(pszPackage);
    return abi::acquire_traced("AcquireCredentialsHandleW",
                               {package, fCredentialUse, pAuthData, nullptr, phCredential, ptsExpiry});
  });
}

SECURITY_STATUS SEC_ENTRY SchannixAcquireCredentials(ULONG fCredentialUse, void* pAuthData,
                                                     const SCHANNIX_CREDENTIAL_OPTIONS* pOptions,
                                                     PCredHandle phCredential, PTimeStamp ptsExpiry) {
  return abi::acquire_traced("SchannixAcquireCredentials",
                             {UNISP_NAME_A, fCredentialUse, pAuthData, pOptions, phCredential, ptsExpiry});
}

SECURITY_STATUS SEC_ENTRY FreeCredentialsHandle(PCredHandle phCredential) {
  return abi::guarded([&] {
    return abi::traced({.function = "FreeCredentialsHandle", .credential = phCredential},
                       [&] { return abi::release_credential(phCredential); });
  });
}

SECURITY_STATUS SEC_ENTRY QueryCredentialsAttributesA(PCredHandle phCredential, ULONG ulAttribute, void* pBuffer) {
  return abi::query<SEC_CHAR>("QueryCredentialsAttributesA", phCredential, ulAttribute, pBuffer);
}

SECURITY_STATUS SEC_ENTRY QueryCredentialsAttributesW(PCredHandle phCredential, ULONG ulAttribute, void* pBuffer) {
  return abi::query<SEC_WCHAR>("QueryCredentialsAttributesW", phCredential, ulAttribute, pBuffer);
}

SECURITY_STATUS SEC_ENTRY SetCredentialsAttributesA(PCredHandle phCredential, ULONG ulAttribute, void* pBuffer,
                                                    ULONG cbBuffer) {
  return abi::set("SetCredentialsAttributesA", phCredential, ulAttribute, pBuffer, cbBuffer);
}

SECURITY_STATUS SEC_ENTRY SetCredentialsAttributesW(PCredHandle phCredential, ULONG ulAttribute, void* pBuffer,
                                                    ULONG cbBuffer) {
  return abi::set("SetCredentialsAttributesW", phCredential, ulAttribute, pBuffer, cbBuffer);
}

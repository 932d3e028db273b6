// Asynchronous calls: each is the synchronous function, made on a thread of the library's. MS
// "sspi-asynchronous-contexts"
#include <sspi.h>

#include "abi/async/process.hpp"
#include "abi/guard.hpp"

namespace schannix::abi {
namespace {

using async::needs;
using async::the_calls;

template <typename Call>
SECURITY_STATUS start(SspiAsyncContext* context, needs what, const Call& call) {
  return guarded([&] { return the_calls().start(context, call, what); });
}

// NULL becomes a handle that names nothing.
SecHandle copy_of(const SecHandle* handle) { return handle == nullptr ? SecHandle{} : *handle; }

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

SspiAsyncContext* SspiCreateAsyncContext(void) {
  return abi::guarded_or<SspiAsyncContext*>(nullptr, [] { return abi::the_calls().create(); });
}

void SspiFreeAsyncContext(SspiAsyncContext* Handle) {
  abi::guarded([&] {
    abi::the_calls().free(Handle);
    return SEC_E_OK;
  });
}

NTSTATUS SspiReinitAsyncContext(SspiAsyncContext* Handle) {
  return abi::guarded([&] { return abi::the_calls().reinit(Handle); });
}

SECURITY_STATUS SspiSetAsyncNotifyCallback(SspiAsyncContext* Context, SspiAsyncNotifyCallback Callback,
                                           void* CallbackData) {
  return abi::guarded([&] { return abi::the_calls().set_callback(Context, Callback, CallbackData); });
}

BOOLEAN SspiAsyncContextRequiresNotify(SspiAsyncContext* AsyncContext) {
  return abi::guarded_or<BOOLEAN>(
      FALSE, [&] { return static_cast<BOOLEAN>(abi::the_calls().has_callback(AsyncContext) ? TRUE : FALSE); });
}

SECURITY_STATUS SspiGetAsyncCallStatus(SspiAsyncContext* Handle) {
  return abi::guarded([&] { return abi::the_calls().status(Handle); });
}

SECURITY_STATUS SspiAcquireCredentialsHandleAsyncA(SspiAsyncContext* AsyncContext, LPSTR pszPrincipal, LPSTR pszPackage,
                                                   ULONG fCredentialUse, void* pvLogonId, void* pAuthData,
                                                   SEC_GET_KEY_FN pGetKeyFn, void* pvGetKeyArgument,
                                                   PCredHandle phCredential, PTimeStamp ptsExpiry) {
  return abi::start(AsyncContext, abi::needs::callers_memory, [=] {
    return AcquireCredentialsHandleA(pszPrincipal, pszPackage, fCredentialUse, pvLogonId, pAuthData, pGetKeyFn,
                                     pvGetKeyArgument, phCredential, ptsExpiry);
  });
}

SECURITY_STATUS SspiAcquireCredentialsHandleAsyncW(SspiAsyncContext* AsyncContext, LPWSTR pszPrincipal,
                                                   LPWSTR pszPackage, ULONG fCredentialUse, void* pvLogonId,
                                                   void* pAuthData, SEC_GET_KEY_FN pGetKeyFn, void* pvGetKeyArgument,
                                                   PCredHandle phCredential, PTimeStamp ptsExpiry) {
  return abi::start(AsyncContext, abi::needs::callers_memory, [=] {
    return AcquireCredentialsHandleW(pszPrincipal, pszPackage, fCredentialUse, pvLogonId, pAuthData, pGetKeyFn,
                                     pvGetKeyArgument, phCredential, ptsExpiry);
  });
}

SECURITY_STATUS SspiInitializeSecurityContextAsyncA(SspiAsyncContext* AsyncContext, PCredHandle phCredential,
                                                    PCtxtHandle phContext, LPSTR pszTargetName, ULONG fContextReq,
                                                    ULONG Reserved1, ULONG TargetDataRep, PSecBufferDesc pInput,
                                                    ULONG Reserved2, PCtxtHandle phNewContext, PSecBufferDesc pOutput,
                                                    schannix_out_ulong pfContextAttr, PTimeStamp ptsExpiry) {
  return abi::start(AsyncContext, abi::needs::callers_memory, [=] {
    return InitializeSecurityContextA(phCredential, phContext, pszTargetName, fContextReq, Reserved1, TargetDataRep,
                                      pInput, Reserved2, phNewContext, pOutput, pfContextAttr, ptsExpiry);
  });
}

SECURITY_STATUS SspiInitializeSecurityContextAsyncW(SspiAsyncContext* AsyncContext, PCredHandle phCredential,
                                                    PCtxtHandle phContext, LPWSTR pszTargetName, ULONG fContextReq,
                                                    ULONG Reserved1, ULONG TargetDataRep, PSecBufferDesc pInput,
                                                    ULONG Reserved2, PCtxtHandle phNewContext, PSecBufferDesc pOutput,
                                                    schannix_out_ulong pfContextAttr, PTimeStamp ptsExpiry) {
  return abi::start(AsyncContext, abi::needs::callers_memory, [=] {
    return InitializeSecurityContextW(phCredential, phContext, pszTargetName, fContextReq, Reserved1, TargetDataRep,
                                      pInput, Reserved2, phNewContext, pOutput, pfContextAttr, ptsExpiry);
  });
}

SECURITY_STATUS SspiAcceptSecurityContextAsync(SspiAsyncContext* AsyncContext, PCredHandle phCredential,
                                               PCtxtHandle phContext, PSecBufferDesc pInput, ULONG fContextReq,
                                               ULONG TargetDataRep, PCtxtHandle phNewContext, PSecBufferDesc pOutput,
                                               schannix_out_ulong pfContextAttr, PTimeStamp ptsExpiry) {
  return abi::start(AsyncContext, abi::needs::callers_memory, [=] {
    return AcceptSecurityContext(phCredential, phContext, pInput, fContextReq, TargetDataRep, phNewContext, pOutput,
                                 pfContextAttr, ptsExpiry);
  });
}

SECURITY_STATUS SspiDeleteSecurityContextAsync(SspiAsyncContext* AsyncContext, PCtxtHandle phContext) {
  return abi::start(AsyncContext, abi::needs::nothing,
                    [context = abi::copy_of(phContext)]() mutable { return DeleteSecurityContext(&context); });
}

SECURITY_STATUS SspiFreeCredentialsHandleAsync(SspiAsyncContext* AsyncContext, PCredHandle phCredential) {
  return abi::start(AsyncContext, abi::needs::nothing,
                    [credential = abi::copy_of(phCredential)]() mutable { return FreeCredentialsHandle(&credential); });
}

// Handshake, control tokens and the end of a context. MS "initializesecuritycontext--schannel",
// "acceptsecuritycontext--schannel", nf-sspi-applycontroltoken, "Shutting Down an Schannel Connection"
#include <sspi.h>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/trace.hpp"
#include "abi/translate/attributes.hpp"
#include "abi/translate/control.hpp"
#include "abi/translate/status.hpp"
#include "abi/translate/step.hpp"

namespace schannix::abi {
namespace {

SECURITY_STATUS step_traced(const char* function, const step_call& call) {
  return guarded([&] {
    return traced({.function = function,
                   .credential = call.credential,
                   .context = call.context,
                   .new_context = call.new_context,
                   .input = call.input,
                   .output = call.output,
                   .flags = call.request,
                   .flags_name = "req"},
                  [&] { return step(call); });
  });
}

struct apply {
  context::connection& on;
  base::result<void> operator()(shutdown_request) const {
    on.request_shutdown();
    return {};
  }
  base::result<void> operator()(context::alert_value value) const {
    on.request_alert(value);
    return {};
  }
  base::result<void> operator()(session_request wanted) const {
    on.set_resumable(wanted.resumable);
    return {};
  }
  base::result<void> operator()(update_keys_request) const { return on.request_key_update(); }
  base::result<void> operator()(ticket_request) const { return on.request_ticket(); }
};

SECURITY_STATUS apply_control(const SecHandle* context, const SecBufferDesc* list) {
  const auto on = take_context(context, handle::hold::both);
  if (!on) return SEC_E_INVALID_HANDLE;
  const auto request = read_control(list);
  if (!request) return status_of(request.error());
  const auto done = std::visit(apply{*on->connection}, *request);
  return done ? SEC_E_OK : status_of(done.error());
}

// Deleting a handle that was deleted is no mistake (documented); one that never was, is.
SECURITY_STATUS delete_context(const SecHandle* context) {
  if (names_nothing(context)) return SEC_E_INVALID_HANDLE;
  const handle::removal done = the_runtime().contexts.remove(token_of(*context));
  return done == handle::removal::never_issued ? SEC_E_INVALID_HANDLE : SEC_E_OK;
}

template <typename Kind>
SECURITY_STATUS query(const char* function, const SecHandle* context, ULONG attribute, void* into) {
  return guarded([&] {
    return traced({.function = function, .context = context, .flags = attribute, .flags_name = "attribute"}, [&] {
      const auto on = take_context(context, handle::hold::both);
      return on ? query_context<Kind>(*on, attribute, into) : SEC_E_INVALID_HANDLE;
    });
  });
}

SECURITY_STATUS set(const char* function, const SecHandle* context, ULONG attribute, const void* from, ULONG size) {
  return guarded([&] {
    return traced({.function = function, .context = context, .flags = attribute, .flags_name = "attribute"}, [&] {
      const auto on = take_context(context, handle::hold::both);
      return on ? set_context(*on, attribute, from, size) : SEC_E_INVALID_HANDLE;
    });
  });
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

SECURITY_STATUS SEC_ENTRY InitializeSecurityContextA(PCredHandle phCredential, PCtxtHandle phContext,
                                                     SEC_CHAR* pszTargetName, ULONG fContextReq, ULONG, ULONG,
                                                     PSecBufferDesc pInput, ULONG, PCtxtHandle phNewContext,
                                                     PSecBufferDesc pOutput, schannix_out_ulong pfContextAttr,
                                                     PTimeStamp ptsExpiry) {
  return abi::step_traced("InitializeSecurityContextA",
                          {engine::role::client, phCredential, phContext, pszTargetName, nullptr, fContextReq, pInput,
                           phNewContext, pOutput, pfContextAttr, ptsExpiry});
}

SECURITY_STATUS SEC_ENTRY InitializeSecurityContextW(PCredHandle phCredential, PCtxtHandle phContext,
                                                     SEC_WCHAR* pszTargetName, ULONG fContextReq, ULONG, ULONG,
                                                     PSecBufferDesc pInput, ULONG, PCtxtHandle phNewContext,
                                                     PSecBufferDesc pOutput, schannix_out_ulong pfContextAttr,
                                                     PTimeStamp ptsExpiry) {
  return abi::step_traced("InitializeSecurityContextW",
                          {engine::role::client, phCredential, phContext, nullptr, pszTargetName, fContextReq, pInput,
                           phNewContext, pOutput, pfContextAttr, ptsExpiry});
}

SECURITY_STATUS SEC_ENTRY AcceptSecurityContext(PCredHandle phCredential, PCtxtHandle phContext, PSecBufferDesc pInput,
                                                ULONG fContextReq, ULONG, PCtxtHandle phNewContext,
                                                PSecBufferDesc pOutput, schannix_out_ulong pfContextAttr,
                                                PTimeStamp ptsExpiry) {
  return abi::step_traced("AcceptSecurityContext",
                          {engine::role::server, phCredential, phContext, nullptr, nullptr, fContextReq, pInput,
                           phNewContext, pOutput, pfContextAttr, ptsExpiry});
}

SECURITY_STATUS SEC_ENTRY ApplyControlToken(PCtxtHandle phContext, PSecBufferDesc pInput) {
  return abi::guarded([&] {
    return abi::traced({.function = "ApplyControlToken", .context = phContext, .input = pInput},
                       [&] { return abi::apply_control(phContext, pInput); });
  });
}

SECURITY_STATUS SEC_ENTRY DeleteSecurityContext(PCtxtHandle phContext) {
  return abi::guarded([&] {
    return abi::traced({.function = "DeleteSecurityContext", .context = phContext},
                       [&] { return abi::delete_context(phContext); });
  });
}

SECURITY_STATUS SEC_ENTRY QueryContextAttributesA(PCtxtHandle phContext, ULONG ulAttribute, void* pBuffer) {
  return abi::query<SEC_CHAR>("QueryContextAttributesA", phContext, ulAttribute, pBuffer);
}

SECURITY_STATUS SEC_ENTRY QueryContextAttributesW(PCtxtHandle phContext, ULONG ulAttribute, void* pBuffer) {
  return abi::query<SEC_WCHAR>("QueryContextAttributesW", phContext, ulAttribute, pBuffer);
}

SECURITY_STATUS SEC_ENTRY SetContextAttributesA(PCtxtHandle phContext, ULONG ulAttribute, void* pBuffer,
                                                ULONG cbBuffer) {
  return abi::set("SetContextAttributesA", phContext, ulAttribute, pBuffer, cbBuffer);
}

SECURITY_STATUS SEC_ENTRY SetContextAttributesW(PCtxtHandle phContext, ULONG ulAttribute, void* pBuffer,
                                                ULONG cbBuffer) {
  return abi::set("SetContextAttributesW", phContext, ulAttribute, pBuffer, cbBuffer);
}

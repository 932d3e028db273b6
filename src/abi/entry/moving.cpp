// Contexts that go on in another process. MS nf-sspi-exportsecuritycontext, nf-sspi-importsecuritycontexta
#include <sspi.h>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/trace.hpp"
#include "abi/translate/packed_context.hpp"
#include "base/text.hpp"

namespace schannix::abi {
namespace {

// Under both words, so that no other thread is encrypting; whoever waits for one finds no context any more. The handle
// goes before the caller has the bytes: never are there two that could use the same nonce.
SECURITY_STATUS export_and_delete(const SecHandle* context, ULONG flags, SecBuffer* into, void** token) {
  const auto on = take_context(context, handle::hold::both);
  if (!on) return SEC_E_INVALID_HANDLE;
  if (const SECURITY_STATUS wrong = check_export(flags, into); wrong != SEC_E_OK) return wrong;
  const SECURITY_STATUS done = export_context(*on, *into);
  if (done != SEC_E_OK) return done;
  the_runtime().contexts.remove(token_of(*context));
  if (token != nullptr) *token = nullptr;
  return SEC_E_OK;
}

SECURITY_STATUS import_traced(const char* function, const std::string& package, const SecBuffer* from,
                              const void* token, SecHandle* into) {
  return traced({.function = function, .new_context = into},
                [&] { return import_context(package, from, token, into); });
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

SECURITY_STATUS SEC_ENTRY ExportSecurityContext(PCtxtHandle phContext, ULONG fFlags, PSecBuffer pPackedContext,
                                                void** pToken) {
  return abi::guarded([&] {
    return abi::traced(
        {.function = "ExportSecurityContext", .context = phContext, .flags = fFlags, .flags_name = "flags"},
        [&] { return abi::export_and_delete(phContext, fFlags, pPackedContext, pToken); });
  });
}

SECURITY_STATUS SEC_ENTRY ImportSecurityContextA(LPSTR pszPackage, PSecBuffer pPackedContext, void* Token,
                                                 PCtxtHandle phContext) {
  return abi::guarded([&] {
    return abi::import_traced("ImportSecurityContextA", pszPackage == nullptr ? "" : pszPackage, pPackedContext, Token,
                              phContext);
  });
}

SECURITY_STATUS SEC_ENTRY ImportSecurityContextW(LPWSTR pszPackage, PSecBuffer pPackedContext, void* Token,
                                                 PCtxtHandle phContext) {
  return abi::guarded([&] {
    return abi::import_traced("ImportSecurityContextW", base::to_utf8(pszPackage), pPackedContext, Token, phContext);
  });
}

#include "abi/translate/session_data.hpp"

#include <schannel.h>

#include "abi/translate/memory.hpp"
#include "abi/translate/status.hpp"

namespace schannix::abi {
namespace {

constexpr DWORD most = 4096;  // a client sends it back with the ticket, in its first message

}  // namespace

SECURITY_STATUS set_session_data(context_object& of, const void* from, ULONG size) {
  if (size != sizeof(SecPkgContext_SessionAppData)) return SEC_E_INVALID_PARAMETER;
  const auto& data = *static_cast<const SecPkgContext_SessionAppData*>(from);
  const bool fits = data.cbAppData <= most && (data.cbAppData == 0 || data.pbAppData != nullptr);
  if (data.dwFlags != 0 || !fits) return SEC_E_INVALID_PARAMETER;
  const auto done = of.connection->keep_with_session({data.pbAppData, data.cbAppData});
  return done ? SEC_E_OK : status_of(done.error());
}

SECURITY_STATUS session_data(const context_object& of, void* into) {
  if (of.connection->facts() == nullptr) return SEC_E_INVALID_HANDLE;
  const base::bytes kept = of.connection->kept_with_session();
  auto* const copy = kept.empty() ? nullptr : static_cast<BYTE*>(allocate_copy(kept));
  *static_cast<SecPkgContext_SessionAppData*>(into) = {0, static_cast<DWORD>(kept.size()), copy};
  return SEC_E_OK;
}

}  // namespace schannix::abi

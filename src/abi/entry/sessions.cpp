// SslEmptyCache. MS nf-schannel-sslemptycachea
#include <schannel.h>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "base/text.hpp"
#include "credential/sessions.hpp"

namespace schannix::abi {
namespace {

BOOL empty_cache(bool of_all, const std::string& target, DWORD flags) {
  if (flags != 0) return fail(ERROR_INVALID_PARAMETER, FALSE);
  if (of_all || !target.empty()) credential::forget_client_sessions(the_environment(), target);  // "" has no session
  return TRUE;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI SslEmptyCacheA(LPSTR pszTargetName, DWORD dwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    return abi::empty_cache(pszTargetName == nullptr, pszTargetName == nullptr ? "" : pszTargetName, dwFlags);
  });
}

BOOL WINAPI SslEmptyCacheW(LPWSTR pszTargetName, DWORD dwFlags) {
  return abi::guarded_or<BOOL>(
      FALSE, [&] { return abi::empty_cache(pszTargetName == nullptr, base::to_utf8(pszTargetName), dwFlags); });
}

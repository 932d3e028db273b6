// SchannixSetEventLog: who is told of the events that Windows' Schannel writes into the system log.
#include <schannix_ext.h>

#include "abi/events/events.hpp"
#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"

BOOL WINAPI SchannixSetEventLog(SCHANNIX_EVENT_FN pfnEvent, void* pvArgument, DWORD dwLevels) {
  using namespace schannix::abi;
  constexpr DWORD all = SCHANNIX_EVENT_ERROR | SCHANNIX_EVENT_WARNING | SCHANNIX_EVENT_INFORMATION;
  return guarded_or<BOOL>(FALSE, [&] {
    if ((dwLevels & ~all) != 0) return fail(ERROR_INVALID_PARAMETER, FALSE);
    if (!the_runtime().events.listen(pfnEvent, pvArgument, dwLevels)) return fail(ERROR_BUSY, FALSE);
    tell_loaded();
    return TRUE;
  });
}

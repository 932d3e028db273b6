// SchannixCounters: what Windows' performance counters tell of Schannel.
#include <schannix_ext.h>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "credential/sessions.hpp"

BOOL WINAPI SchannixCounters(SCHANNIX_COUNTERS* pCounters) {
  using namespace schannix::abi;
  using schannix::engine::role;
  return guarded_or<BOOL>(FALSE, [&] {
    if (pCounters == nullptr || pCounters->cbSize != sizeof *pCounters) return fail(ERROR_INVALID_PARAMETER, FALSE);
    const handshake_counters& handshakes = the_runtime().handshakes;
    pCounters->dwSessionCacheEntries = static_cast<DWORD>(schannix::credential::kept_sessions(the_environment()));
    pCounters->ullClientFullHandshakes = handshakes.of(role::client, false);
    pCounters->ullClientReconnectHandshakes = handshakes.of(role::client, true);
    pCounters->ullServerFullHandshakes = handshakes.of(role::server, false);
    pCounters->ullServerReconnectHandshakes = handshakes.of(role::server, true);
    return TRUE;
  });
}

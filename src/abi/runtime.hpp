// Everything the process has one of: the settings, handle tables, the trace sink, the event log, and engine's
// environment. Made at first use, never destroyed (a reachable pointer; the library is linked -z nodelete).
#pragma once

#include <sspi.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "abi/counters.hpp"
#include "abi/events/event_log.hpp"
#include "abi/keys/objects.hpp"
#include "abi/settings/settings_file.hpp"
#include "abi/trace.hpp"
#include "context/connection.hpp"
#include "credential/credential.hpp"
#include "engine/environment.hpp"
#include "handle/numbers.hpp"
#include "handle/table.hpp"
#include "schannix/close.hpp"
#include "schannix/detail/bytes_after.hpp"

namespace schannix::abi {

// What was told about a context already: each once, from either direction.
class event_marks {
 public:
  enum mark : std::uint8_t { ended = 1, alert_made = 2 };
  bool first(mark one) noexcept { return (told_.fetch_or(one, std::memory_order_relaxed) & one) == 0; }

 private:
  std::atomic<std::uint8_t> told_{0};
};

// What SECPKG_ATTR_KEYING_MATERIAL will be asked for.
struct keying_request {
  std::string label;  // without its NUL
  base::bytes context;
  DWORD size = 0;
};

// What a CtxtHandle stands for.
struct context_object {
  std::unique_ptr<context::connection> connection;
  handle::token made_from;        // the credential's handle, which may have been freed since
  ULONG returned_attributes = 0;  // of the last ISC / ASC: SECPKG_ATTR_FLAGS
  std::optional<keying_request> keying;
  DWORD eap_prf = 0;  // of SecPkgContext_EapPrfInfo
  // For the close report. The library sees no socket: the program says how it ended.
  transport_end transport = transport_end::none;
  bool nothing_awaited = false;
  schannix::detail::bytes_after after_close;
  event_marks told;
};

// What a CredHandle stands for.
struct credential_object {
  std::shared_ptr<const credential::credential> held;
};

struct runtime {
  runtime();  // throws std::runtime_error: the settings or OpenSSL

  const settings_file settings;
  engine::environment environment;
  handle::table<credential_object> credentials{1};
  handle::table<context_object> contexts{2};
  trace_sink trace;
  event_log events;
  handshake_counters handshakes;
  handle::numbers<key_object> keys;  // what ncrypt.h's handles and CryptoAPI's stand for
};

runtime& the_runtime();                        // throws when it cannot be set up, and says why on standard error
const engine::environment& the_environment();  // of the_runtime()

// Why the_runtime() throws; "": it does not. Says nothing on standard error.
std::string setup_problem();

inline handle::token token_of(const SecHandle& handle) { return {handle.dwLower, handle.dwUpper}; }
inline void store_token(handle::token from, SecHandle& handle) {
  handle.dwLower = from.lower;
  handle.dwUpper = from.upper;
}

// Callers write "none" as NULL, as zeros, or with SecInvalidateHandle.
inline bool names_nothing(const SecHandle* handle) {
  constexpr ULONG_PTR ones = ~ULONG_PTR{0};
  return handle == nullptr || (handle->dwLower == 0 && handle->dwUpper == 0) ||
         (handle->dwLower == ones && handle->dwUpper == ones);
}

// Empty when the handle names no living object.
inline handle::pin<context_object> take_context(const SecHandle* handle, handle::hold how) {
  return names_nothing(handle) ? handle::pin<context_object>() : the_runtime().contexts.take(token_of(*handle), how);
}
std::shared_ptr<const credential::credential> take_credential(const SecHandle* handle);

}  // namespace schannix::abi

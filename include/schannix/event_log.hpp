// event_log.hpp: the events that Windows' Schannel writes into the system log, for a program's own log.
//
//   schannix::event_listener log([](const schannix::log_event& what) {
//     syslog(what.priority(), "Schannel %u: %s", what.id, std::string(what.text).c_str());
//   });
//
// One at a time in a process: a second one takes the events over, and the end of either ends them. Ownership: the
// listener keeps the function; when its destructor has returned, the function is not running and is not called again.
// Threads: the function runs on the thread of the call that caused the event, on several at once. It must not throw
// (what it throws is dropped), nor use the connection that the event is about, nor make or end a listener. Built on
// SchannixSetEventLog (schannix_ext.h).
#pragma once

#include <schannix_ext.h>

#include <functional>
#include <string_view>

namespace schannix {
inline namespace v0 {

enum class event_level : DWORD {
  error = SCHANNIX_EVENT_ERROR,
  warning = SCHANNIX_EVENT_WARNING,
  information = SCHANNIX_EVENT_INFORMATION,
};

struct log_event {
  event_level level = event_level::error;
  unsigned id = 0;        // 36864 to 36888: explain("event 36887") tells what it means
  std::string_view text;  // one sentence in one line; no keys, no payload

  int priority() const noexcept;  // syslog's, and journald's: 3 error, 4 warning, 6 information
};

class event_listener {
 public:
  using function = std::function<void(const log_event&)>;
  static constexpr DWORD as_set = 0;  // what EventLogging in the settings says: errors, unless it says otherwise
  static constexpr DWORD everything = SCHANNIX_EVENT_ERROR | SCHANNIX_EVENT_WARNING | SCHANNIX_EVENT_INFORMATION;

  // levels: bits of event_level. Throws std::runtime_error when the library cannot be set up, and
  // std::invalid_argument for other bits, for an empty function, and inside a listener's function.
  explicit event_listener(function to, DWORD levels = as_set);
  event_listener(const event_listener&) = delete;
  event_listener& operator=(const event_listener&) = delete;
  ~event_listener();

 private:
  static void hand_over(void* self, DWORD level, DWORD id, const char* text) noexcept;

  function to_;
};

}  // namespace v0
}  // namespace schannix

#include "schannix/detail/event_log.ipp"

// The way out for the events that Windows' Schannel writes into the system log: one function of the program's, and the
// levels that it gets. Which events there are is events.hpp's matter.
#pragma once

#include <schannix_ext.h>

#include <atomic>
#include <cstdint>
#include <shared_mutex>
#include <string>

namespace schannix::abi {

enum class event_level : DWORD {
  error = SCHANNIX_EVENT_ERROR,
  warning = SCHANNIX_EVENT_WARNING,
  information = SCHANNIX_EVENT_INFORMATION,
};

class event_log {
 public:
  explicit event_log(DWORD as_set) : as_set_(as_set) {}  // EventLogging of the settings: level bits

  // From now on function, or nobody (null); levels 0: those of the settings. When this returns, the function before it
  // is not running and is never called again. False, and nothing changes: it is that function which calls.
  bool listen(SCHANNIX_EVENT_FN function, void* argument, DWORD levels);

  // With nobody listening, one relaxed load.
  bool listening() const noexcept { return levels_.load(std::memory_order_relaxed) != 0; }

  // Control characters become '?': names out of certificates may hold anything. What the function causes itself
  // is not told.
  void write(event_level level, DWORD id, std::string text) const;

 private:
  bool wants(event_level level) const noexcept {
    return (levels_.load(std::memory_order_relaxed) & static_cast<DWORD>(level)) != 0;
  }

  const DWORD as_set_;
  std::atomic<DWORD> levels_{0};
  mutable std::shared_mutex lock_;  // shared: the function is running
  SCHANNIX_EVENT_FN function_ = nullptr;
  void* argument_ = nullptr;
};

}  // namespace schannix::abi

// event_log.ipp: definitions of event_log.hpp.
#pragma once

#include <stdexcept>
#include <utility>

#include "schannix/settings.hpp"

namespace schannix {
inline namespace v0 {

inline int log_event::priority() const noexcept {
  constexpr int err = 3, warning = 4, info = 6;  // syslog(3)
  if (level == event_level::error) return err;
  return level == event_level::warning ? warning : info;
}

inline event_listener::event_listener(function to, DWORD levels) : to_(std::move(to)) {
  if (const std::string problem = setup_problem(); !problem.empty()) throw std::runtime_error(problem);
  if (!to_ || SchannixSetEventLog(hand_over, this, levels) == 0)
    throw std::invalid_argument("schannix::event_listener: no function, unknown levels, or inside such a function");
}

inline event_listener::~event_listener() { SchannixSetEventLog(nullptr, nullptr, 0); }

inline void event_listener::hand_over(void* self, DWORD level, DWORD id, const char* text) noexcept {
  try {
    static_cast<event_listener*>(self)->to_({static_cast<event_level>(level), static_cast<unsigned>(id), text});
  } catch (...) {
    return;
  }
}

}  // namespace v0
}  // namespace schannix

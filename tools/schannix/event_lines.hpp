// The library's events, with Windows' ids, on standard error: for connect, serve and probe-shutdown with --events.
#pragma once

#include <optional>
#include <schannix/schannix.hpp>

#include "options.hpp"
#include "terminal.hpp"

namespace tool {

class event_lines {
 public:
  // Nothing when the options do not ask for it. The terminal must outlive this.
  event_lines(const common_options& options, const terminal& out);

 private:
  std::optional<schannix::event_listener> listener_;
};

}  // namespace tool

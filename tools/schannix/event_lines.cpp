#include "event_lines.hpp"

#include <fmt/format.h>

namespace tool {

namespace {

DWORD levels_of(std::string_view which) {
  if (which == "errors") return SCHANNIX_EVENT_ERROR;
  if (which == "warnings") return SCHANNIX_EVENT_ERROR | SCHANNIX_EVENT_WARNING;
  return which == "all" ? schannix::event_listener::everything : schannix::event_listener::as_set;
}

const char* level_name(schannix::event_level level) {
  if (level == schannix::event_level::error) return "error";
  return level == schannix::event_level::warning ? "warning" : "information";
}

}  // namespace

event_lines::event_lines(const common_options& options, const terminal& out) {
  if (options.events.empty()) return;
  const auto write = [&out, as_json = options.json](const schannix::log_event& what) {
    if (as_json)
      out.event("log", {{"level", level_name(what.level)}, {"id", what.id}, {"text", what.text}});
    else
      out.log(what.priority(), fmt::format("Schannel {}: {}", what.id, what.text));
  };
  prepare([&] { listener_.emplace(write, levels_of(options.events)); });
}

}  // namespace tool

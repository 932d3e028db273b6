#include "terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace tool {

namespace {

// https://no-color.org: any value that is not empty turns colours off.
bool wants_color() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string_view(term) == "dumb";
  return isatty(STDERR_FILENO) == 1 && (no_color == nullptr || *no_color == '\0') && !dumb;
}

const char* escape_of(tone how) {
  switch (how) {
    case tone::good:
      return "\033[32m";
    case tone::bad:
      return "\033[1;31m";
    case tone::quiet:
      return "\033[2m";
    case tone::plain:
      break;
  }
  return "";
}

// One write per line, so that lines of several processes on one terminal do not mix. A closed stderr is not our
// problem.
void write_line(std::string text) {
  text += '\n';
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

terminal::terminal(bool as_json) : json_(as_json), color_(!as_json && wants_color()) {}

void terminal::say(std::string_view text, tone how) const {
  if (json_) return;
  if (color_ && how != tone::plain)
    write_line(fmt::format("{}{}\033[0m", escape_of(how), text));
  else
    write_line(std::string(text));
}

void terminal::event(std::string_view name, const json& fields) const {
  if (!json_) return;
  json object = {{"event", name}};
  object.update(fields);
  write_line(object.dump(-1, ' ', false, json::error_handler_t::replace));
}

void terminal::trace(std::string_view kind, std::string_view text) const {
  if (json_)
    event(kind, {{"text", text}});
  else
    say(fmt::format("{} {}", kind, text), tone::quiet);
}

void terminal::log(int priority, std::string_view text) const { write_line(fmt::format("<{}>{}", priority, text)); }

std::string printable(std::string_view text) {
  std::string clean;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    clean += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  return clean;
}

}  // namespace tool

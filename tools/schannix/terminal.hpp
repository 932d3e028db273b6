// What the tool says to people and programs, on stderr: stdout is for data alone.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace tool {

using json = nlohmann::ordered_json;

enum class tone { plain, good, bad, quiet };

class terminal {
 public:
  explicit terminal(bool as_json);

  // For people; nothing with --json.
  void say(std::string_view text, tone how = tone::plain) const;
  // One JSON object a line, with --json only.
  void event(std::string_view name, const json& fields = json::object()) const;
  // One SSPI call or one transfer, in either form.
  void trace(std::string_view kind, std::string_view text) const;
  // A line for journald, never in colour: "<3>text" (sd-daemon(3)).
  void log(int priority, std::string_view text) const;

 private:
  bool json_;
  bool color_;
};

// A name out of a certificate may hold anything; control characters must not reach a terminal.
std::string printable(std::string_view text);

}  // namespace tool

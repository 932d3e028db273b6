// schannix explain: what a code means. Out of the library's table alone; nothing is asked of any network.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <schannix/explain.hpp>

#include "exit_codes.hpp"
#include "options.hpp"
#include "terminal.hpp"

namespace tool {

namespace {

constexpr std::size_t label_width = 13;
constexpr std::size_t text_width = 80;

json as_json(const schannix::explanation& one) {
  return {{"kind", schannix::kind_name(one.kind)},
          {"code", one.code},
          {"number", schannix::code_text(one)},
          {"name", one.name},
          {"meaning", one.meaning},
          {"said_by", one.said_by},
          {"causes", one.causes},
          {"next_step", one.next_step}};
}

// Breaks the text at blanks; further lines begin under the first one's text.
void print_field(std::string_view label, std::string_view text) {
  fmt::print("  {:<{}}", label, label_width);
  while (text.size() > text_width && text.rfind(' ', text_width) != std::string_view::npos) {
    const auto blank = text.rfind(' ', text_width);
    fmt::print("{}\n  {:<{}}", text.substr(0, blank), "", label_width);
    text.remove_prefix(blank + 1);
  }
  fmt::print("{}\n", text);
}

// As people meet it: a status in hex and as the signed number of a log, an alert by its number.
std::string numbers_of(const schannix::explanation& one) {
  switch (one.kind) {
    case schannix::code_kind::status:
      return fmt::format("status {}, {}", schannix::code_text(one), static_cast<std::int32_t>(one.code));
    case schannix::code_kind::alert:
      return fmt::format("TLS alert {}", one.code);
    case schannix::code_kind::log_event:
      return "Windows' system log, source Schannel";
    case schannix::code_kind::verdict:
      break;
  }
  return "how a connection ended";
}

void print_text(const schannix::explanation& one) {
  fmt::print("{} ({})\n", one.name, numbers_of(one));
  print_field("meaning", one.meaning);
  print_field("said by", one.said_by);
  print_field("likely cause", one.causes);
  print_field("next step", one.next_step);
}

void print_list(const std::vector<schannix::explanation>& all, bool json_lines) {
  for (const auto& one : all)
    if (json_lines)
      fmt::print("{}\n", as_json(one).dump());
    else
      fmt::print("{:<10}  {:<35}  {}\n", schannix::code_text(one), one.name, one.meaning);
}

[[noreturn]] void refuse(const std::string& code) {
  std::string text = fmt::format("explain: \"{}\" is no code that is known here", printable(code));
  std::string near;
  for (const auto& name : schannix::similar_names(code)) near += (near.empty() ? "" : ", ") + name;
  if (!schannix::explain("0x" + code).empty()) near = "0x" + code;  // copied without its beginning
  text += near.empty() ? "; schannix explain --list has all" : "; did you mean " + near + "?";
  throw usage_mistake(text);
}

}  // namespace

int run_explain(const explain_options& options) {
  std::signal(SIGPIPE, SIG_DFL);  // a filter: `schannix explain --list | head` ends in silence
  if (options.list) return print_list(schannix::all_explanations(), options.json), exit_clean;
  std::string code;
  for (const auto& word : options.words) code += (code.empty() ? "" : " ") + word;
  if (code.empty()) throw usage_mistake("explain: which code? schannix explain --list has all");
  const auto found = schannix::explain(code);
  if (found.empty()) refuse(code);
  if (options.json) return print_list(found, true), exit_clean;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i != 0) fmt::print("\n");
    print_text(found[i]);
  }
  return exit_clean;
}

}  // namespace tool

// schannix config show: every setting, what it comes to here, and who said so. What it prints can be taken as a
// settings file: what is no setting of the file, or does nothing, is a comment.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <schannix/settings.hpp>

#include "config/config.hpp"
#include "exit_codes.hpp"
#include "terminal.hpp"

namespace tool {

namespace {

json as_json(const schannix::setting& one) {
  return {{"section", one.section}, {"name", one.name},
          {"value", one.value},     {"origin", schannix::origin_name(one.origin)},
          {"place", one.place},     {"has_effect", one.has_effect},
          {"remark", one.remark}};
}

void print_line(const schannix::setting& one, bool with_origin, bool as_comment) {
  std::string comment = with_origin ? one.place : "";
  if (!one.remark.empty()) comment += (comment.empty() ? "" : "; ") + one.remark;
  const std::string line = fmt::format("{}{} = {}", as_comment || one.value.empty() ? "; " : "", one.name, one.value);
  fmt::print("{}\n", printable(comment.empty() ? line : fmt::format("{:<27}  ; {}", line, comment)));
}

void print_effective(const std::vector<schannix::setting>& all, bool with_origin) {
  std::string section;
  for (const auto& one : all) {
    if (!one.has_effect) continue;
    if (one.section != section) fmt::print("\n[{}]\n", section = one.section);
    print_line(one, with_origin, one.section.empty());
  }
}

void print_without_effect(const std::vector<schannix::setting>& all, bool with_origin) {
  std::string section;
  fmt::print("\n; Known, and without effect here:\n");
  for (const auto& one : all) {
    if (one.has_effect) continue;
    if (one.section != section) fmt::print(";\n; [{}]\n", section = one.section);
    print_line(one, with_origin, true);
  }
}

}  // namespace

std::vector<schannix::setting> known_settings() {
  return prepare([] { return schannix::all_settings(); });
}

int run_config_show(const config_show_options& options) {
  std::signal(SIGPIPE, SIG_DFL);  // a filter: `schannix config show | head` ends in silence
  const auto all = known_settings();
  if (options.json) {
    for (const auto& one : all) fmt::print("{}\n", as_json(one).dump(-1, ' ', false, json::error_handler_t::replace));
    return exit_clean;
  }
  print_effective(all, options.origin);
  print_without_effect(all, options.origin);
  return exit_clean;
}

}  // namespace tool

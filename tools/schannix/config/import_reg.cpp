// schannix config import-reg: Schannel's settings of a Windows machine, out of an export of its registry, as a settings
// file.
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "config/config.hpp"
#include "config/reg_file.hpp"
#include "exit_codes.hpp"
#include "files.hpp"
#include "terminal.hpp"

namespace tool {

namespace {

constexpr std::string_view order_section = "Cryptography\\Configuration\\SSL\\00010002";

bool same(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

// What follows the prefix; nothing when the text does not begin with it.
std::optional<std::string_view> behind(std::string_view prefix, std::string_view text) {
  if (!same(text.substr(0, prefix.size()), prefix)) return {};
  return text.substr(prefix.size());
}

struct place {
  std::string section;
  bool by_policy = false;  // a group policy's key, which counts more than the machine's own
};

// Below ...\Control, of whichever control set.
std::optional<place> place_below_control(std::string_view path) {
  if (same(path, "Lsa\\FIPSAlgorithmPolicy")) return place{"Lsa\\FIPSAlgorithmPolicy"};
  if (same(path, "Cryptography\\Configuration\\Local\\SSL\\00010002")) return place{std::string(order_section)};
  const auto rest = behind("SecurityProviders\\SCHANNEL", path);
  if (!rest) return {};
  if (rest->empty()) return place{"SCHANNEL"};
  if (!rest->starts_with('\\')) return {};
  return place{std::string(rest->substr(1))};
}

std::optional<place> place_of(std::string_view key) {
  const auto policy = behind("HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\", key);
  if (policy && same(*policy, order_section)) return place{std::string(order_section), true};
  const auto system = behind("HKEY_LOCAL_MACHINE\\SYSTEM\\", key);
  if (!system) return {};
  const auto below_set = behind("\\Control\\", system->substr(std::min(system->find('\\'), system->size())));
  return below_set ? place_below_control(*below_set) : std::nullopt;
}

struct line {
  std::string section, name, value;
  std::string comment;  // why it is not taken; "": it is
  bool by_policy = false;
};

std::string value_of(const reg_value& from) {
  if (from.kind == reg_kind::number) return std::to_string(from.number);
  return fmt::format("{}", fmt::join(from.texts, ","));
}

std::string objection(const reg_value& from, const schannix::setting* known) {
  const bool text = from.kind == reg_kind::text || from.kind == reg_kind::texts;
  if (from.kind == reg_kind::deleted) return "deleted by the file: the default holds";
  if (known == nullptr) return "no counterpart here";
  if (from.kind != reg_kind::number && !text) return "of a type that is no setting";
  if (known->is_list != text || (text && value_of(from).empty()))
    return known->is_list ? "no list of names" : "no DWORD";
  return known->has_effect ? "" : "without effect: " + known->remark;
}

// Later lines of the export count more than earlier ones, and a policy's more than the machine's.
void add(std::vector<line>& to, line made) {
  const auto before = std::find_if(to.begin(), to.end(), [&](const line& one) {
    return one.comment.empty() && same(one.section, made.section) && same(one.name, made.name);
  });
  if (!made.comment.empty() || before == to.end()) return to.push_back(std::move(made));
  if (made.by_policy >= before->by_policy) std::swap(*before, made);
  made.comment = "set again in the export, which counts more";
  to.push_back(std::move(made));
}

std::vector<line> translated(const std::vector<reg_value>& values, const std::vector<schannix::setting>& all) {
  std::vector<line> made;
  for (const reg_value& one : values) {
    const auto where = place_of(one.key);
    if (!where) {
      made.push_back({"", '[' + one.key + "] " + one.name, "", "no key of Schannel's"});
      continue;
    }
    const auto known = std::find_if(all.begin(), all.end(), [&](const schannix::setting& each) {
      return same(each.section, where->section) && same(each.name, one.name);
    });
    const schannix::setting* const found = known == all.end() ? nullptr : &*known;
    add(made, {found != nullptr ? found->section : where->section, found != nullptr ? found->name : one.name,
               value_of(one), objection(one, found), where->by_policy});
  }
  return made;
}

std::string text_of(const line& one) {
  const std::string text = printable(one.value.empty() ? one.name : one.name + " = " + one.value);
  return one.comment.empty() ? text + '\n' : fmt::format("; {}  ; {}\n", text, printable(one.comment));
}

// The sections in the order in which the export has them, each once; first what is in none.
std::string ini_of(std::vector<line> lines) {
  std::string text = "; Made from an export of Windows' registry by schannix config import-reg.\n";
  std::vector<std::string> sections;
  for (const line& one : lines)
    if (std::find(sections.begin(), sections.end(), one.section) == sections.end()) sections.push_back(one.section);
  const auto foreign = std::find(sections.begin(), sections.end(), "");
  if (foreign != sections.end()) std::rotate(sections.begin(), foreign, foreign + 1);
  for (const std::string& section : sections) {
    const auto of_it = [&](const line& one) { return one.section == section; };
    const bool live =
        std::any_of(lines.begin(), lines.end(), [&](const line& one) { return of_it(one) && one.comment.empty(); });
    if (!section.empty()) text += fmt::format("\n{}[{}]\n", live ? "" : "; ", printable(section));
    for (const line& one : lines)
      if (of_it(one)) text += text_of(one);
  }
  return text;
}

}  // namespace

int run_config_import_reg(const config_import_options& options) {
  // What is known does not depend on this machine's settings, and a file that is refused must not stand in the way.
  ::setenv("SCHANNIX_CONF", "/dev/null", 1);
  const std::string bytes = prepare([&] { return read_file(options.file); });
  const auto values = prepare([&] {
    try {
      return read_reg(bytes);
    } catch (const std::runtime_error& e) {
      throw usage_mistake(options.file + ": " + e.what());
    }
  });
  const auto lines = translated(values, known_settings());
  const std::string text = ini_of(lines);
  if (options.output.empty())
    std::fwrite(text.data(), 1, text.size(), stdout);
  else
    prepare([&] { write_file(options.output, text); });
  const auto taken = std::count_if(lines.begin(), lines.end(), [](const line& one) { return one.comment.empty(); });
  terminal(false).say(
      fmt::format("{} settings taken, {} left as comments", taken, static_cast<std::ptrdiff_t>(lines.size()) - taken));
  return exit_clean;
}

}  // namespace tool

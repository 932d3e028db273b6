#include "abi/settings/settings_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "base/ini.hpp"

namespace schannix::abi {
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw std::runtime_error("schannix: " + path + ": " + what);
}

[[noreturn]] void refuse(const std::string& path, unsigned line, const std::string& what) {
  refuse(path + ':' + std::to_string(line), what);
}

// Decimal, or hexadecimal with 0x.
std::optional<std::uint32_t> number_of(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, hexadecimal ? 16 : 10);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

bool is_name(std::string_view text, bool of_suite) {
  const auto fits = [&](char one) {
    const bool small = one >= 'a' && one <= 'z';
    return (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') || one == '_' ||
           (!of_suite && (small || one == '-'));
  };
  const bool begins = of_suite ? text.starts_with("TLS_") : !text.starts_with('-');  // OpenSSL 3.5: "take away"
  return !text.empty() && begins && std::all_of(text.begin(), text.end(), fits);
}

std::vector<std::string> names_of(std::string_view list) {
  std::vector<std::string> names;
  std::string name;
  for (const char one : std::string(list) + ',') {
    if (one != ',') {
      if (one != ' ' && one != '\t') name += one;
      continue;
    }
    names.push_back(std::move(name));
    name.clear();
  }
  return names;
}

std::string list_mistake(const known_setting& of, const std::vector<std::string>& names) {
  const bool suites = of.form == setting_form::suites;
  for (const std::string& name : names)
    if (!is_name(name, suites))
      return '"' + name + "\" in " + of.name + " is no name of a " +
             (suites ? "cipher suite; write TLS_AES_256_GCM_SHA384,..." : "group; write curve25519,NistP256,...");
  for (auto at = names.begin(); at != names.end(); ++at)
    if (std::find(names.begin(), at, *at) != at) return *at + " is twice in " + of.name;
  return {};
}

// Fills in what the form asks for. What is wrong; "": nothing.
std::string read_value(setting_line& line) {
  const known_setting& of = *line.of;
  if (of.form == setting_form::suites || of.form == setting_form::groups) {
    line.names = names_of(line.text);
    return list_mistake(of, line.names);
  }
  const auto number = number_of(line.text);
  if (!number) return '"' + line.text + "\" is no number for " + of.name + "; write 0, 1, 36000000 or 0x1";
  if (*number < of.least) return of.name + " is at least " + std::to_string(of.least);
  if (*number > of.most) return of.name + " is at most " + std::to_string(of.most);
  line.number = of.form == setting_form::flag ? std::min(*number, 1U) : *number;
  line.text = std::to_string(line.number);
  return {};
}

std::string unknown(const base::ini_entry& entry) {
  for (const known_setting& one : known_settings())
    if (base::same_name(one.section, entry.section))
      return "\"" + entry.name + "\" is no setting of [" + one.section + "]; schannix config show has all";
  return "[" + entry.section + "] is no section of settings; schannix config show has all";
}

void add(settings_file& to, const base::ini_entry& entry) {
  setting_line line{find_setting(entry.section, entry.name), entry.value, 0, {}, entry.line};
  if (line.of == nullptr) refuse(to.path, entry.line, unknown(entry));
  if (const setting_line* const before = to.find(*line.of))
    refuse(to.path, entry.line, line.of->name + " was set in line " + std::to_string(before->line) + " already");
  if (const std::string wrong = read_value(line); !wrong.empty()) refuse(to.path, entry.line, wrong);
  to.lines.push_back(std::move(line));
}

struct open_file {
  int number;
  ~open_file() { ::close(number); }
};

std::string content_of(const std::string& path, const open_file& file) {
  std::string text;
  char part[4096];
  ssize_t size = 0;
  while ((size = ::read(file.number, part, sizeof part)) > 0) {
    text.append(part, static_cast<std::size_t>(size));
    if (text.size() > largest_file) refuse(path, "larger than 1 MiB: no settings");
  }
  if (size < 0) refuse(path, std::strerror(errno));
  return text;
}

}  // namespace

const setting_line* settings_file::find(const known_setting& which) const {
  const auto found =
      std::find_if(lines.begin(), lines.end(), [&](const setting_line& one) { return one.of == &which; });
  return found == lines.end() ? nullptr : &*found;
}

const setting_line* settings_file::find(std::string_view section, std::string_view name) const {
  const known_setting* const which = find_setting(section, name);
  return which == nullptr ? nullptr : find(*which);
}

settings_file parse_settings(const std::string& path, std::string_view text) {
  const auto read = base::read_ini(text);
  if (const auto* const wrong = std::get_if<base::ini_mistake>(&read)) refuse(path, wrong->line, wrong->text);
  settings_file made{path, {}};
  for (const base::ini_entry& entry : std::get<std::vector<base::ini_entry>>(read)) add(made, entry);
  return made;
}

settings_file read_settings_file() {
  const char* const named = ::secure_getenv("SCHANNIX_CONF");
  const bool has_to_be = named != nullptr && *named != '\0';
  const std::string path = has_to_be ? named : system_settings_path;
  const open_file file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  const bool missing = file.number < 0 && (errno == ENOENT || errno == ENOTDIR);
  if (missing && !has_to_be) return {};
  if (file.number < 0) refuse(path, std::strerror(errno) + std::string(has_to_be ? " (SCHANNIX_CONF)" : ""));
  return parse_settings(path, content_of(path, file));
}

}  // namespace schannix::abi

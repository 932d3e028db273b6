#include "base/ini.hpp"

#include <algorithm>
#include <optional>

namespace schannix::base {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool begins_comment(char one) { return one == ';' || one == '#'; }

std::string_view without_comment(std::string_view line) {
  for (std::size_t at = 0; at < line.size(); ++at)
    if (begins_comment(line[at]) && (at == 0 || blanks.find(line[at - 1]) != std::string_view::npos))
      return line.substr(0, at);
  return line;
}

bool has_control_character(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char one) {
    const auto code = static_cast<unsigned char>(one);
    return (code < 0x20 && one != '\t') || code == 0x7F;
  });
}

// Takes a line off the front, without its end.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

class reader {
 public:
  // What is wrong with the line; nothing when it was read.
  std::optional<std::string> read(std::string_view whole, unsigned number) {
    if (has_control_character(whole)) return "a control character";
    const std::string_view line = trimmed(without_comment(whole));
    if (line.empty()) return {};
    return line.front() == '[' ? read_section(line) : read_value(line, number);
  }

  std::vector<ini_entry> entries;

 private:
  std::optional<std::string> read_section(std::string_view line) {
    const auto name = line.ends_with(']') ? trimmed(line.substr(1, line.size() - 2)) : std::string_view();
    if (name.empty()) return "a section is a name in brackets: [Protocols\\TLS 1.2\\Client]";
    section_ = name;
    return {};
  }

  std::optional<std::string> read_value(std::string_view line, unsigned number) {
    const auto sign = line.find('=');
    const std::string_view name = trimmed(line.substr(0, sign));
    if (sign == std::string_view::npos || name.empty())
      return "neither a [section] nor a line of the form name = value";
    if (section_.empty()) return "a value before the first [section]; those of the top-level key belong to [SCHANNEL]";
    entries.push_back({section_, std::string(name), std::string(trimmed(line.substr(sign + 1))), number});
    return {};
  }

  std::string section_;
};

char lower(char one) { return one >= 'A' && one <= 'Z' ? static_cast<char>(one - 'A' + 'a') : one; }

}  // namespace

std::variant<std::vector<ini_entry>, ini_mistake> read_ini(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  reader lines;
  for (unsigned number = 1; !text.empty(); ++number)
    if (auto wrong = lines.read(take_line(text), number)) return ini_mistake{number, std::move(*wrong)};
  return std::move(lines.entries);
}

bool same_name(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace schannix::base

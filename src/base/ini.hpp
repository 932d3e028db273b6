// Text of the form that settings files have: [section] lines, and name = value lines below them. What the names mean is
// for others to say. A comment begins with ; or # at the start of a line, or behind a blank.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace schannix::base {

struct ini_entry {
  std::string section, name, value;
  unsigned line = 0;  // from 1 on
};

struct ini_mistake {
  unsigned line = 0;
  std::string text;  // a clause, for a person
};

// All entries in their order, or the first line that cannot be read: nothing is passed over.
std::variant<std::vector<ini_entry>, ini_mistake> read_ini(std::string_view text);

// ASCII letters in any case, as the names of the registry are compared.
bool same_name(std::string_view a, std::string_view b) noexcept;

}  // namespace schannix::base

// Which names of Windows a source file uses, and where.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "port/scanner/names.hpp"
#include "port/scanner/tokens.hpp"

namespace tool::port {

struct name_use {
  std::string_view name;  // into the source
  std::uint32_t line;
  std::optional<known_name> known;  // nothing: it looks like a name of Windows', and nobody here knows it
};

struct source_names {
  std::vector<name_use> uses;
  std::vector<std::string_view> declared;  // look-alikes that the file itself declares or defines
  bool for_windows = false;                // it includes a header of Windows, or has a name that nobody else has
};

source_names names_in(const std::vector<token>& tokens, language written_in);

// What both this and the traps ask of tokens. Behind either end stands an empty mark.
const token& at(const std::vector<token>& tokens, std::size_t index);
bool is_call(const std::vector<token>& tokens, std::size_t index);  // of a function's name, in C: not its declaration

}  // namespace tool::port

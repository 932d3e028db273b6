// What compiles in a program for Windows and does something else here, or never was right: found by what stands next to
// what in one C or C++ file. No types and no data flow are known, so these are places to look at, not proofs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "port/scanner/tokens.hpp"

namespace tool::port {

enum class gravity { note, warning };

struct rule {
  std::string_view id;
  gravity how;
  std::string_view summary;  // one sentence
  std::string_view advice;   // what to do
};

std::span<const rule> all_rules();
const rule& rule_of(std::string_view id);  // one of them

struct trap {
  const rule* broken;
  std::uint32_t line;
  std::string detail;  // the words that it was found by
};

struct source_traps {
  std::vector<trap> found;                  // by line
  std::optional<std::uint32_t> handshakes;  // the line of the first call that drives a handshake
  bool names_extra = false;                 // SECBUFFER_EXTRA: a file that includes it need not
  std::vector<std::string_view> includes;   // the names between "...", without their folders
  bool shuts_down = false;                  // it names a shutdown token: whether the whole program does, others judge
};

source_traps traps_in(const std::vector<token>& tokens);

}  // namespace tool::port

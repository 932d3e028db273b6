// The settings file of the machine, as lines: where it is, what it says, and what is wrong with it. Read once per
// process, by the runtime. A file that cannot be read in full is refused: a setting that is meant to forbid something
// must not get lost in a typing error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "abi/settings/known.hpp"

namespace schannix::abi {

struct setting_line {
  const known_setting* of = nullptr;
  std::string text;                // a list as it is written
  std::uint32_t number = 0;        // of flags (0 or 1) and numbers
  std::vector<std::string> names;  // of lists
  unsigned line = 0;
};

struct settings_file {
  std::string path;  // "": there is none, and nothing is wrong with that
  std::vector<setting_line> lines;

  const setting_line* find(const known_setting& which) const;
  const setting_line* find(std::string_view section, std::string_view name) const;
};

inline constexpr const char* system_settings_path = "/etc/schannix/schannix.conf";

// SCHANNIX_CONF's (not in set-uid programs), which has to exist, or the system's, which need not. Throws
// std::runtime_error: "schannix: FILE:LINE: what is wrong".
settings_file read_settings_file();

// The same of a text. Throws as above.
settings_file parse_settings(const std::string& path, std::string_view text);

}  // namespace schannix::abi

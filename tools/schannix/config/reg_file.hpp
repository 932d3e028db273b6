// A file that the registry editor of Windows exported (.reg), as values under their keys. In UTF-16 with a byte order
// mark, as regedit writes it, or in UTF-8 or ASCII.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tool {

enum class reg_kind { number, text, texts, deleted, other };

struct reg_value {
  std::string key;   // "HKEY_LOCAL_MACHINE\SYSTEM\..."
  std::string name;  // "" : the key's default value, or a key that is deleted
  reg_kind kind = reg_kind::other;
  std::uint32_t number = 0;        // REG_DWORD
  std::vector<std::string> texts;  // REG_SZ, REG_EXPAND_SZ: one; REG_MULTI_SZ: any number. UTF-8
  unsigned line = 0;
};

// In the order of the file. Throws std::runtime_error: "line N: what is wrong".
std::vector<reg_value> read_reg(std::string_view bytes);

}  // namespace tool

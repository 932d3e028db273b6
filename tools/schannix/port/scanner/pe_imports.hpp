// What a program or DLL of Windows (a PE file) imports: the names by DLL, out of its import table and that of delayed
// loading. What it asks GetProcAddress for, and what a .NET assembly declares with DllImport, stands elsewhere and is
// not seen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tool::port {

struct pe_import {
  std::string dll;                       // "secur32.dll", in small letters
  std::string name;                      // "": by number, of a DLL whose numbers are not known here
  std::optional<std::uint16_t> ordinal;  // where it is by number
};

// Any bytes. Throws std::runtime_error, with what is wrong, for what is no PE file or contradicts itself. Bounded: no
// more than 65536 imports, however often tables name the same place.
std::vector<pe_import> pe_imports(std::string_view file);

bool looks_like_pe(std::string_view beginning);  // of its first two bytes

}  // namespace tool::port

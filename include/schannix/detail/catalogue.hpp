// catalogue.hpp: the library's table of codes and their meanings, as this API looks things up in it. Used by alert.hpp,
// error.hpp and explain.hpp.
#pragma once

#include <schannix_ext.h>

#include <cstdint>
#include <optional>
#include <string>

namespace schannix {
inline namespace v0 {
namespace detail {

// The entry at this place of the table; nothing behind the last one.
inline std::optional<SCHANNIX_EXPLANATION> catalogue_entry(DWORD index) noexcept {
  SCHANNIX_EXPLANATION found{};
  found.cbSize = sizeof found;
  if (SchannixExplain(index, &found) == 0) return {};
  return found;
}

inline std::string hexadecimal(std::uint32_t value) {
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789ABCDEF"[(value >> shift) & 0xF];
  return text;
}

// The usual entry of this code.
inline std::optional<SCHANNIX_EXPLANATION> look_up(DWORD kind, std::uint32_t code) noexcept {
  for (DWORD index = 0;; ++index) {
    const auto entry = catalogue_entry(index);
    if (!entry || (entry->dwKind == kind && entry->dwCode == code)) return entry;
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace schannix

// text.hpp: UTF-8 to the WCHAR of the Windows calls and back. Malformed input becomes U+FFFD.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace schannix {
inline namespace v0 {
namespace detail {

// RFC 3629 §3. Takes one character off the front of text (which is not empty).
inline char32_t take_utf8(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  if (first < 0x80) return first;
  const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4 || text.size() < more) return U'\uFFFD';
  auto value = static_cast<char32_t>(first & (0x3F >> more));
  for (std::size_t i = 0; i < more; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return U'\uFFFD';
    value = (value << 6) | (next & 0x3F);
  }
  text.remove_prefix(more);
  constexpr char32_t smallest[] = {0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return value < smallest[more] || value > 0x10FFFF || surrogate ? U'\uFFFD' : value;
}

inline std::wstring widen(std::string_view text) {
  static_assert(sizeof(wchar_t) == 4, "WCHAR holds one character here");
  std::wstring wide;
  while (!text.empty()) wide += static_cast<wchar_t>(take_utf8(text));
  return wide;
}

// For names that consist of ASCII (cipher suites).
inline std::string narrow_ascii(const wchar_t* text) {
  std::string narrow;
  for (; *text != 0; ++text) narrow += *text < 0x80 ? static_cast<char>(*text) : '?';
  return narrow;
}

}  // namespace detail
}  // namespace v0
}  // namespace schannix

// lstr...: strings where NULL is allowed.
#include <windows.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace {

template <typename Character>
int length(const Character* text) {
  return text == nullptr ? 0 : static_cast<int>(std::char_traits<Character>::length(text));
}

template <typename Character>
Character folded(Character c) {
  return c >= 'A' && c <= 'Z' ? static_cast<Character>(c + ('a' - 'A')) : c;
}

template <typename Character, typename Fold>
int compare(const Character* first, const Character* second, Fold fold) {
  if (first == nullptr || second == nullptr) return (first != nullptr) - (second != nullptr);
  while (*first != 0 && fold(*first) == fold(*second)) ++first, ++second;
  using traits = std::char_traits<Character>;  // knows that bytes are not signed
  const Character a = fold(*first), b = fold(*second);
  return traits::lt(b, a) - traits::lt(a, b);
}

template <typename Character>
Character* copy(Character* to, std::basic_string_view<Character> from) {
  *std::copy(from.begin(), from.end(), to) = 0;
  return to;
}

template <typename Character>
Character* copy_all(Character* to, const Character* from) {
  return to == nullptr || from == nullptr ? nullptr : copy(to, std::basic_string_view<Character>(from));
}

template <typename Character>
Character* append(Character* to, const Character* from) {
  if (to == nullptr || from == nullptr) return nullptr;
  copy(to + length(to), std::basic_string_view<Character>(from));
  return to;
}

template <typename Character>
Character* copy_some(Character* to, const Character* from, int room) {
  if (to == nullptr || from == nullptr || room <= 0) return nullptr;
  const Character* const end = std::find(from, from + room - 1, Character{0});
  return copy(to, std::basic_string_view<Character>(from, static_cast<std::size_t>(end - from)));
}

constexpr auto as_it_is = [](auto c) { return c; };
constexpr auto without_case = [](auto c) { return folded(c); };

}  // namespace

int WINAPI lstrlenA(LPCSTR lpString) { return length(lpString); }
int WINAPI lstrlenW(LPCWSTR lpString) { return length(lpString); }
int WINAPI lstrcmpA(LPCSTR lpString1, LPCSTR lpString2) { return compare(lpString1, lpString2, as_it_is); }
int WINAPI lstrcmpW(LPCWSTR lpString1, LPCWSTR lpString2) { return compare(lpString1, lpString2, as_it_is); }
int WINAPI lstrcmpiA(LPCSTR lpString1, LPCSTR lpString2) { return compare(lpString1, lpString2, without_case); }
int WINAPI lstrcmpiW(LPCWSTR lpString1, LPCWSTR lpString2) { return compare(lpString1, lpString2, without_case); }
LPSTR WINAPI lstrcpyA(LPSTR lpString1, LPCSTR lpString2) { return copy_all(lpString1, lpString2); }
LPWSTR WINAPI lstrcpyW(LPWSTR lpString1, LPCWSTR lpString2) { return copy_all(lpString1, lpString2); }
LPSTR WINAPI lstrcatA(LPSTR lpString1, LPCSTR lpString2) { return append(lpString1, lpString2); }
LPWSTR WINAPI lstrcatW(LPWSTR lpString1, LPCWSTR lpString2) { return append(lpString1, lpString2); }
LPSTR WINAPI lstrcpynA(LPSTR lpString1, LPCSTR lpString2, int iMaxLength) {
  return copy_some(lpString1, lpString2, iMaxLength);
}
LPWSTR WINAPI lstrcpynW(LPWSTR lpString1, LPCWSTR lpString2, int iMaxLength) {
  return copy_some(lpString1, lpString2, iMaxLength);
}

// MultiByteToWideChar and WideCharToMultiByte.
#include <windows.h>

#include <cwchar>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.hpp"

namespace {

using schannix::base::append_utf8;
using schannix::base::is_scalar;
using schannix::base::take_character;

constexpr char32_t replacement = 0xFFFD;

enum class encoding { utf8, ascii, latin1 };

std::optional<encoding> encoding_of(UINT code_page) {
  switch (code_page) {
    case CP_UTF8:
    case CP_ACP:
    case CP_OEMCP:
    case CP_MACCP:
    case CP_THREAD_ACP:
      return encoding::utf8;
    case 20127:
      return encoding::ascii;
    case 28591:
      return encoding::latin1;
    default:
      return std::nullopt;
  }
}

int fail(DWORD why) {
  SetLastError(why);
  return 0;
}

// What a call asks for, without its result: nullopt when it is well-formed.
template <typename From, typename To>
std::optional<DWORD> refusal(UINT code_page, const From* from, int from_count, const To* to, int to_count) {
  const bool same = static_cast<const void*>(from) == static_cast<const void*>(to);
  if (!encoding_of(code_page) || from == nullptr || from_count == 0 || from_count < -1 || to_count < 0 ||
      (to_count > 0 && (to == nullptr || same)))
    return ERROR_INVALID_PARAMETER;
  return std::nullopt;
}

template <typename Character>
std::basic_string_view<Character> source(const Character* text, int count) {
  if (count >= 0) return {text, static_cast<std::size_t>(count)};
  return {text, std::char_traits<Character>::length(text) + 1};  // the terminator is converted too
}

// Where the result goes: nowhere in a first pass, which counts, into the caller's buffer in a second. So nothing is
// allocated, and no copy of what may be a password stays behind.
template <typename Character>
struct sink {
  Character* to = nullptr;
  std::size_t count = 0;
  bool all_valid = true;  // as Unicode
  bool all_there = true;  // in the code page

  void put(Character unit) {
    if (to != nullptr) to[count] = unit;
    ++count;
  }
};

void widen(encoding from, std::string_view bytes, sink<wchar_t>& into) {
  while (!bytes.empty()) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    std::optional<char32_t> point;
    if (from == encoding::utf8) {
      point = take_character(bytes);
    } else {
      if (from == encoding::latin1 || byte < 0x80) point = byte;
      bytes.remove_prefix(1);
    }
    into.all_valid = into.all_valid && point;
    into.put(static_cast<wchar_t>(point.value_or(replacement)));
  }
}

// Takes one character off the front: one unit, or a pair of surrogates; nothing when it is neither.
std::optional<char32_t> take_wide(std::wstring_view& text) {
  const auto first = static_cast<char32_t>(text.front());
  text.remove_prefix(1);
  if (first >= 0xD800 && first < 0xDC00 && !text.empty()) {
    const auto second = static_cast<char32_t>(text.front());
    if (second >= 0xDC00 && second < 0xE000) {
      text.remove_prefix(1);
      return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    }
  }
  return is_scalar(first) ? std::optional(first) : std::nullopt;
}

void narrow(encoding to, std::wstring_view wide, char fallback, sink<char>& into) {
  const char32_t end = to == encoding::utf8 ? 0x110000 : to == encoding::latin1 ? 0x100 : 0x80;
  while (!wide.empty()) {
    const std::optional<char32_t> point = take_wide(wide);
    const bool there = point && *point < end;
    into.all_valid = into.all_valid && point;
    into.all_there = into.all_there && there;
    if (to == encoding::utf8) {
      std::string bytes;  // at most four: no allocation
      append_utf8(bytes, point.value_or(replacement));
      for (const char byte : bytes) into.put(byte);
    } else {
      into.put(there ? static_cast<char>(*point) : fallback);
    }
  }
}

// Counts, refuses what does not fit, then writes.
template <typename Character, typename Convert>
int deliver(sink<Character>& into, Character* to, int room, bool strict, const Convert& convert) {
  convert(into);
  if (!into.all_valid && strict) return fail(ERROR_NO_UNICODE_TRANSLATION);
  if (into.count > static_cast<std::size_t>(std::numeric_limits<int>::max())) return fail(ERROR_ARITHMETIC_OVERFLOW);
  const int needed = static_cast<int>(into.count);
  if (room == 0) return needed;
  if (needed > room) return fail(ERROR_INSUFFICIENT_BUFFER);
  into.to = to;
  into.count = 0;
  convert(into);
  return needed;
}

}  // namespace

int WINAPI MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCSTR lpMultiByteStr, int cbMultiByte,
                               LPWSTR lpWideCharStr, int cchWideChar) {
  if (const auto why = refusal(CodePage, lpMultiByteStr, cbMultiByte, lpWideCharStr, cchWideChar)) return fail(*why);
  const DWORD allowed = CodePage == CP_UTF8 ? 0 : MB_PRECOMPOSED | MB_USEGLYPHCHARS;
  if ((dwFlags & ~(allowed | MB_ERR_INVALID_CHARS)) != 0) return fail(ERROR_INVALID_FLAGS);
  sink<wchar_t> into;
  return deliver(into, lpWideCharStr, cchWideChar, (dwFlags & MB_ERR_INVALID_CHARS) != 0,
                 [&](sink<wchar_t>& to) { widen(*encoding_of(CodePage), source(lpMultiByteStr, cbMultiByte), to); });
}

int WINAPI WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWSTR lpWideCharStr, int cchWideChar,
                               LPSTR lpMultiByteStr, int cbMultiByte, LPCSTR lpDefaultChar, BOOL* lpUsedDefaultChar) {
  if (const auto why = refusal(CodePage, lpWideCharStr, cchWideChar, lpMultiByteStr, cbMultiByte)) return fail(*why);
  if (CodePage == CP_UTF8 && (lpDefaultChar != nullptr || lpUsedDefaultChar != nullptr))
    return fail(ERROR_INVALID_PARAMETER);
  const encoding target = *encoding_of(CodePage);
  constexpr DWORD hints = WC_COMPOSITECHECK | WC_DISCARDNS | WC_SEPCHARS | WC_DEFAULTCHAR | WC_NO_BEST_FIT_CHARS;
  const DWORD allowed = (target == encoding::utf8 ? WC_ERR_INVALID_CHARS : 0) | (CodePage == CP_UTF8 ? 0 : hints);
  if ((dwFlags & ~allowed) != 0) return fail(ERROR_INVALID_FLAGS);
  const char fallback = lpDefaultChar != nullptr ? *lpDefaultChar : '?';
  sink<char> into;
  const int size = deliver(into, lpMultiByteStr, cbMultiByte, (dwFlags & WC_ERR_INVALID_CHARS) != 0,
                           [&](sink<char>& to) { narrow(target, source(lpWideCharStr, cchWideChar), fallback, to); });
  if (size != 0 && lpUsedDefaultChar != nullptr) *lpUsedDefaultChar = into.all_there ? FALSE : TRUE;
  return size;
}

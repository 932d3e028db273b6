// FormatMessage: the texts of `schannix explain`, those of Linux for sockets' errors, and a few of Windows' system
// codes.
#include <schannix_ext.h>
#include <windows.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <string>

#include "win32/socket_errors.hpp"
#include "win32/system_messages.hpp"

namespace {

std::optional<std::string> explained(DWORD code) {
  SCHANNIX_EXPLANATION entry = {};
  entry.cbSize = sizeof entry;
  for (DWORD index = 0; SchannixExplain(index, &entry); ++index)
    if (entry.dwKind == SCHANNIX_CODE_STATUS && entry.dwCode == code) return entry.pszMeaning;
  return std::nullopt;
}

std::optional<std::string> clause_of(DWORD code) {
  constexpr DWORD of_win32 = 0x80070000;
  if ((code & 0xFFFF0000) == of_win32) code &= 0xFFFF;  // HRESULT_FROM_WIN32
  if (const char* const text = schannix::win32::system_message(code)) return text;
  if (const int number = schannix::win32::errno_of(static_cast<int>(code)); number != 0 && code >= 10000)
    return strerrordesc_np(number);
  return explained(code);
}

std::optional<std::string> sentence_of(DWORD code, bool one_line) {
  std::optional<std::string> text = clause_of(code);
  if (!text) return text;
  if (text->front() >= 'a' && text->front() <= 'z') text->front() = static_cast<char>(text->front() - 'a' + 'A');
  return *text + (one_line ? ". " : ".\r\n");
}

DWORD fail(DWORD why) {
  SetLastError(why);
  return 0;
}

DWORD refusal(DWORD flags, DWORD language, const void* buffer) {
  const DWORD width = flags & FORMAT_MESSAGE_MAX_WIDTH_MASK;
  const DWORD primary = PRIMARYLANGID(language);
  if ((flags & FORMAT_MESSAGE_FROM_STRING) != 0) return ERROR_NOT_SUPPORTED;
  if (buffer == nullptr || (flags & (FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_FROM_HMODULE)) == 0 ||
      (width != 0 && width != FORMAT_MESSAGE_MAX_WIDTH_MASK))
    return ERROR_INVALID_PARAMETER;
  return primary != LANG_NEUTRAL && primary != LANG_ENGLISH ? ERROR_RESOURCE_LANG_NOT_FOUND : ERROR_SUCCESS;
}

template <typename Character>
DWORD format(DWORD flags, DWORD code, DWORD language, Character* buffer, DWORD room) try {
  if (const DWORD why = refusal(flags, language, buffer); why != ERROR_SUCCESS) return fail(why);
  const auto text = sentence_of(code, (flags & FORMAT_MESSAGE_MAX_WIDTH_MASK) != 0);
  if (!text) return fail(ERROR_MR_MID_NOT_FOUND);
  const auto size = static_cast<DWORD>(text->size());
  if ((flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) != 0) {
    room = std::max(room, size + 1);
    void* const made = LocalAlloc(LPTR, SIZE_T{room} * sizeof(Character));
    if (made == nullptr) return 0;  // LocalAlloc has said why
    std::memcpy(buffer, &made, sizeof made);
    buffer = static_cast<Character*>(made);
  }
  if (room <= size) return fail(ERROR_INSUFFICIENT_BUFFER);
  *std::copy(text->begin(), text->end(), buffer) = 0;  // ASCII
  return size;
} catch (const std::bad_alloc&) {
  return fail(ERROR_NOT_ENOUGH_MEMORY);
}

}  // namespace

DWORD WINAPI FormatMessageA(DWORD dwFlags, LPCVOID, DWORD dwMessageId, DWORD dwLanguageId, LPSTR lpBuffer, DWORD nSize,
                            va_list*) {
  return format(dwFlags, dwMessageId, dwLanguageId, lpBuffer, nSize);
}

DWORD WINAPI FormatMessageW(DWORD dwFlags, LPCVOID, DWORD dwMessageId, DWORD dwLanguageId, LPWSTR lpBuffer, DWORD nSize,
                            va_list*) {
  return format(dwFlags, dwMessageId, dwLanguageId, lpBuffer, nSize);
}

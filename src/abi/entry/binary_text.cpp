// Bytes as text, and back. Contract: include/win32/wincrypt.h
#include <wincrypt.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "abi/guard.hpp"
#include "abi/translate/crypt32.hpp"
#include "base/binary_text.hpp"

namespace schannix::abi {
namespace {

// ---- text into bytes ----

struct found_bytes {
  base::bytes content;
  DWORD skipped = 0;
  DWORD form = 0;
};

std::optional<found_bytes> as(DWORD form, std::optional<base::bytes> read) {
  return read ? std::optional(found_bytes{*std::move(read), 0, form}) : std::nullopt;
}

std::optional<found_bytes> with_header(std::string_view text, DWORD form) {
  const auto inside = base::within_header(text);
  auto found = inside ? as(form, base::from_base64(inside->content)) : std::nullopt;
  if (found) found->skipped = static_cast<DWORD>(inside->skipped);
  return found;
}

std::optional<found_bytes> plain(std::string_view text) { return as(CRYPT_STRING_BASE64, base::from_base64(text)); }

std::optional<found_bytes> binary(std::string_view text) {
  const auto* const first = reinterpret_cast<const base::byte*>(text.data());
  return as(CRYPT_STRING_BINARY, base::bytes(first, first + text.size()));
}

// raw: all that was given; text: up to its NUL.
std::optional<found_bytes> read_any(std::string_view text, std::string_view raw, bool or_binary) {
  if (auto found = with_header(text, CRYPT_STRING_BASE64HEADER)) return found;
  if (auto found = plain(text)) return found;
  return or_binary ? binary(raw) : std::nullopt;
}

std::optional<found_bytes> read(std::string_view raw, DWORD form) {
  const std::string_view text = raw.substr(0, raw.find('\0'));
  switch (form) {
    case CRYPT_STRING_BASE64HEADER:
    case CRYPT_STRING_BASE64REQUESTHEADER:
    case CRYPT_STRING_BASE64X509CRLHEADER:
      return with_header(text, form);
    case CRYPT_STRING_BASE64:
      return plain(text);
    case CRYPT_STRING_BINARY:
      return binary(raw);
    case CRYPT_STRING_HEX:
    case CRYPT_STRING_HEXRAW:
      return as(form, base::from_hex(text));
    default:
      return read_any(text, raw, form == CRYPT_STRING_ANY);
  }
}

bool reads(DWORD form) {
  return form <= CRYPT_STRING_HEX || form == CRYPT_STRING_BASE64_ANY || form == CRYPT_STRING_ANY ||
         form == CRYPT_STRING_BASE64X509CRLHEADER || form == CRYPT_STRING_HEXRAW;
}

struct text_out {
  BYTE* room;
  DWORD* size;
  DWORD* skipped;
  DWORD* form;
};

BOOL to_binary(std::string_view raw, DWORD flags, const text_out& to) {
  const DWORD form = flags & ~DWORD{CRYPT_STRING_STRICT};
  if (!to.size || !reads(form)) return fail(ERROR_INVALID_PARAMETER, FALSE);
  const auto found = read(raw, form);
  if (!found) return fail(ERROR_INVALID_DATA, FALSE);
  const DWORD needed = static_cast<DWORD>(found->content.size()), had = std::exchange(*to.size, needed);
  if (to.room && had < needed) return fail(ERROR_MORE_DATA, FALSE);
  if (to.room && needed != 0) std::memcpy(to.room, found->content.data(), needed);
  if (to.skipped) *to.skipped = found->skipped;
  if (to.form) *to.form = found->form;
  return TRUE;
}

// Character by character: places stay what they are, and what is no byte cannot be part of any of the forms.
std::string narrow(std::wstring_view text) {
  std::string out;
  for (const wchar_t unit : text) out.push_back(unit >= 0 && unit < 0x80 ? static_cast<char>(unit) : '\x7F');
  return out;
}

// A wide text is no bytes.
BOOL to_binary(std::wstring_view text, DWORD flags, const text_out& to) {
  const DWORD form = flags & ~DWORD{CRYPT_STRING_STRICT};
  if (form == CRYPT_STRING_BINARY) return fail(ERROR_INVALID_PARAMETER, FALSE);
  const DWORD without_binary = form == CRYPT_STRING_ANY ? DWORD{CRYPT_STRING_BASE64_ANY} : form;
  return to_binary(std::string_view(narrow(text)), without_binary, to);
}

template <typename Character>
BOOL to_binary(const Character* text, DWORD size, DWORD flags, const text_out& to) {
  using view = std::basic_string_view<Character>;
  if (!text) return fail(ERROR_INVALID_PARAMETER, FALSE);
  return to_binary(size == 0 ? view(text) : view(text, size), flags, to);
}

// ---- bytes into text ----

std::optional<std::string_view> label_of(DWORD form) {
  switch (form) {
    case CRYPT_STRING_BASE64HEADER:
      return "CERTIFICATE";
    case CRYPT_STRING_BASE64REQUESTHEADER:
      return "NEW CERTIFICATE REQUEST";
    case CRYPT_STRING_BASE64X509CRLHEADER:
      return "X509 CRL";
    default:
      return std::nullopt;
  }
}

std::optional<std::string> written(base::bytes_view from, DWORD flags) {
  constexpr DWORD ends = CRYPT_STRING_NOCRLF | CRYPT_STRING_NOCR;
  if ((flags & ends) == ends) return std::nullopt;
  const DWORD form = flags & ~ends;
  const std::string end = flags & CRYPT_STRING_NOCRLF ? "" : flags & CRYPT_STRING_NOCR ? "\n" : "\r\n";
  if (form == CRYPT_STRING_BASE64) return base::to_base64(from, end);
  if (form == CRYPT_STRING_HEXRAW) return base::to_hex(from) + end;
  const auto label = label_of(form);
  if (!label) return std::nullopt;
  const std::string name(*label);
  return "-----BEGIN " + name + "-----" + end + base::to_base64(from, end) + "-----END " + name + "-----" + end;
}

template <typename Character>
BOOL to_text(const BYTE* bytes, DWORD size, DWORD flags, Character* room, DWORD* length) {
  const auto text = bytes && length ? written({bytes, size}, flags) : std::nullopt;
  if (!text) return fail(ERROR_INVALID_PARAMETER, FALSE);
  const DWORD had = std::exchange(*length, static_cast<DWORD>(text->size() + 1));
  if (!room) return TRUE;
  if (had < text->size() + 1) return fail(ERROR_MORE_DATA, FALSE);
  *std::ranges::copy(*text, room).out = Character{};
  *length = static_cast<DWORD>(text->size());
  return TRUE;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CryptStringToBinaryA(LPCSTR pszString, DWORD cchString, DWORD dwFlags, BYTE* pbBinary, DWORD* pcbBinary,
                                 DWORD* pdwSkip, DWORD* pdwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    return abi::to_binary(pszString, cchString, dwFlags, abi::text_out{pbBinary, pcbBinary, pdwSkip, pdwFlags});
  });
}

BOOL WINAPI CryptStringToBinaryW(LPCWSTR pszString, DWORD cchString, DWORD dwFlags, BYTE* pbBinary, DWORD* pcbBinary,
                                 DWORD* pdwSkip, DWORD* pdwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    return abi::to_binary(pszString, cchString, dwFlags, abi::text_out{pbBinary, pcbBinary, pdwSkip, pdwFlags});
  });
}

BOOL WINAPI CryptBinaryToStringA(const BYTE* pbBinary, DWORD cbBinary, DWORD dwFlags, LPSTR pszString,
                                 DWORD* pcchString) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::to_text(pbBinary, cbBinary, dwFlags, pszString, pcchString); });
}

BOOL WINAPI CryptBinaryToStringW(const BYTE* pbBinary, DWORD cbBinary, DWORD dwFlags, LPWSTR pszString,
                                 DWORD* pcchString) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::to_text(pbBinary, cbBinary, dwFlags, pszString, pcchString); });
}

// CertStrToName. Contract: include/win32/schannix_wincrypt_stores.h
#include "cert/name_text.hpp"

#include <wincrypt.h>

#include <algorithm>
#include <string>
#include <utility>

#include "abi/guard.hpp"
#include "abi/translate/crypt32.hpp"
#include "base/text.hpp"

namespace schannix::abi {
namespace {

constexpr DWORD comma_only = 0x04000000;  // CERT_NAME_STR_COMMA_FLAG

std::optional<cert::name_text_rules> rules_of(DWORD type) {
  constexpr DWORD flags = CERT_NAME_STR_SEMICOLON_FLAG | CERT_NAME_STR_CRLF_FLAG | CERT_NAME_STR_NO_PLUS_FLAG |
                          CERT_NAME_STR_NO_QUOTING_FLAG | CERT_NAME_STR_REVERSE_FLAG |
                          CERT_NAME_STR_ENABLE_PUNYCODE_FLAG | comma_only;
  if ((type & ~flags) > CERT_X500_NAME_STR) return std::nullopt;
  cert::name_text_rules out;
  if (type & comma_only) out.separators = ",";
  if (type & CERT_NAME_STR_SEMICOLON_FLAG) out.separators = ";";
  if (type & CERT_NAME_STR_CRLF_FLAG) out.separators = "\r\n";
  out.plus = !(type & CERT_NAME_STR_NO_PLUS_FLAG);
  out.quotes = !(type & CERT_NAME_STR_NO_QUOTING_FLAG);
  out.reversed = (type & CERT_NAME_STR_REVERSE_FLAG) != 0;
  return out;
}

struct name_bytes {
  BYTE* room;
  DWORD* size;
};

// wrong_at: in bytes of the text.
BOOL convert(const std::string& text, DWORD type, const name_bytes& to, std::size_t& wrong_at) {
  const auto rules = rules_of(type);
  if (!rules || !to.size) return fail(code_of(E_INVALIDARG), FALSE);
  const auto read = cert::parse_name(text, *rules);
  const auto* const values = std::get_if<std::vector<engine::name_value>>(&read);
  if (!values) {
    wrong_at = std::get<std::size_t>(read);
    return fail(code_of(CRYPT_E_INVALID_X500_STRING), FALSE);
  }
  const auto der = engine::write_name(*values);
  if (!der) return fail(code_of(CRYPT_E_INVALID_X500_STRING), FALSE);
  const DWORD had = std::exchange(*to.size, static_cast<DWORD>(der->size()));
  if (to.room && had < der->size()) return fail(ERROR_MORE_DATA, FALSE);
  if (to.room) std::ranges::copy(*der, to.room);
  return TRUE;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CertStrToNameA(DWORD, LPCSTR pszX500, DWORD dwStrType, void*, BYTE* pbEncoded, DWORD* pcbEncoded,
                           LPCSTR* ppszError) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (ppszError) *ppszError = nullptr;
    if (!pszX500) return abi::fail(abi::code_of(E_INVALIDARG), FALSE);
    constexpr auto nowhere = std::string::npos;
    std::size_t wrong_at = nowhere;
    const BOOL done = abi::convert(pszX500, dwStrType, {pbEncoded, pcbEncoded}, wrong_at);
    if (ppszError && wrong_at != nowhere) *ppszError = pszX500 + wrong_at;
    return done;
  });
}

BOOL WINAPI CertStrToNameW(DWORD, LPCWSTR pszX500, DWORD dwStrType, void*, BYTE* pbEncoded, DWORD* pcbEncoded,
                           LPCWSTR* ppszError) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (ppszError) *ppszError = nullptr;
    if (!pszX500) return abi::fail(abi::code_of(E_INVALIDARG), FALSE);
    constexpr auto nowhere = std::string::npos;
    std::size_t wrong_at = nowhere;
    const std::string text = base::to_utf8(pszX500);
    const BOOL done = abi::convert(text, dwStrType, {pbEncoded, pcbEncoded}, wrong_at);
    if (ppszError && wrong_at != nowhere) *ppszError = pszX500 + base::from_utf8(text.substr(0, wrong_at)).size();
    return done;
  });
}

// crypt32's parameters in, its answers out. The last-error codes are those of the pages of each function.
#pragma once

#include <wincrypt.h>

#include <optional>
#include <string>
#include <vector>

#include "base/failure.hpp"
#include "cert/decoding.hpp"
#include "cert/find.hpp"
#include "cert/names.hpp"

namespace schannix::abi {

// A failure as GetLastError's code. Each function's own wording of malformed data differs.
DWORD last_error_of(const base::failure& why, DWORD malformed);

// Reports through SetLastError and gives the function's answer on failure back.
template <typename Value>
Value fail(DWORD why, Value answer) {
  SetLastError(why);
  return answer;
}
constexpr DWORD code_of(HRESULT status) { return static_cast<DWORD>(status); }

bool same_bytes(const CRYPT_DATA_BLOB& a, const CRYPT_DATA_BLOB& b);

// A struct with what it points to, into the caller's room of *size bytes; room null: only its size. FALSE and
// ERROR_MORE_DATA.
BOOL give(const cert::flat& made, void* room, DWORD* size);

// Nothing: a find type that is not supported, or a parameter that it needs is missing.
// flags: CERT_FIND_..._ENHKEY_USAGE_FLAG, or CERT_..._IS_RDN_ATTRS_FLAG, for their types.
std::optional<cert::query> query_of(DWORD find_type, const void* parameter, DWORD flags = 0);

// Nothing: an unknown type, flag or string type, or a parameter that is missing.
std::optional<cert::name_request> name_request_of(DWORD type, DWORD flags, const void* parameter);

std::optional<cert::disposition> disposition_of(DWORD add);  // CERT_STORE_ADD_; nothing: another

// CertNameToStr's string types and flags; 0 is read as the simple one. Nothing: another.
std::optional<engine::name_style> style_of(DWORD type);

// Writes names as CertGetNameString does and returns how many characters that are (with room null or size 0: would be),
// with the terminators: one NUL, or one after each name of a list and one more. What does not fit is cut, never in the
// middle of a character.
DWORD write_names(const std::vector<std::string>& names, bool list, LPSTR room, DWORD size);
DWORD write_names(const std::vector<std::string>& names, bool list, LPWSTR room, DWORD size);

// Which PKCS12_ and CRYPT_ flags are taken. Keys live in memory, so all that say where and how keys are kept change
// nothing; those that promise protection by the user or leave parts of the file out are refused.
bool import_flags_known(DWORD flags);

// A password in UTF-8, wiped at the end of the scope.
class utf8_password {
 public:
  explicit utf8_password(const wchar_t* text);
  ~utf8_password();
  utf8_password(const utf8_password&) = delete;
  utf8_password& operator=(const utf8_password&) = delete;
  std::string_view view() const noexcept { return text_; }

 private:
  std::string text_;
};

}  // namespace schannix::abi

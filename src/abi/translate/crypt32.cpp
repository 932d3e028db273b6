#include "abi/translate/crypt32.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/secret.hpp"
#include "base/text.hpp"
#include "cert/info.hpp"

namespace schannix::abi {
namespace {

using base::reason;

engine::name_of whose(DWORD find_type) {
  return (find_type & 0xFFFF) == CERT_INFO_ISSUER_FLAG ? engine::name_of::issuer : engine::name_of::subject;
}

template <typename Struct>
const Struct& as(const void* parameter) {
  return *static_cast<const Struct*>(parameter);
}

bool needs_parameter(DWORD find_type) { return find_type != CERT_FIND_ANY && find_type != CERT_FIND_HAS_PRIVATE_KEY; }

std::optional<cert::name_kind> kind_of(DWORD type) {
  switch (type) {
    case CERT_NAME_EMAIL_TYPE:
      return cert::name_kind::email;
    case CERT_NAME_RDN_TYPE:
      return cert::name_kind::rdn;
    case CERT_NAME_ATTR_TYPE:
      return cert::name_kind::attribute;
    case CERT_NAME_SIMPLE_DISPLAY_TYPE:
      return cert::name_kind::simple_display;
    case CERT_NAME_FRIENDLY_DISPLAY_TYPE:
      return cert::name_kind::friendly_display;
    case CERT_NAME_DNS_TYPE:
      return cert::name_kind::dns;
    case CERT_NAME_URL_TYPE:
      return cert::name_kind::url;
    case CERT_NAME_UPN_TYPE:
      return cert::name_kind::principal;
    default:
      return std::nullopt;
  }
}

template <typename Character>
std::basic_string<Character> joined(const std::vector<std::basic_string<Character>>& names, bool list) {
  std::basic_string<Character> out;
  for (const auto& name : names) out.append(name).push_back(Character{});
  if (list || names.empty()) out.push_back(Character{});
  return out;
}

std::string_view fitting(const std::string& text, std::size_t size) { return base::utf8_prefix(text, size); }
std::wstring_view fitting(const std::wstring& text, std::size_t size) {
  return std::wstring_view(text).substr(0, size);
}

template <typename Character>
DWORD write(const std::vector<std::basic_string<Character>>& names, bool list, Character* room, DWORD size) {
  const std::basic_string<Character> all = joined(names, list);
  if (!room || size == 0) return static_cast<DWORD>(all.size());
  if (all.size() <= size) {
    std::ranges::copy(all, room);
    return static_cast<DWORD>(all.size());
  }
  const std::size_t terminators = std::min<std::size_t>(size, list ? 2 : 1);
  const auto kept = fitting(all, size - terminators);
  std::fill_n(std::ranges::copy(kept, room).out, terminators, Character{});
  return static_cast<DWORD>(kept.size() + terminators);
}

}  // namespace

DWORD last_error_of(const base::failure& why, DWORD malformed) {
  struct meaning {
    reason why;
    DWORD code;
  };
  const std::array meanings{
      meaning{reason::wrong_password, ERROR_INVALID_PASSWORD},
      meaning{reason::malformed_object, malformed},
      meaning{reason::not_found, code_of(CRYPT_E_NOT_FOUND)},
      meaning{reason::invalid_parameter, code_of(E_INVALIDARG)},
      meaning{reason::already_there, code_of(CRYPT_E_EXISTS)},
      meaning{reason::access_denied, code_of(E_ACCESSDENIED)},
      meaning{reason::unsupported, code_of(NTE_BAD_ALGID)},          // an encryption that is not installed
      meaning{reason::no_credentials, code_of(NTE_BAD_PUBLIC_KEY)},  // a key of none of the certificates
      meaning{reason::out_of_memory, ERROR_NOT_ENOUGH_MEMORY},
  };
  const auto* const found = std::ranges::find(meanings, why.why, &meaning::why);
  return found != meanings.end() ? found->code : code_of(E_UNEXPECTED);
}

std::optional<cert::query> query_of(DWORD find_type, const void* parameter) {
  if (!parameter && needs_parameter(find_type)) return std::nullopt;
  switch (find_type) {
    case CERT_FIND_ANY:
      return cert::anything();
    case CERT_FIND_HAS_PRIVATE_KEY:
      return cert::with_private_key();
    case CERT_FIND_SHA1_HASH:
      return cert::with_sha1(cert::bytes_of(as<CRYPT_HASH_BLOB>(parameter)));
    case CERT_FIND_SUBJECT_NAME:
    case CERT_FIND_ISSUER_NAME:
      return cert::with_name(whose(find_type), cert::bytes_of(as<CERT_NAME_BLOB>(parameter)));
    case CERT_FIND_SUBJECT_STR_A:
    case CERT_FIND_ISSUER_STR_A:
      return cert::with_text(whose(find_type), static_cast<const char*>(parameter));
    case CERT_FIND_SUBJECT_STR_W:
    case CERT_FIND_ISSUER_STR_W:
      return cert::with_text(whose(find_type), base::to_utf8(static_cast<const wchar_t*>(parameter)));
    case CERT_FIND_SUBJECT_CERT:
      return cert::with_issuer_and_serial(as<CERT_INFO>(parameter));
    case CERT_FIND_EXISTING: {
      const auto& wanted = as<CERT_CONTEXT>(parameter);
      return cert::with_encoding(base::bytes_view(wanted.pbCertEncoded, wanted.cbCertEncoded));
    }
    default:
      return std::nullopt;
  }
}

std::optional<cert::disposition> disposition_of(DWORD add) {
  if (add < CERT_STORE_ADD_NEW || add > CERT_STORE_ADD_NEWER_INHERIT_PROPERTIES) return std::nullopt;
  return static_cast<cert::disposition>(add - CERT_STORE_ADD_NEW);  // in Windows' order
}

std::optional<engine::name_style> style_of(DWORD type) {
  constexpr DWORD flags = CERT_NAME_STR_SEMICOLON_FLAG | CERT_NAME_STR_CRLF_FLAG | CERT_NAME_STR_NO_PLUS_FLAG |
                          CERT_NAME_STR_NO_QUOTING_FLAG | CERT_NAME_STR_REVERSE_FLAG;
  engine::name_style style;
  switch (type & ~flags) {
    case 0:
    case CERT_SIMPLE_NAME_STR:
      style.with = engine::name_style::keys::none;
      break;
    case CERT_OID_NAME_STR:
      style.with = engine::name_style::keys::oid;
      break;
    case CERT_X500_NAME_STR:
      style.with = engine::name_style::keys::x500;
      break;
    default:
      return std::nullopt;
  }
  if (type & CERT_NAME_STR_SEMICOLON_FLAG) style.separator = "; ";
  if (type & CERT_NAME_STR_CRLF_FLAG) style.separator = "\r\n";
  if (type & CERT_NAME_STR_NO_PLUS_FLAG) style.plus = " ";
  style.quoted = !(type & CERT_NAME_STR_NO_QUOTING_FLAG);
  style.reversed = (type & CERT_NAME_STR_REVERSE_FLAG) != 0;
  return style;
}

std::optional<cert::name_request> name_request_of(DWORD type, DWORD flags, const void* parameter) {
  // Old T61 strings are never tried as UTF-8 here, which is what DISABLE_IE4_UTF8 asks for.
  constexpr DWORD known = CERT_NAME_ISSUER_FLAG | CERT_NAME_SEARCH_ALL_NAMES_FLAG | CERT_NAME_DISABLE_IE4_UTF8_FLAG;
  const auto kind = kind_of(type);
  if (!kind || (flags & ~known) || (kind == cert::name_kind::attribute && !parameter)) return std::nullopt;
  cert::name_request out{.kind = *kind};
  if (flags & CERT_NAME_ISSUER_FLAG) out.whose = engine::name_of::issuer;
  out.all = (flags & CERT_NAME_SEARCH_ALL_NAMES_FLAG) != 0;
  if (kind == cert::name_kind::attribute) out.oid = static_cast<const char*>(parameter);
  if (kind == cert::name_kind::rdn) {
    const auto style = style_of(parameter ? as<DWORD>(parameter) : 0);
    if (!style) return std::nullopt;
    out.style = *style;
  }
  return out;
}

DWORD write_names(const std::vector<std::string>& names, bool list, LPSTR room, DWORD size) {
  return write(names, list && !names.empty(), room, size);
}

DWORD write_names(const std::vector<std::string>& names, bool list, LPWSTR room, DWORD size) {
  std::vector<std::wstring> wide;
  wide.reserve(names.size());
  for (const std::string& name : names) wide.push_back(base::from_utf8(name));
  return write(wide, list && !names.empty(), room, size);
}

bool import_flags_known(DWORD flags) {
  constexpr DWORD unpack_only = 0x10000000;  // MS pfximportcertstore, without a name
  constexpr DWORD known = CRYPT_EXPORTABLE | CRYPT_MACHINE_KEYSET | CRYPT_USER_KEYSET |
                          PKCS12_INCLUDE_EXTENDED_PROPERTIES | PKCS12_IMPORT_SILENT | PKCS12_PREFER_CNG_KSP |
                          PKCS12_ALWAYS_CNG_KSP | PKCS12_ONLY_CERTIFICATES | PKCS12_ALLOW_OVERWRITE_KEY |
                          PKCS12_NO_PERSIST_KEY | unpack_only;
  return (flags & ~known) == 0;
}

utf8_password::utf8_password(const wchar_t* text) : text_(base::to_utf8(text)) {}
utf8_password::~utf8_password() { base::wipe({reinterpret_cast<base::byte*>(text_.data()), text_.size()}); }

}  // namespace schannix::abi

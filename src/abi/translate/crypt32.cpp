#include "abi/translate/crypt32.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "abi/runtime.hpp"
#include "base/binary_text.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "cert/chain.hpp"
#include "cert/info.hpp"
#include "cert/properties.hpp"
#include "engine/x509_writing.hpp"

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

bool needs_parameter(DWORD find_type) {
  switch (find_type) {
    case CERT_FIND_ANY:
    case CERT_FIND_HAS_PRIVATE_KEY:
    case CERT_FIND_ENHKEY_USAGE:
    case CERT_FIND_CROSS_CERT_DIST_POINTS:
    case CERT_FIND_SUBJECT_INFO_ACCESS:
      return false;
    default:
      return true;
  }
}

// A property that is these bytes.
cert::query with_property(DWORD id, base::bytes_view wanted) {
  return [id, wanted](const cert::context& one) {
    const auto found = cert::property(the_environment(), one.shown(), id);
    return found && !wanted.empty() && std::ranges::equal(*found, wanted);
  };
}

cert::query with_any_value_of(DWORD id) {
  return [id](const cert::context& one) { return cert::property(the_environment(), one.shown(), id).has_value(); };
}

cert::query with_key_spec(DWORD wanted) {
  return [wanted](const cert::context& one) {
    const auto found = cert::property(the_environment(), one.shown(), CERT_KEY_SPEC_PROP_ID);
    return found && found->size() == sizeof wanted && std::memcmp(found->data(), &wanted, sizeof wanted) == 0;
  };
}

cert::query with_public_key(PCERT_PUBLIC_KEY_INFO wanted) {
  return [wanted](const cert::context& one) {
    return CertComparePublicKeyInfo(X509_ASN_ENCODING, &one.pCertInfo->SubjectPublicKeyInfo, wanted) == TRUE;
  };
}

cert::query issuer_of(PCCERT_CONTEXT subject) {
  return [subject](const cert::context& one) {
    return engine::could_issue(one.leaf(), cert::context::of(subject).leaf());
  };
}

std::optional<cert::query> with_hash_text(std::wstring_view text) {
  std::string narrow;
  for (const wchar_t unit : text) narrow.push_back(unit >= 0 && unit < 0x80 ? static_cast<char>(unit) : '?');
  auto hash = base::from_hex(narrow);
  if (!hash || hash->empty()) return std::nullopt;
  return [wanted = *std::move(hash)](const cert::context& one) {
    return std::ranges::equal(engine::sha1_hash(one.leaf()), wanted);
  };
}

std::optional<cert::query> with_attributes(DWORD find_type, const CERT_RDN& wanted, DWORD flags) {
  if (flags & ~DWORD{CERT_UNICODE_IS_RDN_ATTRS_FLAG | CERT_CASE_INSENSITIVE_IS_RDN_ATTRS_FLAG}) return std::nullopt;
  return cert::with_attributes(whose(find_type), wanted,
                               {.wide = (flags & CERT_UNICODE_IS_RDN_ATTRS_FLAG) != 0,
                                .any_case = (flags & CERT_CASE_INSENSITIVE_IS_RDN_ATTRS_FLAG) != 0});
}

std::optional<cert::query> with_id(const CERT_ID& wanted) {
  switch (wanted.dwIdChoice) {
    case CERT_ID_ISSUER_SERIAL_NUMBER: {
      CERT_INFO of{};
      of.Issuer = wanted.IssuerSerialNumber.Issuer;
      of.SerialNumber = wanted.IssuerSerialNumber.SerialNumber;
      return cert::with_issuer_and_serial(of);
    }
    case CERT_ID_KEY_IDENTIFIER:
      return with_property(CERT_KEY_IDENTIFIER_PROP_ID, cert::bytes_of(wanted.KeyId));
    case CERT_ID_SHA1_HASH:
      return cert::with_sha1(cert::bytes_of(wanted.HashId));
    default:
      return std::nullopt;
  }
}

cert::query with_extension_or_property(LPCSTR oid, DWORD id) {
  return [oid, id](const cert::context& one) {
    const CERT_INFO& shown = *one.pCertInfo;
    return CertFindExtension(oid, shown.cExtension, shown.rgExtension) || one.shown().property(id).has_value();
  };
}

// MS certfindcertificateinstore, CERT_FIND_ENHKEY_USAGE
std::optional<cert::query> with_purposes(const CERT_ENHKEY_USAGE* usage, DWORD flags) {
  constexpr DWORD known = CERT_FIND_OPTIONAL_ENHKEY_USAGE_FLAG | CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG |
                          CERT_FIND_NO_ENHKEY_USAGE_FLAG | CERT_FIND_OR_ENHKEY_USAGE_FLAG;
  std::vector<std::string> wanted;
  const DWORD count = usage ? usage->cUsageIdentifier : 0;
  if ((flags & ~known) || (count != 0 && !usage->rgpszUsageIdentifier)) return std::nullopt;
  for (DWORD i = 0; i < count; ++i) {
    if (!usage->rgpszUsageIdentifier[i]) return std::nullopt;
    wanted.emplace_back(usage->rgpszUsageIdentifier[i]);
  }
  return [wanted = std::move(wanted), flags](const cert::context& one) {
    const bool limited =
        CertFindExtension(szOID_ENHANCED_KEY_USAGE, one.pCertInfo->cExtension, one.pCertInfo->rgExtension) != nullptr;
    if (flags & CERT_FIND_NO_ENHKEY_USAGE_FLAG) return !limited;
    if (!limited) return (flags & CERT_FIND_OPTIONAL_ENHKEY_USAGE_FLAG) != 0;
    const auto allowed = [&](const std::string& purpose) { return cert::allows(one.leaf(), purpose); };
    return (flags & CERT_FIND_OR_ENHKEY_USAGE_FLAG) != 0 ? wanted.empty() || std::ranges::any_of(wanted, allowed)
                                                         : std::ranges::all_of(wanted, allowed);
  };
}

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

bool same_bytes(const CRYPT_DATA_BLOB& a, const CRYPT_DATA_BLOB& b) {
  return std::ranges::equal(cert::bytes_of(a), cert::bytes_of(b));
}

BOOL give(const cert::flat& made, void* room, DWORD* size) {
  const DWORD had = std::exchange(*size, static_cast<DWORD>(made.size()));
  if (room && had < made.size()) return fail(ERROR_MORE_DATA, FALSE);
  if (room) made.write(room);
  return TRUE;
}

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

std::optional<cert::query> query_of(DWORD find_type, const void* parameter, DWORD flags) {
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
    case CERT_FIND_MD5_HASH:
      return with_property(CERT_MD5_HASH_PROP_ID, cert::bytes_of(as<CRYPT_HASH_BLOB>(parameter)));
    case CERT_FIND_KEY_IDENTIFIER:
      return with_property(CERT_KEY_IDENTIFIER_PROP_ID, cert::bytes_of(as<CRYPT_HASH_BLOB>(parameter)));
    case CERT_FIND_PUBKEY_MD5_HASH:
      return with_property(CERT_SUBJECT_PUBLIC_KEY_MD5_HASH_PROP_ID, cert::bytes_of(as<CRYPT_HASH_BLOB>(parameter)));
    case CERT_FIND_HASH_STR:
      return with_hash_text(static_cast<const wchar_t*>(parameter));
    case CERT_FIND_PROPERTY:
      return with_any_value_of(as<DWORD>(parameter));
    case CERT_FIND_KEY_SPEC:
      return with_key_spec(as<DWORD>(parameter));
    case CERT_FIND_PUBLIC_KEY:
      return with_public_key(static_cast<PCERT_PUBLIC_KEY_INFO>(const_cast<void*>(parameter)));
    case CERT_FIND_ISSUER_OF:
      return issuer_of(static_cast<PCCERT_CONTEXT>(parameter));
    case CERT_FIND_SUBJECT_ATTR:
    case CERT_FIND_ISSUER_ATTR:
      return with_attributes(find_type, as<CERT_RDN>(parameter), flags);
    case CERT_FIND_SIGNATURE_HASH:
      return with_property(CERT_SIGNATURE_HASH_PROP_ID, cert::bytes_of(as<CRYPT_HASH_BLOB>(parameter)));
    case CERT_FIND_CERT_ID:
      return with_id(as<CERT_ID>(parameter));
    case CERT_FIND_CROSS_CERT_DIST_POINTS:
      return with_extension_or_property(szOID_CROSS_CERT_DIST_POINTS, CERT_CROSS_CERT_DIST_POINTS_PROP_ID);
    case CERT_FIND_SUBJECT_INFO_ACCESS:
      return with_extension_or_property(szOID_SUBJECT_INFO_ACCESS, CERT_SUBJECT_INFO_ACCESS_PROP_ID);
    case CERT_FIND_ENHKEY_USAGE:
      return with_purposes(static_cast<const CERT_ENHKEY_USAGE*>(parameter), flags);
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

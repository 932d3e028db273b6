// Windows' structs into DER, one type at a time.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "cert/decoding.hpp"
#include "cert/info.hpp"
#include "cert/key_blobs.hpp"
#include "engine/asn1_objects.hpp"

namespace schannix::cert {
namespace {

using written = base::result<base::bytes>;

base::failure bad() { return base::caller_mistake(base::reason::invalid_parameter); }

base::bytes copy_of(const CRYPT_DATA_BLOB& blob) {
  const base::bytes_view bytes = bytes_of(blob);
  return base::bytes(bytes.begin(), bytes.end());
}

template <typename Struct>
const Struct& as(const void* from) {
  return *static_cast<const Struct*>(from);
}

engine::bit_string bits_in(const CRYPT_BIT_BLOB& from) {
  const base::bytes_view bytes = from.pbData ? base::bytes_view(from.pbData, from.cbData) : base::bytes_view();
  return {base::bytes(bytes.begin(), bytes.end()), from.cUnusedBits};
}

// ---- names ----

constexpr int tag_of(DWORD type) {
  // CERT_RDN_ in their order, as X.680 §8.4 numbers them; 0: none, or to be chosen.
  constexpr std::array<int, 14> tags{0, 0, 4, 18, 19, 20, 21, 22, 25, 26, 27, 28, 30, 12};
  return type < tags.size() ? tags[type] : 0;
}

std::wstring wide_text(const CERT_RDN_VALUE_BLOB& value) {
  const auto* const text = reinterpret_cast<const wchar_t*>(value.pbData);
  if (!text) return {};
  return value.cbData != 0 ? std::wstring(text, value.cbData / sizeof(wchar_t)) : std::wstring(text);
}

// In the characters of the string type; false: one of them is not among those.
bool put_characters(const std::wstring& text, DWORD type, base::bytes& into) {
  if (type == CERT_RDN_UTF8_STRING) {
    const std::string narrow = base::to_utf8(text);
    into.assign(narrow.begin(), narrow.end());
    return true;
  }
  const std::size_t size = type == CERT_RDN_UNIVERSAL_STRING ? 4 : type == CERT_RDN_BMP_STRING ? 2 : 1;
  for (const wchar_t one : text) {
    const std::uint32_t point = static_cast<char32_t>(one);
    if (size < 4 && point >> (8 * size) != 0) return false;
    for (std::size_t i = size; i-- > 0;) into.push_back(static_cast<base::byte>(point >> (8 * i) & 0xFF));
  }
  return true;
}

base::result<engine::name_value> value_of(const CERT_RDN_ATTR& from, int rdn, bool wide) {
  if (!from.pszObjId || from.dwValueType == CERT_RDN_ENCODED_BLOB || from.dwValueType > CERT_RDN_UTF8_STRING)
    return bad();
  engine::name_value out{from.pszObjId, tag_of(from.dwValueType), {}, {}, rdn};
  const bool is_wide = from.dwValueType == CERT_RDN_BMP_STRING || from.dwValueType == CERT_RDN_UTF8_STRING ||
                       (wide && from.dwValueType != CERT_RDN_OCTET_STRING);
  const base::bytes_view raw = bytes_of(from.Value);
  if (out.tag == 0)
    out.text = is_wide ? base::to_utf8(wide_text(from.Value)) : std::string(raw.begin(), raw.end());
  else if (!is_wide)
    out.value = copy_of(from.Value);
  else if (!put_characters(wide_text(from.Value), from.dwValueType, out.value))
    return bad();
  return out;
}

written write_name(const CERT_NAME_INFO& from, bool wide) {
  std::vector<engine::name_value> values;
  if (from.cRDN != 0 && !from.rgRDN) return bad();
  for (DWORD i = 0; i < from.cRDN; ++i) {
    const CERT_RDN& rdn = from.rgRDN[i];
    if (rdn.cRDNAttr != 0 && !rdn.rgRDNAttr) return bad();
    for (DWORD j = 0; j < rdn.cRDNAttr; ++j) {
      SCHANNIX_TRY(auto value, value_of(rdn.rgRDNAttr[j], static_cast<int>(i), wide));
      values.push_back(std::move(value));
    }
  }
  return engine::write_name(values);
}

base::result<engine::general_name> general_name_of(const CERT_ALT_NAME_ENTRY& from) {
  using kind = engine::general_name::kind;
  switch (from.dwAltNameChoice) {
    case CERT_ALT_NAME_RFC822_NAME:
      return engine::general_name{kind::email, base::to_utf8(from.pwszRfc822Name), {}};
    case CERT_ALT_NAME_DNS_NAME:
      return engine::general_name{kind::dns, base::to_utf8(from.pwszDNSName), {}};
    case CERT_ALT_NAME_URL:
      return engine::general_name{kind::uri, base::to_utf8(from.pwszURL), {}};
    case CERT_ALT_NAME_DIRECTORY_NAME:
      return engine::general_name{kind::directory, {}, copy_of(from.DirectoryName)};
    case CERT_ALT_NAME_IP_ADDRESS:
      return engine::general_name{kind::address, {}, copy_of(from.IPAddress)};
    case CERT_ALT_NAME_REGISTERED_ID:
      if (!from.pszRegisteredID) return bad();
      return engine::general_name{kind::registered, from.pszRegisteredID, {}};
    case CERT_ALT_NAME_OTHER_NAME:
      if (!from.pOtherName || !from.pOtherName->pszObjId) return bad();
      return engine::general_name{kind::other, from.pOtherName->pszObjId, copy_of(from.pOtherName->Value)};
    default:
      return bad();
  }
}

written write_general_names(const void* given) {
  const auto& from = as<CERT_ALT_NAME_INFO>(given);
  if (from.cAltEntry != 0 && !from.rgAltEntry) return bad();
  std::vector<engine::general_name> names;
  for (DWORD i = 0; i < from.cAltEntry; ++i) {
    SCHANNIX_TRY(auto one, general_name_of(from.rgAltEntry[i]));
    names.push_back(std::move(one));
  }
  return engine::write_general_names(names);
}

// ---- the others ----

written write_extensions(const CERT_EXTENSIONS& from) {
  if (from.cExtension != 0 && !from.rgExtension) return bad();
  std::vector<engine::extension_value> all;
  for (DWORD i = 0; i < from.cExtension; ++i) {
    const CERT_EXTENSION& one = from.rgExtension[i];
    if (!one.pszObjId) return bad();
    all.push_back({one.pszObjId, one.fCritical != FALSE, copy_of(one.Value)});
  }
  return engine::write_extension_list(all);
}

written write_purposes(const void* given) {
  const auto& from = as<CERT_ENHKEY_USAGE>(given);
  if (from.cUsageIdentifier != 0 && !from.rgpszUsageIdentifier) return bad();
  std::vector<std::string> all;
  for (DWORD i = 0; i < from.cUsageIdentifier; ++i) {
    if (!from.rgpszUsageIdentifier[i]) return bad();
    all.emplace_back(from.rgpszUsageIdentifier[i]);
  }
  return engine::write_purposes(all);
}

written write_constraints(const void* given) {
  const auto& from = as<CERT_BASIC_CONSTRAINTS2_INFO>(given);
  engine::basic_constraints out{from.fCA != FALSE, std::nullopt};
  if (from.fPathLenConstraint) out.path_length = from.dwPathLenConstraint;
  return engine::write_basic_constraints(out);
}

written write_public_key(const void* given) {
  const auto& from = as<CERT_PUBLIC_KEY_INFO>(given);
  if (!from.Algorithm.pszObjId) return bad();
  return engine::write_public_key_info(
      {{from.Algorithm.pszObjId, copy_of(from.Algorithm.Parameters)}, bits_in(from.PublicKey)});
}

written write_usage(const void* from) { return engine::write_bits(bits_in(as<CRYPT_BIT_BLOB>(from)), true); }
written write_bits(const void* from) { return engine::write_bits(bits_in(as<CRYPT_BIT_BLOB>(from)), false); }
written write_octets(const void* from) { return engine::write_octets(bytes_of(as<CRYPT_DATA_BLOB>(from))); }

written write_integer(const void* from) {
  base::bytes content = copy_of(as<CRYPT_INTEGER_BLOB>(from));
  std::ranges::reverse(content);
  return engine::write_integer(content);
}

written write_int(const void* from) {
  const auto value = static_cast<std::uint32_t>(as<int>(from));
  base::bytes content;
  for (int shift = 24; shift >= 0; shift -= 8) content.push_back(static_cast<base::byte>(value >> shift & 0xFF));
  return engine::write_integer(content);
}

written write_object_identifier(const void* from) {
  const auto* const text = as<LPCSTR>(from);
  return text ? engine::write_object_identifier(text) : written(bad());
}

written write_rsa_public(const void* from) {
  SCHANNIX_TRY(const auto key, read_capi_blob(static_cast<const base::byte*>(from)));
  return engine::write_rsa_public_key(key);
}

written write_narrow_name(const void* from) { return write_name(as<CERT_NAME_INFO>(from), false); }
written write_wide_name(const void* from) { return write_name(as<CERT_NAME_INFO>(from), true); }
written write_all_extensions(const void* from) { return write_extensions(as<CERT_EXTENSIONS>(from)); }

}  // namespace

base::result<base::bytes> encode(DWORD encoding, LPCSTR type, const void* from) {
  constexpr std::uintptr_t extensions_number = 5, name_number = 7;  // X509_EXTENSIONS and X509_NAME, opt-in names
  struct writer {
    std::uintptr_t type;
    written (*write)(const void*);
  };
  const std::array writers{writer{extensions_number, write_all_extensions},
                           writer{name_number, write_narrow_name},
                           writer{number_of_type(X509_UNICODE_NAME), write_wide_name},
                           writer{number_of_type(X509_PUBLIC_KEY_INFO), write_public_key},
                           writer{number_of_type(X509_ALTERNATE_NAME), write_general_names},
                           writer{number_of_type(X509_KEY_USAGE), write_usage},
                           writer{number_of_type(X509_BITS), write_bits},
                           writer{number_of_type(X509_BASIC_CONSTRAINTS2), write_constraints},
                           writer{number_of_type(RSA_CSP_PUBLICKEYBLOB), write_rsa_public},
                           writer{number_of_type(X509_OCTET_STRING), write_octets},
                           writer{number_of_type(X509_INTEGER), write_int},
                           writer{number_of_type(X509_MULTI_BYTE_INTEGER), write_integer},
                           writer{number_of_type(X509_ENHANCED_KEY_USAGE), write_purposes},
                           writer{number_of_type(X509_OBJECT_IDENTIFIER), write_object_identifier}};
  const auto* const found = std::ranges::find(writers, number_of_type(type), &writer::type);
  const bool known = (encoding & (X509_ASN_ENCODING | PKCS_7_ASN_ENCODING)) != 0 && found != writers.end();
  return known ? found->write(from) : written(base::caller_mistake(base::reason::not_found));
}

}  // namespace schannix::cert

#include "cert/decoding.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "cert/key_blobs.hpp"
#include "engine/asn1_keys.hpp"
#include "engine/asn1_objects.hpp"

namespace schannix::cert {
namespace {

constexpr std::uintptr_t extensions_number = 5, name_number = 7;  // X509_EXTENSIONS and X509_NAME, opt-in names

base::failure not_found() { return base::caller_mistake(base::reason::not_found); }

void put_bits(flat& out, std::size_t at, const engine::bit_string& bits) {
  out.blob(at, bits.bytes);
  out.set(at + offsetof(CRYPT_BIT_BLOB, cUnusedBits), DWORD{bits.unused});
}

void put_algorithm(flat& out, std::size_t at, const engine::algorithm_name& name) {
  out.text(at + offsetof(CRYPT_ALGORITHM_IDENTIFIER, pszObjId), name.oid);
  out.blob(at + offsetof(CRYPT_ALGORITHM_IDENTIFIER, Parameters), name.parameters);
}

// ---- names ----

// Values as encoded; what has 16 or 8 bits a character there and is text becomes WCHARs, as X509_UNICODE_NAME says.
void put_value(flat& out, std::size_t at, const engine::name_value& from, bool wide) {
  out.text(at + offsetof(CERT_RDN_ATTR, pszObjId), from.oid);
  const DWORD type = value_type_of(from.tag);
  out.set(at + offsetof(CERT_RDN_ATTR, dwValueType), type);
  const std::size_t value = at + offsetof(CERT_RDN_ATTR, Value);
  const bool is_text = type > CERT_RDN_OCTET_STRING;
  if (!is_text || (!wide && type != CERT_RDN_BMP_STRING && type != CERT_RDN_UTF8_STRING))
    return out.blob(value, from.value);
  const std::wstring text = base::from_utf8(from.text);
  out.set(value + offsetof(CERT_RDN_VALUE_BLOB, cbData), static_cast<DWORD>(text.size() * sizeof(wchar_t)));
  out.wide(value + offsetof(CERT_RDN_VALUE_BLOB, pbData), text);
}

base::result<void> put_name(base::bytes_view der, flat& out, bool wide) {
  SCHANNIX_TRY(const auto values, engine::read_name_values(der));
  const std::size_t root = out.rooms<CERT_NAME_INFO>(1);
  const std::size_t count = values.empty() ? 0 : static_cast<std::size_t>(values.back().rdn) + 1;
  out.set(root + offsetof(CERT_NAME_INFO, cRDN), static_cast<DWORD>(count));
  if (count == 0) return {};
  const std::size_t rdns = out.rooms<CERT_RDN>(count);
  out.point(root + offsetof(CERT_NAME_INFO, rgRDN), rdns);
  for (std::size_t i = 0; i < values.size();) {
    const int rdn = values[i].rdn;
    std::size_t end = i;
    while (end < values.size() && values[end].rdn == rdn) ++end;
    const std::size_t at = rdns + static_cast<std::size_t>(rdn) * sizeof(CERT_RDN);
    const std::size_t attributes = out.rooms<CERT_RDN_ATTR>(end - i);
    out.set(at + offsetof(CERT_RDN, cRDNAttr), static_cast<DWORD>(end - i));
    out.point(at + offsetof(CERT_RDN, rgRDNAttr), attributes);
    for (std::size_t j = 0; i < end; ++i, ++j) put_value(out, attributes + j * sizeof(CERT_RDN_ATTR), values[i], wide);
  }
  return {};
}

void put_other_name(flat& out, std::size_t at, const engine::general_name& from) {
  const std::size_t other = out.rooms<CERT_OTHER_NAME>(1);
  out.point(at, other);
  out.text(other + offsetof(CERT_OTHER_NAME, pszObjId), from.text);
  out.blob(other + offsetof(CERT_OTHER_NAME, Value), from.value);
}

void put_general_name(flat& out, std::size_t at, const engine::general_name& from) {
  using kind = engine::general_name::kind;
  // CERT_ALT_NAME_ counts as the tags do, from 1.
  out.set(at + offsetof(CERT_ALT_NAME_ENTRY, dwAltNameChoice), static_cast<DWORD>(from.what) + 1);
  const std::size_t value = at + offsetof(CERT_ALT_NAME_ENTRY, pOtherName);
  switch (from.what) {
    case kind::email:
    case kind::dns:
    case kind::uri:
      return out.wide(value, base::from_utf8(from.text));
    case kind::registered:
      return out.text(value, from.text);
    case kind::other:
      return put_other_name(out, value, from);
    case kind::directory:
    case kind::address:
    case kind::x400:
    case kind::edi_party:
      return out.blob(value, from.value);
  }
}

base::result<void> put_general_names(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(const auto names, engine::read_general_names(der));
  const std::size_t root = out.rooms<CERT_ALT_NAME_INFO>(1);
  out.set(root + offsetof(CERT_ALT_NAME_INFO, cAltEntry), static_cast<DWORD>(names.size()));
  if (names.empty()) return {};
  const std::size_t entries = out.rooms<CERT_ALT_NAME_ENTRY>(names.size());
  out.point(root + offsetof(CERT_ALT_NAME_INFO, rgAltEntry), entries);
  for (std::size_t i = 0; i < names.size(); ++i)
    put_general_name(out, entries + i * sizeof(CERT_ALT_NAME_ENTRY), names[i]);
  return {};
}

// ---- extensions ----

base::result<void> put_extensions(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(const auto read, engine::read_extension_list(der));
  const std::size_t root = out.rooms<CERT_EXTENSIONS>(1);
  out.set(root + offsetof(CERT_EXTENSIONS, cExtension), static_cast<DWORD>(read.size()));
  if (read.empty()) return {};
  const std::size_t all = out.rooms<CERT_EXTENSION>(read.size());
  out.point(root + offsetof(CERT_EXTENSIONS, rgExtension), all);
  for (std::size_t i = 0; i < read.size(); ++i) {
    const std::size_t at = all + i * sizeof(CERT_EXTENSION);
    out.text(at + offsetof(CERT_EXTENSION, pszObjId), read[i].oid);
    out.set(at + offsetof(CERT_EXTENSION, fCritical), BOOL{read[i].critical ? TRUE : FALSE});
    out.blob(at + offsetof(CERT_EXTENSION, Value), read[i].value);
  }
  return {};
}

base::result<void> put_purposes(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(const auto read, engine::read_purposes(der));
  const std::size_t root = out.rooms<CERT_ENHKEY_USAGE>(1);
  out.set(root + offsetof(CERT_ENHKEY_USAGE, cUsageIdentifier), static_cast<DWORD>(read.size()));
  if (read.empty()) return {};
  const std::size_t all = out.rooms<LPSTR>(read.size());
  out.point(root + offsetof(CERT_ENHKEY_USAGE, rgpszUsageIdentifier), all);
  for (std::size_t i = 0; i < read.size(); ++i) out.text(all + i * sizeof(LPSTR), read[i]);
  return {};
}

base::result<void> put_constraints(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(const auto read, engine::read_basic_constraints(der));
  const CERT_BASIC_CONSTRAINTS2_INFO made{read.authority ? TRUE : FALSE, read.path_length ? TRUE : FALSE,
                                          read.path_length.value_or(0)};
  out.set(out.rooms<CERT_BASIC_CONSTRAINTS2_INFO>(1), made);
  return {};
}

// ---- plain values ----

base::result<void> put_bit_string(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(const auto read, engine::read_bits(der));
  put_bits(out, out.rooms<CRYPT_BIT_BLOB>(1), read);
  return {};
}

base::result<void> put_octets(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(const auto read, engine::read_octets(der));
  out.blob(out.rooms<CRYPT_DATA_BLOB>(1), read);
  return {};
}

base::result<void> put_multi_byte_integer(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(auto read, engine::read_integer(der));
  std::ranges::reverse(read);
  out.blob(out.rooms<CRYPT_INTEGER_BLOB>(1), read);
  return {};
}

base::result<void> put_integer(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(const auto read, engine::read_integer(der));
  if (read.empty() || read.size() > sizeof(int)) return base::caller_mistake(base::reason::malformed_object);
  std::uint32_t value = read[0] >= 0x80 ? ~std::uint32_t{0} : 0;
  for (const base::byte one : read) value = value << 8 | one;
  out.set(out.rooms<int>(1), static_cast<int>(value));
  return {};
}

base::result<void> put_object_identifier(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(const auto read, engine::read_object_identifier(der));
  out.text(out.rooms<LPSTR>(1), read);
  return {};
}

// ---- keys and certificates ----

base::result<void> put_public_key(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(const auto read, engine::read_public_key_info(der));
  const std::size_t root = out.rooms<CERT_PUBLIC_KEY_INFO>(1);
  put_algorithm(out, root + offsetof(CERT_PUBLIC_KEY_INFO, Algorithm), read.algorithm);
  put_bits(out, root + offsetof(CERT_PUBLIC_KEY_INFO, PublicKey), read.key);
  return {};
}

base::result<void> put_private_key(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(const auto read, engine::read_private_key_info(der));
  const std::size_t root = out.rooms<CRYPT_PRIVATE_KEY_INFO>(1);
  out.set(root + offsetof(CRYPT_PRIVATE_KEY_INFO, Version), DWORD{read.version});
  put_algorithm(out, root + offsetof(CRYPT_PRIVATE_KEY_INFO, Algorithm), read.algorithm);
  out.blob(root + offsetof(CRYPT_PRIVATE_KEY_INFO, PrivateKey), read.key.view());
  return {};
}

base::result<void> put_ec_key(base::bytes_view der, flat& out) {
  SCHANNIX_TRY(const auto read, engine::read_ec_private_key(der));
  const std::size_t root = out.rooms<CRYPT_ECC_PRIVATE_KEY_INFO>(1);
  out.set(root + offsetof(CRYPT_ECC_PRIVATE_KEY_INFO, dwVersion), DWORD{read.version});
  out.blob(root + offsetof(CRYPT_ECC_PRIVATE_KEY_INFO, PrivateKey), read.key.view());
  if (!read.curve.empty()) out.text(root + offsetof(CRYPT_ECC_PRIVATE_KEY_INFO, szCurveOid), read.curve);
  put_bits(out, root + offsetof(CRYPT_ECC_PRIVATE_KEY_INFO, PublicKey), read.public_key);
  return {};
}

base::result<void> put_rsa(std::uintptr_t type, base::bytes_view der, flat& out) {
  const auto is = [&](LPCSTR one) { return type == number_of_type(one); };
  if (is(RSA_CSP_PUBLICKEYBLOB) || is(CNG_RSA_PUBLIC_KEY_BLOB)) {
    SCHANNIX_TRY(const auto read, engine::read_rsa_public_key(der));
    return is(RSA_CSP_PUBLICKEYBLOB) ? put_capi_blob(read, out) : put_cng_blob(read, out);
  }
  SCHANNIX_TRY(const auto read, engine::read_rsa_private_key(der));
  return is(PKCS_RSA_PRIVATE_KEY) ? put_capi_blob(read, out) : put_cng_blob(read, out);
}

base::result<void> put_signed(const engine::environment& env, const decoding& what, flat& out) {
  SCHANNIX_TRY(auto read, engine::read_signed_certificate(env, what.der));
  if (!(what.flags & CRYPT_DECODE_NO_SIGNATURE_BYTE_REVERSAL_FLAG)) std::ranges::reverse(read.signature.bytes);
  const std::size_t root = out.rooms<CERT_SIGNED_CONTENT_INFO>(1);
  out.blob(root + offsetof(CERT_SIGNED_CONTENT_INFO, ToBeSigned), read.content);
  put_algorithm(out, root + offsetof(CERT_SIGNED_CONTENT_INFO, SignatureAlgorithm), read.algorithm);
  put_bits(out, root + offsetof(CERT_SIGNED_CONTENT_INFO, Signature), read.signature);
  return {};
}

}  // namespace

DWORD value_type_of(int tag) noexcept {
  struct known {
    int tag;  // X.680 §8.4
    DWORD type;
  };
  static constexpr auto types = std::to_array<known>({{4, CERT_RDN_OCTET_STRING},
                                                      {12, CERT_RDN_UTF8_STRING},
                                                      {18, CERT_RDN_NUMERIC_STRING},
                                                      {19, CERT_RDN_PRINTABLE_STRING},
                                                      {20, CERT_RDN_T61_STRING},
                                                      {21, CERT_RDN_VIDEOTEX_STRING},
                                                      {22, CERT_RDN_IA5_STRING},
                                                      {25, CERT_RDN_GRAPHIC_STRING},
                                                      {26, CERT_RDN_VISIBLE_STRING},
                                                      {27, CERT_RDN_GENERAL_STRING},
                                                      {28, CERT_RDN_UNIVERSAL_STRING},
                                                      {30, CERT_RDN_BMP_STRING}});
  const auto* const found = std::ranges::find(types, tag, &known::tag);
  return found != types.end() ? found->type : DWORD{CERT_RDN_ENCODED_BLOB};
}

std::uintptr_t number_of_type(LPCSTR type) noexcept {
  const auto number = reinterpret_cast<std::uintptr_t>(type);
  if (number <= 0xFFFF) return number;
  struct known {
    std::string_view oid;
    LPCSTR type;
  };
  const std::array types{known{szOID_SUBJECT_ALT_NAME2, X509_ALTERNATE_NAME},
                         known{szOID_ISSUER_ALT_NAME2, X509_ALTERNATE_NAME}, known{szOID_KEY_USAGE, X509_KEY_USAGE},
                         known{szOID_BASIC_CONSTRAINTS2, X509_BASIC_CONSTRAINTS2},
                         known{szOID_ENHANCED_KEY_USAGE, X509_ENHANCED_KEY_USAGE}};
  const auto* const found = std::ranges::find(types, std::string_view(type), &known::oid);
  return found != types.end() ? reinterpret_cast<std::uintptr_t>(found->type) : 0;
}

base::result<void> decode(const engine::environment& env, const decoding& what, flat& into) {
  if (!(what.encoding & (X509_ASN_ENCODING | PKCS_7_ASN_ENCODING))) return not_found();
  const std::uintptr_t type = number_of_type(what.type);
  struct reader {
    LPCSTR type;
    base::result<void> (*put)(base::bytes_view, flat&);
  };
  const std::array readers{reader{X509_PUBLIC_KEY_INFO, put_public_key},
                           reader{X509_ALTERNATE_NAME, put_general_names},
                           reader{X509_KEY_USAGE, put_bit_string},
                           reader{X509_BITS, put_bit_string},
                           reader{X509_BASIC_CONSTRAINTS2, put_constraints},
                           reader{X509_OCTET_STRING, put_octets},
                           reader{X509_INTEGER, put_integer},
                           reader{X509_MULTI_BYTE_INTEGER, put_multi_byte_integer},
                           reader{X509_ENHANCED_KEY_USAGE, put_purposes},
                           reader{PKCS_PRIVATE_KEY_INFO, put_private_key},
                           reader{X509_OBJECT_IDENTIFIER, put_object_identifier},
                           reader{X509_ECC_PRIVATE_KEY, put_ec_key}};
  for (const reader& one : readers)
    if (reinterpret_cast<std::uintptr_t>(one.type) == type) return one.put(what.der, into);
  if (type == name_number) return put_name(what.der, into, false);
  if (type == extensions_number) return put_extensions(what.der, into);
  if (type == number_of_type(X509_UNICODE_NAME)) return put_name(what.der, into, true);
  if (type == number_of_type(X509_CERT)) return put_signed(env, what, into);
  for (const LPCSTR rsa :
       std::array{RSA_CSP_PUBLICKEYBLOB, CNG_RSA_PUBLIC_KEY_BLOB, PKCS_RSA_PRIVATE_KEY, CNG_RSA_PRIVATE_KEY_BLOB})
    if (type == number_of_type(rsa)) return put_rsa(type, what.der, into);
  return not_found();
}

}  // namespace schannix::cert

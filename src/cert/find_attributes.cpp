// Single attributes of names as what is looked for. MS certisrdnattrsincertificatename
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "cert/decoding.hpp"
#include "cert/find.hpp"
#include "engine/asn1_objects.hpp"

namespace schannix::cert {
namespace {

std::string lower(std::string text) {
  for (char& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return text;
}

// One CERT_RDN_ATTR, its value in the form that the certificate's is compared in.
struct wanted_attribute {
  std::optional<std::string> oid;  // nothing: any
  DWORD type = CERT_RDN_ANY_TYPE;
  bool as_text = false;              // UTF-8; else as encoded
  std::optional<std::string> value;  // nothing: any
};

std::string wide_value(const CERT_RDN_VALUE_BLOB& from) {
  const auto* const text = reinterpret_cast<const wchar_t*>(from.pbData);
  return from.cbData != 0 ? base::to_utf8(std::wstring_view(text, from.cbData / sizeof(wchar_t))) : base::to_utf8(text);
}

// Which values are WCHARs: as in CryptEncodeObject.
bool is_wide(const CERT_RDN_ATTR& from, bool wide) {
  if (from.dwValueType == CERT_RDN_BMP_STRING || from.dwValueType == CERT_RDN_UTF8_STRING) return true;
  return wide && from.dwValueType != CERT_RDN_OCTET_STRING && from.dwValueType != CERT_RDN_ENCODED_BLOB;
}

wanted_attribute attribute_of(const CERT_RDN_ATTR& from, attribute_rules rules) {
  wanted_attribute out;
  out.type = from.dwValueType;
  out.as_text = is_wide(from, rules.wide);
  if (from.pszObjId) out.oid = from.pszObjId;
  if (!from.Value.pbData) return out;
  const base::bytes_view raw = bytes_of(from.Value);
  out.value = out.as_text ? wide_value(from.Value) : std::string(raw.begin(), raw.end());
  if (rules.any_case) out.value = lower(*std::move(out.value));
  return out;
}

bool fits(const engine::name_value& one, const wanted_attribute& wanted, bool any_case) {
  if (wanted.oid && *wanted.oid != one.oid) return false;
  if (wanted.type != CERT_RDN_ANY_TYPE && wanted.type != value_type_of(one.tag)) return false;
  if (!wanted.value) return true;
  std::string value = wanted.as_text ? one.text : std::string(one.value.begin(), one.value.end());
  return (any_case ? lower(std::move(value)) : value) == *wanted.value;
}

}  // namespace

std::optional<query> with_attributes(engine::name_of whose, const CERT_RDN& wanted, attribute_rules rules) {
  if (wanted.cRDNAttr != 0 && !wanted.rgRDNAttr) return std::nullopt;
  std::vector<wanted_attribute> all;
  all.reserve(wanted.cRDNAttr);
  for (DWORD i = 0; i < wanted.cRDNAttr; ++i) all.push_back(attribute_of(wanted.rgRDNAttr[i], rules));
  return [whose, rules, all = std::move(all)](const context& one) {
    const CERT_INFO& shown = *one.pCertInfo;
    const auto name =
        engine::read_name_values(bytes_of(whose == engine::name_of::subject ? shown.Subject : shown.Issuer));
    return name && std::ranges::all_of(all, [&](const wanted_attribute& want) {
             return std::ranges::any_of(*name, [&](const auto& has) { return fits(has, want, rules.any_case); });
           });
  };
}

}  // namespace schannix::cert

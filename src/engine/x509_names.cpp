// Distinguished names and alternative names as UTF-8 text. A NUL inside a name becomes U+FFFD: a reader that stops at
// NUL must not see another name than the one that was signed.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "engine/name_keys.hpp"
#include "engine/x509.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

constexpr std::string_view common_name_oid = "2.5.4.3";
constexpr std::string_view user_principal_name_oid = "1.3.6.1.4.1.311.20.2.3";

std::string without_nul(std::string_view text) {
  std::string out;
  for (const char unit : text) unit == '\0' ? out.append("\xEF\xBF\xBD") : out.append(1, unit);
  return out;
}

std::string utf8_of(const ASN1_STRING* string) {
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, string);
  const held_memory owner(text);
  if (size >= 0) return without_nul({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
  const base::bytes raw = content_of(string);  // not valid in its own character set
  return without_nul(base::to_utf8(base::from_utf8({reinterpret_cast<const char*>(raw.data()), raw.size()})));
}

distinguished_name attributes_of(const X509_NAME* name) {
  distinguished_name out;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, i);
    out.push_back({dotted(X509_NAME_ENTRY_get_object(entry)), utf8_of(X509_NAME_ENTRY_get_data(entry)),
                   X509_NAME_ENTRY_set(entry)});
  }
  return out;
}

bool is_principal_name(const OTHERNAME* other) {
  return dotted(other->type_id) == user_principal_name_oid && other->value->type == V_ASN1_UTF8STRING;
}

void add(alternative_names& to, const GENERAL_NAME* from) {
  int kind = 0;
  const void* const value = GENERAL_NAME_get0_value(from, &kind);
  switch (kind) {
    case GEN_DNS:
      to.dns.push_back(utf8_of(static_cast<const ASN1_STRING*>(value)));
      break;
    case GEN_EMAIL:
      to.email.push_back(utf8_of(static_cast<const ASN1_STRING*>(value)));
      break;
    case GEN_URI:
      to.uri.push_back(utf8_of(static_cast<const ASN1_STRING*>(value)));
      break;
    case GEN_DIRNAME:
      if (!to.directory) to.directory = attributes_of(static_cast<const X509_NAME*>(value));
      break;
    case GEN_OTHERNAME:
      if (const auto* const other = static_cast<const OTHERNAME*>(value); is_principal_name(other))
        to.principal.push_back(utf8_of(other->value->value.utf8string));
      break;
    default:
      break;  // addresses, registered ids: nobody asks for their text
  }
}

std::string key_of(std::string_view oid) {
  const auto* const found = std::ranges::find(name_keys, oid, &name_key::oid);
  return found != name_keys.end() ? std::string(found->key) : "OID." + std::string(oid);
}

std::string quoted(const std::string& value) {
  const bool needed = value.empty() || value.find_first_of(",+=\"\n<>#;") != std::string::npos ||
                      value.front() == ' ' || value.back() == ' ';
  if (!needed) return value;
  std::string out = "\"";
  for (const char unit : value) out.append(unit == '"' ? 2 : 1, unit);
  return out + '"';
}

std::string write_one(const name_attribute& attribute, const name_style& style) {
  const std::string value = style.quoted ? quoted(attribute.value) : attribute.value;
  switch (style.with) {
    case name_style::keys::none:
      return value;
    case name_style::keys::oid:
      return attribute.oid + "=" + value;
    case name_style::keys::x500:
      return key_of(attribute.oid) + "=" + value;
  }
  return value;
}

}  // namespace

distinguished_name attributes(const certificate& of, name_of whose) {
  const quiet_errors quiet;
  return attributes_of(whose == name_of::subject ? X509_get_subject_name(of.native())
                                                 : X509_get_issuer_name(of.native()));
}

base::result<distinguished_name> read_name(base::bytes_view der) {
  const quiet_errors quiet;
  const unsigned char* at = der.data();
  const held<X509_NAME, X509_NAME_free> name(d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size())));
  if (!name || at != der.data() + der.size()) return base::caller_mistake(base::reason::malformed_object);
  return attributes_of(name.get());
}

alternative_names alternatives(const certificate& of, name_of whose) {
  const quiet_errors quiet;
  const int extension = whose == name_of::subject ? NID_subject_alt_name : NID_issuer_alt_name;
  const held_general_names names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(of.native(), extension, nullptr, nullptr)));
  alternative_names out;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) add(out, sk_GENERAL_NAME_value(names.get(), i));
  return out;
}

std::string write(const distinguished_name& name, const name_style& style) {
  std::vector<std::string> rdns;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const std::string one = write_one(name[i], style);
    if (i > 0 && name[i].rdn == name[i - 1].rdn)
      rdns.back().append(style.plus).append(one);
    else
      rdns.push_back(one);
  }
  if (style.reversed) std::ranges::reverse(rdns);
  std::string out;
  for (const std::string& rdn : rdns) {
    if (&rdn != &rdns.front()) out.append(style.separator);
    out.append(rdn);
  }
  return out;
}

std::vector<std::string> dns_names(const certificate& of) { return alternatives(of, name_of::subject).dns; }

std::string common_name(const certificate& of) {
  std::string last;
  for (const auto& attribute : attributes(of, name_of::subject))
    if (attribute.oid == common_name_oid) last = attribute.value;
  return last;
}

std::string subject_text(const certificate& of) { return write(attributes(of, name_of::subject), {.reversed = true}); }
std::string issuer_text(const certificate& of) { return write(attributes(of, name_of::issuer), {.reversed = true}); }

}  // namespace schannix::engine

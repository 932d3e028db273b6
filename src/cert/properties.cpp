#include "cert/properties.hpp"

#include <algorithm>
#include <array>

namespace schannix::cert {
namespace {

constexpr auto computed_ids = std::to_array<DWORD>(
    {CERT_SHA1_HASH_PROP_ID, CERT_MD5_HASH_PROP_ID, CERT_KEY_IDENTIFIER_PROP_ID,
     CERT_SUBJECT_PUBLIC_KEY_MD5_HASH_PROP_ID, CERT_SUBJECT_PUB_KEY_BIT_LENGTH_PROP_ID, CERT_SHA256_HASH_PROP_ID});
constexpr auto key_ids =
    std::to_array<DWORD>({CERT_KEY_PROV_HANDLE_PROP_ID, CERT_KEY_PROV_INFO_PROP_ID, CERT_KEY_CONTEXT_PROP_ID,
                          CERT_KEY_SPEC_PROP_ID, CERT_NCRYPT_KEY_HANDLE_PROP_ID,
                          CERT_HCRYPTPROV_OR_NCRYPT_KEY_HANDLE_PROP_ID, CERT_NCRYPT_KEY_HANDLE_TRANSFER_PROP_ID});

base::bytes bytes_of_number(DWORD number) {
  const auto* const first = reinterpret_cast<const base::byte*>(&number);
  return base::bytes(first, first + sizeof number);
}

std::optional<base::bytes> unless_empty(base::bytes found) {
  return found.empty() ? std::nullopt : std::optional(std::move(found));
}

// Of the extension, or the hash that stands for it. MS certgetcertificatecontextproperty
base::bytes identifier(const engine::environment& env, const engine::certificate& of) {
  base::bytes own = engine::key_identifier(of);
  return own.empty() ? engine::hash_of(env, engine::hash::sha1, engine::key_info(of)) : own;
}

base::bytes computed(const engine::environment& env, const engine::certificate& of, DWORD id) {
  switch (id) {
    case CERT_SHA1_HASH_PROP_ID:
      return engine::hash_of(env, engine::hash::sha1, of.der());
    case CERT_MD5_HASH_PROP_ID:
      return engine::hash_of(env, engine::hash::md5, of.der());
    case CERT_SHA256_HASH_PROP_ID:
      return engine::hash_of(env, engine::hash::sha256, of.der());
    case CERT_KEY_IDENTIFIER_PROP_ID:
      return identifier(env, of);
    case CERT_SUBJECT_PUBLIC_KEY_MD5_HASH_PROP_ID:
      return engine::hash_of(env, engine::hash::md5, engine::key_info(of));
    default:
      return bytes_of_number(engine::key_bits(of));
  }
}

}  // namespace

property_kind kind_of_property(DWORD id) {
  if (std::ranges::find(computed_ids, id) != computed_ids.end()) return property_kind::computed;
  return std::ranges::find(key_ids, id) != key_ids.end() ? property_kind::key : property_kind::set;
}

std::optional<base::bytes> property(const engine::environment& env, const content& of, DWORD id) {
  switch (kind_of_property(id)) {
    case property_kind::computed:
      return unless_empty(computed(env, of.leaf(), id));
    case property_kind::key:
      if (id != CERT_KEY_SPEC_PROP_ID || !of.key()) return std::nullopt;
      return bytes_of_number(CERT_NCRYPT_KEY_SPEC);
    case property_kind::set:
      return of.property(id);
  }
  return std::nullopt;
}

std::vector<DWORD> properties_of(const engine::environment& env, const content& of) {
  std::vector<DWORD> ids = of.properties();
  for (const DWORD id : computed_ids)
    if (property(env, of, id)) ids.push_back(id);
  if (of.key()) ids.insert(ids.end(), {CERT_KEY_PROV_INFO_PROP_ID, CERT_KEY_SPEC_PROP_ID});
  std::ranges::sort(ids);
  return ids;
}

std::string container_name(const engine::environment& env, const content& of) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string name;
  for (const base::byte one : engine::hash_of(env, engine::hash::sha256, engine::key_info(of.leaf()))) {
    name.push_back(digits[one >> 4]);
    name.push_back(digits[one & 0xF]);
  }
  return name;
}

}  // namespace schannix::cert

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

// One that was set, else of the certificate. MS certgetcertificatecontextproperty
std::optional<base::bytes> signature_hash(const engine::environment& env, const content& of) {
  auto set = of.property(CERT_SIGNATURE_HASH_PROP_ID);
  return set ? std::move(set) : unless_empty(engine::signature_hash(env, of.leaf()));
}

// Told by name, a key's use is told with it; a provider without a type is one of CNG.
DWORD use_of(const key_binding& key) {
  if (key.handle != 0) return key.spec;
  return key.named && key.named->type != 0 ? key.named->spec : DWORD{CERT_NCRYPT_KEY_SPEC};
}

base::bytes bytes_of_context(const key_binding& key) {
  CERT_KEY_CONTEXT shown{};
  shown.cbSize = sizeof shown;
  shown.hCryptProv = key.handle;
  shown.dwKeySpec = key.spec;
  const auto* const first = reinterpret_cast<const base::byte*>(&shown);
  return base::bytes(first, first + sizeof shown);
}

base::bytes bytes_of_handle(ULONG_PTR handle) {
  const auto* const first = reinterpret_cast<const base::byte*>(&handle);
  return base::bytes(first, first + sizeof handle);
}

std::optional<base::bytes> of_key(const key_binding& key, DWORD id) {
  if (id == CERT_KEY_SPEC_PROP_ID && !key.none()) return bytes_of_number(use_of(key));
  if (key.handle == 0 || key.none()) return std::nullopt;
  if (id == CERT_KEY_CONTEXT_PROP_ID) return bytes_of_context(key);
  const bool of_cng = key.spec == CERT_NCRYPT_KEY_SPEC;
  const bool shown = id == CERT_HCRYPTPROV_OR_NCRYPT_KEY_HANDLE_PROP_ID ||
                     (of_cng ? id == CERT_NCRYPT_KEY_HANDLE_PROP_ID : id == CERT_KEY_PROV_HANDLE_PROP_ID);
  return shown ? std::optional(bytes_of_handle(key.handle)) : std::nullopt;
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
      return of_key(of.key(), id);
    case property_kind::set:
      return id == CERT_SIGNATURE_HASH_PROP_ID ? signature_hash(env, of) : of.property(id);
  }
  return std::nullopt;
}

std::vector<DWORD> properties_of(const engine::environment& env, const content& of) {
  std::vector<DWORD> ids = of.properties();
  for (const DWORD id : computed_ids)
    if (property(env, of, id)) ids.push_back(id);
  const key_binding key = of.key();
  if (has_provider_info(key)) ids.push_back(CERT_KEY_PROV_INFO_PROP_ID);
  for (const DWORD id : key_ids)
    if (of_key(key, id)) ids.push_back(id);
  std::ranges::sort(ids);
  return ids;
}

bool has_provider_info(const key_binding& key) { return key.named || (key.key && key.handle == 0); }

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

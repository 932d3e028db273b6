#include "abi/keys/blob_types.hpp"

#include <algorithm>

#include "abi/runtime.hpp"

namespace schannix::abi {
namespace {

using engine::cng_form;
using engine::key_kind;

constexpr struct {
  std::wstring_view name;
  key_kind kind;
} algorithms[] = {{BCRYPT_RSA_ALGORITHM, key_kind::rsa},         {BCRYPT_ECDSA_P256_ALGORITHM, key_kind::p256},
                  {BCRYPT_ECDSA_P384_ALGORITHM, key_kind::p384}, {BCRYPT_ECDSA_P521_ALGORITHM, key_kind::p521},
                  {BCRYPT_ECDH_P256_ALGORITHM, key_kind::p256},  {BCRYPT_ECDH_P384_ALGORITHM, key_kind::p384},
                  {BCRYPT_ECDH_P521_ALGORITHM, key_kind::p521}};

constexpr struct {
  std::wstring_view name;
  cng_form form;
} forms[] = {{BCRYPT_RSAPUBLIC_BLOB, cng_form::rsa_public},
             {BCRYPT_RSAPRIVATE_BLOB, cng_form::rsa_private},
             {BCRYPT_RSAFULLPRIVATE_BLOB, cng_form::rsa_full},
             {BCRYPT_ECCPUBLIC_BLOB, cng_form::ec_public},
             {BCRYPT_ECCPRIVATE_BLOB, cng_form::ec_private}};

// The forms without a name of their own: whichever the key has.
std::optional<cng_form> form_of(const engine::private_key& key, std::wstring_view type) {
  const bool rsa = engine::kind_of(key) == key_kind::rsa;
  if (type == BCRYPT_PUBLIC_KEY_BLOB) return rsa ? cng_form::rsa_public : cng_form::ec_public;
  if (type == BCRYPT_PRIVATE_KEY_BLOB) return rsa ? cng_form::rsa_private : cng_form::ec_private;
  const auto* const found = std::ranges::find(forms, type, [](const auto& one) { return one.name; });
  return found != std::end(forms) ? std::optional(found->form) : std::nullopt;
}

bool fits(std::wstring_view type, const engine::private_key& key) {
  if (type == BCRYPT_PRIVATE_KEY_BLOB) return true;
  return (type == BCRYPT_ECCPRIVATE_BLOB) == (engine::kind_of(key) != key_kind::rsa);
}

}  // namespace

key_kind kind_of_algorithm(std::wstring_view name) {
  const auto* const found = std::ranges::find(algorithms, name, [](const auto& one) { return one.name; });
  return found != std::end(algorithms) ? found->kind : key_kind::other;
}

const wchar_t* algorithm_of(key_kind kind) {
  const auto* const found = std::ranges::find(algorithms, kind, [](const auto& one) { return one.kind; });
  return found != std::end(algorithms) ? found->name.data() : L"";
}

const wchar_t* group_of(key_kind kind) { return kind == key_kind::rsa ? L"RSA" : L"ECDSA"; }

base::result<engine::private_key> read_blob(std::wstring_view type, base::bytes_view blob) {
  const auto& env = the_environment();
  if (type == NCRYPT_PKCS8_PRIVATE_KEY_BLOB) return engine::read_pkcs8(env, blob);
  if (type == LEGACY_RSAPRIVATE_BLOB) return engine::read_capi(env, blob, engine::key_part::whole);
  const bool known = type == BCRYPT_RSAPRIVATE_BLOB || type == BCRYPT_RSAFULLPRIVATE_BLOB ||
                     type == BCRYPT_ECCPRIVATE_BLOB || type == BCRYPT_PRIVATE_KEY_BLOB;
  if (!known) return base::caller_mistake(base::reason::unsupported);
  auto key = engine::read_cng(env, blob);
  if (key && !fits(type, *key)) return base::caller_mistake(base::reason::malformed_object);
  return key;
}

bool is_public_form(std::wstring_view type) {
  return type == BCRYPT_PUBLIC_KEY_BLOB || type == BCRYPT_RSAPUBLIC_BLOB || type == BCRYPT_ECCPUBLIC_BLOB;
}

base::result<base::private_content> write_blob(const engine::private_key& key, std::wstring_view type) {
  if (type == NCRYPT_PKCS8_PRIVATE_KEY_BLOB) return engine::pkcs8_of(key);
  const auto form = form_of(key, type);
  if (!form) return base::caller_mistake(base::reason::unsupported);
  return engine::cng_of(key, *form);
}

}  // namespace schannix::abi

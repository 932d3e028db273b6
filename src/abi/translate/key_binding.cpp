#include "abi/translate/key_binding.hpp"

#include <memory>
#include <optional>

#include "abi/keys/objects.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "base/text.hpp"

namespace schannix::abi {
namespace {

constexpr DWORD known_flags =
    CERT_SET_KEY_PROV_HANDLE_PROP_ID | CRYPT_MACHINE_KEYSET | CRYPT_USER_KEYSET | CRYPT_SILENT;

// The value that a property gives: of KEY_CONTEXT the one in the struct, else pvData itself.
ULONG_PTR handle_in(DWORD id, const void* value) {
  if (id != CERT_KEY_CONTEXT_PROP_ID) return reinterpret_cast<ULONG_PTR>(value);
  const auto& told = *static_cast<const CERT_KEY_CONTEXT*>(value);
  return told.cbSize == sizeof told ? told.hCryptProv : 0;
}

// The handle is the certificate's: freed with its last context, or when another key takes its place.
std::shared_ptr<const void> freed_at_the_end(ULONG_PTR handle) {
  return {&the_runtime(), [handle](const void*) { free_any(handle); }};
}

// CNG's keys leave by their policy alone; CryptoAPI's are kept without one.
bool keeps_its_key(ULONG_PTR handle) {
  constexpr DWORD lets_it_out = NCRYPT_ALLOW_EXPORT_FLAG | NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG;
  const auto key = object_of<storage_key>(handle);
  if (!key) return false;
  const std::lock_guard held(key->lock);
  return (key->export_policy & lets_it_out) == 0;
}

BOOL bind_handle(cert::content& to, ULONG_PTR handle, bool stays_the_callers) {
  auto held = key_behind(handle);
  if (!held) return fail(code_of(NTE_BAD_KEYSET), FALSE);
  cert::key_binding made;
  made.key = std::move(held->key);
  made.handle = handle;
  made.spec = held->spec;
  made.stays = keeps_its_key(handle);
  if (!stays_the_callers) made.freed_with = freed_at_the_end(handle);
  return to.bind(std::move(made)), TRUE;
}

}  // namespace

std::optional<keyring::provider_info> provider_info_of(const CRYPT_KEY_PROV_INFO& told) {
  if (told.pwszContainerName == nullptr || *told.pwszContainerName == 0) return std::nullopt;
  if ((told.dwFlags & ~known_flags) != 0 || told.cProvParam != 0) return std::nullopt;
  return keyring::provider_info{.container = base::to_utf8(told.pwszContainerName),
                                .provider = told.pwszProvName != nullptr ? base::to_utf8(told.pwszProvName) : "",
                                .type = told.dwProvType,
                                .flags = told.dwFlags,
                                .spec = told.dwKeySpec};
}

BOOL bind_key(cert::content& to, DWORD id, DWORD flags, const void* value) {
  if (value == nullptr) return to.bind({}), TRUE;
  if (id == CERT_KEY_SPEC_PROP_ID || id == CERT_NCRYPT_KEY_HANDLE_TRANSFER_PROP_ID)
    return fail(code_of(E_INVALIDARG), FALSE);
  if (id != CERT_KEY_PROV_INFO_PROP_ID)
    return bind_handle(to, handle_in(id, value), (flags & CERT_STORE_NO_CRYPT_RELEASE_FLAG) != 0);
  auto told = provider_info_of(*static_cast<const CRYPT_KEY_PROV_INFO*>(value));
  if (!told) return fail(code_of(E_INVALIDARG), FALSE);
  cert::key_binding made;
  made.named = *std::move(told);
  return to.bind(std::move(made)), TRUE;
}

}  // namespace schannix::abi

#include "abi/translate/key_binding.hpp"

#include <optional>

#include "abi/translate/crypt32.hpp"
#include "base/text.hpp"

namespace schannix::abi {
namespace {

constexpr DWORD known_flags =
    CERT_SET_KEY_PROV_HANDLE_PROP_ID | CRYPT_MACHINE_KEYSET | CRYPT_USER_KEYSET | CRYPT_SILENT;

// Nothing: no container, flags that are not known, or parameters, which none of our providers has.
std::optional<keyring::provider_info> provider_info_of(const CRYPT_KEY_PROV_INFO& told) {
  if (told.pwszContainerName == nullptr || *told.pwszContainerName == 0) return std::nullopt;
  if ((told.dwFlags & ~known_flags) != 0 || told.cProvParam != 0) return std::nullopt;
  return keyring::provider_info{.container = base::to_utf8(told.pwszContainerName),
                                .provider = told.pwszProvName != nullptr ? base::to_utf8(told.pwszProvName) : "",
                                .type = told.dwProvType,
                                .flags = told.dwFlags,
                                .spec = told.dwKeySpec};
}

}  // namespace

BOOL bind_key(cert::content& to, DWORD id, DWORD, const void* value) {
  if (value == nullptr) return to.bind({}), TRUE;
  if (id != CERT_KEY_PROV_INFO_PROP_ID) return fail(code_of(NTE_BAD_KEYSET), FALSE);
  auto told = provider_info_of(*static_cast<const CRYPT_KEY_PROV_INFO*>(value));
  if (!told) return fail(code_of(E_INVALIDARG), FALSE);
  cert::key_binding made;
  made.named = *std::move(told);
  return to.bind(std::move(made)), TRUE;
}

}  // namespace schannix::abi

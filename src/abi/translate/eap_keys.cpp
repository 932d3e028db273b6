#include "abi/translate/eap_keys.hpp"

#include <cstring>

#include "abi/translate/status.hpp"
#include "base/secret.hpp"

namespace schannix::abi {
namespace {

// By the number that EAP_PRF_INFO names. Windows' page says of the two of EAP-TTLS that the server's random comes
// first; RFC 5281 has the client's first for all, and that is what the other side of EAP computes.
constexpr std::string_view labels[] = {"client EAP encryption", "ttls keying material", "ttls challenge"};
constexpr DWORD eap_fast = 3;

}  // namespace

bool is_eap_prf(DWORD number) noexcept { return number < std::size(labels); }

SECURITY_STATUS set_eap_prf_info(context_object& of, const void* from, ULONG size) {
  if (size != sizeof(SecPkgContext_EapPrfInfo)) return SEC_E_INVALID_PARAMETER;
  const auto& info = *static_cast<const SecPkgContext_EapPrfInfo*>(from);
  DWORD number = 0;
  if (info.dwVersion != 0 || info.cbPrfData != sizeof number || info.pbPrfData == nullptr)
    return SEC_E_INVALID_PARAMETER;
  std::memcpy(&number, info.pbPrfData, sizeof number);
  if (number == eap_fast) return SEC_E_UNSUPPORTED_FUNCTION;
  if (!is_eap_prf(number)) return SEC_E_INVALID_PARAMETER;
  of.eap_prf = number;
  return SEC_E_OK;
}

SECURITY_STATUS eap_key_block(const context_object& of, void* into) {
  SecPkgContext_EapKeyBlock made{};
  const auto done = of.connection->export_eap_keys(labels[of.eap_prf], made.rgbKeys, made.rgbIVs);
  if (done) *static_cast<SecPkgContext_EapKeyBlock*>(into) = made;
  base::wipe({reinterpret_cast<base::byte*>(&made), sizeof made});
  return done ? SEC_E_OK : status_of(done.error());
}

}  // namespace schannix::abi

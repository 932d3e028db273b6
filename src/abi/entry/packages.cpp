// Package functions. MS nf-sspi-enumeratesecuritypackages, nf-sspi-querysecuritypackageinfo
#include <sspi.h>

#include "abi/guard.hpp"
#include "abi/translate/memory.hpp"
#include "abi/translate/packages.hpp"
#include "base/text.hpp"

namespace schannix::abi {
namespace {

template <typename Kind, typename Info>
SECURITY_STATUS enumerate(schannix_out_ulong count, Info** infos) {
  if (infos == nullptr) return SEC_E_INVALID_PARAMETER;
  *infos = describe_all(Kind{});
  schannix_store(count, package_count);
  return SEC_E_OK;
}

template <typename Kind, typename Info>
SECURITY_STATUS query(std::string_view name, Info** info) {
  const package* const found = find_package(name);
  if (found == nullptr) return SEC_E_SECPKG_NOT_FOUND;
  if (info == nullptr) return SEC_E_INVALID_PARAMETER;
  *info = describe(*found, Kind{});
  return SEC_E_OK;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

SECURITY_STATUS SEC_ENTRY EnumerateSecurityPackagesA(schannix_out_ulong pcPackages, PSecPkgInfoA* ppPackageInfo) {
  return abi::guarded([&] { return abi::enumerate<SEC_CHAR>(pcPackages, ppPackageInfo); });
}

SECURITY_STATUS SEC_ENTRY EnumerateSecurityPackagesW(schannix_out_ulong pcPackages, PSecPkgInfoW* ppPackageInfo) {
  return abi::guarded([&] { return abi::enumerate<SEC_WCHAR>(pcPackages, ppPackageInfo); });
}

SECURITY_STATUS SEC_ENTRY QuerySecurityPackageInfoA(LPSTR pszPackageName, PSecPkgInfoA* ppPackageInfo) {
  return abi::guarded(
      [&] { return abi::query<SEC_CHAR>(pszPackageName == nullptr ? "" : pszPackageName, ppPackageInfo); });
}

SECURITY_STATUS SEC_ENTRY QuerySecurityPackageInfoW(LPWSTR pszPackageName, PSecPkgInfoW* ppPackageInfo) {
  return abi::guarded([&] { return abi::query<SEC_WCHAR>(base::to_utf8(pszPackageName), ppPackageInfo); });
}

SECURITY_STATUS SEC_ENTRY FreeContextBuffer(void* pvContextBuffer) {
  abi::wipe_and_free(pvContextBuffer);
  return SEC_E_OK;
}

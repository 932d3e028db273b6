// The public half of a key as certificates show it. Contract: include/win32/wincrypt.h
#include <utility>

#include "abi/guard.hpp"
#include "abi/keys/objects.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "cert/decoding.hpp"

namespace schannix::abi {
namespace {

// MS cryptexportpublickeyinfo: which code an encoding has that nobody knows
BOOL export_public_key(ULONG_PTR handle, DWORD encoding, void* room, DWORD* size) {
  if (!size) return fail(code_of(E_INVALIDARG), FALSE);
  if (!(encoding & X509_ASN_ENCODING)) return fail(ERROR_FILE_NOT_FOUND, FALSE);
  const auto held = key_behind(handle);
  if (!held) return fail(code_of(NTE_BAD_KEYSET), FALSE);
  const base::bytes der = engine::key_info(held->key);
  cert::flat made;
  if (!cert::decode(the_environment(), {X509_ASN_ENCODING, X509_PUBLIC_KEY_INFO, der, 0}, made))
    return fail(code_of(NTE_BAD_KEY), FALSE);
  return give(made, room, size);
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CryptExportPublicKeyInfo(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE hCryptProvOrNCryptKey, DWORD,
                                     DWORD dwCertEncodingType, PCERT_PUBLIC_KEY_INFO pInfo, DWORD* pcbInfo) {
  return abi::guarded_or<BOOL>(
      FALSE, [&] { return abi::export_public_key(hCryptProvOrNCryptKey, dwCertEncodingType, pInfo, pcbInfo); });
}

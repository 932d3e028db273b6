// Properties of certificates, and what is compared and looked up in their fields. Contract: include/win32/wincrypt.h
#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "abi/translate/key_binding.hpp"
#include "base/text.hpp"
#include "cert/find.hpp"
#include "cert/properties.hpp"

namespace schannix::abi {
namespace {

bool is_property(PCCERT_CONTEXT of, DWORD id) { return of && id != 0 && id <= 0xFFFF; }

// True when there is room, or only the size was asked for: then nothing is to be written.
bool takes(std::size_t size, const void* room, DWORD* given) {
  const DWORD had = std::exchange(*given, static_cast<DWORD>(size));
  if (room && had < size) SetLastError(ERROR_MORE_DATA);
  return !room || had >= size;
}

keyring::provider_info provider_info_of(const cert::content& of, const cert::key_binding& key) {
  if (key.named) return *key.named;
  return {.container = cert::container_name(the_environment(), of),
          .provider = "Microsoft Software Key Storage Provider"};
}

// The struct, and behind it both texts.
BOOL write_key_info(const keyring::provider_info& info, void* room, DWORD* size) {
  const std::wstring texts[] = {base::from_utf8(info.container), base::from_utf8(info.provider)};
  const std::size_t lengths[] = {(texts[0].size() + 1) * sizeof(wchar_t), (texts[1].size() + 1) * sizeof(wchar_t)};
  if (!takes(sizeof(CRYPT_KEY_PROV_INFO) + lengths[0] + lengths[1], room, size)) return FALSE;
  if (!room) return TRUE;
  auto* const container = static_cast<BYTE*>(room) + sizeof(CRYPT_KEY_PROV_INFO);
  std::memcpy(container, texts[0].c_str(), lengths[0]);
  std::memcpy(container + lengths[0], texts[1].c_str(), lengths[1]);
  CRYPT_KEY_PROV_INFO shown{};
  shown.pwszContainerName = reinterpret_cast<LPWSTR>(container);
  shown.pwszProvName = reinterpret_cast<LPWSTR>(container + lengths[0]);
  shown.dwProvType = info.type;
  shown.dwFlags = info.flags;
  shown.dwKeySpec = info.spec;
  std::memcpy(room, &shown, sizeof shown);
  return TRUE;
}

BOOL property(PCCERT_CONTEXT context, DWORD id, void* room, DWORD* size) {
  if (!is_property(context, id) || !size) return fail(code_of(E_INVALIDARG), FALSE);
  const cert::content& of = cert::context::of(context).shown();
  if (const auto key = of.key(); id == CERT_KEY_PROV_INFO_PROP_ID && cert::has_provider_info(key))
    return write_key_info(provider_info_of(of, key), room, size);
  const auto found = cert::property(the_environment(), of, id);
  if (!found) return fail(code_of(CRYPT_E_NOT_FOUND), FALSE);
  if (!takes(found->size(), room, size)) return FALSE;
  if (room && !found->empty()) std::memcpy(room, found->data(), found->size());
  return TRUE;
}

BOOL set_property(PCCERT_CONTEXT context, DWORD id, DWORD flags, const void* value) {
  constexpr DWORD known = CERT_SET_PROPERTY_INHIBIT_PERSIST_FLAG | CERT_SET_PROPERTY_IGNORE_PERSIST_ERROR_FLAG;
  const auto kind = cert::kind_of_property(id);
  const DWORD of_kind = kind == cert::property_kind::key ? DWORD{CERT_SET_KEY_CONTEXT_PROP_ID} : 0;
  if (!is_property(context, id) || (flags & ~(known | of_kind)) || kind == cert::property_kind::computed)
    return fail(code_of(E_INVALIDARG), FALSE);
  cert::content& of = cert::context::of(context).shown();
  if (kind == cert::property_kind::key) return bind_key(of, id, flags, value);
  if (!value) return of.set_property(id, std::nullopt), TRUE;
  const base::bytes_view bytes = cert::bytes_of(*static_cast<const CRYPT_DATA_BLOB*>(value));
  of.set_property(id, base::bytes(bytes.begin(), bytes.end()));
  return TRUE;
}

DWORD property_after(PCCERT_CONTEXT context, DWORD id) {
  if (!context) return fail(code_of(E_INVALIDARG), DWORD{0});
  const std::vector<DWORD> ids = cert::properties_of(the_environment(), cert::context::of(context).shown());
  const auto next = std::ranges::upper_bound(ids, id);
  return next != ids.end() ? *next : 0;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CertGetCertificateContextProperty(PCCERT_CONTEXT pCertContext, DWORD dwPropId, void* pvData,
                                              DWORD* pcbData) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::property(pCertContext, dwPropId, pvData, pcbData); });
}

BOOL WINAPI CertSetCertificateContextProperty(PCCERT_CONTEXT pCertContext, DWORD dwPropId, DWORD dwFlags,
                                              const void* pvData) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::set_property(pCertContext, dwPropId, dwFlags, pvData); });
}

DWORD WINAPI CertEnumCertificateContextProperties(PCCERT_CONTEXT pCertContext, DWORD dwPropId) {
  return abi::guarded_or<DWORD>(0, [&] { return abi::property_after(pCertContext, dwPropId); });
}

PCERT_EXTENSION WINAPI CertFindExtension(LPCSTR pszObjId, DWORD cExtensions, CERT_EXTENSION rgExtensions[]) {
  if (!pszObjId || !rgExtensions) return nullptr;
  CERT_EXTENSION* const end = rgExtensions + cExtensions;
  CERT_EXTENSION* const found = std::find_if(rgExtensions, end, [&](const CERT_EXTENSION& one) {
    return one.pszObjId && std::string_view(one.pszObjId) == pszObjId;
  });
  return found != end ? found : nullptr;
}

BOOL WINAPI CertCompareCertificate(DWORD, PCERT_INFO pCertId1, PCERT_INFO pCertId2) {
  return pCertId1 && pCertId2 && abi::same_bytes(pCertId1->Issuer, pCertId2->Issuer) &&
         CertCompareIntegerBlob(&pCertId1->SerialNumber, &pCertId2->SerialNumber);
}

BOOL WINAPI CertCompareCertificateName(DWORD, PCERT_NAME_BLOB pCertName1, PCERT_NAME_BLOB pCertName2) {
  return pCertName1 && pCertName2 && abi::same_bytes(*pCertName1, *pCertName2);
}

BOOL WINAPI CertCompareIntegerBlob(PCRYPT_INTEGER_BLOB pInt1, PCRYPT_INTEGER_BLOB pInt2) {
  return pInt1 && pInt2 && cert::same_number(cert::bytes_of(*pInt1), cert::bytes_of(*pInt2));
}

LONG WINAPI CertVerifyTimeValidity(LPFILETIME pTimeToVerify, PCERT_INFO pCertInfo) {
  if (!pCertInfo) return abi::fail(abi::code_of(E_INVALIDARG), LONG{1});
  const std::uint64_t time = cert::ticks_of(pTimeToVerify ? *pTimeToVerify : cert::time_now());
  if (time < cert::ticks_of(pCertInfo->NotBefore)) return -1;
  return time > cert::ticks_of(pCertInfo->NotAfter) ? 1 : 0;
}

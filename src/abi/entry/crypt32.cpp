// crypt32's exported functions. Contract: include/win32/wincrypt.h
#include "abi/translate/crypt32.hpp"
#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "cert/containers.hpp"
#include "cert/find.hpp"
#include "cert/names.hpp"
#include "cert/store.hpp"

namespace schannix::abi {
namespace {

PCCERT_CONTEXT search(HCERTSTORE store, PCCERT_CONTEXT previous, const cert::query& fits) {
  const auto found = cert::next(store, previous, fits);
  return found ? *found : fail<PCCERT_CONTEXT>(last_error_of(found.error(), code_of(E_INVALIDARG)), nullptr);
}

// previous is freed on every way out.
PCCERT_CONTEXT find(HCERTSTORE store, DWORD type, const void* parameter, PCCERT_CONTEXT previous, DWORD flags = 0) {
  const cert::held_context given_back(previous);
  const auto fits = query_of(type, parameter, flags);
  return fits ? search(store, previous, *fits) : fail<PCCERT_CONTEXT>(code_of(E_INVALIDARG), nullptr);
}

HCERTSTORE import(base::bytes_view blob, LPCWSTR password, DWORD flags) {
  const utf8_password secret(password);
  const auto what = flags & PKCS12_ONLY_CERTIFICATES ? cert::keys::left_out : cert::keys::bound;
  const auto store = cert::import_pkcs12(the_environment(), blob, secret.view(), what);
  return store ? *store : fail<HCERTSTORE>(last_error_of(store.error(), code_of(CRYPT_E_BAD_ENCODE)), nullptr);
}

BOOL close(HCERTSTORE store, DWORD flags) {
  const bool force = flags & CERT_CLOSE_STORE_FORCE_FLAG;
  const bool idle = cert::close(store, force ? cert::closing::free_contexts : cert::closing::leave_contexts);
  return idle || !(flags & CERT_CLOSE_STORE_CHECK_FLAG) ? TRUE : fail(code_of(CRYPT_E_PENDING_CLOSE), FALSE);
}

template <typename Character>
DWORD name_string(PCCERT_CONTEXT context, DWORD type, DWORD flags, const void* parameter, Character* room, DWORD size) {
  const auto wanted = context ? name_request_of(type, flags, parameter) : std::nullopt;
  if (!wanted) return fail(code_of(E_INVALIDARG), write_names({}, false, room, size));
  return write_names(cert::names(context, *wanted), wanted->all, room, size);
}

template <typename Character>
DWORD name_text(const CERT_NAME_BLOB* name, DWORD type, Character* room, DWORD size) {
  const auto style = style_of(type);
  if (!name || !style) return fail(code_of(E_INVALIDARG), write_names({}, false, room, size));
  const auto read = engine::read_name(cert::bytes_of(*name));
  if (!read) return fail(code_of(CRYPT_E_ASN1_BADTAG), write_names({}, false, room, size));
  return write_names({engine::write(*read, *style)}, false, room, size);
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

HCERTSTORE WINAPI PFXImportCertStore(CRYPT_DATA_BLOB* pPFX, LPCWSTR szPassword, DWORD dwFlags) {
  return abi::guarded_or<HCERTSTORE>(nullptr, [&]() -> HCERTSTORE {
    if (!pPFX || !pPFX->pbData) return abi::fail<HCERTSTORE>(ERROR_INVALID_PARAMETER, nullptr);
    if (!abi::import_flags_known(dwFlags)) return abi::fail<HCERTSTORE>(abi::code_of(E_INVALIDARG), nullptr);
    return abi::import({pPFX->pbData, pPFX->cbData}, szPassword, dwFlags);
  });
}

// There is one encoding type: ignored, as on Windows for most find types.
PCCERT_CONTEXT WINAPI CertFindCertificateInStore(HCERTSTORE hCertStore, DWORD, DWORD dwFindFlags, DWORD dwFindType,
                                                 const void* pvFindPara, PCCERT_CONTEXT pPrevCertContext) {
  return abi::guarded_or<PCCERT_CONTEXT>(
      nullptr, [&] { return abi::find(hCertStore, dwFindType, pvFindPara, pPrevCertContext, dwFindFlags); });
}

PCCERT_CONTEXT WINAPI CertEnumCertificatesInStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pPrevCertContext) {
  return abi::guarded_or<PCCERT_CONTEXT>(
      nullptr, [&] { return abi::find(hCertStore, CERT_FIND_ANY, nullptr, pPrevCertContext); });
}

PCCERT_CONTEXT WINAPI CertDuplicateCertificateContext(PCCERT_CONTEXT pCertContext) {
  return abi::guarded_or<PCCERT_CONTEXT>(nullptr, [&] { return cert::duplicate(pCertContext); });
}

BOOL WINAPI CertFreeCertificateContext(PCCERT_CONTEXT pCertContext) {
  return abi::guarded_or<BOOL>(TRUE, [&] { return cert::release(pCertContext), TRUE; });
}

BOOL WINAPI CertCloseStore(HCERTSTORE hCertStore, DWORD dwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    constexpr DWORD known = CERT_CLOSE_STORE_FORCE_FLAG | CERT_CLOSE_STORE_CHECK_FLAG;
    if (dwFlags & ~known) return abi::fail(abi::code_of(E_INVALIDARG), FALSE);
    return hCertStore ? abi::close(hCertStore, dwFlags) : TRUE;
  });
}

DWORD WINAPI CertGetNameStringA(PCCERT_CONTEXT pCertContext, DWORD dwType, DWORD dwFlags, void* pvTypePara,
                                LPSTR pszNameString, DWORD cchNameString) {
  return abi::guarded_or<DWORD>(
      0, [&] { return abi::name_string(pCertContext, dwType, dwFlags, pvTypePara, pszNameString, cchNameString); });
}

DWORD WINAPI CertGetNameStringW(PCCERT_CONTEXT pCertContext, DWORD dwType, DWORD dwFlags, void* pvTypePara,
                                LPWSTR pszNameString, DWORD cchNameString) {
  return abi::guarded_or<DWORD>(
      0, [&] { return abi::name_string(pCertContext, dwType, dwFlags, pvTypePara, pszNameString, cchNameString); });
}

DWORD WINAPI CertNameToStrA(DWORD, PCERT_NAME_BLOB pName, DWORD dwStrType, LPSTR psz, DWORD csz) {
  return abi::guarded_or<DWORD>(0, [&] { return abi::name_text(pName, dwStrType, psz, csz); });
}

DWORD WINAPI CertNameToStrW(DWORD, PCERT_NAME_BLOB pName, DWORD dwStrType, LPWSTR psz, DWORD csz) {
  return abi::guarded_or<DWORD>(0, [&] { return abi::name_text(pName, dwStrType, psz, csz); });
}

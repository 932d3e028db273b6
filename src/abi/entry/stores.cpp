// Stores that are opened and changed, and contexts made of an encoding. Contract: include/win32/wincrypt.h
#include "abi/translate/stores.hpp"
#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "base/text.hpp"
#include "cert/containers.hpp"
#include "cert/store.hpp"

namespace schannix::abi {
namespace {

HCERTSTORE opened(const base::result<HCERTSTORE>& store) {
  if (store) return *store;
  const base::failure why = store.error();
  return fail<HCERTSTORE>(
      why.why == base::reason::not_found ? ERROR_FILE_NOT_FOUND : last_error_of(why, code_of(CRYPT_E_BAD_ENCODE)),
      nullptr);
}

HCERTSTORE open_users(std::string_view name) { return opened(open_system_store(name, CERT_SYSTEM_STORE_CURRENT_USER)); }

BOOL hand_over(PCCERT_CONTEXT made, PCCERT_CONTEXT* into) {
  const cert::held_context ours(into ? nullptr : made);
  if (into) *into = made;
  return TRUE;
}

BOOL add(HCERTSTORE store, PCCERT_CONTEXT one, DWORD disposition, PCCERT_CONTEXT* into) {
  if (into) *into = nullptr;
  const auto how = disposition_of(disposition);
  if (!one || !how) return fail(code_of(E_INVALIDARG), FALSE);
  if (!store) return hand_over(cert::duplicate(one), into);
  auto copy = std::make_shared<cert::content>(cert::context::of(one).shown());
  const auto there = cert::store::of(store).add(std::move(copy), *how);
  return there ? hand_over(*there, into) : fail(last_error_of(there.error(), 0), FALSE);
}

PCCERT_CONTEXT create(DWORD encoding, const BYTE* der, DWORD size) {
  if (!der || (encoding & 0xFFFF) != X509_ASN_ENCODING) return fail<PCCERT_CONTEXT>(code_of(E_INVALIDARG), nullptr);
  const auto made = cert::create_context(the_environment(), {der, size});
  return made ? *made : fail<PCCERT_CONTEXT>(last_error_of(made.error(), code_of(CRYPT_E_ASN1_BADTAG)), nullptr);
}

BOOL delete_from_store(PCCERT_CONTEXT one) {
  const cert::held_context given(one);
  if (!one || !one->hCertStore) return TRUE;
  const auto done = cert::store::of(one->hCertStore).remove(one);
  return done ? TRUE : fail(last_error_of(done.error(), 0), FALSE);
}

BOOL join(HCERTSTORE collection, HCERTSTORE member, DWORD flags, DWORD priority) {
  if (!collection || !member || (flags & ~DWORD{CERT_PHYSICAL_STORE_ADD_ENABLE_FLAG}))
    return fail(code_of(E_INVALIDARG), FALSE);
  const auto may = flags ? cert::access::writable : cert::access::read_only;
  const auto done = cert::store::of(collection).join(cert::store::of(member), priority, may);
  return done ? TRUE : fail(last_error_of(done.error(), 0), FALSE);
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

HCERTSTORE WINAPI CertOpenStore(LPCSTR lpszStoreProvider, DWORD, HCRYPTPROV_LEGACY, DWORD dwFlags, const void* pvPara) {
  return abi::guarded_or<HCERTSTORE>(nullptr,
                                     [&] { return abi::opened(abi::open_store(lpszStoreProvider, dwFlags, pvPara)); });
}

HCERTSTORE WINAPI CertOpenSystemStoreA(HCRYPTPROV_LEGACY, LPCSTR szSubsystemProtocol) {
  return abi::guarded_or<HCERTSTORE>(nullptr,
                                     [&] { return abi::open_users(szSubsystemProtocol ? szSubsystemProtocol : ""); });
}

HCERTSTORE WINAPI CertOpenSystemStoreW(HCRYPTPROV_LEGACY, LPCWSTR szSubsystemProtocol) {
  return abi::guarded_or<HCERTSTORE>(nullptr, [&] { return abi::open_users(base::to_utf8(szSubsystemProtocol)); });
}

HCERTSTORE WINAPI CertDuplicateStore(HCERTSTORE hCertStore) {
  if (hCertStore) cert::store::of(hCertStore).open_again();
  return hCertStore;
}

BOOL WINAPI CertAddStoreToCollection(HCERTSTORE hCollectionStore, HCERTSTORE hSiblingStore, DWORD dwUpdateFlags,
                                     DWORD dwPriority) {
  return abi::guarded_or<BOOL>(FALSE,
                               [&] { return abi::join(hCollectionStore, hSiblingStore, dwUpdateFlags, dwPriority); });
}

void WINAPI CertRemoveStoreFromCollection(HCERTSTORE hCollectionStore, HCERTSTORE hSiblingStore) {
  if (hCollectionStore && hSiblingStore) cert::store::of(hCollectionStore).part(cert::store::of(hSiblingStore));
}

PCCERT_CONTEXT WINAPI CertCreateCertificateContext(DWORD dwCertEncodingType, const BYTE* pbCertEncoded,
                                                   DWORD cbCertEncoded) {
  return abi::guarded_or<PCCERT_CONTEXT>(nullptr,
                                         [&] { return abi::create(dwCertEncodingType, pbCertEncoded, cbCertEncoded); });
}

BOOL WINAPI CertAddCertificateContextToStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pCertContext, DWORD dwAddDisposition,
                                             PCCERT_CONTEXT* ppStoreContext) {
  return abi::guarded_or<BOOL>(FALSE,
                               [&] { return abi::add(hCertStore, pCertContext, dwAddDisposition, ppStoreContext); });
}

BOOL WINAPI CertAddEncodedCertificateToStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType, const BYTE* pbCertEncoded,
                                             DWORD cbCertEncoded, DWORD dwAddDisposition,
                                             PCCERT_CONTEXT* ppCertContext) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (ppCertContext) *ppCertContext = nullptr;
    const cert::held_context made(abi::create(dwCertEncodingType, pbCertEncoded, cbCertEncoded));
    return made.get() ? abi::add(hCertStore, made.get(), dwAddDisposition, ppCertContext) : FALSE;
  });
}

BOOL WINAPI CertDeleteCertificateFromStore(PCCERT_CONTEXT pCertContext) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::delete_from_store(pCertContext); });
}

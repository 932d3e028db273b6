// Revocation lists as contexts and in stores. Contract: include/win32/schannix_wincrypt_lists.h
#include <algorithm>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crl_queries.hpp"
#include "abi/translate/crypt32.hpp"
#include "cert/find.hpp"
#include "cert/store.hpp"

namespace schannix::abi {
namespace {

PCCRL_CONTEXT refuse(DWORD why) { return fail<PCCRL_CONTEXT>(why, nullptr); }

PCCRL_CONTEXT create(DWORD encoding, const BYTE* der, DWORD size) {
  if (!der || (encoding & 0xFFFF) != X509_ASN_ENCODING) return refuse(code_of(E_INVALIDARG));
  const auto made = cert::create_crl(the_environment(), {der, size});
  return made ? *made : refuse(last_error_of(made.error(), code_of(CRYPT_E_ASN1_BADTAG)));
}

BOOL hand_over(PCCRL_CONTEXT made, PCCRL_CONTEXT* into) {
  if (into)
    *into = made;
  else
    cert::release(made);
  return TRUE;
}

BOOL add(HCERTSTORE store, PCCRL_CONTEXT one, DWORD disposition, PCCRL_CONTEXT* into) {
  if (into) *into = nullptr;
  const auto how = disposition_of(disposition);
  if (!one || !how) return fail(code_of(E_INVALIDARG), FALSE);
  if (!store) return hand_over(cert::duplicate(one), into);
  const auto there = cert::store::of(store).add(cert::crl_context::of(one).held(), *how);
  return there ? hand_over(*there, into) : fail(last_error_of(there.error(), 0), FALSE);
}

BOOL add_encoded(HCERTSTORE store, PCCRL_CONTEXT made, DWORD disposition, PCCRL_CONTEXT* into) {
  const held_crl ours(made);
  return made ? add(store, made, disposition, into) : FALSE;
}

BOOL delete_from_store(PCCRL_CONTEXT one) {
  const held_crl given(one);
  if (!one || !one->hCertStore) return TRUE;
  const auto done = cert::store::of(one->hCertStore).remove(one);
  return done ? TRUE : fail(last_error_of(done.error(), 0), FALSE);
}

// previous is freed on every way out.
PCCRL_CONTEXT find(HCERTSTORE store, const crl_search& wanted, PCCRL_CONTEXT previous) {
  const held_crl given_back(previous);
  const auto fits = store ? query_of(wanted) : std::nullopt;
  if (!fits) return refuse(code_of(E_INVALIDARG));
  const auto found = cert::store::of(store).next(previous, *fits);
  return found ? *found : refuse(last_error_of(found.error(), 0));
}

// What of the checks in flags fails.
DWORD failed_checks(PCCRL_CONTEXT list, PCCERT_CONTEXT issuer, DWORD flags) {
  DWORD failed = 0;
  if ((flags & CERT_STORE_SIGNATURE_FLAG) && !issuer) failed |= CERT_STORE_SIGNATURE_FLAG | CERT_STORE_NO_ISSUER_FLAG;
  if ((flags & CERT_STORE_SIGNATURE_FLAG) && issuer &&
      !engine::signed_by(cert::crl_context::of(list).list(), cert::context::of(issuer).leaf()))
    failed |= CERT_STORE_SIGNATURE_FLAG;
  if ((flags & CERT_STORE_TIME_VALIDITY_FLAG) && CertVerifyCRLTimeValidity(nullptr, list->pCrlInfo) != 0)
    failed |= CERT_STORE_TIME_VALIDITY_FLAG;
  return failed;
}

PCCRL_CONTEXT get(HCERTSTORE store, PCCERT_CONTEXT issuer, PCCRL_CONTEXT previous, DWORD* flags) {
  constexpr DWORD known =
      CERT_STORE_SIGNATURE_FLAG | CERT_STORE_TIME_VALIDITY_FLAG | CERT_STORE_BASE_CRL_FLAG | CERT_STORE_DELTA_CRL_FLAG;
  const bool usable = flags && (*flags & ~known) == 0;
  crl_search wanted{CRL_FIND_ISSUED_BY, 0, issuer};
  if (usable && (*flags & CERT_STORE_BASE_CRL_FLAG)) wanted.flags |= CRL_FIND_ISSUED_BY_BASE_FLAG;
  if (usable && (*flags & CERT_STORE_DELTA_CRL_FLAG)) wanted.flags |= CRL_FIND_ISSUED_BY_DELTA_FLAG;
  PCCRL_CONTEXT const found = find(usable ? store : nullptr, wanted, previous);
  if (found) *flags = failed_checks(found, issuer, *flags);
  return found;
}

BOOL look_up(PCCERT_CONTEXT certificate, PCCRL_CONTEXT list, PCRL_ENTRY* into) {
  if (into) *into = nullptr;
  if (!certificate || !list || !into) return fail(code_of(E_INVALIDARG), FALSE);
  const auto serial = cert::bytes_of(certificate->pCertInfo->SerialNumber);
  CRL_ENTRY* const begin = list->pCrlInfo->rgCRLEntry;
  CRL_ENTRY* const end = begin + list->pCrlInfo->cCRLEntry;
  CRL_ENTRY* const found = std::find_if(
      begin, end, [&](const CRL_ENTRY& one) { return cert::same_number(cert::bytes_of(one.SerialNumber), serial); });
  if (found != end) *into = found;
  return TRUE;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

PCCRL_CONTEXT WINAPI CertCreateCRLContext(DWORD dwCertEncodingType, const BYTE* pbCrlEncoded, DWORD cbCrlEncoded) {
  return abi::guarded_or<PCCRL_CONTEXT>(nullptr,
                                        [&] { return abi::create(dwCertEncodingType, pbCrlEncoded, cbCrlEncoded); });
}

PCCRL_CONTEXT WINAPI CertDuplicateCRLContext(PCCRL_CONTEXT pCrlContext) { return cert::duplicate(pCrlContext); }

BOOL WINAPI CertFreeCRLContext(PCCRL_CONTEXT pCrlContext) {
  cert::release(pCrlContext);
  return TRUE;
}

BOOL WINAPI CertAddCRLContextToStore(HCERTSTORE hCertStore, PCCRL_CONTEXT pCrlContext, DWORD dwAddDisposition,
                                     PCCRL_CONTEXT* ppStoreContext) {
  return abi::guarded_or<BOOL>(FALSE,
                               [&] { return abi::add(hCertStore, pCrlContext, dwAddDisposition, ppStoreContext); });
}

BOOL WINAPI CertAddEncodedCRLToStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType, const BYTE* pbCrlEncoded,
                                     DWORD cbCrlEncoded, DWORD dwAddDisposition, PCCRL_CONTEXT* ppCrlContext) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (ppCrlContext) *ppCrlContext = nullptr;
    return abi::add_encoded(hCertStore, abi::create(dwCertEncodingType, pbCrlEncoded, cbCrlEncoded), dwAddDisposition,
                            ppCrlContext);
  });
}

BOOL WINAPI CertDeleteCRLFromStore(PCCRL_CONTEXT pCrlContext) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::delete_from_store(pCrlContext); });
}

PCCRL_CONTEXT WINAPI CertFindCRLInStore(HCERTSTORE hCertStore, DWORD, DWORD dwFindFlags, DWORD dwFindType,
                                        const void* pvFindPara, PCCRL_CONTEXT pPrevCrlContext) {
  return abi::guarded_or<PCCRL_CONTEXT>(
      nullptr, [&] { return abi::find(hCertStore, {dwFindType, dwFindFlags, pvFindPara}, pPrevCrlContext); });
}

PCCRL_CONTEXT WINAPI CertEnumCRLsInStore(HCERTSTORE hCertStore, PCCRL_CONTEXT pPrevCrlContext) {
  return abi::guarded_or<PCCRL_CONTEXT>(
      nullptr, [&] { return abi::find(hCertStore, {CRL_FIND_ANY, 0, nullptr}, pPrevCrlContext); });
}

PCCRL_CONTEXT WINAPI CertGetCRLFromStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pIssuerContext,
                                         PCCRL_CONTEXT pPrevCrlContext, DWORD* pdwFlags) {
  return abi::guarded_or<PCCRL_CONTEXT>(
      nullptr, [&] { return abi::get(hCertStore, pIssuerContext, pPrevCrlContext, pdwFlags); });
}

BOOL WINAPI CertFindCertificateInCRL(PCCERT_CONTEXT pCert, PCCRL_CONTEXT pCrlContext, DWORD, void*,
                                     PCRL_ENTRY* ppCrlEntry) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::look_up(pCert, pCrlContext, ppCrlEntry); });
}

LONG WINAPI CertVerifyCRLTimeValidity(LPFILETIME pTimeToVerify, PCRL_INFO pCrlInfo) {
  if (!pCrlInfo) return abi::fail(abi::code_of(E_INVALIDARG), LONG{1});
  const std::uint64_t time = cert::ticks_of(pTimeToVerify ? *pTimeToVerify : cert::time_now());
  const std::uint64_t end = cert::ticks_of(pCrlInfo->NextUpdate);
  if (time < cert::ticks_of(pCrlInfo->ThisUpdate)) return -1;
  return end != 0 && time > end ? 1 : 0;
}

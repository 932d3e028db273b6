// What certificates are for, who issued them, and hashes. Contract: include/win32/schannix_wincrypt_stores.h
#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "base/text.hpp"
#include "cert/decoding.hpp"
#include "cert/find.hpp"
#include "cert/info.hpp"
#include "cert/store.hpp"
#include "engine/asn1_objects.hpp"
#include "engine/x509_writing.hpp"

namespace schannix::abi {
namespace {

// ---- usages ----

std::optional<base::bytes> purposes_of_extension(const CERT_INFO& info) {
  const CERT_EXTENSION* const found = CertFindExtension(szOID_ENHANCED_KEY_USAGE, info.cExtension, info.rgExtension);
  if (!found) return std::nullopt;
  const base::bytes_view der = cert::bytes_of(found->Value);
  return base::bytes(der.begin(), der.end());
}

// Of extension and property only what both allow. MS certgetenhancedkeyusage
BOOL enhanced_usage(PCCERT_CONTEXT context, DWORD flags, void* room, DWORD* size) {
  constexpr DWORD known = CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG | CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG;
  if (!context || !size || (flags & ~known) || flags == known) return fail(code_of(E_INVALIDARG), FALSE);
  std::vector<base::bytes> limits;
  if (flags != CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG)
    if (auto own = purposes_of_extension(*context->pCertInfo)) limits.push_back(*std::move(own));
  if (flags != CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG)
    if (auto set = cert::context::of(context).shown().property(CERT_ENHKEY_USAGE_PROP_ID)) limits.push_back(*set);
  if (limits.empty() && flags != 0) return fail(code_of(CRYPT_E_NOT_FOUND), FALSE);
  std::vector<std::string> allowed;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const auto read = engine::read_purposes(limits[i]);
    if (!read) return fail(code_of(CRYPT_E_ASN1_BADTAG), FALSE);
    if (i == 0) allowed = *read;
    std::erase_if(allowed, [&](const auto& one) { return std::ranges::find(*read, one) == read->end(); });
  }
  cert::flat made;
  const std::size_t root = made.rooms<CERT_ENHKEY_USAGE>(1);
  made.set(root + offsetof(CERT_ENHKEY_USAGE, cUsageIdentifier), static_cast<DWORD>(allowed.size()));
  const std::size_t all = made.rooms<LPSTR>(allowed.size());
  if (!allowed.empty()) made.point(root + offsetof(CERT_ENHKEY_USAGE, rgpszUsageIdentifier), all);
  for (std::size_t i = 0; i < allowed.size(); ++i) made.text(all + i * sizeof(LPSTR), allowed[i]);
  if (!give(made, room, size)) return FALSE;
  SetLastError(limits.empty() ? code_of(CRYPT_E_NOT_FOUND) : ERROR_SUCCESS);
  return TRUE;
}

BOOL intended_usage(const CERT_INFO* info, BYTE* room, DWORD size) {
  if (!info || !room || size == 0) return fail(code_of(E_INVALIDARG), FALSE);
  std::fill_n(room, size, BYTE{0});
  const CERT_EXTENSION* const found = CertFindExtension(szOID_KEY_USAGE, info->cExtension, info->rgExtension);
  if (!found) return fail(ERROR_SUCCESS, FALSE);
  const auto bits = engine::read_bits(cert::bytes_of(found->Value));
  if (!bits) return fail(code_of(CRYPT_E_ASN1_BADTAG), FALSE);
  std::copy_n(bits->bytes.begin(), std::min<std::size_t>(bits->bytes.size(), size), room);
  return TRUE;
}

bool same_key(const CERT_PUBLIC_KEY_INFO& a, const CERT_PUBLIC_KEY_INFO& b) {
  return a.Algorithm.pszObjId && b.Algorithm.pszObjId &&
         std::string_view(a.Algorithm.pszObjId) == b.Algorithm.pszObjId &&
         same_bytes({a.PublicKey.cbData, a.PublicKey.pbData}, {b.PublicKey.cbData, b.PublicKey.pbData});
}

// ---- issuers ----

DWORD failed_checks(PCCERT_CONTEXT issuer, PCCERT_CONTEXT subject, DWORD flags) {
  DWORD failed = 0;
  const bool signed_by = engine::has_signed(cert::context::of(issuer).leaf(), cert::context::of(subject).leaf());
  if ((flags & CERT_STORE_SIGNATURE_FLAG) && !signed_by) failed |= CERT_STORE_SIGNATURE_FLAG;
  if ((flags & CERT_STORE_TIME_VALIDITY_FLAG) && CertVerifyTimeValidity(nullptr, subject->pCertInfo) != 0)
    failed |= CERT_STORE_TIME_VALIDITY_FLAG;
  return failed;
}

PCCERT_CONTEXT issuer_of(HCERTSTORE store, PCCERT_CONTEXT subject, PCCERT_CONTEXT previous, DWORD* flags) {
  const cert::held_context given_back(previous);
  constexpr DWORD known = CERT_STORE_SIGNATURE_FLAG | CERT_STORE_TIME_VALIDITY_FLAG;
  if (!store || !subject || !flags || (*flags & ~known)) return fail<PCCERT_CONTEXT>(code_of(E_INVALIDARG), nullptr);
  const engine::certificate& of = cert::context::of(subject).leaf();
  if (engine::self_signed(of)) {
    *flags = failed_checks(subject, subject, *flags);
    return fail<PCCERT_CONTEXT>(code_of(CRYPT_E_SELF_SIGNED), nullptr);
  }
  const auto found =
      cert::next(store, previous, [&](const cert::context& one) { return engine::could_issue(one.leaf(), of); });
  if (!found) return fail<PCCERT_CONTEXT>(last_error_of(found.error(), 0), nullptr);
  *flags = failed_checks(*found, subject, *flags);
  return *found;
}

// ---- hashes ----

struct algorithm {
  ALG_ID id;
  std::wstring_view name;
  const char* hash;  // OpenSSL's name
};
constexpr auto algorithms = std::to_array<algorithm>({{CALG_SHA1, L"SHA1", "SHA1"},
                                                      {CALG_MD5, L"MD5", "MD5"},
                                                      {CALG_SHA_256, L"SHA256", "SHA2-256"},
                                                      {CALG_SHA_384, L"SHA384", "SHA2-384"},
                                                      {CALG_SHA_512, L"SHA512", "SHA2-512"}});

template <typename Found>
BOOL hash(Found found, base::bytes_view bytes, BYTE* room, DWORD* size) {
  if (!size || (!bytes.data() && !bytes.empty())) return fail(code_of(E_INVALIDARG), FALSE);
  if (found == algorithms.end()) return fail(code_of(NTE_BAD_ALGID), FALSE);
  const base::bytes made = engine::hash_by_name(the_environment(), found->hash, bytes);
  if (made.empty()) return fail(code_of(NTE_BAD_ALGID), FALSE);
  const DWORD had = std::exchange(*size, static_cast<DWORD>(made.size()));
  if (room && had < made.size()) return fail(ERROR_MORE_DATA, FALSE);
  if (room) std::ranges::copy(made, room);
  return TRUE;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CertGetEnhancedKeyUsage(PCCERT_CONTEXT pCertContext, DWORD dwFlags, PCERT_ENHKEY_USAGE pUsage,
                                    DWORD* pcbUsage) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::enhanced_usage(pCertContext, dwFlags, pUsage, pcbUsage); });
}

BOOL WINAPI CertGetIntendedKeyUsage(DWORD, PCERT_INFO pCertInfo, BYTE* pbKeyUsage, DWORD cbKeyUsage) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::intended_usage(pCertInfo, pbKeyUsage, cbKeyUsage); });
}

BOOL WINAPI CertComparePublicKeyInfo(DWORD, PCERT_PUBLIC_KEY_INFO pPublicKey1, PCERT_PUBLIC_KEY_INFO pPublicKey2) {
  return pPublicKey1 && pPublicKey2 && abi::same_key(*pPublicKey1, *pPublicKey2);
}

PCCERT_CONTEXT WINAPI CertGetIssuerCertificateFromStore(HCERTSTORE hCertStore, PCCERT_CONTEXT pSubjectContext,
                                                        PCCERT_CONTEXT pPrevIssuerContext, DWORD* pdwFlags) {
  return abi::guarded_or<PCCERT_CONTEXT>(
      nullptr, [&] { return abi::issuer_of(hCertStore, pSubjectContext, pPrevIssuerContext, pdwFlags); });
}

PCCERT_CONTEXT WINAPI CertGetSubjectCertificateFromStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType,
                                                         PCERT_INFO pCertId) {
  return CertFindCertificateInStore(hCertStore, dwCertEncodingType, 0, CERT_FIND_SUBJECT_CERT, pCertId, nullptr);
}

BOOL WINAPI CryptHashCertificate(HCRYPTPROV_LEGACY, ALG_ID Algid, DWORD, const BYTE* pbEncoded, DWORD cbEncoded,
                                 BYTE* pbComputedHash, DWORD* pcbComputedHash) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    const auto* const found =
        std::ranges::find(abi::algorithms, Algid == 0 ? ALG_ID{CALG_SHA1} : Algid, &abi::algorithm::id);
    return abi::hash(found, {pbEncoded, cbEncoded}, pbComputedHash, pcbComputedHash);
  });
}

BOOL WINAPI CryptHashCertificate2(LPCWSTR pwszCNGHashAlgid, DWORD, void*, const BYTE* pbEncoded, DWORD cbEncoded,
                                  BYTE* pbComputedHash, DWORD* pcbComputedHash) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    const std::wstring_view name(pwszCNGHashAlgid ? pwszCNGHashAlgid : L"");
    const auto* const found = std::ranges::find(abi::algorithms, name, &abi::algorithm::name);
    return abi::hash(found, {pbEncoded, cbEncoded}, pbComputedHash, pcbComputedHash);
  });
}

// CertFindChainInStore. Contract: include/win32/schannix_wincrypt_stores.h
#include <algorithm>
#include <cstring>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "cert/chain.hpp"
#include "cert/find.hpp"
#include "cert/info.hpp"
#include "cert/properties.hpp"

namespace schannix::abi {
namespace {

class held_chain {
 public:
  explicit held_chain(PCCERT_CHAIN_CONTEXT chain) noexcept : chain_(chain) {}
  ~held_chain() { cert::release(chain_); }
  held_chain(const held_chain&) = delete;
  held_chain& operator=(const held_chain&) = delete;
  PCCERT_CHAIN_CONTEXT get() const noexcept { return chain_; }

 private:
  PCCERT_CHAIN_CONTEXT chain_;
};

bool is_issued_by_one(const CERT_SIMPLE_CHAIN& chain, const CERT_CHAIN_FIND_BY_ISSUER_PARA& wanted) {
  if (wanted.cIssuer == 0) return true;
  for (DWORD i = 0; i < chain.cElement; ++i)
    for (DWORD j = 0; j < wanted.cIssuer; ++j)
      if (std::ranges::equal(cert::bytes_of(chain.rgpElement[i]->pCertContext->pCertInfo->Issuer),
                             cert::bytes_of(wanted.rgIssuer[j])))
        return true;
  return false;
}

bool is_candidate(const cert::context& one, const CERT_CHAIN_FIND_BY_ISSUER_PARA& wanted, DWORD flags) {
  if (!(flags & CERT_CHAIN_FIND_BY_ISSUER_NO_KEY_FLAG) && one.key().none()) return false;
  if (wanted.dwKeySpec != 0) {
    const auto spec = cert::property(the_environment(), one.shown(), CERT_KEY_SPEC_PROP_ID);
    if (!spec || spec->size() != sizeof(DWORD) || std::memcmp(spec->data(), &wanted.dwKeySpec, sizeof(DWORD)) != 0)
      return false;
  }
  return !wanted.pszUsageIdentifier || cert::allows(one.leaf(), wanted.pszUsageIdentifier);
}

bool is_usable(HCERTSTORE store, DWORD flags, DWORD type, const CERT_CHAIN_FIND_BY_ISSUER_PARA* wanted) {
  constexpr DWORD known = CERT_CHAIN_FIND_BY_ISSUER_COMPARE_KEY_FLAG | CERT_CHAIN_FIND_BY_ISSUER_COMPLEX_CHAIN_FLAG |
                          CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_URL_FLAG | CERT_CHAIN_FIND_BY_ISSUER_LOCAL_MACHINE_FLAG |
                          CERT_CHAIN_FIND_BY_ISSUER_NO_KEY_FLAG | CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_FLAG;
  return store && type == CERT_CHAIN_FIND_BY_ISSUER && (flags & ~known) == 0 && wanted &&
         wanted->cbSize >= sizeof *wanted && (wanted->cIssuer == 0 || wanted->rgIssuer);
}

PCCERT_CHAIN_CONTEXT find_chain(HCERTSTORE store, DWORD flags, DWORD type, const CERT_CHAIN_FIND_BY_ISSUER_PARA* wanted,
                                PCCERT_CHAIN_CONTEXT previous) {
  const held_chain given_back(previous);
  if (!is_usable(store, flags, type, wanted)) return fail<PCCERT_CHAIN_CONTEXT>(code_of(E_INVALIDARG), nullptr);
  const auto fits = [&](const cert::context& one) { return is_candidate(one, *wanted, flags); };
  cert::held_context at(previous ? cert::duplicate(previous->rgpChain[0]->rgpElement[0]->pCertContext) : nullptr);
  for (;;) {
    const auto next = cert::next(store, at.get(), fits);
    if (!next) return fail<PCCERT_CHAIN_CONTEXT>(last_error_of(next.error(), 0), nullptr);
    at.reset(*next);
    if (wanted->pfnFindCallback && !wanted->pfnFindCallback(at.get(), wanted->pvFindArg)) continue;
    cert::chain_request request;
    request.leaf = at.get();
    request.additional = store;
    PCCERT_CHAIN_CONTEXT const made = cert::make_chain(the_environment(), request);
    if (is_issued_by_one(*made->rgpChain[0], *wanted)) return made;
    cert::release(made);
  }
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

PCCERT_CHAIN_CONTEXT WINAPI CertFindChainInStore(HCERTSTORE hCertStore, DWORD, DWORD dwFindFlags, DWORD dwFindType,
                                                 const void* pvFindPara, PCCERT_CHAIN_CONTEXT pPrevChainContext) {
  return abi::guarded_or<PCCERT_CHAIN_CONTEXT>(nullptr, [&] {
    return abi::find_chain(hCertStore, dwFindFlags, dwFindType,
                           static_cast<const CERT_CHAIN_FIND_BY_ISSUER_PARA*>(pvFindPara), pPrevChainContext);
  });
}

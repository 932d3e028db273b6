// Chains and what policies say of them. Contract: include/win32/wincrypt.h
#include "abi/translate/chains.hpp"
#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"

namespace schannix::abi {
namespace {

BOOL create_engine(const CERT_CHAIN_ENGINE_CONFIG* config, HCERTCHAINENGINE* into) {
  if (into) *into = nullptr;
  auto made = config && into ? engine_of(*config) : nullptr;
  if (!made) return fail(code_of(E_INVALIDARG), FALSE);
  *into = made.release();
  return TRUE;
}

BOOL get_chain(const chain_call& call, PCCERT_CHAIN_CONTEXT* into) {
  if (into) *into = nullptr;
  const auto wanted = into ? request_of(call) : std::nullopt;
  if (!wanted) return fail(code_of(E_INVALIDARG), FALSE);
  *into = cert::make_chain(the_environment(), *wanted);
  return TRUE;
}

BOOL verify(LPCSTR policy, PCCERT_CHAIN_CONTEXT chain, const CERT_CHAIN_POLICY_PARA* para,
            CERT_CHAIN_POLICY_STATUS* into) {
  if (policy != CERT_CHAIN_POLICY_BASE && policy != CERT_CHAIN_POLICY_SSL) return fail(ERROR_FILE_NOT_FOUND, FALSE);
  const auto rules = chain && into ? rules_of(policy, para) : std::nullopt;
  if (!rules) return fail(code_of(E_INVALIDARG), FALSE);
  const cert::policy_answer answer = cert::judge(*chain, *rules);
  into->dwError = error_of(answer.what);
  into->lChainIndex = answer.element < 0 ? -1 : 0;
  into->lElementIndex = answer.element;
  return TRUE;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CertCreateCertificateChainEngine(PCERT_CHAIN_ENGINE_CONFIG pConfig, HCERTCHAINENGINE* phChainEngine) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::create_engine(pConfig, phChainEngine); });
}

void WINAPI CertFreeCertificateChainEngine(HCERTCHAINENGINE hChainEngine) { delete abi::engine_behind(hChainEngine); }

BOOL WINAPI CertGetCertificateChain(HCERTCHAINENGINE hChainEngine, PCCERT_CONTEXT pCertContext, LPFILETIME pTime,
                                    HCERTSTORE hAdditionalStore, PCERT_CHAIN_PARA pChainPara, DWORD dwFlags, LPVOID,
                                    PCCERT_CHAIN_CONTEXT* ppChainContext) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    return abi::get_chain({hChainEngine, pCertContext, pTime, hAdditionalStore, pChainPara, dwFlags}, ppChainContext);
  });
}

PCCERT_CHAIN_CONTEXT WINAPI CertDuplicateCertificateChain(PCCERT_CHAIN_CONTEXT pChainContext) {
  return cert::duplicate(pChainContext);
}

void WINAPI CertFreeCertificateChain(PCCERT_CHAIN_CONTEXT pChainContext) { cert::release(pChainContext); }

BOOL WINAPI CertVerifyCertificateChainPolicy(LPCSTR pszPolicyOID, PCCERT_CHAIN_CONTEXT pChainContext,
                                             PCERT_CHAIN_POLICY_PARA pPolicyPara,
                                             PCERT_CHAIN_POLICY_STATUS pPolicyStatus) {
  return abi::guarded_or<BOOL>(FALSE,
                               [&] { return abi::verify(pszPolicyOID, pChainContext, pPolicyPara, pPolicyStatus); });
}

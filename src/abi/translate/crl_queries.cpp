#include "abi/translate/crl_queries.hpp"

#include <algorithm>

#include "cert/info.hpp"
#include "cert/store.hpp"

namespace schannix::abi {
namespace {

constexpr const char* delta_indicator = "2.5.29.27";  // RFC 5280 §5.2.4

bool is_kind(const CRL_INFO& list, DWORD flags) {
  constexpr DWORD kinds = CRL_FIND_ISSUED_BY_DELTA_FLAG | CRL_FIND_ISSUED_BY_BASE_FLAG;
  if ((flags & kinds) == 0 || (flags & kinds) == kinds) return true;
  const bool delta = cert::extension_of(list, delta_indicator) != nullptr;
  return delta == ((flags & CRL_FIND_ISSUED_BY_DELTA_FLAG) != 0);
}

bool is_by(const cert::crl_context& list, PCCERT_CONTEXT issuer, DWORD flags) {
  const engine::certificate& by = cert::context::of(issuer).leaf();
  if (!std::ranges::equal(cert::bytes_of(list.pCrlInfo->Issuer), cert::bytes_of(issuer->pCertInfo->Subject)))
    return false;
  if ((flags & CRL_FIND_ISSUED_BY_AKI_FLAG) && !engine::names_key_of(list.list(), by)) return false;
  return !(flags & CRL_FIND_ISSUED_BY_SIGNATURE_FLAG) || engine::signed_by(list.list(), by);
}

cert::crl_query issued_by(PCCERT_CONTEXT issuer, DWORD flags) {
  return [issuer, flags](const cert::crl_context& one) {
    return is_kind(*one.pCrlInfo, flags) && (!issuer || is_by(one, issuer, flags));
  };
}

std::optional<cert::crl_query> issued_for(const CRL_FIND_ISSUED_FOR_PARA& pair, DWORD flags) {
  if (!pair.pSubjectCert || !pair.pIssuerCert) return std::nullopt;
  const auto by_issuer = issued_by(pair.pIssuerCert, flags);
  return [by_issuer, wanted = cert::bytes_of(pair.pSubjectCert->pCertInfo->Issuer)](const cert::crl_context& one) {
    return std::ranges::equal(cert::bytes_of(one.pCrlInfo->Issuer), wanted) && by_issuer(one);
  };
}

}  // namespace

std::optional<cert::crl_query> query_of(const crl_search& wanted) {
  constexpr DWORD known = CRL_FIND_ISSUED_BY_AKI_FLAG | CRL_FIND_ISSUED_BY_SIGNATURE_FLAG |
                          CRL_FIND_ISSUED_BY_DELTA_FLAG | CRL_FIND_ISSUED_BY_BASE_FLAG;
  if (wanted.flags & ~known) return std::nullopt;
  switch (wanted.type) {
    case CRL_FIND_ANY:
      return [](const cert::crl_context&) { return true; };
    case CRL_FIND_ISSUED_BY:
      return issued_by(static_cast<PCCERT_CONTEXT>(wanted.parameter), wanted.flags);
    case CRL_FIND_EXISTING:
      if (!wanted.parameter) return std::nullopt;
      return [like = static_cast<PCCRL_CONTEXT>(wanted.parameter)->pCrlInfo](const cert::crl_context& one) {
        return cert::same_scope(*one.pCrlInfo, *like);
      };
    case CRL_FIND_ISSUED_FOR:
      if (!wanted.parameter) return std::nullopt;
      return issued_for(*static_cast<const CRL_FIND_ISSUED_FOR_PARA*>(wanted.parameter), wanted.flags);
    default:
      return std::nullopt;
  }
}

}  // namespace schannix::abi

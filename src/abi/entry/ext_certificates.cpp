// The certificate functions of schannix_ext.h.
#include <schannix_ext.h>

#include <cstring>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "cert/containers.hpp"

namespace schannix::abi {
namespace {

std::string_view text_of(const char* text, std::size_t size) {
  return text ? std::string_view(text, size) : std::string_view();
}

BOOL import_pem(std::string_view certificates, std::string_view key, const char* password, HCERTSTORE* out) {
  const auto store = cert::import_pem(the_environment(), certificates, key, password ? password : "");
  if (!store) return fail(last_error_of(store.error(), ERROR_INVALID_DATA), FALSE);
  *out = *store;
  return TRUE;
}

BOOL create_self_signed(std::string_view name, DWORD days, PCCERT_CONTEXT* out) {
  const auto made = cert::create_self_signed(the_environment(), name, days);
  if (!made) return fail(last_error_of(made.error(), code_of(E_UNEXPECTED)), FALSE);
  *out = *made;
  return TRUE;
}

char* export_pem(PCCERT_CONTEXT context) {
  const std::string text = cert::to_pem(context);
  auto* const out = static_cast<char*>(LocalAlloc(LMEM_FIXED, text.size() + 1));
  if (out) std::memcpy(out, text.c_str(), text.size() + 1);
  return out;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI SchannixImportPem(const char* pchCertificates, size_t cbCertificates, const char* pchKey, size_t cbKey,
                              const char* pszPassword, HCERTSTORE* phStore) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (!pchCertificates || !phStore) return abi::fail(abi::code_of(E_INVALIDARG), FALSE);
    return abi::import_pem(abi::text_of(pchCertificates, cbCertificates), abi::text_of(pchKey, cbKey), pszPassword,
                           phStore);
  });
}

BOOL WINAPI SchannixCreateSelfSigned(const char* pszName, DWORD dwDays, PCCERT_CONTEXT* ppContext) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (!pszName || !ppContext) return abi::fail(abi::code_of(E_INVALIDARG), FALSE);
    return abi::create_self_signed(pszName, dwDays, ppContext);
  });
}

char* WINAPI SchannixExportPem(PCCERT_CONTEXT pContext) {
  return abi::guarded_or<char*>(nullptr, [&]() -> char* {
    return pContext ? abi::export_pem(pContext) : abi::fail<char*>(abi::code_of(E_INVALIDARG), nullptr);
  });
}

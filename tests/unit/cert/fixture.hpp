// What the tests of stores and contexts share: one root, one leaf, and owners of what Windows' functions hand out.
#pragma once

#include <gtest/gtest.h>
#include <wincrypt.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cert/context.hpp"
#include "engine/environment.hpp"
#include "pki.hpp"

namespace schannix::cert {

struct free_context {
  void operator()(PCCERT_CONTEXT context) const { CertFreeCertificateContext(context); }
};
using context_owner = std::unique_ptr<const CERT_CONTEXT, free_context>;

struct close_store {
  void operator()(void* store) const { CertCloseStore(store, 0); }
};
using store_owner = std::unique_ptr<void, close_store>;

inline const test::pki::issued& root() {
  static const auto made =
      test::pki::issue({.common_name = "Test Root", .authority = true, .subject = {{"O", "Example"}}});
  return made;
}
inline const test::pki::issued& leaf() {
  static const auto made = test::pki::issue(
      {.common_name = "leaf.test", .alternative = {"DNS:leaf.test", "DNS:www.leaf.test"}, .usage = "serverAuth"},
      &root());
  return made;
}

inline HCERTSTORE import(std::string pfx, const wchar_t* password, DWORD flags = PKCS12_NO_PERSIST_KEY) {
  CRYPT_DATA_BLOB blob{static_cast<DWORD>(pfx.size()), reinterpret_cast<BYTE*>(pfx.data())};
  return PFXImportCertStore(&blob, password, flags);
}

// leaf with its key, then root.
inline store_owner leaf_and_root() {
  static const std::string pfx = test::pki::pkcs12(leaf(), {root()}, "secret", test::pki::encryption::modern);
  return store_owner(import(pfx, L"secret"));
}

inline context_owner find(HCERTSTORE in, DWORD type, const void* parameter, PCCERT_CONTEXT previous = nullptr) {
  return context_owner(CertFindCertificateInStore(in, X509_ASN_ENCODING, 0, type, parameter, previous));
}

// What a credential would make of it.
inline identity told_of(PCCERT_CONTEXT context) {
  static const engine::environment env;
  std::string problem;
  auto told = identity_of(env, context, problem);
  if (!told) throw std::runtime_error(problem);
  return *std::move(told);
}

inline std::string der_of(PCCERT_CONTEXT context) {
  return {reinterpret_cast<const char*>(context->pbCertEncoded), context->cbCertEncoded};
}

inline std::vector<std::string> all_of(HCERTSTORE store) {
  std::vector<std::string> out;
  PCCERT_CONTEXT one = nullptr;
  while ((one = CertEnumCertificatesInStore(store, one)) != nullptr) out.push_back(der_of(one));
  return out;
}

constexpr DWORD code(HRESULT status) { return static_cast<DWORD>(status); }

}  // namespace schannix::cert

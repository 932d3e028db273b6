// The certificate functions of schannix_ext.h.
#include <schannix_ext.h>

#include "fixture.hpp"

namespace schannix::cert {
namespace {

BOOL import_pem(const std::string& certificates, const std::string& key, const char* password, store_owner& out) {
  HCERTSTORE store = nullptr;
  const BOOL done =
      SchannixImportPem(certificates.data(), certificates.size(), key.data(), key.size(), password, &store);
  out.reset(store);
  return done;
}

DWORD refusal(const std::string& certificates, const std::string& key, const char* password = nullptr) {
  store_owner store;
  SetLastError(0);
  return import_pem(certificates, key, password, store) || store ? 0 : GetLastError();
}

TEST(import_pem, chain_and_key) {
  store_owner store;
  ASSERT_TRUE(import_pem(leaf().pem() + root().pem(), leaf().key_pem("secret"), "secret", store));
  EXPECT_EQ(all_of(store.get()), (std::vector<std::string>{leaf().der(), root().der()}));
  EXPECT_TRUE(find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr));
}

TEST(import_pem, without_a_key) {
  HCERTSTORE store = nullptr;
  const std::string text = root().pem();
  ASSERT_TRUE(SchannixImportPem(text.data(), text.size(), nullptr, 0, nullptr, &store));
  EXPECT_FALSE(find(store, CERT_FIND_HAS_PRIVATE_KEY, nullptr));
  CertCloseStore(store, 0);
}

TEST(import_pem, refusals) {
  EXPECT_EQ(refusal("nothing", ""), code(CRYPT_E_NOT_FOUND));
  EXPECT_EQ(refusal(leaf().pem(), root().key_pem()), code(NTE_BAD_PUBLIC_KEY));
  EXPECT_EQ(refusal(leaf().pem(), leaf().key_pem("secret")), static_cast<DWORD>(ERROR_INVALID_PASSWORD));
  EXPECT_EQ(refusal(leaf().pem(), leaf().key_pem("secret"), "wrong"), static_cast<DWORD>(ERROR_INVALID_PASSWORD));
  EXPECT_EQ(refusal(leaf().pem(), "no key"), static_cast<DWORD>(ERROR_INVALID_DATA));
  EXPECT_EQ(refusal(leaf().pem().substr(0, 200), ""), static_cast<DWORD>(ERROR_INVALID_DATA));
  EXPECT_EQ(SchannixImportPem(nullptr, 0, nullptr, 0, nullptr, nullptr), FALSE);
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

TEST(create_self_signed, a_certificate_with_its_key) {
  PCCERT_CONTEXT made = nullptr;
  ASSERT_TRUE(SchannixCreateSelfSigned("localhost", 1, &made));
  const context_owner own(made);
  EXPECT_TRUE(find(own->hCertStore, CERT_FIND_HAS_PRIVATE_KEY, nullptr));
  EXPECT_EQ(CertGetNameStringA(own.get(), CERT_NAME_DNS_TYPE, 0, nullptr, nullptr, 0), sizeof "localhost");
}

TEST(create_self_signed, refusals) {
  PCCERT_CONTEXT made = nullptr;
  EXPECT_FALSE(SchannixCreateSelfSigned("", 1, &made));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_FALSE(SchannixCreateSelfSigned("a", 0, &made));
  EXPECT_FALSE(SchannixCreateSelfSigned(nullptr, 1, &made));
  EXPECT_FALSE(SchannixCreateSelfSigned("a", 1, nullptr));
  EXPECT_EQ(made, nullptr);
}

TEST(export_pem, is_what_was_imported) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_ANY, nullptr);
  char* const text = SchannixExportPem(own.get());
  ASSERT_TRUE(text);
  EXPECT_EQ(text, leaf().pem());
  LocalFree(text);
  EXPECT_EQ(SchannixExportPem(nullptr), nullptr);
}

}  // namespace
}  // namespace schannix::cert

// Stores, contexts and how long they live.
#include "cert/store.hpp"

#include <atomic>
#include <thread>

#include "abi/runtime.hpp"
#include "cert/context.hpp"
#include "fixture.hpp"

namespace schannix::cert {
namespace {

using test::pki::encryption;
using test::pki::issue;
using test::pki::pkcs12;

engine::certificate parsed(const test::pki::issued& from) {
  const std::string der = from.der();
  return *engine::certificate::parse(abi::the_environment(),
                                     {reinterpret_cast<const base::byte*>(der.data()), der.size()});
}

TEST(pfx_import, certificates_and_key) {
  for (const encryption how : {encryption::modern, encryption::legacy}) {
    const store_owner store(import(pkcs12(leaf(), {root()}, "secret", how), L"secret"));
    ASSERT_TRUE(store) << GetLastError();
    EXPECT_EQ(all_of(store.get()), (std::vector<std::string>{leaf().der(), root().der()}));
    const context_owner own = find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
    ASSERT_TRUE(own);
    EXPECT_EQ(der_of(own.get()), leaf().der());
    EXPECT_TRUE(told_of(own.get()).key);
  }
}

TEST(pfx_import, the_one_with_the_key_comes_first) {
  const store_owner store(import(test::pki::pkcs12_in_order({root(), leaf()}, leaf()), L""));
  EXPECT_EQ(all_of(store.get()), (std::vector<std::string>{leaf().der(), root().der()}));
}

TEST(pfx_import, only_certificates) {
  const store_owner store(
      import(pkcs12(leaf(), {root()}, "secret", encryption::modern), L"secret", PKCS12_ONLY_CERTIFICATES));
  ASSERT_TRUE(store);
  EXPECT_EQ(all_of(store.get()).size(), 2u);
  EXPECT_FALSE(find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr));
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
}

TEST(pfx_import, null_and_empty_passwords_are_one) {
  const std::string pfx = pkcs12(leaf(), {}, "", encryption::modern);
  for (const wchar_t* password : {static_cast<const wchar_t*>(nullptr), L""})
    EXPECT_TRUE(store_owner(import(pfx, password)));
}

TEST(pfx_import, wide_passwords) {
  const std::string pfx = pkcs12(leaf(), {}, "p\xC3\xA4ss\xF0\x9F\x94\x92", encryption::modern);
  EXPECT_TRUE(store_owner(import(pfx, L"p\u00E4ss\U0001F512")));
}

TEST(pfx_import, refusals) {
  const std::string pfx = pkcs12(leaf(), {}, "secret", encryption::modern);
  EXPECT_EQ(import(pfx, L"wrong"), nullptr);
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PASSWORD));
  EXPECT_EQ(import(pfx, nullptr), nullptr);
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PASSWORD));
  EXPECT_EQ(import(pfx.substr(0, pfx.size() / 2), L"secret"), nullptr);
  EXPECT_EQ(GetLastError(), code(CRYPT_E_BAD_ENCODE));
  EXPECT_EQ(import("", L"secret"), nullptr);
  EXPECT_EQ(GetLastError(), code(CRYPT_E_BAD_ENCODE));
  EXPECT_EQ(PFXImportCertStore(nullptr, L"", 0), nullptr);
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
  for (const DWORD flags : {DWORD{CRYPT_USER_PROTECTED}, DWORD{PKCS12_ONLY_NOT_ENCRYPTED_CERTIFICATES}, DWORD{0x4}}) {
    EXPECT_EQ(import(pfx, L"secret", flags), nullptr);
    EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  }
}

TEST(store, contexts_outlive_the_handle) {
  store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_ANY, nullptr);
  store.reset();
  EXPECT_EQ(der_of(own.get()), leaf().der());
  const identity seen = told_of(own.get());
  ASSERT_EQ(seen.companions.size(), 1u);
  EXPECT_TRUE(seen.companions[0] == parsed(root()));
}

TEST(store, check_tells_of_contexts_that_are_held) {
  store_owner store = leaf_and_root();
  context_owner own = find(store.get(), CERT_FIND_ANY, nullptr);
  EXPECT_EQ(CertCloseStore(store.release(), CERT_CLOSE_STORE_CHECK_FLAG), FALSE);
  EXPECT_EQ(GetLastError(), code(CRYPT_E_PENDING_CLOSE));
  EXPECT_EQ(der_of(own.get()), leaf().der());

  store = leaf_and_root();
  own = find(store.get(), CERT_FIND_ANY, nullptr);
  own.reset();
  EXPECT_EQ(CertCloseStore(store.release(), CERT_CLOSE_STORE_CHECK_FLAG), TRUE);
}

TEST(store, force_frees_contexts_that_are_held) {
  // Nothing frees the context: a leak checker would tell if the store did not.
  HCERTSTORE const store = leaf_and_root().release();
  ASSERT_TRUE(find(store, CERT_FIND_ANY, nullptr).release());
  SetLastError(77);
  EXPECT_EQ(CertCloseStore(store, CERT_CLOSE_STORE_FORCE_FLAG), TRUE);
  EXPECT_EQ(GetLastError(), 77u);  // preserved: MS certclosestore
}

TEST(store, closing_is_tolerant_of_null_and_strict_about_flags) {
  EXPECT_EQ(CertCloseStore(nullptr, 0), TRUE);
  const store_owner store = leaf_and_root();
  EXPECT_EQ(CertCloseStore(store.get(), 0x10), FALSE);
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_EQ(all_of(store.get()).size(), 2u);  // still open
}

TEST(store, enumeration_ends_with_not_found) {
  const store_owner store = leaf_and_root();
  EXPECT_EQ(all_of(store.get()).size(), 2u);
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
  EXPECT_EQ(CertEnumCertificatesInStore(nullptr, nullptr), nullptr);
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

TEST(store, enumeration_gives_the_same_contexts_again) {
  const store_owner store = leaf_and_root();
  const context_owner once = find(store.get(), CERT_FIND_ANY, nullptr);
  const context_owner twice = find(store.get(), CERT_FIND_ANY, nullptr);
  EXPECT_EQ(once.get(), twice.get());
  EXPECT_EQ(once->hCertStore, store.get());
}

TEST(context, null_is_harmless) {
  EXPECT_EQ(CertDuplicateCertificateContext(nullptr), nullptr);
  EXPECT_EQ(CertFreeCertificateContext(nullptr), TRUE);
}

TEST(context, a_chain_is_one_context_that_keeps_its_store) {
  const context_owner made(make_context({parsed(leaf()), std::nullopt, {}}, {parsed(root())}));
  ASSERT_TRUE(made);
  EXPECT_EQ(all_of(made->hCertStore), (std::vector<std::string>{leaf().der(), root().der()}));
  const context_owner first(CertEnumCertificatesInStore(made->hCertStore, nullptr));
  EXPECT_EQ(first.get(), made.get());
  context_owner second(CertEnumCertificatesInStore(made->hCertStore, CertDuplicateCertificateContext(made.get())));
  ASSERT_TRUE(second);
  EXPECT_EQ(told_of(second.get()).companions.size(), 1u);
}

TEST(context, threads_share_one) {
  store_owner store = leaf_and_root();
  context_owner own = find(store.get(), CERT_FIND_ANY, nullptr);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&wrong, from = CertDuplicateCertificateContext(own.get())] {
      for (int round = 0; round < 2000; ++round) {
        const context_owner mine(CertDuplicateCertificateContext(from));
        const context_owner other(CertEnumCertificatesInStore(mine->hCertStore, CertDuplicateCertificateContext(from)));
        wrong += !other || told_of(other.get()).companions.size() != 1;
        wrong += round % 100 == 0 && CertGetNameStringA(mine.get(), CERT_NAME_DNS_TYPE, 0, nullptr, nullptr, 0) != 10;
      }
      CertFreeCertificateContext(from);
    });
  }
  store.reset();
  own.reset();  // the last thread frees everything
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace schannix::cert

// A certificate's key as a handle: CryptAcquireCertificatePrivateKey. MS nf-wincrypt-cryptacquirecertificateprivatekey;
// row 141
#include <array>
#include <barrier>
#include <thread>

#include "sspi_keys.hpp"

namespace schannix::test::sspi {
namespace {

struct acquired_key {
  ULONG_PTR handle = 0;
  DWORD spec = 0;
  BOOL mine = FALSE;
};
DWORD acquire_key(const certificate& of, DWORD flags, acquired_key& into) {
  SetLastError(0);
  const BOOL done = CryptAcquireCertificatePrivateKey(of.get(), flags, nullptr, &into.handle, &into.spec, &into.mine);
  return done ? 0 : GetLastError();
}

TEST(AcquirePrivateKey, OfEachKind) {
  acquired_key got;
  const certificate& ec = server_certificate(key_kind::p256);
  ASSERT_EQ(acquire_key(ec, CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_COMPARE_KEY_FLAG, got), 0u);
  EXPECT_EQ(got.spec, DWORD{CERT_NCRYPT_KEY_SPEC});
  EXPECT_TRUE(got.mine);
  EXPECT_FALSE(exported(got.handle, BCRYPT_ECCPUBLIC_BLOB).empty());
  EXPECT_EQ(NCryptFreeObject(got.handle), ERROR_SUCCESS);
  EXPECT_EQ(acquire_key(ec, 0, got), failed(NTE_BAD_PROV_TYPE)) << "no CryptoAPI for such keys";
  ASSERT_EQ(acquire_key(server_certificate(key_kind::rsa2048), CRYPT_ACQUIRE_SILENT_FLAG, got), 0u);
  EXPECT_EQ(got.spec, DWORD{AT_KEYEXCHANGE});
  HCRYPTKEY key = 0;
  EXPECT_TRUE(CryptGetUserKey(got.handle, got.spec, &key));
  EXPECT_TRUE(CryptDestroyKey(key));
  EXPECT_TRUE(CryptReleaseContext(got.handle, 0));
}

TEST(AcquirePrivateKey, ByNameAsItsProviderKeepsIt) {
  const key_folder folder;
  folder.put("web", test_leaf(key_kind::rsa2048).key_pem());
  const certificate of = alone(test_leaf(key_kind::rsa2048));
  ASSERT_TRUE(bind_container(of, L"web", PROV_RSA_FULL));
  acquired_key got;
  ASSERT_EQ(acquire_key(of, CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG, got), 0u);
  EXPECT_EQ(got.spec, DWORD{AT_SIGNATURE}) << "as the property says";
  EXPECT_TRUE(CryptReleaseContext(got.handle, 0));
  ASSERT_EQ(acquire_key(of, CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG, got), 0u);
  EXPECT_EQ(got.spec, DWORD{CERT_NCRYPT_KEY_SPEC});
  EXPECT_EQ(NCryptFreeObject(got.handle), ERROR_SUCCESS);
}

TEST(AcquirePrivateKey, CachedHandlesAreTheCertificates) {
  certificate of = alone(test_leaf());
  const key_folder folder;
  folder.put("web", test_leaf().key_pem());
  ASSERT_TRUE(bind_container(of, L"web"));
  acquired_key first, second;
  constexpr DWORD flags = CRYPT_ACQUIRE_CACHE_FLAG | CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG;
  ASSERT_EQ(acquire_key(of, flags, first), 0u);
  ASSERT_EQ(acquire_key(of, flags, second), 0u);
  EXPECT_EQ(first.handle, second.handle);
  EXPECT_FALSE(first.mine || second.mine);
  of.reset();
  EXPECT_FALSE(NCryptIsKeyHandle(first.handle)) << "freed with it";
}

TEST(AcquirePrivateKey, ACachedHandleLeavesTheNameToldWithTheCertificate) {
  const key_folder folder;
  folder.put("web", test_leaf(key_kind::rsa2048).key_pem());
  const certificate of = alone(test_leaf(key_kind::rsa2048));
  ASSERT_TRUE(bind_container(of, L"web", PROV_RSA_FULL));
  acquired_key first, second;
  constexpr DWORD flags = CRYPT_ACQUIRE_CACHE_FLAG | CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG;
  ASSERT_EQ(acquire_key(of, flags, first), 0u);
  ASSERT_EQ(acquire_key(of, flags, second), 0u);
  EXPECT_EQ(second.handle, first.handle) << "of the same kind";
  DWORD size = 0;
  EXPECT_TRUE(CertGetCertificateContextProperty(of.get(), CERT_KEY_PROV_INFO_PROP_ID, nullptr, &size));
}

// Whoever comes second takes the first one's handle, and does not free it.
TEST(AcquirePrivateKey, ThreadsThatCacheAtOnceShareOneHandle) {
  const key_folder folder;
  folder.put("web", test_leaf().key_pem());
  for (int round = 0; round < 100; ++round) {
    const certificate of = alone(test_leaf());
    ASSERT_TRUE(bind_container(of, L"web"));
    std::array<acquired_key, 4> got;
    std::barrier start(static_cast<std::ptrdiff_t>(got.size()));
    std::vector<std::thread> all;
    for (acquired_key& into : got)
      all.emplace_back([&] {
        start.arrive_and_wait();
        acquire_key(of, CRYPT_ACQUIRE_CACHE_FLAG | CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, into);
      });
    for (std::thread& one : all) one.join();
    for (const acquired_key& one : got) {
      ASSERT_TRUE(NCryptIsKeyHandle(one.handle)) << "round " << round;
      ASSERT_EQ(one.handle, got[0].handle);
    }
  }
}

TEST(AcquirePrivateKey, Refusals) {
  acquired_key got;
  const certificate of = alone(test_leaf());
  EXPECT_EQ(acquire_key(of, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, got), failed(CRYPT_E_NO_KEY_PROPERTY));
  const key_folder folder;
  ASSERT_TRUE(bind_container(of, L"web"));
  EXPECT_EQ(acquire_key(of, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, got), failed(NTE_BAD_KEYSET));
  folder.put("web", test_leaf(key_kind::rsa2048).key_pem());
  EXPECT_EQ(acquire_key(of, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_COMPARE_KEY_FLAG, got),
            failed(NTE_BAD_PUBLIC_KEY));
  EXPECT_EQ(acquire_key(of, 0x100, got), failed(NTE_BAD_FLAGS));
  EXPECT_FALSE(CryptAcquireCertificatePrivateKey(nullptr, 0, nullptr, &got.handle, nullptr, nullptr));
  EXPECT_FALSE(CryptAcquireCertificatePrivateKey(of.get(), 0, nullptr, nullptr, nullptr, nullptr));
  EXPECT_EQ(got.handle, 0u);
}

TEST(AcquirePrivateKey, AnotherCertificatesKeyRefusesTheCredential) {
  object key = open_key(test_leaf(key_kind::rsa2048));
  const certificate of = alone(test_leaf());
  ASSERT_TRUE(bind_key(of, key.get(), CERT_STORE_NO_CRYPT_RELEASE_FLAG));
  EXPECT_EQ(outcome(of), SEC_E_UNKNOWN_CREDENTIALS);
}

}  // namespace
}  // namespace schannix::test::sspi

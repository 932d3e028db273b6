// CryptoAPI's key containers. MS nf-wincrypt; spec 8.5, row 141
#include <array>
#include <cstring>

#include "sspi_keys.hpp"

namespace schannix::test::sspi {
namespace {

HCRYPTPROV key_set(const char* name, DWORD flags, DWORD type = PROV_RSA_AES) {
  HCRYPTPROV made = 0;
  SetLastError(0);
  CryptAcquireContextA(&made, name, nullptr, type, flags);
  return made;
}

TEST(KeySets, AnImportedKeyServesByItsContainer) {
  const key_folder folder;
  const HCRYPTPROV fresh = key_set("web", CRYPT_NEWKEYSET);
  ASSERT_NE(fresh, 0u);
  const blob data = capi_of(test_leaf(key_kind::rsa2048));
  HCRYPTKEY key = 0;
  EXPECT_FALSE(CryptGetUserKey(fresh, AT_KEYEXCHANGE, &key));
  EXPECT_EQ(GetLastError(), failed(NTE_NO_KEY));
  ASSERT_TRUE(CryptImportKey(fresh, data.data(), static_cast<DWORD>(data.size()), 0, CRYPT_EXPORTABLE, &key));
  EXPECT_TRUE(CryptDestroyKey(key));
  EXPECT_TRUE(CryptReleaseContext(fresh, 0));
  const certificate of = alone(test_leaf(key_kind::rsa2048));
  ASSERT_TRUE(bind_container(of, L"web", PROV_RSA_AES));
  EXPECT_EQ(served(of, tls::v1_2), "TLSv1.2");
  EXPECT_EQ(served(of, tls::v1_3), "TLSv1.3");
  EXPECT_EQ(key_set("web", CRYPT_NEWKEYSET), 0u);
  EXPECT_EQ(GetLastError(), failed(NTE_EXISTS));
  EXPECT_EQ(key_set("web", CRYPT_DELETEKEYSET), 0u);
  EXPECT_EQ(GetLastError(), 0u);
  EXPECT_EQ(outcome(of), SEC_E_UNKNOWN_CREDENTIALS);
}

TEST(KeySets, AKeyInMemoryServesByItsHandle) {
  const HCRYPTPROV set = key_set(nullptr, CRYPT_VERIFYCONTEXT);
  const blob data = capi_of(test_leaf(key_kind::rsa2048));
  HCRYPTKEY key = 0, same = 0;
  const certificate of = alone(test_leaf(key_kind::rsa2048));
  EXPECT_FALSE(bind_property(of, CERT_KEY_PROV_HANDLE_PROP_ID, reinterpret_cast<const void*>(set))) << "no key yet";
  ASSERT_TRUE(CryptImportKey(set, data.data(), static_cast<DWORD>(data.size()), 0, 0, &key));
  EXPECT_TRUE(CryptGetUserKey(set, AT_SIGNATURE, &same));
  EXPECT_TRUE(CryptDestroyKey(key));
  EXPECT_TRUE(CryptDestroyKey(same));
  ASSERT_TRUE(bind_property(of, CERT_KEY_PROV_HANDLE_PROP_ID, reinterpret_cast<const void*>(set)));
  EXPECT_EQ(served(of, tls::v1_3), "TLSv1.3");
  ASSERT_TRUE(bind_property(of, CERT_KEY_PROV_HANDLE_PROP_ID, nullptr));
  EXPECT_FALSE(CryptReleaseContext(set, 0)) << "it was the certificate's";
}

TEST(KeySets, MadeKeysAreKept) {
  const key_folder folder;
  HCRYPTKEY key = 0;
  const HCRYPTPROV set = key_set(nullptr, CRYPT_NEWKEYSET | CRYPT_SILENT);
  ASSERT_TRUE(CryptGenKey(set, AT_KEYEXCHANGE, 1024U << 16 | CRYPT_EXPORTABLE, &key));
  EXPECT_TRUE(CryptDestroyKey(key));
  EXPECT_FALSE(CryptGenKey(set, CALG_AES_128, 0, &key));
  EXPECT_EQ(GetLastError(), failed(NTE_BAD_ALGID));
  EXPECT_FALSE(CryptGenKey(set, AT_KEYEXCHANGE, 1023U << 16, &key));
  EXPECT_EQ(GetLastError(), failed(NTE_BAD_FLAGS));
  EXPECT_TRUE(CryptReleaseContext(set, 0));
  const HCRYPTPROV again = key_set(nullptr, 0);
  EXPECT_TRUE(CryptGetUserKey(again, AT_KEYEXCHANGE, &key));
  char name[32];
  DWORD size = sizeof name;
  EXPECT_TRUE(CryptGetProvParam(again, PP_CONTAINER, reinterpret_cast<BYTE*>(name), &size, 0));
  EXPECT_STREQ(name, "default");
  size = 2;
  EXPECT_FALSE(CryptGetProvParam(again, PP_NAME, reinterpret_cast<BYTE*>(name), &size, 0));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_MORE_DATA});
  EXPECT_FALSE(CryptGetProvParam(again, 999, nullptr, &size, 0));
  EXPECT_TRUE(CryptDestroyKey(key));
  EXPECT_TRUE(CryptReleaseContext(again, 0));
}

TEST(KeySets, WhatIsRefused) {
  const key_folder folder;
  const auto why = [](const char* name, DWORD flags, DWORD type = PROV_RSA_FULL) {
    EXPECT_EQ(key_set(name, flags, type), 0u);
    return GetLastError();
  };
  EXPECT_EQ(why("none", 0), failed(NTE_BAD_KEYSET));
  EXPECT_EQ(why("none", CRYPT_DELETEKEYSET), failed(NTE_BAD_KEYSET));
  EXPECT_EQ(why("../up", CRYPT_NEWKEYSET), failed(NTE_BAD_KEYSET));
  EXPECT_EQ(why("a", CRYPT_VERIFYCONTEXT), failed(NTE_BAD_FLAGS));
  EXPECT_EQ(why("a", CRYPT_NEWKEYSET | CRYPT_DELETEKEYSET), failed(NTE_BAD_FLAGS));
  EXPECT_EQ(why("a", 0x200), failed(NTE_BAD_FLAGS));
  EXPECT_EQ(why("a", 0, 13), failed(NTE_PROV_TYPE_NOT_DEF));
  folder.put("open", test_leaf().key_pem(), 0644);
  EXPECT_EQ(why("open", 0), failed(NTE_PERM));
  HCRYPTPROV set = 0;
  EXPECT_FALSE(CryptAcquireContextW(&set, nullptr, L"Somebody's", PROV_RSA_FULL, CRYPT_VERIFYCONTEXT));
  EXPECT_EQ(GetLastError(), failed(NTE_KEYSET_NOT_DEF));
  EXPECT_FALSE(CryptAcquireContextA(nullptr, nullptr, nullptr, PROV_RSA_FULL, CRYPT_VERIFYCONTEXT));
  EXPECT_FALSE(CryptReleaseContext(0, 0));
  EXPECT_FALSE(CryptDestroyKey(1));
}

TEST(KeySets, BlobsThatAreNoKeys) {
  const HCRYPTPROV set = key_set(nullptr, CRYPT_VERIFYCONTEXT);
  const blob good = capi_of(test_leaf(key_kind::rsa2048));
  HCRYPTKEY key = 0;
  const auto refused = [&](const blob& bad, HCRYPTKEY with = 0) {
    EXPECT_FALSE(CryptImportKey(set, bad.data(), static_cast<DWORD>(bad.size()), with, 0, &key)) << bad.size();
    EXPECT_EQ(key, 0u);
    return GetLastError();
  };
  blob longer = good, shorter = good, session = good, magic = good, sizes = good;
  longer.push_back(0);
  shorter.pop_back();
  session[0] = 1;
  magic[8] ^= 1;
  sizes[14] = 0xFF;
  for (const blob& bad : {longer, shorter, magic, sizes}) EXPECT_EQ(refused(bad), failed(NTE_BAD_DATA));
  EXPECT_EQ(refused(session), failed(NTE_BAD_TYPE));
  EXPECT_EQ(refused(good, 7), failed(NTE_BAD_KEY));
  EXPECT_FALSE(CryptImportKey(set, nullptr, 4, 0, 0, &key));
  EXPECT_FALSE(CryptImportKey(set, good.data(), 0, 0, 0, &key));
  EXPECT_TRUE(CryptReleaseContext(set, 0));
}

}  // namespace
}  // namespace schannix::test::sspi

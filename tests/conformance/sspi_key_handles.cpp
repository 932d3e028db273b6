// Private keys behind handles of CNG and what a certificate makes of them, and CNG's key storage. MS nf-ncrypt;
// spec 8.5, row 19
#include <array>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "conformance/fresh_process.hpp"
#include "sspi_keys.hpp"

namespace schannix::test::sspi {
namespace {

class KeyHandles : public testing::TestWithParam<key_kind> {
 protected:
  const pki::issued& leaf() const { return test_leaf(GetParam()); }
  void serves(const certificate& of) const {
    EXPECT_EQ(served(of, tls::v1_2), "TLSv1.2");
    EXPECT_EQ(served(of, tls::v1_3), "TLSv1.3");
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, KeyHandles, testing::Values(key_kind::p256, key_kind::rsa2048),
                         [](const auto& one) { return one.param == key_kind::p256 ? "ec" : "rsa"; });

TEST_P(KeyHandles, ImportedKeysServe) {
  object key;
  ASSERT_EQ(import_key(provider().get(), NCRYPT_PKCS8_PRIVATE_KEY_BLOB, pkcs8_of(leaf()), key), ERROR_SUCCESS);
  const certificate of = alone(leaf());
  ASSERT_TRUE(bind_key(of, key.get(), CERT_STORE_NO_CRYPT_RELEASE_FLAG));
  serves(of);
}

TEST_P(KeyHandles, AKeyContextIsAnotherWayToSayIt) {
  object key = open_key(leaf());
  const certificate of = alone(leaf());
  CERT_KEY_CONTEXT told{};
  told.cbSize = sizeof told;
  told.hNCryptKey = key.get();
  told.dwKeySpec = CERT_NCRYPT_KEY_SPEC;
  ASSERT_TRUE(bind_property(of, CERT_KEY_CONTEXT_PROP_ID, &told, CERT_STORE_NO_CRYPT_RELEASE_FLAG));
  CERT_KEY_CONTEXT found{};
  DWORD size = sizeof found;
  ASSERT_TRUE(CertGetCertificateContextProperty(of.get(), CERT_KEY_CONTEXT_PROP_ID, &found, &size));
  EXPECT_EQ(found.hNCryptKey, key.get());
  serves(of);
}

TEST_P(KeyHandles, KeptKeysServeByTheirName) {
  const key_folder folder;
  object key;
  ASSERT_EQ(import_key(provider().get(), NCRYPT_PKCS8_PRIVATE_KEY_BLOB, pkcs8_of(leaf()), key, 0, L"web"),
            ERROR_SUCCESS);
  const certificate of = alone(leaf());
  ASSERT_TRUE(bind_container(of, L"web"));
  serves(of);
  EXPECT_EQ(NCryptDeleteKey(key.give_up(), 0), ERROR_SUCCESS);
  EXPECT_EQ(outcome(of), SEC_E_UNKNOWN_CREDENTIALS);
}

TEST_P(KeyHandles, EachFormComesBackAsTheSameKey) {
  const bool rsa = GetParam() == key_kind::rsa2048;
  const object key = open_key(leaf());
  const blob whole = exported(key.get(), NCRYPT_PKCS8_PRIVATE_KEY_BLOB);
  EXPECT_EQ(whole, pkcs8_of(leaf()));
  const std::vector<LPCWSTR> forms =
      rsa ? std::vector<LPCWSTR>{BCRYPT_RSAPRIVATE_BLOB, BCRYPT_RSAFULLPRIVATE_BLOB, BCRYPT_PRIVATE_KEY_BLOB}
          : std::vector<LPCWSTR>{BCRYPT_ECCPRIVATE_BLOB, BCRYPT_PRIVATE_KEY_BLOB};
  for (const LPCWSTR form : forms) {
    const blob bytes = exported(key.get(), form);
    ASSERT_FALSE(bytes.empty());
    object again;
    ASSERT_EQ(import_key(provider().get(), form, bytes, again, NCRYPT_DO_NOT_FINALIZE_FLAG), ERROR_SUCCESS);
    allow_export(again.get());
    ASSERT_EQ(NCryptFinalizeKey(again.get(), 0), ERROR_SUCCESS);
    EXPECT_EQ(exported(again.get(), NCRYPT_PKCS8_PRIVATE_KEY_BLOB), whole);
  }
  const blob shown = exported(key.get(), BCRYPT_PUBLIC_KEY_BLOB);
  ULONG head = 0;
  ASSERT_GE(shown.size(), sizeof head);
  std::memcpy(&head, shown.data(), sizeof head);
  EXPECT_EQ(head, rsa ? ULONG{BCRYPT_RSAPUBLIC_MAGIC} : ULONG{BCRYPT_ECDSA_PUBLIC_P256_MAGIC});
}

TEST_P(KeyHandles, BlobsThatAreNoKeys) {
  const object from = provider();
  const object key = open_key(leaf());
  for (const LPCWSTR form : {NCRYPT_PKCS8_PRIVATE_KEY_BLOB, BCRYPT_PRIVATE_KEY_BLOB}) {
    const blob good = exported(key.get(), form);
    blob longer = good, shorter = good, other = good, harmed = good;
    longer.push_back(0);
    shorter.pop_back();
    other[0] ^= 0x40;
    harmed[harmed.size() - 40] ^= 1;
    std::vector<blob> all{longer, shorter, other, blob{0}, blob(4, 0xFF), blob(24, 0xFF)};
    if (form == std::wstring_view(BCRYPT_PRIVATE_KEY_BLOB)) all.push_back(harmed);
    for (const blob& bad : all) {
      object none;
      EXPECT_EQ(import_key(from.get(), form, bad, none), NTE_BAD_DATA) << bad.size();
      EXPECT_EQ(none.get(), 0u);
    }
  }
}

// ---- CNG's key storage ----

TEST(KeyStorage, MakesKeysAndKeepsThem) {
  const key_folder folder;
  const object from = provider(nullptr);
  object key, again, taken;
  ASSERT_EQ(NCryptCreatePersistedKey(from.get(), key.into(), BCRYPT_ECDSA_P384_ALGORITHM, L"mine", 0, 0),
            ERROR_SUCCESS);
  EXPECT_EQ(NCryptOpenKey(from.get(), again.into(), L"mine", 0, 0), NTE_BAD_KEYSET) << "not final";
  DWORD size = 0;
  EXPECT_EQ(NCryptExportKey(key.get(), 0, BCRYPT_PUBLIC_KEY_BLOB, nullptr, nullptr, 0, &size, 0), NTE_BAD_KEY_STATE);
  ASSERT_EQ(NCryptFinalizeKey(key.get(), NCRYPT_SILENT_FLAG), ERROR_SUCCESS);
  EXPECT_EQ(NCryptFinalizeKey(key.get(), 0), NTE_INVALID_HANDLE);
  ASSERT_EQ(NCryptOpenKey(from.get(), again.into(), L"mine", 0, 0), ERROR_SUCCESS);
  EXPECT_EQ(exported(again.get(), BCRYPT_ECCPUBLIC_BLOB), exported(key.get(), BCRYPT_ECCPUBLIC_BLOB));
  EXPECT_EQ(NCryptCreatePersistedKey(from.get(), taken.into(), BCRYPT_RSA_ALGORITHM, L"mine", 0, 0), NTE_EXISTS);
  EXPECT_EQ(
      NCryptCreatePersistedKey(from.get(), taken.into(), BCRYPT_RSA_ALGORITHM, L"mine", 0, NCRYPT_OVERWRITE_KEY_FLAG),
      ERROR_SUCCESS);
}

TEST(KeyStorage, PropertiesOfAKey) {
  const object from = provider();
  object key;
  ASSERT_EQ(NCryptCreatePersistedKey(from.get(), key.into(), BCRYPT_RSA_ALGORITHM, nullptr, 0, 0), ERROR_SUCCESS);
  DWORD bits = 1024, odd = 1023, size = 0;
  const auto set = [&](LPCWSTR name, DWORD& value, DWORD count = sizeof(DWORD)) {
    return NCryptSetProperty(key.get(), name, reinterpret_cast<PBYTE>(&value), count, 0);
  };
  EXPECT_EQ(set(NCRYPT_LENGTH_PROPERTY, odd), NTE_NOT_SUPPORTED);
  EXPECT_EQ(set(NCRYPT_LENGTH_PROPERTY, bits), ERROR_SUCCESS);
  EXPECT_EQ(set(NCRYPT_LENGTH_PROPERTY, bits, 3), NTE_INVALID_PARAMETER);
  EXPECT_EQ(set(NCRYPT_KEY_USAGE_PROPERTY, bits), ERROR_SUCCESS);
  EXPECT_EQ(set(L"Smile", bits), NTE_NOT_SUPPORTED);
  ASSERT_EQ(NCryptFinalizeKey(key.get(), 0), ERROR_SUCCESS);
  EXPECT_EQ(set(NCRYPT_EXPORT_POLICY_PROPERTY, bits), NTE_BAD_KEY_STATE);
  wchar_t group[8];
  DWORD found = 0;
  EXPECT_EQ(NCryptGetProperty(key.get(), NCRYPT_LENGTH_PROPERTY, reinterpret_cast<PBYTE>(&found), 4, &size, 0), 0);
  EXPECT_EQ(found, 1024u);
  EXPECT_EQ(NCryptGetProperty(key.get(), NCRYPT_ALGORITHM_GROUP_PROPERTY, reinterpret_cast<PBYTE>(group), sizeof group,
                              &size, 0),
            ERROR_SUCCESS);
  EXPECT_STREQ(group, L"RSA");
  EXPECT_EQ(NCryptGetProperty(key.get(), NCRYPT_ALGORITHM_PROPERTY, reinterpret_cast<PBYTE>(group), 2, &size, 0),
            NTE_BUFFER_TOO_SMALL);
  EXPECT_EQ(NCryptGetProperty(key.get(), NCRYPT_NAME_PROPERTY, nullptr, 0, &size, 0), NTE_NOT_FOUND);
  EXPECT_EQ(NCryptGetProperty(from.get(), NCRYPT_NAME_PROPERTY, nullptr, 0, &size, 0), NTE_NOT_SUPPORTED);
}

TEST(KeyStorage, PrivateKeysLeaveOnlyWhenTheirPolicySaysSo) {
  object key;
  ASSERT_EQ(import_key(provider().get(), NCRYPT_PKCS8_PRIVATE_KEY_BLOB, pkcs8_of(test_leaf()), key), ERROR_SUCCESS);
  DWORD size = 0;
  for (const LPCWSTR form : {NCRYPT_PKCS8_PRIVATE_KEY_BLOB, BCRYPT_ECCPRIVATE_BLOB, BCRYPT_PRIVATE_KEY_BLOB})
    EXPECT_EQ(NCryptExportKey(key.get(), 0, form, nullptr, nullptr, 0, &size, 0), NTE_NOT_SUPPORTED);
  EXPECT_FALSE(exported(key.get(), BCRYPT_ECCPUBLIC_BLOB).empty());
  EXPECT_EQ(NCryptExportKey(key.get(), 0, BCRYPT_RSAPUBLIC_BLOB, nullptr, nullptr, 0, &size, 0), NTE_NOT_SUPPORTED);
  BYTE little[4];
  EXPECT_EQ(NCryptExportKey(key.get(), 0, BCRYPT_ECCPUBLIC_BLOB, nullptr, little, sizeof little, &size, 0),
            NTE_BUFFER_TOO_SMALL);
  EXPECT_EQ(size, 72u);
}

TEST(KeyStorage, WhatIsRefused) {
  const object from = provider();
  object key;
  EXPECT_EQ(NCryptOpenStorageProvider(nullptr, nullptr, 0), NTE_INVALID_PARAMETER);
  EXPECT_EQ(NCryptOpenStorageProvider(key.into(), L"Smart Cards", 0), NTE_NOT_FOUND);
  EXPECT_EQ(NCryptOpenStorageProvider(key.into(), nullptr, 0x8000), NTE_BAD_FLAGS);
  EXPECT_EQ(NCryptOpenKey(from.get(), key.into(), nullptr, 0, 0), NTE_INVALID_PARAMETER);
  EXPECT_EQ(NCryptOpenKey(1, key.into(), L"a", 0, 0), NTE_INVALID_HANDLE);
  EXPECT_EQ(NCryptCreatePersistedKey(from.get(), key.into(), L"DSA", nullptr, 0, 0), NTE_NOT_SUPPORTED);
  EXPECT_EQ(NCryptCreatePersistedKey(from.get(), key.into(), BCRYPT_RSA_ALGORITHM, L"../a", 0, 0),
            NTE_INVALID_PARAMETER);
  EXPECT_EQ(import_key(from.get(), L"SOAP", {1}, key), NTE_NOT_SUPPORTED);
  EXPECT_EQ(import_key(from.get(), NCRYPT_PKCS8_PRIVATE_KEY_BLOB, pkcs8_of(test_leaf()), key, 0x8000), NTE_BAD_FLAGS);
  EXPECT_EQ(import_key(from.get(), NCRYPT_PKCS8_PRIVATE_KEY_BLOB, pkcs8_of(test_leaf()), key, 0, L"a/b"),
            NTE_INVALID_PARAMETER);
  wchar_t unterminated[] = {L'a', L'b'};
  NCryptBuffer buffer{sizeof unterminated, NCRYPTBUFFER_PKCS_KEY_NAME, unterminated};
  NCryptBufferDesc list{NCRYPTBUFFER_VERSION, 1, &buffer};
  blob data = pkcs8_of(test_leaf());
  const auto with = [&] {
    return NCryptImportKey(from.get(), 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &list, key.into(), data.data(),
                           static_cast<DWORD>(data.size()), 0);
  };
  EXPECT_EQ(with(), NTE_INVALID_PARAMETER);
  list.ulVersion = 1;
  EXPECT_EQ(with(), NTE_INVALID_PARAMETER);
  EXPECT_EQ(key.get(), 0u) << "nothing was given";
}

TEST(KeyStorage, HandlesThatAreNoMore) {
  object from = provider(), key = open_key(test_leaf());
  const ULONG_PTR stale = key.get();
  EXPECT_TRUE(NCryptIsKeyHandle(stale));
  EXPECT_FALSE(NCryptIsKeyHandle(from.get()));
  EXPECT_EQ(NCryptFreeObject(key.give_up()), ERROR_SUCCESS);
  EXPECT_EQ(NCryptFreeObject(stale), NTE_INVALID_HANDLE);
  EXPECT_EQ(NCryptFinalizeKey(stale, 0), NTE_INVALID_HANDLE);
  EXPECT_EQ(NCryptDeleteKey(stale, 0), NTE_INVALID_HANDLE);
  EXPECT_FALSE(NCryptIsKeyHandle(stale));
  EXPECT_FALSE(bind_key(alone(test_leaf()), stale));
  EXPECT_EQ(GetLastError(), failed(NTE_BAD_KEYSET));
}

TEST(KeyStorage, TokensAreOpenedByTheirUri) {
  const hsm_token device;
  device.put("mine", test_leaf().key_pem());
  const std::string uri = device.uri("mine");
  const object from = provider(L"OSSL_STORE");
  object key;
  ASSERT_EQ(NCryptOpenKey(from.get(), key.into(), std::wstring(uri.begin(), uri.end()).c_str(), 0, 0), ERROR_SUCCESS);
  const certificate of = alone(test_leaf());
  ASSERT_TRUE(bind_key(of, key.get(), CERT_STORE_NO_CRYPT_RELEASE_FLAG));
  EXPECT_EQ(served(of, tls::v1_3), "TLSv1.3");
  EXPECT_EQ(NCryptDeleteKey(key.get(), 0), NTE_NOT_SUPPORTED);
  EXPECT_EQ(NCryptOpenKey(from.get(), key.into(), L"file:/nowhere", 0, 0), NTE_BAD_KEYSET);
}

// In a process that has not logged in yet. It ends as programs do, so that its token goes with it.
[[noreturn]] void open_with_pins() {
  {
    const hsm_token device;
    device.put("mine", test_leaf().key_pem());
    const object from = provider(L"OSSL_STORE");
    for (const char* pin : {"7351", "1234", "7351"}) {
      const std::string uri = device.uri("mine", pin);
      object key;
      const SECURITY_STATUS done =
          NCryptOpenKey(from.get(), key.into(), std::wstring(uri.begin(), uri.end()).c_str(), 0, 0);
      std::cerr << (done == ERROR_SUCCESS ? "opened " : done == NTE_BAD_KEYSET ? "refused " : "otherwise ");
    }
  }
  std::exit(0);
}

class KeysOfTokens : public FreshProcess {};

// PKCS #11 logs programs in, not keys: after the right PIN none is looked at.
TEST_F(KeysOfTokens, AWrongPinIsRefusedUntilTheProcessIsLoggedIn) {
  EXPECT_EXIT(open_with_pins(), testing::ExitedWithCode(0), "^refused opened opened $");
}

}  // namespace
}  // namespace schannix::test::sspi

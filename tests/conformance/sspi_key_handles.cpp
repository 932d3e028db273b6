// Private keys behind handles: CNG's key storage, CryptoAPI's containers, and what a certificate makes of them. MS
// nf-ncrypt, nf-wincrypt; spec 8.5, rows 19 and 141
#include <ncrypt.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <barrier>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "conformance/fresh_process.hpp"
#include "sspi_acquired.hpp"
#include "support/key_homes.hpp"

namespace schannix::test::sspi {
namespace {

using pki::key_kind;
using blob = std::vector<BYTE>;

constexpr DWORD failed(HRESULT why) { return static_cast<DWORD>(why); }

class object {
 public:
  object() = default;
  object(object&& from) noexcept : handle_(std::exchange(from.handle_, 0)) {}
  object(const object&) = delete;
  ~object() {
    if (handle_ != 0) NCryptFreeObject(handle_);
  }
  ULONG_PTR* into() { return &handle_; }
  ULONG_PTR get() const { return handle_; }
  ULONG_PTR give_up() { return std::exchange(handle_, 0); }

 private:
  ULONG_PTR handle_ = 0;
};

object provider(LPCWSTR name = MS_KEY_STORAGE_PROVIDER) {
  object made;
  EXPECT_EQ(NCryptOpenStorageProvider(made.into(), name, 0), ERROR_SUCCESS);
  return made;
}

blob pkcs8_of(const pki::issued& of) {
  unsigned char* der = nullptr;
  PKCS8_PRIV_KEY_INFO* const info = EVP_PKEY2PKCS8(of.key.get());
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
  PKCS8_PRIV_KEY_INFO_free(info);
  blob out(der, der + size);
  OPENSSL_free(der);
  return out;
}

blob capi_of(const pki::issued& of) {
  BIO* const out = BIO_new(BIO_s_mem());
  EXPECT_GT(i2b_PrivateKey_bio(out, of.key.get()), 0);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  blob made(data, data + size);
  BIO_free(out);
  return made;
}

SECURITY_STATUS import_key(ULONG_PTR into, LPCWSTR type, blob data, object& key, DWORD flags = 0,
                           const wchar_t* name = nullptr) {
  std::wstring kept(name != nullptr ? name : L"");
  NCryptBuffer buffer{static_cast<ULONG>((kept.size() + 1) * sizeof(wchar_t)), NCRYPTBUFFER_PKCS_KEY_NAME, kept.data()};
  NCryptBufferDesc list{NCRYPTBUFFER_VERSION, 1, &buffer};
  return NCryptImportKey(into, 0, type, name != nullptr ? &list : nullptr, key.into(), data.data(),
                         static_cast<DWORD>(data.size()), flags);
}

blob exported(ULONG_PTR key, LPCWSTR type) {
  DWORD size = 0;
  if (NCryptExportKey(key, 0, type, nullptr, nullptr, 0, &size, 0) != ERROR_SUCCESS) return {};
  blob out(size);
  EXPECT_EQ(NCryptExportKey(key, 0, type, nullptr, out.data(), size, &size, 0), ERROR_SUCCESS);
  return out;
}

void allow_export(ULONG_PTR key) {
  DWORD policy = NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG;
  EXPECT_EQ(NCryptSetProperty(key, NCRYPT_EXPORT_POLICY_PROPERTY, reinterpret_cast<PBYTE>(&policy), sizeof policy, 0),
            ERROR_SUCCESS);
}

// A key that may leave again.
object open_key(const pki::issued& of) {
  object key;
  EXPECT_EQ(import_key(provider().get(), NCRYPT_PKCS8_PRIVATE_KEY_BLOB, pkcs8_of(of), key, NCRYPT_DO_NOT_FINALIZE_FLAG),
            ERROR_SUCCESS);
  allow_export(key.get());
  EXPECT_EQ(NCryptFinalizeKey(key.get(), 0), ERROR_SUCCESS);
  return key;
}

certificate alone(const pki::issued& leaf) { return import(leaf, {}, false); }

bool bind_property(const certificate& of, DWORD id, const void* value, DWORD flags = 0) {
  return CertSetCertificateContextProperty(of.get(), id, flags, value) != FALSE;
}
bool bind_key(const certificate& of, ULONG_PTR handle, DWORD flags = 0) {
  return bind_property(of, CERT_NCRYPT_KEY_HANDLE_PROP_ID, reinterpret_cast<const void*>(handle), flags);
}
bool bind_container(const certificate& of, const std::wstring& name, DWORD type = 0) {
  std::wstring kept = name;
  CRYPT_KEY_PROV_INFO info{};
  info.pwszContainerName = kept.data();
  info.dwProvType = type;
  info.dwKeySpec = type != 0 ? AT_SIGNATURE : 0;
  return bind_property(of, CERT_KEY_PROV_INFO_PROP_ID, &info);
}

status outcome(const certificate& of) {
  PCCERT_CONTEXT list[1];
  auto data = plain_data<SCH_CREDENTIALS>(role::server, list);
  list[0] = of.get();
  credential made;
  return acquire(SECPKG_CRED_INBOUND, &data, *made.get());
}

std::string served(const certificate& by, tls version) {
  const credential from({.side = role::server, .version = version, .certificates = {by.get()}});
  const int wanted = version == tls::v1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
  return negotiated(role::server, from, peer_of(role::server, wanted, wanted));
}

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

// ---- CryptoAPI ----

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

// ---- a certificate's key as a handle ----

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

// Certificates that programs sign for themselves, and the public keys in them: CertCreateSelfSignCertificate,
// CryptExportPublicKeyInfo.
#include <ncrypt.h>
#include <openssl/x509v3.h>

#include <filesystem>

#include "fixture.hpp"
#include "key_homes.hpp"

namespace schannix::cert {
namespace {

// Name {CN=a.test}
BYTE name_bytes[] = {0x30, 0x11, 0x31, 0x0F, 0x30, 0x0D, 0x06, 0x03, 0x55, 0x04,
                     0x03, 0x0C, 0x06, 'a',  '.',  't',  'e',  's',  't'};

struct wanted {
  HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle = 0;
  DWORD flags = 0;
  const wchar_t* container = nullptr;
  const char* algorithm = nullptr;
  const SYSTEMTIME* start = nullptr;
  const SYSTEMTIME* end = nullptr;
  CERT_EXTENSIONS* extensions = nullptr;
};

context_owner create(const wanted& what = {}) {
  CERT_NAME_BLOB name{sizeof name_bytes, name_bytes};
  CRYPT_KEY_PROV_INFO info{};
  info.pwszContainerName = const_cast<LPWSTR>(what.container);
  CRYPT_ALGORITHM_IDENTIFIER algorithm{};
  algorithm.pszObjId = const_cast<LPSTR>(what.algorithm);
  SetLastError(0);
  return context_owner(CertCreateSelfSignCertificate(
      what.handle, &name, what.flags, what.container ? &info : nullptr, what.algorithm ? &algorithm : nullptr,
      const_cast<SYSTEMTIME*>(what.start), const_cast<SYSTEMTIME*>(what.end), what.extensions));
}

std::shared_ptr<X509> parsed(PCCERT_CONTEXT context) {
  const BYTE* at = context->pbCertEncoded;
  return {d2i_X509(nullptr, &at, static_cast<long>(context->cbCertEncoded)), X509_free};
}

bool signs_itself(PCCERT_CONTEXT context) {
  const auto read = parsed(context);
  return read && X509_verify(read.get(), X509_get0_pubkey(read.get())) == 1;
}

bool key_is_its_own(PCCERT_CONTEXT context) {
  const auto told = told_of(context);
  return told.key && told.key->belongs_to(told.leaf);
}

std::string text_of(const CERT_NAME_BLOB& name) {
  char text[64];
  CertNameToStrA(X509_ASN_ENCODING, const_cast<PCERT_NAME_BLOB>(&name), CERT_X500_NAME_STR, text, sizeof text);
  return text;
}

std::size_t containers_in(const test::key_folder& folder) {
  const std::filesystem::path path = folder.path("");
  if (!std::filesystem::exists(path)) return 0;
  const std::filesystem::directory_iterator all(path);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

class key_handle {
 public:
  explicit key_handle(LPCWSTR algorithm) {
    NCryptOpenStorageProvider(&provider_, MS_KEY_STORAGE_PROVIDER, 0);
    NCryptCreatePersistedKey(provider_, &key_, algorithm, nullptr, 0, 0);
    EXPECT_EQ(NCryptFinalizeKey(key_, 0), ERROR_SUCCESS);
  }
  ~key_handle() {
    NCryptFreeObject(key_);
    NCryptFreeObject(provider_);
  }
  key_handle(const key_handle&) = delete;
  key_handle& operator=(const key_handle&) = delete;
  NCRYPT_KEY_HANDLE get() const { return key_; }

 private:
  NCRYPT_PROV_HANDLE provider_ = 0;
  NCRYPT_KEY_HANDLE key_ = 0;
};

// ---- the key ----

TEST(create_self_sign, with_a_new_key_in_a_new_container) {
  const test::key_folder keys;
  const std::size_t before = containers_in(keys);
  const context_owner made = create();
  ASSERT_TRUE(made);
  EXPECT_TRUE(signs_itself(made.get()));
  EXPECT_TRUE(key_is_its_own(made.get()));
  EXPECT_EQ(containers_in(keys), before + 1);
  EXPECT_EQ(text_of(made->pCertInfo->Subject), "CN=a.test");
  EXPECT_EQ(text_of(made->pCertInfo->Issuer), "CN=a.test");
  EXPECT_EQ(made->pCertInfo->dwVersion, DWORD{CERT_V3});
  DWORD spec = 0, size = sizeof spec;
  ASSERT_TRUE(CertGetCertificateContextProperty(made.get(), CERT_KEY_SPEC_PROP_ID, &spec, &size));
  EXPECT_EQ(spec, DWORD{AT_SIGNATURE});
  EXPECT_NE(der_of(create().get()), der_of(made.get()));  // another key, another number
}

TEST(create_self_sign, without_a_word_of_its_key) {
  const test::key_folder keys;
  keys.put("mine", leaf().key_pem());
  const context_owner made = create({.flags = CERT_CREATE_SELFSIGN_NO_KEY_INFO, .container = L"mine"});
  ASSERT_TRUE(made);
  DWORD size = 0;
  EXPECT_FALSE(CertGetCertificateContextProperty(made.get(), CERT_KEY_PROV_INFO_PROP_ID, nullptr, &size));
  EXPECT_FALSE(told_of(made.get()).key);
}

TEST(create_self_sign, with_the_key_of_a_container) {
  const test::key_folder keys;
  keys.put("mine", leaf().key_pem());
  const context_owner made = create({.container = L"mine"});
  ASSERT_TRUE(made);
  EXPECT_TRUE(signs_itself(made.get()));
  EXPECT_TRUE(told_of(made.get()).key->belongs_to(engine::certificate(leaf().certificate)));
  EXPECT_FALSE(create({.container = L"nobody's"}));
  EXPECT_EQ(GetLastError(), code(NTE_BAD_KEYSET));
}

TEST(create_self_sign, with_the_key_behind_a_handle) {
  context_owner made;
  {
    const key_handle key(NCRYPT_ECDSA_P384_ALGORITHM);
    made = create({.handle = key.get()});
    EXPECT_FALSE(create({.handle = key.get() + 1000}));
    EXPECT_EQ(GetLastError(), code(NTE_BAD_KEYSET));
  }
  ASSERT_TRUE(made);
  EXPECT_TRUE(signs_itself(made.get()));
  EXPECT_TRUE(key_is_its_own(made.get()));  // the handle is gone
  EXPECT_STREQ(made->pCertInfo->SignatureAlgorithm.pszObjId, szOID_ECDSA_SHA256);
}

TEST(create_self_sign, with_the_key_of_a_key_set) {
  const test::key_folder keys;
  HCRYPTPROV set = 0;
  HCRYPTKEY key = 0;
  ASSERT_TRUE(CryptAcquireContextW(&set, L"kept", nullptr, PROV_RSA_FULL, CRYPT_NEWKEYSET));
  ASSERT_TRUE(CryptGenKey(set, AT_KEYEXCHANGE, CRYPT_EXPORTABLE, &key));
  const context_owner made = create({.handle = set});
  CryptDestroyKey(key);
  CryptReleaseContext(set, 0);
  ASSERT_TRUE(made);
  EXPECT_TRUE(key_is_its_own(made.get()));
  BYTE room[1024];
  DWORD size = sizeof room;
  ASSERT_TRUE(CertGetCertificateContextProperty(made.get(), CERT_KEY_PROV_INFO_PROP_ID, room, &size));
  EXPECT_STREQ(reinterpret_cast<CRYPT_KEY_PROV_INFO*>(room)->pwszContainerName, L"kept");
}

TEST(export_public_key, is_what_the_certificate_shows) {
  for (LPCWSTR const kind : {NCRYPT_RSA_ALGORITHM, NCRYPT_ECDSA_P256_ALGORITHM}) {
    const key_handle key(kind);
    const context_owner made = create({.handle = key.get()});
    ASSERT_TRUE(made);
    DWORD size = 0;
    ASSERT_TRUE(CryptExportPublicKeyInfo(key.get(), 0, X509_ASN_ENCODING, nullptr, &size));
    std::vector<std::max_align_t> room(size / sizeof(std::max_align_t) + 1);
    auto* const info = reinterpret_cast<PCERT_PUBLIC_KEY_INFO>(room.data());
    ASSERT_TRUE(CryptExportPublicKeyInfo(key.get(), 0, X509_ASN_ENCODING, info, &size));
    EXPECT_TRUE(CertComparePublicKeyInfo(X509_ASN_ENCODING, info, &made->pCertInfo->SubjectPublicKeyInfo));
    --size;
    EXPECT_FALSE(CryptExportPublicKeyInfo(key.get(), 0, X509_ASN_ENCODING, info, &size));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_MORE_DATA});
  }
}

TEST(export_public_key, refusals) {
  const key_handle key(NCRYPT_ECDSA_P256_ALGORITHM);
  DWORD size = 0;
  EXPECT_FALSE(CryptExportPublicKeyInfo(key.get(), 0, PKCS_7_ASN_ENCODING, nullptr, &size));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
  EXPECT_FALSE(CryptExportPublicKeyInfo(key.get() + 1000, 0, X509_ASN_ENCODING, nullptr, &size));
  EXPECT_EQ(GetLastError(), code(NTE_BAD_KEYSET));
  EXPECT_FALSE(CryptExportPublicKeyInfo(key.get(), 0, X509_ASN_ENCODING, nullptr, nullptr));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

// ---- the signature ----

TEST(create_self_sign, algorithms) {
  const key_handle rsa(NCRYPT_RSA_ALGORITHM);
  for (const char* const one : {"1.2.840.113549.1.1.5", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13"}) {
    const context_owner made = create({.handle = rsa.get(), .algorithm = one});
    ASSERT_TRUE(made) << one;
    EXPECT_STREQ(made->pCertInfo->SignatureAlgorithm.pszObjId, one);
    EXPECT_TRUE(signs_itself(made.get()));
  }
  // ECDSA for an RSA key; MD5; RSASSA-PSS without parameters; no signature; no identifier.
  for (const char* const one :
       {szOID_ECDSA_SHA256, "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.10", "2.5.4.3", "nonsense"}) {
    EXPECT_FALSE(create({.handle = rsa.get(), .algorithm = one})) << one;
    EXPECT_EQ(GetLastError(), code(NTE_BAD_ALGID)) << one;
  }
}

TEST(create_self_sign, no_container_is_left_on_failure) {
  const test::key_folder keys;
  const std::size_t before = containers_in(keys);
  EXPECT_FALSE(create({.algorithm = szOID_ECDSA_SHA256}));
  EXPECT_EQ(GetLastError(), code(NTE_BAD_ALGID));
  EXPECT_EQ(containers_in(keys), before);
}

// ---- times ----

std::string valid_until(PCCERT_CONTEXT context) {
  const auto read = parsed(context);
  return {reinterpret_cast<const char*>(X509_get0_notAfter(read.get())->data)};
}

TEST(create_self_sign, is_valid_for_a_year_from_now) {
  const key_handle key(NCRYPT_ECDSA_P256_ALGORITHM);
  const context_owner made = create({.handle = key.get()});
  ASSERT_TRUE(made);
  EXPECT_EQ(CertVerifyTimeValidity(nullptr, made->pCertInfo), 0);
  const std::uint64_t year = ticks_of(made->pCertInfo->NotAfter) - ticks_of(made->pCertInfo->NotBefore);
  constexpr std::uint64_t day = 864'000'000'000;
  EXPECT_GE(year, 365 * day);
  EXPECT_LE(year, 366 * day);
}

TEST(create_self_sign, times_that_are_told) {
  const key_handle key(NCRYPT_ECDSA_P256_ALGORITHM);
  const SYSTEMTIME leap{2028, 2, 0, 29, 12, 30, 15, 999}, late{2055, 6, 0, 1, 0, 0, 0, 0};
  EXPECT_EQ(valid_until(create({.handle = key.get(), .start = &leap}).get()), "290228123015Z");
  EXPECT_EQ(valid_until(create({.handle = key.get(), .start = &leap, .end = &late}).get()), "20550601000000Z");
  EXPECT_FALSE(create({.handle = key.get(), .start = &late, .end = &leap}));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  for (const SYSTEMTIME& none : {SYSTEMTIME{2027, 2, 0, 29, 0, 0, 0, 0}, SYSTEMTIME{2027, 13, 0, 1, 0, 0, 0, 0},
                                 SYSTEMTIME{2027, 1, 0, 1, 24, 0, 0, 0}, SYSTEMTIME{1600, 1, 0, 1, 0, 0, 0, 0}}) {
    EXPECT_FALSE(create({.handle = key.get(), .start = &none}));
    EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  }
}

// ---- extensions, and what is refused ----

TEST(create_self_sign, extensions) {
  const key_handle key(NCRYPT_ECDSA_P256_ALGORITHM);
  BYTE server[] = {0x30, 0x0A, 0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01};
  CERT_EXTENSION one{const_cast<LPSTR>(szOID_ENHANCED_KEY_USAGE), TRUE, {sizeof server, server}};
  CERT_EXTENSIONS all{1, &one};
  const context_owner made = create({.handle = key.get(), .extensions = &all});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->pCertInfo->cExtension, 1u);
  EXPECT_STREQ(made->pCertInfo->rgExtension[0].pszObjId, szOID_ENHANCED_KEY_USAGE);
  EXPECT_TRUE(made->pCertInfo->rgExtension[0].fCritical);
  all.cExtension = 0;
  EXPECT_EQ(create({.handle = key.get(), .extensions = &all})->pCertInfo->cExtension, 0u);
  all = {1, nullptr};
  EXPECT_FALSE(create({.handle = key.get(), .extensions = &all}));
  EXPECT_EQ(GetLastError(), code(CRYPT_E_ASN1_BADTAG));
}

TEST(create_self_sign, refusals) {
  const key_handle key(NCRYPT_ECDSA_P256_ALGORITHM);
  const auto with_name = [&](CERT_NAME_BLOB* name) {
    SetLastError(0);
    EXPECT_FALSE(CertCreateSelfSignCertificate(key.get(), name, 0, nullptr, nullptr, nullptr, nullptr, nullptr));
    return GetLastError();
  };
  CERT_NAME_BLOB nothing{}, cut{sizeof name_bytes - 1, name_bytes};
  EXPECT_EQ(with_name(nullptr), code(E_INVALIDARG));
  EXPECT_EQ(with_name(&nothing), code(E_INVALIDARG));
  EXPECT_EQ(with_name(&cut), code(CRYPT_E_ASN1_BADTAG));
  EXPECT_FALSE(create({.handle = key.get(), .flags = 4}));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_FALSE(create({.container = L""}));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_TRUE(signs_itself(create({.handle = key.get(), .flags = CERT_CREATE_SELFSIGN_NO_SIGN}).get()));
}

}  // namespace
}  // namespace schannix::cert

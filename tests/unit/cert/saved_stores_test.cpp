// Stores saved, exported and recognized again; names out of text; chains and certificates that are looked for.
#include <ncrypt.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "fixture.hpp"
#include "key_homes.hpp"

namespace schannix::cert {
namespace {

store_owner memory() { return store_owner(CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, nullptr)); }

CRYPT_DATA_BLOB blob_in(std::string& bytes) {
  return {static_cast<DWORD>(bytes.size()), reinterpret_cast<BYTE*>(bytes.data())};
}

std::string saved(HCERTSTORE store, DWORD form) {
  CRYPT_DATA_BLOB size{};
  if (!CertSaveStore(store, X509_ASN_ENCODING, form, CERT_STORE_SAVE_TO_MEMORY, &size, 0)) return {};
  std::string bytes(size.cbData, '\0');
  CRYPT_DATA_BLOB blob = blob_in(bytes);
  return CertSaveStore(store, X509_ASN_ENCODING, form, CERT_STORE_SAVE_TO_MEMORY, &blob, 0) ? bytes : std::string();
}

std::string exported(HCERTSTORE store, const wchar_t* password, DWORD flags) {
  CRYPT_DATA_BLOB size{};
  if (!PFXExportCertStore(store, &size, password, flags)) return {};
  std::string bytes(size.cbData, '\0');
  CRYPT_DATA_BLOB blob = blob_in(bytes);
  return PFXExportCertStoreEx(store, &blob, password, nullptr, flags) ? bytes : std::string();
}

std::string list_der() { return test::pki::revocation_list(root(), {.revoked = {leaf()}}); }

// ---- CertSaveStore ----

TEST(save_store, forms_can_be_opened_again) {
  const store_owner store = leaf_and_root();
  const std::vector<std::string> there = all_of(store.get());
  for (const auto& [form, provider] : {std::pair<DWORD, LPCSTR>{CERT_STORE_SAVE_AS_STORE, CERT_STORE_PROV_SERIALIZED},
                                       {CERT_STORE_SAVE_AS_PKCS7, CERT_STORE_PROV_PKCS7}}) {
    std::string bytes = saved(store.get(), form);
    const CRYPT_DATA_BLOB blob = blob_in(bytes);
    const store_owner again(CertOpenStore(provider, 0, 0, 0, &blob));
    ASSERT_TRUE(again);
    std::vector<std::string> found = all_of(again.get()), wanted = there;
    std::ranges::sort(found);
    std::ranges::sort(wanted);
    EXPECT_EQ(found, wanted);
  }
}

TEST(save_store, to_a_file) {
  const store_owner store = leaf_and_root();
  const std::filesystem::path path = std::filesystem::temp_directory_path() / ("saved." + std::to_string(::getpid()));
  ASSERT_TRUE(CertSaveStore(store.get(), 0, CERT_STORE_SAVE_AS_STORE, CERT_STORE_SAVE_TO_FILENAME_W,
                            const_cast<wchar_t*>(path.wstring().c_str()), 0));
  const store_owner again(CertOpenStore(CERT_STORE_PROV_FILENAME_A, 0, 0, 0, path.c_str()));
  std::filesystem::remove(path);
  ASSERT_TRUE(again);
  EXPECT_EQ(all_of(again.get()), all_of(store.get()));
  char nowhere[] = "/nowhere/at/all";
  EXPECT_FALSE(CertSaveStore(store.get(), 0, CERT_STORE_SAVE_AS_STORE, CERT_STORE_SAVE_TO_FILENAME_A, nowhere, 0));
  EXPECT_EQ(GetLastError(), code(E_ACCESSDENIED));
}

TEST(save_store, refusals) {
  const store_owner store = leaf_and_root();
  char room[8];
  CRYPT_DATA_BLOB small{sizeof room, reinterpret_cast<BYTE*>(room)};
  const DWORD to = CERT_STORE_SAVE_TO_MEMORY;
  EXPECT_FALSE(CertSaveStore(store.get(), 0, CERT_STORE_SAVE_AS_PKCS7, to, &small, 0));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_MORE_DATA});
  EXPECT_GT(small.cbData, sizeof room);
  SetLastError(0);
  EXPECT_FALSE(CertSaveStore(store.get(), 0, CERT_STORE_SAVE_AS_PKCS12, to, &small, 0));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_FALSE(CertSaveStore(store.get(), 0, CERT_STORE_SAVE_AS_STORE, CERT_STORE_SAVE_TO_FILE, &small, 0));
  EXPECT_FALSE(CertSaveStore(store.get(), 0, CERT_STORE_SAVE_AS_STORE, to, &small, 1));
  EXPECT_FALSE(CertSaveStore(nullptr, 0, CERT_STORE_SAVE_AS_STORE, to, &small, 0));
  EXPECT_FALSE(CertSaveStore(store.get(), 0, CERT_STORE_SAVE_AS_STORE, to, nullptr, 0));
}

// ---- PKCS#12 ----

TEST(export_pfx, comes_back_with_its_key) {
  const store_owner store = leaf_and_root();
  const std::string file = exported(store.get(), L"p\u00E4ss", EXPORT_PRIVATE_KEYS);
  const store_owner again(import(file, L"p\u00E4ss"));
  ASSERT_TRUE(again);
  EXPECT_EQ(all_of(again.get()), all_of(store.get()));
  EXPECT_TRUE(find(again.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr));
  EXPECT_FALSE(import(file, L"other"));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PASSWORD});
}

TEST(export_pfx, without_keys) {
  const store_owner store = leaf_and_root();
  const store_owner again(import(exported(store.get(), nullptr, 0), L""));
  ASSERT_TRUE(again);
  EXPECT_EQ(all_of(again.get()).size(), 2u);
  EXPECT_FALSE(find(again.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr));
  EXPECT_EQ(exported(again.get(), L"x", EXPORT_PRIVATE_KEYS | REPORT_NO_PRIVATE_KEY), "");
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
  EXPECT_EQ(exported(again.get(), L"x", 0x1000), "");
  EXPECT_EQ(exported(memory().get(), L"x", 0), "");
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

// A store with leaf, whose key is told by the property.
store_owner leaf_with(DWORD property, const void* value, DWORD flags = 0) {
  store_owner store = memory();
  const std::string der = leaf().der();
  PCCERT_CONTEXT added = nullptr;
  EXPECT_TRUE(CertAddEncodedCertificateToStore(store.get(), X509_ASN_ENCODING,
                                               reinterpret_cast<const BYTE*>(der.data()),
                                               static_cast<DWORD>(der.size()), CERT_STORE_ADD_ALWAYS, &added));
  EXPECT_TRUE(CertSetCertificateContextProperty(added, property, flags, value));
  CertFreeCertificateContext(added);
  return store;
}

store_owner leaf_in_container(const wchar_t* container) {
  CRYPT_KEY_PROV_INFO info{};
  info.pwszContainerName = const_cast<LPWSTR>(container);
  return leaf_with(CERT_KEY_PROV_INFO_PROP_ID, &info);
}

bool has_key(const std::string& file) {
  const store_owner again(import(file, L"x"));
  return find(again.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr) != nullptr;
}

constexpr DWORD strictly = EXPORT_PRIVATE_KEYS | REPORT_NO_PRIVATE_KEY | REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY;

TEST(export_pfx, keys_of_containers_go_along) {
  const test::key_folder keys;
  keys.put("there", leaf().key_pem());
  const store_owner store = leaf_in_container(L"there");
  EXPECT_TRUE(has_key(exported(store.get(), L"x", strictly)));
  EXPECT_FALSE(has_key(exported(store.get(), L"x", REPORT_NO_PRIVATE_KEY)));
}

TEST(export_pfx, keys_that_are_not_found) {
  const test::key_folder keys;
  const store_owner store = leaf_in_container(L"nowhere");
  EXPECT_EQ(exported(store.get(), L"x", strictly), "");
  EXPECT_EQ(GetLastError(), code(NTE_BAD_KEY));
  const std::string alone = exported(store.get(), L"x", EXPORT_PRIVATE_KEYS);
  EXPECT_NE(alone, "");
  EXPECT_FALSE(has_key(alone));
}

NCRYPT_KEY_HANDLE imported_key(DWORD policy) {
  NCRYPT_PROV_HANDLE provider = 0;
  NCRYPT_KEY_HANDLE key = 0;
  NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0);
  unsigned char* der = nullptr;
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> form(EVP_PKEY2PKCS8(leaf().key.get()),
                                                                                       PKCS8_PRIV_KEY_INFO_free);
  const int size = i2d_PKCS8_PRIV_KEY_INFO(form.get(), &der);
  NCryptImportKey(provider, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, nullptr, &key, der, static_cast<DWORD>(size),
                  NCRYPT_DO_NOT_FINALIZE_FLAG);
  OPENSSL_free(der);
  NCryptSetProperty(key, NCRYPT_EXPORT_POLICY_PROPERTY, reinterpret_cast<PBYTE>(&policy), sizeof policy, 0);
  EXPECT_EQ(NCryptFinalizeKey(key, 0), ERROR_SUCCESS);
  NCryptFreeObject(provider);
  return key;
}

TEST(export_pfx, handles_keep_what_their_policy_keeps) {
  const auto bound_to = [](DWORD policy) {
    return leaf_with(CERT_NCRYPT_KEY_HANDLE_PROP_ID, reinterpret_cast<const void*>(imported_key(policy)));
  };
  EXPECT_TRUE(has_key(exported(bound_to(NCRYPT_ALLOW_EXPORT_FLAG).get(), L"x", strictly)));
  const store_owner kept = bound_to(0);
  EXPECT_EQ(exported(kept.get(), L"x", strictly), "");
  EXPECT_EQ(GetLastError(), code(NTE_PERM));
  EXPECT_FALSE(has_key(exported(kept.get(), L"x", EXPORT_PRIVATE_KEYS)));
}

TEST(pfx, is_recognized_and_its_password_verified) {
  const store_owner store = leaf_and_root();
  std::string file = exported(store.get(), L"right", EXPORT_PRIVATE_KEYS), other = "0\x82 nothing";
  CRYPT_DATA_BLOB blob = blob_in(file), nothing = blob_in(other);
  EXPECT_TRUE(PFXIsPFXBlob(&blob));
  EXPECT_FALSE(PFXIsPFXBlob(&nothing));
  EXPECT_FALSE(PFXIsPFXBlob(nullptr));
  EXPECT_TRUE(PFXVerifyPassword(&blob, L"right", 0));
  EXPECT_FALSE(PFXVerifyPassword(&blob, L"wrong", 0));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PASSWORD});
  EXPECT_FALSE(PFXVerifyPassword(&nothing, L"right", 0));
  EXPECT_EQ(GetLastError(), code(CRYPT_E_BAD_ENCODE));
}

// ---- CryptQueryObject ----

struct queried {
  BOOL found = FALSE;
  DWORD content = 0, format = 0;
  store_owner store;
  const void* context = nullptr;
};

queried query(std::string bytes, DWORD contents = CERT_QUERY_CONTENT_FLAG_ALL,
              DWORD formats = CERT_QUERY_FORMAT_FLAG_ALL) {
  queried out;
  const CRYPT_DATA_BLOB blob = blob_in(bytes);
  HCERTSTORE store = nullptr;
  out.found = CryptQueryObject(CERT_QUERY_OBJECT_BLOB, &blob, contents, formats, 0, nullptr, &out.content, &out.format,
                               &store, nullptr, &out.context);
  out.store.reset(store);
  return out;
}

TEST(query_object, certificates) {
  for (const std::string& bytes : {leaf().der(), leaf().pem() + root().pem()}) {
    const queried found = query(bytes);
    ASSERT_TRUE(found.found);
    const context_owner own(static_cast<PCCERT_CONTEXT>(found.context));
    EXPECT_EQ(found.content, DWORD{CERT_QUERY_CONTENT_CERT});
    EXPECT_EQ(der_of(own.get()), leaf().der());
    const bool text = bytes != leaf().der();
    EXPECT_EQ(found.format, text ? DWORD{CERT_QUERY_FORMAT_BASE64_ENCODED} : DWORD{CERT_QUERY_FORMAT_BINARY});
    EXPECT_EQ(all_of(found.store.get()).size(), text ? 2u : 1u);
  }
}

TEST(query_object, lists_stores_and_pfx) {
  const queried list = query(list_der());
  EXPECT_EQ(list.content, DWORD{CERT_QUERY_CONTENT_CRL});
  EXPECT_TRUE(CertFreeCRLContext(static_cast<PCCRL_CONTEXT>(list.context)));
  const store_owner store = leaf_and_root();
  EXPECT_EQ(query(saved(store.get(), CERT_STORE_SAVE_AS_PKCS7)).content, DWORD{CERT_QUERY_CONTENT_PKCS7_SIGNED});
  const queried serialized = query(saved(store.get(), CERT_STORE_SAVE_AS_STORE));
  EXPECT_EQ(serialized.content, DWORD{CERT_QUERY_CONTENT_SERIALIZED_STORE});
  EXPECT_EQ(all_of(serialized.store.get()), all_of(store.get()));
  const std::string pfx = exported(store.get(), L"", EXPORT_PRIVATE_KEYS);
  EXPECT_EQ(query(pfx).content, DWORD{CERT_QUERY_CONTENT_PFX});
  EXPECT_FALSE(query(pfx).store);
  EXPECT_TRUE(query(pfx, CERT_QUERY_CONTENT_FLAG_PFX_AND_LOAD).store);
}

TEST(query_object, only_what_was_expected) {
  EXPECT_FALSE(query(leaf().der(), CERT_QUERY_CONTENT_FLAG_CRL).found);
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NO_MATCH));
  EXPECT_FALSE(query(leaf().pem(), CERT_QUERY_CONTENT_FLAG_ALL, CERT_QUERY_FORMAT_FLAG_BINARY).found);
  EXPECT_FALSE(query(leaf().der(), CERT_QUERY_CONTENT_FLAG_ALL, CERT_QUERY_FORMAT_FLAG_BASE64_ENCODED).found);
  for (const char* const nothing : {"", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    EXPECT_FALSE(query(nothing).found);
}

TEST(query_object, files_and_refusals) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / ("asked." + std::to_string(::getpid()));
  std::ofstream(path) << leaf().pem();
  DWORD content = 0;
  const auto ask = [&](DWORD object, const wchar_t* what, DWORD flags) {
    return CryptQueryObject(object, what, CERT_QUERY_CONTENT_FLAG_ALL, CERT_QUERY_FORMAT_FLAG_ALL, flags, nullptr,
                            &content, nullptr, nullptr, nullptr, nullptr);
  };
  EXPECT_TRUE(ask(CERT_QUERY_OBJECT_FILE, path.wstring().c_str(), 0));
  EXPECT_EQ(content, DWORD{CERT_QUERY_CONTENT_CERT});
  std::filesystem::remove(path);
  EXPECT_FALSE(ask(CERT_QUERY_OBJECT_FILE, path.wstring().c_str(), 0));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
  EXPECT_FALSE(ask(3, L"", 0));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_FALSE(ask(CERT_QUERY_OBJECT_FILE, nullptr, 0));
  EXPECT_FALSE(ask(CERT_QUERY_OBJECT_FILE, L"x", 1));
}

// ---- CertStrToName ----

std::string name_of(const char* text, DWORD type = CERT_X500_NAME_STR, LPCSTR* wrong = nullptr) {
  DWORD size = 0;
  if (!CertStrToNameA(X509_ASN_ENCODING, text, type, nullptr, nullptr, &size, wrong)) return {};
  std::string der(size, '\0');
  return CertStrToNameA(X509_ASN_ENCODING, text, type, nullptr, reinterpret_cast<BYTE*>(der.data()), &size, wrong)
             ? der
             : std::string();
}

std::string text_of(std::string der) {
  CERT_NAME_BLOB name = blob_in(der);
  char text[256];
  CertNameToStrA(X509_ASN_ENCODING, &name, CERT_X500_NAME_STR, text, sizeof text);
  return text;
}

TEST(name_from_text, is_written_as_it_was_read) {
  for (const char* const text : {"CN=leaf.test", "C=DE, O=\"Example, Inc.\", CN=leaf", "CN=a + OU=b, O=c",
                                 "OID.1.2.3.4=x", "CN=\"a \"\"b\"\"\"", "E=a@b.test, CN=\xC3\xBC"})
    EXPECT_EQ(text_of(name_of(text)), text);
  EXPECT_EQ(name_of(""), std::string("\x30\x00", 2));
}

TEST(name_from_text, is_the_name_of_the_certificate) {
  const store_owner store = leaf_and_root();
  std::string der = name_of("cn = leaf.test");
  EXPECT_EQ(der, std::string("\x30\x14\x31\x12\x30\x10\x06\x03\x55\x04\x03\x13\x09leaf.test", 22));
  EXPECT_EQ(text_of(name_of("O=a;CN=b\n", CERT_X500_NAME_STR | 0x40000000)), "O=a, CN=b");
  EXPECT_EQ(text_of(name_of("O=a, CN=b", CERT_X500_NAME_STR | CERT_NAME_STR_REVERSE_FLAG)), "CN=b, O=a");
  EXPECT_EQ(text_of(name_of("O=a, CN=b + OU=c", CERT_X500_NAME_STR | CERT_NAME_STR_REVERSE_FLAG)), "CN=b + OU=c, O=a");
}

TEST(name_from_text, refusals) {
  for (const char* const text : {"CN", "=x", "CN=\"open", "CN=a\"b", "Nobody=x", "CN=a, O", "CN=a +", "1..2=x"}) {
    SetLastError(0);
    EXPECT_EQ(name_of(text), "") << text;
    EXPECT_EQ(GetLastError(), code(CRYPT_E_INVALID_X500_STRING)) << text;
  }
  LPCSTR wrong = nullptr;
  const char* const text = "CN=a, Nobody=x";
  EXPECT_EQ(name_of(text, CERT_X500_NAME_STR, &wrong), "");
  EXPECT_EQ(wrong, text + 6);
  EXPECT_EQ(name_of("CN=a", 9), "");
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

// ---- looking for ----

TEST(find_chain, by_issuer) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  CERT_CHAIN_FIND_BY_ISSUER_PARA wanted{};
  wanted.cbSize = sizeof wanted;
  wanted.pszUsageIdentifier = szOID_PKIX_KP_SERVER_AUTH;
  wanted.cIssuer = 1;
  wanted.rgIssuer = &own->pCertInfo->Issuer;
  const auto next = [&](PCCERT_CHAIN_CONTEXT previous) {
    return CertFindChainInStore(store.get(), X509_ASN_ENCODING, 0, CERT_CHAIN_FIND_BY_ISSUER, &wanted, previous);
  };
  PCCERT_CHAIN_CONTEXT const chain = next(nullptr);
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->rgpChain[0]->rgpElement[0]->pCertContext, own.get());
  EXPECT_EQ(chain->rgpChain[0]->cElement, 2u);
  EXPECT_EQ(next(chain), nullptr);
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
  wanted.pszUsageIdentifier = szOID_PKIX_KP_CLIENT_AUTH;
  EXPECT_EQ(next(nullptr), nullptr);
  wanted.cbSize = 4;
  EXPECT_EQ(next(nullptr), nullptr);
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

TEST(find_certificate, by_properties_and_relations) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  const auto is_own = [&](DWORD type, const void* parameter) { return find(store.get(), type, parameter) == own; };
  BYTE md5[16], hash[20];
  DWORD size = sizeof md5;
  ASSERT_TRUE(CertGetCertificateContextProperty(own.get(), CERT_MD5_HASH_PROP_ID, md5, &size));
  const CRYPT_HASH_BLOB md5_blob{size, md5};
  EXPECT_TRUE(is_own(CERT_FIND_MD5_HASH, &md5_blob));
  size = sizeof hash;
  ASSERT_TRUE(CertGetCertificateContextProperty(own.get(), CERT_SHA1_HASH_PROP_ID, hash, &size));
  std::wstring text;
  for (const BYTE one : hash) text += std::wstring(1, L"0123456789ABCDEF"[one >> 4]) + L"0123456789abcdef"[one & 15];
  EXPECT_TRUE(is_own(CERT_FIND_HASH_STR, text.c_str()));
  EXPECT_TRUE(is_own(CERT_FIND_PUBLIC_KEY, &own->pCertInfo->SubjectPublicKeyInfo));
  const DWORD id = CERT_KEY_SPEC_PROP_ID, spec = CERT_NCRYPT_KEY_SPEC;
  EXPECT_TRUE(is_own(CERT_FIND_PROPERTY, &id));
  EXPECT_TRUE(is_own(CERT_FIND_KEY_SPEC, &spec));
  EXPECT_FALSE(find(store.get(), CERT_FIND_KEY_SPEC, &id));
  const context_owner issuer = find(store.get(), CERT_FIND_ISSUER_OF, own.get());
  ASSERT_TRUE(issuer);
  EXPECT_EQ(der_of(issuer.get()), root().der());
  EXPECT_FALSE(find(store.get(), CERT_FIND_HASH_STR, L"nonsense"));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

TEST(find_certificate, by_purpose) {
  const store_owner store = leaf_and_root();
  LPSTR purposes[] = {const_cast<LPSTR>(szOID_PKIX_KP_CLIENT_AUTH), const_cast<LPSTR>(szOID_PKIX_KP_SERVER_AUTH)};
  const CERT_ENHKEY_USAGE both{2, purposes}, server{1, purposes + 1};
  const auto found = [&](DWORD flags, const CERT_ENHKEY_USAGE* usage) {
    const context_owner one(
        CertFindCertificateInStore(store.get(), X509_ASN_ENCODING, flags, CERT_FIND_ENHKEY_USAGE, usage, nullptr));
    return one ? der_of(one.get()) : std::string();
  };
  EXPECT_EQ(found(0, &server), leaf().der());
  EXPECT_EQ(found(0, &both), "");
  EXPECT_EQ(found(CERT_FIND_OR_ENHKEY_USAGE_FLAG, &both), leaf().der());
  EXPECT_EQ(found(CERT_FIND_OPTIONAL_ENHKEY_USAGE_FLAG, &both), root().der());
  EXPECT_EQ(found(CERT_FIND_NO_ENHKEY_USAGE_FLAG, nullptr), root().der());
  EXPECT_EQ(found(0, nullptr), leaf().der());
  EXPECT_EQ(found(0x8000, &server), "");
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

TEST(issuer_from_store, with_checks) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  DWORD flags = CERT_STORE_SIGNATURE_FLAG | CERT_STORE_TIME_VALIDITY_FLAG;
  const context_owner issuer(CertGetIssuerCertificateFromStore(store.get(), own.get(), nullptr, &flags));
  ASSERT_TRUE(issuer);
  EXPECT_EQ(der_of(issuer.get()), root().der());
  EXPECT_EQ(flags, 0u);
  EXPECT_EQ(CertGetIssuerCertificateFromStore(store.get(), issuer.get(), nullptr, &flags), nullptr);
  EXPECT_EQ(GetLastError(), code(CRYPT_E_SELF_SIGNED));
  flags = 0x1000;
  EXPECT_EQ(CertGetIssuerCertificateFromStore(store.get(), own.get(), nullptr, &flags), nullptr);
  const context_owner same(CertGetSubjectCertificateFromStore(store.get(), X509_ASN_ENCODING, own->pCertInfo));
  EXPECT_EQ(same, own);
}

// ---- usages and hashes ----

TEST(usages, of_extension_and_property) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  DWORD size = 0;
  ASSERT_TRUE(CertGetEnhancedKeyUsage(own.get(), 0, nullptr, &size));
  std::vector<std::max_align_t> room(size / sizeof(std::max_align_t) + 1);
  auto* const usage = reinterpret_cast<PCERT_ENHKEY_USAGE>(room.data());
  ASSERT_TRUE(CertGetEnhancedKeyUsage(own.get(), CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG, usage, &size));
  ASSERT_EQ(usage->cUsageIdentifier, 1u);
  EXPECT_STREQ(usage->rgpszUsageIdentifier[0], szOID_PKIX_KP_SERVER_AUTH);
  EXPECT_FALSE(CertGetEnhancedKeyUsage(own.get(), CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG, usage, &size));
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
  const context_owner issuer = find(store.get(), CERT_FIND_ISSUER_OF, own.get());
  ASSERT_TRUE(CertGetEnhancedKeyUsage(issuer.get(), 0, usage, &size));
  EXPECT_EQ(usage->cUsageIdentifier, 0u);
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
  size = 1;
  EXPECT_FALSE(CertGetEnhancedKeyUsage(own.get(), 0, usage, &size));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_MORE_DATA});
}

TEST(hash_certificate, algorithms) {
  const std::string text = "abc";
  const auto* const bytes = reinterpret_cast<const BYTE*>(text.data());
  BYTE hash[64], by_name[64];
  DWORD size = sizeof hash, named = sizeof by_name;
  ASSERT_TRUE(CryptHashCertificate(0, 0, 0, bytes, 3, hash, &size));
  EXPECT_EQ(size, 20u);
  EXPECT_EQ(hash[0], 0xA9);
  ASSERT_TRUE(CryptHashCertificate2(L"SHA1", 0, nullptr, bytes, 3, by_name, &named));
  EXPECT_TRUE(std::equal(hash, hash + 20, by_name));
  EXPECT_TRUE(CryptHashCertificate(0, CALG_SHA_512, 0, bytes, 3, nullptr, &size));
  EXPECT_EQ(size, 64u);
  size = 19;
  EXPECT_FALSE(CryptHashCertificate(0, CALG_SHA1, 0, bytes, 3, hash, &size));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_MORE_DATA});
  EXPECT_FALSE(CryptHashCertificate(0, CALG_RC4, 0, bytes, 3, hash, &size));
  EXPECT_EQ(GetLastError(), code(NTE_BAD_ALGID));
  EXPECT_FALSE(CryptHashCertificate2(nullptr, 0, nullptr, bytes, 3, hash, &size));
}

}  // namespace
}  // namespace schannix::cert

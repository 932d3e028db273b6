// Stores that are opened, changed and joined, and contexts that stand alone.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "cert/context.hpp"
#include "fixture.hpp"

namespace schannix::cert {
namespace {

store_owner memory(DWORD flags = 0) { return store_owner(CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, flags, nullptr)); }

context_owner made(const test::pki::issued& from) {
  const std::string der = from.der();
  return context_owner(CertCreateCertificateContext(X509_ASN_ENCODING, reinterpret_cast<const BYTE*>(der.data()),
                                                    static_cast<DWORD>(der.size())));
}

BOOL add(HCERTSTORE to, const test::pki::issued& what, DWORD how = CERT_STORE_ADD_NEW) {
  return CertAddCertificateContextToStore(to, made(what).get(), how, nullptr);
}

DWORD refusal(LPCSTR provider, DWORD flags, const void* parameter) {
  SetLastError(0);
  return store_owner(CertOpenStore(provider, 0, 0, flags, parameter)) ? 0 : GetLastError();
}

TEST(create_context, stands_alone) {
  const context_owner one = made(leaf());
  ASSERT_TRUE(one);
  EXPECT_EQ(der_of(one.get()), leaf().der());
  EXPECT_EQ(one->hCertStore, nullptr);
  EXPECT_TRUE(told_of(one.get()).companions.empty());
}

TEST(create_context, refusals) {
  const std::string der = leaf().der() + "x";
  const auto* const bytes = reinterpret_cast<const BYTE*>(der.data());
  for (const DWORD size : {static_cast<DWORD>(der.size()), static_cast<DWORD>(der.size() - 2), DWORD{0}}) {
    EXPECT_EQ(CertCreateCertificateContext(X509_ASN_ENCODING, bytes, size), nullptr);
    EXPECT_EQ(GetLastError(), code(CRYPT_E_ASN1_BADTAG));
  }
  EXPECT_EQ(CertCreateCertificateContext(X509_ASN_ENCODING, nullptr, 1), nullptr);
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_EQ(CertCreateCertificateContext(PKCS_7_ASN_ENCODING, bytes, 1), nullptr);
}

TEST(memory_store, dispositions) {
  const store_owner store = memory();
  EXPECT_TRUE(add(store.get(), leaf()));
  for (const DWORD how :
       std::vector<DWORD>{CERT_STORE_ADD_NEW, CERT_STORE_ADD_NEWER, CERT_STORE_ADD_NEWER_INHERIT_PROPERTIES}) {
    EXPECT_FALSE(add(store.get(), leaf(), how));
    EXPECT_EQ(GetLastError(), code(CRYPT_E_EXISTS));
  }
  for (const DWORD how : std::vector<DWORD>{CERT_STORE_ADD_USE_EXISTING, CERT_STORE_ADD_REPLACE_EXISTING,
                                            CERT_STORE_ADD_REPLACE_EXISTING_INHERIT_PROPERTIES})
    EXPECT_TRUE(add(store.get(), leaf(), how));
  EXPECT_EQ(all_of(store.get()).size(), 1u);
  EXPECT_TRUE(add(store.get(), leaf(), CERT_STORE_ADD_ALWAYS));
  EXPECT_EQ(all_of(store.get()).size(), 2u);
  for (const DWORD how : {0u, 8u}) {
    EXPECT_FALSE(add(store.get(), leaf(), how));
    EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  }
}

TEST(memory_store, what_was_added_is_a_copy_in_the_store) {
  const store_owner store = memory(), from = leaf_and_root();
  const context_owner own = find(from.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  PCCERT_CONTEXT there = nullptr;
  ASSERT_TRUE(CertAddCertificateContextToStore(store.get(), own.get(), CERT_STORE_ADD_NEW, &there));
  const context_owner added(there);
  EXPECT_NE(added.get(), own.get());
  EXPECT_EQ(added->hCertStore, store.get());
  EXPECT_TRUE(told_of(added.get()).key);
}

TEST(memory_store, without_a_store_it_is_a_duplicate) {
  const context_owner own = made(leaf());
  PCCERT_CONTEXT out = nullptr;
  ASSERT_TRUE(CertAddCertificateContextToStore(nullptr, own.get(), CERT_STORE_ADD_NEW, &out));
  EXPECT_EQ(context_owner(out).get(), own.get());
}

TEST(memory_store, goes_on_behind_what_was_deleted) {
  const store_owner store = memory();
  const auto third = test::pki::issue({.common_name = "third"});
  add(store.get(), leaf());
  add(store.get(), root());
  add(store.get(), third);
  context_owner at(CertEnumCertificatesInStore(store.get(), nullptr));
  EXPECT_TRUE(CertDeleteCertificateFromStore(CertDuplicateCertificateContext(at.get())));
  EXPECT_TRUE(CertDeleteCertificateFromStore(CertDuplicateCertificateContext(at.get())));  // once more: no mistake
  EXPECT_EQ(der_of(at.get()), leaf().der());                                               // still to be read
  at.reset(CertEnumCertificatesInStore(store.get(), at.release()));
  EXPECT_EQ(der_of(at.get()), root().der());
  EXPECT_EQ(all_of(store.get()), (std::vector<std::string>{root().der(), third.der()}));
}

TEST(memory_store, encoded_certificates) {
  const store_owner store = memory();
  std::string der = leaf().der();
  const auto* const bytes = reinterpret_cast<const BYTE*>(der.data());
  const auto size = static_cast<DWORD>(der.size());
  EXPECT_TRUE(
      CertAddEncodedCertificateToStore(store.get(), X509_ASN_ENCODING, bytes, size, CERT_STORE_ADD_NEW, nullptr));
  const auto other = made(root());
  PCCERT_CONTEXT out = other.get();
  EXPECT_FALSE(
      CertAddEncodedCertificateToStore(store.get(), X509_ASN_ENCODING, bytes, size - 1, CERT_STORE_ADD_NEW, &out));
  EXPECT_EQ(GetLastError(), code(CRYPT_E_ASN1_BADTAG));
  EXPECT_EQ(out, nullptr);
  EXPECT_EQ(all_of(store.get()).size(), 1u);
}

TEST(memory_store, read_only) {
  const store_owner store = memory(CERT_STORE_READONLY_FLAG);
  EXPECT_FALSE(add(store.get(), leaf()));
  EXPECT_EQ(GetLastError(), code(E_ACCESSDENIED));
  EXPECT_TRUE(all_of(store.get()).empty());
}

TEST(memory_store, duplicates_are_closed_each) {
  store_owner one = memory();
  add(one.get(), leaf());
  const store_owner other(CertDuplicateStore(one.get()));
  EXPECT_EQ(other.get(), one.get());
  EXPECT_TRUE(CertCloseStore(one.release(), CERT_CLOSE_STORE_FORCE_FLAG));
  EXPECT_EQ(all_of(other.get()).size(), 1u);
  EXPECT_EQ(CertDuplicateStore(nullptr), nullptr);
}

TEST(collection, shows_members_by_priority) {
  const store_owner all(CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, 0, nullptr));
  store_owner low = memory(), high = memory();
  add(low.get(), leaf());
  add(high.get(), root());
  ASSERT_TRUE(CertAddStoreToCollection(all.get(), low.get(), CERT_PHYSICAL_STORE_ADD_ENABLE_FLAG, 1));
  ASSERT_TRUE(CertAddStoreToCollection(all.get(), high.get(), 0, 2));
  EXPECT_EQ(all_of(all.get()), (std::vector<std::string>{root().der(), leaf().der()}));
  const context_owner first = find(all.get(), CERT_FIND_ANY, nullptr);
  EXPECT_EQ(first->hCertStore, all.get());
  EXPECT_TRUE(CertDeleteCertificateFromStore(CertDuplicateCertificateContext(first.get())));
  EXPECT_TRUE(all_of(high.get()).empty());
  EXPECT_TRUE(add(all.get(), root()));
  EXPECT_EQ(all_of(low.get()).size(), 2u);
  low.reset();  // the collection keeps it
  EXPECT_EQ(all_of(all.get()).size(), 2u);
}

TEST(collection, members_leave) {
  const store_owner all(CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, 0, nullptr));
  const store_owner member = memory();
  add(member.get(), leaf());
  CertAddStoreToCollection(all.get(), member.get(), 0, 0);
  EXPECT_FALSE(add(all.get(), root()));
  EXPECT_EQ(GetLastError(), code(E_ACCESSDENIED));
  context_owner at = find(all.get(), CERT_FIND_ANY, nullptr);
  CertRemoveStoreFromCollection(all.get(), member.get());
  CertRemoveStoreFromCollection(all.get(), member.get());
  EXPECT_TRUE(all_of(all.get()).empty());
  EXPECT_FALSE(find(all.get(), CERT_FIND_ANY, nullptr, at.release()));
}

TEST(collection, a_member_that_joins_again_is_one_member) {
  const store_owner all(CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, 0, nullptr));
  store_owner one = memory(), other = memory();
  add(one.get(), leaf());
  add(other.get(), root());
  CertAddStoreToCollection(all.get(), one.get(), 0, 2);
  CertAddStoreToCollection(all.get(), other.get(), 0, 1);
  ASSERT_TRUE(CertAddStoreToCollection(all.get(), one.get(), CERT_PHYSICAL_STORE_ADD_ENABLE_FLAG, 0));
  std::vector<std::string> seen;
  context_owner at = find(all.get(), CERT_FIND_ANY, nullptr);
  for (; at && seen.size() < 9; at = find(all.get(), CERT_FIND_ANY, nullptr, at.release()))
    seen.push_back(der_of(at.get()));
  EXPECT_EQ(seen, (std::vector<std::string>{root().der(), leaf().der()}));
  at.reset();
  const auto third = test::pki::issue({.common_name = "third"});
  EXPECT_TRUE(add(all.get(), third));
  CertRemoveStoreFromCollection(all.get(), one.get());
  EXPECT_EQ(all_of(all.get()), (std::vector<std::string>{root().der()}));
  EXPECT_TRUE(CertCloseStore(one.release(), CERT_CLOSE_STORE_CHECK_FLAG));
}

TEST(collection, refusals) {
  const store_owner all(CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, 0, nullptr)), one = memory();
  EXPECT_FALSE(CertAddStoreToCollection(all.get(), all.get(), 0, 0));
  EXPECT_FALSE(CertAddStoreToCollection(one.get(), one.get(), 0, 0));
  EXPECT_FALSE(CertAddStoreToCollection(all.get(), one.get(), 2, 0));
  EXPECT_FALSE(CertAddStoreToCollection(all.get(), nullptr, 0, 0));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

TEST(open_store, refusals) {
  EXPECT_EQ(refusal(CERT_STORE_PROV_REG, 0, "x"), static_cast<DWORD>(ERROR_FILE_NOT_FOUND));
  EXPECT_EQ(refusal("nothing that is known", 0, "x"), static_cast<DWORD>(ERROR_FILE_NOT_FOUND));
  EXPECT_EQ(refusal(CERT_STORE_PROV_MEMORY, 0x00000100, nullptr), code(E_INVALIDARG));
  EXPECT_EQ(refusal(CERT_STORE_PROV_MEMORY, CERT_STORE_DELETE_FLAG, nullptr), code(E_ACCESSDENIED));
  EXPECT_EQ(refusal(CERT_STORE_PROV_PKCS7, 0, nullptr), code(E_INVALIDARG));
  BYTE junk[] = {0x30, 0x03, 0x02, 0x01, 0x00};
  const CRYPT_DATA_BLOB blob{sizeof junk, junk};
  for (const LPCSTR provider : {CERT_STORE_PROV_PKCS7, CERT_STORE_PROV_SERIALIZED, CERT_STORE_PROV_PKCS12})
    EXPECT_EQ(refusal(provider, 0, &blob), code(CRYPT_E_BAD_ENCODE));
}

TEST(open_store, files) {
  const auto path = std::filesystem::temp_directory_path() / ("schannix-store-" + std::to_string(::getpid()));
  std::ofstream(path) << leaf().pem() << root().pem();
  const store_owner store(CertOpenStore(CERT_STORE_PROV_FILENAME_A, 0, 0, CERT_STORE_OPEN_EXISTING_FLAG, path.c_str()));
  ASSERT_TRUE(store);
  EXPECT_EQ(all_of(store.get()), (std::vector<std::string>{leaf().der(), root().der()}));
  std::ofstream(path) << "nothing of the kind";
  EXPECT_EQ(refusal(CERT_STORE_PROV_FILENAME_W, 0, path.wstring().c_str()), code(CRYPT_E_BAD_ENCODE));
  std::filesystem::remove(path);
  EXPECT_EQ(refusal(CERT_STORE_PROV_FILENAME_A, CERT_STORE_OPEN_EXISTING_FLAG, path.c_str()),
            static_cast<DWORD>(ERROR_FILE_NOT_FOUND));
  EXPECT_EQ(refusal(CERT_STORE_PROV_FILENAME_A, 0, path.c_str()), code(E_ACCESSDENIED));
  EXPECT_EQ(refusal(CERT_STORE_PROV_FILENAME_A, 0, "/dev/zero"), code(CRYPT_E_BAD_ENCODE));
}

TEST(system_store, names_and_locations) {
  for (const wchar_t* name : {L"ROOT", L"my", L"CA", L"Disallowed"}) {
    const store_owner store(CertOpenSystemStoreW(0, name));
    ASSERT_TRUE(store);
    EXPECT_FALSE(add(store.get(), leaf()));
    EXPECT_EQ(GetLastError(), code(E_ACCESSDENIED));
  }
  for (const wchar_t* name : {L"../../etc", L"a\\b", L"", L"/ROOT"})
    EXPECT_EQ(refusal(CERT_STORE_PROV_SYSTEM, CERT_SYSTEM_STORE_CURRENT_USER, name), code(E_INVALIDARG));
  EXPECT_EQ(refusal(CERT_STORE_PROV_SYSTEM, 0, L"ROOT"), code(E_INVALIDARG));
  EXPECT_EQ(refusal(CERT_STORE_PROV_SYSTEM_A, CERT_SYSTEM_STORE_CURRENT_USER | CERT_STORE_OPEN_EXISTING_FLAG, "mine"),
            static_cast<DWORD>(ERROR_FILE_NOT_FOUND));
  EXPECT_EQ(refusal(CERT_STORE_PROV_SYSTEM_A, CERT_SYSTEM_STORE_CURRENT_USER, "mine"), code(E_ACCESSDENIED));
  EXPECT_EQ(CertOpenSystemStoreA(0, nullptr), nullptr);
}

// ---- properties ----

std::vector<BYTE> property(PCCERT_CONTEXT of, DWORD id) {
  DWORD size = 0;
  if (!CertGetCertificateContextProperty(of, id, nullptr, &size)) return {};
  std::vector<BYTE> out(size);
  EXPECT_TRUE(CertGetCertificateContextProperty(of, id, out.data(), &size));
  return out;
}

TEST(property, computed) {
  const context_owner own = made(leaf());
  EXPECT_EQ(property(own.get(), CERT_SHA1_HASH_PROP_ID).size(), 20u);
  EXPECT_EQ(property(own.get(), CERT_SHA256_HASH_PROP_ID).size(), 32u);
  const auto bits = property(own.get(), CERT_SUBJECT_PUB_KEY_BIT_LENGTH_PROP_ID);
  ASSERT_EQ(bits.size(), sizeof(DWORD));
  EXPECT_EQ(bits[0], 0u);
  EXPECT_EQ(bits[1], 1u);  // 256
  std::vector<BYTE> hash = property(own.get(), CERT_SHA1_HASH_PROP_ID);
  CRYPT_HASH_BLOB wanted{static_cast<DWORD>(hash.size()), hash.data()};
  const store_owner store = leaf_and_root();
  EXPECT_EQ(der_of(find(store.get(), CERT_FIND_SHA1_HASH, &wanted).get()), leaf().der());
  EXPECT_FALSE(CertSetCertificateContextProperty(own.get(), CERT_SHA1_HASH_PROP_ID, 0, &wanted));
}

TEST(property, set_and_deleted) {
  const context_owner own = made(leaf());
  std::wstring name = L"mine";
  const CRYPT_DATA_BLOB blob{static_cast<DWORD>((name.size() + 1) * sizeof(wchar_t)),
                             reinterpret_cast<BYTE*>(name.data())};
  ASSERT_TRUE(CertSetCertificateContextProperty(own.get(), CERT_FRIENDLY_NAME_PROP_ID, 0, &blob));
  EXPECT_EQ(property(own.get(), CERT_FRIENDLY_NAME_PROP_ID).size(), blob.cbData);
  char text[16];
  EXPECT_EQ(CertGetNameStringA(own.get(), CERT_NAME_FRIENDLY_DISPLAY_TYPE, 0, nullptr, text, sizeof text), 5u);
  EXPECT_STREQ(text, "mine");
  ASSERT_TRUE(CertSetCertificateContextProperty(own.get(), CERT_FRIENDLY_NAME_PROP_ID, 0, nullptr));
  DWORD size = 0;
  EXPECT_FALSE(CertGetCertificateContextProperty(own.get(), CERT_FRIENDLY_NAME_PROP_ID, nullptr, &size));
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
}

TEST(property, of_the_key) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  const std::vector<BYTE> bytes = property(own.get(), CERT_KEY_PROV_INFO_PROP_ID);
  ASSERT_GT(bytes.size(), sizeof(CRYPT_KEY_PROV_INFO));
  DWORD size = 8;
  BYTE room[8];
  EXPECT_FALSE(CertGetCertificateContextProperty(own.get(), CERT_KEY_PROV_INFO_PROP_ID, room, &size));
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_MORE_DATA));
  EXPECT_EQ(size, bytes.size());
  const CRYPT_KEY_PROV_INFO nowhere{};
  EXPECT_FALSE(CertSetCertificateContextProperty(own.get(), CERT_KEY_PROV_INFO_PROP_ID, 0, &nowhere));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_TRUE(CertSetCertificateContextProperty(own.get(), CERT_KEY_PROV_INFO_PROP_ID, 0, nullptr));
  EXPECT_FALSE(find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr));
}

TEST(property, enumeration_rises_and_ends) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  std::vector<DWORD> ids;
  for (DWORD id = 0; (id = CertEnumCertificateContextProperties(own.get(), id)) != 0;) ids.push_back(id);
  EXPECT_TRUE(std::ranges::is_sorted(ids));
  EXPECT_NE(std::ranges::find(ids, DWORD{CERT_KEY_PROV_INFO_PROP_ID}), ids.end());
  EXPECT_NE(std::ranges::find(ids, DWORD{CERT_SHA1_HASH_PROP_ID}), ids.end());
}

TEST(property, refusals) {
  const context_owner own = made(leaf());
  DWORD size = 0;
  for (const DWORD id : {DWORD{0}, DWORD{0x10000}}) {
    EXPECT_FALSE(CertGetCertificateContextProperty(own.get(), id, nullptr, &size));
    EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
    EXPECT_FALSE(CertSetCertificateContextProperty(own.get(), id, 0, nullptr));
  }
  EXPECT_FALSE(CertGetCertificateContextProperty(nullptr, CERT_SHA1_HASH_PROP_ID, nullptr, &size));
  EXPECT_FALSE(CertGetCertificateContextProperty(own.get(), CERT_SHA1_HASH_PROP_ID, nullptr, nullptr));
  EXPECT_FALSE(CertSetCertificateContextProperty(own.get(), CERT_DESCRIPTION_PROP_ID, 4, nullptr));
}

TEST(fields, extensions_and_comparing) {
  const context_owner own = made(leaf()), other = made(root());
  CERT_INFO& fields = *own->pCertInfo;
  EXPECT_TRUE(CertFindExtension(szOID_SUBJECT_ALT_NAME2, fields.cExtension, fields.rgExtension));
  EXPECT_FALSE(CertFindExtension("1.2.3", fields.cExtension, fields.rgExtension));
  EXPECT_FALSE(CertFindExtension(nullptr, fields.cExtension, fields.rgExtension));
  EXPECT_TRUE(CertCompareCertificate(X509_ASN_ENCODING, own->pCertInfo, made(leaf())->pCertInfo));
  EXPECT_FALSE(CertCompareCertificate(X509_ASN_ENCODING, own->pCertInfo, other->pCertInfo));
  EXPECT_TRUE(CertCompareCertificateName(X509_ASN_ENCODING, &fields.Issuer, &other->pCertInfo->Subject));
  EXPECT_FALSE(CertCompareCertificateName(X509_ASN_ENCODING, &fields.Issuer, nullptr));
}

TEST(fields, time_validity) {
  const context_owner own = made(leaf());
  EXPECT_EQ(CertVerifyTimeValidity(nullptr, own->pCertInfo), 0);
  FILETIME early{}, late{0, 0x7FFFFFFF};
  EXPECT_EQ(CertVerifyTimeValidity(&early, own->pCertInfo), -1);
  EXPECT_EQ(CertVerifyTimeValidity(&late, own->pCertInfo), 1);
}

TEST(name_to_str, styles_and_refusals) {
  const context_owner own = made(root());
  char text[64];
  EXPECT_EQ(CertNameToStrA(X509_ASN_ENCODING, &own->pCertInfo->Subject, CERT_X500_NAME_STR, text, sizeof text), 24u);
  EXPECT_STREQ(text, "O=Example, CN=Test Root");
  CertNameToStrA(X509_ASN_ENCODING, &own->pCertInfo->Subject, CERT_SIMPLE_NAME_STR | CERT_NAME_STR_REVERSE_FLAG, text,
                 sizeof text);
  EXPECT_STREQ(text, "Test Root, Example");
  EXPECT_EQ(CertNameToStrW(X509_ASN_ENCODING, &own->pCertInfo->Subject, CERT_X500_NAME_STR, nullptr, 0), 24u);
  EXPECT_EQ(CertNameToStrA(X509_ASN_ENCODING, &own->pCertInfo->Subject, 9, text, sizeof text), 1u);
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  BYTE junk[] = {0x02, 0x01, 0x00};
  CERT_NAME_BLOB bad{sizeof junk, junk};
  EXPECT_EQ(CertNameToStrA(X509_ASN_ENCODING, &bad, CERT_X500_NAME_STR, text, sizeof text), 1u);
  EXPECT_EQ(GetLastError(), code(CRYPT_E_ASN1_BADTAG));
}

}  // namespace
}  // namespace schannix::cert

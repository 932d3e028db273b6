// Revocation lists as contexts, and in stores.
#include "fixture.hpp"

namespace schannix::cert {
namespace {

struct free_list {
  void operator()(PCCRL_CONTEXT list) const { CertFreeCRLContext(list); }
};
using list_owner = std::unique_ptr<const CRL_CONTEXT, free_list>;

list_owner made(const std::string& der) {
  return list_owner(CertCreateCRLContext(X509_ASN_ENCODING, reinterpret_cast<const BYTE*>(der.data()),
                                         static_cast<DWORD>(der.size())));
}
list_owner roots_list() { return made(test::pki::revocation_list(root(), {.revoked = {leaf()}})); }
store_owner memory(DWORD flags = 0) { return store_owner(CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, flags, nullptr)); }

std::size_t count(HCERTSTORE in) {
  std::size_t found = 0;
  for (PCCRL_CONTEXT one = nullptr; (one = CertEnumCRLsInStore(in, one)) != nullptr;) ++found;
  return found;
}
list_owner find_list(HCERTSTORE in, DWORD type, const void* parameter, DWORD flags = 0) {
  return list_owner(CertFindCRLInStore(in, X509_ASN_ENCODING, flags, type, parameter, nullptr));
}

TEST(revocation_list_context, shows_what_the_list_says) {
  const list_owner list = roots_list();
  ASSERT_TRUE(list);
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  EXPECT_TRUE(CertCompareCertificateName(0, &list->pCrlInfo->Issuer, &own->pCertInfo->Issuer));
  ASSERT_EQ(list->pCrlInfo->cCRLEntry, 1u);
  EXPECT_TRUE(CertCompareIntegerBlob(&list->pCrlInfo->rgCRLEntry[0].SerialNumber, &own->pCertInfo->SerialNumber));
  EXPECT_EQ(CertVerifyCRLTimeValidity(nullptr, list->pCrlInfo), 0);
  PCRL_ENTRY entry = nullptr;
  EXPECT_TRUE(CertFindCertificateInCRL(own.get(), list.get(), 0, nullptr, &entry));
  EXPECT_EQ(entry, list->pCrlInfo->rgCRLEntry);
  EXPECT_STREQ(list->pCrlInfo->SignatureAlgorithm.pszObjId, szOID_ECDSA_SHA256);
}

TEST(revocation_list_context, one_that_is_not_there_is_not_found) {
  const list_owner empty = made(test::pki::revocation_list(root()));
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  PCRL_ENTRY entry = empty->pCrlInfo->rgCRLEntry;
  EXPECT_TRUE(CertFindCertificateInCRL(own.get(), empty.get(), 0, nullptr, &entry));
  EXPECT_EQ(entry, nullptr);
  EXPECT_FALSE(CertFindCertificateInCRL(nullptr, empty.get(), 0, nullptr, &entry));
}

TEST(revocation_list_context, times) {
  const list_owner stale = made(test::pki::revocation_list(root(), {.from_hours = -48, .to_hours = -24}));
  EXPECT_EQ(CertVerifyCRLTimeValidity(nullptr, stale->pCrlInfo), 1);
  FILETIME long_ago{0, 1};
  EXPECT_EQ(CertVerifyCRLTimeValidity(&long_ago, stale->pCrlInfo), -1);
}

TEST(revocation_list_context, refusals) {
  const std::string der = test::pki::revocation_list(root());
  for (const std::string& bad : {der + "x", der.substr(0, der.size() - 1), leaf().der(), std::string()}) {
    SetLastError(0);
    EXPECT_FALSE(made(bad));
    EXPECT_EQ(GetLastError(), code(CRYPT_E_ASN1_BADTAG));
  }
  EXPECT_EQ(CertCreateCRLContext(X509_ASN_ENCODING, nullptr, 1), nullptr);
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_TRUE(CertFreeCRLContext(nullptr));
  EXPECT_TRUE(CertDeleteCRLFromStore(nullptr));
}

TEST(revocation_lists_in_stores, dispositions) {
  const store_owner store = memory();
  const list_owner old = made(test::pki::revocation_list(root(), {.from_hours = -3}));
  const list_owner later = roots_list();
  EXPECT_TRUE(CertAddCRLContextToStore(store.get(), old.get(), CERT_STORE_ADD_NEW, nullptr));
  EXPECT_FALSE(CertAddCRLContextToStore(store.get(), later.get(), CERT_STORE_ADD_NEW, nullptr));
  EXPECT_EQ(GetLastError(), code(CRYPT_E_EXISTS));
  EXPECT_TRUE(CertAddCRLContextToStore(store.get(), later.get(), CERT_STORE_ADD_NEWER, nullptr));
  EXPECT_FALSE(CertAddCRLContextToStore(store.get(), old.get(), CERT_STORE_ADD_NEWER, nullptr));
  EXPECT_EQ(count(store.get()), 1u);
  EXPECT_EQ(find_list(store.get(), CRL_FIND_ANY, nullptr)->pCrlInfo->cCRLEntry, 1u);
  EXPECT_TRUE(CertAddCRLContextToStore(store.get(), old.get(), CERT_STORE_ADD_ALWAYS, nullptr));
  EXPECT_EQ(count(store.get()), 2u);
  EXPECT_FALSE(CertAddCRLContextToStore(store.get(), old.get(), 8, nullptr));
}

TEST(revocation_lists_in_stores, encoded_ones_and_deletion) {
  const store_owner store = memory();
  const std::string der = test::pki::revocation_list(root());
  const auto* const bytes = reinterpret_cast<const BYTE*>(der.data());
  const auto size = static_cast<DWORD>(der.size());
  PCCRL_CONTEXT there = nullptr;
  ASSERT_TRUE(CertAddEncodedCRLToStore(store.get(), X509_ASN_ENCODING, bytes, size, CERT_STORE_ADD_NEW, &there));
  EXPECT_EQ(there->hCertStore, store.get());
  EXPECT_FALSE(
      CertAddEncodedCRLToStore(store.get(), X509_ASN_ENCODING, bytes, size - 1, CERT_STORE_ADD_ALWAYS, nullptr));
  EXPECT_EQ(GetLastError(), code(CRYPT_E_ASN1_BADTAG));
  EXPECT_TRUE(CertDeleteCRLFromStore(there));
  EXPECT_EQ(count(store.get()), 0u);
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
}

TEST(revocation_lists_in_stores, a_context_outlives_its_store) {
  store_owner store = memory();
  const list_owner list = roots_list();
  PCCRL_CONTEXT there = nullptr;
  ASSERT_TRUE(CertAddCRLContextToStore(store.get(), list.get(), CERT_STORE_ADD_NEW, &there));
  EXPECT_FALSE(CertCloseStore(store.release(), CERT_CLOSE_STORE_CHECK_FLAG));
  EXPECT_EQ(GetLastError(), code(CRYPT_E_PENDING_CLOSE));
  EXPECT_EQ(there->pCrlInfo->cCRLEntry, 1u);
  CertFreeCRLContext(there);
}

TEST(revocation_lists_in_stores, forced_closing_frees_them) {
  store_owner store = memory();
  PCCRL_CONTEXT there = nullptr;
  ASSERT_TRUE(CertAddCRLContextToStore(store.get(), roots_list().get(), CERT_STORE_ADD_NEW, &there));
  EXPECT_TRUE(CertCloseStore(store.release(), CERT_CLOSE_STORE_FORCE_FLAG | CERT_CLOSE_STORE_CHECK_FLAG));
}

TEST(revocation_lists_in_stores, read_only_ones_take_none) {
  const store_owner store = memory(CERT_STORE_READONLY_FLAG);
  EXPECT_FALSE(CertAddCRLContextToStore(store.get(), roots_list().get(), CERT_STORE_ADD_NEW, nullptr));
  EXPECT_EQ(GetLastError(), code(E_ACCESSDENIED));
}

TEST(revocation_lists_in_stores, collections_show_their_members) {
  const store_owner all(CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, 0, nullptr)), first = memory(),
                                                                                      second = memory();
  const list_owner list = roots_list();
  CertAddStoreToCollection(all.get(), first.get(), 0, 1);
  EXPECT_FALSE(CertAddCRLContextToStore(all.get(), list.get(), CERT_STORE_ADD_NEW, nullptr));
  CertAddStoreToCollection(all.get(), second.get(), CERT_PHYSICAL_STORE_ADD_ENABLE_FLAG, 0);
  EXPECT_TRUE(CertAddCRLContextToStore(first.get(), list.get(), CERT_STORE_ADD_NEW, nullptr));
  EXPECT_TRUE(CertAddCRLContextToStore(all.get(), list.get(), CERT_STORE_ADD_NEW, nullptr));
  EXPECT_EQ(count(second.get()), 1u);
  EXPECT_EQ(count(all.get()), 2u);
}

TEST(find_revocation_list, by_issuer) {
  const store_owner lists = memory(), certificates = leaf_and_root();
  const list_owner list = roots_list();
  CertAddCRLContextToStore(lists.get(), list.get(), CERT_STORE_ADD_NEW, nullptr);
  const context_owner own = find(certificates.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  const context_owner issuer = find(certificates.get(), CERT_FIND_SUBJECT_NAME, &own->pCertInfo->Issuer);
  const DWORD signed_flags = CRL_FIND_ISSUED_BY_AKI_FLAG | CRL_FIND_ISSUED_BY_SIGNATURE_FLAG;
  EXPECT_TRUE(find_list(lists.get(), CRL_FIND_ISSUED_BY, issuer.get(), signed_flags));
  EXPECT_FALSE(find_list(lists.get(), CRL_FIND_ISSUED_BY, own.get()));
  EXPECT_FALSE(find_list(lists.get(), CRL_FIND_ISSUED_BY, issuer.get(), CRL_FIND_ISSUED_BY_DELTA_FLAG));
  EXPECT_TRUE(find_list(lists.get(), CRL_FIND_EXISTING, list.get()));
  const CRL_FIND_ISSUED_FOR_PARA pair{own.get(), issuer.get()};
  EXPECT_TRUE(find_list(lists.get(), CRL_FIND_ISSUED_FOR, &pair));
  for (const DWORD type : {DWORD{CRL_FIND_EXISTING}, DWORD{CRL_FIND_ISSUED_FOR}, DWORD{4}}) {
    EXPECT_FALSE(find_list(lists.get(), type, nullptr));
    EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  }
}

TEST(find_revocation_list, checks_are_told) {
  const store_owner lists = memory(), certificates = leaf_and_root();
  const auto other = test::pki::issue({.common_name = "Test Root", .authority = true, .subject = {{"O", "Example"}}});
  const list_owner forged = made(test::pki::revocation_list(other, {.from_hours = -48, .to_hours = -24}));
  CertAddCRLContextToStore(lists.get(), forged.get(), CERT_STORE_ADD_NEW, nullptr);
  const context_owner own = find(certificates.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  const context_owner issuer = find(certificates.get(), CERT_FIND_SUBJECT_NAME, &own->pCertInfo->Issuer);
  DWORD flags = CERT_STORE_SIGNATURE_FLAG | CERT_STORE_TIME_VALIDITY_FLAG | CERT_STORE_BASE_CRL_FLAG;
  const list_owner found(CertGetCRLFromStore(lists.get(), issuer.get(), nullptr, &flags));
  ASSERT_TRUE(found);
  EXPECT_EQ(flags, DWORD{CERT_STORE_SIGNATURE_FLAG | CERT_STORE_TIME_VALIDITY_FLAG});
  EXPECT_FALSE(find_list(lists.get(), CRL_FIND_ISSUED_BY, issuer.get(), CRL_FIND_ISSUED_BY_SIGNATURE_FLAG));
  DWORD unknown = 0x80000000;
  EXPECT_EQ(CertGetCRLFromStore(lists.get(), issuer.get(), nullptr, &unknown), nullptr);
}

}  // namespace
}  // namespace schannix::cert

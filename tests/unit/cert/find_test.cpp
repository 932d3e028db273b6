// Every find type that is supported, and those that are not.
#include <openssl/sha.h>

#include "fixture.hpp"

namespace schannix::cert {
namespace {

CRYPT_DATA_BLOB blob_over(std::string& bytes) {
  return {static_cast<DWORD>(bytes.size()), reinterpret_cast<BYTE*>(bytes.data())};
}

class find_test : public testing::Test {
 protected:
  std::string found(DWORD type, const void* parameter) {
    const context_owner out = find(store_.get(), type, parameter);
    return out ? der_of(out.get()) : "none";
  }
  const store_owner store_ = leaf_and_root();
  const std::string leaf_ = leaf().der(), root_ = root().der();
};

TEST_F(find_test, any_and_private_key) {
  EXPECT_EQ(found(CERT_FIND_ANY, nullptr), leaf_);
  EXPECT_EQ(found(CERT_FIND_HAS_PRIVATE_KEY, nullptr), leaf_);
  const context_owner first = find(store_.get(), CERT_FIND_ANY, nullptr);
  const context_owner no_more =
      find(store_.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr, CertDuplicateCertificateContext(first.get()));
  EXPECT_FALSE(no_more);
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
}

TEST_F(find_test, hash) {
  std::string hash(20, '\0');
  SHA1(reinterpret_cast<const BYTE*>(root_.data()), root_.size(), reinterpret_cast<BYTE*>(hash.data()));
  CRYPT_HASH_BLOB wanted = blob_over(hash);
  EXPECT_EQ(found(CERT_FIND_SHA1_HASH, &wanted), root_);
  hash[3] = static_cast<char>(~hash[3]);
  EXPECT_EQ(found(CERT_FIND_HASH, &wanted), "none");
  wanted.cbData = 0;
  EXPECT_EQ(found(CERT_FIND_HASH, &wanted), "none");
}

TEST_F(find_test, names) {
  const context_owner own = find(store_.get(), CERT_FIND_ANY, nullptr);
  EXPECT_EQ(found(CERT_FIND_SUBJECT_NAME, &own->pCertInfo->Subject), leaf_);
  EXPECT_EQ(found(CERT_FIND_SUBJECT_NAME, &own->pCertInfo->Issuer), root_);
  EXPECT_EQ(found(CERT_FIND_ISSUER_NAME, &own->pCertInfo->Issuer), leaf_);
  EXPECT_EQ(found(CERT_FIND_ISSUER_NAME, &own->pCertInfo->Subject), "none");
}

TEST_F(find_test, parts_of_names_in_any_case) {
  EXPECT_EQ(found(CERT_FIND_SUBJECT_STR_A, "LEAF"), leaf_);
  EXPECT_EQ(found(CERT_FIND_SUBJECT_STR_W, L"leaf.TEST"), leaf_);
  EXPECT_EQ(found(CERT_FIND_SUBJECT_STR_A, "example, test root"), root_);
  EXPECT_EQ(found(CERT_FIND_ISSUER_STR_A, "example"), leaf_);
  EXPECT_EQ(found(CERT_FIND_ISSUER_STR_W, L"Root"), leaf_);
  EXPECT_EQ(found(CERT_FIND_SUBJECT_STR_W, L"CN=leaf"), "none");  // the simple string has no keys
}

TEST_F(find_test, issuer_and_serial) {
  const context_owner own = find(store_.get(), CERT_FIND_ANY, nullptr);
  CERT_INFO wanted{};
  wanted.Issuer = own->pCertInfo->Issuer;
  wanted.SerialNumber = own->pCertInfo->SerialNumber;
  EXPECT_EQ(found(CERT_FIND_SUBJECT_CERT, &wanted), leaf_);
  std::string longer(reinterpret_cast<char*>(wanted.SerialNumber.pbData), wanted.SerialNumber.cbData);
  longer += std::string(2, '\0');  // sign octets change no number
  wanted.SerialNumber = blob_over(longer);
  EXPECT_EQ(found(CERT_FIND_SUBJECT_CERT, &wanted), leaf_);
  longer[0] = static_cast<char>(~longer[0]);
  EXPECT_EQ(found(CERT_FIND_SUBJECT_CERT, &wanted), "none");
}

TEST_F(find_test, existing) {
  const store_owner other = leaf_and_root();
  const context_owner first = find(other.get(), CERT_FIND_ANY, nullptr);
  const context_owner second = find(other.get(), CERT_FIND_ANY, nullptr, CertDuplicateCertificateContext(first.get()));
  EXPECT_EQ(found(CERT_FIND_EXISTING, second.get()), root_);
}

TEST_F(find_test, continues_after_previous_and_frees_it) {
  PCCERT_CONTEXT const first = find(store_.get(), CERT_FIND_ANY, nullptr).release();
  const context_owner second = find(store_.get(), CERT_FIND_SUBJECT_STR_A, "test", first);
  ASSERT_TRUE(second);
  EXPECT_EQ(der_of(second.get()), root_);
}

TEST_F(find_test, unsupported_types_are_refused_and_free_previous) {
  store_owner other = leaf_and_root();
  for (const DWORD type : {DWORD{0x00160000}, DWORD{0x00030006}, DWORD{0x00FF0000}}) {
    PCCERT_CONTEXT const previous = find(other.get(), CERT_FIND_ANY, nullptr).release();
    EXPECT_FALSE(find(other.get(), type, "", previous));
    EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  }
  EXPECT_EQ(CertCloseStore(other.release(), CERT_CLOSE_STORE_CHECK_FLAG), TRUE);
}

TEST_F(find_test, what_is_missing_is_refused) {
  for (const DWORD type : {DWORD{CERT_FIND_HASH}, DWORD{CERT_FIND_SUBJECT_NAME}, DWORD{CERT_FIND_SUBJECT_STR_A},
                           DWORD{CERT_FIND_SUBJECT_STR_W}, DWORD{CERT_FIND_SUBJECT_CERT}, DWORD{CERT_FIND_EXISTING},
                           DWORD{CERT_FIND_SUBJECT_ATTR}, DWORD{CERT_FIND_SIGNATURE_HASH}, DWORD{CERT_FIND_CERT_ID}}) {
    EXPECT_FALSE(find(store_.get(), type, nullptr));
    EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  }
  EXPECT_FALSE(find(nullptr, CERT_FIND_ANY, nullptr));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

TEST_F(find_test, previous_of_another_store_is_refused_and_freed) {
  store_owner other = leaf_and_root();
  PCCERT_CONTEXT const previous = find(other.get(), CERT_FIND_ANY, nullptr).release();
  EXPECT_FALSE(find(store_.get(), CERT_FIND_ANY, nullptr, previous));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_EQ(CertCloseStore(other.release(), CERT_CLOSE_STORE_CHECK_FLAG), TRUE);
}

TEST(compare_integers, whatever_their_sign_octets) {
  const auto same = [](std::vector<BYTE> a, std::vector<BYTE> b) {
    CRYPT_INTEGER_BLOB one{static_cast<DWORD>(a.size()), a.data()}, other{static_cast<DWORD>(b.size()), b.data()};
    return CertCompareIntegerBlob(&one, &other) == TRUE;
  };
  EXPECT_TRUE(same({5, 0, 0}, {5}));
  EXPECT_TRUE(same({0x80, 0xFF, 0xFF}, {0x80}));
  EXPECT_TRUE(same({0, 0}, {0}));
  EXPECT_FALSE(same({0x80, 0}, {0x80}));
  EXPECT_FALSE(same({5, 0xFF}, {5}));
  EXPECT_FALSE(same({}, {0}));
}

}  // namespace
}  // namespace schannix::cert

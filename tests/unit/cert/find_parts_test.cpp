// The find types that ask for parts of a certificate: attributes of its names, its signature, an id, extensions.
#include <openssl/sha.h>

#include "fixture.hpp"

namespace schannix::cert {
namespace {

CRYPT_DATA_BLOB blob_over(std::string& bytes) {
  return {static_cast<DWORD>(bytes.size()), reinterpret_cast<BYTE*>(bytes.data())};
}
CRYPT_DATA_BLOB blob_over(std::wstring& text) {
  return {static_cast<DWORD>(text.size() * sizeof(wchar_t)), reinterpret_cast<BYTE*>(text.data())};
}

constexpr char common_name[] = "2.5.4.3", organization[] = "2.5.4.10";

template <typename Text>
CERT_RDN_ATTR attribute(const char* oid, Text& value, DWORD type = CERT_RDN_ANY_TYPE) {
  return {const_cast<LPSTR>(oid), type, blob_over(value)};
}

class find_parts : public testing::Test {
 protected:
  std::string found(DWORD type, const void* parameter, DWORD flags = 0) {
    SetLastError(0);
    const context_owner out(
        CertFindCertificateInStore(store_.get(), X509_ASN_ENCODING, flags, type, parameter, nullptr));
    return out ? der_of(out.get()) : "none";
  }
  std::string with(std::vector<CERT_RDN_ATTR> all, DWORD flags = 0, DWORD type = CERT_FIND_SUBJECT_ATTR) {
    const CERT_RDN wanted{static_cast<DWORD>(all.size()), all.data()};
    return found(type, &wanted, flags);
  }
  const store_owner store_ = leaf_and_root();
  const context_owner own_ = find(store_.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  const std::string leaf_ = leaf().der(), root_ = root().der();
};

// ---- attributes of names ----

TEST_F(find_parts, attributes_are_compared_exactly) {
  std::string name = "Test Root", example = "Example", part = "Test";
  EXPECT_EQ(with({attribute(common_name, name)}), root_);
  EXPECT_EQ(with({attribute(common_name, name)}, 0, CERT_FIND_ISSUER_ATTR), leaf_);
  EXPECT_EQ(with({attribute(common_name, name), attribute(organization, example)}), root_);
  EXPECT_EQ(with({attribute(common_name, name), attribute(organization, name)}), "none");
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
  EXPECT_EQ(with({attribute(organization, name)}), "none");
  EXPECT_EQ(with({attribute(common_name, part)}), "none");
}

TEST_F(find_parts, attributes_may_leave_open_kind_and_value) {
  std::string name = "Test Root";
  CERT_RDN_ATTR any_kind = attribute(nullptr, name), any_value{const_cast<LPSTR>(organization), 0, {}};
  EXPECT_EQ(with({any_kind}), root_);
  EXPECT_EQ(with({any_value}), root_);
  any_value.pszObjId = const_cast<LPSTR>("2.5.4.6");
  EXPECT_EQ(with({any_value}), "none");
}

TEST_F(find_parts, attributes_by_string_type) {
  std::string name = "Test Root";
  std::wstring wide = L"Test Root";
  const std::string of_utf8 = with({attribute(common_name, wide, CERT_RDN_UTF8_STRING)});
  const std::string of_printable = with({attribute(common_name, name, CERT_RDN_PRINTABLE_STRING)});
  EXPECT_TRUE((of_utf8 == root_) != (of_printable == root_));  // it is of one of the two
  EXPECT_EQ(with({attribute(common_name, name, CERT_RDN_IA5_STRING)}), "none");
  EXPECT_EQ(with({attribute(common_name, name, CERT_RDN_ENCODED_BLOB)}), "none");
}

TEST_F(find_parts, attributes_wide_and_in_any_case) {
  std::wstring name = L"Test Root", other = L"tEST rOOT";
  std::string narrow = "TEST ROOT";
  EXPECT_EQ(with({attribute(common_name, name)}, CERT_UNICODE_IS_RDN_ATTRS_FLAG), root_);
  EXPECT_EQ(with({attribute(common_name, name)}), "none");
  EXPECT_EQ(with({attribute(common_name, other)}, CERT_UNICODE_IS_RDN_ATTRS_FLAG), "none");
  const DWORD both = CERT_UNICODE_IS_RDN_ATTRS_FLAG | CERT_CASE_INSENSITIVE_IS_RDN_ATTRS_FLAG;
  EXPECT_EQ(with({attribute(common_name, other)}, both), root_);
  EXPECT_EQ(with({attribute(common_name, narrow)}, CERT_CASE_INSENSITIVE_IS_RDN_ATTRS_FLAG), root_);
  CERT_RDN_ATTR terminated = attribute(common_name, name);
  terminated.Value.cbData = 0;  // WCHARs end with NUL
  EXPECT_EQ(with({terminated}, CERT_UNICODE_IS_RDN_ATTRS_FLAG), root_);
}

TEST_F(find_parts, attributes_that_say_nothing_are_refused) {
  std::string name = "Test Root";
  EXPECT_EQ(with({attribute(common_name, name)}, 0x4), "none");
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  const CERT_RDN no_array{1, nullptr};
  EXPECT_EQ(found(CERT_FIND_ISSUER_ATTR, &no_array), "none");
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

// ---- the signature ----

TEST_F(find_parts, signature_hash_is_that_of_what_was_signed) {
  unsigned char* content = nullptr;
  const int size = i2d_re_X509_tbs(root().certificate.get(), &content);
  ASSERT_GT(size, 0);
  std::string hash(32, '\0');
  SHA256(content, static_cast<std::size_t>(size), reinterpret_cast<BYTE*>(hash.data()));
  OPENSSL_free(content);
  CRYPT_HASH_BLOB wanted = blob_over(hash);
  EXPECT_EQ(found(CERT_FIND_SIGNATURE_HASH, &wanted), root_);
  hash[0] = static_cast<char>(~hash[0]);
  EXPECT_EQ(found(CERT_FIND_SIGNATURE_HASH, &wanted), "none");
  wanted.cbData = 0;
  EXPECT_EQ(found(CERT_FIND_SIGNATURE_HASH, &wanted), "none");
}

TEST_F(find_parts, signature_hash_can_be_set_and_may_be_missing) {
  std::string set = "mine";
  CRYPT_HASH_BLOB wanted = blob_over(set);
  ASSERT_TRUE(CertSetCertificateContextProperty(own_.get(), CERT_SIGNATURE_HASH_PROP_ID, 0, &wanted));
  EXPECT_EQ(found(CERT_FIND_SIGNATURE_HASH, &wanted), leaf_);
  ASSERT_TRUE(CertSetCertificateContextProperty(own_.get(), CERT_SIGNATURE_HASH_PROP_ID, 0, nullptr));
  DWORD size = 0;
  EXPECT_TRUE(CertGetCertificateContextProperty(own_.get(), CERT_SIGNATURE_HASH_PROP_ID, nullptr, &size));
  EXPECT_EQ(size, 32u);
  std::string der =
      test::pki::issue({.common_name = "edwards", .key = test::pki::key_kind::ed25519, .digest = nullptr}).der();
  const context_owner without_hash(CertCreateCertificateContext(
      X509_ASN_ENCODING, reinterpret_cast<const BYTE*>(der.data()), static_cast<DWORD>(der.size())));
  ASSERT_TRUE(without_hash);
  EXPECT_FALSE(CertGetCertificateContextProperty(without_hash.get(), CERT_SIGNATURE_HASH_PROP_ID, nullptr, &size));
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
}

// ---- CERT_ID ----

TEST_F(find_parts, ids_of_each_choice) {
  CERT_ID wanted{};
  wanted.dwIdChoice = CERT_ID_ISSUER_SERIAL_NUMBER;
  wanted.IssuerSerialNumber = {own_->pCertInfo->Issuer, own_->pCertInfo->SerialNumber};
  EXPECT_EQ(found(CERT_FIND_CERT_ID, &wanted), leaf_);
  std::string bytes(20, '\0');
  SHA1(reinterpret_cast<const BYTE*>(root_.data()), root_.size(), reinterpret_cast<BYTE*>(bytes.data()));
  wanted.dwIdChoice = CERT_ID_SHA1_HASH;
  wanted.HashId = blob_over(bytes);
  EXPECT_EQ(found(CERT_FIND_CERT_ID, &wanted), root_);
  DWORD size = static_cast<DWORD>(bytes.size());
  ASSERT_TRUE(CertGetCertificateContextProperty(own_.get(), CERT_KEY_IDENTIFIER_PROP_ID, bytes.data(), &size));
  wanted.dwIdChoice = CERT_ID_KEY_IDENTIFIER;
  wanted.KeyId = blob_over(bytes);
  EXPECT_EQ(found(CERT_FIND_CERT_ID, &wanted), leaf_);
}

TEST_F(find_parts, ids_of_no_choice_are_refused) {
  CERT_ID wanted{};
  for (const DWORD choice : {DWORD{0}, DWORD{4}}) {
    wanted.dwIdChoice = choice;
    EXPECT_EQ(found(CERT_FIND_CERT_ID, &wanted), "none");
    EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  }
  wanted.dwIdChoice = CERT_ID_SHA1_HASH;  // of nothing
  EXPECT_EQ(found(CERT_FIND_CERT_ID, &wanted), "none");
  EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
}

// ---- extensions ----

TEST_F(find_parts, extensions_or_properties_that_stand_for_them) {
  struct asked {
    DWORD type, property;
  };
  std::string value = "0";
  const CRYPT_DATA_BLOB blob = blob_over(value);
  for (const asked& one : {asked{CERT_FIND_CROSS_CERT_DIST_POINTS, CERT_CROSS_CERT_DIST_POINTS_PROP_ID},
                           asked{CERT_FIND_SUBJECT_INFO_ACCESS, CERT_SUBJECT_INFO_ACCESS_PROP_ID}}) {
    EXPECT_EQ(found(one.type, nullptr), "none");
    EXPECT_EQ(GetLastError(), code(CRYPT_E_NOT_FOUND));
    ASSERT_TRUE(CertSetCertificateContextProperty(own_.get(), one.property, 0, &blob));
    EXPECT_EQ(found(one.type, nullptr), leaf_);
    ASSERT_TRUE(CertSetCertificateContextProperty(own_.get(), one.property, 0, nullptr));
  }
}

// A certificate of root's with one extension more.
std::string with_extension(const char* oid) {
  const test::pki::issued made = test::pki::issue({.common_name = "extended"}, &root());
  const std::unique_ptr<ASN1_OBJECT, decltype(&ASN1_OBJECT_free)> type(OBJ_txt2obj(oid, 1), ASN1_OBJECT_free);
  const std::unique_ptr<ASN1_OCTET_STRING, decltype(&ASN1_OCTET_STRING_free)> value(ASN1_OCTET_STRING_new(),
                                                                                    ASN1_OCTET_STRING_free);
  ASN1_OCTET_STRING_set(value.get(), reinterpret_cast<const unsigned char*>("0"), 2);
  X509_EXTENSION* extension = X509_EXTENSION_create_by_OBJ(nullptr, type.get(), 0, value.get());
  X509_add_ext(made.certificate.get(), extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(made.certificate.get(), root().key.get(), EVP_sha256());
  return made.der();
}

TEST_F(find_parts, extensions_of_the_certificate) {
  for (const auto& [type, oid] :
       {std::pair<DWORD, const char*>{CERT_FIND_CROSS_CERT_DIST_POINTS, szOID_CROSS_CERT_DIST_POINTS},
        {CERT_FIND_SUBJECT_INFO_ACCESS, szOID_SUBJECT_INFO_ACCESS}}) {
    const std::string der = with_extension(oid);
    ASSERT_TRUE(CertAddEncodedCertificateToStore(store_.get(), X509_ASN_ENCODING,
                                                 reinterpret_cast<const BYTE*>(der.data()),
                                                 static_cast<DWORD>(der.size()), CERT_STORE_ADD_ALWAYS, nullptr));
    EXPECT_EQ(found(type, nullptr), der);
  }
}

}  // namespace
}  // namespace schannix::cert

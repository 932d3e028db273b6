// Single ASN.1 objects: decoded, encoded, and refused.
#include <openssl/x509.h>
#include <windows.h>

#include <cstring>
#include <ctime>

#include "fixture.hpp"

namespace schannix::cert {
namespace {

#define NAME_NUMBER SCHANNIX_POINTER(LPCSTR, 7)  // X509_NAME, which OpenSSL's headers have for something else

struct free_local {
  void operator()(void* memory) const { LocalFree(memory); }
};
template <typename Struct>
using decoded = std::unique_ptr<Struct, free_local>;

template <typename Struct>
decoded<Struct> decode(LPCSTR type, const std::string& der) {
  Struct* made = nullptr;
  DWORD size = 0;
  CryptDecodeObjectEx(X509_ASN_ENCODING, type, reinterpret_cast<const BYTE*>(der.data()),
                      static_cast<DWORD>(der.size()), CRYPT_DECODE_ALLOC_FLAG, nullptr, &made, &size);
  return decoded<Struct>(made);
}

std::string encode(LPCSTR type, const void* from) {
  BYTE* made = nullptr;
  DWORD size = 0;
  if (!CryptEncodeObjectEx(X509_ASN_ENCODING, type, from, CRYPT_ENCODE_ALLOC_FLAG, nullptr, &made, &size)) return {};
  const decoded<BYTE> owner(made);
  return std::string(reinterpret_cast<const char*>(made), size);
}

std::string text_of(const CRYPT_DATA_BLOB& blob) { return {reinterpret_cast<const char*>(blob.pbData), blob.cbData}; }

std::string extension(const char* oid) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  const CERT_INFO& info = *own->pCertInfo;
  const CERT_EXTENSION* const found = CertFindExtension(oid, info.cExtension, info.rgExtension);
  return found ? text_of(found->Value) : std::string();
}

// PKCS #8 and the form of the key's own kind.
std::string pkcs8_of(EVP_PKEY* key) {
  const std::shared_ptr<PKCS8_PRIV_KEY_INFO> info(EVP_PKEY2PKCS8(key), PKCS8_PRIV_KEY_INFO_free);
  unsigned char* der = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

const test::pki::issued& rsa() {
  static const auto made = test::pki::issue({.common_name = "rsa.test", .key = test::pki::key_kind::rsa2048});
  return made;
}

TEST(decode_object, alternative_names_are_decoded_and_encoded_again) {
  const std::string der = extension(szOID_SUBJECT_ALT_NAME2);
  for (const LPCSTR type : {LPCSTR{szOID_SUBJECT_ALT_NAME2}, X509_ALTERNATE_NAME}) {
    const auto names = decode<CERT_ALT_NAME_INFO>(type, der);
    ASSERT_TRUE(names);
    ASSERT_EQ(names->cAltEntry, 2u);
    EXPECT_EQ(names->rgAltEntry[1].dwAltNameChoice, DWORD{CERT_ALT_NAME_DNS_NAME});
    EXPECT_STREQ(names->rgAltEntry[1].pwszDNSName, L"www.leaf.test");
    EXPECT_EQ(encode(type, names.get()), der);
  }
}

TEST(decode_object, usages) {
  const auto purposes = decode<CERT_ENHKEY_USAGE>(X509_ENHANCED_KEY_USAGE, extension(szOID_ENHANCED_KEY_USAGE));
  ASSERT_TRUE(purposes);
  ASSERT_EQ(purposes->cUsageIdentifier, 1u);
  EXPECT_STREQ(purposes->rgpszUsageIdentifier[0], szOID_PKIX_KP_SERVER_AUTH);
  EXPECT_EQ(encode(szOID_ENHANCED_KEY_USAGE, purposes.get()), extension(szOID_ENHANCED_KEY_USAGE));
  BYTE bits[] = {CERT_DIGITAL_SIGNATURE_KEY_USAGE, 0};
  const CRYPT_BIT_BLOB usage{2, bits, 0};
  EXPECT_EQ(encode(X509_KEY_USAGE, &usage), std::string("\x03\x02\x07\x80", 4));
  EXPECT_EQ(encode(X509_BITS, &usage), std::string("\x03\x03\x00\x80\x00", 5));
}

TEST(decode_object, constraints) {
  const auto made =
      decode<CERT_BASIC_CONSTRAINTS2_INFO>(X509_BASIC_CONSTRAINTS2, std::string("\x30\x06\x01\x01\xFF\x02\x01\x03", 8));
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->fCA);
  EXPECT_TRUE(made->fPathLenConstraint);
  EXPECT_EQ(made->dwPathLenConstraint, 3u);
  EXPECT_EQ(encode(szOID_BASIC_CONSTRAINTS2, made.get()), std::string("\x30\x06\x01\x01\xFF\x02\x01\x03", 8));
}

TEST(decode_object, names) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_HAS_PRIVATE_KEY, nullptr);
  const std::string der = text_of(own->pCertInfo->Issuer);
  const auto narrow = decode<CERT_NAME_INFO>(NAME_NUMBER, der);
  ASSERT_TRUE(narrow);
  ASSERT_EQ(narrow->cRDN, 2u);
  EXPECT_STREQ(narrow->rgRDN[1].rgRDNAttr[0].pszObjId, szOID_COMMON_NAME);
  const auto wide = decode<CERT_NAME_INFO>(X509_UNICODE_NAME, der);
  ASSERT_TRUE(wide);
  EXPECT_STREQ(reinterpret_cast<const wchar_t*>(wide->rgRDN[1].rgRDNAttr[0].Value.pbData), L"Test Root");
  EXPECT_EQ(encode(NAME_NUMBER, narrow.get()), der);
  EXPECT_EQ(encode(X509_UNICODE_NAME, wide.get()), der);
}

TEST(decode_object, keys_of_pkcs8_and_their_own_form) {
  const auto info = decode<CRYPT_PRIVATE_KEY_INFO>(PKCS_PRIVATE_KEY_INFO, pkcs8_of(rsa().key.get()));
  ASSERT_TRUE(info);
  EXPECT_STREQ(info->Algorithm.pszObjId, szOID_RSA_RSA);
  const auto blob = decode<BYTE>(PKCS_RSA_PRIVATE_KEY, text_of(info->PrivateKey));
  ASSERT_TRUE(blob);
  const BYTE header[] = {7, 2, 0, 0, 0, 0xA4, 0, 0, 'R', 'S', 'A', '2', 0, 8, 0, 0, 1, 0, 1, 0};
  EXPECT_EQ(std::memcmp(blob.get(), header, sizeof header), 0);
  EXPECT_FALSE(decode<BYTE>(PKCS_RSA_PRIVATE_KEY, pkcs8_of(rsa().key.get())));
}

TEST(decode_object, sizes_of_key_blobs) {
  const auto info = decode<CRYPT_PRIVATE_KEY_INFO>(PKCS_PRIVATE_KEY_INFO, pkcs8_of(rsa().key.get()));
  const auto size_of = [&](LPCSTR type) {
    DWORD size = 0;
    CryptDecodeObject(X509_ASN_ENCODING, type, info->PrivateKey.pbData, info->PrivateKey.cbData, 0, nullptr, &size);
    return size;
  };
  EXPECT_EQ(size_of(PKCS_RSA_PRIVATE_KEY), 20u + 256 + 5 * 128 + 256);
  EXPECT_EQ(size_of(CNG_RSA_PRIVATE_KEY_BLOB), 24u + 3 + 256 + 2 * 128);
}

TEST(decode_object, ec_keys) {
  const auto info = decode<CRYPT_PRIVATE_KEY_INFO>(PKCS_PRIVATE_KEY_INFO, pkcs8_of(leaf().key.get()));
  ASSERT_TRUE(info);
  EXPECT_STREQ(info->Algorithm.pszObjId, szOID_ECC_PUBLIC_KEY);
  const auto key = decode<CRYPT_ECC_PRIVATE_KEY_INFO>(X509_ECC_PRIVATE_KEY, text_of(info->PrivateKey));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->dwVersion, DWORD{CRYPT_ECC_PRIVATE_KEY_INFO_v1});
  EXPECT_EQ(key->PrivateKey.cbData, 32u);
  EXPECT_EQ(key->szCurveOid, nullptr);  // PKCS #8 says it elsewhere
  EXPECT_EQ(key->PublicKey.cbData, 65u);
}

TEST(decode_object, public_keys_and_certificates) {
  const auto content = decode<CERT_SIGNED_CONTENT_INFO>(X509_CERT, rsa().der());
  ASSERT_TRUE(content);
  EXPECT_STREQ(content->SignatureAlgorithm.pszObjId, szOID_RSA_SHA256RSA);
  EXPECT_EQ(content->Signature.cbData, 256u);
  const context_owner one(CertCreateCertificateContext(
      X509_ASN_ENCODING, reinterpret_cast<const BYTE*>(rsa().der().data()), static_cast<DWORD>(rsa().der().size())));
  ASSERT_TRUE(one);
  const std::string encoded = encode(X509_PUBLIC_KEY_INFO, &one->pCertInfo->SubjectPublicKeyInfo);
  const auto again = decode<CERT_PUBLIC_KEY_INFO>(X509_PUBLIC_KEY_INFO, encoded);
  ASSERT_TRUE(again);
  const CRYPT_BIT_BLOB& key = one->pCertInfo->SubjectPublicKeyInfo.PublicKey;
  EXPECT_EQ(text_of({again->PublicKey.cbData, again->PublicKey.pbData}), text_of({key.cbData, key.pbData}));
  const auto blob = decode<BYTE>(RSA_CSP_PUBLICKEYBLOB, text_of({key.cbData, key.pbData}));
  ASSERT_TRUE(blob);
  EXPECT_EQ(encode(RSA_CSP_PUBLICKEYBLOB, blob.get()), text_of({key.cbData, key.pbData}));
}

TEST(decode_object, numbers_and_bytes) {
  EXPECT_EQ(*decode<int>(X509_INTEGER, std::string("\x02\x02\xFF\x7F", 4)), -129);
  const int values[] = {0, 1, -1, 127, 128, -128, -129, 65536, 0x7FFFFFFF};
  for (const int value : values) EXPECT_EQ(*decode<int>(X509_INTEGER, encode(X509_INTEGER, &value)), value);
  EXPECT_FALSE(decode<int>(X509_INTEGER, std::string("\x02\x05\x01\x00\x00\x00\x00", 7)));
  const auto number = decode<CRYPT_INTEGER_BLOB>(X509_MULTI_BYTE_INTEGER, std::string("\x02\x02\x01\x02", 4));
  EXPECT_EQ(text_of(*number), "\x02\x01");
  EXPECT_EQ(text_of(*decode<CRYPT_DATA_BLOB>(X509_OCTET_STRING, "\x04\x02hi")), "hi");
  EXPECT_STREQ(*decode<LPSTR>(X509_OBJECT_IDENTIFIER, std::string("\x06\x03\x55\x04\x03", 5)), szOID_COMMON_NAME);
}

TEST(decode_object, sizes) {
  const std::string der = extension(szOID_SUBJECT_ALT_NAME2);
  const auto* const bytes = reinterpret_cast<const BYTE*>(der.data());
  const auto length = static_cast<DWORD>(der.size());
  DWORD needed = 0;
  ASSERT_TRUE(CryptDecodeObject(X509_ASN_ENCODING, X509_ALTERNATE_NAME, bytes, length, 0, nullptr, &needed));
  std::vector<std::max_align_t> room(needed / sizeof(std::max_align_t) + 1);
  DWORD size = needed - 1;
  EXPECT_FALSE(CryptDecodeObject(X509_ASN_ENCODING, X509_ALTERNATE_NAME, bytes, length, 0, room.data(), &size));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_MORE_DATA});
  EXPECT_EQ(size, needed);
  EXPECT_TRUE(CryptDecodeObject(X509_ASN_ENCODING, X509_ALTERNATE_NAME, bytes, length, 0, room.data(), &size));
  EXPECT_STREQ(reinterpret_cast<const CERT_ALT_NAME_INFO*>(room.data())->rgAltEntry[0].pwszDNSName, L"leaf.test");
}

TEST(decode_object, what_is_malformed_is_refused) {
  const LPCSTR types[] = {X509_CERT,
                          X509_PUBLIC_KEY_INFO,
                          X509_ALTERNATE_NAME,
                          X509_KEY_USAGE,
                          X509_BASIC_CONSTRAINTS2,
                          RSA_CSP_PUBLICKEYBLOB,
                          X509_UNICODE_NAME,
                          X509_OCTET_STRING,
                          X509_INTEGER,
                          X509_ENHANCED_KEY_USAGE,
                          PKCS_RSA_PRIVATE_KEY,
                          PKCS_PRIVATE_KEY_INFO,
                          X509_ECC_PRIVATE_KEY,
                          X509_OBJECT_IDENTIFIER,
                          NAME_NUMBER};
  for (const std::string& bad : {std::string(), std::string("\x31\x00", 2), extension(szOID_SUBJECT_ALT_NAME2) + "x"})
    for (const LPCSTR type : types) {
      SetLastError(0);
      EXPECT_FALSE(decode<BYTE>(type, bad)) << reinterpret_cast<std::uintptr_t>(type);
      EXPECT_EQ(GetLastError(), code(CRYPT_E_ASN1_BADTAG));
    }
}

// A peer may send a certificate with so many names. Time as their square would be half a minute.
TEST(decode_object, very_many_names) {
  constexpr std::size_t count = 60000;
  std::string der("\x30\x83\x01\xD4\xC0", 5);                         // a SEQUENCE of 120000 bytes
  for (std::size_t i = 0; i < count; ++i) der.append("\x82\x00", 2);  // dNSName, empty
  const std::clock_t begin = std::clock();
  const auto names = decode<CERT_ALT_NAME_INFO>(X509_ALTERNATE_NAME, der);
  ASSERT_TRUE(names);
  EXPECT_EQ(names->cAltEntry, count);
  EXPECT_STREQ(names->rgAltEntry[count - 1].pwszDNSName, L"");
  EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 5) << "seconds of the processor";
}

TEST(decode_object, refusals) {
  DWORD size = 0;
  const BYTE der[] = {4, 0};
  EXPECT_FALSE(CryptDecodeObject(X509_ASN_ENCODING, SCHANNIX_POINTER(LPCSTR, 999), der, 2, 0, nullptr, &size));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
  EXPECT_FALSE(CryptDecodeObject(0, X509_OCTET_STRING, der, 2, 0, nullptr, &size));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
  EXPECT_FALSE(CryptDecodeObject(X509_ASN_ENCODING, X509_OCTET_STRING, der, 2, 0x100, nullptr, &size));
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_FALSE(CryptDecodeObject(X509_ASN_ENCODING, X509_OCTET_STRING, der, 2, 0, nullptr, nullptr));
  EXPECT_FALSE(CryptDecodeObject(X509_ASN_ENCODING, nullptr, der, 2, 0, nullptr, &size));
  EXPECT_FALSE(CryptDecodeObject(X509_ASN_ENCODING, X509_OCTET_STRING, nullptr, 2, 0, nullptr, &size));
}

TEST(encode_object, what_cannot_be_encoded_is_refused) {
  wchar_t text[] = L"b\u00FCcher.test";
  CERT_ALT_NAME_ENTRY entry{};
  entry.dwAltNameChoice = CERT_ALT_NAME_DNS_NAME;
  entry.pwszDNSName = text;
  CERT_ALT_NAME_INFO names{1, &entry};
  EXPECT_EQ(encode(X509_ALTERNATE_NAME, &names), "");
  EXPECT_EQ(GetLastError(), code(CRYPT_E_BAD_ENCODE));
  names.rgAltEntry = nullptr;
  EXPECT_EQ(encode(X509_ALTERNATE_NAME, &names), "");
  char rsa_oid[] = szOID_RSA_RSA;
  CERT_PUBLIC_KEY_INFO without_key{};
  without_key.Algorithm.pszObjId = rsa_oid;
  EXPECT_EQ(encode(X509_PUBLIC_KEY_INFO, &without_key), "");
  EXPECT_EQ(GetLastError(), code(CRYPT_E_BAD_ENCODE));
  const LPCSTR nonsense = "not an oid";
  EXPECT_EQ(encode(X509_OBJECT_IDENTIFIER, &nonsense), "");
  EXPECT_EQ(encode(X509_CERT, &names), "");
  EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
}

}  // namespace
}  // namespace schannix::cert

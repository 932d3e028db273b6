// CNG's pairs of keys and signatures: known answers, OpenSSL's judgement, and whatever is wrong with a call. MS
// nf-bcrypt, nf-ncrypt pages
#include <ncrypt.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "sspi_acquired.hpp"

namespace schannix::test::sspi {
namespace {

using bytes = std::vector<UCHAR>;

ULONG count_of(const bytes& of) { return static_cast<ULONG>(of.size()); }

bytes of_hex(std::string_view text) {
  bytes out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out.push_back(static_cast<UCHAR>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return out;
}

bytes hash_of(BCRYPT_ALG_HANDLE by, const std::string& text, std::size_t size) {
  bytes data(text.begin(), text.end()), value(size);
  EXPECT_EQ(BCryptHash(by, nullptr, 0, data.data(), count_of(data), value.data(), count_of(value)), STATUS_SUCCESS);
  return value;
}
bytes sample() { return hash_of(BCRYPT_SHA256_ALG_HANDLE, "sample", 32); }

class pair {
 public:
  pair() = default;
  pair(const pair&) = delete;
  ~pair() {
    if (handle_ != nullptr) BCryptDestroyKey(handle_);
  }
  BCRYPT_KEY_HANDLE* into() { return &handle_; }
  BCRYPT_KEY_HANDLE get() const { return handle_; }

 private:
  BCRYPT_KEY_HANDLE handle_ = nullptr;
};

NTSTATUS import(pair& into, BCRYPT_ALG_HANDLE by, LPCWSTR form, bytes blob) {
  return BCryptImportKeyPair(by, nullptr, form, into.into(), blob.data(), count_of(blob), 0);
}

bytes exported(BCRYPT_KEY_HANDLE key, LPCWSTR form) {
  ULONG size = 0;
  if (BCryptExportKey(key, nullptr, form, nullptr, 0, &size, 0) != STATUS_SUCCESS) return {};
  bytes out(size);
  EXPECT_EQ(BCryptExportKey(key, nullptr, form, out.data(), size, &size, 0), STATUS_SUCCESS);
  return out;
}

struct way {
  void* info = nullptr;
  ULONG flags = 0;
};

bytes signature(BCRYPT_KEY_HANDLE key, bytes hash, way how = {}) {
  ULONG size = 0;
  EXPECT_EQ(BCryptSignHash(key, how.info, hash.data(), count_of(hash), nullptr, 0, &size, how.flags), STATUS_SUCCESS);
  bytes out(size);
  const NTSTATUS done = BCryptSignHash(key, how.info, hash.data(), count_of(hash), out.data(), size, &size, how.flags);
  return done == STATUS_SUCCESS ? out : bytes();
}

NTSTATUS verify(BCRYPT_KEY_HANDLE key, bytes hash, bytes by, way how = {}) {
  return BCryptVerifySignature(key, how.info, hash.data(), count_of(hash), by.data(), count_of(by), how.flags);
}

// RFC 6979 §A.2.5: the key, and its signature of "sample" with SHA-256
constexpr char point[] =
    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
constexpr char secret[] = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
constexpr char signed_sample[] =
    "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";

bytes public_p256() { return of_hex(std::string("4543533120000000") + point); }
bytes private_p256() { return of_hex(std::string("4543533220000000") + point + secret); }

TEST(CngPair, AKnownSignatureIsVerifiedAndAChangedOneIsNot) {
  pair key;
  ASSERT_EQ(import(key, BCRYPT_ECDSA_P256_ALG_HANDLE, BCRYPT_ECCPUBLIC_BLOB, public_p256()), STATUS_SUCCESS);
  EXPECT_EQ(verify(key.get(), sample(), of_hex(signed_sample)), STATUS_SUCCESS);
  for (const std::size_t at : {0u, 31u, 32u, 63u}) {
    bytes other = of_hex(signed_sample);
    other[at] ^= 1;
    EXPECT_EQ(verify(key.get(), sample(), other), STATUS_INVALID_SIGNATURE);
  }
  EXPECT_EQ(verify(key.get(), hash_of(BCRYPT_SHA256_ALG_HANDLE, "simple", 32), of_hex(signed_sample)),
            STATUS_INVALID_SIGNATURE);
  bytes longer = of_hex(signed_sample);
  longer.push_back(0);
  EXPECT_EQ(verify(key.get(), sample(), longer), STATUS_INVALID_SIGNATURE);
  EXPECT_EQ(verify(key.get(), sample(), bytes(64)), STATUS_INVALID_SIGNATURE);
}

TEST(CngPair, WhatThePrivateKeySignsThePublicOneVerifies) {
  pair mine, theirs;
  ASSERT_EQ(import(mine, BCRYPT_ECDSA_P256_ALG_HANDLE, BCRYPT_PRIVATE_KEY_BLOB, private_p256()), STATUS_SUCCESS);
  ASSERT_EQ(import(theirs, BCRYPT_ECDSA_P256_ALG_HANDLE, BCRYPT_PUBLIC_KEY_BLOB, public_p256()), STATUS_SUCCESS);
  const bytes made = signature(mine.get(), sample());
  EXPECT_EQ(made.size(), 64u);
  EXPECT_EQ(verify(theirs.get(), sample(), made), STATUS_SUCCESS);
  EXPECT_EQ(exported(mine.get(), BCRYPT_ECCPUBLIC_BLOB), public_p256());
  EXPECT_EQ(exported(mine.get(), BCRYPT_ECCPRIVATE_BLOB), private_p256());
}

TEST(CngPair, EachKindIsMadeSignsAndComesBack) {
  BCRYPT_PSS_PADDING_INFO pss{BCRYPT_SHA256_ALGORITHM, 32};
  for (const auto& [by, bits, size, how] : {std::tuple{BCRYPT_RSA_ALG_HANDLE, 2048u, 256u, way{&pss, BCRYPT_PAD_PSS}},
                                            std::tuple{BCRYPT_ECDSA_P256_ALG_HANDLE, 256u, 64u, way{}},
                                            std::tuple{BCRYPT_ECDSA_P384_ALG_HANDLE, 384u, 96u, way{}},
                                            std::tuple{BCRYPT_ECDSA_P521_ALG_HANDLE, 521u, 132u, way{}}}) {
    pair key, again;
    ASSERT_EQ(BCryptGenerateKeyPair(by, key.into(), bits, 0), STATUS_SUCCESS);
    ASSERT_EQ(BCryptFinalizeKeyPair(key.get(), 0), STATUS_SUCCESS);
    const bytes made = signature(key.get(), sample(), how);
    EXPECT_EQ(made.size(), size);
    ASSERT_EQ(import(again, by, BCRYPT_PUBLIC_KEY_BLOB, exported(key.get(), BCRYPT_PUBLIC_KEY_BLOB)), STATUS_SUCCESS);
    EXPECT_EQ(verify(again.get(), sample(), made, how), STATUS_SUCCESS);
  }
}

TEST(CngPair, APairThatIsNotFinalHasNoKey) {
  pair key;
  ASSERT_EQ(BCryptGenerateKeyPair(BCRYPT_ECDSA_P256_ALG_HANDLE, key.into(), 256, 0), STATUS_SUCCESS);
  ULONG size = 0;
  bytes hash = sample();
  EXPECT_EQ(BCryptExportKey(key.get(), nullptr, BCRYPT_ECCPUBLIC_BLOB, nullptr, 0, &size, 0), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptSignHash(key.get(), nullptr, hash.data(), 32, nullptr, 0, &size, 0), STATUS_INVALID_HANDLE);
  EXPECT_EQ(verify(key.get(), hash, bytes(64)), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptFinalizeKeyPair(key.get(), 1), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptFinalizeKeyPair(key.get(), 0), STATUS_SUCCESS);
  EXPECT_EQ(BCryptFinalizeKeyPair(key.get(), 0), STATUS_INVALID_HANDLE);
}

TEST(CngPair, PairsThatCannotBeMade) {
  pair key;
  const auto make = [&](BCRYPT_ALG_HANDLE by, ULONG bits) { return BCryptGenerateKeyPair(by, key.into(), bits, 0); };
  for (const ULONG bits : {0u, 512u, 1000u, 2049u, 16448u})
    EXPECT_EQ(make(BCRYPT_RSA_ALG_HANDLE, bits), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(make(BCRYPT_ECDSA_P256_ALG_HANDLE, 384), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(make(BCRYPT_SHA256_ALG_HANDLE, 256), STATUS_NOT_SUPPORTED);
  EXPECT_EQ(make(nullptr, 256), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptGenerateKeyPair(BCRYPT_RSA_ALG_HANDLE, nullptr, 2048, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptGenerateKeyPair(BCRYPT_RSA_ALG_HANDLE, key.into(), 2048, 1), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(key.get(), nullptr);
}

TEST(CngPair, BytesThatAreNoKeys) {
  pair key;
  const BCRYPT_ALG_HANDLE by = BCRYPT_ECDSA_P256_ALG_HANDLE;
  bytes off = public_p256(), shorter = public_p256(), longer = public_p256();
  off[40] ^= 1;  // not on the curve
  shorter.pop_back();
  longer.push_back(0);
  for (const bytes& bad : {off, shorter, longer, private_p256(), bytes(1)})
    EXPECT_EQ(import(key, by, BCRYPT_ECCPUBLIC_BLOB, bad), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(import(key, by, BCRYPT_ECCPRIVATE_BLOB, public_p256()), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(import(key, by, BCRYPT_RSAPUBLIC_BLOB, public_p256()), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(import(key, BCRYPT_RSA_ALG_HANDLE, BCRYPT_PUBLIC_KEY_BLOB, public_p256()), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(import(key, BCRYPT_ECDSA_P384_ALG_HANDLE, BCRYPT_ECCPUBLIC_BLOB, public_p256()), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(import(key, by, L"OPAQUEKEYBLOB", public_p256()), STATUS_NOT_SUPPORTED);
  EXPECT_EQ(import(key, by, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, public_p256()), STATUS_NOT_SUPPORTED);
  EXPECT_EQ(import(key, BCRYPT_RNG_ALG_HANDLE, BCRYPT_ECCPUBLIC_BLOB, public_p256()), STATUS_NOT_SUPPORTED);
  EXPECT_EQ(import(key, nullptr, BCRYPT_ECCPUBLIC_BLOB, public_p256()), STATUS_INVALID_HANDLE);
  EXPECT_EQ(key.get(), nullptr);
}

TEST(CngPair, APublicKeyNeitherSignsNorTellsAPrivateOne) {
  pair key;
  ASSERT_EQ(import(key, BCRYPT_ECDSA_P256_ALG_HANDLE, BCRYPT_ECCPUBLIC_BLOB, public_p256()), STATUS_SUCCESS);
  ULONG size = 0;
  bytes hash = sample(), room(64);
  EXPECT_EQ(BCryptSignHash(key.get(), nullptr, hash.data(), 32, room.data(), 64, &size, 0), STATUS_NOT_SUPPORTED);
  for (const LPCWSTR form : {BCRYPT_ECCPRIVATE_BLOB, BCRYPT_PRIVATE_KEY_BLOB, BCRYPT_RSAPUBLIC_BLOB, L"Other"})
    EXPECT_EQ(BCryptExportKey(key.get(), nullptr, form, nullptr, 0, &size, 0), STATUS_NOT_SUPPORTED);
  EXPECT_EQ(size, 0u);
  EXPECT_EQ(room, bytes(64));
}

TEST(CngPair, TooLittleRoom) {
  pair key;
  ASSERT_EQ(import(key, BCRYPT_ECDSA_P256_ALG_HANDLE, BCRYPT_ECCPRIVATE_BLOB, private_p256()), STATUS_SUCCESS);
  bytes hash = sample(), room(104, 0x5A);
  ULONG size = 0;
  EXPECT_EQ(BCryptSignHash(key.get(), nullptr, hash.data(), 32, room.data(), 63, &size, 0), STATUS_BUFFER_TOO_SMALL);
  EXPECT_EQ(size, 64u);
  EXPECT_EQ(BCryptExportKey(key.get(), nullptr, BCRYPT_ECCPRIVATE_BLOB, room.data(), 103, &size, 0),
            STATUS_BUFFER_TOO_SMALL);
  EXPECT_EQ(size, 104u);
  EXPECT_EQ(room, bytes(104, 0x5A));
}

TEST(CngPair, WaysOfSigningThatAreNotTheKeys) {
  pair curve, rsa;
  ASSERT_EQ(import(curve, BCRYPT_ECDSA_P256_ALG_HANDLE, BCRYPT_ECCPRIVATE_BLOB, private_p256()), STATUS_SUCCESS);
  ASSERT_EQ(BCryptGenerateKeyPair(BCRYPT_RSA_ALG_HANDLE, rsa.into(), 2048, 0), STATUS_SUCCESS);
  ASSERT_EQ(BCryptFinalizeKeyPair(rsa.get(), 0), STATUS_SUCCESS);
  BCRYPT_PKCS1_PADDING_INFO named{BCRYPT_SHA256_ALGORITHM}, unknown{L"SHA257"};
  BCRYPT_PSS_PADDING_INFO unnamed{nullptr, 32}, salty{BCRYPT_SHA256_ALGORITHM, 4096};
  const auto tried = [](const pair& by, way how, bytes hash) {
    bytes room(256);
    ULONG size = 0;
    return BCryptSignHash(by.get(), how.info, hash.data(), count_of(hash), room.data(), 256, &size, how.flags);
  };
  EXPECT_EQ(tried(curve, {&named, BCRYPT_PAD_PKCS1}, sample()), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(tried(rsa, {}, sample()), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(tried(rsa, {nullptr, BCRYPT_PAD_PKCS1}, sample()), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(tried(rsa, {&unknown, BCRYPT_PAD_PKCS1}, sample()), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(tried(rsa, {&unnamed, BCRYPT_PAD_PSS}, sample()), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(tried(rsa, {&salty, BCRYPT_PAD_PSS}, sample()), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(tried(rsa, {&named, BCRYPT_PAD_PKCS1 | BCRYPT_PAD_PSS}, sample()), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(tried(rsa, {&named, BCRYPT_PAD_PKCS1}, bytes(20)), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(tried(rsa, {&named, BCRYPT_PAD_PKCS1}, sample()), STATUS_SUCCESS);
}

TEST(CngPair, HandlesThatAreNoMoreOrOfAnotherKind) {
  BCRYPT_KEY_HANDLE key = nullptr;
  bytes blob = public_p256();
  ASSERT_EQ(BCryptImportKeyPair(BCRYPT_ECDSA_P256_ALG_HANDLE, nullptr, BCRYPT_ECCPUBLIC_BLOB, &key, blob.data(),
                                count_of(blob), 0),
            STATUS_SUCCESS);
  EXPECT_EQ(BCryptDestroyHash(key), STATUS_INVALID_HANDLE);
  EXPECT_EQ(verify(BCRYPT_ECDSA_P256_ALG_HANDLE, sample(), of_hex(signed_sample)), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptDestroyKey(key), STATUS_SUCCESS);
  EXPECT_EQ(BCryptDestroyKey(key), STATUS_INVALID_HANDLE);
  EXPECT_EQ(verify(key, sample(), of_hex(signed_sample)), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptDestroyKey(nullptr), STATUS_INVALID_HANDLE);
}

// ---- stored keys ----

class stored {
 public:
  explicit stored(pki::key_kind kind) : of_(test_leaf(kind)) {
    unsigned char* der = nullptr;
    PKCS8_PRIV_KEY_INFO* const info = EVP_PKEY2PKCS8(of_.key.get());
    const int size = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
    PKCS8_PRIV_KEY_INFO_free(info);
    EXPECT_EQ(NCryptOpenStorageProvider(&provider_, nullptr, 0), ERROR_SUCCESS);
    EXPECT_EQ(
        NCryptImportKey(provider_, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, nullptr, &key_, der, static_cast<DWORD>(size), 0),
        ERROR_SUCCESS);
    OPENSSL_free(der);
  }
  stored(const stored&) = delete;
  ~stored() {
    NCryptFreeObject(key_);
    NCryptFreeObject(provider_);
  }
  NCRYPT_KEY_HANDLE get() const { return key_; }
  EVP_PKEY* native() const { return of_.key.get(); }

  bytes sign(bytes hash, way how) const {
    bytes room(512);
    DWORD size = 0;
    const auto done = NCryptSignHash(key_, how.info, hash.data(), count_of(hash), room.data(), 512, &size,
                                     how.flags | NCRYPT_SILENT_FLAG);
    room.resize(done == ERROR_SUCCESS ? size : 0);
    return room;
  }

 private:
  const pki::issued& of_;
  NCRYPT_PROV_HANDLE provider_ = 0;
  NCRYPT_KEY_HANDLE key_ = 0;
};

bool openssl_verifies(EVP_PKEY* key, int padding, const bytes& hash, const bytes& by) {
  EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new(key, nullptr);
  EVP_PKEY_verify_init(context);
  EVP_PKEY_CTX_set_rsa_padding(context, padding);
  EVP_PKEY_CTX_set_signature_md(context, EVP_sha256());
  const bool right = EVP_PKEY_verify(context, by.data(), by.size(), hash.data(), hash.size()) == 1;
  EVP_PKEY_CTX_free(context);
  return right;
}

TEST(StoredKeySigns, AsOpenSslVerifies) {
  const stored key(pki::key_kind::rsa2048);
  BCRYPT_PKCS1_PADDING_INFO pkcs1{BCRYPT_SHA256_ALGORITHM};
  BCRYPT_PSS_PADDING_INFO pss{BCRYPT_SHA256_ALGORITHM, 32};
  const bytes first = key.sign(sample(), {&pkcs1, NCRYPT_PAD_PKCS1_FLAG});
  const bytes second = key.sign(sample(), {&pss, NCRYPT_PAD_PSS_FLAG});
  EXPECT_TRUE(openssl_verifies(key.native(), RSA_PKCS1_PADDING, sample(), first));
  EXPECT_TRUE(openssl_verifies(key.native(), RSA_PKCS1_PSS_PADDING, sample(), second));
  EXPECT_FALSE(openssl_verifies(key.native(), RSA_PKCS1_PADDING, sample(), second));
}

TEST(StoredKeySigns, AndVerifiesItself) {
  const stored key(pki::key_kind::p256);
  bytes hash = sample(), made = key.sign(sample(), {});
  ASSERT_EQ(made.size(), 64u);
  EXPECT_EQ(NCryptVerifySignature(key.get(), nullptr, hash.data(), 32, made.data(), 64, 0), ERROR_SUCCESS);
  made[5] ^= 1;
  EXPECT_EQ(NCryptVerifySignature(key.get(), nullptr, hash.data(), 32, made.data(), 64, 0), NTE_BAD_SIGNATURE);
}

TEST(StoredKeySigns, WhatIsRefused) {
  const stored key(pki::key_kind::p256);
  bytes hash = sample(), room(64, 0x5A);
  DWORD size = 0;
  const auto sign = [&](NCRYPT_KEY_HANDLE by, DWORD room_size, DWORD flags) {
    return NCryptSignHash(by, nullptr, hash.data(), 32, room.data(), room_size, &size, flags);
  };
  EXPECT_EQ(sign(0, 64, 0), NTE_INVALID_HANDLE);
  EXPECT_EQ(sign(key.get(), 64, 0x100), NTE_BAD_FLAGS);
  EXPECT_EQ(sign(key.get(), 64, NCRYPT_PAD_PKCS1_FLAG), NTE_INVALID_PARAMETER);
  EXPECT_EQ(sign(key.get(), 63, 0), NTE_BUFFER_TOO_SMALL);
  EXPECT_EQ(size, 64u);
  EXPECT_EQ(room, bytes(64, 0x5A));
  EXPECT_EQ(NCryptSignHash(key.get(), nullptr, nullptr, 32, room.data(), 64, &size, 0), NTE_INVALID_PARAMETER);
  EXPECT_EQ(NCryptSignHash(key.get(), nullptr, hash.data(), 32, room.data(), 64, nullptr, 0), NTE_INVALID_PARAMETER);
  EXPECT_EQ(NCryptVerifySignature(0, nullptr, hash.data(), 32, room.data(), 64, 0), NTE_INVALID_HANDLE);
}

}  // namespace
}  // namespace schannix::test::sspi

// CryptoAPI's random bytes and hashes, as curl and others call them. MS nf-wincrypt pages
#include <gtest/gtest.h>

#include <wincrypt.h>

#include <string>
#include <vector>

namespace schannix::test::sspi {
namespace {

using bytes = std::vector<BYTE>;

constexpr DWORD failed(HRESULT why) { return static_cast<DWORD>(why); }

// CRYPT_VERIFYCONTEXT, for the test's life.
class CapiHash : public testing::Test {
 protected:
  CapiHash() {
    EXPECT_TRUE(CryptAcquireContextA(&provider_, nullptr, nullptr, PROV_RSA_AES, CRYPT_VERIFYCONTEXT | CRYPT_SILENT));
  }
  ~CapiHash() override { CryptReleaseContext(provider_, 0); }

  HCRYPTPROV provider() const { return provider_; }
  HCRYPTHASH begun(ALG_ID algorithm = CALG_SHA_256) const {
    HCRYPTHASH made = 0;
    EXPECT_TRUE(CryptCreateHash(provider_, algorithm, 0, 0, &made));
    return made;
  }

 private:
  HCRYPTPROV provider_ = 0;
};

bool add(HCRYPTHASH to, const std::string& text) {
  return CryptHashData(to, reinterpret_cast<const BYTE*>(text.data()), static_cast<DWORD>(text.size()), 0) != FALSE;
}

DWORD number(HCRYPTHASH of, DWORD which) {
  DWORD value = 0, size = sizeof value;
  return CryptGetHashParam(of, which, reinterpret_cast<BYTE*>(&value), &size, 0) && size == sizeof value ? value : 0;
}

std::string value_of(HCRYPTHASH of) {
  bytes value(number(of, HP_HASHSIZE));
  auto size = static_cast<DWORD>(value.size());
  EXPECT_TRUE(CryptGetHashParam(of, HP_HASHVAL, value.data(), &size, 0));
  std::string out;
  for (const BYTE one : value) {
    constexpr char digits[] = "0123456789abcdef";
    out += {digits[one >> 4], digits[one & 15]};
  }
  return out;
}

constexpr char abc_256[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST_F(CapiHash, KnownAnswersOfEachAlgorithm) {
  const std::vector<std::pair<ALG_ID, std::string>> known = {
      {CALG_MD5, "900150983cd24fb0d6963f7d28e17f72"},
      {CALG_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {CALG_SHA_256, abc_256},
      {CALG_SHA_384,
       "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
      {CALG_SHA_512,
       "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80"
       "e2a"
       "9ac94fa54ca49f"}};
  for (const auto& [algorithm, value] : known) {
    const HCRYPTHASH one = begun(algorithm);
    for (const char* piece : {"a", "", "bc"}) EXPECT_TRUE(add(one, piece));
    EXPECT_EQ(number(one, HP_ALGID), algorithm);
    EXPECT_EQ(value_of(one), value);
    EXPECT_TRUE(CryptDestroyHash(one));
  }
}

TEST_F(CapiHash, TheValueEndsItAndCanBeHadAgain) {
  const HCRYPTHASH one = begun();
  add(one, "abc");
  EXPECT_EQ(value_of(one), abc_256);
  EXPECT_EQ(value_of(one), abc_256);
  HCRYPTHASH other = 0;
  EXPECT_FALSE(add(one, "more"));
  EXPECT_EQ(GetLastError(), failed(NTE_BAD_HASH_STATE));
  EXPECT_FALSE(CryptDuplicateHash(one, nullptr, 0, &other));
  EXPECT_EQ(GetLastError(), failed(NTE_BAD_HASH_STATE));
  EXPECT_TRUE(CryptDestroyHash(one));
}

TEST_F(CapiHash, AskingForSizesDoesNotEndIt) {
  const HCRYPTHASH one = begun();
  add(one, "a");
  DWORD size = 0;
  EXPECT_TRUE(CryptGetHashParam(one, HP_HASHVAL, nullptr, &size, 0));
  EXPECT_EQ(size, 32u);
  bytes room(31, 0x5A);
  size = 31;
  EXPECT_FALSE(CryptGetHashParam(one, HP_HASHVAL, room.data(), &size, 0));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_MORE_DATA});
  EXPECT_EQ(size, 32u);
  EXPECT_EQ(room, bytes(31, 0x5A));
  EXPECT_TRUE(add(one, "bc"));
  EXPECT_EQ(value_of(one), abc_256);
  EXPECT_TRUE(CryptDestroyHash(one));
}

TEST_F(CapiHash, ADuplicateGoesItsOwnWay) {
  const HCRYPTHASH one = begun();
  add(one, "a");
  HCRYPTHASH other = 0;
  ASSERT_TRUE(CryptDuplicateHash(one, nullptr, 0, &other));
  add(one, "other");
  EXPECT_TRUE(CryptDestroyHash(one));
  add(other, "bc");
  EXPECT_EQ(value_of(other), abc_256);
  DWORD reserved = 0;
  EXPECT_FALSE(CryptDuplicateHash(other, &reserved, 0, &other));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_TRUE(CryptDestroyHash(other));
}

TEST_F(CapiHash, WhatCannotBeMade) {
  HCRYPTHASH made = 0;
  const auto why = [&](HCRYPTPROV by, ALG_ID algorithm, HCRYPTKEY key, DWORD flags, HCRYPTHASH* into) {
    SetLastError(0);
    EXPECT_FALSE(CryptCreateHash(by, algorithm, key, flags, into));
    return GetLastError();
  };
  EXPECT_EQ(why(0, CALG_SHA_256, 0, 0, &made), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_EQ(why(provider(), CALG_SHA_256, 0, 0, nullptr), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_EQ(why(provider(), CALG_SHA_256, 0, 1, &made), failed(NTE_BAD_FLAGS));
  EXPECT_EQ(why(provider(), CALG_SHA_256, 1, 0, &made), failed(NTE_BAD_KEY));
  for (const ALG_ID other : {ALG_ID{CALG_HMAC}, ALG_ID{CALG_MD4}, ALG_ID{CALG_AES_128}, ALG_ID{0}})
    EXPECT_EQ(why(provider(), other, 0, 0, &made), failed(NTE_BAD_ALGID));
  EXPECT_EQ(made, 0u);
}

TEST_F(CapiHash, WhatIsRefusedLeavesItAsItWas) {
  const HCRYPTHASH one = begun();
  add(one, "abc");
  BYTE byte = 1;
  DWORD size = 1;
  EXPECT_FALSE(CryptHashData(one, nullptr, 1, 0));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_FALSE(CryptHashData(one, &byte, 1, 1));
  EXPECT_EQ(GetLastError(), failed(NTE_BAD_FLAGS));
  EXPECT_FALSE(CryptGetHashParam(one, HP_HASHVAL, &byte, nullptr, 0));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_FALSE(CryptGetHashParam(one, HP_HASHVAL, &byte, &size, 1));
  EXPECT_EQ(GetLastError(), failed(NTE_BAD_FLAGS));
  EXPECT_FALSE(CryptGetHashParam(one, 99, &byte, &size, 0));
  EXPECT_EQ(GetLastError(), failed(NTE_BAD_TYPE));
  EXPECT_EQ(value_of(one), abc_256);
  EXPECT_TRUE(CryptDestroyHash(one));
}

TEST_F(CapiHash, HandlesThatAreNoMoreOrOfAnotherKind) {
  const HCRYPTHASH one = begun();
  EXPECT_FALSE(CryptReleaseContext(one, 0));
  EXPECT_FALSE(CryptDestroyHash(provider()));
  EXPECT_EQ(GetLastError(), failed(NTE_BAD_HASH));
  EXPECT_TRUE(CryptDestroyHash(one));
  DWORD size = 0;
  HCRYPTHASH other = 0;
  EXPECT_FALSE(CryptDestroyHash(one));
  EXPECT_FALSE(add(one, "abc"));
  EXPECT_FALSE(CryptDuplicateHash(one, nullptr, 0, &other));
  SetLastError(0);
  EXPECT_FALSE(CryptGetHashParam(one, HP_HASHSIZE, nullptr, &size, 0));
  EXPECT_EQ(GetLastError(), failed(NTE_BAD_HASH));
}

TEST_F(CapiHash, OutlivesItsProvider) {
  HCRYPTPROV by = 0;
  ASSERT_TRUE(CryptAcquireContextA(&by, nullptr, nullptr, PROV_RSA_FULL, CRYPT_VERIFYCONTEXT));
  HCRYPTHASH one = 0;
  EXPECT_TRUE(CryptCreateHash(by, CALG_SHA_256, 0, 0, &one));
  EXPECT_TRUE(CryptReleaseContext(by, 0));
  EXPECT_TRUE(add(one, "abc"));
  EXPECT_EQ(value_of(one), abc_256);
  EXPECT_TRUE(CryptDestroyHash(one));
}

TEST_F(CapiHash, RandomBytesOfTheProvider) {
  bytes first(34, 0x5A), second(34, 0x5A);
  EXPECT_TRUE(CryptGenRandom(provider(), 32, first.data() + 1));
  EXPECT_TRUE(CryptGenRandom(provider(), 32, second.data() + 1));
  EXPECT_NE(first, second);
  EXPECT_TRUE(first.front() == 0x5A && first.back() == 0x5A);
  EXPECT_TRUE(CryptGenRandom(provider(), 0, nullptr));
  SetLastError(0);
  EXPECT_FALSE(CryptGenRandom(provider(), 32, nullptr));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
  SetLastError(0);
  EXPECT_FALSE(CryptGenRandom(0, 32, first.data()));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

}  // namespace
}  // namespace schannix::test::sspi

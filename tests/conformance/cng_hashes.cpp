// CNG's random bytes and hashes: known answers, and whatever is wrong with a call. MS nf-bcrypt pages
#include <gtest/gtest.h>

#include <bcrypt.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace schannix::test::sspi {
namespace {

using bytes = std::vector<UCHAR>;

bytes of_text(const std::string& text) { return {text.begin(), text.end()}; }

std::string hex(const bytes& of) {
  std::string out;
  for (const UCHAR one : of) {
    constexpr char digits[] = "0123456789abcdef";
    out += {digits[one >> 4], digits[one & 15]};
  }
  return out;
}

std::string hash_of(BCRYPT_ALG_HANDLE by, const std::string& text, std::size_t size) {
  bytes data = of_text(text), value(size);
  const NTSTATUS done =
      BCryptHash(by, nullptr, 0, data.data(), static_cast<ULONG>(data.size()), value.data(), static_cast<ULONG>(size));
  return done == STATUS_SUCCESS ? hex(value) : "";
}

BCRYPT_ALG_HANDLE opened(LPCWSTR name, ULONG flags = 0) {
  BCRYPT_ALG_HANDLE made = nullptr;
  EXPECT_EQ(BCryptOpenAlgorithmProvider(&made, name, nullptr, flags), STATUS_SUCCESS);
  return made;
}

BCRYPT_HASH_HANDLE begun(BCRYPT_ALG_HANDLE by, ULONG flags = 0) {
  BCRYPT_HASH_HANDLE made = nullptr;
  EXPECT_EQ(BCryptCreateHash(by, &made, nullptr, 0, nullptr, 0, flags), STATUS_SUCCESS);
  return made;
}

NTSTATUS add(BCRYPT_HASH_HANDLE to, const std::string& text) {
  bytes data = of_text(text);
  return BCryptHashData(to, data.data(), static_cast<ULONG>(data.size()), 0);
}

std::string end_of(BCRYPT_HASH_HANDLE one, std::size_t size = 32) {
  bytes value(size);
  const NTSTATUS done = BCryptFinishHash(one, value.data(), static_cast<ULONG>(size), 0);
  return done == STATUS_SUCCESS ? hex(value) : "";
}

// FIPS 180-4's examples, RFC 1321 §A.5
constexpr char abc_256[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char nothing_256[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(CngHash, KnownAnswersOfEachAlgorithm) {
  EXPECT_EQ(hash_of(BCRYPT_MD5_ALG_HANDLE, "abc", 16), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hash_of(BCRYPT_SHA1_ALG_HANDLE, "abc", 20), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hash_of(BCRYPT_SHA256_ALG_HANDLE, "abc", 32), abc_256);
  EXPECT_EQ(hash_of(BCRYPT_SHA384_ALG_HANDLE, "abc", 48),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(
      hash_of(BCRYPT_SHA512_ALG_HANDLE, "abc", 64),
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce8"
      "0e2a9ac94fa54ca49f");
  EXPECT_EQ(hash_of(BCRYPT_SHA256_ALG_HANDLE, "", 32), nothing_256);
}

TEST(CngHash, NamesAndConstantHandlesAreTheSame) {
  for (const auto& [name, constant, size] : {std::tuple{BCRYPT_MD5_ALGORITHM, BCRYPT_MD5_ALG_HANDLE, 16u},
                                             std::tuple{BCRYPT_SHA1_ALGORITHM, BCRYPT_SHA1_ALG_HANDLE, 20u},
                                             std::tuple{BCRYPT_SHA384_ALGORITHM, BCRYPT_SHA384_ALG_HANDLE, 48u},
                                             std::tuple{BCRYPT_SHA512_ALGORITHM, BCRYPT_SHA512_ALG_HANDLE, 64u}}) {
    const BCRYPT_ALG_HANDLE by = opened(name);
    EXPECT_EQ(hash_of(by, "abc", size), hash_of(constant, "abc", size));
    EXPECT_NE(hash_of(by, "abc", size), "");
    EXPECT_EQ(BCryptCloseAlgorithmProvider(by, 0), STATUS_SUCCESS);
  }
}

TEST(CngHash, PieceByPiece) {
  const BCRYPT_HASH_HANDLE one = begun(BCRYPT_SHA256_ALG_HANDLE);
  for (const char* piece : {"a", "", "bc"}) EXPECT_EQ(add(one, piece), STATUS_SUCCESS);
  EXPECT_EQ(end_of(one), abc_256);
  EXPECT_EQ(BCryptDestroyHash(one), STATUS_SUCCESS);
}

// RFC 4231 §4.3
TEST(CngHash, HmacByFlagAndByConstantHandle) {
  bytes key = of_text("Jefe"), data = of_text("what do ya want for nothing?"), value(32);
  const BCRYPT_ALG_HANDLE by = opened(BCRYPT_SHA256_ALGORITHM, BCRYPT_ALG_HANDLE_HMAC_FLAG);
  for (const BCRYPT_ALG_HANDLE one : {by, BCRYPT_HMAC_SHA256_ALG_HANDLE}) {
    EXPECT_EQ(BCryptHash(one, key.data(), 4, data.data(), static_cast<ULONG>(data.size()), value.data(), 32),
              STATUS_SUCCESS);
    EXPECT_EQ(hex(value), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }
  EXPECT_EQ(BCryptCloseAlgorithmProvider(by, 0), STATUS_SUCCESS);
}

// HMAC("", "") with SHA-256, which others publish too.
TEST(CngHash, HmacWithAnEmptyKey) {
  EXPECT_EQ(hash_of(BCRYPT_HMAC_SHA256_ALG_HANDLE, "", 32),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(CngHash, AFinishedOneTakesNothingMore) {
  const BCRYPT_HASH_HANDLE one = begun(BCRYPT_SHA256_ALG_HANDLE);
  EXPECT_EQ(end_of(one), nothing_256);
  bytes value(32);
  BCRYPT_HASH_HANDLE other = nullptr;
  EXPECT_EQ(add(one, "abc"), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptFinishHash(one, value.data(), 32, 0), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptDuplicateHash(one, &other, nullptr, 0, 0), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptDestroyHash(one), STATUS_SUCCESS);
}

TEST(CngHash, AReusableOneBeginsAnew) {
  const BCRYPT_ALG_HANDLE by = opened(BCRYPT_SHA256_ALGORITHM, BCRYPT_HASH_REUSABLE_FLAG);
  for (const BCRYPT_HASH_HANDLE one : {begun(by), begun(BCRYPT_SHA256_ALG_HANDLE, BCRYPT_HASH_REUSABLE_FLAG)}) {
    for (int times = 0; times < 2; ++times) {
      EXPECT_EQ(add(one, "abc"), STATUS_SUCCESS);
      EXPECT_EQ(end_of(one), abc_256);
    }
    EXPECT_EQ(BCryptDestroyHash(one), STATUS_SUCCESS);
  }
  EXPECT_EQ(BCryptCloseAlgorithmProvider(by, 0), STATUS_SUCCESS);
}

TEST(CngHash, ADuplicateGoesItsOwnWay) {
  const BCRYPT_HASH_HANDLE one = begun(BCRYPT_SHA256_ALG_HANDLE);
  add(one, "a");
  BCRYPT_HASH_HANDLE other = nullptr;
  ASSERT_EQ(BCryptDuplicateHash(one, &other, nullptr, 0, 0), STATUS_SUCCESS);
  add(one, "other");
  add(other, "bc");
  EXPECT_EQ(BCryptDestroyHash(one), STATUS_SUCCESS);
  EXPECT_EQ(end_of(other), abc_256);
  EXPECT_EQ(BCryptDestroyHash(other), STATUS_SUCCESS);
}

TEST(CngHash, AValueOfAnotherSizeIsRefusedAndTheHashIsAsBefore) {
  const BCRYPT_HASH_HANDLE one = begun(BCRYPT_SHA256_ALG_HANDLE);
  add(one, "abc");
  bytes value(33, 0x5A);
  for (const ULONG size : {ULONG{0}, ULONG{31}, ULONG{33}})
    EXPECT_EQ(BCryptFinishHash(one, value.data(), size, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptFinishHash(one, nullptr, 32, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptFinishHash(one, value.data(), 32, 1), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(value, bytes(33, 0x5A));
  EXPECT_EQ(end_of(one), abc_256);
  EXPECT_EQ(BCryptDestroyHash(one), STATUS_SUCCESS);
}

TEST(CngHash, WhatCannotBeMade) {
  UCHAR memory[8] = {};
  BCRYPT_HASH_HANDLE made = nullptr;
  const auto create = [&](BCRYPT_ALG_HANDLE by, PUCHAR object, ULONG size, PUCHAR secret, ULONG secret_size,
                          ULONG flags) {
    return BCryptCreateHash(by, &made, object, size, secret, secret_size, flags);
  };
  const BCRYPT_ALG_HANDLE by = BCRYPT_SHA256_ALG_HANDLE;
  EXPECT_EQ(create(nullptr, nullptr, 0, nullptr, 0, 0), STATUS_INVALID_HANDLE);
  EXPECT_EQ(create(BCRYPT_RNG_ALG_HANDLE, nullptr, 0, nullptr, 0, 0), STATUS_NOT_SUPPORTED);
  EXPECT_EQ(create(by, memory, sizeof memory, nullptr, 0, 0), STATUS_BUFFER_TOO_SMALL);
  EXPECT_EQ(create(by, nullptr, 8, nullptr, 0, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(create(by, nullptr, 0, memory, 8, 0), STATUS_INVALID_PARAMETER);  // a key, and no HMAC
  EXPECT_EQ(create(by, nullptr, 0, nullptr, 0, 1), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(create(BCRYPT_HMAC_SHA256_ALG_HANDLE, nullptr, 0, nullptr, 8, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptCreateHash(by, nullptr, nullptr, 0, nullptr, 0, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(made, nullptr);
}

TEST(CngHash, BytesThatAreNone) {
  const BCRYPT_HASH_HANDLE one = begun(BCRYPT_SHA256_ALG_HANDLE);
  UCHAR byte = 1, value[32];
  EXPECT_EQ(BCryptHashData(one, nullptr, 1, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptHashData(one, &byte, 1, 1), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptHashData(one, nullptr, 0, 0), STATUS_SUCCESS);
  EXPECT_EQ(end_of(one), nothing_256);
  EXPECT_EQ(BCryptHash(BCRYPT_SHA256_ALG_HANDLE, nullptr, 0, nullptr, 1, value, 32), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptHash(BCRYPT_SHA256_ALG_HANDLE, nullptr, 0, &byte, 1, value, 31), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptHash(BCRYPT_SHA256_ALG_HANDLE, &byte, 1, &byte, 1, value, 32), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptHash(one, nullptr, 0, &byte, 1, value, 32), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptDestroyHash(one), STATUS_SUCCESS);
}

TEST(CngHash, HandlesThatAreNoMoreOrOfAnotherKind) {
  const BCRYPT_ALG_HANDLE by = opened(BCRYPT_SHA256_ALGORITHM);
  const BCRYPT_HASH_HANDLE one = begun(by);
  EXPECT_EQ(BCryptDestroyHash(by), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptCloseAlgorithmProvider(one, 0), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptCloseAlgorithmProvider(BCRYPT_SHA256_ALG_HANDLE, 0), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptCloseAlgorithmProvider(by, 1), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptCloseAlgorithmProvider(by, 0), STATUS_SUCCESS);
  EXPECT_EQ(BCryptCloseAlgorithmProvider(by, 0), STATUS_INVALID_HANDLE);
  EXPECT_EQ(add(one, "abc"), STATUS_SUCCESS);  // what was made with it stays
  EXPECT_EQ(end_of(one), abc_256);
  EXPECT_EQ(BCryptDestroyHash(one), STATUS_SUCCESS);
  EXPECT_EQ(BCryptDestroyHash(one), STATUS_INVALID_HANDLE);
  EXPECT_EQ(add(one, "abc"), STATUS_INVALID_HANDLE);
  EXPECT_EQ(add(nullptr, "abc"), STATUS_INVALID_HANDLE);
}

TEST(CngAlgorithm, WhatCannotBeOpened) {
  BCRYPT_ALG_HANDLE made = nullptr;
  EXPECT_EQ(BCryptOpenAlgorithmProvider(nullptr, BCRYPT_SHA256_ALGORITHM, nullptr, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptOpenAlgorithmProvider(&made, nullptr, nullptr, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptOpenAlgorithmProvider(&made, L"SHA257", nullptr, 0), STATUS_NOT_FOUND);
  EXPECT_EQ(BCryptOpenAlgorithmProvider(&made, BCRYPT_SHA256_ALGORITHM, L"Other", 0), STATUS_NOT_FOUND);
  EXPECT_EQ(BCryptOpenAlgorithmProvider(&made, BCRYPT_SHA256_ALGORITHM, nullptr, 0x100), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptOpenAlgorithmProvider(&made, BCRYPT_RNG_ALGORITHM, nullptr, BCRYPT_ALG_HANDLE_HMAC_FLAG),
            STATUS_INVALID_PARAMETER);
  EXPECT_EQ(made, nullptr);
  EXPECT_EQ(BCryptOpenAlgorithmProvider(&made, BCRYPT_RNG_ALGORITHM, MS_PRIMITIVE_PROVIDER, 0), STATUS_SUCCESS);
  EXPECT_EQ(BCryptCloseAlgorithmProvider(made, 0), STATUS_SUCCESS);
}

ULONG number(BCRYPT_HANDLE of, LPCWSTR property) {
  ULONG value = 0, size = 0;
  const NTSTATUS done = BCryptGetProperty(of, property, reinterpret_cast<PUCHAR>(&value), sizeof value, &size, 0);
  return done == STATUS_SUCCESS && size == sizeof value ? value : 0;
}

TEST(CngAlgorithm, PropertiesOfHashesAndAlgorithms) {
  const BCRYPT_HASH_HANDLE one = begun(BCRYPT_SHA384_ALG_HANDLE);
  for (const BCRYPT_HANDLE of : {one, BCRYPT_SHA384_ALG_HANDLE}) {
    EXPECT_EQ(number(of, BCRYPT_HASH_LENGTH), 48u);
    EXPECT_EQ(number(of, BCRYPT_HASH_BLOCK_LENGTH), 128u);
    WCHAR name[16] = {};
    ULONG size = 0;
    EXPECT_EQ(BCryptGetProperty(of, BCRYPT_ALGORITHM_NAME, reinterpret_cast<PUCHAR>(name), sizeof name, &size, 0),
              STATUS_SUCCESS);
    EXPECT_STREQ(name, BCRYPT_SHA384_ALGORITHM);
    EXPECT_EQ(size, 7 * sizeof(WCHAR));
  }
  EXPECT_EQ(number(BCRYPT_MD5_ALG_HANDLE, BCRYPT_HASH_BLOCK_LENGTH), 64u);
  EXPECT_EQ(BCryptDestroyHash(one), STATUS_SUCCESS);
}

TEST(CngAlgorithm, AnObjectOfTheSizeThatIsToldIsEnough) {
  bytes memory(number(BCRYPT_SHA256_ALG_HANDLE, BCRYPT_OBJECT_LENGTH));
  ASSERT_GT(memory.size(), 0u);
  BCRYPT_HASH_HANDLE made = nullptr;
  EXPECT_EQ(BCryptCreateHash(BCRYPT_SHA256_ALG_HANDLE, &made, memory.data(), static_cast<ULONG>(memory.size()), nullptr,
                             0, 0),
            STATUS_SUCCESS);
  EXPECT_EQ(BCryptDestroyHash(made), STATUS_SUCCESS);
}

TEST(CngAlgorithm, PropertiesThatCannotBeTold) {
  UCHAR room[4] = {};
  ULONG size = 0;
  const BCRYPT_ALG_HANDLE by = BCRYPT_SHA256_ALG_HANDLE;
  EXPECT_EQ(BCryptGetProperty(by, BCRYPT_HASH_LENGTH, nullptr, 0, &size, 0), STATUS_SUCCESS);
  EXPECT_EQ(size, sizeof(ULONG));
  EXPECT_EQ(BCryptGetProperty(by, BCRYPT_HASH_LENGTH, room, 3, &size, 0), STATUS_BUFFER_TOO_SMALL);
  EXPECT_EQ(BCryptGetProperty(nullptr, BCRYPT_HASH_LENGTH, room, 4, &size, 0), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptGetProperty(by, nullptr, room, 4, &size, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptGetProperty(by, BCRYPT_HASH_LENGTH, room, 4, nullptr, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptGetProperty(by, BCRYPT_HASH_LENGTH, room, 4, &size, 1), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptGetProperty(by, L"Colour", room, 4, &size, 0), STATUS_NOT_SUPPORTED);
  EXPECT_EQ(BCryptGetProperty(BCRYPT_RNG_ALG_HANDLE, BCRYPT_HASH_LENGTH, room, 4, &size, 0), STATUS_NOT_SUPPORTED);
}

// ---- random bytes ----

bytes random_of(BCRYPT_ALG_HANDLE by, ULONG flags) {
  bytes made(64);
  return BCryptGenRandom(by, made.data(), 64, flags) == STATUS_SUCCESS ? made : bytes();
}

TEST(CngRandom, EachTimeOthers) {
  const BCRYPT_ALG_HANDLE by = opened(BCRYPT_RNG_ALGORITHM);
  std::vector<bytes> made = {random_of(by, 0),
                             random_of(by, BCRYPT_RNG_USE_ENTROPY_IN_BUFFER),
                             random_of(BCRYPT_RNG_ALG_HANDLE, 0),
                             random_of(nullptr, BCRYPT_USE_SYSTEM_PREFERRED_RNG),
                             random_of(nullptr, BCRYPT_USE_SYSTEM_PREFERRED_RNG),
                             bytes(64)};
  std::ranges::sort(made);
  EXPECT_EQ(made[0].size(), 64u);
  EXPECT_EQ(std::ranges::adjacent_find(made), made.end());
  EXPECT_EQ(BCryptCloseAlgorithmProvider(by, 0), STATUS_SUCCESS);
}

TEST(CngRandom, FillsTheBufferAndNothingBeside) {
  bytes memory(34, 0x5A);
  EXPECT_EQ(BCryptGenRandom(nullptr, memory.data() + 1, 32, BCRYPT_USE_SYSTEM_PREFERRED_RNG), STATUS_SUCCESS);
  EXPECT_EQ(memory.front(), 0x5A);
  EXPECT_EQ(memory.back(), 0x5A);
  EXPECT_LT(std::ranges::count(memory, 0x5A), 20);
}

TEST(CngRandom, WhatIsRefused) {
  bytes memory(8, 0x5A);
  EXPECT_EQ(BCryptGenRandom(nullptr, memory.data(), 8, 0), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptGenRandom(BCRYPT_SHA256_ALG_HANDLE, memory.data(), 8, 0), STATUS_INVALID_HANDLE);
  EXPECT_EQ(BCryptGenRandom(BCRYPT_RNG_ALG_HANDLE, memory.data(), 8, BCRYPT_USE_SYSTEM_PREFERRED_RNG),
            STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptGenRandom(BCRYPT_RNG_ALG_HANDLE, memory.data(), 8, 4), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptGenRandom(BCRYPT_RNG_ALG_HANDLE, nullptr, 8, 0), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(memory, bytes(8, 0x5A));
  EXPECT_EQ(BCryptGenRandom(BCRYPT_RNG_ALG_HANDLE, nullptr, 0, 0), STATUS_SUCCESS);
}

}  // namespace
}  // namespace schannix::test::sspi

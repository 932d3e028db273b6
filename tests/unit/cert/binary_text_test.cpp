// CryptStringToBinary and CryptBinaryToString.
#include "fixture.hpp"

namespace schannix::cert {
namespace {

struct read_text {
  std::string bytes;
  DWORD skipped = 99, form = 99, error = 0;
};

read_text read(const std::string& text, DWORD flags, DWORD room = 100) {
  read_text out;
  out.bytes.resize(room);
  SetLastError(0);
  if (!CryptStringToBinaryA(text.data(), static_cast<DWORD>(text.size()), flags,
                            reinterpret_cast<BYTE*>(out.bytes.data()), &room, &out.skipped, &out.form))
    out.error = GetLastError();
  out.bytes.resize(out.error == 0 ? room : 0);
  return out;
}

std::string write(const std::string& bytes, DWORD flags) {
  const auto* const first = reinterpret_cast<const BYTE*>(bytes.data());
  DWORD size = 0;
  EXPECT_TRUE(CryptBinaryToStringA(first, static_cast<DWORD>(bytes.size()), flags, nullptr, &size));
  std::string out(size, '?');
  EXPECT_TRUE(CryptBinaryToStringA(first, static_cast<DWORD>(bytes.size()), flags, out.data(), &size));
  EXPECT_EQ(out.size(), size + 1u);
  out.resize(size);
  return out;
}

TEST(string_to_binary, base64) {
  EXPECT_EQ(read("aGVs\r\nbG8=", CRYPT_STRING_BASE64).bytes, "hello");
  EXPECT_EQ(read("aGVsbA==", CRYPT_STRING_BASE64 | CRYPT_STRING_STRICT).bytes, "hell");
  for (const char* bad : {"aGVsbG8", "aGVs=G8=", "aGVsbG8=aGVs", "a===", "aGVs!G8=", "===="})
    EXPECT_EQ(read(bad, CRYPT_STRING_BASE64).error, static_cast<DWORD>(ERROR_INVALID_DATA)) << bad;
}

TEST(string_to_binary, header) {
  const std::string text = "note\n-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\nend";
  const read_text found = read(text, CRYPT_STRING_BASE64HEADER);
  EXPECT_EQ(found.bytes, "hello");
  EXPECT_EQ(found.skipped, 5u);
  EXPECT_EQ(found.form, DWORD{CRYPT_STRING_BASE64HEADER});
  EXPECT_EQ(read(text, CRYPT_STRING_BASE64_ANY).form, DWORD{CRYPT_STRING_BASE64HEADER});
  EXPECT_EQ(read("aGVsbG8=", CRYPT_STRING_BASE64_ANY).form, DWORD{CRYPT_STRING_BASE64});
  EXPECT_EQ(read("aGVsbG8=", CRYPT_STRING_BASE64HEADER).error, static_cast<DWORD>(ERROR_INVALID_DATA));
  EXPECT_EQ(read("-----BEGIN X-----\naGVsbG8=", CRYPT_STRING_BASE64HEADER).error,
            static_cast<DWORD>(ERROR_INVALID_DATA));
}

TEST(string_to_binary, hex_and_binary) {
  EXPECT_EQ(read("68 65 6C6c\n6f", CRYPT_STRING_HEX).bytes, "hello");
  EXPECT_EQ(read("68656c6c6f", CRYPT_STRING_HEXRAW).bytes, "hello");
  EXPECT_EQ(read("6 8", CRYPT_STRING_HEX).error, static_cast<DWORD>(ERROR_INVALID_DATA));
  EXPECT_EQ(read("h\xFFllo", CRYPT_STRING_ANY).form, DWORD{CRYPT_STRING_BINARY});
}

TEST(string_to_binary, sizes_and_refusals) {
  EXPECT_EQ(read("aGVsbG8=", CRYPT_STRING_BASE64, 4).error, static_cast<DWORD>(ERROR_MORE_DATA));
  DWORD size = 0;
  EXPECT_TRUE(CryptStringToBinaryA("aGVsbG8=", 0, CRYPT_STRING_BASE64, nullptr, &size, nullptr, nullptr));
  EXPECT_EQ(size, 5u);
  EXPECT_TRUE(CryptStringToBinaryW(L"aGVsbG8=", 0, CRYPT_STRING_ANY, nullptr, &size, nullptr, nullptr));
  EXPECT_FALSE(CryptStringToBinaryW(L"\u0161GVsbG8=", 0, CRYPT_STRING_ANY, nullptr, &size, nullptr, nullptr));
  EXPECT_EQ(read("x", CRYPT_STRING_HEXASCII).error, static_cast<DWORD>(ERROR_INVALID_PARAMETER));
  EXPECT_FALSE(CryptStringToBinaryA(nullptr, 0, CRYPT_STRING_BASE64, nullptr, &size, nullptr, nullptr));
  EXPECT_FALSE(CryptStringToBinaryA("", 0, CRYPT_STRING_BASE64, nullptr, nullptr, nullptr, nullptr));
}

TEST(binary_to_string, forms) {
  EXPECT_EQ(write("hello", CRYPT_STRING_BASE64), "aGVsbG8=\r\n");
  EXPECT_EQ(write("hello", CRYPT_STRING_BASE64 | CRYPT_STRING_NOCRLF), "aGVsbG8=");
  EXPECT_EQ(write("hello", CRYPT_STRING_HEXRAW | CRYPT_STRING_NOCR), "68656c6c6f\n");
  EXPECT_EQ(write("hi", CRYPT_STRING_BASE64HEADER),
            "-----BEGIN CERTIFICATE-----\r\naGk=\r\n-----END CERTIFICATE-----\r\n");
  const std::string der = leaf().der();
  EXPECT_EQ(write(der, CRYPT_STRING_BASE64HEADER | CRYPT_STRING_NOCR), leaf().pem());
  EXPECT_EQ(read(leaf().pem(), CRYPT_STRING_ANY, 4000).bytes, der);
}

TEST(binary_to_string, refusals) {
  const BYTE bytes[] = {1, 2, 3};
  char room[4];
  DWORD size = sizeof room;
  EXPECT_FALSE(CryptBinaryToStringA(bytes, 3, CRYPT_STRING_BASE64, room, &size));
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_MORE_DATA));
  EXPECT_EQ(size, 7u);
  for (const DWORD flags : {DWORD{CRYPT_STRING_HEX}, DWORD{CRYPT_STRING_NOCR | CRYPT_STRING_NOCRLF}, DWORD{77}}) {
    EXPECT_FALSE(CryptBinaryToStringA(bytes, 3, flags, nullptr, &size));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
  }
  EXPECT_FALSE(CryptBinaryToStringW(nullptr, 3, CRYPT_STRING_BASE64, nullptr, &size));
}

}  // namespace
}  // namespace schannix::cert

// The order of suites as CNG lists it, and that nobody changes it by a call.
#include <gtest/gtest.h>

#include <bcrypt.h>
#include <ncrypt.h>

#include <iostream>
#include <string>
#include <vector>

#include "conformance/fresh_process.hpp"
#include "conformance/sspi_crypto_settings.hpp"

namespace schannix::test::sspi {
namespace {

constexpr const wchar_t* ssl = L"SSL";
constexpr const wchar_t* suite = L"TLS_AES_128_GCM_SHA256";

std::vector<std::string> listed() {
  PCRYPT_CONTEXT_FUNCTIONS found = nullptr;
  ULONG size = 0;
  EXPECT_EQ(BCryptEnumContextFunctions(CRYPT_LOCAL, ssl, NCRYPT_SCHANNEL_INTERFACE, &size, &found), STATUS_SUCCESS);
  std::vector<std::string> names;
  for (ULONG i = 0; found != nullptr && i < found->cFunctions; ++i) {
    const std::wstring wide = found->rgpszFunctions[i];
    names.emplace_back(wide.begin(), wide.end());
  }
  BCryptFreeBuffer(found);
  return names;
}

// By IANA's names, as the peer reads them off the ClientHello.
std::vector<std::string> offered() {
  openssl_peer peer(open_peer(role::client));
  party client(client_credential(tls::newest));
  peer.give(client.take());
  std::vector<std::string> names;
  STACK_OF(SSL_CIPHER)* const all = SSL_get_client_ciphers(peer.native());
  for (int i = 0; i < sk_SSL_CIPHER_num(all); ++i)
    names.emplace_back(SSL_CIPHER_standard_name(sk_SSL_CIPHER_value(all, i)));
  return names;
}

TEST(SuiteOrder, IsWhatAClientOffers) {
  EXPECT_GT(listed().size(), 5u);
  EXPECT_EQ(listed(), offered());
}

void tell_order() {
  for (const std::string& one : listed()) std::cerr << one << ' ';
  std::cerr << (listed() == offered() ? "offered" : "not offered");
}

class SuiteOrderOfSettings : public FreshProcess {};

TEST_F(SuiteOrderOfSettings, IsTheAdministrators) {
  const std::string order =
      "[Cryptography\\Configuration\\SSL\\00010002]\n"
      "Functions = TLS_CHACHA20_POLY1305_SHA256, TLS_NOT_THERE, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n";
  EXPECT_EXIT(with_file("SCHANNIX_CONF", order, tell_order), testing::ExitedWithCode(0),
              "^TLS_CHACHA20_POLY1305_SHA256 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 offered$");
}

void tell_status() {
  ULONG size = 7;
  std::cerr << std::hex << BCryptEnumContextFunctions(CRYPT_LOCAL, ssl, NCRYPT_SCHANNEL_INTERFACE, &size, nullptr)
            << ' ' << size;
}

TEST_F(SuiteOrderOfSettings, AFileWithAMistakeHasNone) {
  EXPECT_EXIT(with_file("SCHANNIX_CONF", "[SCHANNEL]\nnonsense\n", tell_status), testing::ExitedWithCode(0),
              "c00000e5 7$");
}

TEST(SuiteOrder, IntoTheCallersBuffer) {
  ULONG needed = 0;
  ASSERT_EQ(BCryptEnumContextFunctions(CRYPT_LOCAL, L"ssl", NCRYPT_SCHANNEL_INTERFACE, &needed, nullptr),
            STATUS_SUCCESS);
  for (const ULONG room : {needed, needed + 8, needed - 1, ULONG{0}}) {
    guarded memory(room);
    auto* into = reinterpret_cast<PCRYPT_CONTEXT_FUNCTIONS>(memory.data());
    ULONG size = room;
    const bool fits = room >= needed;
    EXPECT_EQ(BCryptEnumContextFunctions(CRYPT_LOCAL, ssl, NCRYPT_SCHANNEL_INTERFACE, &size, &into),
              fits ? STATUS_SUCCESS : STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(size, needed);
    EXPECT_TRUE(memory.intact());
    if (fits) {
      EXPECT_EQ(into->cFunctions, listed().size());
      const auto first = listed()[0];
      EXPECT_STREQ(into->rgpszFunctions[0], std::wstring(first.begin(), first.end()).c_str());
    } else {
      EXPECT_EQ(memory.text(), std::string(room, '\x5A'));
    }
  }
}

NTSTATUS list(ULONG table, LPCWSTR context, ULONG which, ULONG* size) {
  return BCryptEnumContextFunctions(table, context, which, size, nullptr);
}

TEST(SuiteOrder, OfNothingElse) {
  ULONG size = 7;
  EXPECT_EQ(list(CRYPT_DOMAIN, ssl, NCRYPT_SCHANNEL_INTERFACE, &size), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(list(CRYPT_LOCAL, nullptr, NCRYPT_SCHANNEL_INTERFACE, &size), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(list(CRYPT_LOCAL, ssl, NCRYPT_SCHANNEL_INTERFACE, nullptr), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(list(CRYPT_LOCAL, L"Default", NCRYPT_SCHANNEL_INTERFACE, &size), STATUS_NOT_FOUND);
  EXPECT_EQ(list(CRYPT_LOCAL, ssl, NCRYPT_SCHANNEL_SIGNATURE_INTERFACE, &size), STATUS_NOT_FOUND);
  EXPECT_EQ(size, 7u);
  BCryptFreeBuffer(nullptr);
}

TEST(SuiteOrder, IsNotChangedByACall) {
  const auto before = listed();
  for (const ULONG position : {ULONG{CRYPT_PRIORITY_TOP}, ULONG{CRYPT_PRIORITY_BOTTOM}})
    EXPECT_EQ(BCryptAddContextFunction(CRYPT_LOCAL, ssl, NCRYPT_SCHANNEL_INTERFACE, suite, position),
              STATUS_ACCESS_DENIED);
  EXPECT_EQ(BCryptRemoveContextFunction(CRYPT_LOCAL, ssl, NCRYPT_SCHANNEL_INTERFACE, suite), STATUS_ACCESS_DENIED);
  EXPECT_EQ(listed(), before);
  EXPECT_EQ(BCryptAddContextFunction(CRYPT_LOCAL, ssl, NCRYPT_SCHANNEL_INTERFACE, nullptr, 0),
            STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptRemoveContextFunction(CRYPT_DOMAIN, ssl, NCRYPT_SCHANNEL_INTERFACE, suite), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(BCryptRemoveContextFunction(CRYPT_LOCAL, L"Default", NCRYPT_SCHANNEL_INTERFACE, suite), STATUS_NOT_FOUND);
}

}  // namespace
}  // namespace schannix::test::sspi

// T34, T35: acquiring, querying and freeing credentials, row by row.
#include <gtest/gtest.h>

#include <ctime>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

char unisp[] = UNISP_NAME_A;
wchar_t unisp_wide[] = UNISP_NAME_W;

SCHANNEL_CRED version4(DWORD protocols = 0) {
  SCHANNEL_CRED data{};
  data.dwVersion = SCHANNEL_CRED_VERSION;
  data.grbitEnabledProtocols = protocols;
  data.dwFlags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
  return data;
}

SCH_CREDENTIALS version5() {
  SCH_CREDENTIALS data{};
  data.dwVersion = SCH_CREDENTIALS_VERSION;
  data.dwFlags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
  return data;
}

// Acquires, and frees again what was acquired.
status outcome(ULONG use, void* data) {
  CredHandle made = unset_handle;
  const status done = acquire(use, data, made);
  if (done == SEC_E_OK) {
    EXPECT_EQ(status(FreeCredentialsHandle(&made)), SEC_E_OK);
  } else {
    EXPECT_TRUE(same(made, unset_handle)) << "untouched on failure";
  }
  return done;
}

TEST(Acquire, T34_ClientWithAndWithoutCertificates) {
  auto old = version4();
  auto now = version5();
  PCCERT_CONTEXT list[] = {server_certificate().get(), server_certificate(pki::key_kind::rsa2048).get()};
  EXPECT_EQ(outcome(SECPKG_CRED_OUTBOUND, &old), SEC_E_OK);
  EXPECT_EQ(outcome(SECPKG_CRED_OUTBOUND, &now), SEC_E_OK);
  old.cCreds = now.cCreds = 2;
  old.paCred = now.paCred = list;
  EXPECT_EQ(outcome(SECPKG_CRED_OUTBOUND, &old), SEC_E_OK);
  EXPECT_EQ(outcome(SECPKG_CRED_OUTBOUND, &now), SEC_E_OK);
}

TEST(Acquire, T34_WithoutAuthData) {
  EXPECT_EQ(outcome(SECPKG_CRED_OUTBOUND, nullptr), SEC_E_OK);
  for (const ULONG use : std::initializer_list<ULONG>{0, SECPKG_CRED_INBOUND, SECPKG_CRED_BOTH})
    EXPECT_EQ(outcome(use, nullptr), SEC_E_NO_CREDENTIALS) << use;
}

TEST(Acquire, T34_ServerWithoutCertificate) {
  auto old = version4();
  auto now = version5();
  EXPECT_EQ(outcome(SECPKG_CRED_INBOUND, &old), SEC_E_OK);
  EXPECT_EQ(outcome(SECPKG_CRED_INBOUND, &now), SEC_E_OK);
}

TEST(Acquire, T34_ServerWithoutCertificateCannotHandshake) {
  const credential from({.side = role::server, .version = tls::newest});
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    party client(client_credential(version)), server(from, {.side = role::server});
    server.give(client.take());
    EXPECT_TRUE(server.last().failed()) << server.last();
    client.give(server.take());
    EXPECT_EQ(client.last(), SEC_E_ILLEGAL_MESSAGE) << "handshake_failure";
  }
}

TEST(Acquire, T34_PackageNameIsCheckedFirst) {
  CredHandle made = unset_handle;
  char unknown[] = "No such package", cased[] = "microsoft UNIFIED security protocol provider",
       schannel[] = SCHANNEL_NAME_A;
  char old_name[] = TLS1SP_NAME_A;
  auto data = version5();
  const auto named = [&](char* name, PCredHandle into) {
    return status(AcquireCredentialsHandleA(nullptr, name, SECPKG_CRED_OUTBOUND, nullptr, &data, nullptr, nullptr, into,
                                            nullptr));
  };
  EXPECT_EQ(named(nullptr, &made), SEC_E_SECPKG_NOT_FOUND);
  EXPECT_EQ(named(unknown, &made), SEC_E_SECPKG_NOT_FOUND);
  EXPECT_EQ(named(old_name, &made), SEC_E_SECPKG_NOT_FOUND);
  EXPECT_EQ(named(unknown, nullptr), SEC_E_SECPKG_NOT_FOUND);
  for (char* name : {cased, schannel}) {
    EXPECT_EQ(named(name, &made), SEC_E_OK) << name;
    EXPECT_EQ(status(FreeCredentialsHandle(&made)), SEC_E_OK);
  }
}

TEST(Acquire, T34_WideNames) {
  CredHandle made{};
  TimeStamp expiry{};
  auto data = version5();
  EXPECT_EQ(status(AcquireCredentialsHandleW(nullptr, unisp_wide, SECPKG_CRED_OUTBOUND, nullptr, &data, nullptr,
                                             nullptr, &made, &expiry)),
            SEC_E_OK);
  EXPECT_EQ(status(FreeCredentialsHandle(&made)), SEC_E_OK);
}

TEST(Acquire, T34_Versions) {
  auto data = version4();
  for (const DWORD version : {0u, 1u, 2u, 6u, 0xFFFFFFFFu}) {
    data.dwVersion = version;
    EXPECT_EQ(outcome(SECPKG_CRED_OUTBOUND, &data), SEC_E_UNKNOWN_CREDENTIALS) << version;
  }
  data.dwVersion = SCH_CRED_V3;
  const status third = outcome(SECPKG_CRED_OUTBOUND, &data);
  EXPECT_TRUE(third == SEC_E_UNKNOWN_CREDENTIALS || third == SEC_E_INSUFFICIENT_MEMORY) << "A-17: " << third;
}

TEST(Acquire, T34_CertificateWithoutKey) {
  const certificate keyless = import(test_leaf(), {}, false);
  PCCERT_CONTEXT mixed[] = {server_certificate().get(), keyless.get()}, alone[] = {keyless.get()};
  PCCERT_CONTEXT reversed[] = {keyless.get(), server_certificate().get()};
  for (const auto& [list, count] : {std::pair(alone, 1u), std::pair(mixed, 2u), std::pair(reversed, 2u)}) {
    auto data = version5();
    data.cCreds = count;
    data.paCred = list;
    for (const ULONG use : std::initializer_list<ULONG>{SECPKG_CRED_INBOUND, SECPKG_CRED_OUTBOUND}) {
      const status said = outcome(use, &data);
      EXPECT_TRUE(said == SEC_E_NO_CREDENTIALS || (count == 2 && said == SEC_E_UNKNOWN_CREDENTIALS)) << said;
    }
  }
}

TEST(Acquire, T34_CertificateThatIsNone) {
  PCCERT_CONTEXT none[] = {nullptr};
  auto data = version5();
  data.cCreds = 1;
  data.paCred = none;
  EXPECT_EQ(outcome(SECPKG_CRED_INBOUND, &data), SEC_E_UNKNOWN_CREDENTIALS);
}

TEST(Acquire, T34_ProtocolsWithoutOneForThisDirection) {
  auto server_bits = version4(SP_PROT_TLS1_2_SERVER), gone = version4(SP_PROT_SSL2_CLIENT);
  EXPECT_EQ(outcome(SECPKG_CRED_OUTBOUND, &server_bits), SEC_E_ALGORITHM_MISMATCH);
  EXPECT_EQ(outcome(SECPKG_CRED_OUTBOUND, &gone), SEC_E_ALGORITHM_MISMATCH);
}

TEST(Acquire, T34_DatagramAndStreamBitsInOne) {
  for (const DWORD mix : std::initializer_list<DWORD>{SP_PROT_DTLS1_2_CLIENT | SP_PROT_TLS1_2_CLIENT,
                                                      SP_PROT_DTLS1_2_CLIENT | SP_PROT_TLS1_2_SERVER,
                                                      SP_PROT_DTLS1_0_SERVER | SP_PROT_TLS1_2_CLIENT}) {
    auto data = version4(mix);
    EXPECT_EQ(outcome(SECPKG_CRED_OUTBOUND, &data), SEC_E_ALGORITHM_MISMATCH) << mix;
  }
}

// SCHANNEL_CRED means TLS 1.2 at most: the 1.3 bit is masked out. callers.md §3
TEST(Acquire, T34_Version4AndTls13) {
  auto alone = version4(SP_PROT_TLS1_3_CLIENT), beside = version4(SP_PROT_TLS1_2_CLIENT | SP_PROT_TLS1_3_CLIENT);
  EXPECT_EQ(outcome(SECPKG_CRED_OUTBOUND, &alone), SEC_E_ALGORITHM_MISMATCH);
  CredHandle made{};
  ASSERT_EQ(acquire(SECPKG_CRED_OUTBOUND, &beside, made), SEC_E_OK);
  SecPkgCred_SupportedProtocols protocols{};
  EXPECT_EQ(status(QueryCredentialsAttributesA(&made, SECPKG_ATTR_SUPPORTED_PROTOCOLS, &protocols)), SEC_E_OK);
  EXPECT_EQ(protocols.grbitProtocol, DWORD{SP_PROT_TLS1_2_CLIENT});
  EXPECT_EQ(status(FreeCredentialsHandle(&made)), SEC_E_OK);
}

TEST(Acquire, T34_TlsParametersThatCannotBe) {
  TLS_PARAMETERS two[2]{};
  UNICODE_STRING name{};
  auto data = version5();
  data.pTlsParameters = two;
  for (const DWORD count : {2u, 17u}) {  // a client has one at most
    data.cTlsParameters = count;
    EXPECT_TRUE(outcome(SECPKG_CRED_OUTBOUND, &data).failed()) << count;
  }
  data.cTlsParameters = 1;
  two[0].cAlpnIds = 1;
  two[0].rgstrAlpnIds = &name;
  EXPECT_TRUE(outcome(SECPKG_CRED_OUTBOUND, &data).failed()) << "names of protocols are for servers";
  data.cTlsParameters = 1;
  data.pTlsParameters = nullptr;
  EXPECT_TRUE(outcome(SECPKG_CRED_OUTBOUND, &data).failed());
}

TEST(Acquire, T34_EverythingDisabled) {
  TLS_PARAMETERS parameters{};
  parameters.grbitDisabledProtocols = 0xFFFFFFFF;
  auto data = version5();
  data.cTlsParameters = 1;
  data.pTlsParameters = &parameters;
  EXPECT_EQ(outcome(SECPKG_CRED_OUTBOUND, &data), SEC_E_ALGORITHM_MISMATCH);
}

TEST(Acquire, T34_OptionsThatCannotBe) {
  auto data = version5();
  CredHandle made{};
  SCHANNIX_CREDENTIAL_OPTIONS options{};
  PCCERT_CONTEXT none[] = {nullptr};
  const auto with = [&] {
    return status(SchannixAcquireCredentials(SECPKG_CRED_OUTBOUND, &data, &options, &made, nullptr));
  };
  EXPECT_EQ(with(), SEC_E_INVALID_PARAMETER) << "cbSize";
  options.cbSize = sizeof options;
  options.dwFlags = 0x40000000;
  EXPECT_EQ(with(), SEC_E_INVALID_PARAMETER) << "dwFlags";
  options.dwFlags = SCHANNIX_CREDENTIAL_LATER_TICKETS;
  EXPECT_EQ(with(), SEC_E_INVALID_PARAMETER) << "clients give no tickets";
  options.dwFlags = 0;
  options.cExtraRoots = 1;
  options.paExtraRoots = none;
  EXPECT_EQ(with(), SEC_E_INVALID_PARAMETER) << "a NULL root";
}

// The certificate's end in local time; "never" without one. spec 1.4, A-26
TEST(Acquire, T34_Expiry) {
  TimeStamp with_certificate{}, without{};
  CredHandle made{};
  auto data = version5();
  ASSERT_EQ(acquire(SECPKG_CRED_OUTBOUND, &data, made, &without), SEC_E_OK);
  FreeCredentialsHandle(&made);
  PCCERT_CONTEXT list[] = {server_certificate().get()};
  data.cCreds = 1;
  data.paCred = list;
  ASSERT_EQ(acquire(SECPKG_CRED_INBOUND, &data, made, &with_certificate), SEC_E_OK);
  FreeCredentialsHandle(&made);
  std::time_t end = std::time(nullptr) + 30 * 86400;
  std::tm local{};
  localtime_r(&end, &local);
  const long long expected = (static_cast<long long>(end) + local.tm_gmtoff + 11644473600LL) * 10000000LL;
  EXPECT_NEAR(static_cast<double>(with_certificate.QuadPart), static_cast<double>(expected), 6e11) << "within a minute";
  EXPECT_GT(without.QuadPart, with_certificate.QuadPart);
}

TEST(Acquire, FreedHandlesAreInvalid) {
  CredHandle made{}, forged{0x41, 0x42}, zero{};
  auto data = version5();
  ASSERT_EQ(acquire(SECPKG_CRED_OUTBOUND, &data, made), SEC_E_OK);
  const CredHandle copy = made;
  EXPECT_EQ(status(FreeCredentialsHandle(&made)), SEC_E_OK);
  CredHandle stale = copy;
  EXPECT_EQ(status(FreeCredentialsHandle(&stale)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(FreeCredentialsHandle(&forged)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(FreeCredentialsHandle(&zero)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(FreeCredentialsHandle(nullptr)), SEC_E_INVALID_HANDLE);
}

// ---- T35: QueryCredentialsAttributes ----

TEST(CredentialAttributes, T35_Protocols) {
  for (const DWORD wanted : {DWORD{SP_PROT_TLS1_2_CLIENT}, DWORD{SP_PROT_TLS1_0_CLIENT},
                             DWORD{SP_PROT_TLS1_1_CLIENT | SP_PROT_TLS1_2_CLIENT}}) {
    auto data = version4(wanted);
    CredHandle made{};
    ASSERT_EQ(acquire(SECPKG_CRED_OUTBOUND, &data, made), SEC_E_OK) << wanted;
    SecPkgCred_SupportedProtocols protocols{};
    EXPECT_EQ(status(QueryCredentialsAttributesA(&made, SECPKG_ATTR_SUPPORTED_PROTOCOLS, &protocols)), SEC_E_OK);
    EXPECT_EQ(protocols.grbitProtocol, wanted);
    FreeCredentialsHandle(&made);
  }
  SecPkgCred_SupportedProtocols server{};
  PCredHandle from = server_credential(tls::newest).get();
  EXPECT_EQ(status(QueryCredentialsAttributesW(from, SECPKG_ATTR_SUPPORTED_PROTOCOLS, &server)), SEC_E_OK);
  EXPECT_EQ(server.grbitProtocol, DWORD{SP_PROT_TLS1_2_SERVER | SP_PROT_TLS1_3_SERVER});
}

TEST(CredentialAttributes, T35_StrengthsAndAlgorithms) {
  PCredHandle from = client_credential(tls::newest).get();
  SecPkgCred_CipherStrengths strengths{};
  EXPECT_EQ(status(QueryCredentialsAttributesA(from, SECPKG_ATTR_CIPHER_STRENGTHS, &strengths)), SEC_E_OK);
  EXPECT_NE(strengths.dwMinimumCipherStrength, 0u);
  EXPECT_GE(strengths.dwMaximumCipherStrength, strengths.dwMinimumCipherStrength);
  SecPkgCred_SupportedAlgs algorithms{};
  ASSERT_EQ(status(QueryCredentialsAttributesA(from, SECPKG_ATTR_SUPPORTED_ALGS, &algorithms)), SEC_E_OK);
  EXPECT_GT(algorithms.cSupportedAlgs, 0u);
  for (DWORD i = 0; i < algorithms.cSupportedAlgs; ++i) EXPECT_NE(algorithms.palgSupportedAlgs[i], ALG_ID{0});
  EXPECT_EQ(status(FreeContextBuffer(algorithms.palgSupportedAlgs)), SEC_E_OK);
}

TEST(CredentialAttributes, T35_Names) {
  SecPkgCredentials_NamesA narrow{};
  SecPkgCredentials_NamesW wide{};
  EXPECT_EQ(status(QueryCredentialsAttributesA(client_credential(tls::newest).get(), SECPKG_CRED_ATTR_NAMES, &narrow)),
            SEC_E_NO_CREDENTIALS);
  PCredHandle server = server_credential(tls::newest).get();
  ASSERT_EQ(status(QueryCredentialsAttributesA(server, SECPKG_CRED_ATTR_NAMES, &narrow)), SEC_E_OK);
  ASSERT_EQ(status(QueryCredentialsAttributesW(server, SECPKG_CRED_ATTR_NAMES, &wide)), SEC_E_OK);
  EXPECT_STREQ(narrow.sUserName, "CN=a.test");
  EXPECT_EQ(std::wstring(wide.sUserName), L"CN=a.test");
  EXPECT_EQ(status(FreeContextBuffer(narrow.sUserName)), SEC_E_OK);
  EXPECT_EQ(status(FreeContextBuffer(wide.sUserName)), SEC_E_OK);
}

TEST(CredentialAttributes, T35_Refusals) {
  PCredHandle from = client_credential(tls::newest).get();
  alignas(16) char room[512]{};
  for (const ULONG id :
       {ULONG{SECPKG_ATTR_SUPPORTED_ALGS}, ULONG{SECPKG_ATTR_SUPPORTED_PROTOCOLS}, ULONG{SECPKG_ATTR_CIPHER_STRENGTHS}})
    EXPECT_EQ(status(QueryCredentialsAttributesA(from, id, nullptr)), SEC_E_INTERNAL_ERROR) << id;
  for (const ULONG id : {0u, 2u, 3u, 5u, 0x53u, 0x5Au, 0x73u, 0xFFFFFFFFu})
    EXPECT_EQ(status(QueryCredentialsAttributesA(from, id, room)), SEC_E_UNSUPPORTED_FUNCTION) << id;
  EXPECT_EQ(status(QueryCredentialsAttributesA(nullptr, SECPKG_ATTR_SUPPORTED_ALGS, room)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(QueryCredentialsAttributesW(nullptr, SECPKG_ATTR_SUPPORTED_ALGS, room)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(SetCredentialsAttributesA(from, SECPKG_ATTR_CLIENT_CERT_POLICY, room, 8)),
            SEC_E_UNSUPPORTED_FUNCTION);
}

TEST(CredentialAttributes, AddCredentialsIsNotForTls) {
  EXPECT_EQ(status(AddCredentialsA(client_credential(tls::newest).get(), nullptr, unisp, SECPKG_CRED_OUTBOUND, nullptr,
                                   nullptr, nullptr, nullptr)),
            SEC_E_UNSUPPORTED_FUNCTION);
}

}  // namespace
}  // namespace schannix::test::sspi

// CONNECTION_INFO_EX, LIFESPAN, NEGOTIATED_TLS_EXTENSIONS, SUPPORTED_SIGNATURES, TARGET_INFORMATION, CERT_CHECK_RESULT.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

template <class Struct>
Struct query(party& of, ULONG attribute) {
  Struct into{};
  EXPECT_EQ(status(QueryContextAttributesW(&of.handle(), attribute, &into)), SEC_E_OK) << attribute;
  return into;
}

template <class Struct>
status query_status(party& of, ULONG attribute) {
  Struct into{};
  return QueryContextAttributesA(&of.handle(), attribute, &into);
}

using numbers = std::vector<unsigned>;

numbers taken(WORD* block, std::size_t count) {
  const numbers copy(block, block + count);
  if (block != nullptr) {
    EXPECT_EQ(status(FreeContextBuffer(block)), SEC_E_OK);
  }
  return copy;
}

numbers extensions(party& of) {
  const auto found = query<SecPkgContext_NegotiatedTlsExtensions>(of, SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS);
  return taken(found.Extensions, found.ExtensionsCount);
}

numbers signatures(party& of) {
  const auto found = query<SecPkgContext_SupportedSignatures>(of, SECPKG_ATTR_SUPPORTED_SIGNATURES);
  EXPECT_EQ(found.cSignatureAndHashAlgorithms == 0, found.pSignatureAndHashAlgorithms == nullptr);
  return taken(found.pSignatureAndHashAlgorithms, found.cSignatureAndHashAlgorithms);
}

bool has(const numbers& all, unsigned one) { return std::find(all.begin(), all.end(), one) != all.end(); }

class Negotiated : public testing::TestWithParam<tls> {};
INSTANTIATE_TEST_SUITE_P(Sspi, Negotiated, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(Negotiated, ConnectionInfoExSaysWhatTheOthersSay) {
  couple both(GetParam());
  for (party* of : {&both.client, &both.server}) {
    const auto info = query<SecPkgContext_ConnectionInfoEx>(*of, SECPKG_ATTR_CONNECTION_INFO_EX);
    const auto old = query<SecPkgContext_ConnectionInfo>(*of, SECPKG_ATTR_CONNECTION_INFO);
    EXPECT_EQ(info.dwVersion, DWORD{SECPKGCONTEXT_CONNECTION_INFO_EX_V1});
    EXPECT_EQ(info.dwProtocol, old.dwProtocol);
    EXPECT_EQ(info.dwCipherStrength, old.dwCipherStrength);
    EXPECT_EQ(info.dwExchStrength, old.dwExchStrength);
    EXPECT_EQ(std::wstring(info.szCipher), L"AES");
    EXPECT_EQ(std::wstring(info.szHash), L"") << "an AEAD suite has none";
    EXPECT_EQ(info.dwHashStrength, 0u);
    EXPECT_EQ(std::wstring(info.szExchange), L"ECDH");
  }
}

TEST(NegotiatedCbc, ConnectionInfoExNamesTheHash) {
  peer_options options = peer_for(role::client, tls::v1_2);
  options.ciphers = "ECDHE-ECDSA-AES128-SHA";
  link with(client_credential(tls::v1_2), options);
  const auto info = query<SecPkgContext_ConnectionInfoEx>(with.ours, SECPKG_ATTR_CONNECTION_INFO_EX);
  EXPECT_EQ(std::wstring(info.szHash), L"SHA1");
  EXPECT_EQ(info.dwHashStrength, 160u);
  EXPECT_EQ(info.dwCipherStrength, 128u);
}

long long ticks(const TimeStamp& of) {
  return static_cast<long long>(static_cast<unsigned long long>(of.HighPart) << 32 | static_cast<unsigned>(of.LowPart));
}

// Local time, 100 ns since 1601.
long long now_in_ticks() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return (static_cast<long long>(now) + local.tm_gmtoff + 11644473600LL) * 10000000;
}

TEST_P(Negotiated, LifespanFromTheHandshakeToTheCertificatesEnd) {
  const long long before = now_in_ticks();
  couple both(GetParam());
  const long long after = now_in_ticks();
  const auto client = query<SecPkgContext_Lifespan>(both.client, SECPKG_ATTR_LIFESPAN);
  EXPECT_GE(ticks(client.tsStart), before);
  EXPECT_LE(ticks(client.tsStart), after);
  const certificate leaf(query<PCCERT_CONTEXT>(both.client, SECPKG_ATTR_REMOTE_CERT_CONTEXT));
  const FILETIME& end = leaf->pCertInfo->NotAfter;
  const long long utc =
      static_cast<long long>(static_cast<unsigned long long>(end.dwHighDateTime) << 32 | end.dwLowDateTime);
  EXPECT_LE(std::abs(ticks(client.tsExpiry) - utc), 14LL * 3600 * 10000000) << "local time";
  const auto server = query<SecPkgContext_Lifespan>(both.server, SECPKG_ATTR_LIFESPAN);
  EXPECT_EQ(ticks(server.tsExpiry), 0x7FFFFFFFFFFFFFFFLL) << "no certificate of the client's";
}

TEST_P(Negotiated, ExtensionsAreTheSameAtBothEnds) {
  const std::string h2("\2h2");
  for (const bool alpn : {false, true}) {
    couple both(client_credential(GetParam()), server_credential(GetParam()), {.protocols = alpn ? h2 : ""},
                {.side = role::server, .protocols = alpn ? h2 : ""});
    const numbers client = extensions(both.client);
    EXPECT_EQ(client, extensions(both.server));
    EXPECT_EQ(has(client, 16), alpn) << "application_layer_protocol_negotiation";
    const bool tls13 = GetParam() == tls::v1_3;
    EXPECT_EQ(has(client, 43) && has(client, 51), tls13) << "supported_versions, key_share";
    EXPECT_EQ(has(client, 23) && has(client, 0xFF01), !tls13) << "extended_master_secret, renegotiation_info";
  }
}

// WORDs with the hash in the lower byte: ecdsa_secp256r1_sha256 is 4, 3 on the wire; rsa_pss_rsae_sha256 8, 4.
TEST_P(Negotiated, SignaturesThatTheClientTakes) {
  peer_options options = peer_for(role::server, GetParam());
  options.signatures = "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA384";
  link with(server_credential(GetParam()), options, {.side = role::server});
  EXPECT_EQ(signatures(with.ours), (numbers{0x0304, 0x0408, 0x0105}));
}

TEST_P(Negotiated, SignaturesThatTheServerTakesAreKnownWhenItAsks) {
  for (const bool asks : {false, true}) {
    openssl_peer peer(peer_for(role::client, GetParam()));
    SSL_set1_client_sigalgs_list(peer.native(), "ECDSA+SHA384:RSA-PSS+SHA256");
    if (asks) SSL_set_verify(peer.native(), SSL_VERIFY_PEER, nullptr);
    party client(client_credential(GetParam()));
    converse(client, peer);
    ASSERT_TRUE(client.established());
    EXPECT_EQ(signatures(client), asks ? (numbers{0x0305, 0x0408}) : numbers{});
  }
}

TEST_P(Negotiated, TargetInformationIsTheNameThatWasGiven) {
  couple both(GetParam());
  const auto found = query<SecPkgContext_TargetInformation>(both.client, SECPKG_ATTR_TARGET_INFORMATION);
  EXPECT_EQ(std::string(reinterpret_cast<char*>(found.MarshalledTargetInfo), found.MarshalledTargetInfoLength),
            "a.test");
  EXPECT_EQ(status(FreeContextBuffer(found.MarshalledTargetInfo)), SEC_E_OK);
  EXPECT_EQ(query_status<SecPkgContext_TargetInformation>(both.server, SECPKG_ATTR_TARGET_INFORMATION),
            SEC_E_UNSUPPORTED_FUNCTION);
  party nameless(client_credential(GetParam()), {.target = ""});
  const auto none = query<SecPkgContext_TargetInformation>(nameless, SECPKG_ATTR_TARGET_INFORMATION);
  EXPECT_TRUE(none.MarshalledTargetInfo == nullptr && none.MarshalledTargetInfoLength == 0);
}

TEST_P(Negotiated, BeforeTheHandshakeIsDone) {
  party client(client_credential(GetParam()));
  EXPECT_EQ(query_status<SecPkgContext_ConnectionInfoEx>(client, SECPKG_ATTR_CONNECTION_INFO_EX), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(query_status<SecPkgContext_Lifespan>(client, SECPKG_ATTR_LIFESPAN), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(query_status<SecPkgContext_NegotiatedTlsExtensions>(client, SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS),
            SEC_E_INVALID_HANDLE);
  EXPECT_EQ(query_status<SecPkgContext_SupportedSignatures>(client, SECPKG_ATTR_SUPPORTED_SIGNATURES),
            SEC_E_INVALID_HANDLE);
}

// ---- What automatic validation found ----

constexpr ULONG check_results[] = {SECPKG_ATTR_CERT_CHECK_RESULT, SECPKG_ATTR_CERT_CHECK_RESULT_INPROC};

void expect_result(party& of, DWORD chain_errors, SECURITY_STATUS verdict) {
  for (const ULONG id : check_results) {
    SecPkgContext_CertificateValidationResult found{0xEEEE, 0x7777};
    EXPECT_EQ(status(QueryContextAttributesW(&of.handle(), id, &found)), SEC_E_OK);
    EXPECT_EQ(found.dwChainErrorStatus, chain_errors);
    EXPECT_EQ(found.hrVerifyChainStatus, verdict);
  }
}

void expect_no_result(party& of, SECURITY_STATUS why) {
  for (const ULONG id : check_results)
    EXPECT_EQ(query_status<SecPkgContext_CertificateValidationResult>(of, id), why) << id;
}

credential validating(bool trusts_root = true, DWORD more_flags = 0) {
  credential_options options{.flags = SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS | more_flags};
  if (trusts_root) options.extra_roots = {root_certificate().get()};
  return credential(options);
}

struct verdict_row {
  const char* name;
  pki::profile shown;
  const char* target;
  bool trusts_root;
  DWORD flags;
  DWORD chain_errors;
  SECURITY_STATUS verdict;
};

const pki::profile usual{.common_name = "a.test", .alternative = {"DNS:a.test"}};

const verdict_row verdicts[] = {
    {"good", usual, "a.test", true, 0, CERT_TRUST_NO_ERROR, S_OK},
    {"untrusted", usual, "a.test", false, 0, CERT_TRUST_IS_UNTRUSTED_ROOT, CERT_E_UNTRUSTEDROOT},
    {"expired",
     {.common_name = "a.test", .alternative = {"DNS:a.test"}, .from_days = -30, .to_days = -1},
     "a.test",
     true,
     0,
     CERT_TRUST_IS_NOT_TIME_VALID,
     CERT_E_EXPIRED},
    {"wrong_name", usual, "b.test", true, 0, CERT_TRUST_NO_ERROR, CERT_E_CN_NO_MATCH},
    {"wrong_usage",
     {.common_name = "a.test", .alternative = {"DNS:a.test"}, .usage = "clientAuth"},
     "a.test",
     true,
     0,
     CERT_TRUST_IS_NOT_VALID_FOR_USAGE,
     CERT_E_WRONG_USAGE},
    {"revocation", usual, "a.test", true, SCH_CRED_REVOCATION_CHECK_CHAIN, CERT_TRUST_REVOCATION_STATUS_UNKNOWN,
     CRYPT_E_NO_REVOCATION_CHECK}};

class CheckResult : public testing::TestWithParam<std::tuple<tls, verdict_row>> {};
INSTANTIATE_TEST_SUITE_P(Sspi, CheckResult,
                         testing::Combine(testing::Values(tls::v1_2, tls::v1_3), testing::ValuesIn(verdicts)),
                         [](const auto& one) {
                           return std::string(std::get<1>(one.param).name) +
                                  (std::get<0>(one.param) == tls::v1_2 ? "_tls12" : "_tls13");
                         });

TEST_P(CheckResult, IsTheVerdictAlsoOfAHandshakeThatItEnded) {
  const auto& [version, row] = GetParam();
  peer_options options = peer_for(role::client, version);
  options.identities = {{pki::issue(row.shown, &test_root()), {test_root()}}};
  openssl_peer peer(options);
  const credential from = validating(row.trusts_root, row.flags);
  party client(from, {.target = row.target});
  expect_no_result(client, SEC_E_INVALID_HANDLE);
  converse(client, peer);
  EXPECT_EQ(client.established(), row.verdict == S_OK);
  expect_result(client, row.chain_errors, row.verdict);
}

TEST_P(Negotiated, NoCheckResultWhereNothingIsChecked) {
  couple both(GetParam());
  expect_no_result(both.client, SEC_E_UNSUPPORTED_FUNCTION);
  expect_no_result(both.server, SEC_E_UNSUPPORTED_FUNCTION);
}

TEST_P(Negotiated, NoCheckResultWithoutACertificate) {
  const credential checking({.side = role::server,
                             .version = GetParam(),
                             .flags = SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS,
                             .certificates = {server_certificate().get()},
                             .extra_roots = {root_certificate().get()}});
  couple both(client_credential(GetParam()), checking, {}, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
  ASSERT_TRUE(both.server.established());
  expect_no_result(both.server, SEC_E_NO_CREDENTIALS);
}

}  // namespace
}  // namespace schannix::test::sspi

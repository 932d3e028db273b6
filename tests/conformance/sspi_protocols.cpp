// Old versions and who may use them, and sums of protocol bits.
#include <gtest/gtest.h>

#include "conformance/sspi_acquired.hpp"

namespace schannix::test::sspi {
namespace {

constexpr DWORD tls10 = SP_PROT_TLS1_0, tls11 = SP_PROT_TLS1_1, tls12 = SP_PROT_TLS1_2;
constexpr role both_roles[] = {role::client, role::server};

// ---- TLS 1.0 and 1.1 ----

class OldVersions : public testing::TestWithParam<int> {
 protected:
  DWORD named_ = GetParam() == TLS1_VERSION ? tls10 : tls11;
  DWORD other_ = GetParam() == TLS1_VERSION ? tls11 : tls10;
};
INSTANTIATE_TEST_SUITE_P(Sspi, OldVersions, testing::Values(TLS1_VERSION, TLS1_1_VERSION),
                         [](const auto& one) { return one.param == TLS1_VERSION ? "tls10" : "tls11"; });

TEST_P(OldVersions, WorkWhenNamed) {
  for (const role side : both_roles) {
    for (const DWORD more : {DWORD{0}, tls10 | tls11 | tls12}) {
      const credential from = naming(side, named_ | more);
      link with(from, peer_of(side, GetParam(), 0), {.side = side});
      EXPECT_EQ(SSL_version(with.peer.native()), GetParam());
      SecPkgContext_ConnectionInfo info{};
      EXPECT_EQ(status(QueryContextAttributesA(&with.ours.handle(), SECPKG_ATTR_CONNECTION_INFO, &info)), SEC_E_OK);
      EXPECT_EQ(info.dwProtocol, named_ & (side == role::client ? SP_PROT_TLS1_X_CLIENT : SP_PROT_TLS1_X_SERVER));
      with.peer.write("old words");
      with.ours.give(with.peer.take());
      EXPECT_EQ(with.ours.received(), "old words");
      with.peer.give(with.ours.sealed("old answer"));
      EXPECT_EQ(with.peer.received(), "old answer");
      EXPECT_EQ(with.ours.shut(), SEC_E_OK);
      with.peer.give(with.ours.take());
      EXPECT_TRUE(with.peer.saw_close());
    }
  }
}

TEST_P(OldVersions, AreOffWhenNobodyNamesThem) {
  for (const role side : both_roles) {
    const peer_options peer = peer_of(side, GetParam(), 0);
    for (const DWORD bits : {DWORD{0}, tls12, other_, other_ | tls12})
      EXPECT_EQ(negotiated(side, naming(side, bits), peer), "none") << std::hex << bits;
    PCCERT_CONTEXT list[1];
    auto data = plain_data<SCH_CREDENTIALS>(side, list);
    EXPECT_EQ(negotiated(side, acquired(use_of(side), &data), peer), "none");
  }
}

// The price of naming one: signatures with SHA-1 are taken in TLS 1.2 too.
TEST_P(OldVersions, LowerTheSecurityLevelOfTheWholeCredential) {
  for (const role side : both_roles) {
    peer_options peer = peer_of(side, TLS1_2_VERSION, 0);
    peer.signatures = "RSA+SHA1";
    EXPECT_EQ(negotiated(side, naming(side, named_ | tls11 | tls12), peer), "TLSv1.2");
    EXPECT_EQ(negotiated(side, naming(side, tls12), peer), "none");
  }
}

// A client offers one range of versions; of two, the newer counts.
TEST(OldVersionsWithAGap, LeaveAClientTheNewerOnes) {
  for (const int peer_lowest : {TLS1_VERSION, TLS1_2_VERSION}) {
    const peer_options server = peer_of(role::client, peer_lowest, TLS1_2_VERSION);
    EXPECT_EQ(negotiated(role::client, naming(role::client, tls10 | tls12), server), "TLSv1.2");
    EXPECT_EQ(negotiated(role::client, naming(role::client, tls10 | tls11 | tls12), server), "TLSv1.2");
    const peer_options old_server = peer_of(role::client, TLS1_VERSION, TLS1_VERSION);
    EXPECT_EQ(negotiated(role::client, naming(role::client, tls10 | tls12), old_server), "none");
    const peer_options client = peer_of(role::server, peer_lowest, TLS1_2_VERSION);
    EXPECT_EQ(negotiated(role::server, naming(role::server, tls10 | tls12), client), "TLSv1.2");
  }
}

// ---- Sums of bits ----

struct sum_row {
  DWORD bits;
  const char* name;
  DWORD client, server;  // in effect; 0: nothing is left for that direction
};
constexpr DWORD c10 = SP_PROT_TLS1_0_CLIENT, c11 = SP_PROT_TLS1_1_CLIENT, c12 = SP_PROT_TLS1_2_CLIENT;
constexpr DWORD s10 = SP_PROT_TLS1_0_SERVER, s11 = SP_PROT_TLS1_1_SERVER, s12 = SP_PROT_TLS1_2_SERVER;
#define ROW(sum, client, server) \
  sum_row { sum, #sum, client, server }
constexpr sum_row sums[] = {ROW(SP_PROT_TLS1_X_CLIENT, c10 | c11 | c12, 0),
                            ROW(SP_PROT_TLS1_X_SERVER, 0, s10 | s11 | s12),
                            ROW(SP_PROT_TLS1_X, c10 | c11 | c12, s10 | s11 | s12),
                            ROW(SP_PROT_TLS1_1PLUS_CLIENT, c11 | c12, 0),
                            ROW(SP_PROT_TLS1_1PLUS_SERVER, 0, s11 | s12),
                            ROW(SP_PROT_TLS1_1PLUS, c11 | c12, s11 | s12),
                            ROW(SP_PROT_TLS1_3PLUS, 0, 0),
                            ROW(SP_PROT_SSL3TLS1, c10, s10),
                            ROW(SP_PROT_SSL3TLS1_CLIENTS, c10, 0),
                            ROW(SP_PROT_SSL3TLS1_SERVERS, 0, s10),
                            ROW(SP_PROT_SSL3TLS1_X_CLIENTS, c10 | c11 | c12, 0),
                            ROW(SP_PROT_SSL3TLS1_X_SERVERS, 0, s10 | s11 | s12),
                            ROW(SP_PROT_CLIENTS, c10, 0),
                            ROW(SP_PROT_SERVERS, 0, s10)};
#undef ROW

class ProtocolSums : public testing::TestWithParam<sum_row> {};
INSTANTIATE_TEST_SUITE_P(Sspi, ProtocolSums, testing::ValuesIn(sums),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(ProtocolSums, TheBitsThatExistCount) {
  for (const role side : both_roles) {
    PCCERT_CONTEXT list[1];
    auto data = plain_data<SCHANNEL_CRED>(side, list);
    data.grbitEnabledProtocols = GetParam().bits;
    const DWORD expected = side == role::client ? GetParam().client : GetParam().server;
    credential made;
    ASSERT_EQ(acquire(use_of(side), &data, *made.get()), expected != 0 ? SEC_E_OK : SEC_E_ALGORITHM_MISMATCH);
    if (expected == 0) continue;
    SecPkgCred_SupportedProtocols protocols{};
    EXPECT_EQ(status(QueryCredentialsAttributesA(made.get(), SECPKG_ATTR_SUPPORTED_PROTOCOLS, &protocols)), SEC_E_OK);
    EXPECT_EQ(protocols.grbitProtocol, expected);
  }
}

}  // namespace
}  // namespace schannix::test::sspi

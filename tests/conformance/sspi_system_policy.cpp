// The system's policy for OpenSSL holds for everything that a credential does not name, and nothing in it brings back
// suites without certificates. It is read once per process, so each test runs in a process of its own.
#include <gtest/gtest.h>

#include <iostream>

#include "conformance/fresh_process.hpp"
#include "conformance/sspi_acquired.hpp"

namespace schannix::test::sspi {
namespace {

constexpr DWORD tls10 = SP_PROT_TLS1_0, tls11 = SP_PROT_TLS1_1, tls12 = SP_PROT_TLS1_2;
constexpr role both_roles[] = {role::client, role::server};

[[noreturn]] void under_policy(const std::string& policy, void (*act)()) {
  with_file("OPENSSL_CONF",
            "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = policy\n[policy]\n" + policy + "\n",
            act);
}

class SystemPolicy : public FreshProcess {};

// With every version that the peer may have: what unnamed and named credentials come to, for one role and the other.
void tell_versions() {
  for (const role side : both_roles) {
    PCCERT_CONTEXT list[1];
    auto data = plain_data<SCH_CREDENTIALS>(side, list);
    const credential unnamed = acquired(use_of(side), &data);
    std::cerr << "unnamed " << negotiated(side, unnamed, peer_of(side, TLS1_VERSION, TLS1_3_VERSION)) << " and "
              << negotiated(side, unnamed, peer_of(side, TLS1_2_VERSION, 0));
    auto zero = plain_data<SCHANNEL_CRED>(side, list);
    credential made;
    std::cerr << "; no bits " << acquire(use_of(side), &zero, *made.get()) << "; named";
    for (const auto& [bits, version] :
         {std::pair(tls12, TLS1_2_VERSION), {tls11, TLS1_1_VERSION}, {tls10, TLS1_VERSION}})
      std::cerr << ' ' << negotiated(side, naming(side, bits), peer_of(side, version, 0));
    std::cerr << ". ";
  }
}

TEST_F(SystemPolicy, MinProtocolHoldsForVersionsThatNobodyNamed) {
  const std::string one = "unnamed TLSv1.3 and none; no bits SEC_E_ALGORITHM_MISMATCH; named TLSv1.2 TLSv1.1 TLSv1\\. ";
  EXPECT_EXIT(under_policy("MinProtocol = TLSv1.3", tell_versions), testing::ExitedWithCode(0), "^" + one + one + "$");
}

TEST_F(SystemPolicy, MaxProtocolToo) {
  const std::string one = "unnamed TLSv1.2 and TLSv1.2; no bits SEC_E_OK; named TLSv1.2 TLSv1.1 TLSv1\\. ";
  EXPECT_EXIT(under_policy("MaxProtocol = TLSv1.2", tell_versions), testing::ExitedWithCode(0), "^" + one + one + "$");
}

// Old versions that the system allows stay off: nobody named them.
TEST_F(SystemPolicy, ALooseSystemBringsNoOldVersions) {
  const std::string one = "unnamed TLSv1.3 and TLSv1.2; no bits SEC_E_OK; named TLSv1.2 TLSv1.1 TLSv1\\. ";
  EXPECT_EXIT(under_policy("MinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0", tell_versions),
              testing::ExitedWithCode(0), "^" + one + one + "$");
}

constexpr char everything[] =
    "CipherString = ALL:COMPLEMENTOFALL:@SECLEVEL=0\n"
    "Ciphersuites = TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256";

// Which families of suites a first flight offers, of those that this library must not know.
void tell_families(const char* who, STACK_OF(SSL_CIPHER) * suites) {
  std::cerr << who << sk_SSL_CIPHER_num(suites) / 10 << "x";  // that there are some
  for (const char* family : {"ADH-", "AECDH-", "NULL", "PSK", "CCM", "SRP", "CAMELLIA"}) {
    bool found = false;
    for (int i = 0; i < sk_SSL_CIPHER_num(suites); ++i)
      found =
          found || std::string(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(suites, i))).find(family) != std::string::npos;
    if (found) std::cerr << ' ' << family;
  }
  std::cerr << ". ";
}

void tell_offers() {
  const std::shared_ptr<SSL_CTX> system(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  tell_families("system ", SSL_CTX_get_ciphers(system.get()));
  const credential named = naming(role::client, tls10 | tls11 | tls12);
  for (const credential* from : {&client_credential(tls::newest), &named}) {
    openssl_peer peer(peer_of(role::client, TLS1_VERSION, TLS1_3_VERSION));
    party client(*from);
    peer.give(client.take());
    tell_families("client ", SSL_get_client_ciphers(peer.native()));
  }
}

TEST_F(SystemPolicy, SuitesWithoutCertificatesAreNeverOffered) {
  EXPECT_EXIT(under_policy(everything, tell_offers), testing::ExitedWithCode(0),
              "^system [0-9]+x ADH- AECDH- NULL PSK CCM SRP CAMELLIA\\. (client [1-9]x\\. ){2}$");
}

// Two peers of OpenSSL with each other: that the suite could be had.
std::string negotiated_without_us(const std::string& suite) {
  peer_options client_options = peer_of(role::server, TLS1_2_VERSION, 0);
  peer_options server_options = peer_of(role::client, TLS1_2_VERSION, 0);
  client_options.ciphers = server_options.ciphers = suite;
  openssl_peer client(client_options), server(server_options);
  SSL_set_dh_auto(server.native(), 1);
  client.start();
  for (int flight = 0; flight < 3; ++flight) {
    server.give(client.take());
    client.give(server.take());
  }
  return client.established() && server.established() ? SSL_get_cipher_name(server.native()) : "none";
}

void tell_anonymous() {
  for (const char* suite : {"ADH-AES128-SHA", "AECDH-AES128-SHA", "ADH-AES256-GCM-SHA384", "NULL-SHA"}) {
    std::cerr << negotiated_without_us(suite);
    for (const role side : both_roles) {
      peer_options peer = peer_of(side, TLS1_2_VERSION, 0);
      peer.ciphers = suite;
      std::cerr << ' ' << negotiated(side, naming(side, tls10 | tls11 | tls12), peer);
    }
    std::cerr << ". ";
  }
}

TEST_F(SystemPolicy, AnonymousSuitesAreNeverNegotiated) {
  EXPECT_EXIT(under_policy(everything, tell_anonymous), testing::ExitedWithCode(0),
              "^ADH-AES128-SHA none none\\. AECDH-AES128-SHA none none\\. ADH-AES256-GCM-SHA384 none none\\. "
              "NULL-SHA none none\\. $");
}

}  // namespace
}  // namespace schannix::test::sspi

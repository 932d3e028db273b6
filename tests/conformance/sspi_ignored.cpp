// What is accepted without effect: flags and members of credentials. A whole connection, from the first flight to the
// close of both sides, looks to its peer as it does without them.
#include <gtest/gtest.h>

#include <openssl/x509.h>

#include <sstream>

#include "conformance/sspi_acquired.hpp"

namespace schannix::test::sspi {
namespace {

int take_any(int, X509_STORE_CTX*) { return 1; }

// A client's peer asks for a certificate, a server's for an OCSP answer: what might be given out would be seen.
std::unique_ptr<openssl_peer> curious_peer(const peer_options& options) {
  auto made = std::make_unique<openssl_peer>(options);
  if (options.server)
    SSL_set_verify(made->native(), SSL_VERIFY_PEER, take_any);
  else
    SSL_set_tlsext_status_type(made->native(), TLSEXT_STATUSTYPE_ocsp);
  return made;
}

void describe_handshake(const openssl_peer& peer, bool of_client, std::ostream& out) {
  SSL* const ssl = peer.native();
  out << SSL_get_version(ssl) << ' ' << SSL_get_cipher_name(ssl);
  if (of_client) {
    STACK_OF(SSL_CIPHER)* const offered = SSL_get_client_ciphers(ssl);
    for (int i = 0; i < sk_SSL_CIPHER_num(offered); ++i)
      out << ' ' << SSL_CIPHER_get_name(sk_SSL_CIPHER_value(offered, i));
    EXPECT_EQ(SSL_get0_peer_certificate(ssl), nullptr) << "no certificate is searched for";
    return;
  }
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(ssl)), 1) << "the root is left out";
  const unsigned char* answer = nullptr;
  EXPECT_EQ(SSL_get_tlsext_status_ocsp_resp(ssl, &answer), -1) << "nothing is stapled";
}

// One connection as its peer sees it. Throws when there is none.
std::string life_of(role side, const credential& from, const peer_options& options) {
  const auto peer = curious_peer(options);
  party ours(from, {.side = side});
  std::ostringstream seen;
  if (side == role::client) {
    const std::string hello = ours.take();
    seen << "hello of " << hello.size() << " bytes ";
    peer->give(hello);
  } else {
    peer->start();
  }
  converse(ours, *peer);
  if (!ours.established() || !peer->established()) throw std::runtime_error("no handshake: " + ours.last().name());
  describe_handshake(*peer, side == role::client, seen);

  const std::string sealed = ours.sealed("to the peer");
  EXPECT_EQ(records_of(sealed).size(), 1u) << "records are not split";
  seen << " record of " << sealed.size() << " bytes, flags " << std::hex << ours.attributes();
  peer->give(sealed);
  EXPECT_EQ(peer->received(), "to the peer");
  peer->write("from the peer");
  ours.give(peer->take());
  EXPECT_EQ(ours.received(), "from the peer");

  EXPECT_EQ(ours.shut(), SEC_E_OK);
  peer->give(ours.take());
  EXPECT_TRUE(peer->saw_close());
  peer->close();
  EXPECT_EQ(ours.open(peer->take()).said, SEC_I_CONTEXT_EXPIRED);
  return seen.str();
}

// ---- Flags ----

struct flag_row {
  DWORD flag;
  const char* name;
};
#define ROW(flag) \
  flag_row { flag, #flag }
constexpr flag_row ignored_flags[] = {ROW(SCH_CRED_USE_DEFAULT_CREDS),
                                      ROW(SCH_CRED_NO_DEFAULT_CREDS),
                                      ROW(SCH_CRED_IGNORE_REVOCATION_OFFLINE),
                                      ROW(SCH_CRED_REVOCATION_CHECK_CACHE_ONLY),
                                      ROW(SCH_CRED_CACHE_ONLY_URL_RETRIEVAL),
                                      ROW(SCH_CRED_CACHE_ONLY_URL_RETRIEVAL_ON_CREATE),
                                      ROW(SCH_CRED_RESTRICTED_ROOTS),
                                      ROW(SCH_CRED_NO_SYSTEM_MAPPER),
                                      ROW(SCH_CRED_MEMORY_STORE_CERT),
                                      ROW(SCH_CRED_SNI_CREDENTIAL),
                                      ROW(SCH_CRED_SNI_ENABLE_OCSP),
                                      ROW(SCH_SEND_AUX_RECORD),
                                      ROW(SCH_USE_STRONG_CRYPTO),
                                      ROW(SCH_ALLOW_NULL_ENCRYPTION)};
#undef ROW

class IgnoredFlag : public testing::TestWithParam<flag_row> {
 protected:
  // TLS 1.0 comes from a version 4 credential, the others from version 5.
  static std::string life(role side, tls version, DWORD flags) {
    credential_options options{.side = side, .version = version, .flags = flags};
    if (side == role::server) options.certificates = {server_certificate(pki::key_kind::rsa2048).get()};
    if (side == role::client) options.extra_roots = {root_certificate().get()};
    return life_of(side, credential(options), peer_for(side, version, pki::key_kind::rsa2048));
  }
  // Of the newer versions no record needs to be split; with TLS 1.0: RefusedCredentials.SplitRecordsOfTls10.
  static bool refused_with_tls10() { return GetParam().flag == SCH_SEND_AUX_RECORD; }
  void expect_as_without(role side, tls version, DWORD base) {
    const std::string usual = life(side, version, base);
    EXPECT_EQ(life(side, version, base | GetParam().flag), usual);
    if (version == tls::v1_0) {
      EXPECT_NE(usual.find("TLSv1 "), std::string::npos) << usual;
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, IgnoredFlag, testing::ValuesIn(ignored_flags),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(IgnoredFlag, OfAClient) {
  if (!refused_with_tls10()) expect_as_without(role::client, tls::v1_0, SCH_CRED_MANUAL_CRED_VALIDATION);
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    expect_as_without(role::client, version, SCH_CRED_MANUAL_CRED_VALIDATION);
    expect_as_without(role::client, version, SCH_CRED_AUTO_CRED_VALIDATION);
  }
}

TEST_P(IgnoredFlag, OfAServer) {
  if (!refused_with_tls10()) expect_as_without(role::server, tls::v1_0, 0);
  for (const tls version : {tls::v1_2, tls::v1_3}) expect_as_without(role::server, version, 0);
}

TEST_P(IgnoredFlag, ValidationIsAsStrict) {
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    const credential from({.version = version, .flags = SCH_CRED_AUTO_CRED_VALIDATION | GetParam().flag});
    openssl_peer peer(peer_for(role::client, version));
    party client(from);
    converse(client, peer);
    EXPECT_EQ(client.last(), SEC_E_UNTRUSTED_ROOT);
  }
}

// ---- Members ----

// Bits of fCredentialUse beside the direction.
TEST(IgnoredMembers, UseBitsBesideTheDirection) {
  for (const role side : {role::client, role::server}) {
    PCCERT_CONTEXT list[1];
    auto data = plain_data<SCH_CREDENTIALS>(side, list);
    const peer_options peer = peer_of(side, TLS1_2_VERSION, TLS1_3_VERSION);
    const std::string usual = life_of(side, acquired(use_of(side), &data), peer);
    for (const ULONG bits : std::initializer_list<ULONG>{SECPKG_CRED_AUTOLOGON_RESTRICTED, SECPKG_CRED_RESERVED,
                                                         SECPKG_CRED_PROCESS_POLICY_ONLY, 0x10000000u, 0x80000000u})
      EXPECT_EQ(life_of(side, acquired(use_of(side) | bits, &data), peer), usual) << std::hex << bits;
  }
}

// Pointers that are never followed.
template <class Data>
void expect_mappers_and_roots_ignored(role side) {
  PCCERT_CONTEXT list[1];
  auto data = plain_data<Data>(side, list);
  const peer_options peer = peer_of(side, TLS1_2_VERSION, TLS1_3_VERSION);
  const std::string usual = life_of(side, acquired(use_of(side), &data), peer);
  char nothing = 0;
  HMAPPER* mappers[] = {reinterpret_cast<HMAPPER*>(&nothing)};
  data.hRootStore = root_certificate()->hCertStore;
  data.cMappers = 1;
  data.aphMappers = mappers;
  EXPECT_EQ(life_of(side, acquired(use_of(side), &data), peer), usual);
}

TEST(IgnoredMembers, MappersAndRootStore) {
  for (const role side : {role::client, role::server}) {
    expect_mappers_and_roots_ignored<SCHANNEL_CRED>(side);
    expect_mappers_and_roots_ignored<SCH_CREDENTIALS>(side);
  }
}

// A root in hRootStore is not trusted by that.
TEST(IgnoredMembers, RootStoreTrustsNobody) {
  PCCERT_CONTEXT list[1];
  auto old = plain_data<SCHANNEL_CRED>(role::client, list);
  auto now = plain_data<SCH_CREDENTIALS>(role::client, list);
  old.hRootStore = now.hRootStore = root_certificate()->hCertStore;
  old.dwFlags = now.dwFlags = SCH_CRED_AUTO_CRED_VALIDATION;
  for (void* data : {static_cast<void*>(&old), static_cast<void*>(&now)}) {
    const credential from = acquired(SECPKG_CRED_OUTBOUND, data);
    openssl_peer peer(peer_for(role::client, tls::v1_2));
    party client(from);
    converse(client, peer);
    EXPECT_EQ(client.last(), SEC_E_UNTRUSTED_ROOT);
  }
}

// TLS_PARAMS_OPTIONAL would allow parameters to be passed over; they hold all the same.
TEST(IgnoredMembers, OptionalParametersHold) {
  for (const role side : {role::client, role::server}) {
    PCCERT_CONTEXT list[1];
    auto data = plain_data<SCH_CREDENTIALS>(side, list);
    TLS_PARAMETERS parameters{};
    parameters.grbitDisabledProtocols = SP_PROT_TLS1_3;
    data.cTlsParameters = 1;
    data.pTlsParameters = &parameters;
    const peer_options peer = peer_of(side, TLS1_2_VERSION, TLS1_3_VERSION);
    const std::string usual = life_of(side, acquired(use_of(side), &data), peer);
    EXPECT_NE(usual.find("TLSv1.2 "), std::string::npos) << usual;
    parameters.dwFlags = TLS_PARAMS_OPTIONAL;
    EXPECT_EQ(life_of(side, acquired(use_of(side), &data), peer), usual);
  }
}

}  // namespace
}  // namespace schannix::test::sspi

// The certificates of a connection, and the channel bindings that are made from them and from the handshake.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

std::string der_of(PCCERT_CONTEXT context) {
  return std::string(reinterpret_cast<const char*>(context->pbCertEncoded), context->cbCertEncoded);
}

certificate remote_certificate(party& of, SECURITY_STATUS expected = SEC_E_OK) {
  PCCERT_CONTEXT found = nullptr;
  EXPECT_EQ(status(QueryContextAttributesA(&of.handle(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &found)), expected);
  return certificate(found);
}

std::vector<std::string> store_of(PCCERT_CONTEXT context) {
  std::vector<std::string> all;
  for (PCCERT_CONTEXT one = nullptr; (one = CertEnumCertificatesInStore(context->hCertStore, one)) != nullptr;)
    all.push_back(der_of(one));
  return all;
}

std::shared_ptr<X509> share_of(X509* one) { return std::shared_ptr<X509>(one, X509_free); }

class Certificates : public testing::TestWithParam<tls> {};
INSTANTIATE_TEST_SUITE_P(Sspi, Certificates, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

// the store holds all that was sent, leaf first, and the leaf is one of them.
TEST_P(Certificates, T36_RemoteCertificateWithItsStore) {
  link with(client_credential(GetParam()), peer_for(role::client, GetParam()));
  const certificate leaf = remote_certificate(with.ours);
  ASSERT_TRUE(leaf);
  EXPECT_EQ(der_of(leaf.get()), test_leaf().der());
  EXPECT_EQ(store_of(leaf.get()), (std::vector<std::string>{test_leaf().der(), test_root().der()}));
}

TEST_P(Certificates, T36_RemoteCertificateOutlivesTheContext) {
  certificate leaf;
  {
    couple both(GetParam());
    leaf = remote_certificate(both.client);
  }
  ASSERT_TRUE(leaf);
  EXPECT_EQ(der_of(leaf.get()), test_leaf().der());
  EXPECT_EQ(store_of(leaf.get()).at(0), test_leaf().der());
}

TEST_P(Certificates, T36_EachQueryIsAReferenceOfItsOwn) {
  couple both(GetParam());
  const certificate first = remote_certificate(both.client);
  remote_certificate(both.client).reset();
  EXPECT_EQ(der_of(first.get()), test_leaf().der());
}

// schannel-rs asks after every step: allowed as soon as the certificate has arrived. spec 4.5
TEST_P(Certificates, T36_RemoteCertificateInMidHandshake) {
  openssl_peer peer(peer_for(role::client, GetParam()));
  party client(client_credential(GetParam()));
  remote_certificate(client, SEC_E_NO_CREDENTIALS);
  peer.give(client.take());
  std::vector<std::string> flight = records_of(peer.take());
  const std::string last = flight.back();
  flight.pop_back();
  for (const auto& record : flight) client.give(record);
  ASSERT_EQ(client.last(), SEC_I_CONTINUE_NEEDED);
  const certificate leaf = remote_certificate(client);
  ASSERT_TRUE(leaf);
  EXPECT_EQ(der_of(leaf.get()), test_leaf().der());
  client.give(last);
  converse(client, peer);
  EXPECT_TRUE(client.established());
}

// What the peer sees of our chain, the leaf included.
std::vector<std::string> chain_shown(role side, tls version, DWORD flags, PCCERT_CONTEXT certificate) {
  const credential from({.side = side, .version = version, .flags = flags, .certificates = {certificate}});
  peer_options options = peer_for(side, version);
  options.asks_certificate = true;
  link with(from, options, {.side = side});
  std::vector<std::string> shown;
  const STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(with.peer.native());
  if (side == role::client)
    shown.push_back(pki::issued{share_of(SSL_get1_peer_certificate(with.peer.native())), {}}.der());
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    X509_up_ref(sk_X509_value(chain, i));
    shown.push_back(pki::issued{share_of(sk_X509_value(chain, i)), {}}.der());
  }
  return shown;
}

TEST_P(Certificates, TheRootIsSentWhenItIsAskedFor) {
  const std::string leaf = test_leaf().der(), root = test_root().der();
  const certificate alone = import(test_leaf());
  for (const role side : {role::client, role::server}) {
    const DWORD usual = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
    const PCCERT_CONTEXT with_root = server_certificate().get();
    EXPECT_EQ(chain_shown(side, GetParam(), usual, with_root), std::vector{leaf});
    EXPECT_EQ(chain_shown(side, GetParam(), usual | SCH_SEND_ROOT_CERT, with_root), (std::vector{leaf, root}));
    EXPECT_EQ(chain_shown(side, GetParam(), usual | SCH_SEND_ROOT_CERT, alone.get()), std::vector{leaf});
  }
}

TEST_P(Certificates, T36_LocalCertificate) {
  couple both(GetParam());
  PCCERT_CONTEXT found = nullptr;
  ASSERT_EQ(status(QueryContextAttributesA(&both.server.handle(), SECPKG_ATTR_LOCAL_CERT_CONTEXT, &found)), SEC_E_OK);
  EXPECT_EQ(der_of(certificate(found).get()), test_leaf().der());
  found = nullptr;
  EXPECT_TRUE(status(QueryContextAttributesA(&both.client.handle(), SECPKG_ATTR_LOCAL_CERT_CONTEXT, &found)).failed());
  EXPECT_EQ(found, nullptr);
  remote_certificate(both.server, SEC_E_NO_CREDENTIALS);
}

// ---- Channel bindings ----

// The application data of the bindings; the header before it is checked.
std::string binding(party& of, ULONG attribute, SECURITY_STATUS expected = SEC_E_OK) {
  SecPkgContext_Bindings found{};
  EXPECT_EQ(status(QueryContextAttributesA(&of.handle(), attribute, &found)), expected);
  if (found.Bindings == nullptr) return {};
  const SEC_CHANNEL_BINDINGS& head = *found.Bindings;
  EXPECT_EQ(sizeof head, 32u);
  for (const ULONG zero : {head.dwInitiatorAddrType, head.cbInitiatorLength, head.dwInitiatorOffset,
                           head.dwAcceptorAddrType, head.cbAcceptorLength, head.dwAcceptorOffset})
    EXPECT_EQ(zero, 0u);
  EXPECT_EQ(head.dwApplicationDataOffset, 32u);
  EXPECT_EQ(head.cbApplicationDataLength + 32, found.BindingsLength);
  const std::string data(reinterpret_cast<const char*>(&head) + 32, head.cbApplicationDataLength);
  EXPECT_EQ(status(FreeContextBuffer(found.Bindings)), SEC_E_OK);
  return data;
}

std::string digest(const char* name, const std::string& of) {
  unsigned char value[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(of.data(), of.size(), value, &size, EVP_get_digestbyname(name), nullptr);
  return std::string(reinterpret_cast<const char*>(value), size);
}

TEST(Bindings, T36_UniqueIsTheFirstFinished) {
  for (const role side : {role::client, role::server}) {
    const credential& from = side == role::client ? client_credential(tls::v1_2) : server_credential(tls::v1_2);
    link with(from, peer_for(side, tls::v1_2), {.side = side});
    char finished[12];
    const SSL* const ssl = with.peer.native();
    const std::size_t size = side == role::client ? SSL_get_peer_finished(ssl, finished, sizeof finished)
                                                  : SSL_get_finished(ssl, finished, sizeof finished);
    ASSERT_EQ(size, 12u);
    EXPECT_EQ(binding(with.ours, SECPKG_ATTR_UNIQUE_BINDINGS), "tls-unique:" + std::string(finished, size));
  }
}

TEST(Bindings, T36_UniqueIsEqualOnBothSides) {
  couple both(tls::v1_2), another(tls::v1_2);
  const std::string ours = binding(both.client, SECPKG_ATTR_UNIQUE_BINDINGS);
  EXPECT_EQ(ours, binding(both.server, SECPKG_ATTR_UNIQUE_BINDINGS));
  EXPECT_NE(ours, binding(another.client, SECPKG_ATTR_UNIQUE_BINDINGS));
}

TEST(Bindings, A20_UniqueIsNotThereInTls13) {
  couple both(tls::v1_3);
  EXPECT_EQ(binding(both.client, SECPKG_ATTR_UNIQUE_BINDINGS, SEC_E_UNSUPPORTED_FUNCTION), "");
  EXPECT_EQ(binding(both.server, SECPKG_ATTR_UNIQUE_BINDINGS, SEC_E_UNSUPPORTED_FUNCTION), "");
}

TEST_P(Certificates, T36_EndpointIsTheCertificatesHash) {
  couple both(GetParam());
  const std::string expected = "tls-server-end-point:" + digest("SHA256", test_leaf().der());
  EXPECT_EQ(binding(both.client, SECPKG_ATTR_ENDPOINT_BINDINGS), expected);
  EXPECT_EQ(binding(both.server, SECPKG_ATTR_ENDPOINT_BINDINGS), expected);
}

// The signature's own hash; SHA-256 instead of MD5 and SHA-1. RFC 5929 §4.1
TEST_P(Certificates, T36_EndpointFollowsTheSignatureHash) {
  const std::pair<const char*, const char*> digests[] = {
      {"SHA384", "SHA384"}, {"SHA512", "SHA512"}, {"SHA1", "SHA256"}};
  for (const auto& [signed_with, hashed_with] : digests) {
    const pki::issued leaf = pki::issue({.common_name = "a.test", .digest = signed_with});
    peer_options options = peer_for(role::client, GetParam());
    options.identities = {{leaf, {}}};
    link with(client_credential(GetParam()), options);
    EXPECT_EQ(binding(with.ours, SECPKG_ATTR_ENDPOINT_BINDINGS),
              "tls-server-end-point:" + digest(hashed_with, leaf.der()))
        << signed_with;
  }
}

}  // namespace
}  // namespace schannix::test::sspi

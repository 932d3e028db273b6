// Certificates in other forms than a context: REMOTE_CERTIFICATES, SERIALIZED_REMOTE_CERT_CONTEXT, REMOTE_CERT_CHAIN,
// REMOTE_CRED, LOCAL_CRED, LOCAL_CERT_INFO, AUTHORITY; and SslDeserializeCertificateStore.
#include <gtest/gtest.h>

#include <cstring>

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

std::string taken(const BYTE* block, DWORD size) {
  const std::string copy(reinterpret_cast<const char*>(block), size);
  EXPECT_EQ(status(FreeContextBuffer(const_cast<BYTE*>(block))), SEC_E_OK);
  return copy;
}
std::string taken(SEC_CHAR* text) {
  const std::string copy(text);
  EXPECT_EQ(status(FreeContextBuffer(text)), SEC_E_OK);
  return copy;
}
std::wstring taken(SEC_WCHAR* text) {
  const std::wstring copy(text);
  EXPECT_EQ(status(FreeContextBuffer(text)), SEC_E_OK);
  return copy;
}

// Of "size, DER, size, DER, ...".
std::vector<std::string> certificates_in(std::string_view chain) {
  std::vector<std::string> all;
  while (!chain.empty()) {
    DWORD size = 0;
    std::memcpy(&size, chain.substr(0, sizeof size).data(), sizeof size);
    all.emplace_back(chain.substr(sizeof size, size));
    chain.remove_prefix(sizeof size + size);
  }
  return all;
}

const std::vector<std::string>& what_the_peer_sends() {
  static const std::vector<std::string> made{test_leaf().der(), test_root().der()};
  return made;
}

// The client shows a certificate as well.
struct both_with_certificates {
  explicit both_with_certificates(tls version)
      : from({.version = version, .certificates = {server_certificate(pki::key_kind::rsa2048).get()}}),
        both(from, server_credential(version), {}, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH}) {}
  credential from;
  couple both;
};

class CertificateAttributes : public testing::TestWithParam<tls> {};
INSTANTIATE_TEST_SUITE_P(Sspi, CertificateAttributes, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(CertificateAttributes, RemoteCertificatesLeafFirst) {
  link with(client_credential(GetParam()), peer_for(role::client, GetParam()));
  const auto found = query<SecPkgContext_Certificates>(with.ours, SECPKG_ATTR_REMOTE_CERTIFICATES);
  EXPECT_EQ(found.cCertificates, 2u);
  EXPECT_EQ(certificates_in(taken(found.pbCertificateChain, found.cbCertificateChain)), what_the_peer_sends());
}

TEST_P(CertificateAttributes, SerializedAndBack) {
  link with(client_credential(GetParam()), peer_for(role::client, GetParam()));
  for (const ULONG id :
       {ULONG{SECPKG_ATTR_SERIALIZED_REMOTE_CERT_CONTEXT}, ULONG{SECPKG_ATTR_SERIALIZED_REMOTE_CERT_CONTEXT_INPROC}}) {
    const auto blob = query<CERT_BLOB>(with.ours, id);
    PCCERT_CONTEXT leaf = nullptr;
    ASSERT_EQ(status(SslDeserializeCertificateStore(blob, &leaf)), SEC_E_OK);
    taken(blob.pbData, blob.cbData);
    std::vector<std::string> all;
    for (PCCERT_CONTEXT one = nullptr; (one = CertEnumCertificatesInStore(leaf->hCertStore, one)) != nullptr;)
      all.emplace_back(reinterpret_cast<const char*>(one->pbCertEncoded), one->cbCertEncoded);
    EXPECT_EQ(all, what_the_peer_sends());
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(leaf->pbCertEncoded), leaf->cbCertEncoded), all.front());
    CertFreeCertificateContext(leaf);
  }
}

TEST_P(CertificateAttributes, ChainIsTheLeafWithItsStore) {
  link with(client_credential(GetParam()), peer_for(role::client, GetParam()));
  PCCERT_CONTEXT leaf = query<PCCERT_CONTEXT>(with.ours, SECPKG_ATTR_REMOTE_CERT_CHAIN);
  ASSERT_NE(leaf, nullptr);
  const PCCERT_CONTEXT first = CertEnumCertificatesInStore(leaf->hCertStore, nullptr);
  EXPECT_EQ(first, leaf);
  const PCCERT_CONTEXT second = CertEnumCertificatesInStore(leaf->hCertStore, first);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(second->pbCertEncoded), second->cbCertEncoded),
            test_root().der());
  CertFreeCertificateContext(second);
  CertFreeCertificateContext(leaf);
}

TEST_P(CertificateAttributes, AuthorityIsTheIssuer) {
  couple both(GetParam());
  EXPECT_EQ(taken(query<SecPkgContext_AuthorityW>(both.client, SECPKG_ATTR_AUTHORITY).sAuthorityName),
            L"CN=Conformance Root");
  SecPkgContext_AuthorityA narrow{};
  ASSERT_EQ(status(QueryContextAttributesA(&both.client.handle(), SECPKG_ATTR_AUTHORITY, &narrow)), SEC_E_OK);
  EXPECT_EQ(taken(narrow.sAuthorityName), "CN=Conformance Root");
}

TEST_P(CertificateAttributes, CredentialsOfBothSides) {
  both_with_certificates made(GetParam());
  const auto& ecdsa = test_leaf();
  const auto& rsa = test_leaf(pki::key_kind::rsa2048);
  for (party* of : {&made.both.client, &made.both.server}) {
    const bool client = of == &made.both.client;
    const auto remote = query<SecPkgContext_RemoteCredentialInfo>(*of, SECPKG_ATTR_REMOTE_CRED);
    const auto local = query<SecPkgContext_LocalCredentialInfo>(*of, SECPKG_ATTR_LOCAL_CRED);
    EXPECT_EQ(remote.fFlags, DWORD{RCRED_CRED_EXISTS});
    EXPECT_EQ(local.fFlags, DWORD{LCRED_CRED_EXISTS});
    EXPECT_EQ(remote.dwBits, client ? 256u : 2048u);
    EXPECT_EQ(local.dwBits, client ? 2048u : 256u);
    const auto theirs = certificates_in(taken(remote.pbCertificateChain, remote.cbCertificateChain));
    const auto ours = certificates_in(taken(local.pbCertificateChain, local.cbCertificateChain));
    EXPECT_EQ(remote.cCertificates, theirs.size());
    EXPECT_EQ(theirs.at(0), client ? ecdsa.der() : rsa.der());
    EXPECT_EQ(ours, std::vector{client ? rsa.der() : ecdsa.der()});
    EXPECT_EQ(local.cCertificates, 1u);
  }
}

TEST_P(CertificateAttributes, LocalCertificateInfo) {
  both_with_certificates made(GetParam());
  const auto info = query<SecPkgContext_CertInfo>(made.both.client, SECPKG_ATTR_LOCAL_CERT_INFO);
  EXPECT_EQ(info.dwVersion, DWORD{KERN_CONTEXT_CERT_INFO_V1});
  EXPECT_EQ(info.dwKeySize, 2048u);
  EXPECT_EQ(info.cbSubjectName, sizeof L"CN=a.test");
  EXPECT_EQ(info.cbIssuerName, sizeof L"CN=Conformance Root");
  EXPECT_EQ(taken(info.pwszSubjectName), L"CN=a.test");
  EXPECT_EQ(taken(info.pwszIssuerName), L"CN=Conformance Root");
}

TEST_P(CertificateAttributes, WithoutCertificates) {
  couple both(GetParam());
  EXPECT_EQ(query_status<SecPkgContext_Certificates>(both.server, SECPKG_ATTR_REMOTE_CERTIFICATES),
            SEC_E_NO_CREDENTIALS);
  EXPECT_EQ(query_status<CERT_BLOB>(both.server, SECPKG_ATTR_SERIALIZED_REMOTE_CERT_CONTEXT), SEC_E_NO_CREDENTIALS);
  EXPECT_EQ(query_status<PCCERT_CONTEXT>(both.server, SECPKG_ATTR_REMOTE_CERT_CHAIN), SEC_E_NO_CREDENTIALS);
  EXPECT_EQ(query_status<SecPkgContext_AuthorityA>(both.server, SECPKG_ATTR_AUTHORITY), SEC_E_NO_CREDENTIALS);
  EXPECT_EQ(query_status<SecPkgContext_CertInfo>(both.client, SECPKG_ATTR_LOCAL_CERT_INFO), SEC_E_NO_CREDENTIALS);
  const auto remote = query<SecPkgContext_RemoteCredentialInfo>(both.server, SECPKG_ATTR_REMOTE_CRED);
  EXPECT_TRUE(remote.fFlags == RCRED_STATUS_NOCRED && remote.cCertificates == 0 &&
              remote.pbCertificateChain == nullptr);
  const auto local = query<SecPkgContext_LocalCredentialInfo>(both.client, SECPKG_ATTR_LOCAL_CRED);
  EXPECT_TRUE(local.fFlags == LCRED_STATUS_NOCRED && local.cCertificates == 0 && local.pbCertificateChain == nullptr);
}

TEST_P(CertificateAttributes, BeforeTheHandshakeIsDone) {
  party client(client_credential(GetParam()));
  EXPECT_EQ(query_status<SecPkgContext_Certificates>(client, SECPKG_ATTR_REMOTE_CERTIFICATES), SEC_E_NO_CREDENTIALS);
  EXPECT_EQ(query_status<SecPkgContext_RemoteCredentialInfo>(client, SECPKG_ATTR_REMOTE_CRED), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(query_status<SecPkgContext_LocalCredentialInfo>(client, SECPKG_ATTR_LOCAL_CRED), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(query_status<SecPkgContext_CertInfo>(client, SECPKG_ATTR_LOCAL_CERT_INFO), SEC_E_INVALID_HANDLE);
}

TEST(Deserialize, WhatIsNoStore) {
  BYTE bytes[] = {0, 0, 0, 0, 'C', 'E', 'R', 'T', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  PCCERT_CONTEXT leaf = nullptr;
  EXPECT_EQ(status(SslDeserializeCertificateStore({sizeof bytes, bytes}, &leaf)), SEC_E_INVALID_TOKEN) << "empty";
  EXPECT_EQ(status(SslDeserializeCertificateStore({4, bytes}, &leaf)), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(status(SslDeserializeCertificateStore({0, nullptr}, &leaf)), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(status(SslDeserializeCertificateStore({sizeof bytes, bytes}, nullptr)), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(leaf, nullptr);
}

}  // namespace
}  // namespace schannix::test::sspi

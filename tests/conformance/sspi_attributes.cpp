// T36: what QueryContextAttributes answers, attribute by attribute.
#include <gtest/gtest.h>

#include <algorithm>
#include <cwchar>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

template <class Struct>
Struct query(party& of, ULONG attribute, Struct into = {}) {
  const status done = QueryContextAttributesW(&of.handle(), attribute, &into);
  EXPECT_EQ(done, SEC_E_OK) << "attribute " << attribute;
  return into;
}

status query_status(party& of, ULONG attribute) {
  alignas(16) char room[2048]{};
  return QueryContextAttributesA(&of.handle(), attribute, room);
}

// A string that the library handed out: taken over, and freed.
std::string taken(SEC_CHAR* text) {
  const std::string copy(text != nullptr ? text : "(null)");
  EXPECT_EQ(status(FreeContextBuffer(text)), SEC_E_OK);
  return copy;
}
std::wstring taken(SEC_WCHAR* text) {
  const std::wstring copy(text != nullptr ? text : L"(null)");
  EXPECT_EQ(status(FreeContextBuffer(text)), SEC_E_OK);
  return copy;
}

SecPkgContext_CipherInfo cipher_info(party& of) {
  SecPkgContext_CipherInfo into{};
  into.dwVersion = SECPKGCONTEXT_CIPHERINFO_V1;
  return query(of, SECPKG_ATTR_CIPHER_INFO, into);
}

struct suite_row {
  const char* suite;  // OpenSSL's name
  tls version;
  pki::key_kind key;
  DWORD number;
  const wchar_t* name;
  DWORD bits;
  const wchar_t* hash;
  DWORD hash_bits;
  const wchar_t* exchange;
  const wchar_t* certificate;
  ALG_ID cipher_id;
  ALG_ID exchange_id;
};

const suite_row rows[] = {
    {"ECDHE-RSA-AES256-GCM-SHA384", tls::v1_2, pki::key_kind::rsa2048, 0xC030, L"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
     256, L"", 0, L"ECDH", L"RSA", CALG_AES_256, CALG_ECDH_EPHEM},
    {"ECDHE-ECDSA-AES128-GCM-SHA256", tls::v1_2, pki::key_kind::p256, 0xC02B,
     L"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 128, L"", 0, L"ECDH", L"ECDSA", CALG_AES_128, CALG_ECDH_EPHEM},
    {"ECDHE-RSA-AES256-SHA", tls::v1_2, pki::key_kind::rsa2048, 0xC014, L"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", 256,
     L"SHA1", 160, L"ECDH", L"RSA", CALG_AES_256, CALG_ECDH_EPHEM},
    {"ECDHE-RSA-AES256-SHA", tls::v1_0, pki::key_kind::rsa2048, 0xC014, L"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", 256,
     L"SHA1", 160, L"ECDH", L"RSA", CALG_AES_256, CALG_ECDH_EPHEM},
};

class SuiteFacts : public testing::TestWithParam<suite_row> {
 protected:
  static peer_options options(role ours) {
    peer_options made = peer_for(ours, GetParam().version, GetParam().key);
    made.ciphers = GetParam().suite;
    return made;
  }
  link client_{client_credential(GetParam().version), options(role::client)};
  link server_{server_credential(GetParam().version, GetParam().key), options(role::server), {.side = role::server}};
};
INSTANTIATE_TEST_SUITE_P(Sspi, SuiteFacts, testing::ValuesIn(rows), [](const auto& one) {
  std::string name(one.param.suite);
  std::replace(name.begin(), name.end(), '-', '_');
  return name + (one.param.version == tls::v1_0 ? "_tls10" : "");
});

TEST_P(SuiteFacts, T36_CipherInfo) {
  const suite_row& row = GetParam();
  for (party* of : {&client_.ours, &server_.ours}) {
    const auto info = cipher_info(*of);
    EXPECT_EQ(info.dwProtocol, row.version == tls::v1_0 ? 0x301u : 0x303u);
    EXPECT_EQ(info.dwCipherSuite, row.number);
    EXPECT_EQ(info.dwBaseCipherSuite, row.number);
    EXPECT_EQ(std::wstring(info.szCipherSuite), row.name);
    EXPECT_EQ(std::wstring(info.szCipher), L"AES");
    EXPECT_EQ(info.dwCipherLen, row.bits);
    EXPECT_EQ(info.dwCipherBlockLen, 16u);
    EXPECT_EQ(std::wstring(info.szHash), row.hash);
    EXPECT_EQ(info.dwHashLen, row.hash_bits);
    EXPECT_EQ(std::wstring(info.szExchange), row.exchange);
    EXPECT_EQ(info.dwMinExchangeLen, 0u);
    EXPECT_EQ(info.dwMaxExchangeLen, 65536u);
    EXPECT_EQ(std::wstring(info.szCertificate), row.certificate);
    EXPECT_TRUE(info.dwKeyType == 0x1D || info.dwKeyType == 0x17) << info.dwKeyType;
  }
}

TEST_P(SuiteFacts, T36_ConnectionInfo) {
  const suite_row& row = GetParam();
  const auto client = query<SecPkgContext_ConnectionInfo>(client_.ours, SECPKG_ATTR_CONNECTION_INFO);
  const auto server = query<SecPkgContext_ConnectionInfo>(server_.ours, SECPKG_ATTR_CONNECTION_INFO);
  const bool old = row.version == tls::v1_0;
  EXPECT_EQ(client.dwProtocol, old ? DWORD{SP_PROT_TLS1_0_CLIENT} : DWORD{SP_PROT_TLS1_2_CLIENT});
  EXPECT_EQ(server.dwProtocol, old ? DWORD{SP_PROT_TLS1_0_SERVER} : DWORD{SP_PROT_TLS1_2_SERVER});
  for (const auto& info : {client, server}) {
    EXPECT_EQ(info.aiCipher, row.cipher_id);
    EXPECT_EQ(info.dwCipherStrength, row.bits);
    EXPECT_EQ(info.dwHashStrength, row.hash_bits);
    EXPECT_EQ(info.aiExch, row.exchange_id);
    EXPECT_GE(info.dwExchStrength, 253u);
  }
  if (row.hash_bits != 0) {
    EXPECT_EQ(client.aiHash, ALG_ID{CALG_SHA1});
  }
}

TEST_P(SuiteFacts, T36_KeyInfo) {
  SecPkgContext_KeyInfoA narrow{};
  ASSERT_EQ(status(QueryContextAttributesA(&client_.ours.handle(), SECPKG_ATTR_KEY_INFO, &narrow)), SEC_E_OK);
  EXPECT_EQ(taken(narrow.sEncryptAlgorithmName), "AES");
  const bool is_rsa = GetParam().key == pki::key_kind::rsa2048;
  EXPECT_EQ(taken(narrow.sSignatureAlgorithmName), is_rsa ? "RSA" : "ECDSA");
  EXPECT_EQ(narrow.KeySize, GetParam().bits);
  EXPECT_EQ(narrow.SignatureAlgorithm, is_rsa ? ULONG{CALG_RSA_SIGN} : ULONG{CALG_ECDSA});
  EXPECT_EQ(narrow.EncryptAlgorithm, GetParam().cipher_id);
  const auto wide = query<SecPkgContext_KeyInfoW>(client_.ours, SECPKG_ATTR_KEY_INFO);
  EXPECT_EQ(taken(wide.sEncryptAlgorithmName), L"AES");
  EXPECT_EQ(taken(wide.sSignatureAlgorithmName), is_rsa ? L"RSA" : L"ECDSA");
}

TEST(Attributes, T36_Tls13) {
  peer_options options = peer_for(role::client, tls::v1_3);
  options.suites = "TLS_AES_256_GCM_SHA384";
  options.groups = "P-256";
  link with(client_credential(tls::v1_3), options);
  const auto info = cipher_info(with.ours);
  EXPECT_EQ(info.dwProtocol, 0x304u);
  EXPECT_EQ(info.dwCipherSuite, 0x1302u);
  EXPECT_EQ(std::wstring(info.szCipherSuite), L"TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(info.dwCipherLen, 256u);
  EXPECT_EQ(info.dwKeyType, 0x17u);
  const auto connection = query<SecPkgContext_ConnectionInfo>(with.ours, SECPKG_ATTR_CONNECTION_INFO);
  EXPECT_EQ(connection.dwProtocol, DWORD{SP_PROT_TLS1_3_CLIENT});
  EXPECT_EQ(connection.aiCipher, ALG_ID{CALG_AES_256});
  EXPECT_EQ(connection.dwCipherStrength, 256u);
}

TEST(Attributes, T36_CipherInfoOfAnUnknownVersion) {
  couple both(tls::v1_3);
  SecPkgContext_CipherInfo info{};
  info.dwVersion = 2;
  EXPECT_TRUE(status(QueryContextAttributesA(&both.client.handle(), SECPKG_ATTR_CIPHER_INFO, &info)).failed());
}

TEST(Attributes, T36_ProtoInfo) {
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    couple both(version);
    const auto wide = query<SecPkgContext_ProtoInfoW>(both.client, SECPKG_ATTR_PROTO_INFO);
    EXPECT_EQ(wide.majorVersion, 1u);
    EXPECT_EQ(wide.minorVersion, version == tls::v1_2 ? 2u : 3u);
    EXPECT_EQ(taken(wide.sProtocolName), version == tls::v1_2 ? L"TLS 1.2" : L"TLS 1.3");
    SecPkgContext_ProtoInfoA narrow{};
    ASSERT_EQ(status(QueryContextAttributesA(&both.server.handle(), SECPKG_ATTR_PROTO_INFO, &narrow)), SEC_E_OK);
    EXPECT_EQ(taken(narrow.sProtocolName), version == tls::v1_2 ? "TLS 1.2" : "TLS 1.3");
  }
}

TEST(Attributes, T36_PackageInfo) {
  couple both(tls::v1_3);
  SecPkgContext_PackageInfoA narrow{};
  ASSERT_EQ(status(QueryContextAttributesA(&both.client.handle(), SECPKG_ATTR_PACKAGE_INFO, &narrow)), SEC_E_OK);
  EXPECT_STREQ(narrow.PackageInfo->Name, UNISP_NAME_A);
  EXPECT_EQ(narrow.PackageInfo->fCapabilities, 0x004107B3u);
  EXPECT_EQ(narrow.PackageInfo->wVersion, 1u);
  EXPECT_EQ(narrow.PackageInfo->wRPCID, UNISP_RPC_ID);
  EXPECT_EQ(narrow.PackageInfo->cbMaxToken, 0x6000u);
  EXPECT_EQ(status(FreeContextBuffer(narrow.PackageInfo)), SEC_E_OK);
  const auto wide = query<SecPkgContext_PackageInfoW>(both.client, SECPKG_ATTR_PACKAGE_INFO);
  EXPECT_EQ(std::wstring(wide.PackageInfo->Name), UNISP_NAME_W);
  EXPECT_EQ(status(FreeContextBuffer(wide.PackageInfo)), SEC_E_OK);
}

TEST(Attributes, T36_Names) {
  couple both(tls::v1_2);
  const auto wide = query<SecPkgContext_NamesW>(both.client, SECPKG_ATTR_NAMES);
  EXPECT_EQ(taken(wide.sUserName), L"CN=a.test");
  SecPkgContext_NamesA narrow{};
  ASSERT_EQ(status(QueryContextAttributesA(&both.client.handle(), SECPKG_ATTR_NAMES, &narrow)), SEC_E_OK);
  EXPECT_EQ(taken(narrow.sUserName), "CN=a.test");
  EXPECT_EQ(query_status(both.server, SECPKG_ATTR_NAMES), SEC_E_NO_CREDENTIALS) << "the client showed no certificate";
}

TEST(Attributes, T36_Sizes) {
  couple both(tls::v1_2);
  const auto sizes = query<SecPkgContext_Sizes>(both.client, SECPKG_ATTR_SIZES);
  const auto stream = both.client.sizes();
  EXPECT_GE(sizes.cbMaxToken, 0x4000u);
  EXPECT_EQ(sizes.cbBlockSize, stream.cbBlockSize);
  EXPECT_EQ(sizes.cbSecurityTrailer, stream.cbHeader + stream.cbTrailer);
}

TEST(Attributes, T36_FlagsAreTheReturnedOnes) {
  couple both(tls::v1_3);
  EXPECT_EQ(query<SecPkgContext_Flags>(both.client, SECPKG_ATTR_FLAGS).Flags, both.client.attributes());
  EXPECT_EQ(query<SecPkgContext_Flags>(both.server, SECPKG_ATTR_FLAGS).Flags, both.server.attributes());
}

TEST(Attributes, T36_SessionInfoOfAFullHandshake) {
  link with(client_credential(tls::v1_2), peer_for(role::client, tls::v1_2));
  const auto info = query<SecPkgContext_SessionInfo>(with.ours, SECPKG_ATTR_SESSION_INFO);
  EXPECT_EQ(info.dwFlags, 0u);
  ASSERT_LE(info.cbSessionId, sizeof info.rgbSessionId);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(info.rgbSessionId), info.cbSessionId), with.peer.session_id());
}

TEST(Attributes, T36_SessionInfoOfAResumedServer) {
  peer_options options = peer_for(role::server, tls::v1_2);
  options.session_tickets = true;
  const party_options ours{.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET};
  link first(server_credential(tls::v1_2), options, ours);
  const std::shared_ptr<SSL_SESSION> session(SSL_get1_session(first.peer.native()), SSL_SESSION_free);
  openssl_peer peer(options);
  peer.resume_from(session.get());
  party server(server_credential(tls::v1_2), ours);
  peer.start();
  server.give(peer.take());
  converse(server, peer);
  ASSERT_TRUE(server.established() && peer.resumed()) << server.last();
  const auto info = query<SecPkgContext_SessionInfo>(server, SECPKG_ATTR_SESSION_INFO);
  EXPECT_EQ(info.dwFlags, DWORD{SSL_SESSION_RECONNECT});
}

// ---- What is refused ----

constexpr ULONG answered[] = {SECPKG_ATTR_SIZES,
                              SECPKG_ATTR_NAMES,
                              SECPKG_ATTR_STREAM_SIZES,
                              SECPKG_ATTR_KEY_INFO,
                              SECPKG_ATTR_PROTO_INFO,
                              SECPKG_ATTR_PACKAGE_INFO,
                              SECPKG_ATTR_FLAGS,
                              SECPKG_ATTR_UNIQUE_BINDINGS,
                              SECPKG_ATTR_ENDPOINT_BINDINGS,
                              SECPKG_ATTR_APPLICATION_PROTOCOL,
                              SECPKG_ATTR_REMOTE_CERT_CONTEXT,
                              SECPKG_ATTR_LOCAL_CERT_CONTEXT,
                              SECPKG_ATTR_CONNECTION_INFO,
                              SECPKG_ATTR_SESSION_INFO,
                              SECPKG_ATTR_CIPHER_INFO,
                              SECPKG_ATTR_ISSUER_LIST_EX,
                              SECPKG_ATTR_LIFESPAN,
                              SECPKG_ATTR_AUTHORITY,
                              SECPKG_ATTR_TARGET_INFORMATION,
                              SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS,
                              SECPKG_ATTR_SUPPORTED_SIGNATURES,
                              SECPKG_ATTR_CONNECTION_INFO_EX,
                              SECPKG_ATTR_EAP_KEY_BLOCK,
                              SECPKG_ATTR_CERT_CHECK_RESULT,
                              SECPKG_ATTR_CERT_CHECK_RESULT_INPROC,
                              SECPKG_ATTR_REMOTE_CRED,
                              SECPKG_ATTR_LOCAL_CRED,
                              SECPKG_ATTR_REMOTE_CERTIFICATES,
                              SECPKG_ATTR_REMOTE_CERT_CHAIN,
                              SECPKG_ATTR_LOCAL_CERT_INFO,
                              SECPKG_ATTR_SERIALIZED_REMOTE_CERT_CONTEXT,
                              SECPKG_ATTR_SERIALIZED_REMOTE_CERT_CONTEXT_INPROC,
                              SECPKG_ATTR_KEYING_MATERIAL,
                              SECPKG_ATTR_KEYING_MATERIAL_INPROC,
                              SECPKG_ATTR_APP_DATA,
                              SECPKG_ATTR_ROOT_STORE,
                              SCHANNIX_ATTR_CLOSE_REPORT,
                              SCHANNIX_ATTR_OCSP_RESPONSE};

TEST(Attributes, T36_EveryOtherIsUnsupported) {
  couple both(tls::v1_2);
  const auto is_answered = [](ULONG id) {
    return std::find(std::begin(answered), std::end(answered), id) != std::end(answered);
  };
  std::vector<ULONG> ids{0x80000086, 0xFFFFFFFF, SCHANNIX_ATTR_TRANSPORT_END, 0x5343000F};
  for (ULONG id = 0; id < 256; ++id) ids.push_back(id);
  for (const ULONG id : ids) {
    if (is_answered(id)) continue;
    EXPECT_EQ(query_status(both.client, id), SEC_E_UNSUPPORTED_FUNCTION) << id;
    EXPECT_EQ(query_status(both.server, id), SEC_E_UNSUPPORTED_FUNCTION) << id;
  }
}

TEST(Attributes, T36_NullBuffer) {
  couple both(tls::v1_2);
  for (const ULONG id : answered) {
    EXPECT_EQ(status(QueryContextAttributesA(&both.client.handle(), id, nullptr)), SEC_E_INTERNAL_ERROR) << id;
    EXPECT_EQ(status(QueryContextAttributesW(&both.client.handle(), id, nullptr)), SEC_E_INTERNAL_ERROR) << id;
  }
}

TEST(Attributes, BeforeTheHandshakeIsDone) {
  party client(client_credential(tls::v1_3));
  for (const ULONG id :
       std::initializer_list<ULONG>{SECPKG_ATTR_STREAM_SIZES, SECPKG_ATTR_CONNECTION_INFO, SECPKG_ATTR_CIPHER_INFO,
                                    SECPKG_ATTR_KEY_INFO, SECPKG_ATTR_UNIQUE_BINDINGS, SECPKG_ATTR_SESSION_INFO})
    EXPECT_EQ(query_status(client, ULONG{static_cast<ULONG>(id)}), SEC_E_INVALID_HANDLE) << id;
  EXPECT_EQ(query_status(client, SECPKG_ATTR_REMOTE_CERT_CONTEXT), SEC_E_NO_CREDENTIALS);
}

TEST(Attributes, WhatCannotBeSet) {
  couple both(tls::v1_3);
  char room[64]{};
  for (ULONG id = 0; id < 256; ++id) {
    if (id == SECPKG_ATTR_KEYING_MATERIAL_INFO || id == SECPKG_ATTR_EAP_PRF_INFO || id == SECPKG_ATTR_APP_DATA)
      continue;
    EXPECT_EQ(status(SetContextAttributesA(&both.client.handle(), id, room, sizeof room)), SEC_E_UNSUPPORTED_FUNCTION);
    EXPECT_EQ(status(SetContextAttributesW(&both.server.handle(), id, room, sizeof room)), SEC_E_UNSUPPORTED_FUNCTION);
  }
}

// The functions that this release has for linking only.
TEST(Attributes, ExIsUnsupported) {
  couple both(tls::v1_3);
  CtxtHandle* const context = &both.client.handle();
  char room[64]{};
  EXPECT_EQ(status(QueryContextAttributesExA(context, SECPKG_ATTR_SIZES, room, sizeof room)),
            SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(status(QueryContextAttributesExW(context, SECPKG_ATTR_SIZES, room, sizeof room)),
            SEC_E_UNSUPPORTED_FUNCTION);
}

}  // namespace
}  // namespace schannix::test::sspi

// What a credential lets a connection negotiate: versions, algorithms switched off one by one, bounds of strength.
#include <gtest/gtest.h>

#include "conformance/sspi_crypto_settings.hpp"

namespace schannix::test::sspi {
namespace {

credential without(std::initializer_list<const setting*> off, tls version = tls::newest) {
  credential_options options{.version = version};
  for (const setting* one : off) options.disabled.push_back(one->value);
  return credential(options);
}

TEST(CryptoSettings, OnlyAes128Gcm) {
  const setting long_keys(TlsParametersCngAlgUsageCipher, L"AES", 256, 256);
  const setting cbc(TlsParametersCngAlgUsageCipher, L"AES", 0, 0, L"ChainingModeCBC");
  const setting chacha(TlsParametersCngAlgUsageCipher, L"CHACHA20_POLY1305");
  const credential from = without({&long_keys, &cbc, &chacha});
  const std::string offered = offered_by(from, open_peer(role::client));
  EXPECT_NE(offered.find("TLS_AES_128_GCM_SHA256"), std::string::npos) << offered;
  EXPECT_NE(offered.find("ECDHE-RSA-AES128-GCM-SHA256"), std::string::npos) << offered;
  for (const char* off : {"256_GCM", "AES256", "CHACHA20", "AES128-SHA", "AES_128_CBC"})
    EXPECT_EQ(offered.find(off), std::string::npos) << offered;
  link with(from, open_peer(role::client));
  EXPECT_STREQ(SSL_get_cipher_name(with.peer.native()), "TLS_AES_128_GCM_SHA256");
}

TEST(CryptoSettings, OnlyChaCha) {
  const setting aes(TlsParametersCngAlgUsageCipher, L"AES");
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    const credential from = without({&aes}, version);
    const std::string offered = offered_by(from, open_peer(role::client));
    EXPECT_EQ(offered.find("AES"), std::string::npos) << offered;
    link with(from, open_peer(role::client));
    EXPECT_NE(std::string(SSL_get_cipher_name(with.peer.native())).find("CHACHA20"), std::string::npos);
  }
}

TEST(CryptoSettings, DigestAndKeyExchange) {
  const setting sha1(TlsParametersCngAlgUsageDigest, L"SHA1"), rsa(TlsParametersCngAlgUsageKeyExchange, L"RSA");
  const std::string offered = offered_by(without({&sha1, &rsa}), open_peer(role::client));
  EXPECT_NE(offered.find("ECDHE-RSA-AES128-GCM-SHA256"), std::string::npos);
  for (const char* off : {"ECDHE-RSA-AES128-SHA ", " AES128-GCM-SHA256", " AES256-SHA"})
    EXPECT_EQ((" " + offered).find(off), std::string::npos) << offered;
}

TEST(CryptoSettings, KeyLengthOutsideTheBoundsChangesNothing) {
  const setting other(TlsParametersCngAlgUsageCipher, L"AES", 192, 200),
      mode(TlsParametersCngAlgUsageCipher, L"AES", 0, 0, L"ChainingModeCCM");
  EXPECT_EQ(offered_by(without({&other, &mode}), open_peer(role::client)),
            offered_by(without({}), open_peer(role::client)));
}

TEST(CryptoSettings, NothingLeft) {
  const setting aes(TlsParametersCngAlgUsageCipher, L"AES"),
      chacha(TlsParametersCngAlgUsageCipher, L"CHACHA20_POLY1305");
  EXPECT_THROW(without({&aes, &chacha}), std::runtime_error);
}

TEST(CryptoSettings, ServersToo) {
  const setting long_keys(TlsParametersCngAlgUsageCipher, L"AES", 256, 256);
  const setting chacha(TlsParametersCngAlgUsageCipher, L"CHACHA20_POLY1305");
  const credential from({.side = role::server,
                         .certificates = {server_certificate().get()},
                         .disabled = {long_keys.value, chacha.value}});
  link with(from, open_peer(role::server), {.side = role::server});
  EXPECT_STREQ(SSL_get_cipher_name(with.peer.native()), "TLS_AES_128_GCM_SHA256");
}

// ---- Strength, of version 4 credentials ----

std::string offered_with_strengths(DWORD least, DWORD most) {
  SCHANNEL_CRED data{};
  data.dwVersion = SCHANNEL_CRED_VERSION;
  data.dwMinimumCipherStrength = least;
  data.dwMaximumCipherStrength = most;
  data.dwFlags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
  CredHandle handle{};
  if (!(acquire(SECPKG_CRED_OUTBOUND, &data, handle) == SEC_E_OK)) return "refused";
  buffer_list out{buffer(SECBUFFER_TOKEN, nullptr, 0)};
  CtxtHandle context{};
  step_call{.credential = &handle,
            .target = "a.test",
            .flags = usual_client_flags,
            .new_context = &context,
            .output = out.get()}
      .run();
  openssl_peer peer(open_peer(role::client));
  peer.give(bytes_of(out[0]));
  out.free_all();
  DeleteSecurityContext(&context);
  FreeCredentialsHandle(&handle);
  std::string names;
  STACK_OF(SSL_CIPHER)* const offered = SSL_get_client_ciphers(peer.native());
  for (int i = 0; i < sk_SSL_CIPHER_num(offered); ++i)
    names += std::to_string(SSL_CIPHER_get_bits(sk_SSL_CIPHER_value(offered, i), nullptr)) + " ";
  return names;
}

TEST(Strength, BoundsOfVersion4) {
  const std::string all = offered_with_strengths(0, 0), strong = offered_with_strengths(256, 0),
                    weak = offered_with_strengths(0, 128);
  EXPECT_NE(all.find("128"), std::string::npos);
  EXPECT_NE(all.find("256"), std::string::npos);
  EXPECT_EQ(strong.find("128"), std::string::npos) << strong;
  EXPECT_NE(strong.find("256"), std::string::npos);
  EXPECT_EQ(weak.find("256"), std::string::npos) << weak;
  EXPECT_NE(weak.find("128"), std::string::npos);
  EXPECT_EQ(offered_with_strengths(512, 0), "refused");
}

// ---- Versions ----

TEST(Versions, NewestCommonOneIsPreferred) {
  link newest(client_credential(tls::newest), open_peer(role::client));
  EXPECT_EQ(SSL_version(newest.peer.native()), TLS1_3_VERSION);
  link older(client_credential(tls::newest), peer_for(role::client, tls::v1_2));
  EXPECT_EQ(SSL_version(older.peer.native()), TLS1_2_VERSION);
  link server(server_credential(tls::newest), open_peer(role::server), {.side = role::server});
  EXPECT_EQ(SSL_version(server.peer.native()), TLS1_3_VERSION);
}

TEST(Versions, Version5DisablesByBit) {
  link no_new(client_credential(tls::v1_2), open_peer(role::client));
  EXPECT_EQ(SSL_version(no_new.peer.native()), TLS1_2_VERSION);
  link no_old(client_credential(tls::v1_3), open_peer(role::client));
  EXPECT_EQ(SSL_version(no_old.peer.native()), TLS1_3_VERSION);
}

TEST(Versions, NoCommonVersion) {
  for (const role side : {role::client, role::server}) {
    openssl_peer peer(peer_for(side, tls::v1_2));
    party ours(side == role::client ? client_credential(tls::v1_3) : server_credential(tls::v1_3), {.side = side});
    if (side == role::server) peer.start();
    converse(ours, peer);
    EXPECT_FALSE(ours.established() || peer.established());
    EXPECT_TRUE(ours.last().failed()) << ours.last();
  }
}

TEST(Versions, DefaultCredentialIsVersion4) {
  CredHandle handle{};
  ASSERT_EQ(acquire(SECPKG_CRED_OUTBOUND, nullptr, handle), SEC_E_OK);
  SecPkgCred_SupportedProtocols protocols{};
  EXPECT_EQ(status(QueryCredentialsAttributesA(&handle, SECPKG_ATTR_SUPPORTED_PROTOCOLS, &protocols)), SEC_E_OK);
  EXPECT_NE(protocols.grbitProtocol & SP_PROT_TLS1_2_CLIENT, 0u);
  EXPECT_EQ(protocols.grbitProtocol & (SP_PROT_TLS1_0_CLIENT | SP_PROT_TLS1_1_CLIENT), 0u) << "off by policy";
  FreeCredentialsHandle(&handle);
}

TEST(Versions, Tls10OnlyByACredentialThatNamesIt) {
  for (const role side : {role::client, role::server}) {
    const pki::key_kind key = pki::key_kind::rsa2048;
    const auto from = [&](tls version) -> const credential& {
      return side == role::client ? client_credential(version) : server_credential(version, key);
    };
    link named(from(tls::v1_0), peer_for(side, tls::v1_0, key), {.side = side});
    EXPECT_EQ(SSL_version(named.peer.native()), TLS1_VERSION);
    named.peer.write("old words");
    named.ours.give(named.peer.take());
    EXPECT_EQ(named.ours.received(), "old words");
    named.peer.give(named.ours.sealed("old answer"));
    EXPECT_EQ(named.peer.received(), "old answer");

    openssl_peer old(peer_for(side, tls::v1_0, key));
    party unnamed(from(tls::newest), {.side = side});
    if (side == role::server) old.start();
    converse(unnamed, old);
    EXPECT_FALSE(unnamed.established() || old.established());
  }
}

}  // namespace
}  // namespace schannix::test::sspi

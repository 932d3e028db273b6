// What a version 5 credential switches off beside versions and suites (signatures, paddings, lengths of key exchange),
// parameters that hold for some protocols of the application, and the limits of it all.
#include <gtest/gtest.h>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "conformance/sspi_acquired.hpp"
#include "conformance/sspi_crypto_settings.hpp"
#include "conformance/sspi_ticket_keys.hpp"

namespace schannix::test::sspi {
namespace {

constexpr auto key_exchange = TlsParametersCngAlgUsageKeyExchange;
constexpr auto signature = TlsParametersCngAlgUsageSignature;
constexpr auto certificate_signature = TlsParametersCngAlgUsageCertSig;

credential client_without(std::initializer_list<const setting*> off, tls version = tls::newest) {
  credential_options options{.version = version};
  for (const setting* one : off) options.disabled.push_back(one->value);
  return credential(options);
}

// A server that has read this credential's ClientHello.
std::unique_ptr<openssl_peer> greeted_by(const credential& from) {
  auto peer = std::make_unique<openssl_peer>(open_peer(role::client));
  party client(from);
  peer->give(client.take());
  return peer;
}

std::set<unsigned> offered_schemes(const credential& from) {
  const auto peer = greeted_by(from);
  std::set<unsigned> found;
  const int count = SSL_get_sigalgs(peer->native(), 0, nullptr, nullptr, nullptr, nullptr, nullptr);
  for (int i = 0; i < count; ++i) {
    unsigned char low = 0, high = 0;
    SSL_get_sigalgs(peer->native(), i, nullptr, nullptr, nullptr, &low, &high);
    found.insert(static_cast<unsigned>(high) << 8 | low);
  }
  return found;
}

std::set<std::string> offered_groups(const credential& from) {
  const auto peer = greeted_by(from);
  std::vector<int> numbers(static_cast<std::size_t>(SSL_get1_groups(peer->native(), nullptr)));
  SSL_get1_groups(peer->native(), numbers.data());
  std::set<std::string> names;
  for (const int number : numbers) names.insert(SSL_group_to_name(peer->native(), number));
  return names;
}

bool connects(const credential& from, peer_options options) {
  openssl_peer peer(options);
  party client(from);
  converse(client, peer);
  return client.established() && peer.established();
}

bool is_pss(unsigned scheme) { return scheme >= 0x0804 && scheme <= 0x080B && scheme != 0x0807 && scheme != 0x0808; }
bool is_pkcs(unsigned scheme) { return (scheme & 0xFF) == 1 && scheme < 0x0800; }
bool is_ecdsa(unsigned scheme) { return (scheme & 0xFF) == 3 && scheme < 0x0800; }

std::size_t count_of(const std::set<unsigned>& schemes, bool (*kind)(unsigned)) {
  return static_cast<std::size_t>(std::count_if(schemes.begin(), schemes.end(), kind));
}

// ---- Signatures ----

TEST(SignatureSettings, EachPadding) {
  const auto all = offered_schemes(client_without({}));
  ASSERT_TRUE(count_of(all, is_pss) > 0 && count_of(all, is_pkcs) > 0);
  const setting pss(signature, SCHANNEL_RSA_PSS_PADDING_ALGORITHM),
      pkcs(signature, SCHANNEL_RSA_PKCS_PADDING_ALGORITHM);
  const auto without_pss = offered_schemes(client_without({&pss})),
             without_pkcs = offered_schemes(client_without({&pkcs}));
  EXPECT_EQ(count_of(without_pss, is_pss), 0u);
  EXPECT_EQ(count_of(without_pss, is_pkcs), count_of(all, is_pkcs));
  EXPECT_EQ(count_of(without_pkcs, is_pkcs), 0u);
  EXPECT_EQ(count_of(without_pkcs, is_pss), count_of(all, is_pss));
}

// RSA signs in TLS 1.3 with PSS alone. RFC 8446 §4.2.3
TEST(SignatureSettings, APaddingThatTheVersionNeeds) {
  const setting pss(signature, SCHANNEL_RSA_PSS_PADDING_ALGORITHM);
  const credential from = client_without({&pss});
  EXPECT_FALSE(connects(from, peer_for(role::client, tls::v1_3, pki::key_kind::rsa2048)));
  EXPECT_TRUE(connects(from, peer_for(role::client, tls::v1_3, pki::key_kind::p256)));
  EXPECT_TRUE(connects(from, peer_for(role::client, tls::v1_2, pki::key_kind::rsa2048)));
}

TEST(SignatureSettings, EachKindOfKey) {
  const setting ecdsa(signature, L"ECDSA"), rsa(signature, L"rsa");
  const credential only_rsa = client_without({&ecdsa}), only_ecdsa = client_without({&rsa});
  EXPECT_EQ(count_of(offered_schemes(only_rsa), is_ecdsa), 0u);
  EXPECT_EQ(offered_by(only_rsa, open_peer(role::client)).find("ECDSA"), std::string::npos);
  EXPECT_EQ(offered_by(only_ecdsa, open_peer(role::client)).find("ECDHE-RSA"), std::string::npos);
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    EXPECT_TRUE(connects(only_rsa, peer_for(role::client, version, pki::key_kind::rsa2048)));
    EXPECT_FALSE(connects(only_rsa, peer_for(role::client, version, pki::key_kind::p256)));
    EXPECT_TRUE(connects(only_ecdsa, peer_for(role::client, version, pki::key_kind::p256)));
    EXPECT_FALSE(connects(only_ecdsa, peer_for(role::client, version, pki::key_kind::rsa2048)));
  }
}

TEST(SignatureSettings, AHash) {
  const setting sha384(signature, L"SHA384");
  const auto all = offered_schemes(client_without({})), left = offered_schemes(client_without({&sha384}));
  auto expected = all;
  std::erase_if(expected, [](unsigned scheme) { return scheme >> 8 == 0x05 || scheme == 0x0805 || scheme == 0x080A; });
  ASSERT_LT(expected.size(), all.size());
  EXPECT_EQ(left, expected);
}

// A server signs as its credential lets it.
TEST(SignatureSettings, OfServers) {
  const setting sha256(signature, L"SHA256");
  const credential from({.side = role::server,
                         .certificates = {server_certificate(pki::key_kind::rsa2048).get()},
                         .disabled = {sha256.value}});
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    peer_options client = peer_for(role::server, version);
    client.signatures = "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384";
    link with(from, client, {.side = role::server});
    int hash = NID_undef;
    EXPECT_EQ(SSL_get_peer_signature_nid(with.peer.native(), &hash), 1);
    EXPECT_EQ(hash, NID_sha384);
    client.signatures = "rsa_pss_rsae_sha256";
    EXPECT_THROW(link(from, client, {.side = role::server}), std::runtime_error);
  }
}

// ---- Signatures on certificates ----

// A chain of which RSA signed the leaf, and the root itself.
peer_options rsa_signed_peer(tls version) {
  static const pki::issued root =
      pki::issue({.common_name = "RSA Root", .authority = true, .key = pki::key_kind::rsa2048});
  static const pki::issued leaf = pki::issue({.common_name = "a.test", .alternative = {"DNS:a.test"}}, &root);
  peer_options made = peer_for(role::client, version);
  made.identities = {{leaf, {root}}};
  return made;
}

TEST(CertificateSignatureSettings, AreCheckedWhoeverValidates) {
  const setting rsa(certificate_signature, L"RSA"), ecdsa(certificate_signature, L"ECDSA");
  const setting pkcs(certificate_signature, SCHANNEL_RSA_PKCS_PADDING_ALGORITHM),
      sha256(certificate_signature, L"SHA256");
  const setting pss(certificate_signature, SCHANNEL_RSA_PSS_PADDING_ALGORITHM), sha1(certificate_signature, L"SHA1");
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    for (const setting* off : {&rsa, &pkcs, &sha256}) {
      const credential from = client_without({off});
      openssl_peer peer(rsa_signed_peer(version));
      party client(from);
      converse(client, peer);
      EXPECT_EQ(client.last(), SEC_E_CERT_UNKNOWN);
      EXPECT_FALSE(peer.established() && !peer.alert());
    }
    for (const setting* off : {&ecdsa, &pss, &sha1})
      EXPECT_TRUE(connects(client_without({off}), rsa_signed_peer(version)));
  }
}

TEST(CertificateSignatureSettings, HoldForClientsOfServers) {
  const setting ecdsa(certificate_signature, L"ECDSA"), rsa(certificate_signature, L"RSA");
  const credential client({.certificates = {server_certificate().get()}});
  for (const setting* off : {&ecdsa, &rsa}) {
    const credential from(
        {.side = role::server, .certificates = {server_certificate().get()}, .disabled = {off->value}});
    party ours(client), server(from, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
    converse(ours, server);
    EXPECT_EQ(server.established(), off == &rsa);
    if (off == &ecdsa) {
      EXPECT_EQ(server.last(), SEC_E_CERT_UNKNOWN);
    }
  }
}

// ---- Key exchange by length ----

TEST(KeyExchangeSettings, LengthsChooseGroups) {
  const auto all = offered_groups(client_without({}));
  ASSERT_TRUE(all.contains("secp256r1") && all.contains("secp384r1") && all.contains("x25519"));
  const setting p256(key_exchange, L"ECDH", 256, 256), small(key_exchange, L"ECDH", 0, 256);
  const setting large(key_exchange, L"ECDH", 300, 0);
  auto left = all;
  left.erase("secp256r1");
  EXPECT_EQ(offered_groups(client_without({&p256})), left);
  left.erase("x25519");
  EXPECT_EQ(offered_groups(client_without({&small})), left);
  const auto only_small = offered_groups(client_without({&large}));
  EXPECT_TRUE(only_small.contains("secp256r1") && only_small.contains("x25519"));
  EXPECT_FALSE(only_small.contains("secp384r1") || only_small.contains("secp521r1") || only_small.contains("x448"));
}

TEST(KeyExchangeSettings, AGroupThatIsOffIsNotUsed) {
  const setting p256(key_exchange, L"ECDH", 256, 256);
  const credential from = client_without({&p256});
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    peer_options options = peer_for(role::client, version, pki::key_kind::rsa2048);
    options.groups = "P-256";
    options.ciphers = "ECDHE-RSA-AES128-GCM-SHA256";
    EXPECT_TRUE(connects(client_credential(version), options));
    EXPECT_FALSE(connects(from, options));
    options.groups = "P-256:P-384";
    EXPECT_TRUE(connects(from, options));
  }
}

TEST(KeyExchangeSettings, AServerAsksForAnotherGroup) {
  const setting p256(key_exchange, L"ECDH", 256, 256);
  const credential from({.side = role::server,
                         .certificates = {server_certificate(pki::key_kind::rsa2048).get()},
                         .disabled = {p256.value}});
  peer_options client = peer_for(role::server, tls::v1_3);
  client.groups = "P-256:P-384";
  link with(from, client, {.side = role::server});
  EXPECT_EQ(SSL_get_negotiated_group(with.peer.native()), NID_secp384r1);
}

// OpenSSL's server chooses a field as strong as its key: 2048 bits.
TEST(KeyExchangeSettings, LengthsOfFiniteFields) {
  peer_options options = peer_for(role::client, tls::v1_2, pki::key_kind::rsa2048);
  options.ciphers = "DHE-RSA-AES128-GCM-SHA256";
  const setting short_ones(key_exchange, L"DH", 0, 1024), usual_ones(key_exchange, L"DH", 0, 2048);
  for (const setting* off : {&short_ones, &usual_ones}) {
    const credential from = client_without({off});
    openssl_peer peer(options);
    SSL_set_dh_auto(peer.native(), 1);
    party client(from);
    converse(client, peer);
    EXPECT_EQ(client.established(), off == &short_ones);
  }
  EXPECT_TRUE(offered_groups(client_without({&short_ones})).contains("ffdhe2048"));
  const auto left = offered_groups(client_without({&usual_ones}));
  EXPECT_TRUE(!left.contains("ffdhe2048") && left.contains("ffdhe3072"));
}

TEST(KeyExchangeSettings, WithoutFiniteFieldsNoneIsOffered) {
  const setting off(key_exchange, L"DH");
  for (const std::string& name : offered_groups(client_without({&off})))
    EXPECT_EQ(name.find("ffdhe"), std::string::npos);
}

TEST(KeyExchangeSettings, WhenNoLengthIsLeftSuitesGo) {
  const setting every_curve(key_exchange, L"ECDH", 1, 100'000), rsa(key_exchange, L"RSA"), dh(key_exchange, L"DH");
  const std::string offered = offered_by(client_without({&every_curve}), open_peer(role::client));
  EXPECT_EQ(offered.find("ECDHE"), std::string::npos) << offered;
  EXPECT_EQ(offered.find("TLS_AES"), std::string::npos) << offered;
  EXPECT_NE(offered.find("DHE-RSA"), std::string::npos) << offered;
  EXPECT_THROW(client_without({&every_curve, &rsa, &dh}), std::runtime_error);
}

// ---- Chaining modes ----

TEST(ChainingModes, SeveralInOneSetting) {
  std::wstring gcm = L"ChainingModeGCM", cbc = L"ChainingModeCBC", ccm = L"ChainingModeCCM", aes = L"AES";
  UNICODE_STRING modes[] = {setting::string_of(ccm), setting::string_of(gcm), setting::string_of(cbc)};
  CRYPTO_SETTINGS off{};
  off.eAlgorithmUsage = TlsParametersCngAlgUsageCipher;
  off.strCngAlgId = setting::string_of(aes);
  off.rgstrChainingModes = modes;
  off.cChainingModes = 3;
  const std::string chacha = offered_by(credential({.disabled = {off}}), open_peer(role::client));
  EXPECT_EQ(chacha.find("AES"), std::string::npos) << chacha;
  EXPECT_NE(chacha.find("CHACHA20"), std::string::npos) << chacha;
  off.cChainingModes = 2;
  const std::string with_cbc = offered_by(credential({.disabled = {off}}), open_peer(role::client));
  EXPECT_EQ(with_cbc.find("GCM"), std::string::npos) << with_cbc;
  EXPECT_NE(with_cbc.find("AES128-SHA"), std::string::npos) << with_cbc;
}

// ---- Parameters by protocol of the application ----

// TLS_PARAMETERS for servers, with their strings.
struct entry {
  std::vector<std::wstring> names = {};
  std::vector<UNICODE_STRING> strings = {};
  std::vector<CRYPTO_SETTINGS> settings = {};
  DWORD protocols = 0;  // off

  TLS_PARAMETERS value() {
    strings.clear();
    for (auto& one : names) strings.push_back(setting::string_of(one));
    TLS_PARAMETERS made{};
    made.cAlpnIds = static_cast<DWORD>(strings.size());
    made.rgstrAlpnIds = strings.empty() ? nullptr : strings.data();
    made.grbitDisabledProtocols = protocols;
    made.cDisabledCrypto = static_cast<DWORD>(settings.size());
    made.pDisabledCrypto = settings.data();
    return made;
  }
};

status acquire_with(role side, std::vector<entry> entries, CredHandle& into) {
  PCCERT_CONTEXT list[1];
  auto data = plain_data<SCH_CREDENTIALS>(side, list);
  std::vector<TLS_PARAMETERS> parameters;
  for (entry& one : entries) parameters.push_back(one.value());
  data.cTlsParameters = static_cast<DWORD>(parameters.size());
  data.pTlsParameters = parameters.data();
  return acquire(use_of(side), &data, into);
}

credential server_with(std::vector<entry> entries) {
  credential made;
  const status said = acquire_with(role::server, std::move(entries), *made.get());
  if (!(said == SEC_E_OK)) throw std::runtime_error("credential: " + said.name());
  return made;
}

const std::string both_protocols = "\x02h2\x08http/1.1";

// Version and suite of a connection with a client that offers these protocols.
std::string negotiated_for(const credential& from, const std::string& offered, const std::string& ours = both_protocols,
                           const std::string& groups = {}) {
  peer_options options = peer_for(role::server, tls::newest);
  options.suites = "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256";
  options.ciphers = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256";
  options.protocols = offered;
  options.groups = groups;
  link with(from, options, {.side = role::server, .protocols = ours});
  with.peer.give(with.ours.sealed("as agreed"));
  EXPECT_EQ(with.peer.received(), "as agreed");
  return std::string(SSL_get_version(with.peer.native())) + " " + SSL_get_cipher_name(with.peer.native());
}

TEST(ParametersByProtocol, HoldForTheProtocolThatIsAgreedOn) {
  const setting aes256(TlsParametersCngAlgUsageCipher, L"AES", 256, 256);
  const credential from =
      server_with({{.names = {L"h2", L"h3"}, .settings = {aes256.value}, .protocols = SP_PROT_TLS1_2},
                   {.names = {L"http/1.1"}, .protocols = SP_PROT_TLS1_3},
                   {.settings = {aes256.value}, .protocols = SP_PROT_TLS1_3}});
  EXPECT_EQ(negotiated_for(from, both_protocols), "TLSv1.3 TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(negotiated_for(from, "\x08http/1.1"), "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384");
  EXPECT_EQ(negotiated_for(from, ""), "TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256") << "none is agreed on";
  EXPECT_EQ(negotiated_for(from, both_protocols, ""), "TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256") << "we name none";
  EXPECT_EQ(negotiated_for(from, "\x02h3", "\x02h3"), "TLSv1.3 TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(negotiated_for(from,
                           "\x03"
                           "ftp",
                           "\x03"
                           "ftp"),
            "TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256");
}

TEST(ParametersByProtocol, WithoutADefaultNothingElseIsOff) {
  const credential from = server_with({{.names = {L"h2"}, .protocols = SP_PROT_TLS1_3}});
  EXPECT_EQ(negotiated_for(from, "\x02h2"), "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384");
  EXPECT_EQ(negotiated_for(from, "\x08http/1.1"), "TLSv1.3 TLS_AES_256_GCM_SHA384");
}

// A client of a version that its protocol's parameters do not have.
TEST(ParametersByProtocol, NothingInCommonEndsTheHandshake) {
  const credential from = server_with({{.names = {L"h2"}, .protocols = SP_PROT_TLS1_3}});
  peer_options options = peer_for(role::server, tls::v1_3);
  for (const char* offered : {"\x02h2", "\x08http/1.1"}) {
    options.protocols = offered;
    openssl_peer peer(options);
    party server(from, {.side = role::server, .protocols = both_protocols});
    peer.start();
    converse(server, peer);
    EXPECT_EQ(server.established(), std::string(offered) != "\x02h2");
    EXPECT_EQ(server.last(), server.established() ? SEC_E_OK : SEC_E_ALGORITHM_MISMATCH);
  }
}

TEST(ParametersByProtocol, GroupsToo) {
  const setting p256(key_exchange, L"ECDH", 256, 256);
  const credential from = server_with({{.names = {L"h2"}, .settings = {p256.value}}});
  for (const char* offered : {"\x02h2", "\x08http/1.1"}) {
    peer_options options = peer_for(role::server, tls::v1_3);
    options.protocols = offered;
    options.groups = "P-256:P-384";
    link with(from, options, {.side = role::server, .protocols = both_protocols});
    EXPECT_EQ(SSL_get_negotiated_group(with.peer.native()),
              std::string(offered) == "\x02h2" ? NID_secp384r1 : NID_X9_62_prime256v1);
  }
}

// TLS 1.2 for both protocols, of which one has no AES-256.
credential with_parameters_for_each() {
  const setting aes256(TlsParametersCngAlgUsageCipher, L"AES", 256, 256);
  return server_with({{.names = {L"h2"}, .settings = {aes256.value}, .protocols = SP_PROT_TLS1_3},
                      {.names = {L"http/1.1"}, .protocols = SP_PROT_TLS1_3}});
}

// A client that comes with a session, or without.
struct visit {
  openssl_peer peer;
  party server;

  static peer_options offering(const std::string& protocols) {
    peer_options made = peer_for(role::server, tls::newest);
    made.protocols = protocols;
    made.session_tickets = true;
    made.ciphers = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256";
    return made;
  }
  visit(const credential& from, const std::string& offered, SSL_SESSION* session, ULONG more_flags = 0)
      : peer(offering(offered)),
        server(from, {.side = role::server, .more_flags = more_flags, .protocols = both_protocols}) {
    if (session != nullptr) peer.resume_from(session);
    peer.start();
    converse(server, peer);
    EXPECT_TRUE(server.established() && peer.established());
  }
  std::shared_ptr<SSL_SESSION> session() {
    SSL_set_shutdown(peer.native(), SSL_SENT_SHUTDOWN);  // else OpenSSL forbids to resume it
    return std::shared_ptr<SSL_SESSION>(SSL_get1_session(peer.native()), SSL_SESSION_free);
  }
};

const std::string http2 = "\x02h2", http1 = "\x08http/1.1";

TEST(ParametersByProtocol, ASessionStaysWithItsParameters) {
  const credential from = with_parameters_for_each();
  const auto session = visit(from, http1, nullptr).session();
  ASSERT_STREQ(SSL_CIPHER_get_name(SSL_SESSION_get0_cipher(session.get())), "ECDHE-RSA-AES256-GCM-SHA384");
  EXPECT_TRUE(visit(from, http1, session.get()).peer.resumed());
  visit other(from, http2, session.get());
  EXPECT_FALSE(other.peer.resumed());
  EXPECT_STREQ(SSL_get_cipher_name(other.peer.native()), "ECDHE-RSA-AES128-GCM-SHA256");
}

TEST(ParametersByProtocol, SoDoTicketsUnderKeysThatServersShare) {
  const credential one = with_parameters_for_each(), other = with_parameters_for_each();
  for (const credential* server : {&one, &other}) ASSERT_EQ(set_keys(*server, {key(1)}), SEC_E_OK);
  const auto session = visit(one, http1, nullptr, ASC_REQ_SESSION_TICKET).session();
  EXPECT_TRUE(visit(other, http1, session.get(), ASC_REQ_SESSION_TICKET).peer.resumed());
  EXPECT_FALSE(visit(other, http2, session.get(), ASC_REQ_SESSION_TICKET).peer.resumed());
}

TEST(ParametersByProtocol, AFailedConnectionsSessionIsNotResumed) {
  const credential from = with_parameters_for_each();
  visit first(from, http1, nullptr);
  const auto session = first.session();
  EXPECT_TRUE(visit(from, http1, session.get()).peer.resumed());
  EXPECT_EQ(first.server.open("\x17\x03\x03" + std::string(1, '\0') + "\x20" + std::string(32, 'x')).said,
            SEC_E_MESSAGE_ALTERED);
  EXPECT_FALSE(visit(from, http1, session.get()).peer.resumed());
}

TEST(ParametersByProtocol, ProtocolsOfTheCredentialAreThoseOfAll) {
  const credential from = server_with({{.names = {L"h2"}, .protocols = SP_PROT_TLS1_2}, {.protocols = SP_PROT_TLS1_3}});
  SecPkgCred_SupportedProtocols protocols{};
  ASSERT_EQ(status(QueryCredentialsAttributesA(from.get(), SECPKG_ATTR_SUPPORTED_PROTOCOLS, &protocols)), SEC_E_OK);
  EXPECT_EQ(protocols.grbitProtocol, DWORD{SP_PROT_TLS1_2_SERVER | SP_PROT_TLS1_3_SERVER});
}

// ---- What cannot be ----

status outcome(role side, std::vector<entry> entries) {
  credential made;
  return acquire_with(side, std::move(entries), *made.get());
}

TEST(TlsParametersThatCannotBe, OfClients) {
  EXPECT_EQ(outcome(role::client, {{}}), SEC_E_OK);
  EXPECT_EQ(outcome(role::client, {{}, {}}), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(outcome(role::client, {{.names = {L"h2"}}}), SEC_E_INVALID_PARAMETER);
}

TEST(TlsParametersThatCannotBe, OfServers) {
  std::vector<entry> sixteen(16, {.names = {L"h2"}}), seventeen(17, {.names = {L"h2"}});
  EXPECT_EQ(outcome(role::server, sixteen), SEC_E_OK);
  EXPECT_EQ(outcome(role::server, seventeen), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(outcome(role::server, {{}, {.names = {L"h2"}}}), SEC_E_OK);
  EXPECT_EQ(outcome(role::server, {{}, {.names = {L"h2"}}, {}}), SEC_E_INVALID_PARAMETER) << "two defaults";
  EXPECT_EQ(outcome(role::server, {{}, {.names = {L"h2"}, .protocols = 0xFFFFFFFF}}), SEC_E_ALGORITHM_MISMATCH);
}

TEST(TlsParametersThatCannotBe, Names) {
  const std::vector<std::wstring> sixteen(16, L"h2"), seventeen(17, L"h2");
  EXPECT_EQ(outcome(role::server, {{.names = sixteen}}), SEC_E_OK);
  EXPECT_EQ(outcome(role::server, {{.names = seventeen}}), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(outcome(role::server, {{.names = {std::wstring(255, L'p')}}}), SEC_E_OK);
  EXPECT_EQ(outcome(role::server, {{.names = {std::wstring(256, L'p')}}}), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(outcome(role::server, {{.names = {L""}}}), SEC_E_INVALID_PARAMETER);
}

TEST(TlsParametersThatCannotBe, Settings) {
  const setting none(TlsParametersCngAlgUsageCipher, L"RC4"), unnamed(TlsParametersCngAlgUsageCipher, L"");
  setting unknown(TlsParametersCngAlgUsageCipher, L"AES"), modes(TlsParametersCngAlgUsageCipher, L"AES");
  unknown.value.eAlgorithmUsage = static_cast<eTlsAlgorithmUsage>(7);
  std::array<UNICODE_STRING, 17> many{};
  modes.value.cChainingModes = 17;
  modes.value.rgstrChainingModes = many.data();
  for (const role side : {role::client, role::server}) {
    EXPECT_EQ(outcome(side, {{.settings = std::vector(16, none.value)}}), SEC_E_OK);
    EXPECT_EQ(outcome(side, {{.settings = std::vector(17, none.value)}}), SEC_E_INVALID_PARAMETER);
    for (const setting* wrong : std::initializer_list<const setting*>{&unnamed, &unknown, &modes})
      EXPECT_EQ(outcome(side, {{.settings = {wrong->value}}}), SEC_E_INVALID_PARAMETER);
    modes.value.rgstrChainingModes = nullptr;
    modes.value.cChainingModes = 1;
    EXPECT_EQ(outcome(side, {{.settings = {modes.value}}}), SEC_E_INVALID_PARAMETER);
    modes.value.rgstrChainingModes = many.data();
    modes.value.cChainingModes = 17;
  }
}

TEST(TlsParametersThatCannotBe, LengthsThatAreKnownTooLate) {
  for (const auto usage : {signature, certificate_signature}) {
    const setting rsa(usage, L"RSA", 0, 2047);
    EXPECT_EQ(outcome(role::client, {{.settings = {rsa.value}}}), SEC_E_UNSUPPORTED_FUNCTION);
  }
  const setting transport(key_exchange, L"RSA", 0, 2047);
  EXPECT_EQ(outcome(role::server, {{.names = {L"h2"}, .settings = {transport.value}}}), SEC_E_UNSUPPORTED_FUNCTION);
}

}  // namespace
}  // namespace schannix::test::sspi

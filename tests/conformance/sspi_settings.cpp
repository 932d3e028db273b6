// What the settings file does to credentials and connections. It is read once per process, so each test runs in a
// process of its own. docs/howto/settings.md
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <iostream>

#include "conformance/fresh_process.hpp"
#include "conformance/sspi_acquired.hpp"

namespace schannix::test::sspi {
namespace {

constexpr DWORD tls10 = SP_PROT_TLS1_0, tls11 = SP_PROT_TLS1_1, tls12 = SP_PROT_TLS1_2;
constexpr role both_roles[] = {role::client, role::server};

[[noreturn]] void under_settings(const std::string& content, void (*act)()) {
  with_file("SCHANNIX_CONF", content, act);
}

class Settings : public FreshProcess {};

// ---- Versions ----

std::string of_protocol(const std::string& protocol, const std::string& values) {
  return "[Protocols\\" + protocol + "\\Client]\n" + values + "\n[Protocols\\" + protocol + "\\Server]\n" + values +
         "\n";
}

status naming_says(role side, DWORD bits) {
  PCCERT_CONTEXT list[1];
  auto data = plain_data<SCHANNEL_CRED>(side, list);
  data.grbitEnabledProtocols = bits;
  credential made;
  return acquire(use_of(side), &data, *made.get());
}

std::string unnamed(role side, const peer_options& peer) {
  PCCERT_CONTEXT list[1];
  auto data = plain_data<SCH_CREDENTIALS>(side, list);
  return negotiated(side, acquired(use_of(side), &data), peer);
}

void tell_tls12() {
  for (const role side : both_roles)
    std::cerr << "named " << naming_says(side, tls12) << ", unnamed "
              << unnamed(side, peer_of(side, TLS1_2_VERSION, TLS1_3_VERSION)) << " and "
              << unnamed(side, peer_of(side, TLS1_2_VERSION, 0)) << ". ";
}

TEST_F(Settings, AVersionThatIsOffCannotEvenBeNamed) {
  const std::string one = "named SEC_E_ALGORITHM_MISMATCH, unnamed TLSv1.3 and none\\. ";
  EXPECT_EXIT(under_settings(of_protocol("TLS 1.2", "Enabled=0"), tell_tls12), testing::ExitedWithCode(0),
              "^" + one + one + "$");
}

TEST_F(Settings, EachRoleHasItsOwnSwitch) {
  EXPECT_EXIT(under_settings("[Protocols\\TLS 1.2\\Server]\nEnabled=0", tell_tls12), testing::ExitedWithCode(0),
              "^named SEC_E_OK, unnamed TLSv1.3 and TLSv1.2\\. "
              "named SEC_E_ALGORITHM_MISMATCH, unnamed TLSv1.3 and none\\. $");
}

TEST_F(Settings, AVersionThatIsOffByDefaultHasToBeNamed) {
  const std::string one = "named SEC_E_OK, unnamed TLSv1.3 and none\\. ";
  EXPECT_EXIT(under_settings(of_protocol("TLS 1.2", "DisabledByDefault=1"), tell_tls12), testing::ExitedWithCode(0),
              "^" + one + one + "$");
}

void tell_what_is_left_of_a_name() {
  for (const role side : both_roles)
    std::cerr << negotiated(side, naming(side, tls10 | tls11 | tls12), peer_of(side, TLS1_VERSION, TLS1_1_VERSION))
              << ' '
              << negotiated(side, naming(side, tls10 | tls11 | tls12), peer_of(side, TLS1_VERSION, TLS1_2_VERSION))
              << ". ";
}

TEST_F(Settings, TheOtherVersionsOfANameAreLeft) {
  EXPECT_EXIT(under_settings(of_protocol("TLS 1.0", "Enabled=0") + of_protocol("TLS 1.1", "Enabled=0"),
                             tell_what_is_left_of_a_name),
              testing::ExitedWithCode(0), "^none TLSv1.2\\. none TLSv1.2\\. $");
}

void tell_old() {
  for (const role side : both_roles)
    std::cerr << unnamed(side, peer_of(side, TLS1_VERSION, 0)) << ' ' << unnamed(side, peer_of(side, TLS1_1_VERSION, 0))
              << ". ";
}

TEST_F(Settings, OldVersionsCanBeOnByDefault) {
  EXPECT_EXIT(
      under_settings(of_protocol("TLS 1.0", "DisabledByDefault=0") + of_protocol("TLS 1.1", "DisabledByDefault=0"),
                     tell_old),
      testing::ExitedWithCode(0), "^TLSv1 TLSv1.1\\. TLSv1 TLSv1.1\\. $");
}

TEST_F(Settings, OldVersionsStayOffWithoutAWord) {
  EXPECT_EXIT(under_settings("", tell_old), testing::ExitedWithCode(0), "^none none\\. none none\\. $");
}

// ---- Suites and groups ----

constexpr char order[] = "[Cryptography\\Configuration\\SSL\\00010002]\n";

std::string suite_of(role side, const peer_options& peer) {
  PCCERT_CONTEXT list[1];
  auto data = plain_data<SCH_CREDENTIALS>(side, list);
  const credential from = acquired(use_of(side), &data);
  link with(from, peer, {.side = side});
  return SSL_CIPHER_standard_name(SSL_get_current_cipher(with.peer.native()));
}

void tell_suites() {
  for (const role side : both_roles) {
    peer_options peer = peer_of(side, TLS1_2_VERSION, 0);
    std::cerr << suite_of(side, peer) << ' ';
    peer.ciphers = "ECDHE-RSA-AES256-GCM-SHA384";
    std::cerr << suite_of(side, peer) << ". ";
  }
}

// The peers prefer 256 bits, and so does OpenSSL.
TEST_F(Settings, TheOrderOfSuitesIsOurs) {
  const std::string both = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
  const std::string preferred = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
  const std::string text =
      std::string(order) + "Functions=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\n";
  EXPECT_EXIT(
      under_settings(text, tell_suites), testing::ExitedWithCode(0),
      "^TLS_ECDHE_RSA_WITH_AES_[0-9]+_GCM_SHA[0-9]+ TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\\. " + both + "\\. $");
  EXPECT_EXIT(under_settings("", tell_suites), testing::ExitedWithCode(0), "\\. " + preferred + "\\. $");
}

void tell_offer() {
  openssl_peer peer(peer_of(role::client, TLS1_2_VERSION, TLS1_3_VERSION));
  PCCERT_CONTEXT list[1];
  auto data = plain_data<SCH_CREDENTIALS>(role::client, list);
  const credential from = acquired(SECPKG_CRED_OUTBOUND, &data);
  party client(from);
  client.start();
  peer.give(client.take());
  STACK_OF(SSL_CIPHER)* const offered = SSL_get_client_ciphers(peer.native());
  for (int i = 0; i < sk_SSL_CIPHER_num(offered); ++i)
    std::cerr << SSL_CIPHER_standard_name(sk_SSL_CIPHER_value(offered, i)) << ' ';
}

TEST_F(Settings, AClientOffersTheListAndNothingElse) {
  const std::string text =
      std::string(order) +
      "Functions=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_AES_128_GCM_SHA256,TLS_RSA_WITH_NULL_SHA\n";
  EXPECT_EXIT(under_settings(text, tell_offer), testing::ExitedWithCode(0),
              "^TLS_AES_128_GCM_SHA256 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 $");
}

TEST_F(Settings, SwitchesTakeSuitesAway) {
  const std::string text =
      "[Ciphers\\AES 256/256]\nEnabled=0\n[KeyExchangeAlgorithms\\PKCS]\nEnabled=0\n"
      "[KeyExchangeAlgorithms\\Diffie-Hellman]\nEnabled=0\n[Hashes\\SHA]\nEnabled=0\n";
  EXPECT_EXIT(under_settings(text, tell_offer), testing::ExitedWithCode(0),
              "^TLS_(CHACHA20_POLY1305|AES_128_GCM)_SHA256 (TLS_(ECDHE_(RSA|ECDSA)_WITH_)?"
              "(CHACHA20_POLY1305|AES_128_(GCM|CBC))_SHA256 )+$");
}

void tell_groups() {
  for (const role side : both_roles) {
    PCCERT_CONTEXT list[1];
    auto data = plain_data<SCH_CREDENTIALS>(side, list);
    const credential from = acquired(use_of(side), &data);
    link with(from, peer_of(side, TLS1_3_VERSION, 0), {.side = side});
    std::cerr << SSL_group_to_name(with.peer.native(), static_cast<int>(SSL_get_negotiated_group(with.peer.native())))
              << ' ';
  }
}

TEST_F(Settings, GroupsAreThoseListedThatOpenSslHas) {
  EXPECT_EXIT(under_settings(std::string(order) + "EccCurves=no_such_group,NistP384", tell_groups),
              testing::ExitedWithCode(0), "^secp384r1 secp384r1 $");
  EXPECT_EXIT(under_settings(std::string(order) + "EccCurves=NistP384,secp384r1,P-384", tell_groups),
              testing::ExitedWithCode(0), "^secp384r1 secp384r1 $");
}

void tell_acquired() {
  for (const role side : both_roles) std::cerr << naming_says(side, tls12) << ". ";
}

TEST_F(Settings, ListsOfWhichNothingIsThereLeaveNothing) {
  const std::string none = "^SEC_E_ALGORITHM_MISMATCH\\. SEC_E_ALGORITHM_MISMATCH\\. $";
  EXPECT_EXIT(under_settings(std::string(order) + "EccCurves=no_such_group", tell_acquired), testing::ExitedWithCode(0),
              none);
  EXPECT_EXIT(under_settings(std::string(order) + "Functions=TLS_NO_SUCH_SUITE", tell_acquired),
              testing::ExitedWithCode(0), none);
}

// ---- Groups against quantum computers ----

struct hybrid_group {
  const char* windows;
  const char* openssl;
};
constexpr hybrid_group hybrid_groups[] = {{"x25519_mlkem768", "X25519MLKEM768"},
                                          {"secp256r1_mlkem768", "SecP256r1MLKEM768"},
                                          {"secp384r1_mlkem1024", "SecP384r1MLKEM1024"}};

// Of this OpenSSL, as it says itself: from 3.5 on.
bool openssl_has(const char* group) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_method()), SSL_CTX_free);
  const bool has = SSL_CTX_set1_groups_list(context.get(), group) == 1;
  ERR_clear_error();
  return has;
}

void tell_group_or_refusal() {
  for (const role side : both_roles) {
    PCCERT_CONTEXT list[1];
    auto data = plain_data<SCH_CREDENTIALS>(side, list);
    credential from;
    if (const status said = acquire(use_of(side), &data, *from.get()); !(said == SEC_E_OK)) {
      std::cerr << said << ' ';
      continue;
    }
    peer_options peer = peer_of(side, TLS1_3_VERSION, 0);
    for (const hybrid_group& one : hybrid_groups)
      if (openssl_has(one.openssl)) peer.groups += std::string(one.openssl) + ':';
    peer.groups += "X25519";
    link with(from, peer, {.side = side});
    std::cerr << SSL_group_to_name(with.peer.native(), static_cast<int>(SSL_get_negotiated_group(with.peer.native())))
              << ' ';
  }
}

// Where OpenSSL has the group, both roles negotiate it; where not, it is as if it were not listed.
TEST_F(Settings, HybridGroupsAreThoseThatOpenSslHas) {
  const std::string none = "SEC_E_ALGORITHM_MISMATCH SEC_E_ALGORITHM_MISMATCH ";
  for (const hybrid_group& one : hybrid_groups) {
    const bool has = openssl_has(one.openssl);
    RecordProperty(one.windows, has ? "this OpenSSL has it" : "this OpenSSL has it not");
    const std::string listed = std::string(order) + "EccCurves=" + one.windows, group = one.openssl;
    const std::string here = group + ' ' + group + ' ';
    EXPECT_EXIT(under_settings(listed, tell_group_or_refusal), testing::ExitedWithCode(0),
                '^' + (has ? here : none) + '$');
    EXPECT_EXIT(under_settings(listed + ",curve25519", tell_group_or_refusal), testing::ExitedWithCode(0),
                '^' + (has ? here : "x25519 x25519 ") + '$');
  }
}

// ---- Sessions and limits ----

bool resumed(const credential& client_from, const credential& server_from) {
  couple both(client_from, server_from, {}, {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
  converse(both.client, both.server);
  SecPkgContext_SessionInfo info{};
  EXPECT_EQ(status(QueryContextAttributesA(&both.client.handle(), SECPKG_ATTR_SESSION_INFO, &info)), SEC_E_OK);
  return (info.dwFlags & SSL_SESSION_RECONNECT) != 0;
}

void tell_resumption() {
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    const credential client({.version = version});
    const credential server({.side = role::server, .version = version, .certificates = {server_certificate().get()}});
    resumed(client, server);
    std::cerr << (resumed(client, server) ? "resumed" : "anew") << ". ";
  }
}

TEST_F(Settings, CachesCanBeSwitchedOff) {
  for (const std::string line : {"ClientCacheTime=0", "ServerCacheTime=0", "MaximumCacheSize=0"})
    EXPECT_EXIT(under_settings("[SCHANNEL]\n" + line, tell_resumption), testing::ExitedWithCode(0),
                "^anew\\. anew\\. $");
  EXPECT_EXIT(under_settings("[SCHANNEL]\nClientCacheTime=60000\n", tell_resumption), testing::ExitedWithCode(0),
              "^resumed\\. resumed\\. $");
}

// The ids of two sessions: the second four bytes of each, and whether all else differs.
void tell_session_ids() {
  std::string ids[2];
  for (std::string& id : ids) {
    openssl_peer peer(peer_for(role::server, tls::v1_2));
    party server(server_credential(tls::v1_2), {.side = role::server});
    peer.start();
    converse(server, peer);
    id = peer.session_id();
    std::cerr << id.size() << ' ';
    for (const char one : id.substr(4, 4)) std::cerr << static_cast<int>(static_cast<unsigned char>(one)) << ' ';
  }
  std::cerr << (ids[0].substr(0, 4) != ids[1].substr(0, 4) && ids[0].substr(8) != ids[1].substr(8) ? "random"
                                                                                                   : "alike");
}

TEST_F(Settings, MachineIdIsTheSecondDwordOfSessionIds) {
  EXPECT_EXIT(under_settings("[SCHANNEL]\nMachineID=0x04030201", tell_session_ids), testing::ExitedWithCode(0),
              "^32 1 2 3 4 32 1 2 3 4 random$");
}

void tell_resumption_by_id() {
  for (int i = 0; i < 2; ++i) {
    couple both(client_credential(tls::v1_2), server_credential(tls::v1_2));
    SecPkgContext_SessionInfo info{};
    EXPECT_EQ(status(QueryContextAttributesA(&both.server.handle(), SECPKG_ATTR_SESSION_INFO, &info)), SEC_E_OK);
    std::cerr << ((info.dwFlags & SSL_SESSION_RECONNECT) != 0 ? "resumed" : "anew") << ". ";
  }
}

TEST_F(Settings, SessionsWithAMachineIdAreResumed) {
  EXPECT_EXIT(under_settings("[SCHANNEL]\nMachineID=0x04030201", tell_resumption_by_id), testing::ExitedWithCode(0),
              "^anew\\. resumed\\. $");
}

void tell_limit() {
  openssl_peer peer(peer_of(role::client, TLS1_2_VERSION, 0));
  party client(client_credential(tls::v1_2));
  client.start();
  converse(client, peer);
  std::cerr << client.last() << ". ";
}

TEST_F(Settings, CertificatesBeyondTheLimitAreRefused) {
  EXPECT_EXIT(under_settings("[Messaging]\nMessageLimitClient=100", tell_limit), testing::ExitedWithCode(0),
              "^SEC_E_ILLEGAL_MESSAGE\\. $");
  EXPECT_EXIT(under_settings("[Messaging]\nMessageLimitClient=0x8000", tell_limit), testing::ExitedWithCode(0),
              "^SEC_E_OK\\. $");
}

// ---- Trust in client certificates ----

const pki::issued& middle() {
  static const pki::issued made = pki::issue({.common_name = "middle", .authority = true}, &test_root());
  return made;
}

// A client whose certificate comes from an intermediate, at a server that validates and brings these as trusted.
std::string let_in(std::vector<PCCERT_CONTEXT> trusted) {
  const credential from({.side = role::server,
                         .version = tls::v1_3,
                         .flags = SCH_CRED_AUTO_CRED_VALIDATION,
                         .certificates = {server_certificate().get()},
                         .extra_roots = std::move(trusted)});
  peer_options options = peer_for(role::server, tls::v1_3);
  options.identities = {{pki::issue({.common_name = "somebody"}, &middle()), {middle()}}};
  openssl_peer peer(options);
  party server(from, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
  peer.start();
  converse(server, peer);
  return server.established() ? "let in" : server.last().name();
}

void tell_trust() {
  const pki::workshop folder;
  folder.write("root.pem", test_root().pem());
  ::setenv("SSL_CERT_FILE", folder.path("root.pem").c_str(), 1);  // the machine trusts the root
  const certificate intermediate = import(middle(), {}, false);
  std::cerr << "nothing: " << let_in({}) << "; root: " << let_in({root_certificate().get()})
            << "; intermediate: " << let_in({intermediate.get()});
}

TEST_F(Settings, ClientsAreTrustedByTheMachineOrByTheCredentialAlone) {
  const auto expect = [](const std::string& mode, const std::string& seen) {
    EXPECT_EXIT(under_settings("[SCHANNEL]\nClientAuthTrustMode=" + mode, tell_trust), testing::ExitedWithCode(0),
                "^" + seen + "$");
  };
  expect("0", "nothing: let in; root: let in; intermediate: let in");
  expect("1", "nothing: SEC_E_UNTRUSTED_ROOT; root: let in; intermediate: SEC_E_UNTRUSTED_ROOT");
  expect("2", "nothing: SEC_E_UNTRUSTED_ROOT; root: let in; intermediate: let in");
}

// ---- Stapling ----

std::string stapled_by(DWORD flags) {
  static const pki::issued leaf = pki::issue({.common_name = "a.test"}, &test_root());
  static const certificate shown = import(leaf, {test_root()});
  const std::string answer = pki::ocsp_answer({{{leaf, test_root()}}, test_root()});
  const credential from({.side = role::server,
                         .version = tls::v1_3,
                         .flags = flags,
                         .certificates = {shown.get()},
                         .ocsp_responses = {answer}});
  peer_options options = peer_for(role::server, tls::v1_3);
  options.asks_status = true;
  openssl_peer peer(options);
  party server(from, {.side = role::server});
  peer.start();
  converse(server, peer);
  if (!server.established()) return server.last().name();
  return peer.stapled() == answer ? "stapled" : peer.stapled().empty() ? "nothing" : "something else";
}

void tell_stapling() {
  std::cerr << "plain: " << stapled_by(0) << "; by name: " << stapled_by(SCH_CRED_SNI_CREDENTIAL)
            << "; enabled: " << stapled_by(SCH_CRED_SNI_CREDENTIAL | SCH_CRED_SNI_ENABLE_OCSP);
}

TEST_F(Settings, CredentialsChosenByNameStapleWhereTheMachineSaysSo) {
  const std::string setting = "[SCHANNEL]\nEnableOcspStaplingForSni=";
  for (const std::string& off : {std::string(), setting + "0"})
    EXPECT_EXIT(under_settings(off, tell_stapling), testing::ExitedWithCode(0),
                "^plain: stapled; by name: nothing; enabled: stapled$");
  EXPECT_EXIT(under_settings(setting + "1", tell_stapling), testing::ExitedWithCode(0),
              "^plain: stapled; by name: stapled; enabled: stapled$");
}

// ---- Files that are refused ----

void tell_refused() {
  for (const role side : both_roles) {
    credential made;
    SCH_CREDENTIALS data{};
    data.dwVersion = SCH_CREDENTIALS_VERSION;
    std::cerr << acquire(use_of(side), &data, *made.get()) << ". ";
  }
}

TEST_F(Settings, AFileWithAMistakeRefusesCredentialsAndSaysWhere) {
  EXPECT_EXIT(under_settings("[SCHANNEL]\nEnabld=0\n", tell_refused), testing::ExitedWithCode(0),
              "^schannix: [^\n]*/file\\.conf:2: \"Enabld\" is no setting of \\[SCHANNEL\\][^\n]*\n"
              "SEC_E_INTERNAL_ERROR\\. SEC_E_INTERNAL_ERROR\\. $");
}

void without_a_file() {
  ::setenv("SCHANNIX_CONF", "/no/such/file.conf", 1);
  tell_refused();
}

TEST_F(Settings, AFileThatIsNamedHasToBeThere) {
  EXPECT_EXIT(under_settings("", without_a_file), testing::ExitedWithCode(0),
              "^schannix: /no/such/file\\.conf: No such file or directory \\(SCHANNIX_CONF\\)\n"
              "SEC_E_INTERNAL_ERROR\\. SEC_E_INTERNAL_ERROR\\. $");
}

TEST_F(Settings, FipsIsNotPretended) {
  EXPECT_EXIT(under_settings("[Lsa\\FIPSAlgorithmPolicy]\nEnabled=1\n", tell_refused), testing::ExitedWithCode(0),
              "^schannix: the settings demand FIPS [^\n]*\nSEC_E_INTERNAL_ERROR\\. SEC_E_INTERNAL_ERROR\\. $");
}

void tell_set_up() {
  char* const problem = SchannixSetupProblem();
  SCHANNIX_SETTING found{};
  found.cbSize = sizeof found;
  const BOOL done = SchannixSetting(0, &found);
  std::cerr << (problem == nullptr ? "fine" : problem) << "; " << done << ' ' << GetLastError() << ". ";
  LocalFree(problem);
}

TEST_F(Settings, TheProblemCanBeAsked) {
  EXPECT_EXIT(
      under_settings("x", tell_set_up), testing::ExitedWithCode(0),
      "^schannix: [^\n]*/file\\.conf:1: neither [^\n]*\nschannix: [^\n]*/file\\.conf:1: neither [^\n]*; 0 [1-9]");
}

TEST(SchannixSetting, HandsOutEachAndRefusesTheRest) {
  SCHANNIX_SETTING found{};
  EXPECT_EQ(SchannixSetting(0, nullptr), FALSE);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_EQ(SchannixSetting(0, &found), FALSE);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
  found.cbSize = sizeof found;
  EXPECT_EQ(SchannixSetting(0, &found), TRUE);
  EXPECT_STREQ(found.pszName, "SCHANNIX_CONF");
  EXPECT_EQ(SchannixSetting(100'000, &found), FALSE);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_NO_MORE_ITEMS});
  EXPECT_EQ(SchannixSetupProblem(), nullptr);
}

}  // namespace
}  // namespace schannix::test::sspi

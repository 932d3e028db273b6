// The events of Windows' system log: which id and level tells what, that each is told once, and to whom.
// docs/howto/events.md
#include <gtest/gtest.h>

#include <atomic>
#include <regex>
#include <thread>

#include "conformance/fresh_process.hpp"
#include "conformance/sspi_acquired.hpp"

namespace schannix::test::sspi {
namespace {

constexpr DWORD every_level = SCHANNIX_EVENT_ERROR | SCHANNIX_EVENT_WARNING | SCHANNIX_EVENT_INFORMATION;
constexpr DWORD automatic = SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;

// Listens while it lives: "level id" of each event, and the texts.
class listening {
 public:
  explicit listening(DWORD levels = every_level) { EXPECT_TRUE(SchannixSetEventLog(hear, this, levels)); }
  listening(const listening&) = delete;
  listening& operator=(const listening&) = delete;
  ~listening() { EXPECT_TRUE(SchannixSetEventLog(nullptr, nullptr, 0)); }

  std::string heard() const {
    std::string all;
    for (const auto& one : events_) all += (all.empty() ? "" : ", ") + one.first;
    return all;
  }
  std::string text_of(DWORD id) const {
    for (const auto& one : events_)
      if (one.first.ends_with(std::to_string(id))) return one.second;
    return "";
  }
  void forget() { events_.clear(); }

 private:
  static void hear(void* self, DWORD level, DWORD id, const char* text) {
    const char* const name = level == SCHANNIX_EVENT_ERROR     ? "error "
                             : level == SCHANNIX_EVENT_WARNING ? "warning "
                                                               : "";
    static_cast<listening*>(self)->events_.emplace_back(name + std::to_string(id), text);
  }
  std::vector<std::pair<std::string, std::string>> events_;
};

class Events : public testing::TestWithParam<tls> {};
INSTANTIATE_TEST_SUITE_P(Sspi, Events, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

// ---- What is well ----

TEST_P(Events, AHandshakeIsToldFromTheFirstCallOn) {
  const listening log;
  const credential from({.version = GetParam()});
  link with(from, peer_for(role::client, GetParam()));
  with.ours.step("");
  EXPECT_EQ(log.heard(), "36864, 36867, 36880");
  const std::string version = GetParam() == tls::v1_2 ? "TLS 1.2, TLS_ECDHE_" : "TLS 1.3, TLS_AES_";
  EXPECT_TRUE(log.text_of(36880).starts_with("A handshake with the server a.test succeeded: " + version))
      << log.text_of(36880);
  EXPECT_TRUE(log.text_of(36880).ends_with(" bits.")) << log.text_of(36880);
}

TEST_P(Events, AServersKeyIsTold) {
  listening log;
  const credential from({.side = role::server, .version = GetParam(), .certificates = {server_certificate().get()}});
  EXPECT_EQ(log.heard(), "36864, 36867, 36868");
  const std::regex says("The server credential has the private key of .*, thumbprint [0-9A-F]{40}\\.");
  EXPECT_TRUE(std::regex_match(log.text_of(36868), says)) << log.text_of(36868);
  log.forget();
  link with(from, peer_for(role::server, GetParam()), {.side = role::server});
  EXPECT_EQ(log.heard(), "36880");
}

TEST_P(Events, CleanEndsAreNoEvents) {
  listening log(SCHANNIX_EVENT_ERROR | SCHANNIX_EVENT_WARNING);
  link with(client_credential(GetParam()), peer_for(role::client, GetParam()));
  with.peer.close();
  with.ours.give(with.peer.take());
  with.ours.shut();
  EXPECT_EQ(log.heard(), "");
}

// ---- The peer's certificate ----

std::string judged(tls version, const pki::issued& leaf, const std::string& target = "a.test", bool trusts = true) {
  const listening log(SCHANNIX_EVENT_ERROR | SCHANNIX_EVENT_WARNING);
  credential_options options{.version = version, .flags = automatic};
  if (trusts) options.extra_roots = {root_certificate().get()};
  const credential from(options);
  peer_options shown = peer_for(role::client, version);
  shown.identities = {{leaf, {test_root()}}};
  openssl_peer peer(shown);
  party client(from, {.target = target});
  converse(client, peer);
  client.step("");
  EXPECT_FALSE(client.established());
  EXPECT_NE(log.text_of(36888).find("; " + client.last().name() + " (0x"), std::string::npos) << log.text_of(36888);
  return log.heard();
}

pki::issued from_root(pki::profile what) {
  what.common_name = "a.test";
  what.alternative = {"DNS:a.test"};
  return pki::issue(what, &test_root());
}

TEST_P(Events, EachProblemOfAServersCertificateHasItsId) {
  EXPECT_EQ(judged(GetParam(), test_leaf(), "a.test", false), "error 36882, error 36888");
  EXPECT_EQ(judged(GetParam(), test_leaf(), "b.test"), "error 36884, error 36888");
  EXPECT_EQ(judged(GetParam(), from_root({.common_name = "", .from_days = -9, .to_days = -1})),
            "error 36881, error 36888");
  EXPECT_EQ(judged(GetParam(), from_root({.common_name = "", .usage = "clientAuth"})), "error 36876, error 36888");
}

TEST_P(Events, AClientsCertificateIsAWarning) {
  const credential from({.side = role::server,
                         .version = GetParam(),
                         .flags = SCH_CRED_AUTO_CRED_VALIDATION,
                         .certificates = {server_certificate().get()}});
  peer_options options = peer_for(role::server, GetParam());
  options.identities = {{pki::issue({.common_name = "stranger"})}};
  openssl_peer peer(options);
  party server(from, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
  const listening log(SCHANNIX_EVENT_ERROR | SCHANNIX_EVENT_WARNING);
  peer.start();
  converse(server, peer);
  EXPECT_EQ(log.heard(), "warning 36877, error 36888");
  EXPECT_EQ(log.text_of(36877), "The certificate of a client was not accepted: SEC_E_UNTRUSTED_ROOT (0x80090325).");
  EXPECT_EQ(log.text_of(36888),
            "A fatal alert for a client was made: 48, unknown_ca; SEC_E_UNTRUSTED_ROOT (0x80090325).");
}

TEST_P(Events, AServersWishForACertificateIsToldWhenThereIsNone) {
  const credential &client_from = client_credential(GetParam()), &server_from = server_credential(GetParam());
  const listening log;
  couple both(client_from, server_from, {}, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
  converse(both.client, both.server);
  EXPECT_EQ(log.heard(), "36864, warning 36875, 36880, 36880");
}

// ---- Alerts, and nothing in common ----

// The server's certificate is an ECDSA one, which this client can do nothing with.
TEST_P(Events, NothingInCommonIsTheServersEvent) {
  const credential& from = server_credential(GetParam());
  const listening log(SCHANNIX_EVENT_ERROR);
  peer_options options = peer_for(role::server, GetParam());
  options.ciphers = "AES128-SHA";
  if (GetParam() == tls::v1_3) options.signatures = "RSA-PSS+SHA256";
  openssl_peer peer(options);
  party server(from, {.side = role::server});
  peer.start();
  converse(server, peer);
  EXPECT_EQ(log.heard(), "error 36874, error 36888");
  EXPECT_TRUE(log.text_of(36888).starts_with("A fatal alert for a client was made: 40, handshake_failure; "));
}

TEST_P(Events, AReceivedAlertIsToldOnce) {
  couple both(GetParam());
  ASSERT_EQ(apply_alert(both.client.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_UNKNOWN_CA), SEC_E_OK);
  both.client.step("");
  const listening log(SCHANNIX_EVENT_ERROR);
  both.server.open(both.client.token());
  both.server.open(both.client.token());
  both.server.step("");
  EXPECT_EQ(log.heard(), "error 36887");
  EXPECT_EQ(log.text_of(36887), "A fatal alert of a client was received: 48, unknown_ca.");
}

TEST_P(Events, TheProgramsOwnAlertIsTold) {
  couple both(GetParam());
  ASSERT_EQ(apply_alert(both.client.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_INTERNAL_ERROR), SEC_E_OK);
  const listening log;
  both.client.step("");
  EXPECT_EQ(log.heard(), "36864, error 36888");
  EXPECT_EQ(log.text_of(36888), "A fatal alert for the server a.test was made: 80, internal_error, by the program.");
}

TEST_P(Events, TheProgramsOwnAlertByEncryptMessageIsToldOnce) {
  couple both(GetParam());
  const SecPkgContext_StreamSizes room = both.client.sizes();
  guarded header(room.cbHeader), alert(std::string_view("\x02\x50")), trailer(room.cbTrailer);
  buffer_list list{buffer(SECBUFFER_STREAM_HEADER, header.data(), header.size()),
                   buffer(SECBUFFER_DATA, alert.data(), alert.size()),
                   buffer(SECBUFFER_STREAM_TRAILER, trailer.data(), trailer.size()), empty()};
  const listening log;
  EXPECT_EQ(status(EncryptMessage(&both.client.handle(), SECQOP_WRAP_OOB_DATA, list.get(), 0)), SEC_E_OK);
  both.client.step("");
  EXPECT_EQ(log.heard(), "36864, error 36888");
  EXPECT_EQ(log.text_of(36888), "A fatal alert for the server a.test was made: 80, internal_error, by the program.");
}

TEST_P(Events, ARecordThatIsNoneIsToldByDecryptMessage) {
  couple both(GetParam());
  std::string record = both.client.sealed("data");
  record.back() = static_cast<char>(record.back() ^ 1);
  const listening log;
  both.server.open(record);
  both.server.open(record);
  both.server.step("");
  EXPECT_EQ(log.heard(), "36864, error 36888");
  EXPECT_TRUE(
      log.text_of(36888).starts_with("A fatal alert for a client was made: 20, bad_record_mac; SEC_E_MESSAGE_ALTERED"))
      << log.text_of(36888);
}

// ---- Credentials ----

std::string acquiring(role side, SCH_CREDENTIALS data) {
  const listening log(SCHANNIX_EVENT_ERROR | SCHANNIX_EVENT_WARNING);
  credential made;
  data.dwVersion = SCH_CREDENTIALS_VERSION;
  acquire(use_of(side), &data, *made.get());
  return log.heard();
}

TEST(EventsOfCredentials, EachFailureHasItsId) {
  const certificate without_key = import(test_leaf(), {}, false);
  PCCERT_CONTEXT list[] = {without_key.get()};
  SCH_CREDENTIALS data{};
  data.cCreds = 1;
  data.paCred = list;
  EXPECT_EQ(acquiring(role::server, data), "error 36869");
  TLS_PARAMETERS nothing{};
  nothing.grbitDisabledProtocols = 0xFFFFFFFF;
  SCH_CREDENTIALS without_version{};
  without_version.cTlsParameters = 1;
  without_version.pTlsParameters = &nothing;
  EXPECT_EQ(acquiring(role::client, without_version), "error 36871");
  EXPECT_EQ(acquiring(role::server, {}), "warning 36886");
  EXPECT_EQ(acquiring(role::client, {}), "");
}

TEST(EventsOfCredentials, TextFromACertificateIsOneLine) {
  const listening log;
  const certificate odd = import(pki::issue({.common_name = "a\nerror 1\x7F"}));
  const credential from({.side = role::server, .certificates = {odd.get()}});
  EXPECT_NE(log.text_of(36868).find("a?error 1?"), std::string::npos) << log.text_of(36868);
  EXPECT_EQ(log.text_of(36868).find('\n'), std::string::npos);
}

// ---- Who is told ----

TEST(EventLog, OneFunctionAtATimeAndNobodyAfterwards) {
  const listening first;
  {
    const listening second;
    const credential from(credential_options{});
    EXPECT_EQ(second.heard(), "36864, 36867");
  }
  const credential from(credential_options{});
  EXPECT_EQ(first.heard(), "36864");
}

TEST(EventLog, OtherLevelsAreRefused) {
  EXPECT_FALSE(SchannixSetEventLog(nullptr, nullptr, 8));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

struct nested {
  int calls = 0;
  BOOL changed = TRUE;
  DWORD error = 0;
  static void hear(void* self, DWORD, DWORD, const char*) {
    auto& seen = *static_cast<nested*>(self);
    ++seen.calls;
    const credential from(credential_options{});  // an event of its own, if it were told
    seen.changed = SchannixSetEventLog(nullptr, nullptr, 0);
    seen.error = GetLastError();
  }
};

TEST(EventLog, WhatTheFunctionDoesItselfIsNotToldNorChangesIt) {
  nested seen;
  EXPECT_TRUE(SchannixSetEventLog(nested::hear, &seen, SCHANNIX_EVENT_INFORMATION));
  EXPECT_EQ(seen.calls, 1);
  EXPECT_FALSE(seen.changed);
  EXPECT_EQ(seen.error, DWORD{ERROR_BUSY});
  EXPECT_TRUE(SchannixSetEventLog(nullptr, nullptr, 0));
}

void count(void* into, DWORD, DWORD, const char*) { ++*static_cast<std::atomic<int>*>(into); }

// Under ThreadSanitizer: listeners come and go while connections are made.
TEST(EventLog, ListenersComeAndGoBetweenThreads) {
  const credential &client = client_credential(tls::v1_3), &server = server_credential(tls::v1_3);
  std::atomic<int> heard = 0;
  std::atomic<bool> over = false;
  std::thread changing([&] {
    for (int i = 0; !over; ++i) SchannixSetEventLog(i % 2 == 0 ? count : nullptr, &heard, every_level);
  });
  std::vector<std::thread> working;
  for (int i = 0; i < 2; ++i)
    working.emplace_back([&] {
      for (int j = 0; j < 20; ++j) const couple made(client, server);
    });
  for (auto& one : working) one.join();
  over = true;
  changing.join();
  EXPECT_TRUE(SchannixSetEventLog(nullptr, nullptr, 0));
  EXPECT_GT(heard, 0);
}

// ---- EventLogging of the settings ----

class EventLogging : public FreshProcess {};

void print(void*, DWORD level, DWORD id, const char*) { std::cerr << level << ' ' << id << ". "; }

void tell_levels() {
  SchannixSetEventLog(print, nullptr, 0);
  SCH_CREDENTIALS data{};
  data.dwVersion = SCH_CREDENTIALS_VERSION;
  credential made;
  acquire(SECPKG_CRED_INBOUND, &data, *made.get());
  data.dwVersion = 99;
  acquire(SECPKG_CRED_INBOUND, &data, *made.get());
}

TEST_F(EventLogging, TheSettingsChooseTheLevels) {
  const auto expect = [](const std::string& line, const std::string& seen) {
    EXPECT_EXIT(with_file("SCHANNIX_CONF", "[SCHANNEL]\n" + line, tell_levels), testing::ExitedWithCode(0),
                "^" + seen + "$");
  };
  expect("", "1 36871\\. ");
  expect("EventLogging=0", "");
  expect("EventLogging=3", "2 36886\\. 1 36871\\. ");
  expect("EventLogging=7", "4 36864\\. 4 36867\\. 2 36886\\. 1 36871\\. ");
}

}  // namespace
}  // namespace schannix::test::sspi

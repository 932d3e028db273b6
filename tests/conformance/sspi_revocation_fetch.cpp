// Revocation that is asked for at the places that certificates name: only where that is wanted, and whatever comes
// back.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "conformance/fresh_process.hpp"
#include "support/socket.hpp"
#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

constexpr DWORD checks_leaf =
    SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS | SCH_CRED_REVOCATION_CHECK_END_CERT;
constexpr DWORD fetches = SCHANNIX_CREDENTIAL_FETCH_REVOCATION;

// A web server that says the same thing to everybody; nothing: it keeps silent.
class web_server {
 public:
  explicit web_server(std::string says = {}) : says_(std::move(says)), thread_([this] { serve(); }) {}
  ~web_server() {
    over_ = true;
    (void)try_connect(entrance_.port());
    thread_.join();
  }
  web_server(const web_server&) = delete;
  web_server& operator=(const web_server&) = delete;

  std::string address() const { return "http://127.0.0.1:" + std::to_string(entrance_.port()) + "/"; }
  void says(std::string all) {
    const std::lock_guard held(lock_);
    says_ = std::move(all);
  }
  int asked() const { return asked_; }

 private:
  void serve() {
    while (deadline(std::chrono::minutes(2)).wait_readable(entrance_.get())) {
      socket visitor = entrance_.accept();
      if (over_) return;
      ++asked_;
      std::string request;
      while (!is_whole(request) && visitor.receive(request) == transport::open) continue;
      const std::string page = said();
      if (page.empty()) (void)visitor.receive(request);  // till the visitor gives up
      visitor.send(page);
    }
  }
  std::string said() {
    const std::lock_guard held(lock_);
    return says_;
  }
  static bool is_whole(const std::string& request) {
    constexpr std::string_view length = "Content-Length: ";
    const auto end = request.find("\r\n\r\n"), named = request.find(length);
    if (end == std::string::npos) return false;
    return request.size() >= end + 4 + (named < end ? std::stoul(request.substr(named + length.size())) : 0);
  }

  listener entrance_;
  std::mutex lock_;
  std::string says_;
  std::atomic<int> asked_{0};
  std::atomic<bool> over_{false};
  std::thread thread_;
};

std::string page(const std::string& body, const std::string& type = "application/ocsp-response",
                 const std::string& status = "200 OK") {
  return "HTTP/1.0 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}
std::string list_page(const std::string& body) { return page(body, "application/pkix-crl"); }

pki::issued leaf_of(const web_server* responder, const web_server* lists) {
  static std::atomic<int> count{0};
  pki::profile what{.common_name = "a.test", .alternative = {"DNS:a.test"}};
  if (responder != nullptr) what.responder_at = responder->address();
  if (lists != nullptr) what.list_at = lists->address() + std::to_string(++count) + ".crl";
  return pki::issue(what, &test_root());
}

struct question {
  DWORD own_flags = fetches;
  DWORD more_flags = 0;
  std::string stapled = {};
  bool trusted = true;
};

std::string outcome(tls version, const pki::issued& shown, const question& how = {}) {
  credential_options options{.version = version, .flags = checks_leaf | how.more_flags, .own_flags = how.own_flags};
  if (how.trusted) options.extra_roots = {root_certificate().get()};
  const credential from(options);
  peer_options theirs = peer_for(role::client, version);
  theirs.identities = {{shown}};
  theirs.stapled = how.stapled;
  openssl_peer peer(theirs);
  party client(from);
  converse(client, peer);
  return client.established() ? "trusted" : client.last().name();
}

std::string answer(const pki::issued& about, pki::ocsp_status status = pki::ocsp_status::good) {
  return pki::ocsp_answer({{{about, test_root(), status}}, test_root()});
}
const char* const revoked = "CRYPT_E_REVOKED";
const char* const offline = "CRYPT_E_REVOCATION_OFFLINE";

class RevocationFetched : public testing::TestWithParam<tls> {};
INSTANTIATE_TEST_SUITE_P(Sspi, RevocationFetched, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(RevocationFetched, AResponderIsAskedOnce) {
  web_server responder;
  const pki::issued leaf = leaf_of(&responder, nullptr);
  responder.says(page(answer(leaf)));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(outcome(GetParam(), leaf), "trusted");
  EXPECT_EQ(responder.asked(), 1) << "its answer is kept";
  web_server severe;
  const pki::issued dead = leaf_of(&severe, nullptr);
  severe.says(page(answer(dead, pki::ocsp_status::revoked)));
  EXPECT_EQ(outcome(GetParam(), dead), revoked);
}

TEST_P(RevocationFetched, AListIsFetched) {
  web_server place(list_page(pki::revocation_list(test_root())));
  EXPECT_EQ(outcome(GetParam(), leaf_of(nullptr, &place)), "trusted");
  web_server severe;
  const pki::issued dead = leaf_of(nullptr, &severe);
  severe.says(list_page(pki::revocation_list(test_root(), {.revoked = {dead}})));
  EXPECT_EQ(outcome(GetParam(), dead), revoked);
}

TEST_P(RevocationFetched, AListHelpsWhereTheResponderDoesNot) {
  web_server responder(page("", "text/plain", "503 Down")), place(list_page(pki::revocation_list(test_root())));
  EXPECT_EQ(outcome(GetParam(), leaf_of(&responder, &place)), "trusted");
  EXPECT_EQ(responder.asked(), 1);
  EXPECT_EQ(place.asked(), 1);
}

TEST_P(RevocationFetched, NobodyIsAskedUnasked) {
  web_server responder, place;
  const pki::issued leaf = leaf_of(&responder, &place);
  responder.says(page(answer(leaf)));
  EXPECT_EQ(outcome(GetParam(), leaf, {.own_flags = 0}), offline);
  EXPECT_EQ(outcome(GetParam(), leaf, {.stapled = answer(leaf)}), "trusted") << "what is at hand comes first";
  EXPECT_EQ(outcome(GetParam(), leaf, {.trusted = false}), "SEC_E_UNTRUSTED_ROOT") << "not for a stranger's addresses";
  EXPECT_EQ(responder.asked() + place.asked(), 0);
}

TEST_P(RevocationFetched, WhatProvesNothingCountsAsNone) {
  const pki::issued other = pki::issue({.common_name = "other"}, &test_root());
  const pki::issued stranger = pki::issue({.common_name = "Conformance Root", .authority = true});
  const auto pages = [&](const pki::issued& leaf) {
    return std::vector{page(answer(other)),
                       page(pki::ocsp_answer({{{leaf, test_root()}}, stranger})),
                       page(answer(leaf), "text/html"),
                       page(answer(leaf), "application/ocsp-response", "404 No"),
                       page("junk"),
                       page(""),
                       page(std::string(400000, '0')),
                       page(pki::ocsp_error()),
                       std::string("HTTP/1.0 200 OK\r\n"),
                       std::string(70000, 'x'),
                       std::string("HTTP/1.0 302 Found\r\nLocation: https://127.0.0.1/\r\n\r\n")};
  };
  for (std::size_t i = 0; i < pages(other).size(); ++i) {
    web_server responder;
    const pki::issued leaf = leaf_of(&responder, nullptr);
    responder.says(pages(leaf)[i]);
    EXPECT_EQ(outcome(GetParam(), leaf), offline) << i;
    EXPECT_EQ(responder.asked(), 1) << i;
    EXPECT_EQ(outcome(GetParam(), leaf, {.more_flags = SCH_CRED_IGNORE_REVOCATION_OFFLINE}), "trusted") << i;
    EXPECT_EQ(responder.asked(), 1) << i << ": it is not asked again at once";
  }
}

TEST_P(RevocationFetched, ListsThatProveNothing) {
  const pki::issued stranger = pki::issue({.common_name = "Conformance Root", .authority = true});
  for (const std::string& body : {pki::revocation_list(stranger), std::string("junk"), std::string(70000, '0'),
                                  pki::revocation_list(test_root(), {.from_hours = -48, .to_hours = -1})}) {
    web_server place(list_page(body));
    EXPECT_EQ(outcome(GetParam(), leaf_of(nullptr, &place)), offline);
  }
}

// OpenSSL tries again and again until its time is over.
TEST(RevocationPatience, WhereNobodyListens) {
  std::string gone;
  {
    gone = web_server().address();
  }
  const pki::profile what{.common_name = "a.test", .alternative = {"DNS:a.test"}, .list_at = gone + "l.crl"};
  const deadline limit(std::chrono::seconds(8));
  EXPECT_EQ(outcome(tls::v1_3, pki::issue(what, &test_root())), offline);
  EXPECT_FALSE(limit.passed());
}

TEST(RevocationPatience, WhereNobodyAnswers) {
  web_server silent;
  const deadline limit(std::chrono::seconds(8));
  EXPECT_EQ(outcome(tls::v1_3, leaf_of(&silent, nullptr)), offline);
  EXPECT_FALSE(limit.passed());
}

// Programs that know nothing of this library's flags.
void tell_by_settings() {
  for (const DWORD flag : {DWORD{0}, DWORD{SCH_CRED_REVOCATION_CHECK_CACHE_ONLY}}) {
    web_server responder;
    const pki::issued leaf = leaf_of(&responder, nullptr);
    responder.says(page(answer(leaf)));
    std::cerr << outcome(tls::v1_3, leaf, {.own_flags = 0, .more_flags = flag}) << ". ";
  }
}

class RevocationSettings : public FreshProcess {};

TEST_F(RevocationSettings, TheMachineMayAllowIt) {
  EXPECT_EXIT(with_file("SCHANNIX_CONF", "[Schannix]\nFetchRevocation=1", tell_by_settings), testing::ExitedWithCode(0),
              "^trusted\\. CRYPT_E_REVOCATION_OFFLINE\\. $");
  EXPECT_EXIT(with_file("SCHANNIX_CONF", "[Schannix]\nFetchRevocation=0", tell_by_settings), testing::ExitedWithCode(0),
              "^CRYPT_E_REVOCATION_OFFLINE\\. CRYPT_E_REVOCATION_OFFLINE\\. $");
}

TEST(RevocationPatience, ToFetchAndToForbidItIsRefused) {
  for (const DWORD flag : std::vector<DWORD>{SCH_CRED_REVOCATION_CHECK_CACHE_ONLY, SCH_CRED_CACHE_ONLY_URL_RETRIEVAL}) {
    EXPECT_THROW(credential({.flags = checks_leaf | flag, .own_flags = fetches}), std::runtime_error);
    EXPECT_NO_THROW(credential({.flags = checks_leaf | flag}));
  }
}

}  // namespace
}  // namespace schannix::test::sspi

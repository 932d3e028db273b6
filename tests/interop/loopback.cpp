// Our client and our server over real TCP: each ending, begun by either side, and connections lost inside a record and
// between records.
#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <tuple>

#include "interop/our_side.hpp"
#include "interop/relay.hpp"

namespace schannix::test::interop {
namespace {

using sspi::role;
using sspi::status;
using sspi::tls;

constexpr DWORD open = SCHANNIX_CLOSE_ESTABLISHED;
constexpr DWORD both_closed = open | SCHANNIX_CLOSE_SENT | SCHANNIX_CLOSE_RECEIVED;

sspi::credential trusting_client(tls version) {
  return sspi::credential({.version = version,
                           .flags = SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS,
                           .extra_roots = {sspi::root_certificate().get()}});
}

// Both sides of one connection, with data sent both ways. The relay is there when the connection is to be lost.
class conversation {
 public:
  explicit conversation(tls version, std::optional<role> victim = {}) : credential_(trusting_client(version)) {
    if (victim)
      relay_.emplace(entrance_.port(), *victim == role::client ? relay::side::connecting : relay::side::accepting);
    client_.emplace(connect(relay_ ? relay_->port() : entrance_.port()), credential_);
    server_.emplace(entrance_.accept(), sspi::server_credential(version), sspi::party_options{.side = role::server});
    auto served = std::async(std::launch::async, [this] { server_->shake(); });
    client_->shake();
    served.get();
    tell(*client_, *server_, "question\n");
    tell(*server_, *client_, "answer\n");
  }

  our_side& of(role side) { return side == role::client ? *client_ : *server_; }
  void cut_after(std::size_t bytes) { relay_->cut_after(static_cast<long>(bytes)); }

 private:
  static void tell(our_side& from, our_side& to, const char* text) {
    from.say(text);
    to.await(text);
  }

  listener entrance_;
  std::optional<relay> relay_;
  sspi::credential credential_;
  std::optional<our_side> client_, server_;
};

const char* heard(role side) { return side == role::client ? "answer\n" : "question\n"; }
std::string name_of(tls version) { return version == tls::v1_3 ? "TLS13" : "TLS12"; }
std::string name_of(role side) { return side == role::client ? "Client" : "Server"; }

// Ends that both sides agree on: who closes first.
class loopback : public testing::TestWithParam<std::tuple<tls, role>> {};

TEST_P(loopback, one_side_closes_first) {
  const auto [version, first] = GetParam();
  conversation talk(version);
  our_side &closer = talk.of(first), &answerer = talk.of(other(first));
  EXPECT_EQ(closer.shut(), status(SEC_E_OK));
  answerer.read_on();
  EXPECT_EQ(answerer.party().last(), status(SEC_I_CONTEXT_EXPIRED));
  EXPECT_EQ(answerer.shut(), status(SEC_E_OK));
  closer.read_on();
  EXPECT_EQ(closer.party().last(), status(SEC_I_CONTEXT_EXPIRED));
  EXPECT_EQ(closer.close_flags(), both_closed);
  EXPECT_EQ(answerer.close_flags(), both_closed | SCHANNIX_CLOSE_PEER_FIRST);
}

// Closing one direction loses nothing of what was sent before or is still sent the other way.
TEST_P(loopback, data_around_the_close_arrives) {
  const auto [version, first] = GetParam();
  conversation talk(version);
  our_side &closer = talk.of(first), &answerer = talk.of(other(first));
  closer.say("last words\n");
  EXPECT_EQ(closer.shut(), status(SEC_E_OK));
  answerer.read_on();
  EXPECT_EQ(answerer.received(), heard(other(first)) + std::string("last words\n"));
  answerer.say("late answer\n");
  EXPECT_EQ(answerer.shut(), status(SEC_E_OK));
  closer.read_on();
  EXPECT_EQ(closer.received(), heard(first) + std::string("late answer\n"));
  EXPECT_EQ(closer.close_flags(), both_closed);
}

TEST_P(loopback, both_close_at_once) {
  const auto [version, first] = GetParam();
  conversation talk(version);
  for (const role side : {first, other(first)}) EXPECT_EQ(talk.of(side).shut(), status(SEC_E_OK));
  for (const role side : {first, other(first)}) {
    talk.of(side).read_on();
    EXPECT_EQ(talk.of(side).party().last(), status(SEC_I_CONTEXT_EXPIRED));
    EXPECT_EQ(talk.of(side).close_flags(), both_closed);
  }
}

INSTANTIATE_TEST_SUITE_P(interop, loopback,
                         testing::Combine(testing::Values(tls::v1_2, tls::v1_3),
                                          testing::Values(role::client, role::server)),
                         [](const auto& one) {
                           return name_of(std::get<0>(one.param)) + "_" + name_of(std::get<1>(one.param)) + "First";
                         });

// Connections that are lost: towards whom, and where.
class loopback_cut : public testing::TestWithParam<std::tuple<tls, role, bool>> {};

TEST_P(loopback_cut, is_no_clean_end) {
  const auto [version, victim, inside_a_record] = GetParam();
  conversation talk(version, victim);
  our_side &loser = talk.of(victim), &sender = talk.of(other(victim));
  const auto sizes = sender.party().sizes();
  const std::string more = "more\n";
  const std::size_t record = sizes.cbHeader + more.size() + sizes.cbTrailer;
  talk.cut_after(inside_a_record ? record - 1 : record);
  sender.say(more);
  for (our_side* const side : {&loser, &sender}) {
    EXPECT_EQ(side->read_on(), transport::ended);
    EXPECT_EQ(side->party().last(), status(SEC_E_OK));
    EXPECT_EQ(side->close_flags(), open);
  }
  EXPECT_EQ(loser.received(), heard(victim) + (inside_a_record ? std::string() : more));
}

INSTANTIATE_TEST_SUITE_P(interop, loopback_cut,
                         testing::Combine(testing::Values(tls::v1_2, tls::v1_3),
                                          testing::Values(role::client, role::server), testing::Bool()),
                         [](const auto& one) {
                           return name_of(std::get<0>(one.param)) + "_Towards" + name_of(std::get<1>(one.param)) +
                                  (std::get<2>(one.param) ? "_InsideARecord" : "_BetweenRecords");
                         });

}  // namespace
}  // namespace schannix::test::interop

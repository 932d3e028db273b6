// How connections of the C++ API end. The rules C1 to C19 are those of the documents named in closing.md.
#include "api_support.hpp"

namespace api_test {
namespace {

class ApiClose : public testing::TestWithParam<tls_version> {};
INSTANTIATE_TEST_SUITE_P(Versions, ApiClose, both_versions(), version_suffix);

TEST_P(ApiClose, ClientFirst) {
  auto [client, server] = established(GetParam());
  client.seal("last words");
  client.tls.close_write();
  talk(client, server);
  EXPECT_EQ(server.story, (story{"data", "peer_closed", "closed"}));
  EXPECT_EQ(client.story, (story{"peer_closed", "closed"}));
  EXPECT_EQ(server.received, "last words");
  EXPECT_EQ(client.tls.report().id(), "CLOSE-001") << client.sentence();
  EXPECT_EQ(server.tls.report().id(), "CLOSE-002") << server.sentence();
  EXPECT_TRUE(server.tls.report().complete());
}

TEST_P(ApiClose, ServerFirst) {
  auto [client, server] = established(GetParam());
  server.seal("last words");
  server.tls.close_write();
  talk(client, server);
  EXPECT_EQ(client.received, "last words");
  EXPECT_EQ(client.story, (story{"data", "peer_closed", "closed"}));
  EXPECT_EQ(client.tls.report().id(), "CLOSE-002") << client.sentence();
  EXPECT_EQ(server.tls.report().id(), "CLOSE-001") << server.sentence();
}

// RFC 8446 §6.1: two close_notify alerts may cross; nobody sends a second one.
TEST_P(ApiClose, BothAtOnce) {
  auto [client, server] = established(GetParam());
  client.tls.close_write();
  server.tls.close_write();
  talk(client, server);
  EXPECT_EQ(client.tls.report().outcome, close_outcome::clean);
  EXPECT_EQ(server.tls.report().outcome, close_outcome::clean);
  EXPECT_TRUE(client.tls.take_output().empty());
  EXPECT_TRUE(server.tls.take_output().empty());
}

TEST_P(ApiClose, ClosingTwiceSendsOnce) {
  auto [client, server] = established(GetParam());
  client.tls.close_write();
  const auto once = client.tls.pending_output().size();
  EXPECT_GT(once, 0U);
  client.tls.close_write();
  client.tls.close();
  EXPECT_EQ(client.tls.pending_output().size(), once);
}

constexpr std::size_t record_header_size = 5;

// Of the record at the front, header included.
std::size_t record_size(std::span<const std::byte> bytes) {
  return record_header_size + std::to_integer<std::size_t>(bytes[3]) * 256 + std::to_integer<std::size_t>(bytes[4]);
}

std::size_t record_count(std::span<const std::byte> bytes) {
  std::size_t count = 0;
  for (; bytes.size() >= record_header_size; ++count) bytes = bytes.subspan(record_size(bytes));
  return count;
}

// RFC 8446 §6.1: user_canceled is followed by close_notify, and is no failure.
TEST_P(ApiClose, CancelingIsACleanEnd) {
  auto [client, server] = established(GetParam());
  client.tls.cancel_write();
  EXPECT_EQ(record_count(client.tls.pending_output()), 2U);
  client.tls.cancel_write();
  EXPECT_EQ(record_count(client.tls.pending_output()), 2U);
  EXPECT_FALSE(client.tls.can_seal());
  talk(client, server);
  EXPECT_EQ(server.story, (story{"peer_closed", "closed"}));
  EXPECT_EQ(client.tls.report().id(), "CLOSE-001") << client.sentence();
  EXPECT_EQ(server.tls.report().id(), "CLOSE-002") << server.sentence();
}

TEST_P(ApiClose, KeysAreUpdatedInTls13Only) {
  auto [client, server] = established(GetParam());
  const bool can = GetParam() == tls_version::tls_1_3;
  EXPECT_EQ(status_of([&] { server.tls.update_keys(); }), can ? "no exception" : "SEC_E_UNSUPPORTED_FUNCTION");
  server.seal("under the new keys");
  server.tls.close_write();
  talk(server, client);
  EXPECT_EQ(client.received, "under the new keys");
  EXPECT_EQ(client.tls.report().outcome, close_outcome::clean) << client.sentence();
  EXPECT_EQ(status_of([&] { server.tls.update_keys(); }), "SEC_E_CONTEXT_EXPIRED");
}

TEST_P(ApiClose, LaterTicketsAreSentInTls13Only) {
  party client{schannix::connection::client(client_credential(GetParam()), "localhost")};
  party server{schannix::connection::server(server_credential(GetParam(), {.later_tickets = true}))};
  talk(client, server);
  const bool can = GetParam() == tls_version::tls_1_3;
  EXPECT_EQ(status_of([&] { server.tls.send_ticket(); }), can ? "no exception" : "SEC_E_UNSUPPORTED_FUNCTION");
  EXPECT_EQ(server.tls.pending_output().empty(), !can);
  EXPECT_EQ(status_of([&] { client.tls.send_ticket(); }), "SEC_E_UNSUPPORTED_FUNCTION");
  server.seal("behind it");
  server.tls.close_write();
  talk(server, client);
  EXPECT_EQ(client.received, "behind it");
  EXPECT_EQ(client.tls.report().outcome, close_outcome::clean) << client.sentence();
  EXPECT_EQ(status_of([&] { server.tls.send_ticket(); }), "SEC_E_CONTEXT_EXPIRED");
}

TEST_P(ApiClose, EmptyRecordsAreNoData) {
  auto [client, server] = established(GetParam());
  client.tls.seal_empty();
  EXPECT_FALSE(client.tls.pending_output().empty());
  client.seal("x");
  talk(client, server);
  EXPECT_EQ(server.received, "x");
  EXPECT_EQ(server.tls.report().bytes_received, 1U);
  client.tls.close_write();
  EXPECT_EQ(status_of([&] { client.tls.seal_empty(); }), "SEC_E_CONTEXT_EXPIRED");
}

TEST_P(ApiClose, AfterClosingOurSideThePeersDataStillArrive) {
  auto [client, server] = established(GetParam(), {}, {.answer_close = false});
  client.tls.close_write();
  carry(client, server);
  EXPECT_EQ(server.story, story{"peer_closed"});
  server.seal("the answer, after your close");
  server.tls.close_write();
  carry(server, client);
  EXPECT_EQ(client.received, "the answer, after your close");
  EXPECT_EQ(client.tls.report().outcome, close_outcome::clean);
  EXPECT_EQ(client.story, (story{"data", "peer_closed", "closed"}));
}

TEST_P(ApiClose, ClosingBothSidesDiscardsWhatStillArrives) {
  auto [client, server] = established(GetParam(), {}, {.answer_close = false});
  client.tls.close();
  carry(client, server);
  server.seal("nobody reads this");
  server.tls.close_write();
  carry(server, client);
  EXPECT_EQ(client.received, "");
  EXPECT_EQ(client.tls.report().bytes_discarded, 17U);
  EXPECT_EQ(client.tls.report().outcome, close_outcome::clean);
  EXPECT_FALSE(client.tls.report().complete());
}

// RFC 8446 §6.1: data after a close_notify are ignored, in the same portion of bytes or later.
TEST_P(ApiClose, WhatFollowsACloseIsIgnored) {
  auto [client, server] = established(GetParam());
  server.seal("before");
  server.tls.close_write();
  auto bytes = server.tls.take_output();
  const auto noise = bytes_of("after the close");
  bytes.insert(bytes.end(), noise.begin(), noise.end());
  client.tls.feed(bytes);
  client.drain();
  client.tls.feed(noise);
  client.drain();
  EXPECT_EQ(client.received, "before");
  EXPECT_EQ(client.tls.report().outcome, close_outcome::clean);
  EXPECT_EQ(client.tls.report().bytes_after_close, 2 * noise.size());
}

// FIN ends the peer's direction alone; a peer that reads on is still owed data and our close_notify.
TEST_P(ApiClose, OurSideIsClosedEvenAfterThePeersFin) {
  auto [client, server] = established(GetParam(), {.answer_close = false});
  server.tls.close_write();
  carry(server, client);
  client.tls.transport_ended();
  client.drain();
  client.seal("last words");
  client.tls.close_write();
  carry(client, server);
  EXPECT_EQ(server.received, "last words");
  EXPECT_EQ(server.tls.report().outcome, close_outcome::clean) << server.sentence();
  EXPECT_EQ(client.tls.report().outcome, close_outcome::clean) << client.sentence();
}

TEST_P(ApiClose, ClosingAfterACutLeavesItACut) {
  auto [client, server] = established(GetParam());
  client.tls.transport_ended();
  client.drain();
  client.tls.close();
  carry(client, server);
  EXPECT_EQ(server.story, (story{"peer_closed", "closed"}));
  EXPECT_EQ(client.tls.report().outcome, close_outcome::truncated) << client.sentence();
}

TEST_P(ApiClose, TransportEndWithoutCloseNotifyIsTruncation) {
  auto [client, server] = established(GetParam());
  server.seal("half a mess");
  carry(server, client);
  client.tls.transport_ended();
  client.drain();
  EXPECT_EQ(client.received, "half a mess");
  EXPECT_EQ(client.story, (story{"data", "closed"}));
  EXPECT_EQ(client.tls.report().outcome, close_outcome::truncated) << client.sentence();
  EXPECT_FALSE(client.tls.report().complete());
}

TEST_P(ApiClose, EveryCutOfAStreamIsToldApart) {
  auto whole = established(GetParam());
  whole.server.seal("some data");
  whole.server.tls.close_write();
  const auto stream = whole.server.tls.take_output().size();
  for (std::size_t kept = 0; kept < stream; ++kept) {
    auto [client, server] = established(GetParam());
    server.seal("some data");
    server.tls.close_write();
    const auto bytes = server.tls.take_output();
    client.tls.feed(std::span(bytes).first(kept));
    client.tls.transport_ended();
    client.drain();
    EXPECT_EQ(client.tls.report().outcome, close_outcome::truncated) << kept << " of " << stream;
    const std::size_t first_record = record_size(bytes);
    const std::size_t cut_off = kept < first_record ? kept : kept - first_record;
    EXPECT_EQ(client.tls.report().bytes_incomplete, cut_off) << kept << " of " << stream;
  }
}

TEST_P(ApiClose, BytesThatCameBeforeTheEndAreDeliveredFirst) {
  auto [client, server] = established(GetParam());
  server.seal("data");
  server.tls.close_write();
  client.tls.feed(server.tls.take_output());
  client.tls.transport_ended();  // before anybody looked at them
  client.drain();
  EXPECT_EQ(client.received, "data");
  EXPECT_EQ(client.tls.report().outcome, close_outcome::clean) << client.sentence();
}

TEST_P(ApiClose, EndAfterOurCloseDependsOnWhatWeAwaited) {
  auto half = established(GetParam());
  half.client.tls.close_write();
  half.client.tls.transport_ended();
  half.client.drain();
  EXPECT_EQ(half.client.tls.report().outcome, close_outcome::truncated) << "the server's data may be missing";
  auto whole = established(GetParam());
  whole.client.tls.close();
  whole.client.tls.transport_ended();
  whole.client.drain();
  EXPECT_EQ(whole.client.tls.report().outcome, close_outcome::clean_without_reply) << "nothing was awaited";
}

TEST_P(ApiClose, ResetCountsOnlyBeforeThePeersClose) {
  auto before = established(GetParam());
  before.client.tls.transport_ended(schannix::transport_end::reset);
  before.client.drain();
  EXPECT_EQ(before.client.tls.report().outcome, close_outcome::reset);
  auto after = established(GetParam());
  after.server.tls.close_write();
  carry(after.server, after.client);
  after.client.tls.transport_ended(schannix::transport_end::reset);
  after.client.drain();
  EXPECT_EQ(after.client.tls.report().outcome, close_outcome::clean);
}

TEST_P(ApiClose, PeersCloseWithoutOurAnswer) {
  auto [client, server] = established(GetParam(), {.answer_close = false});
  server.tls.close_write();
  carry(server, client);
  EXPECT_EQ(client.story, story{"peer_closed"});
  EXPECT_TRUE(client.tls.pending_output().empty());
  client.tls.transport_ended();
  client.drain();
  EXPECT_EQ(client.tls.report().outcome, close_outcome::clean_without_reply);
  EXPECT_TRUE(client.tls.report().complete());
}

TEST_P(ApiClose, AnAlteredRecordEndsTheConnectionOnBothSides) {
  auto [client, server] = established(GetParam());
  server.seal("genuine");
  auto bytes = server.tls.take_output();
  bytes.back() ^= std::byte{1};
  client.tls.feed(bytes);
  client.drain();
  EXPECT_EQ(client.received, "");
  EXPECT_EQ(client.story, story{"closed"});
  const auto report = client.tls.report();
  EXPECT_EQ(report.outcome, close_outcome::fatal_alert) << report.sentence();
  EXPECT_EQ(schannix::status_name(report.error), "SEC_E_MESSAGE_ALTERED");
  EXPECT_EQ(report.alert_sent, schannix::alert::bad_record_mac) << report.sentence();
  carry(client, server);
  EXPECT_EQ(server.tls.report().alert_received, schannix::alert::bad_record_mac) << server.sentence();
}

TEST_P(ApiClose, AbortTellsThePeer) {
  auto [client, server] = established(GetParam());
  client.tls.abort(schannix::alert::internal_error);
  talk(client, server);
  EXPECT_EQ(client.tls.report().outcome, close_outcome::aborted);
  EXPECT_EQ(server.tls.report().outcome, close_outcome::fatal_alert);
  EXPECT_EQ(server.tls.report().alert_received, schannix::alert::internal_error) << server.sentence();
  EXPECT_FALSE(client.tls.can_seal());
  client.tls.close_write();
  EXPECT_TRUE(client.tls.pending_output().empty()) << "nothing follows a fatal alert";
}

TEST_P(ApiClose, ClosingInMidHandshake) {
  pair both(GetParam());
  both.client.tls.close_write();
  talk(both.client, both.server);
  both.client.drain();
  EXPECT_EQ(both.client.story, story{"closed"});
  EXPECT_EQ(both.client.tls.report().outcome, close_outcome::not_established);
  EXPECT_EQ(both.server.tls.report().outcome, close_outcome::not_established) << both.server.sentence();
}

TEST_P(ApiClose, TransportEndInMidHandshake) {
  pair both(GetParam());
  both.client.tls.transport_ended();
  both.client.drain();
  EXPECT_EQ(both.client.tls.report().outcome, close_outcome::not_established);
  both.server.tls.transport_ended();  // nothing ever came
  both.server.drain();
  EXPECT_EQ(both.server.tls.report().outcome, close_outcome::not_established);
}

TEST_P(ApiClose, ClosedIsRepeated) {
  auto [client, server] = established(GetParam());
  client.tls.close_write();
  talk(client, server);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::holds_alternative<schannix::closed>(client.tls.next()));
}

// The client closes before the server's tickets reach it: they still have to be taken in on the way to the answer.
TEST_P(ApiClose, CloseCrossesTheServersTickets) {
  pair both(GetParam());
  carry(both.client, both.server);
  carry(both.server, both.client);
  for (int round = 0; round < 3 && !both.client.tls.established(); ++round) {
    carry(both.client, both.server);
    carry(both.server, both.client);
  }
  ASSERT_TRUE(both.client.tls.established()) << both.client.sentence();
  both.client.seal("hi");
  both.client.tls.close_write();  // in TLS 1.3 the server has not even seen our Finished yet
  talk(both.client, both.server);
  EXPECT_EQ(both.server.received, "hi");
  EXPECT_EQ(both.client.tls.report().outcome, close_outcome::clean) << both.client.sentence();
  EXPECT_EQ(both.server.tls.report().outcome, close_outcome::clean) << both.server.sentence();
}

}  // namespace
}  // namespace api_test

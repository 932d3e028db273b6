// schannix/asio.hpp: a stream with a peer of every kind.
#include "asio_support.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <thread>

namespace asio_test {
namespace {

using schannix::stream_errc;

class AsioStream : public testing::TestWithParam<tls_version> {};
INSTANTIATE_TEST_SUITE_P(Versions, AsioStream, testing::Values(tls_version::tls_1_2, tls_version::tls_1_3),
                         [](const auto& version) { return version.param == tls_version::tls_1_2 ? "Tls12" : "Tls13"; });

TEST_P(AsioStream, SaysAndHears) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  outcome wrote, heard, ended;
  asio::async_write(ends.stream(), asio::buffer("hello", 5), wrote.handler());
  ends.until(wrote);
  EXPECT_EQ(wrote.count, 5U);
  ends.let_peer();
  EXPECT_EQ(ends.peer().received, "hello");
  ends.peer().seal("world");
  EXPECT_EQ(ends.read(heard), "world");
  ends.stream().async_shutdown(ended.handler());
  ends.until(ended);
  EXPECT_FALSE(ended.error) << ended.error.message();
  EXPECT_EQ(ends.stream().tls().report().outcome, close_outcome::clean);
}

TEST_P(AsioStream, OneByteAtATime) {
  pair_of_ends ends(GetParam());
  ends.handshake(1);
  ends.peer().seal("slow");
  outcome heard, end;
  EXPECT_EQ(ends.read(heard, 1), "slow");
  ends.peer().tls.close_write();
  EXPECT_EQ(ends.read(end, 1), "");
  EXPECT_EQ(end.error, asio::error::eof);
}

TEST_P(AsioStream, ACutIsAnErrorOfItsOwn) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  ends.peer().seal("half of it");
  ends.let_peer();
  ends.end_transport();
  outcome heard, end;
  std::string space(100, ' ');
  ends.stream().async_read_some(asio::buffer(space), heard.handler());
  ends.wait_for(heard);
  EXPECT_EQ(space.substr(0, heard.count), "half of it");
  ends.stream().async_read_some(asio::buffer(space), end.handler());
  ends.wait_for(end);
  EXPECT_EQ(end.error, stream_errc::truncated);
  EXPECT_EQ(ends.stream().tls().report().outcome, close_outcome::truncated);
}

TEST_P(AsioStream, ACutDuringShutdownToo) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  outcome ended;
  ends.stream().async_shutdown(ended.handler());
  ends.turn();
  ends.ignore_what_came();
  ends.end_transport();
  ends.wait_for(ended);
  EXPECT_EQ(ended.error, stream_errc::truncated);
  EXPECT_EQ(ends.stream().tls().report().outcome, close_outcome::truncated);
}

TEST_P(AsioStream, ThePeersCloseIsAnsweredByTheRead) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  ends.peer().tls.close_write();
  outcome end, ended;
  ends.read(end);
  EXPECT_EQ(end.error, asio::error::eof);
  ends.let_peer();
  EXPECT_EQ(ends.peer().tls.report().outcome, close_outcome::clean);
  ends.stream().async_shutdown(ended.handler());
  ends.wait_for(ended);
  EXPECT_FALSE(ended.error) << ended.error.message();
}

TEST_P(AsioStream, HalfCloseLeavesOurDirectionOpen) {
  pair_of_ends ends(GetParam(), {.answer_close = false});
  ends.handshake();
  ends.peer().tls.close_write();
  outcome end, wrote, again;
  ends.read(end);
  EXPECT_EQ(end.error, asio::error::eof);
  asio::async_write(ends.stream(), asio::buffer("still", 5), wrote.handler());
  ends.until(wrote);
  ends.let_peer();
  EXPECT_EQ(ends.peer().received, "still");
  ends.read(again);
  EXPECT_EQ(again.error, asio::error::eof);
}

TEST_P(AsioStream, APeerThatNeverClosesMeetsTheDeadline) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  outcome ended;
  ends.stream().async_shutdown({.wait = 30ms}, ended.handler());
  ends.turn();
  EXPECT_FALSE(ended.done);
  ends.wait_for(ended);
  EXPECT_EQ(ended.error, asio::error::timed_out);
  EXPECT_EQ(ends.stream().tls().report().outcome, close_outcome::timed_out);
}

TEST_P(AsioStream, APeerThatDoesNotReadMeetsItToo) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  const std::string much(4 << 20, 'x');
  outcome wrote, ended;
  asio::cancellation_signal stop;
  asio::async_write(ends.stream(), asio::buffer(much), asio::bind_cancellation_slot(stop.slot(), wrote.handler()));
  ends.turn();
  stop.emit(asio::cancellation_type::terminal);
  ends.wait_for(wrote);
  EXPECT_EQ(wrote.error, asio::error::operation_aborted);
  ends.stream().async_shutdown({.wait = 30ms}, ended.handler());
  ends.wait_for(ended);
  EXPECT_EQ(ended.error, asio::error::timed_out);
}

TEST_P(AsioStream, APeerThatGoesOnSendingMeetsTheDrainLimit) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  outcome ended;
  ends.stream().async_shutdown({.wait = 10s, .drain = 20000}, ended.handler());
  for (int i = 0; i < 30 && !ended.done; ++i) {
    ends.peer().seal(std::string(1000, 'x'));
    ends.say(ends.peer().tls.take_output());
  }
  ASSERT_TRUE(ended.done);
  EXPECT_EQ(ended.error, stream_errc::drain_limit);
  EXPECT_GE(ends.stream().tls().report().bytes_received, 15000U);
}

TEST_P(AsioStream, ACancelledReadLosesNothing) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  outcome cancelled, heard;
  std::string space(100, ' ');
  asio::cancellation_signal stop;
  ends.stream().async_read_some(asio::buffer(space), asio::bind_cancellation_slot(stop.slot(), cancelled.handler()));
  ends.peer().seal("not lost");
  const auto record = ends.peer().tls.take_output();
  ends.say(std::span(record).first(9));
  stop.emit(asio::cancellation_type::total);
  ends.wait_for(cancelled);
  EXPECT_EQ(cancelled.error, asio::error::operation_aborted);
  ends.say(std::span(record).subspan(9));
  EXPECT_EQ(ends.read(heard), "not lost");
}

TEST_P(AsioStream, ACancelledWriteIsSentByTheNext) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  std::string much(4 << 20, '1');
  outcome wrote, more;
  asio::cancellation_signal stop;
  asio::async_write(ends.stream(), asio::buffer(much), asio::bind_cancellation_slot(stop.slot(), wrote.handler()));
  ends.turn();
  stop.emit(asio::cancellation_type::partial);
  ends.wait_for(wrote);
  EXPECT_EQ(wrote.error, asio::error::operation_aborted);
  ASSERT_GT(wrote.count, 0U);
  ASSERT_LT(wrote.count, much.size());
  asio::async_write(ends.stream(), asio::buffer("2", 1), more.handler());
  ends.until(more);
  ends.let_peer();
  EXPECT_EQ(ends.peer().received, much.substr(0, wrote.count) + "2");
}

TEST_P(AsioStream, DestroyedWithOperationsPending) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  std::string space(10, ' '), much(4 << 20, 'x');
  outcome heard, wrote;
  ends.stream().async_read_some(asio::buffer(space), heard.handler());
  ends.stream().async_write_some(asio::buffer(much), wrote.handler());
  ends.turn();
  ends.destroy_stream();
  ends.wait_for(heard);
  EXPECT_EQ(heard.error, asio::error::operation_aborted);
  ends.wait_for(wrote);
}

TEST_P(AsioStream, DestroyedDuringShutdownAndHandshake) {
  outcome shaken, ended;
  pair_of_ends early(GetParam()), late(GetParam());
  early.stream().async_handshake(shaken.handler());
  early.turn();
  early.destroy_stream();
  early.wait_for(shaken);
  EXPECT_EQ(shaken.error, asio::error::operation_aborted);
  late.handshake();
  late.stream().async_shutdown(ended.handler());
  late.turn();
  late.destroy_stream();
  late.wait_for(ended);
  EXPECT_EQ(ended.error, asio::error::operation_aborted);
}

TEST_P(AsioStream, ContextEndsWithOperationsPending) {  // the sanitizers see whether anything is left
  outcome heard, ended;
  std::string space(10, ' ');
  pair_of_ends ends(GetParam());
  ends.handshake();
  ends.stream().async_read_some(asio::buffer(space), heard.handler());
  ends.turn();
  EXPECT_FALSE(heard.done);
}

TEST_P(AsioStream, OneReadAtATime) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  outcome first, second, ended;
  std::string space(100, ' ');
  ends.stream().async_read_some(asio::buffer(space), first.handler());
  ends.stream().async_read_some(asio::buffer(space), second.handler());
  ends.stream().async_shutdown(ended.handler());
  EXPECT_FALSE(second.done);
  ends.wait_for(second);
  EXPECT_EQ(second.error, asio::error::already_started);
  ends.wait_for(ended);
  EXPECT_EQ(ended.error, asio::error::already_started);
  ends.peer().seal("one");
  ends.until(first);
  EXPECT_EQ(space.substr(0, first.count), "one");
}

TEST_P(AsioStream, EmptyBuffersAreDoneAtOnce) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  outcome heard, wrote;
  ends.stream().async_read_some(asio::mutable_buffer(), heard.handler());
  ends.stream().async_write_some(asio::const_buffer(), wrote.handler());
  EXPECT_FALSE(heard.done || wrote.done);  // never from within the call
  ends.wait_for(heard);
  ends.wait_for(wrote);
  EXPECT_FALSE(heard.error || wrote.error);
}

TEST_P(AsioStream, WritingAfterTheEndIsRefused) {
  pair_of_ends ends(GetParam());
  outcome early, ended, late;
  ends.stream().async_write_some(asio::buffer("x", 1), early.handler());
  ends.wait_for(early);
  EXPECT_EQ(schannix::status_name(early.error), "SEC_E_INVALID_HANDLE");
  ends.handshake();
  ends.stream().async_shutdown(ended.handler());
  ends.until(ended);
  ends.stream().async_write_some(asio::buffer("x", 1), late.handler());
  ends.wait_for(late);
  EXPECT_EQ(schannix::status_name(late.error), "SEC_E_CONTEXT_EXPIRED");
}

TEST_P(AsioStream, AnUntrustedPeerIsToldSo) {
  schannix::credential_options options;
  options.oldest = options.newest = GetParam();
  const schannix::credential trusts_nobody(options);
  pair_of_ends ends(GetParam(), {}, &trusts_nobody);
  outcome shaken;
  ends.stream().async_handshake(shaken.handler());
  ends.until(shaken);
  EXPECT_EQ(schannix::status_name(shaken.error), "SEC_E_UNTRUSTED_ROOT");
  ends.let_peer();
  EXPECT_EQ(ends.peer().tls.report().alert_received, schannix::alert::unknown_ca);
}

TEST_P(AsioStream, ADamagedRecordIsNoEnd) {
  pair_of_ends ends(GetParam());
  ends.handshake();
  ends.peer().seal("harmed");
  auto record = ends.peer().tls.take_output();
  record.back() ^= std::byte{1};
  ends.say(record);
  outcome heard;
  ends.read(heard);
  EXPECT_EQ(heard.error.category(), schannix::category());
  EXPECT_NE(heard.error, stream_errc::truncated);
}

TEST(AsioKeyUpdates, AreAnsweredWhileBothDirectionsAreBusy) {
  pair_of_ends ends(tls_version::tls_1_3);
  ends.handshake();
  const std::string much(1 << 20, 'y');
  outcome wrote;
  asio::async_write(ends.stream(), asio::buffer(much), wrote.handler());
  for (int i = 0; i < 20; ++i) {
    outcome heard;
    ends.peer().tls.update_keys();
    ends.peer().seal("n");
    EXPECT_EQ(ends.read(heard), "n");
  }
  ends.until(wrote);
  ends.let_peer();
  EXPECT_EQ(ends.peer().received, much);
}

// Both ends are streams; a server that echoes until the end, as a coroutine.
asio::awaitable<void> echo(tls_stream& tls) {
  std::vector<char> space(1 << 16);
  co_await tls.async_handshake(asio::use_awaitable);
  std::error_code end;
  while (true) {
    const auto count =
        co_await tls.async_read_some(asio::buffer(space), asio::redirect_error(asio::use_awaitable, end));
    if (end) break;
    co_await asio::async_write(tls, asio::buffer(space, count), asio::use_awaitable);
  }
  EXPECT_EQ(end, asio::error::eof);
  co_await tls.async_shutdown(asio::use_awaitable);
}

TEST_P(AsioStream, CoroutinesAndFutures) {
  asio::io_context io;
  socket a(io), b(io);
  asio::local::connect_pair(a, b);
  tls_stream server(std::move(a), schannix::connection::server(api_test::server_credential(GetParam())));
  tls_stream client(std::move(b), schannix::connection::client(api_test::client_credential(GetParam()), "localhost"));
  auto served = asio::co_spawn(io, echo(server), asio::use_future);
  auto guard = asio::make_work_guard(io);
  std::thread thread([&] { io.run(); });
  client.async_handshake(asio::use_future).get();
  std::string heard(10000, ' ');
  const std::string said(heard.size(), 'z');
  asio::async_write(client, asio::buffer(said), asio::use_future).get();
  asio::async_read(client, asio::buffer(heard), asio::use_future).get();
  EXPECT_EQ(heard, said);
  client.async_shutdown(asio::use_future).get();
  served.get();
  guard.reset();
  thread.join();
}

TEST_P(AsioStream, MuchInBothDirectionsAtOnce) {
  asio::io_context io;
  socket a(io), b(io);
  asio::local::connect_pair(a, b);
  tls_stream server(std::move(a), schannix::connection::server(api_test::server_credential(GetParam())));
  tls_stream client(std::move(b), schannix::connection::client(api_test::client_credential(GetParam()), "localhost"));
  asio::co_spawn(io, echo(server), asio::detached);
  const std::string said(3 << 20, 'z');
  std::string heard(said.size(), ' ');
  outcome wrote, read, ended;
  client.async_handshake([&](std::error_code) {
    asio::async_write(client, asio::buffer(said), wrote.handler());
    asio::async_read(client, asio::buffer(heard), [&](std::error_code error, std::size_t count) {
      read.handler()(error, count);
      client.async_shutdown(ended.handler());
    });
  });
  io.run_for(60s);
  EXPECT_TRUE(wrote.done && read.done && ended.done);
  EXPECT_FALSE(wrote.error || read.error || ended.error);
  EXPECT_EQ(heard, said);
}

TEST_P(AsioStream, MovesAndReplaces) {
  pair_of_ends ends(GetParam()), other(GetParam());
  ends.handshake();
  tls_stream moved(std::move(other.stream()));
  moved = std::move(ends.stream());
  ends.stream() = std::move(moved);
  outcome heard;
  ends.peer().seal("here");
  EXPECT_EQ(ends.read(heard), "here");
}

}  // namespace
}  // namespace asio_test

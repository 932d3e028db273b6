// A stream of ours and a peer that the test moves by hand, on the two ends of a socket pair, in one thread.
#pragma once

#include "api_support.hpp"

#include <schannix/asio.hpp>

#include <asio/io_context.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>

namespace asio_test {

using namespace std::chrono_literals;
using api_test::close_outcome;
using api_test::party;
using api_test::tls_version;
using socket = asio::local::stream_protocol::socket;
using tls_stream = schannix::stream<socket>;

// What an operation said, once it has.
struct outcome {
  bool done = false;
  std::error_code error;
  std::size_t count = 0;
  auto handler() {
    return [this](std::error_code e, std::size_t n = 0) { done = true, error = e, count = n; };
  }
};

class pair_of_ends {
 public:
  explicit pair_of_ends(tls_version version = tls_version::tls_1_3, schannix::connection_options options = {},
                        const schannix::credential* who = nullptr)
      : ours_(io_), theirs_(io_), peer_{schannix::connection::server(api_test::server_credential(version))} {
    asio::local::connect_pair(ours_, theirs_);
    theirs_.non_blocking(true);
    auto tls = schannix::connection::client(who ? *who : api_test::client_credential(version), "localhost",
                                            std::move(options));
    stream_.emplace(std::move(ours_), std::move(tls));
  }

  tls_stream& stream() { return *stream_; }
  party& peer() { return peer_; }
  asio::io_context& io() { return io_; }
  void destroy_stream() { stream_.reset(); }
  void end_transport() { theirs_.close(); }

  // Our side alone: what can be done is done.
  void turn() { io_.restart(), io_.poll(); }

  // The peer takes what has come, and sends what it has to say.
  void let_peer(std::size_t portion = api_test::all_at_once) {
    std::array<std::byte, 4096> space;
    std::error_code error;
    for (std::size_t n = 0; (n = theirs_.read_some(asio::buffer(space), error)) > 0;)
      peer_.tls.feed(std::span(space).first(n)), peer_.drain();
    say(peer_.tls.take_output(), portion);
  }
  void ignore_what_came() {
    std::array<std::byte, 4096> space;
    std::error_code error;
    while (theirs_.read_some(asio::buffer(space), error) > 0) continue;
  }
  void say(std::span<const std::byte> bytes, std::size_t portion = api_test::all_at_once) {
    while (!bytes.empty()) {
      const auto part = bytes.first(std::min(portion, bytes.size()));
      asio::write(theirs_, asio::buffer(part.data(), part.size()));
      turn();
      bytes = bytes.subspan(part.size());
    }
  }
  void until(const outcome& operation, std::size_t portion = api_test::all_at_once) {
    for (int round = 0; round < 2000 && !operation.done; ++round) turn(), let_peer(portion);
    ASSERT_TRUE(operation.done);
  }
  // Without the peer, and with the clock.
  void wait_for(const outcome& operation) {
    for (int round = 0; round < 500 && !operation.done; ++round) io_.restart(), io_.run_for(10ms);
    ASSERT_TRUE(operation.done);
  }

  void handshake(std::size_t portion = api_test::all_at_once) {
    outcome done;
    stream().async_handshake(done.handler());
    until(done, portion);
    ASSERT_FALSE(done.error) << done.error.message();
    let_peer();  // the flight that the handshake ended with
  }
  // What one read brings.
  std::string read(outcome& done, std::size_t portion = api_test::all_at_once) {
    std::string space(100, ' ');
    stream().async_read_some(asio::buffer(space), done.handler());
    until(done, portion);
    return space.substr(0, done.count);
  }

 private:
  asio::io_context io_;
  socket ours_, theirs_;
  party peer_;
  std::optional<tls_stream> stream_;
};

}  // namespace asio_test

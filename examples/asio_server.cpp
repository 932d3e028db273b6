// An echo server on Asio, with callbacks: each connection keeps itself alive until its last handler has run.
//
//   c++ -std=c++20 asio_server.cpp $(pkg-config --cflags --libs schannix) -o asio_server
//   ./asio_server 4433 certificate.pem key.pem
//
// Prints "listening on PORT", then a sentence for each connection, how it ended. Port 0 takes a free one.
#include <schannix/asio.hpp>
#include <schannix/schannix.hpp>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/signal_set.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

using asio::ip::tcp;

std::string content_of(const char* file) { return {std::istreambuf_iterator<char>(std::ifstream(file).rdbuf()), {}}; }

class session : public std::enable_shared_from_this<session> {
 public:
  session(tcp::socket socket, const schannix::credential& who)
      : tls_(std::move(socket), schannix::connection::server(who)) {}

  void start() {
    tls_.async_handshake([self = shared_from_this()](std::error_code error) { error ? self->finish() : self->read(); });
  }

 private:
  void read() {
    tls_.async_read_some(asio::buffer(space_), [self = shared_from_this()](std::error_code error, std::size_t count) {
      error ? self->close() : self->write(count);
    });
  }

  void write(std::size_t count) {
    asio::async_write(
        tls_, asio::buffer(space_, count),
        [self = shared_from_this()](std::error_code error, std::size_t) { error ? self->close() : self->read(); });
  }

  // Bounded: a client that does not close in its turn holds the session for two seconds.
  void close() {
    tls_.async_shutdown({.wait = std::chrono::seconds(2)},
                        [self = shared_from_this()](std::error_code) { self->finish(); });
  }

  void finish() { std::cout << tls_.tls().report().sentence() << std::endl; }

  schannix::stream<tcp::socket> tls_;
  std::array<char, 16384> space_;
};

class server {
 public:
  server(asio::io_context& io, unsigned short port, schannix::credential who)
      : acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), port)), who_(std::move(who)) {
    std::cout << "listening on " << acceptor_.local_endpoint().port() << std::endl;
    accept();
  }

 private:
  void accept() {
    acceptor_.async_accept([this](std::error_code error, tcp::socket socket) {
      if (!error) std::make_shared<session>(std::move(socket), who_)->start();
      accept();
    });
  }

  tcp::acceptor acceptor_;
  schannix::credential who_;
};

int main(int argc, char** argv) try {
  if (argc != 4) throw std::invalid_argument("usage: asio_server PORT CERTIFICATE.pem KEY.pem");
  const auto mine = schannix::certificate::from_pem(content_of(argv[2]), content_of(argv[3]));
  asio::io_context io;
  server listening(io, static_cast<unsigned short>(std::stoul(argv[1])),
                   schannix::credential({.side = schannix::role::server, .certificates = {mine}}));
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](std::error_code, int) { io.stop(); });
  io.run();
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 2;
}

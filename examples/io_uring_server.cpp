// An echo server on io_uring: one ring, any number of connections, each with at most one receive or one send under way.
//
//   c++ -std=c++20 io_uring_server.cpp $(pkg-config --cflags --libs schannix liburing) -o io_uring_server
//   ./io_uring_server 4433 certificate.pem key.pem
// Prints "listening on PORT", then a sentence for each connection, how it ended. Port 0 takes a free one.
#include <arpa/inet.h>
#include <liburing.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <iterator>
#include <schannix/schannix.hpp>

std::string content_of(const char* file) { return {std::istreambuf_iterator<char>(std::ifstream(file).rdbuf()), {}}; }

struct session {
  int socket;
  schannix::connection tls;
  bool sending = false;
  std::array<std::byte, 16384> incoming = {};
};

class server {
 public:
  server(int listening, schannix::credential who) : listening_(listening), who_(std::move(who)) {
    if (const int error = io_uring_queue_init(256, &ring_, 0); error < 0)
      throw std::system_error(-error, std::generic_category(), "io_uring");
    await_connection();
  }

  // Each completion leads to two entries at most, which are submitted before the next: the ring is never full.
  [[noreturn]] void run() {
    while (true) {
      io_uring_submit(&ring_);
      io_uring_cqe* completion = nullptr;
      if (io_uring_wait_cqe(&ring_, &completion) < 0) continue;
      auto* const one = static_cast<session*>(io_uring_cqe_get_data(completion));
      const int result = completion->res;
      io_uring_cqe_seen(&ring_, completion);
      one ? done(*one, result) : accepted(result);
    }
  }

 private:
  void await_connection() {
    auto* const next = io_uring_get_sqe(&ring_);
    io_uring_prep_accept(next, listening_, nullptr, nullptr, 0);
    io_uring_sqe_set_data(next, nullptr);
  }

  void accepted(int socket) {
    if (socket >= 0) go_on(*new session{socket, schannix::connection::server(who_)});
    await_connection();
  }

  void done(session& one, int result) {
    if (one.sending)
      one.tls.output_taken(result > 0 ? static_cast<std::size_t>(result) : one.tls.pending_output().size());
    else if (result > 0)
      one.tls.feed(std::span(one.incoming).first(static_cast<std::size_t>(result)));
    else
      one.tls.transport_ended(result == 0 ? schannix::transport_end::finished : schannix::transport_end::reset);
    go_on(one);
  }

  // What there is to send goes first; then the next bytes are awaited.
  void go_on(session& one) {
    const bool over = react(one.tls);
    const auto output = one.tls.pending_output();
    one.sending = !output.empty();
    if (over && !one.sending) {
      std::cout << one.tls.report().sentence() << std::endl;
      close(one.socket);
      return delete &one;
    }
    auto* const next = io_uring_get_sqe(&ring_);
    if (one.sending)
      io_uring_prep_send(next, one.socket, output.data(), output.size(), MSG_NOSIGNAL);
    else
      io_uring_prep_recv(next, one.socket, one.incoming.data(), one.incoming.size(), 0);
    io_uring_sqe_set_data(next, &one);
  }

  static bool react(schannix::connection& tls) {
    while (true) {
      const schannix::event news = tls.next();
      if (const auto* data = std::get_if<schannix::data_received>(&news); data && tls.can_seal()) tls.seal(data->bytes);
      if (std::holds_alternative<schannix::closed>(news)) return true;
      if (std::holds_alternative<schannix::needs_bytes>(news)) return false;
    }
  }

  int listening_;
  schannix::credential who_;
  io_uring ring_ = {};
};

int listen_on(unsigned short port) {
  const int s = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {}};
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(s, generic, size) != 0 || listen(s, 64) != 0) throw std::system_error(errno, std::generic_category());
  getsockname(s, generic, &size);
  std::cout << "listening on " << ntohs(address.sin_port) << std::endl;
  return s;
}

int main(int argc, char** argv) try {
  if (argc != 4) throw std::invalid_argument("usage: io_uring_server PORT CERTIFICATE.pem KEY.pem");
  const auto mine = schannix::certificate::from_pem(content_of(argv[2]), content_of(argv[3]));
  const schannix::credential who({.side = schannix::role::server, .certificates = {mine}});
  server(listen_on(static_cast<unsigned short>(std::stoul(argv[1]))), who).run();
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 2;
}

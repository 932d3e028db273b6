// A client with an event loop of its own (epoll) on the C++ API, which does no I/O: it is told what has come, and says
// what to send.
//
//   c++ -std=c++20 epoll_client.cpp $(pkg-config --cflags --libs schannix) -o epoll_client
//   ./epoll_client localhost 4433 roots.pem
//
// Exit code: 0 everything arrived, 1 it is not certain, 2 anything else.
#include <schannix/schannix.hpp>

#include <fcntl.h>
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

std::string content_of(const char* file) { return {std::istreambuf_iterator<char>(std::ifstream(file).rdbuf()), {}}; }

int connect_to(const char* host, const char* port) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(host, port, &hints, &found) != 0) throw std::runtime_error("no such host");
  int s = -1;
  for (const auto* one = found; one && s < 0; one = one->ai_next) {
    s = socket(one->ai_family, one->ai_socktype, 0);
    if (connect(s, one->ai_addr, one->ai_addrlen) != 0) close(std::exchange(s, -1));
  }
  freeaddrinfo(found);
  if (s < 0) throw std::runtime_error("cannot connect");
  fcntl(s, F_SETFL, O_NONBLOCK);
  return s;
}

// Sends as much as the socket takes.
void send_some(int s, schannix::connection& tls) {
  while (!tls.pending_output().empty()) {
    const auto bytes = tls.pending_output();
    const auto count = send(s, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) return tls.output_taken(bytes.size());  // nobody takes them any more; reading tells how it ended
    tls.output_taken(static_cast<std::size_t>(count));
  }
}

// Takes all that has come.
void receive_some(int s, schannix::connection& tls) {
  std::array<std::byte, 16384> space;
  while (true) {
    const auto count = recv(s, space.data(), space.size(), 0);
    if (count > 0) {
      tls.feed(std::span(space).first(static_cast<std::size_t>(count)));
    } else {
      if (count == 0) tls.transport_ended();
      if (count < 0 && errno != EAGAIN) tls.transport_ended(schannix::transport_end::reset);
      return;
    }
  }
}

// Says "hello" as soon as it can, prints what comes back, closes after a line. False: it is over.
bool react(schannix::connection& tls) {
  while (true) {
    const schannix::event news = tls.next();
    if (std::holds_alternative<schannix::closed>(news)) return false;
    if (std::holds_alternative<schannix::needs_bytes>(news)) return true;
    if (std::holds_alternative<schannix::handshake_done>(news)) tls.seal(std::as_bytes(std::span("hello\n", 6)));
    if (const auto* data = std::get_if<schannix::data_received>(&news)) {
      const std::string_view text(reinterpret_cast<const char*>(data->bytes.data()), data->bytes.size());
      std::cout << text;
      if (text.ends_with('\n')) tls.close_write();
    }
  }
}

int main(int argc, char** argv) try {
  if (argc != 4) throw std::invalid_argument("usage: epoll_client HOST PORT ROOTS.pem");
  const schannix::credential who({.extra_roots = schannix::certificate::list_from_pem(content_of(argv[3]))});
  auto tls = schannix::connection::client(who, argv[1]);
  const int s = connect_to(argv[1], argv[2]);
  const int loop = epoll_create1(0);
  send_some(s, tls);
  epoll_event wanted{.events = EPOLLIN, .data = {}};
  epoll_ctl(loop, EPOLL_CTL_ADD, s, &wanted);
  do {
    wanted.events = tls.pending_output().empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
    epoll_ctl(loop, EPOLL_CTL_MOD, s, &wanted);
    epoll_event seen{};
    if (epoll_wait(loop, &seen, 1, 10'000) == 0) tls.transport_ended(schannix::transport_end::timed_out);
    receive_some(s, tls);
    const bool goes_on = react(tls);
    send_some(s, tls);
    if (!goes_on) break;
  } while (true);
  close(loop);
  close(s);
  std::cout << tls.report().sentence() << '\n';
  return tls.report().complete() ? 0 : 1;
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 2;
}

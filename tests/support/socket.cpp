#include "support/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

namespace schannix::test {
namespace {

descriptor new_tcp() {
  descriptor made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (made.get() < 0) throw std::runtime_error("no socket");
  return made;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

std::uint16_t bind_any(const descriptor& file) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (bind(file.get(), any, size) != 0 || getsockname(file.get(), any, &size) != 0)
    throw std::runtime_error("no port on 127.0.0.1");
  return ntohs(address.sin_port);
}

// So that short records go out at once.
socket ready(descriptor file) {
  const int on = 1;
  setsockopt(file.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket(std::move(file));
}

}  // namespace

void descriptor::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

int deadline::milliseconds_left() const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::max<decltype(left)>(left, 0));
}

bool deadline::wait_readable(int file) const {
  pollfd watched{file, POLLIN, 0};
  int ready = 0;
  do {
    ready = poll(&watched, 1, milliseconds_left());
  } while (ready < 0 && errno == EINTR);
  return ready == 1;
}

bool socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

transport socket::receive(std::string& into) {
  if (!deadline().wait_readable(get())) throw std::runtime_error("the other side sends nothing");
  std::array<char, 16384> part{};
  const ssize_t size = recv(get(), part.data(), part.size(), 0);
  if (size < 0) return transport::reset;
  into.append(part.data(), static_cast<std::size_t>(size));
  return size == 0 ? transport::ended : transport::open;
}

void socket::end_sending() { shutdown(get(), SHUT_WR); }

listener::listener() : file_(new_tcp()), port_(bind_any(file_)) {
  if (listen(file_.get(), 8) != 0) throw std::runtime_error("cannot listen");
}

socket listener::accept() {
  if (!deadline().wait_readable(get())) throw std::runtime_error("nobody connects");
  descriptor file(accept4(get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (file.get() < 0) throw std::runtime_error("cannot accept");
  return ready(std::move(file));
}

std::optional<socket> try_connect(std::uint16_t port) {
  const sockaddr_in address = loopback(port);
  descriptor file = new_tcp();
  if (::connect(file.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return std::nullopt;
  return ready(std::move(file));
}

socket connect(std::uint16_t port) {
  auto made = try_connect(port);
  if (!made) throw std::runtime_error("cannot connect to port " + std::to_string(port));
  return std::move(*made);
}

std::uint16_t free_port() { return bind_any(new_tcp()); }

}  // namespace schannix::test

#include "link.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace tool {

tls_link::tls_link(unique_fd socket, schannix::connection tls, const terminal* wire)
    : socket_(std::move(socket)), tls_(std::move(tls)), wire_(wire) {}

short tls_link::wanted(bool may_read) const {
  const int read = may_read && !gone_ ? POLLIN : 0;
  const int write = all_sent() ? 0 : POLLOUT;
  return static_cast<short>(read | write);
}

void tls_link::transfer(short ready) {
  if ((ready & POLLOUT) != 0) send();
  if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0 && !gone_) receive();
}

void tls_link::send() {
  while (!all_sent()) {
    const auto bytes = tls_.pending_output();
    const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (sent < 0) {
      // What the peer sent before it reset the connection can still be read; receive() tells the end.
      write_failed_ = true;
      return;
    }
    if (wire_ != nullptr) wire_->trace("wire", fmt::format("-> {} bytes sent", sent));
    tls_.output_taken(static_cast<std::size_t>(sent));
  }
}

void tls_link::receive() {
  std::array<std::byte, 65536> buffer;
  const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (count > 0) {
    if (wire_ != nullptr) wire_->trace("wire", fmt::format("<- {} bytes received", count));
    tls_.feed(std::span(buffer).first(static_cast<std::size_t>(count)));
    return;
  }
  if (count == 0) return ended(write_failed_ ? schannix::transport_end::reset : schannix::transport_end::finished);
  if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) ended(schannix::transport_end::reset);
}

void tls_link::ended(schannix::transport_end how) {
  gone_ = true;
  if (wire_ != nullptr)
    wire_->trace("wire", how == schannix::transport_end::finished ? "<- FIN: TCP ended" : "<- RST: TCP was reset");
  tls_.transport_ended(how);
}

void tls_link::half_close() {
  if (half_closed_) return;
  half_closed_ = true;
  ::shutdown(socket_.get(), SHUT_WR);
  if (wire_ != nullptr) wire_->trace("wire", "-> FIN: TCP half-closed");
}

void linger(tls_link& what, deadline until) {
  while (clock::now() < until) {
    what.send();
    if (what.all_sent()) what.half_close();
    if (what.all_sent() && what.gone()) return;
    pollfd waiting{what.fd(), what.wanted(true), 0};
    if (poll(&waiting, 1, poll_timeout(until)) > 0) what.transfer(waiting.revents);
  }
}

}  // namespace tool

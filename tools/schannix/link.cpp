#include "link.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
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
  if (!socket_) return;  // reset
  if ((ready & POLLOUT) != 0) send();
  if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0 && !gone_) receive();
}

void tls_link::send() {
  while (!all_sent() && send_some(next_to_send().size())) continue;
}

void tls_link::send(std::size_t at_most) {
  if (!all_sent()) send_some(at_most);
}

void tls_link::send_instead(std::vector<std::byte> bytes) {
  instead_.insert(instead_.end(), bytes.begin(), bytes.end());
}

// False: nothing more can be sent for the moment, or ever.
bool tls_link::send_some(std::size_t at_most) {
  const auto next = next_to_send();
  const auto bytes = next.first(std::min(at_most, next.size()));
  const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno == EINTR) return true;
  if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
  if (sent < 0) {
    // What the peer sent before it reset the connection can still be read; receive() tells the end.
    write_failed_ = true;
    return false;
  }
  if (wire_ != nullptr) wire_->trace("wire", fmt::format("-> {} bytes sent", sent));
  if (instead_.empty())
    tls_.output_taken(static_cast<std::size_t>(sent));
  else
    instead_.erase(instead_.begin(), instead_.begin() + sent);
  return true;
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
  if (half_closed_ || !socket_) return;
  half_closed_ = true;
  ::shutdown(socket_.get(), SHUT_WR);
  if (wire_ != nullptr) wire_->trace("wire", "-> FIN: TCP half-closed");
}

void tls_link::reset() {
  const struct linger at_once = {1, 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_ = unique_fd();
  write_failed_ = gone_ = true;
  if (wire_ != nullptr) wire_->trace("wire", "-> RST: TCP reset");
  tls_.transport_ended(schannix::transport_end::reset);
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

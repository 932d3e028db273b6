// A TLS connection on a TCP socket: carries the bytes of a schannix::connection, and ends TCP so that nothing is lost.
//
// The end of a connection (RFC 9112 §9.6): unread bytes in a socket turn its close into a reset, which can destroy what
// the peer has not read yet. So: write everything, half-close, read the rest for a short while, then close.
#pragma once

#include <schannix/schannix.hpp>
#include <string>
#include <vector>

#include "sockets.hpp"
#include "terminal.hpp"

namespace tool {

class tls_link {
 public:
  // wire: for --sspi, where the transfers are told between the calls; nullptr otherwise.
  tls_link(unique_fd socket, schannix::connection tls, const terminal* wire);

  schannix::connection& tls() noexcept { return tls_; }
  const schannix::connection& tls() const noexcept { return tls_; }
  int fd() const noexcept { return socket_.get(); }

  short wanted(bool may_read) const;  // for poll
  void transfer(short ready);         // what poll said
  void send();
  void send(std::size_t at_most);                   // in one portion
  void send_instead(std::vector<std::byte> bytes);  // before what TLS gives out next: what a wicked peer makes of it

  bool all_sent() const { return write_failed_ || next_to_send().empty(); }
  std::size_t backlog() const { return instead_.size() + tls_.pending_output().size(); }

  void half_close();                   // TCP's FIN; TLS says nothing
  void reset();                        // TCP's RST; TLS says nothing, and the socket is closed
  bool gone() const { return gone_; }  // the peer's FIN or a reset arrived

 private:
  std::span<const std::byte> next_to_send() const {
    return instead_.empty() ? tls_.pending_output() : std::span<const std::byte>(instead_);
  }
  bool send_some(std::size_t at_most);
  void receive();
  void ended(schannix::transport_end how);

  unique_fd socket_;
  schannix::connection tls_;
  std::vector<std::byte> instead_;
  const terminal* wire_;
  bool write_failed_ = false;
  bool half_closed_ = false;
  bool gone_ = false;
};

// After the end: sends what is left, half-closes, and reads on until the peer's FIN or `until`.
void linger(tls_link& what, deadline until);

inline constexpr double linger_seconds = 1.0;

}  // namespace tool

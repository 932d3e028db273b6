// Our end of a connection: schannix::connection and its socket, and a tap that counts the peer's alerts on the wire
// without the library's help.
#pragma once

#include <chrono>
#include <schannix/schannix.hpp>
#include <string>
#include <string_view>

#include "support/socket.hpp"

namespace schannix::prove {

// An alert is a record of its own. In TLS 1.2 its type is in the clear; in TLS 1.3 its size tells it: two bytes, the
// type and the tag, and sixteen zeros more from Java, which pads every record. No other record of these conversations
// has either size.
class wire_tap {
 public:
  void see(std::string_view bytes);
  std::size_t alerts() const { return alerts_; }

 private:
  std::string partial_;
  std::size_t alerts_ = 0;
};

class our_end {
 public:
  our_end(test::socket line, connection tls) : line_(std::move(line)), tls_(std::move(tls)) {}

  void shake();                                  // throws when it fails
  void say(std::string_view text);               // one flight
  void await(std::string_view text);             // throws when the connection ends before
  void close_after(std::string_view text = {});  // text and close_notify in one flight
  void end_transport() { line_.end_sending(); }  // FIN
  void reset_transport();
  void hang_up();

  void read_to_close();      // until the peer's close_notify or alert; else until the transport ends
  void read_to_end();        // until the transport ends
  void read_in_one_piece();  // as read_to_close; the bytes up to the first alert are given to the library at once
  bool silent_for(std::chrono::milliseconds time) const;  // nothing comes, not even an end

  const std::string& received() const { return received_; }
  std::size_t alerts_on_the_wire() const { return tap_.alerts(); }
  test::transport transport() const { return transport_; }
  close_report report() const { return tls_.report(); }

 private:
  void send();
  bool receive(std::string& into);
  void take_in();
  void digest(std::string_view bytes);

  test::socket line_;
  connection tls_;
  wire_tap tap_;
  std::string received_;
  test::transport transport_ = test::transport::open;
  bool over_ = false;  // nothing more is delivered
};

}  // namespace schannix::prove

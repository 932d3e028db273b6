// One connection to the peer under test, step by step, each with a deadline.
#pragma once

#include <functional>
#include <schannix/schannix.hpp>
#include <string>

#include "finding.hpp"
#include "link.hpp"

namespace tool {

struct target {
  endpoint where;
  std::string name;      // for SNI
  std::string starttls;  // "": TLS from the first byte
  std::vector<std::string> alpn;
  double timeout = 5;  // seconds, of each step
  std::size_t drain_limit = 1 << 20;
  const terminal* wire = nullptr;  // of --sspi
};

class trial {
 public:
  // Connects, and asks for TLS where that is needed. Throws what connect_to and start_tls throw.
  trial(const target& to, const schannix::credential& who);
  ~trial();  // ends TCP without hurting what is on its way
  trial(const trial&) = delete;
  trial& operator=(const trial&) = delete;

  bool shake();  // the handshake; false: tls().report() says why not
  // Sends close_notify in the flight that ends the handshake. False: no handshake.
  bool shake_and_close();

  schannix::connection& tls() { return wire_.tls(); }
  const std::string& address() const { return address_; }
  const std::string& received() const { return received_; }
  bool ended() const { return ended_; }

  void say(std::string_view text);
  void read_until(const std::function<bool()>& enough, double seconds);
  void leave_unread(double seconds);  // until TCP ends, or so long
  void end_tcp();                     // FIN
  void reset_tcp() { wire_.reset(); }
  observation await_end();    // of the peer
  observation await_close();  // of a peer that was asked to close, and what it does until and after our close_notify

 private:
  trial(const target& to, const schannix::credential& who, connected tcp);
  void turn(deadline until);
  void take_events();
  void await_fin(double seconds);
  bool takes_more();
  observation close_instead();
  peer_end how_it_ended() const;

  const target& to_;
  std::string address_;
  tls_link wire_;
  std::string received_;
  bool close_at_once_ = false;
  bool ended_ = false;
  bool too_much_ = false;
};

}  // namespace tool

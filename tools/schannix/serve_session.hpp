// One client of schannix serve. Its phases: talking until the connection is closed (or ended as --close says), then
// ending TCP.
#pragma once

#include <poll.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "chaos.hpp"
#include "exit_codes.hpp"
#include "link.hpp"
#include "options.hpp"
#include "serve_close.hpp"

namespace tool {

class session {
 public:
  session(const serve_options& options, close_plan plan, const terminal& out, tls_link wire, std::string name,
          const std::optional<chaos>& disorder);

  pollfd polled() const;
  deadline limit() const { return std::min({limit_, answer_at_, send_at_}); }
  bool finished() const { return over_ && ((wire_.all_sent() && wire_.gone()) || clock::now() >= limit_); }
  exit_code code() const { return code_; }

  void turn(short ready);
  void close();

 private:
  void transfer(short ready);
  void look_at_the_clock();
  void take_events();
  void on_handshake_done();
  void on_peer_closed();
  void echo(std::span<const std::byte> bytes);
  void seal_in_disorder(std::span<const std::byte> bytes);
  void send();
  bool must_act() const;
  void act();
  void send_record_behind_close();
  void send_half_a_record();
  void end();

  const serve_options& options_;
  close_plan plan_;
  const terminal& out_;
  tls_link wire_;
  std::string name_;
  std::optional<chaos> chaos_;
  deadline limit_;                        // of the handshake; of the wait for the peer's end; none in between
  deadline answer_at_ = deadline::max();  // of --close=delay
  deadline send_at_ = deadline::max();    // of --chaos; max: not pausing
  bool echoed_ = false;                   // the first echo is sealed, and the plan has not been carried out
  bool joined_ = false;                   // it may be carried out before the echo is sent
  bool acted_ = false;
  bool mute_ = false;          // nothing is read or written any more
  bool answers_close_ = true;  // until the plan has left no room for close_notify
  bool fin_due_ = false;       // as soon as everything is sent
  bool over_ = false;
  exit_code code_ = exit_clean;
};

}  // namespace tool

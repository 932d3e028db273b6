// Our part in a cell: what we say and when we close, and what the peer did then, as words.
#pragma once

#include <string>
#include <string_view>

#include "cell.hpp"
#include "our_end.hpp"

namespace schannix::prove {

class our_part {
 public:
  // waits: this peer is known to wait for something of ours in this scenario.
  our_part(our_end& ours, bool waits) : ours_(ours), waits_(waits) {}

  void enact(scenario what);  // after the handshake, to the end of the transport
  std::string deeds() const;  // of the peer: "late text, close_notify"

 private:
  bool keeps_silent() const;
  bool closed_by_peer() const { return ours_.report().close_received; }
  void close_first(std::string_view text);
  void close_second(std::string_view text = {});

  our_end& ours_;
  bool waits_;
  bool waits_for_close_ = false, waits_for_fin_ = false;
};

}  // namespace schannix::prove

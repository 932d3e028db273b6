// What a peer says it saw: the line of JSON of tests/peers, or the same of the application behind a carrier.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/socket.hpp"

namespace schannix::prove {

struct account {
  std::string peer;  // "GnuTLS 3.7.9"; empty for an application
  bool handshake = false;
  std::size_t received = 0;  // after the question
  std::uint32_t check = 0;   // of these bytes
  std::string end, late, why;
};

inline constexpr std::string_view question = "question", answer = "answer", too_late = "too late";
std::string long_text();  // 40000 bytes, several records
std::uint32_t check_of(std::string_view bytes);

account account_in(const std::string& output);  // throws when there is none

// Plays a part of tests/peers/peer.hpp over a plain connection.
account play_plainly(test::socket line, const std::string& part);

}  // namespace schannix::prove

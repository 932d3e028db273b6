// A cell of the close matrix: a peer, its role, the TLS version, and how the connection ends.
#pragma once

#include <string>
#include <vector>

namespace schannix::prove {

enum class scenario {
  close,         // the peer closes as programs of its kind do
  wait,          // the peer sends close_notify and reads on
  our_close,     // we send close_notify
  fin,           // we end TCP without close_notify
  reset,         // we reset TCP
  our_flight,    // our data and our close_notify in one flight
  their_flight,  // the peer's data and its close_notify, given to us in one piece
  their_late,    // the peer writes after it has read our close_notify
  our_late,      // we write after the peer's close_notify
  crossing,      // the peer closes before it reads our close_notify
};

inline constexpr scenario all_scenarios[] = {
    scenario::close,      scenario::wait,         scenario::our_close,  scenario::fin,      scenario::reset,
    scenario::our_flight, scenario::their_flight, scenario::their_late, scenario::our_late, scenario::crossing};

struct peer;

struct cell {
  const peer* with = nullptr;
  bool peer_is_server = false;
  bool tls_1_3 = false;
  scenario what = scenario::close;
};

std::string name_of(scenario what);  // "their late"
std::string name_of(const cell& one);
const char* part_of_peer(scenario what);  // the SCENARIO of tests/peers/peer.hpp
inline const char* role_of_peer(const cell& one) { return one.peer_is_server ? "server" : "client"; }
inline const char* version_of(const cell& one) { return one.tls_1_3 ? "1.3" : "1.2"; }

// What came of a cell.
struct observation {
  std::string version;                // of the peer: "GnuTLS 3.7.9"
  std::string did;                    // on the wire, after its answer: "close_notify, waits", "fin"
  std::string saw;                    // what it says: "close_notify", "error", "end" (it cannot tell); "late written"
  std::string why;                    // its words for an error
  std::string outcome;                // ours
  std::vector<std::string> breaches;  // of the rules that our side keeps, and of the cell itself
};

}  // namespace schannix::prove

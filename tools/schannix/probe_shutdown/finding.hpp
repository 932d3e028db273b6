// What one probe found: how the peer ended a connection, and how grave that is.
#pragma once

#include <chrono>
#include <optional>
#include <schannix/schannix.hpp>
#include <string>
#include <string_view>

#include "terminal.hpp"

namespace tool {

// In this order; --fail-on compares. man schannix says what each means.
enum class severity { skipped, ok, note, warning, bad };

std::string_view severity_name(severity value);
severity severity_of(std::string_view name);  // "note", "warning", "bad"

enum class probe { close_first, after_handshake, user_canceled, half_close, peer_first, unread_data, fin_only, rst };

inline constexpr probe all_probes[] = {probe::after_handshake, probe::close_first, probe::user_canceled,
                                       probe::half_close,      probe::peer_first,  probe::unread_data,
                                       probe::fin_only,        probe::rst};

std::string_view probe_name(probe value);  // "close-first"
std::string_view probe_does(probe value);  // "we close an idle connection"

// How far the answer to a request came.
enum class answer { not_asked, none, partial, complete };

// What was seen of the peer, in the order in which one thing hides another.
// violation: bytes that TLS refuses.
enum class peer_end { close_notify, alert, violation, reset, fin, silence, too_much };

struct observation {
  peer_end end = peer_end::silence;
  answer answered = answer::not_asked;
  bool unasked = false;    // it ended before we did our part
  bool alive = true;       // rst only: it took the next connection
  bool ended_tcp = false;  // peer-first, after its close_notify: it did not wait for ours
  bool reads_on = false;   // and what we sent behind its FIN met no reset
  std::optional<std::chrono::milliseconds> answered_after = {};  // peer-first, silence: its answer to our close_notify
  schannix::close_report report = {};
};

struct finding {
  probe what{};
  schannix::tls_version version{};
  severity how = severity::skipped;
  std::string sentence;
  observation seen;
};

// In which way the peer ends a connection when it is asked to: what tells the modes of schannix serve --close apart.
enum class manner {
  waits,        // close_notify; TCP stays until ours has come
  no_wait,      // close_notify, and the end of both directions of TCP
  half,         // close_notify, and the end of its own direction alone
  data_behind,  // records behind its close_notify
  fin_only,
  mid_record,  // FIN within a record
  rst,
  fatal,
  violation,  // bytes that TLS refuses
  answers,    // it does not close, and answers our close_notify
  silent,     // nor that
  unknown
};

std::string_view manner_name(manner value);  // "no-wait"
manner manner_of(const observation& seen);   // of peer-first; a pure function

// The verdict: a pure function of what was seen. docs/howto/probe-shutdown.md has it as a table.
struct verdict {
  severity how;
  std::string sentence;
};
verdict judge(probe what, schannix::tls_version version, const observation& seen);

std::string_view version_name(schannix::tls_version version);  // "TLS 1.2"
json as_json(const finding& one);

}  // namespace tool

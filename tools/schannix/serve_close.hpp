// How schannix serve ends a connection: what --close=MODE asks for. The man page says what the client sees of each.
#pragma once

#include <string>

namespace tool {

enum class close_mode {
  answer,            // the client closes first
  clean,             // close_notify; FIN after the client's
  no_wait,           // close_notify and FIN
  fin_only,          // FIN
  rst,               // reset
  silent,            // nothing more is read or written
  half,              // close_notify and FIN, and everything is read till the client's close_notify
  notify_then_data,  // close_notify, and behind it a record that looks like data
  mid_record,        // half of a record, and FIN
  fatal,             // a fatal alert
  delay,             // the client closes first; it is answered late
};

struct close_plan {
  close_mode mode = close_mode::answer;
  unsigned value = 0;  // fatal: the alert; delay: milliseconds

  // The mode does something after the first echo.
  bool acts() const { return mode != close_mode::answer && mode != close_mode::delay; }
  // What it does can follow the echo in the same flight; the others wait until the echo is sent.
  bool can_be_joined() const {
    return mode == close_mode::clean || mode == close_mode::no_wait || mode == close_mode::half ||
           mode == close_mode::notify_then_data || mode == close_mode::fatal;
  }
};

// "clean", "fatal=40", "delay=500", ... Throws std::invalid_argument, which names the modes.
close_plan parse_close(const std::string& text);

}  // namespace tool

// The exit codes of the tool; documented in schannix.1, so their meaning does not change.
#pragma once

#include "schannix/close.hpp"

namespace tool {

enum exit_code : int {
  exit_clean = 0,
  exit_internal = 1,
  exit_usage = 2,
  exit_cannot_connect = 3,
  exit_tls_failed = 4,
  exit_certificate_rejected = 5,
  exit_cut = 6,
  exit_findings = 7,       // probe-shutdown, port scan: as grave as --fail-on, or graver
  exit_incomplete = 8,     // port scan: something could not be read
  exit_interrupted = 130,  // 128 + SIGINT, as shells have it
};

inline exit_code code_of(const schannix::close_report& report) {
  using schannix::close_outcome;
  switch (report.outcome) {
    case close_outcome::clean:
    case close_outcome::clean_without_reply:
      return exit_clean;
    case close_outcome::truncated:
    case close_outcome::reset:
    case close_outcome::timed_out:
      return exit_cut;
    case close_outcome::fatal_alert:
    case close_outcome::not_established:
      return report.certificate_rejected() ? exit_certificate_rejected : exit_tls_failed;
    case close_outcome::aborted:
      return exit_interrupted;
    case close_outcome::open:
      break;
  }
  return exit_internal;
}

}  // namespace tool

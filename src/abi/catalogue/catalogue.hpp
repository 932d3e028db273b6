// What the codes mean that TLS programs meet: statuses, alerts, Windows' Schannel events, and how connections end. The
// one place of these texts: the trace, the C++ API's messages and `schannix explain` read them through SchannixExplain.
#pragma once

#include <schannix_ext.h>

#include <cstddef>
#include <span>

namespace schannix::abi::catalogue {

enum class kind : DWORD {
  status = SCHANNIX_CODE_STATUS,
  alert = SCHANNIX_CODE_ALERT,
  event = SCHANNIX_CODE_EVENT,
  verdict = SCHANNIX_CODE_VERDICT,
};

// The meaning is a clause that fits into a sentence; the rest are sentences. Codes of one kind may have two names: the
// first one is the usual one.
struct entry {
  DWORD code;
  const char* name;
  const char* meaning;
  const char* said_by;
  const char* causes;
  const char* next_step;
};

struct place {
  kind what = kind::status;
  const entry* is = nullptr;  // nullptr: behind the last one
};

place at(std::size_t index);
const entry* find(kind what, DWORD code);  // nullptr: not known

extern const std::span<const entry> sspi_statuses;
extern const std::span<const entry> other_package_statuses;  // SSPI's too, which TLS does not give
extern const std::span<const entry> certificate_statuses;
extern const std::span<const entry> key_statuses;
extern const std::span<const entry> alerts;
extern const std::span<const entry> events;
extern const std::span<const entry> verdicts;

}  // namespace schannix::abi::catalogue

// explain.hpp: what a code means: a status, a TLS alert, an event of Windows' Schannel, or an id of a close report.
//
//   for (const auto& each : schannix::explain("0x80090325"))   // or -2146893019, SEC_E_UNTRUSTED_ROOT, alert 48, 36887
//     std::cout << each.name << ": " << each.meaning << '\n';   // SEC_E_UNTRUSTED_ROOT: the certificate does not lead
//     …
//
// One number can be several codes: then there are several explanations. Nothing is asked of any network.
// Ownership: the texts are the library's, ASCII, and live as long as the process. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schannix/detail/catalogue.hpp"

namespace schannix {
inline namespace v0 {

enum class code_kind { status = 1, alert, log_event, verdict };

struct explanation {
  code_kind kind = code_kind::status;
  std::uint32_t code = 0;
  std::string_view name;       // "SEC_E_UNTRUSTED_ROOT", "unknown_ca", "event 36887", "CLOSE-004"
  std::string_view meaning;    // a clause, without a full stop
  std::string_view said_by;    // this and the rest are sentences
  std::string_view causes;     // likely ones
  std::string_view next_step;  // what to do about it
};

std::string kind_name(code_kind kind);            // "status", "alert", "event", "verdict"
std::string code_text(const explanation& which);  // "0x80090325", "48", "36887", "4"

std::vector<explanation> all_explanations();

// The code as a name in any case, or as a number: 0x80090325, -2146893019, 2148074277, 48. "alert 48", "event 36887"
// and "status 13" ask for one kind. Empty: not known.
std::vector<explanation> explain(std::string_view code);

// Names that look like this one, the likeliest first; a few at most.
std::vector<std::string> similar_names(std::string_view name);

}  // namespace v0
}  // namespace schannix

#include "schannix/detail/explain.ipp"

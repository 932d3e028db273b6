// One OCSP answer about one certificate. RFC 6960
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

enum class revocation_state : std::uint8_t { unknown, good, revoked };

// What the answer says, as far as the issuer stands for it: it has signed, or somebody has whose certificate it issued
// for that (id-kp-OCSPSigning). Stale, early, badly signed, about another certificate, damaged or empty: unknown.
revocation_state state_by_answer(base::bytes_view answer, const certificate& leaf, const certificate& issuer);

}  // namespace schannix::engine

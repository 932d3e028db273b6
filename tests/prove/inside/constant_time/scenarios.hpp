// What is run under valgrind, with every secret marked undefined: keys, IVs, secrets, and plaintext until its record is
// known to be genuine. memcheck then reports each branch and each address that depends on one.
#pragma once

#include <string>

namespace schannix::prove {

// main of that process: one JSON object per scenario on standard output. aead: "evp" or "ipsec-mb".
int run_scenarios(const std::string& aead);

constexpr const char* scenarios_argument = "--scenarios";

}  // namespace schannix::prove

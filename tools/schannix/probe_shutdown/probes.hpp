// The probes: each opens one connection of its own, does one thing, and looks at what the peer does.
#pragma once

#include "dialogue.hpp"
#include "trial.hpp"

namespace tool {

// One connection of one version. Nothing that the peer does is an exception; what it does not let us do is a finding.
finding run_probe(probe what, schannix::tls_version version, const target& to, const dialogue& talk,
                  const schannix::credential& who);

}  // namespace tool

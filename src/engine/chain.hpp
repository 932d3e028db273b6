// The certificates to send behind our own.
#pragma once

#include <vector>

#include "engine/x509.hpp"

namespace schannix::engine {

// From leaf upwards, as far as candidates go; the root itself is left out: the peer has it, or does not trust it.
// spec 3.5
std::vector<certificate> chain_to_send(const certificate& leaf, const std::vector<certificate>& candidates);

}  // namespace schannix::engine

// The certificates to send behind our own.
#pragma once

#include <vector>

#include "engine/x509.hpp"

namespace schannix::engine {

// From leaf upwards, as far as candidates go. The root itself is mostly left out: the peer has it, or does not trust
// it. spec 3.5
enum class root_certificate : std::uint8_t { left_out, sent };
std::vector<certificate> chain_to_send(const certificate& leaf, const std::vector<certificate>& candidates,
                                       root_certificate root = root_certificate::left_out);

}  // namespace schannix::engine

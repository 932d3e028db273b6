// What our side owes in every cell, whoever the peer is. It follows from the rules of closing (RFC 8446 §6.1, RFC 5246
// §7.2.1) and from what went over the wire, never from what was measured.
#pragma once

#include <string>
#include <vector>

#include "account.hpp"
#include "cell.hpp"
#include "our_end.hpp"

namespace schannix::prove {

std::vector<std::string> breaches_of(const cell& one, const our_end& ours, const account& told);

}  // namespace schannix::prove

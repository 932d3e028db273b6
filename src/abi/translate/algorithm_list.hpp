// SCHANNEL_CRED's palgSupportedAlgs. MS specifying-schannel-ciphers-and-cipher-strengths; spec 3.1
#pragma once

#include <schannel.h>

#include <vector>

#include "base/result.hpp"
#include "credential/credential.hpp"

namespace schannix::abi {

// What the list leaves out: of each kind of algorithm (ciphers, hashes, key exchanges, signatures) that it names one
// of, all that it does not name. No list, or none of its length: nothing. Failure: invalid_parameter (too long a list).
base::result<std::vector<engine::disabled_algorithm>> left_out_by(const ALG_ID* list, DWORD count);

}  // namespace schannix::abi

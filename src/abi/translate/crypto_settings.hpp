// TLS_PARAMETERS and CRYPTO_SETTINGS. spec 3.2
#pragma once

#include <schannel.h>

#include <vector>

#include "base/result.hpp"
#include "credential/credential.hpp"

namespace schannix::abi {

struct tls_parameters {
  std::vector<base::bytes> protocols;  // of the application, for which these hold; none: for all others
  DWORD disabled_protocols = 0;
  std::vector<engine::disabled_algorithm> disabled_algorithms;
};

// Those without protocols of the application first; they are there even if the list has none.
// Failures: invalid_parameter (counts, pointers, protocols that are none; of a client, protocols or a second entry; a
// second entry without protocols), unsupported (signatures and RSA's key exchange by length).
base::result<std::vector<tls_parameters>> read_parameters(const TLS_PARAMETERS* list, DWORD count, engine::role side);

}  // namespace schannix::abi

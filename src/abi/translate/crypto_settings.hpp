// TLS_PARAMETERS and CRYPTO_SETTINGS. spec 3.2
#pragma once

#include <schannel.h>

#include <vector>

#include "base/result.hpp"
#include "credential/credential.hpp"

namespace schannix::abi {

struct tls_parameters {
  DWORD disabled_protocols = 0;
  std::vector<engine::disabled_algorithm> disabled_algorithms;
};

// Failures: invalid_parameter (counts, pointers), unsupported (parameters by ALPN, usages other than key exchange,
// cipher and digest).
base::result<tls_parameters> read_parameters(const TLS_PARAMETERS* list, DWORD count, engine::role side);

}  // namespace schannix::abi

// SCHANNEL_CRED and SCH_CREDENTIALS into a policy and its certificates. spec 3
#pragma once

#include <schannel.h>

#include <vector>

#include "credential/credential.hpp"

namespace schannix::abi {

struct credential_request {
  credential::policy policy;
  std::vector<credential::offered_identity> identities;
};

// auth_data may be null for clients. Failures: unknown_credentials (version, format, certificate), no_credentials,
// no_common_algorithm (no protocol left), invalid_parameter (counts and pointers), unsupported.
base::result<credential_request> read_credentials(ULONG use, const void* auth_data);

// What a credential has in effect, as SP_PROT_ bits of its side.
DWORD protocol_bits(engine::version_set versions, engine::role side);
DWORD protocol_bit(engine::tls_version version, engine::role side);

}  // namespace schannix::abi

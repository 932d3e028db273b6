// Making and finding credentials: what AcquireCredentialsHandle and its extension share.
#pragma once

#include <schannix_ext.h>

#include <string_view>

namespace schannix::abi {

struct acquire_call {
  std::string_view package;
  ULONG use;
  const void* auth_data;
  const SCHANNIX_CREDENTIAL_OPTIONS* options;
  SecHandle* credential;
  PTimeStamp expiry;
};

SECURITY_STATUS acquire(const acquire_call& call);
SECURITY_STATUS release_credential(const SecHandle* credential);

}  // namespace schannix::abi

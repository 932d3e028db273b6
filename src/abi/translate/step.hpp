// InitializeSecurityContext and AcceptSecurityContext are one function, with the role as data: the order of its checks
// is spec 4.12.
#pragma once

#include <sspi.h>

#include <string>

#include "context/connection.hpp"

namespace schannix::abi {

struct step_call {
  engine::role called_as;
  const SecHandle* credential;
  const SecHandle* context;
  const char* narrow_name = nullptr;  // the target, in one of two spellings
  const wchar_t* wide_name = nullptr;
  ULONG request;
  const SecBufferDesc* input;
  SecHandle* new_context;
  SecBufferDesc* output;
  schannix_out_ulong attributes;
  PTimeStamp expiry;
};

SECURITY_STATUS step(const step_call& call);

}  // namespace schannix::abi

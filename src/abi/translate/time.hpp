// TimeStamp: 100 ns since 1601, local time. spec 1.4, A-26
#pragma once

#include <sspi.h>

#include <cstdint>

namespace schannix::abi {

void store_never(PTimeStamp into);  // the largest positive value; into may be null
void store_zero(PTimeStamp into);
void store_local(PTimeStamp into, std::int64_t seconds_since_1970);

}  // namespace schannix::abi

// The one table from reasons to Windows' statuses, and from alerts to statuses.
#pragma once

#include <sspi.h>

#include "base/failure.hpp"

namespace schannix::abi {

SECURITY_STATUS status_of(const base::failure& why);

// B.5 of the specification: what DecryptMessage, ISC and ASC say about a fatal alert that was received.
SECURITY_STATUS status_of_alert(std::uint8_t description);

// "SEC_E_OK"; "another status" when it has no name here.
const char* status_name(SECURITY_STATUS status);

}  // namespace schannix::abi

// The close report of schannix_ext.h: what the connection knows and what the program told of its socket, judged and put
// into words by the C++ API's own functions (include/schannix/close.hpp), so that both APIs say the same.
#pragma once

#include <sspi.h>

#include "abi/runtime.hpp"

namespace schannix::abi {

SECURITY_STATUS query_close_report(const context_object& of, void* into);
SECURITY_STATUS set_transport_end(context_object& of, const void* from, ULONG size);

}  // namespace schannix::abi

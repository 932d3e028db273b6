// OpenSSL's queue of errors: emptied before a call whose outcome it explains, and after, so that none is left for the
// program's own use of OpenSSL. And whether a call failed for want of memory: that is neither the peer's doing nor the
// caller's.
#pragma once

#include <openssl/err.h>

#include "base/failure.hpp"

namespace schannix::engine {

// The queue is nearly always empty, and looking is far cheaper than clearing every place in it.
inline void clear_errors() noexcept {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

// Empties the thread's error queue. True: one of the calls that filled it ran out of memory.
inline bool memory_ran_out() noexcept {
  if (ERR_peek_error() == 0) return false;
  bool seen = false;
  while (const unsigned long error = ERR_get_error()) seen = seen || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
  ERR_clear_error();  // also what it kept of them
  return seen;
}

// After a call that failed with nothing else in the queue.
inline base::failure failed_call(base::failure otherwise) noexcept {
  return memory_ran_out() ? base::out_of_memory() : otherwise;
}

}  // namespace schannix::engine

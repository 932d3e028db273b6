// OpenSSL's queue of errors: emptied before a call whose outcome it explains, and after, so that none is left for the
// program's own use of OpenSSL.
#pragma once

#include <openssl/err.h>

namespace schannix::engine {

// It is nearly always empty, and looking is far cheaper than clearing every place in it.
inline void clear_errors() noexcept {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace schannix::engine

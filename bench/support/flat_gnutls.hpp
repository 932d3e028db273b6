// GnuTLS over the flat wire: its transport functions, and its failures as exceptions.
#pragma once

#include <cerrno>
#include <string>

#include <gnutls/gnutls.h>

#include "support/pair.hpp"

namespace schannix::bench::flat_gnutls {

inline void check(int outcome, const char* what) {
  if (outcome < 0) fail(std::string(what) + ": " + gnutls_strerror(outcome));
}

struct duplex {
  wire* in;
  wire* out;
};

inline ssize_t push(gnutls_transport_ptr_t ends, const void* from, std::size_t size) {
  static_cast<duplex*>(ends)->out->push(from, size);
  return static_cast<ssize_t>(size);
}

inline ssize_t pull(gnutls_transport_ptr_t ends, void* into, std::size_t most) {
  const std::size_t size = static_cast<duplex*>(ends)->in->pull(into, most);
  if (size != 0) return static_cast<ssize_t>(size);
  errno = EAGAIN;
  return -1;
}

inline int pull_timeout(gnutls_transport_ptr_t ends, unsigned) {
  return static_cast<duplex*>(ends)->in->waiting() != 0;
}

inline void attach(gnutls_session_t session, duplex& ends) {
  gnutls_transport_set_ptr(session, &ends);
  gnutls_transport_set_push_function(session, push);
  gnutls_transport_set_pull_function(session, pull);
  gnutls_transport_set_pull_timeout_function(session, pull_timeout);
}

}  // namespace schannix::bench::flat_gnutls

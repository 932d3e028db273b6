// Where libgnutls28-dev is not installed.
#include "support/connector.hpp"

namespace schannix::bench {

std::unique_ptr<connector> gnutls_connector(const connection_wanted&, const issued_identity&) { return nullptr; }

}  // namespace schannix::bench

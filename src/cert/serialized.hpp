// A certificate with its companions as one run of bytes: Windows' serialized certificate store. [MS-OSHARED] 2.3.9.2
// (SerializedCertificateStore): its header, an entry for each certificate, leaf first, and the end marker.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "engine/x509.hpp"

namespace schannix::cert {

base::bytes serialize(const std::vector<engine::certificate>& all);

// The certificates in their order; properties are passed over. malformed_object: no such store, or a certificate in it
// that cannot be parsed; not_found: no certificate.
base::result<std::vector<engine::certificate>> deserialize(const engine::environment& env, base::bytes_view store);

}  // namespace schannix::cert

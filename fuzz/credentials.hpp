// Credentials without a session cache, so that no input sees what another has left behind. Clients of one version alone
// have a certificate to show; those of the newest are asked for one.
#pragma once

#include <map>

#include "support/sspi_credential.hpp"

namespace schannix::fuzz {

inline const test::sspi::credential& uncached(test::sspi::role side, test::sspi::tls version) {
  static std::map<std::pair<test::sspi::role, test::sspi::tls>, test::sspi::credential> made;
  const auto found = made.find({side, version});
  if (found != made.end()) return found->second;
  test::sspi::credential_options options{.side = side, .version = version, .lifespan = 0xFFFFFFFF};
  if (side == test::sspi::role::server || version != test::sspi::tls::newest)
    options.certificates = {test::sspi::server_certificate().get()};
  return made.emplace(std::pair(side, version), test::sspi::credential(options)).first->second;
}

}  // namespace schannix::fuzz

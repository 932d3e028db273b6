// Where libipsec-mb was not there at build time: EVP does everything.
#include "engine/aead_key.hpp"

namespace schannix::engine {

std::unique_ptr<aead_back_end> make_ipsec_mb_back_end(const aead_back_end&, std::string& why_not) {
  why_not = "schannix was built without libipsec-mb (Debian: libipsec-mb-dev, on amd64)";
  return nullptr;
}

}  // namespace schannix::engine

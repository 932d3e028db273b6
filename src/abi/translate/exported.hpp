// What leaves a store by PFXExportCertStoreEx.
#pragma once

#include <wincrypt.h>

#include <vector>

#include "engine/x509_writing.hpp"

namespace schannix::abi {

// The certificates with their names and, where a private key can leave, the key. A key that is told by name is looked
// for; one that is not found is told to the event log.
struct exported {
  std::vector<engine::identity> all;
  bool key_told = false;  // one of them has a key, wherever that is
  // The last-error code of the first key that cannot leave: NTE_PERM, or NTE_BAD_KEY (not found).
  DWORD key_left_behind = 0;
};
exported certificates_with_keys(HCERTSTORE store);
exported certificates_alone(HCERTSTORE store);

}  // namespace schannix::abi

#include "abi/runtime.hpp"

namespace schannix::abi {

// Function-local, so that making it is thread-safe and a failure is tried again; never freed, so that handles that
// outlive main still find it.
runtime& the_runtime() {
  static runtime& made = *new runtime;
  return made;
}

const engine::environment& the_environment() { return the_runtime().environment; }

std::shared_ptr<const credential::credential> take_credential(const SecHandle* handle) {
  if (names_nothing(handle)) return nullptr;
  const auto pinned = the_runtime().credentials.take(token_of(*handle), handle::hold::reader);
  return pinned ? pinned->held : nullptr;
}

}  // namespace schannix::abi

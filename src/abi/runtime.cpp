#include "abi/runtime.hpp"

#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <string>

#include "abi/settings/effect.hpp"

namespace schannix::abi {
namespace {

// The callers learn of it as SEC_E_INTERNAL_ERROR, which does not say what to mend: so it is said, once.
void explain(const std::runtime_error& why) {
  static std::atomic<bool> said = false;
  if (said.exchange(true)) return;
  const std::string line = std::string(why.what()) + '\n';
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

// Function-local, so that making it is thread-safe and a failure is tried again; never freed, so that handles that
// outlive main still find it.
runtime& made_once() {
  static runtime& made = *new runtime;
  return made;
}

}  // namespace

runtime::runtime()
    : settings(read_settings_file()),
      environment(engine::secret_source::watched, engine::process_aead_choice(), effect_of(settings)),
      events(logged_levels(settings)) {}

runtime& the_runtime() {
  try {
    return made_once();
  } catch (const std::runtime_error& why) {
    explain(why);
    throw;
  }
}

std::string setup_problem() {
  try {
    made_once();
    return {};
  } catch (const std::runtime_error& why) {
    return why.what();
  }
}

const engine::environment& the_environment() { return the_runtime().environment; }

std::shared_ptr<const credential::credential> take_credential(const SecHandle* handle) {
  if (names_nothing(handle)) return nullptr;
  const auto pinned = the_runtime().credentials.take(token_of(*handle), handle::hold::reader);
  return pinned ? pinned->held : nullptr;
}

}  // namespace schannix::abi

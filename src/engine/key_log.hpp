// The key log as source of secrets, where the watching provider is not in use: SSLKEYLOGFILE lines back into bytes.
#pragma once

#include "engine/kdf_watch.hpp"

namespace schannix::engine {

// Shows the observer the secret of one line, under the label that the key schedule gives it. Other lines are ignored.
void read_key_log_line(const char* line, derivation_observer& observer) noexcept;

}  // namespace schannix::engine

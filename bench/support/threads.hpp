// Records of ours with one thread and with two.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "support/program.hpp"

namespace schannix::bench {

// Nanoseconds of the thread's own CPU time per record of 64 bytes: sealing while nothing else runs, while another
// thread opens on the same context, and while it opens on another context; and opening likewise.
nlohmann::json measure_threads(const identity& own, std::size_t rounds);

}  // namespace schannix::bench

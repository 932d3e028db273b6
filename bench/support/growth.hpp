// Our connections by number: what 1, 100, … idle ones cost each, and what they do to the cost of the next.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "support/program.hpp"

namespace schannix::bench {

// A row for 1 … most idle ones, or as many as the machine's memory holds; and one more for 1, at the end.
nlohmann::json measure_growth(const identity& own, std::size_t rounds, std::size_t most);

}  // namespace schannix::bench

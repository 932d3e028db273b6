// All cells: several at a time, each with its verdict.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "expectations.hpp"
#include "play.hpp"

namespace schannix::prove {

struct result {
  cell one;
  std::optional<std::string> not_offered;  // why; then nothing was played
  observation seen;
  std::vector<std::string> wrong;
};

// only: part of the names of the cells to play; empty: all.
std::vector<result> play_all(const std::string& only, const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace schannix::prove

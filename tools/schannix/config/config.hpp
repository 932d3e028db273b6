// What the commands of `schannix config` have in common.
#pragma once

#include <schannix/settings.hpp>
#include <vector>

#include "options.hpp"

namespace tool {

// A settings file that is refused is a usage_mistake, which says where.
std::vector<schannix::setting> known_settings();

}  // namespace tool

// The asynchronous calls of this process, and what becomes of them when it forks or ends. docs/threads.md
#pragma once

#include "abi/async/calls.hpp"

namespace schannix::abi::async {

calls& the_calls();  // throws std::bad_alloc

}  // namespace schannix::abi::async

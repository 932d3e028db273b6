// Random bytes from libcrypto's generator.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace schannix::engine {

class environment;

base::result<base::bytes> random_bytes(const environment& env, std::size_t count);

}  // namespace schannix::engine

// Random bytes from libcrypto's generator.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace schannix::engine {

class environment;

base::result<base::bytes> random_bytes(const environment& env, std::size_t count);
base::result<void> fill_random(const environment& env, base::bytes_span into);  // on failure: with zeros

}  // namespace schannix::engine

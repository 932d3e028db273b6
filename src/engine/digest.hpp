// Digests of bytes.
#pragma once

#include "base/result.hpp"
#include "engine/key_schedule.hpp"

namespace schannix::engine {

// Failure: memory, or a hash that OpenSSL does not have here.
base::result<base::bytes> digest_of(const environment& env, hash_algorithm hash, base::bytes_view data);

}  // namespace schannix::engine

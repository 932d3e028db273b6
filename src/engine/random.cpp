#include "engine/random.hpp"

#include <openssl/rand.h>

#include <algorithm>

#include "engine/environment.hpp"
#include "engine/openssl_errors.hpp"

namespace schannix::engine {

base::result<base::bytes> random_bytes(const environment& env, std::size_t count) {
  base::bytes made(count);
  if (RAND_bytes_ex(env.library(), made.data(), made.size(), 0) == 1) return made;
  return failed_call(base::bug());
}

base::result<void> fill_random(const environment& env, base::bytes_span into) {
  clear_errors();
  if (RAND_bytes_ex(env.library(), into.data(), into.size(), 0) == 1) return {};
  std::ranges::fill(into, base::byte{0});
  return failed_call(base::bug());
}

}  // namespace schannix::engine

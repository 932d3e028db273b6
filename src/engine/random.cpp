#include "engine/random.hpp"

#include <openssl/rand.h>

#include "engine/environment.hpp"
#include "engine/openssl_errors.hpp"

namespace schannix::engine {

base::result<base::bytes> random_bytes(const environment& env, std::size_t count) {
  base::bytes made(count);
  if (RAND_bytes_ex(env.library(), made.data(), made.size(), 0) == 1) return made;
  return failed_call(base::bug());
}

}  // namespace schannix::engine

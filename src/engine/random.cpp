#include "engine/random.hpp"

#include <openssl/err.h>
#include <openssl/rand.h>

#include "engine/environment.hpp"

namespace schannix::engine {

base::result<base::bytes> random_bytes(const environment& env, std::size_t count) {
  base::bytes made(count);
  if (RAND_bytes_ex(env.library(), made.data(), made.size(), 0) == 1) return made;
  ERR_clear_error();
  return base::bug();
}

}  // namespace schannix::engine

#include "engine/digest.hpp"

#include <openssl/evp.h>

#include "engine/environment.hpp"
#include "engine/openssl_errors.hpp"

namespace schannix::engine {

base::result<base::bytes> digest_of(const environment& env, hash_algorithm hash, base::bytes_view data) {
  base::bytes digest(size_of(hash));
  std::size_t size = 0;
  if (EVP_Q_digest(env.library(), openssl_name(hash), nullptr, data.data(), data.size(), digest.data(), &size) != 1)
    return failed_call(base::bug());
  return digest;
}

}  // namespace schannix::engine

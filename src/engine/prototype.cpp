#include "engine/prototype.hpp"

#include <openssl/ssl.h>

namespace schannix::engine {

bool show(ssl_st* ssl, const local_identity& identity) {
  STACK_OF(X509)* const chain = sk_X509_new_null();
  bool ok = chain != nullptr;
  for (const certificate& one : identity.chain) ok = ok && sk_X509_push(chain, one.native()) > 0;
  ok = ok && SSL_use_cert_and_key(ssl, identity.leaf.native(), identity.key.native(), chain, 1) == 1;
  sk_X509_free(chain);
  return ok;
}

owned<ssl_st> prototype::begin(ssl_ctx_st* from, const std::vector<local_identity>& identities) {
  const std::lock_guard held(lock_);
  if (!made_) {
    owned<ssl_st> first(SSL_new(from));
    // OpenSSL keeps one certificate of each kind of key, the last one given: so that the first counts, from the back.
    for (auto one = identities.rbegin(); first && one != identities.rend(); ++one)
      if (!show(first.get(), *one)) first.reset();
    made_ = std::move(first);
  }
  return owned<ssl_st>(made_ ? SSL_dup(made_.get()) : nullptr);
}

}  // namespace schannix::engine

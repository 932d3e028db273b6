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

namespace {

// OpenSSL keeps one certificate of each kind of key, the last one given: so that the first counts, from the back.
owned<ssl_st> with_identities(ssl_ctx_st* from, const std::vector<local_identity>& identities) {
  owned<ssl_st> made(SSL_new(from));
  for (auto one = identities.rbegin(); made && one != identities.rend(); ++one)
    if (!show(made.get(), *one)) made.reset();
  return made;
}

}  // namespace

owned<ssl_st> prototype::begin(ssl_ctx_st* from, const std::vector<local_identity>& identities) {
  const std::lock_guard held(lock_);
  if (!asked_) {
    asked_ = true;
    return with_identities(from, identities);
  }
  if (!made_) made_ = with_identities(from, identities);
  return owned<ssl_st>(made_ ? SSL_dup(made_.get()) : nullptr);
}

}  // namespace schannix::engine

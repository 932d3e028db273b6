// A client's answer to a CertificateRequest. OpenSSL waits (SSL_ERROR_WANT_X509_LOOKUP) until it is given.
// RFC 5246 §7.4.4, RFC 8446 §4.3.2
#include <openssl/ssl.h>

#include <algorithm>
#include <new>

#include "engine/handshake_state.hpp"
#include "engine/openssl_errors.hpp"
#include "engine/prototype.hpp"

namespace schannix::engine {
namespace {

base::bytes der_of(const X509_NAME* name) {
  const unsigned char* der = nullptr;
  std::size_t size = 0;
  if (X509_NAME_get0_der(name, &der, &size) != 1) return {};
  return {der, der + size};
}

}  // namespace

std::vector<base::bytes> handshake::wanted_issuers() const {
  std::vector<base::bytes> names;
  const STACK_OF(X509_NAME)* const list = SSL_get0_peer_CA_list(state_->ssl.get());
  const int count = std::max(sk_X509_NAME_num(list), 0);  // -1: no list
  names.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) names.push_back(der_of(sk_X509_NAME_value(list, i)));
  return names;
}

bool handshake::suits_request(const local_identity& one, bool any_issuer) const {
  SSL* const ssl = state_->ssl.get();
  STACK_OF(X509)* const chain = sk_X509_new_null();
  bool complete = chain != nullptr;
  for (const certificate& link : one.chain) complete = complete && sk_X509_push(chain, link.native()) > 0;
  clear_errors();
  const int found = complete ? SSL_check_chain(ssl, one.leaf.native(), one.key.native(), chain) : 0;
  clear_errors();
  sk_X509_free(chain);
  if (!complete) throw std::bad_alloc();
  // Up to TLS 1.2 the server lists kinds of keys besides algorithms; in TLS 1.3 an algorithm stands for a curve, too.
  int needed = CERT_PKEY_SIGN | (state_->is_tls13() ? CERT_PKEY_EE_SIGNATURE : CERT_PKEY_CERT_TYPE);
  if (!any_issuer) needed |= CERT_PKEY_ISSUER_NAME;
  return (found & needed) == needed;
}

base::result<bool> handshake::show_certificate(const local_identity& one) {
  clear_errors();
  if (!show(state_->ssl.get(), one)) {
    if (memory_ran_out()) return base::out_of_memory();
    return false;
  }
  state_->setup.identities = {one};
  state_->certificate_answered = true;
  return true;
}

// Not even the one that an earlier request was answered with.
void handshake::show_no_certificate() noexcept {
  SSL_certs_clear(state_->ssl.get());
  state_->certificate_answered = true;
}

}  // namespace schannix::engine

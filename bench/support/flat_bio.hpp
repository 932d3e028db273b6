// A BIO straight over two wires, and owners of OpenSSL's objects. Compiles with BoringSSL's headers too.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>

#include "support/pair.hpp"

namespace schannix::bench {

template <auto Free>
struct freed_by {
  template <class Object>
  void operator()(Object* object) const noexcept {
    Free(object);
  }
};
using owned_context = std::unique_ptr<SSL_CTX, freed_by<SSL_CTX_free>>;
using owned_ssl = std::unique_ptr<SSL, freed_by<SSL_free>>;
using owned_session = std::unique_ptr<SSL_SESSION, freed_by<SSL_SESSION_free>>;
using owned_certificate = std::unique_ptr<X509, freed_by<X509_free>>;
using owned_key = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using owned_bio = std::unique_ptr<BIO, freed_by<BIO_free>>;

struct duplex {
  wire* in;
  wire* out;
};

namespace flat_bio {

inline int write(BIO* bio, const char* from, int size) {
  static_cast<duplex*>(BIO_get_data(bio))->out->push(from, static_cast<std::size_t>(size));
  return size;
}

inline int read(BIO* bio, char* into, int most) {
  BIO_clear_retry_flags(bio);
  const std::size_t size = static_cast<duplex*>(BIO_get_data(bio))->in->pull(into, static_cast<std::size_t>(most));
  if (size != 0) return static_cast<int>(size);
  BIO_set_retry_read(bio);
  return -1;
}

inline long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

inline BIO_METHOD* make_method() {
  BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "flat wire");
  must(method != nullptr, "BIO_meth_new");
  BIO_meth_set_write(method, write);
  BIO_meth_set_read(method, read);
  BIO_meth_set_ctrl(method, control);
  return method;
}

// ends must outlive ssl.
inline void attach(SSL* ssl, duplex& ends) {
  static const BIO_METHOD* const method = make_method();
  BIO* const bio = BIO_new(method);
  BIO_set_data(bio, &ends);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
}

}  // namespace flat_bio

inline owned_certificate read_certificate(const std::string& pem) {
  const owned_bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  owned_certificate read(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
  must(read != nullptr, "the certificate cannot be read");
  return read;
}

inline void use_identity(SSL_CTX* context, const std::string& certificate, const std::string& key) {
  const owned_bio text(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())));
  const owned_key own(PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr));
  must(own && SSL_CTX_use_certificate(context, read_certificate(certificate).get()) == 1 &&
           SSL_CTX_use_PrivateKey(context, own.get()) == 1,
       "the certificate cannot be used");
}

inline void set_version(SSL_CTX* context, int minor) {
  const auto version = static_cast<std::uint16_t>(minor == 3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  must(SSL_CTX_set_min_proto_version(context, version) == 1 && SSL_CTX_set_max_proto_version(context, version) == 1,
       "no such version");
}

}  // namespace schannix::bench

// OpenSSL, and, compiled with its headers, BoringSSL.
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>

#include "peer.hpp"

namespace schannix::peers {
namespace {

std::string last_error() {
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  return text;
}

class openssl final : public stack {
 public:
  explicit openssl(const job& wanted)
      : context_(SSL_CTX_new(wanted.server ? TLS_server_method() : TLS_client_method())), server_(wanted.server) {
    const std::uint16_t version = wanted.tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    if (wanted.server)
      must(SSL_CTX_use_certificate_chain_file(context_.get(), wanted.certificate.c_str()) == 1 &&
               SSL_CTX_use_PrivateKey_file(context_.get(), wanted.key.c_str(), SSL_FILETYPE_PEM) == 1,
           "certificate");
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), wanted.socket);
  }

  void handshake() override {
    if ((server_ ? SSL_accept(ssl_.get()) : SSL_connect(ssl_.get())) != 1) fail(last_error());
  }

  reading read(char* into, std::size_t room) override {
    ERR_clear_error();
    errno = 0;
    const int size = SSL_read(ssl_.get(), into, static_cast<int>(room));
    if (size > 0) return {static_cast<std::size_t>(size)};
    const int kind = SSL_get_error(ssl_.get(), size);
    if (kind == SSL_ERROR_ZERO_RETURN) return {0, ending::close_notify};
    if (kind == SSL_ERROR_SYSCALL && errno == 0 && ERR_peek_error() == 0) return {0, ending::fin};
    return {0, ending::error, kind == SSL_ERROR_SYSCALL ? std::strerror(errno) : last_error()};
  }

  bool write(std::string_view bytes) override {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
  }

  void close() override { SSL_shutdown(ssl_.get()); }  // once: it does not wait

 private:
  struct freer {
    void operator()(SSL_CTX* one) const { SSL_CTX_free(one); }
    void operator()(SSL* one) const { SSL_free(one); }
  };
  std::unique_ptr<SSL_CTX, freer> context_;
  std::unique_ptr<SSL, freer> ssl_;
  bool server_;
};

}  // namespace

std::unique_ptr<stack> make_stack(const job& wanted) { return std::make_unique<openssl>(wanted); }

std::string stack_version() {
#ifdef OPENSSL_IS_BORINGSSL
  return "BoringSSL, API " + std::to_string(BORINGSSL_API_VERSION);  // it has no other number
#else
  const std::string text = OpenSSL_version(OPENSSL_VERSION);
  return text.substr(0, text.find(' ', text.find(' ') + 1));
#endif
}

}  // namespace schannix::peers

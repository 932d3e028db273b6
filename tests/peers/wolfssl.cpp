#include <wolfssl/options.h>
// In this order: the options say what the library was built with.
#include <wolfssl/error-ssl.h>
#include <wolfssl/ssl.h>

#include "peer.hpp"

namespace schannix::peers {
namespace {

WOLFSSL_METHOD* method_of(const job& wanted) {
  if (wanted.tls_1_3) return wanted.server ? wolfTLSv1_3_server_method() : wolfTLSv1_3_client_method();
  return wanted.server ? wolfTLSv1_2_server_method() : wolfTLSv1_2_client_method();
}

class wolfssl final : public stack {
 public:
  explicit wolfssl(const job& wanted) : server_(wanted.server) {
    wolfSSL_Init();
    context_ = wolfSSL_CTX_new(method_of(wanted));
    must(context_ != nullptr, "wolfSSL_CTX_new");
    wolfSSL_CTX_set_verify(context_, WOLFSSL_VERIFY_NONE, nullptr);
    if (server_)
      must(wolfSSL_CTX_use_certificate_chain_file(context_, wanted.certificate.c_str()) == WOLFSSL_SUCCESS &&
               wolfSSL_CTX_use_PrivateKey_file(context_, wanted.key.c_str(), WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS,
           "certificate");
    ssl_ = wolfSSL_new(context_);
    wolfSSL_set_fd(ssl_, wanted.socket);
  }
  ~wolfssl() override {
    wolfSSL_free(ssl_);
    wolfSSL_CTX_free(context_);
  }

  void handshake() override {
    const int done = server_ ? wolfSSL_accept(ssl_) : wolfSSL_connect(ssl_);
    if (done != WOLFSSL_SUCCESS) fail(text_of(wolfSSL_get_error(ssl_, done)));
  }

  reading read(char* into, std::size_t room) override {
    const int size = wolfSSL_read(ssl_, into, static_cast<int>(room));
    if (size > 0) return {static_cast<std::size_t>(size)};
    const int kind = wolfSSL_get_error(ssl_, size);
    if (kind == WOLFSSL_ERROR_ZERO_RETURN) return {0, ending::close_notify};
    return {0, ending::error, text_of(kind)};
  }

  bool write(std::string_view bytes) override {
    return wolfSSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
  }

  void close() override { wolfSSL_shutdown(ssl_); }

 private:
  static std::string text_of(int error) {
    char text[WOLFSSL_MAX_ERROR_SZ];
    return wolfSSL_ERR_error_string(static_cast<unsigned long>(error), text);
  }

  bool server_;
  WOLFSSL_CTX* context_ = nullptr;
  WOLFSSL* ssl_ = nullptr;
};

}  // namespace

std::unique_ptr<stack> make_stack(const job& wanted) { return std::make_unique<wolfssl>(wanted); }
std::string stack_version() { return std::string("wolfSSL ") + wolfSSL_lib_version(); }

}  // namespace schannix::peers

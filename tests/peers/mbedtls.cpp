// mbedTLS 2.28: TLS 1.2 only.
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>

#include "peer.hpp"

namespace schannix::peers {
namespace {

class mbedtls final : public stack {
 public:
  explicit mbedtls(const job& wanted) {
    must(!wanted.tls_1_3, "mbedTLS 2.28 ends at TLS 1.2");
    mbedtls_entropy_init(&entropy_);
    mbedtls_ctr_drbg_init(&random_);
    mbedtls_x509_crt_init(&certificate_);
    mbedtls_pk_init(&key_);
    mbedtls_ssl_config_init(&config_);
    mbedtls_ssl_init(&ssl_);
    network_.fd = wanted.socket;
    must(mbedtls_ctr_drbg_seed(&random_, mbedtls_entropy_func, &entropy_, nullptr, 0) == 0, "random numbers");
    mbedtls_ssl_config_defaults(&config_, wanted.server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
                                MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_authmode(&config_, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_rng(&config_, mbedtls_ctr_drbg_random, &random_);
    if (wanted.server)
      must(mbedtls_x509_crt_parse_file(&certificate_, wanted.certificate.c_str()) == 0 &&
               mbedtls_pk_parse_keyfile(&key_, wanted.key.c_str(), nullptr) == 0 &&
               mbedtls_ssl_conf_own_cert(&config_, &certificate_, &key_) == 0,
           "certificate");
    must(mbedtls_ssl_setup(&ssl_, &config_) == 0, "mbedtls_ssl_setup");
    mbedtls_ssl_set_bio(&ssl_, &network_, mbedtls_net_send, mbedtls_net_recv, nullptr);
  }
  ~mbedtls() override {
    mbedtls_ssl_free(&ssl_);
    mbedtls_ssl_config_free(&config_);
    mbedtls_pk_free(&key_);
    mbedtls_x509_crt_free(&certificate_);
    mbedtls_ctr_drbg_free(&random_);
    mbedtls_entropy_free(&entropy_);
  }

  void handshake() override {
    if (const int done = mbedtls_ssl_handshake(&ssl_); done != 0) fail(text_of(done));
  }

  reading read(char* into, std::size_t room) override {
    const int size = mbedtls_ssl_read(&ssl_, reinterpret_cast<unsigned char*>(into), room);
    if (size > 0) return {static_cast<std::size_t>(size)};
    if (size == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) return {0, ending::close_notify};
    if (size == 0) return {0, ending::fin};
    return {0, ending::error, text_of(size)};
  }

  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const int size = mbedtls_ssl_write(&ssl_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
      if (size < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }

  void close() override { mbedtls_ssl_close_notify(&ssl_); }

 private:
  static std::string text_of(int error) {
    char text[200];
    mbedtls_strerror(error, text, sizeof text);
    return text;
  }

  mbedtls_entropy_context entropy_;
  mbedtls_ctr_drbg_context random_;
  mbedtls_x509_crt certificate_;
  mbedtls_pk_context key_;
  mbedtls_ssl_config config_;
  mbedtls_ssl_context ssl_;
  mbedtls_net_context network_;
};

}  // namespace

std::unique_ptr<stack> make_stack(const job& wanted) { return std::make_unique<mbedtls>(wanted); }

std::string stack_version() {
  char text[18];
  mbedtls_version_get_string_full(text);
  return std::string(text).replace(0, 8, "mbedTLS");
}

}  // namespace schannix::peers

#include <gnutls/gnutls.h>

#include "peer.hpp"

namespace schannix::peers {
namespace {

class gnutls final : public stack {
 public:
  explicit gnutls(const job& wanted) {
    gnutls_certificate_allocate_credentials(&credentials_);
    if (wanted.server)
      must(gnutls_certificate_set_x509_key_file(credentials_, wanted.certificate.c_str(), wanted.key.c_str(),
                                                GNUTLS_X509_FMT_PEM) >= 0,
           "certificate");
    gnutls_init(&session_, wanted.server ? GNUTLS_SERVER : GNUTLS_CLIENT);
    const char* const versions = wanted.tls_1_3 ? "NORMAL:-VERS-ALL:+VERS-TLS1.3" : "NORMAL:-VERS-ALL:+VERS-TLS1.2";
    must(gnutls_priority_set_direct(session_, versions, nullptr) == 0, "priorities");
    gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, credentials_);
    gnutls_transport_set_int(session_, wanted.socket);
  }
  ~gnutls() override {
    gnutls_deinit(session_);
    gnutls_certificate_free_credentials(credentials_);
  }

  void handshake() override {
    int done = 0;
    do {
      done = gnutls_handshake(session_);
    } while (done < 0 && gnutls_error_is_fatal(done) == 0);
    if (done < 0) fail(gnutls_strerror(done));
  }

  reading read(char* into, std::size_t room) override {
    ssize_t size = 0;
    do {
      size = gnutls_record_recv(session_, into, room);
    } while (size < 0 && gnutls_error_is_fatal(static_cast<int>(size)) == 0);  // tickets, for one
    if (size > 0) return {static_cast<std::size_t>(size)};
    if (size == 0) return {0, ending::close_notify};
    return {0, ending::error, gnutls_strerror_name(static_cast<int>(size))};
  }

  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t size = gnutls_record_send(session_, bytes.data(), bytes.size());
      if (size < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }

  void close() override { gnutls_bye(session_, GNUTLS_SHUT_WR); }

 private:
  gnutls_certificate_credentials_t credentials_ = nullptr;
  gnutls_session_t session_ = nullptr;
};

}  // namespace

std::unique_ptr<stack> make_stack(const job& wanted) { return std::make_unique<gnutls>(wanted); }
std::string stack_version() { return std::string("GnuTLS ") + gnutls_check_version(nullptr); }

}  // namespace schannix::peers

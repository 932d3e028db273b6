// GnuTLS: gnutls_record_send and gnutls_record_recv, its transport functions over the flat wire.

#include <gnutls/gnutls.h>

#include "support/flat_gnutls.hpp"
#include "support/pair.hpp"

namespace schannix::bench {
namespace {

using flat_gnutls::check;
using flat_gnutls::duplex;

constexpr const char* suite_names[] = {"AES-128-GCM", "AES-256-GCM", "CHACHA20-POLY1305"};

gnutls_datum_t datum(const char* text) {
  return {reinterpret_cast<unsigned char*>(const_cast<char*>(text)), static_cast<unsigned>(std::strlen(text))};
}

class pair {
 public:
  explicit pair(const bench_wanted& wanted) {
    check(gnutls_certificate_allocate_credentials(&own_), "credentials");
    check(gnutls_certificate_allocate_credentials(&none_), "credentials");
    const gnutls_datum_t certificate = datum(wanted.certificate), key = datum(wanted.key);
    check(gnutls_certificate_set_x509_key_mem(own_, &certificate, &key, GNUTLS_X509_FMT_PEM), "certificate");
    begin(client_, GNUTLS_CLIENT, none_, client_ends_, wanted);
    begin(server_, GNUTLS_SERVER, own_, server_ends_, wanted);
    int ours = GNUTLS_E_AGAIN, theirs = GNUTLS_E_AGAIN;
    for (int turns = 0; turns < 10 && (ours != 0 || theirs != 0); ++turns) {
      if (ours != 0) ours = gnutls_handshake(client_);
      if (theirs != 0) theirs = gnutls_handshake(server_);
    }
    check(ours, "client");
    check(theirs, "server");
  }
  pair(const pair&) = delete;
  pair& operator=(const pair&) = delete;
  ~pair() {
    gnutls_deinit(client_);
    gnutls_deinit(server_);
    gnutls_certificate_free_credentials(own_);
    gnutls_certificate_free_credentials(none_);
  }

  void prepare(std::size_t, std::size_t) { to_server_.clear(); }

  void seal(std::size_t size, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      must(gnutls_record_send(client_, payload(), size) == static_cast<ssize_t>(size), "gnutls_record_send");
  }

  void open(std::size_t size, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      must(gnutls_record_recv(server_, plain_.data(), plain_.size()) == static_cast<ssize_t>(size),
           "gnutls_record_recv");
  }

  const unsigned char* opened() const noexcept { return plain_.data(); }

 private:
  static void begin(gnutls_session_t& session, unsigned side, gnutls_certificate_credentials_t credentials,
                    duplex& ends, const bench_wanted& wanted) {
    check(gnutls_init(&session, side | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS), "gnutls_init");
    const std::string priority = std::string("NONE:+ECDHE-ECDSA:+AEAD:+SIGN-ALL:+GROUP-X25519:+COMP-NULL:+VERS-TLS1.") +
                                 static_cast<char>('0' + wanted.minor) + ":+" + suite_names[wanted.suite];
    check(gnutls_priority_set_direct(session, priority.c_str(), nullptr), "priority");
    check(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials), "credentials");
    flat_gnutls::attach(session, ends);
  }

  wire to_server_, to_client_;
  duplex client_ends_{&to_client_, &to_server_}, server_ends_{&to_server_, &to_client_};
  gnutls_certificate_credentials_t own_ = nullptr, none_ = nullptr;
  gnutls_session_t client_ = nullptr, server_ = nullptr;
  std::array<unsigned char, largest_record> plain_;
};

}  // namespace
}  // namespace schannix::bench

SCHANNIX_BENCH_MODULE(schannix::bench::pair)

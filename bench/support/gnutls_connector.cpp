// GnuTLS used directly, with the policy that our side has: the same suite, the same checks, tickets where there are
// any.
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <cstring>

#include "support/connector.hpp"
#include "support/flat_gnutls.hpp"

namespace schannix::bench {
namespace {

constexpr char name[] = "a.test";

using flat_gnutls::check;
using flat_gnutls::duplex;

gnutls_datum_t datum(const std::string& text) {
  return {reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())), static_cast<unsigned>(text.size())};
}

// What all connections of one side share.
struct shared_side {
  gnutls_certificate_credentials_t credentials = nullptr;
  gnutls_priority_t priority = nullptr;
  gnutls_datum_t ticket_key{}, kept{};  // servers; clients: the session for the next connection
  bool client, verify, resume;

  shared_side(bool is_client, const connection_wanted& wanted, const issued_identity& own)
      : client(is_client), verify(wanted.verify && is_client), resume(wanted.resume) {
    check(gnutls_certificate_allocate_credentials(&credentials), "credentials");
    const gnutls_datum_t leaf = datum(own.leaf.certificate), key = datum(own.leaf.key), root = datum(own.root);
    if (!client)
      check(gnutls_certificate_set_x509_key_mem(credentials, &leaf, &key, GNUTLS_X509_FMT_PEM), "certificate");
    if (verify) check(gnutls_certificate_set_x509_system_trust(credentials), "system trust");
    if (verify) check(gnutls_certificate_set_x509_trust_mem(credentials, &root, GNUTLS_X509_FMT_PEM), "root");
    const std::string rules = std::string(
                                  "NONE:+ECDHE-ECDSA:+ECDHE-RSA:+AEAD:+SIGN-ALL:+GROUP-X25519:+COMP-NULL:+CTYPE-X509:"
                                  "+AES-128-GCM:+VERS-TLS1.") +
                              static_cast<char>('0' + wanted.minor);
    check(gnutls_priority_init(&priority, rules.c_str(), nullptr), "priority");
    if (!client && resume) check(gnutls_session_ticket_key_generate(&ticket_key), "ticket key");
  }
  shared_side(const shared_side&) = delete;
  shared_side& operator=(const shared_side&) = delete;
  ~shared_side() {
    gnutls_free(ticket_key.data);
    gnutls_free(kept.data);
    gnutls_priority_deinit(priority);
    gnutls_certificate_free_credentials(credentials);
  }
};

class end final : public connection_end {
 public:
  explicit end(shared_side& from) : from_(from) {
    const unsigned side = from.client ? GNUTLS_CLIENT : GNUTLS_SERVER;
    check(gnutls_init(&session_, side | GNUTLS_NONBLOCK | (from.resume ? 0U : unsigned{GNUTLS_NO_TICKETS})),
          "gnutls_init");
    check(gnutls_priority_set(session_, from.priority), "priority");
    check(gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, from.credentials), "credentials");
    flat_gnutls::attach(session_, ends_);
    if (from.client)
      begin_client();
    else if (from.resume)
      check(gnutls_session_ticket_enable_server(session_, &from.ticket_key), "tickets");
  }
  end(const end&) = delete;
  end& operator=(const end&) = delete;
  ~end() override { gnutls_deinit(session_); }

  bool turn(wire& in, wire& out) override {
    if (in.waiting() == 0 && (started_ || !from_.client)) return false;
    started_ = true;
    ends_ = {&in, &out};
    if (!established_) shake();
    while (in.waiting() != 0 && established_) take_ticket();
    must(in.waiting() == 0, "the handshake fails");
    if (established_ && from_.client && from_.resume) keep();
    in.clear();
    return true;
  }
  bool established() const override { return established_; }
  bool resumed() override { return gnutls_session_is_resumed(session_) != 0; }

 private:
  void begin_client() {
    check(gnutls_server_name_set(session_, GNUTLS_NAME_DNS, name, sizeof name - 1), "name");
    if (from_.verify) gnutls_session_set_verify_cert(session_, name, 0);
    if (from_.kept.data != nullptr)
      check(gnutls_session_set_data(session_, from_.kept.data, from_.kept.size), "session");
  }
  void shake() {
    const int outcome = gnutls_handshake(session_);
    if (outcome != GNUTLS_E_AGAIN) check(outcome, "gnutls_handshake");
    established_ = outcome == 0;
  }
  void take_ticket() {
    unsigned char unused = 0;
    const ssize_t outcome = gnutls_record_recv(session_, &unused, 1);
    must(outcome == GNUTLS_E_AGAIN || outcome == GNUTLS_E_INTERRUPTED, "data instead of a ticket");
  }
  void keep() {
    gnutls_datum_t now{};
    check(gnutls_session_get_data2(session_, &now), "session");
    gnutls_free(from_.kept.data);
    from_.kept = now;
  }

  shared_side& from_;
  duplex ends_{};
  gnutls_session_t session_ = nullptr;
  bool started_ = false, established_ = false;
};

class maker final : public connector {
 public:
  maker(const connection_wanted& wanted, const issued_identity& own)
      : client_(true, wanted, own), server_(false, wanted, own) {}
  std::unique_ptr<connection_end> client() override { return std::make_unique<end>(client_); }
  std::unique_ptr<connection_end> server() override { return std::make_unique<end>(server_); }

 private:
  shared_side client_, server_;
};

}  // namespace

std::unique_ptr<connector> gnutls_connector(const connection_wanted& wanted, const issued_identity& own) {
  return std::make_unique<maker>(wanted, own);
}

}  // namespace schannix::bench

// OpenSSL used directly, with the policy that our side has: one SSL_CTX per side, the same suite, the same checks, two
// tickets where there are any. TLS over the flat BIO, which costs less than memory BIOs.
#include <openssl/x509v3.h>

#include "support/connector.hpp"
#include "support/flat_bio.hpp"

namespace schannix::bench {
namespace {

constexpr char name[] = "a.test";

// What the client's context keeps for the next connection.
using kept_session = owned_session;

class end final : public connection_end {
 public:
  end(SSL_CTX* from, bool client, bool verify, kept_session* kept) : ssl_(SSL_new(from)) {
    must(ssl_ != nullptr, "SSL_new");
    flat_bio::attach(ssl_.get(), ends_);
    if (client)
      begin(verify, kept);
    else
      SSL_set_accept_state(ssl_.get());
  }
  ~end() override { SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); }

  bool turn(wire& in, wire& out) override {
    if (in.waiting() == 0 && (started_ || SSL_is_server(ssl_.get()))) return false;
    started_ = true;
    ends_ = {&in, &out};
    if (!established()) SSL_do_handshake(ssl_.get());
    if (in.waiting() != 0 && established()) take_tickets();
    must(in.waiting() == 0, "the handshake fails");
    in.clear();
    return true;
  }
  bool established() const override { return SSL_is_init_finished(ssl_.get()) == 1; }
  bool resumed() override { return SSL_session_reused(ssl_.get()) == 1; }

 private:
  void begin(bool verify, const kept_session* kept) {
    SSL_set_connect_state(ssl_.get());
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(name));
    if (verify) must(SSL_set1_host(ssl_.get(), name) == 1, "SSL_set1_host");
    if (kept != nullptr && *kept) must(SSL_set_session(ssl_.get(), kept->get()) == 1, "SSL_set_session");
  }
  void take_tickets() {
    unsigned char unused = 0;
    SSL_read(ssl_.get(), &unused, 1);
    ERR_clear_error();
  }
  duplex ends_{};
  owned_ssl ssl_;
  bool started_ = false;
};

int keep(SSL* ssl, SSL_SESSION* session) {
  static_cast<kept_session*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)))->reset(session);
  return 1;
}

owned_context make(const SSL_METHOD* method, const connection_wanted& wanted) {
  owned_context made(SSL_CTX_new(method));
  must(made != nullptr, "SSL_CTX_new");
  set_version(made.get(), wanted.minor);
  must(SSL_CTX_set_ciphersuites(made.get(), "TLS_AES_128_GCM_SHA256") == 1 &&
           SSL_CTX_set_cipher_list(made.get(), "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256") == 1,
       "no such suite");
  SSL_CTX_set_session_cache_mode(made.get(), SSL_SESS_CACHE_OFF);
  if (!wanted.resume) SSL_CTX_set_options(made.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(made.get(), wanted.resume ? 2 : 0);
  SSL_CTX_set_mode(made.get(), SSL_MODE_RELEASE_BUFFERS);
  return made;
}

class maker final : public connector {
 public:
  maker(const connection_wanted& wanted, const issued_identity& own)
      : wanted_(wanted), client_(make(TLS_client_method(), wanted)), server_(make(TLS_server_method(), wanted)) {
    use_identity(server_.get(), own.leaf.certificate, own.leaf.key);
    SSL_CTX_set_verify(client_.get(), wanted.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (wanted.verify) trust(own.root);
    if (!wanted.resume) return;
    SSL_CTX_set_app_data(client_.get(), &kept_);
    SSL_CTX_set_session_cache_mode(client_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(client_.get(), keep);
    must(SSL_CTX_set_session_id_context(server_.get(), reinterpret_cast<const unsigned char*>(name), sizeof name) == 1,
         "no session id context");
  }
  std::unique_ptr<connection_end> client() override {
    return std::make_unique<end>(client_.get(), true, wanted_.verify, wanted_.resume ? &kept_ : nullptr);
  }
  std::unique_ptr<connection_end> server() override {
    return std::make_unique<end>(server_.get(), false, false, nullptr);
  }

 private:
  void trust(const std::string& root) {
    SSL_CTX_set_default_verify_paths(client_.get());
    X509_STORE_add_cert(SSL_CTX_get_cert_store(client_.get()), read_certificate(root).get());
  }
  connection_wanted wanted_;
  kept_session kept_;
  owned_context client_, server_;
};

}  // namespace

std::unique_ptr<connector> openssl_connector(const connection_wanted& wanted, const issued_identity& own) {
  return std::make_unique<maker>(wanted, own);
}

}  // namespace schannix::bench

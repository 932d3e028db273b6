#include "support/openssl_peer.hpp"

#include <openssl/err.h>

#include <array>
#include <stdexcept>

namespace schannix::test::sspi {
namespace {

void must(bool outcome, const char* what) {
  if (!outcome) throw std::runtime_error(std::string("OpenSSL peer: ") + what);
}

void show(SSL_CTX* context, const peer_identity& identity) {
  STACK_OF(X509)* const chain = sk_X509_new_null();
  for (const auto& one : identity.chain) sk_X509_push(chain, one.certificate.get());
  const int done =
      SSL_CTX_use_cert_and_key(context, identity.leaf.certificate.get(), identity.leaf.key.get(), chain, 1);
  sk_X509_free(chain);
  must(done == 1, "certificate");
}

// Whatever the system's policy: old versions and weak keys have to be there to be tested.
void choose_algorithms(SSL_CTX* context, const peer_options& options) {
  SSL_CTX_set_security_level(context, 0);
  must(SSL_CTX_set_min_proto_version(context, options.version) == 1, "version");
  must(SSL_CTX_set_max_proto_version(context, options.newest != 0 ? options.newest : options.version) == 1, "version");
  const std::string ciphers = (options.ciphers.empty() ? "DEFAULT" : options.ciphers) + ":@SECLEVEL=0";
  must(SSL_CTX_set_cipher_list(context, ciphers.c_str()) == 1, "ciphers");
  if (!options.suites.empty()) must(SSL_CTX_set_ciphersuites(context, options.suites.c_str()) == 1, "suites");
  if (!options.signatures.empty())
    must(SSL_CTX_set1_sigalgs_list(context, options.signatures.c_str()) == 1, "signatures");
  if (!options.groups.empty()) must(SSL_CTX_set1_groups_list(context, options.groups.c_str()) == 1, "groups");
}

std::shared_ptr<SSL_CTX> new_context(const peer_options& options) {
  std::shared_ptr<SSL_CTX> made(SSL_CTX_new(options.server ? TLS_server_method() : TLS_client_method()), SSL_CTX_free);
  must(made != nullptr, "context");
  choose_algorithms(made.get(), options);
  for (const auto& one : options.identities) show(made.get(), one);
  must(SSL_CTX_set_num_tickets(made.get(), options.tickets) == 1, "tickets");
  if (!options.session_tickets && options.version != TLS1_3_VERSION) SSL_CTX_set_options(made.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_session_id_context(made.get(), reinterpret_cast<const unsigned char*>("peer"), 4);
  SSL_CTX_set_mode(made.get(), SSL_MODE_ENABLE_PARTIAL_WRITE);
  if (options.max_fragment != 0) must(SSL_CTX_set_max_send_fragment(made.get(), options.max_fragment) == 1, "fragment");
  return made;
}

int take_any(int, X509_STORE_CTX*) { return 1; }

void ask_certificate(SSL* ssl, const peer_options& options) {
  SSL_set_verify(ssl, SSL_VERIFY_PEER, take_any);
  for (const pki::issued& one : options.issuers) must(SSL_add1_to_CA_list(ssl, one.certificate.get()) == 1, "issuers");
}

}  // namespace

openssl_peer::openssl_peer(const peer_options& options)
    : protocols_(options.protocols),
      stapled_(options.stapled),
      context_(new_context(options)),
      ssl_(SSL_new(context_.get()), SSL_free) {
  must(ssl_ != nullptr, "connection");
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), -1);
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_info_callback(ssl_.get(), on_info);
  if (options.server) {
    SSL_CTX_set_alpn_select_cb(context_.get(), protocols_.empty() ? nullptr : on_protocols, this);
    if (options.asks_certificate) ask_certificate(ssl_.get(), options);
    SSL_CTX_callback_ctrl(context_.get(), SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB, reinterpret_cast<void (*)()>(on_status));
    SSL_CTX_ctrl(context_.get(), SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB_ARG, 0, this);
    SSL_set_accept_state(ssl_.get());
    return;
  }
  const auto* list = reinterpret_cast<const unsigned char*>(protocols_.data());
  if (!protocols_.empty())
    must(SSL_set_alpn_protos(ssl_.get(), list, static_cast<unsigned>(protocols_.size())) == 0, "protocols");
  if (!options.server_name.empty())
    must(SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(options.server_name.c_str())) == 1,
         "server name");
  if (options.asks_status) must(SSL_set_tlsext_status_type(ssl_.get(), TLSEXT_STATUSTYPE_ocsp) == 1, "status");
  SSL_set_connect_state(ssl_.get());
}

int openssl_peer::on_status(SSL* ssl, void* self) {
  const std::string& answer = static_cast<openssl_peer*>(self)->stapled_;
  if (answer.empty()) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_tlsext_status_ocsp_resp(ssl, OPENSSL_memdup(answer.data(), answer.size()), static_cast<long>(answer.size()));
  return SSL_TLSEXT_ERR_OK;
}

bool openssl_peer::was_asked_status() const { return SSL_get_tlsext_status_type(ssl_.get()) == TLSEXT_STATUSTYPE_ocsp; }

std::string openssl_peer::stapled() const {
  const unsigned char* answer = nullptr;
  const long size = SSL_get_tlsext_status_ocsp_resp(ssl_.get(), &answer);
  return size > 0 ? std::string(reinterpret_cast<const char*>(answer), static_cast<std::size_t>(size)) : std::string();
}

void openssl_peer::on_info(const SSL* ssl, int where, int value) {
  if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT) return;
  auto* const self = static_cast<openssl_peer*>(SSL_get_app_data(ssl));
  self->alert_ = received_alert{value >> 8, value & 0xFF};
}

int openssl_peer::on_protocols(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size,
                               const unsigned char* in, unsigned in_size, void* self) {
  const std::string& ours = static_cast<openssl_peer*>(self)->protocols_;
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, reinterpret_cast<const unsigned char*>(ours.data()),
                                          static_cast<unsigned>(ours.size()), in, in_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void openssl_peer::start() { give({}); }

void openssl_peer::give(std::string_view bytes) {
  if (!bytes.empty()) BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  ERR_clear_error();
  if (!SSL_is_init_finished(ssl_.get())) {
    const int outcome = SSL_do_handshake(ssl_.get());
    if (outcome <= 0 && SSL_get_error(ssl_.get(), outcome) == SSL_ERROR_SSL) failed_ = true;
  }
  if (SSL_is_init_finished(ssl_.get())) read_all();
}

void openssl_peer::read_all() {
  std::array<char, 16384> part;
  for (;;) {
    ERR_clear_error();
    const int size = SSL_read(ssl_.get(), part.data(), static_cast<int>(part.size()));
    if (size > 0) {
      received_.append(part.data(), static_cast<std::size_t>(size));
      continue;
    }
    if (SSL_get_error(ssl_.get(), size) == SSL_ERROR_SSL) failed_ = true;
    return;
  }
}

std::string openssl_peer::take() {
  BIO* const output = SSL_get_wbio(ssl_.get());
  std::string bytes(BIO_ctrl_pending(output), '\0');
  if (!bytes.empty()) BIO_read(output, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

bool openssl_peer::established() const { return SSL_is_init_finished(ssl_.get()) == 1; }
bool openssl_peer::saw_close() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
bool openssl_peer::resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

std::string openssl_peer::asked_name() const {
  const char* const name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  return name != nullptr ? name : "";
}

std::string openssl_peer::agreed_protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(name), size);
}

std::string openssl_peer::session_id() const {
  unsigned size = 0;
  const unsigned char* const id = SSL_SESSION_get_id(SSL_get_session(ssl_.get()), &size);
  return std::string(reinterpret_cast<const char*>(id), size);
}

void openssl_peer::write(std::string_view data) {
  do {
    std::size_t written = 0;
    must(SSL_write_ex(ssl_.get(), data.data(), data.size(), &written) == 1 || data.empty(), "write");
    data.remove_prefix(written);
  } while (!data.empty());
}

void openssl_peer::close() { SSL_shutdown(ssl_.get()); }

void openssl_peer::update_keys(bool request) {
  must(SSL_key_update(ssl_.get(), request ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED) == 1, "KeyUpdate");
  must(SSL_do_handshake(ssl_.get()) == 1, "KeyUpdate");
}

void openssl_peer::send_ticket() {
  must(SSL_new_session_ticket(ssl_.get()) == 1, "ticket");
  must(SSL_do_handshake(ssl_.get()) == 1, "ticket");
}

void openssl_peer::resume_from(SSL_SESSION* session) { must(SSL_set_session(ssl_.get(), session) == 1, "session"); }

}  // namespace schannix::test::sspi

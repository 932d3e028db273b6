#include "engine_peer.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include <stdexcept>

namespace schannix::test {
namespace {

void must(bool outcome, const char* what) {
  if (!outcome) throw std::runtime_error(std::string("the peer of a test cannot be made: ") + what);
}

octets from_hex(const std::string& text) {
  long size = 0;
  unsigned char* const data = OPENSSL_hexstr2buf(text.c_str(), &size);
  must(data != nullptr, "hex");
  octets made(data, data + size);
  OPENSSL_free(data);
  return made;
}

void set_algorithms(SSL_CTX* context, const peer_setup& setup) {
  SSL_CTX_set_security_level(context, 0);  // TLS 1.0 and 1.1 too
  must(SSL_CTX_set_min_proto_version(context, setup.lowest) == 1, "lowest version");
  must(SSL_CTX_set_max_proto_version(context, setup.highest) == 1, "highest version");
  if (!setup.suites.empty()) must(SSL_CTX_set_cipher_list(context, setup.suites.c_str()) == 1, "suites");
  if (!setup.suites13.empty()) must(SSL_CTX_set_ciphersuites(context, setup.suites13.c_str()) == 1, "TLS 1.3 suites");
  if (!setup.groups.empty()) must(SSL_CTX_set1_groups_list(context, setup.groups.c_str()) == 1, "groups");
  if (!setup.signatures.empty()) must(SSL_CTX_set1_sigalgs_list(context, setup.signatures.c_str()) == 1, "signatures");
}

int accept_any(X509_STORE_CTX*, void*) { return 1; }

}  // namespace

openssl_peer::openssl_peer(const peer_setup& setup)
    : setup_(setup),
      context_(SSL_CTX_new(setup.server ? TLS_server_method() : TLS_client_method()), SSL_CTX_free),
      ssl_(nullptr, SSL_free) {
  must(context_ != nullptr, "context");
  SSL_CTX* const context = context_.get();
  set_algorithms(context, setup);
  SSL_CTX_set_options(context, setup.options);
  if (!setup.allows_renegotiation) SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(context, setup.tickets);
  SSL_CTX_set_dh_auto(context, 1);
  SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>("test"), 4);
  SSL_CTX_set_cert_verify_callback(context, accept_any, nullptr);
  if (setup.asks_certificate) SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_keylog_callback(context, see_key_log);
  SSL_CTX_set_msg_callback(context, see_message);
  SSL_CTX_set_msg_callback_arg(context, this);
  if (setup.server && !setup.protocols.empty()) SSL_CTX_set_alpn_select_cb(context, choose_protocol, this);
  for (const pki::issued& one : setup.identities)
    must(SSL_CTX_use_cert_and_key(context, one.certificate.get(), one.key.get(), nullptr, 1) == 1, "identity");

  ssl_.reset(SSL_new(context));
  must(ssl_ != nullptr, "SSL");
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  if (setup.server) {
    SSL_set_accept_state(ssl_.get());
    return;
  }
  SSL_set_connect_state(ssl_.get());
  if (!setup.name.empty()) {
    std::string name = setup.name;
    must(SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1, "name");
  }
  if (setup.resumes != nullptr) must(SSL_set_session(ssl_.get(), setup.resumes) == 1, "session");
  if (!setup.protocols.empty())
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(setup.protocols.data()),
                        static_cast<unsigned>(setup.protocols.size()));
}

void openssl_peer::give(std::span<const std::uint8_t> wire) {
  if (!wire.empty()) BIO_write(SSL_get_rbio(ssl_.get()), wire.data(), static_cast<int>(wire.size()));
}

octets openssl_peer::take() {
  BIO* const out = SSL_get_wbio(ssl_.get());
  octets wire(BIO_ctrl_pending(out));
  if (!wire.empty()) BIO_read(out, wire.data(), static_cast<int>(wire.size()));
  return wire;
}

void openssl_peer::note_failure(int returned) {
  const int error = SSL_get_error(ssl_.get(), returned);
  if (error == SSL_ERROR_SSL || error == SSL_ERROR_SYSCALL) failed_ = true;
  ERR_clear_error();
}

void openssl_peer::shake() {
  ERR_clear_error();
  note_failure(SSL_do_handshake(ssl_.get()));
}

bool openssl_peer::established() const { return SSL_is_init_finished(ssl_.get()) == 1; }

bool openssl_peer::write(std::span<const std::uint8_t> data) {
  ERR_clear_error();
  std::size_t written = 0;
  const int returned = SSL_write_ex(ssl_.get(), data.data(), data.size(), &written);
  if (returned != 1) note_failure(returned);
  return returned == 1 && written == data.size();
}

octets openssl_peer::read() {
  octets all;
  for (;;) {
    std::uint8_t part[20000];
    ERR_clear_error();
    const int count = SSL_read(ssl_.get(), part, sizeof part);
    if (count <= 0) {
      note_failure(count);
      return all;
    }
    all.insert(all.end(), part, part + count);
  }
}

bool openssl_peer::closed() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

void openssl_peer::close() {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

void openssl_peer::update_keys(bool request_peer) {
  must(SSL_key_update(ssl_.get(), request_peer ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED) == 1,
       "KeyUpdate");
  shake();
}

void openssl_peer::renegotiate() {
  must(SSL_renegotiate(ssl_.get()) == 1, "renegotiation");
  shake();
}

octets openssl_peer::secret(const std::string& label) const {
  const auto found = secrets_.find(label);
  return found == secrets_.end() ? octets{} : found->second;
}

octets openssl_peer::server_random() const {
  octets made(32);
  SSL_get_server_random(ssl_.get(), made.data(), made.size());
  return made;
}

octets openssl_peer::client_random() const {
  octets made(32);
  SSL_get_client_random(ssl_.get(), made.data(), made.size());
  return made;
}

octets openssl_peer::finished(bool of_peer) const {
  octets made(64);
  made.resize(of_peer ? SSL_get_peer_finished(ssl_.get(), made.data(), made.size())
                      : SSL_get_finished(ssl_.get(), made.data(), made.size()));
  return made;
}

// A copy: OpenSSL bars the session of a connection that ends without close_notify from coming back.
std::shared_ptr<SSL_SESSION> openssl_peer::session() const {
  return {SSL_SESSION_dup(SSL_get_session(ssl_.get())), SSL_SESSION_free};
}

void openssl_peer::see_message(int sent, int, int type, const void* data, std::size_t size, SSL*, void* self) {
  auto& peer = *static_cast<openssl_peer*>(self);
  const auto* const at = static_cast<const std::uint8_t*>(data);
  if (type == SSL3_RT_ALERT && size >= 2) (sent != 0 ? peer.alert_sent : peer.alert_received) = at[1];
  if (type != SSL3_RT_HANDSHAKE || size == 0 || sent != 0) return;
  if (at[0] == SSL3_MT_NEWSESSION_TICKET) ++peer.tickets_received;
  if (at[0] == SSL3_MT_KEY_UPDATE) ++peer.key_updates_received;
}

// LABEL client-random secret
void openssl_peer::see_key_log(const SSL* ssl, const char* line) {
  auto& peer = *static_cast<openssl_peer*>(SSL_get_app_data(ssl));
  const std::string text(line);
  peer.secrets_[text.substr(0, text.find(' '))] = from_hex(text.substr(text.rfind(' ') + 1));
}

int openssl_peer::choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                                  unsigned in_size, void* self) {
  const std::string& ours = static_cast<openssl_peer*>(self)->setup_.protocols;
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, reinterpret_cast<const unsigned char*>(ours.data()),
                                          static_cast<unsigned>(ours.size()), in, in_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::vector<octets> records_of(std::span<const std::uint8_t> wire) {
  std::vector<octets> all;
  while (!wire.empty()) {
    std::size_t size = wire.size();
    if (wire.size() >= 5) size = std::min<std::size_t>(size, 5u + (static_cast<std::size_t>(wire[3]) << 8 | wire[4]));
    all.emplace_back(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size));
    wire = wire.subspan(size);
  }
  return all;
}

}  // namespace schannix::test

#include "prove/inside/secrets/known_peer.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "engine/environment.hpp"
#include "prove/inside/secrets/watched_process.hpp"

namespace schannix::prove {
namespace {

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("the peer: ") + what);
}

// Where the derivations of all peers are watched.
const engine::environment& watching() {
  static const engine::environment made;
  must(made.secrets() == engine::secret_source::watched, "no watching provider");
  return made;
}

// The early secret of a connection without a pre-shared key is the same everywhere. RFC 8446 §7.1
bool is_constant(const octets& value) {
  const octets zeros(value.size());
  octets constant(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  HMAC(value.size() == 48 ? EVP_sha384() : EVP_sha256(), zeros.data(), static_cast<int>(zeros.size()), zeros.data(),
       zeros.size(), constant.data(), &size);
  constant.resize(size);
  return value == constant;
}

octets masked(const octets& value, std::uint8_t mask) {
  octets made(value);
  for (std::uint8_t& one : made) one ^= mask;
  return made;
}

// The value, and what HMAC makes of it when it is the key. RFC 2104 §2
void add_all(std::vector<needle>& to, const std::string& name, const octets& value) {
  to.push_back({name, value});
  if (value.size() < 16) return;
  to.push_back({name + ", in HMAC", masked(value, 0x36)});
  to.push_back({name + ", in HMAC", masked(value, 0x5C)});
}

}  // namespace

std::shared_ptr<SSL_CTX> known_peer::make_context(const peer_kind& kind) {
  std::shared_ptr<SSL_CTX> made(SSL_CTX_new_ex(watching().library(), engine::watch_property_query, TLS_method()),
                                SSL_CTX_free);
  const int version = kind.tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
  must(made && SSL_CTX_set_min_proto_version(made.get(), version) == 1 &&
           SSL_CTX_set_max_proto_version(made.get(), version) == 1,
       "version");
  must((kind.tls13 ? SSL_CTX_set_ciphersuites : SSL_CTX_set_cipher_list)(made.get(), kind.suite.c_str()) == 1, "suite");
  SSL_CTX_set_session_id_context(made.get(), reinterpret_cast<const unsigned char*>("known"), 5);
  if (kind.identity != nullptr)
    must(SSL_CTX_use_cert_and_key(made.get(), kind.identity->certificate.get(), kind.identity->key.get(), nullptr, 1) ==
             1,
         "identity");
  return made;
}

known_peer::known_peer(const std::shared_ptr<SSL_CTX>& context, bool server, std::string name)
    : ssl_(SSL_new(context.get()), SSL_free), name_(std::move(name)) {
  must(ssl_ != nullptr, "connection");
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  (server ? SSL_set_accept_state : SSL_set_connect_state)(ssl_.get());
}

// "key" and "iv" are named after the traffic secret that they follow.
void known_peer::derived(std::string_view label, base::bytes_view output) noexcept {
  const octets value(output.begin(), output.end());
  const bool is_sent = label.ends_with(" finished");  // in the Finished messages of TLS 1.2
  if (value.size() < 12 || is_sent || is_constant(value)) return;
  if (label == "resumption" || label.ends_with("master secret")) {
    add_all(sessions_, name_ + std::string(label), value);
    return;
  }
  if (label.find("traffic") != std::string_view::npos) stage_ = label;
  const bool of_traffic = label == "key" || label == "iv";
  const std::string name = name_ + (of_traffic ? stage_ + ' ' : "") + std::string(label);
  add_all(keys_, name, value);
  const bool chacha_block = label == "key expansion" && value.size() == 88;  // two IVs of 12 bytes at its end
  if (chacha_block)
    for (const int end : {24, 12}) keys_.push_back({name + " IV", octets(value.end() - end, value.end() - end + 12)});
}

void known_peer::go_on() {
  if (!established()) SSL_do_handshake(ssl_.get());
  std::array<char, 4096> data;
  while (established() && SSL_read(ssl_.get(), data.data(), static_cast<int>(data.size())) > 0) {
  }
}

std::string known_peer::take() {
  BIO* const output = SSL_get_wbio(ssl_.get());
  std::string bytes(BIO_ctrl_pending(output), '\0');
  if (!bytes.empty()) BIO_read(output, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

std::string known_peer::give(std::string_view bytes) {
  if (!bytes.empty()) BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  const engine::observing now(*this);
  go_on();
  return take();
}

std::string known_peer::write(std::string_view data) {
  must(SSL_write(ssl_.get(), data.data(), static_cast<int>(data.size())) == static_cast<int>(data.size()), "write");
  return take();
}

std::string known_peer::update_keys() {
  const engine::observing now(*this);
  must(SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake(ssl_.get()) == 1, "KeyUpdate");
  return take();
}

void known_peer::export_material(const std::string& label) {
  const engine::observing now(*this);  // what lies between
  octets output(exported_size);
  const int done =
      SSL_export_keying_material(ssl_.get(), output.data(), output.size(), label.data(), label.size(), nullptr, 0, 0);
  must(done == 1, "exporter");
  add_all(keys_, name_ + "exported", output);
}

std::string known_peer::close() {
  SSL_shutdown(ssl_.get());
  return take();
}

std::shared_ptr<SSL_SESSION> known_peer::session() const { return {SSL_get1_session(ssl_.get()), SSL_SESSION_free}; }
void known_peer::resume(SSL_SESSION* session) { must(SSL_set_session(ssl_.get(), session) == 1, "session"); }

}  // namespace schannix::prove

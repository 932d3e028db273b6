// BearSSL: TLS 1.2 only; br_sslio is its own blocking interface.
#include <bearssl.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "peer.hpp"

namespace schannix::peers {
namespace {

int receive(void* context, unsigned char* into, std::size_t room) {
  const long size = receive_some(*static_cast<int*>(context), into, room);
  return size <= 0 ? -1 : static_cast<int>(size);
}
int transmit(void* context, const unsigned char* from, std::size_t size) {
  const long sent = send_some(*static_cast<int*>(context), from, size);
  return sent <= 0 ? -1 : static_cast<int>(sent);
}

// A client that trusts whatever key the server shows.
struct any_certificate {
  const br_x509_class* vtable;
  br_x509_decoder_context decoder;
  bool first;
};
any_certificate& self(const br_x509_class** context) { return *reinterpret_cast<any_certificate*>(context); }
const any_certificate& self(const br_x509_class* const* context) {
  return *reinterpret_cast<const any_certificate*>(context);
}
constexpr br_x509_class trust_everybody = {
    sizeof(any_certificate),
    [](const br_x509_class** context, const char*) { self(context).first = true; },
    [](const br_x509_class** context, std::uint32_t) {
      if (self(context).first) br_x509_decoder_init(&self(context).decoder, nullptr, nullptr);
    },
    [](const br_x509_class** context, const unsigned char* from, std::size_t size) {
      if (self(context).first) br_x509_decoder_push(&self(context).decoder, from, size);
    },
    [](const br_x509_class** context) { self(context).first = false; },
    [](const br_x509_class**) { return 0U; },
    [](const br_x509_class* const* context, unsigned* usages) {
      if (usages != nullptr) *usages = BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN;
      return static_cast<const br_x509_pkey*>(
          br_x509_decoder_get_pkey(const_cast<br_x509_decoder_context*>(&self(context).decoder)));
    }};

class bearssl final : public stack {
 public:
  explicit bearssl(const job& wanted) : socket_(wanted.socket) {
    must(!wanted.tls_1_3, "BearSSL ends at TLS 1.2");
    wanted.server ? be_server(wanted) : be_client();
    br_ssl_engine_set_versions(engine_, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_buffer(engine_, room_.data(), room_.size(), 1);
    wanted.server ? br_ssl_server_reset(&server_) : br_ssl_client_reset(&client_, "a.test", 0);
    br_sslio_init(&io_, engine_, receive, &socket_, transmit, &socket_);
  }

  void handshake() override {
    if (br_sslio_flush(&io_) < 0) fail(why());
  }

  reading read(char* into, std::size_t room) override {
    const int size = br_sslio_read(&io_, into, room);
    if (size > 0) return {static_cast<std::size_t>(size)};
    if (br_ssl_engine_last_error(engine_) == BR_ERR_OK) return {0, ending::close_notify};
    return {0, ending::error, why()};
  }

  bool write(std::string_view bytes) override {
    return br_sslio_write_all(&io_, bytes.data(), bytes.size()) == 0 && br_sslio_flush(&io_) == 0;
  }

  void close() override { br_sslio_close(&io_); }  // reads until the peer's close_notify

  void close_write() override {
    br_ssl_engine_close(engine_);
    br_sslio_flush(&io_);
  }

 private:
  void be_server(const job& wanted) {
    der_ = der_of(file_content(wanted.certificate));
    const std::string key = der_of(file_content(wanted.key));
    br_skey_decoder_context decoder;
    br_skey_decoder_init(&decoder);
    br_skey_decoder_push(&decoder, key.data(), key.size());
    const br_ec_private_key* const found = br_skey_decoder_get_ec(&decoder);
    must(found != nullptr && found->xlen <= secret_.size(), "no EC key");
    std::memcpy(secret_.data(), found->x, found->xlen);
    own_ = {found->curve, secret_.data(), found->xlen};
    chain_ = {reinterpret_cast<unsigned char*>(der_.data()), der_.size()};
    br_ssl_server_init_full_ec(&server_, &chain_, 1, BR_KEYTYPE_EC, &own_);
    engine_ = &server_.eng;
  }
  void be_client() {
    br_x509_minimal_context unused;
    br_ssl_client_init_full(&client_, &unused, nullptr, 0);
    engine_ = &client_.eng;
    br_ssl_engine_set_x509(engine_, &anybody_.vtable);
  }
  std::string why() const {
    const int error = br_ssl_engine_last_error(engine_);
    return error == BR_ERR_IO ? "BR_ERR_IO" : "error " + std::to_string(error);
  }

  int socket_;
  std::string der_;
  std::array<unsigned char, 64> secret_{};
  br_ec_private_key own_{};
  br_x509_certificate chain_{};
  any_certificate anybody_{&trust_everybody, {}, true};
  br_ssl_server_context server_{};
  br_ssl_client_context client_{};
  br_ssl_engine_context* engine_ = nullptr;
  br_sslio_context io_{};
  std::array<unsigned char, BR_SSL_BUFSIZE_BIDI> room_{};
};

}  // namespace

std::unique_ptr<stack> make_stack(const job& wanted) { return std::make_unique<bearssl>(wanted); }
std::string stack_version() { return "BearSSL 0.6"; }  // it cannot be asked; Debian 12 has no other

}  // namespace schannix::peers

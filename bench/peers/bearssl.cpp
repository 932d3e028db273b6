// BearSSL (TLS 1.2 only): payloads through the engine's application buffers, records through its record buffers.
#include <bearssl.h>

#include "support/pair.hpp"

namespace schannix::bench {
namespace {

using bytes = std::vector<unsigned char>;

void append(void* into, const void* from, std::size_t size) {
  const auto* const at = static_cast<const unsigned char*>(from);
  static_cast<bytes*>(into)->insert(static_cast<bytes*>(into)->end(), at, at + size);
}

bytes decode_pem(const std::string& text) {
  br_pem_decoder_context decoder;
  br_pem_decoder_init(&decoder);
  bytes der;
  for (std::size_t done = 0; done < text.size();) {
    done += br_pem_decoder_push(&decoder, text.data() + done, text.size() - done);
    const int event = br_pem_decoder_event(&decoder);
    if (event == BR_PEM_BEGIN_OBJ) br_pem_decoder_setdest(&decoder, append, &der);
    if (event == BR_PEM_END_OBJ) return der;
  }
  fail("no PEM object");
}

constexpr std::uint16_t suites[] = {BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                                    BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                                    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256};

class pair {
 public:
  explicit pair(const bench_wanted& wanted) : der_(decode_pem(wanted.certificate)) {
    must(wanted.minor == 2, "BearSSL ends at TLS 1.2");
    read_key(wanted.key);
    chain_ = {der_.data(), der_.size()};
    br_ssl_server_init_full_ec(&server_, &chain_, 1, BR_KEYTYPE_EC, &own_);
    br_x509_minimal_context unused;
    br_ssl_client_init_full(&client_, &unused, nullptr, 0);
    br_x509_knownkey_init_ec(&known_, &public_, BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN);
    br_ssl_engine_set_x509(&client_.eng, &known_.vtable);
    for (br_ssl_engine_context* one : {&client_.eng, &server_.eng}) {
      br_ssl_engine_set_versions(one, BR_TLS12, BR_TLS12);
      br_ssl_engine_set_suites(one, &suites[wanted.suite], 1);
    }
    br_ssl_engine_set_buffer(&client_.eng, client_room_.data(), client_room_.size(), 1);
    br_ssl_engine_set_buffer(&server_.eng, server_room_.data(), server_room_.size(), 1);
    must(br_ssl_server_reset(&server_) == 1 && br_ssl_client_reset(&client_, nullptr, 0) == 1, "no engine");
    shake();
  }

  void prepare(std::size_t, std::size_t) { to_server_.clear(); }

  void seal(std::size_t size, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t room = 0;
      unsigned char* const at = br_ssl_engine_sendapp_buf(&client_.eng, &room);
      must(at != nullptr && room >= size, "no room for a payload");
      std::memcpy(at, payload(), size);
      br_ssl_engine_sendapp_ack(&client_.eng, size);
      br_ssl_engine_flush(&client_.eng, 0);
      send(client_.eng, to_server_);
    }
  }

  void open(std::size_t size, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t ready = 0;
      const unsigned char* at = nullptr;
      while ((at = br_ssl_engine_recvapp_buf(&server_.eng, &ready)) == nullptr)
        must(receive(to_server_, server_.eng), "no record");
      must(ready == size, "a record of another size");
      std::memcpy(plain_.data(), at, ready);
      br_ssl_engine_recvapp_ack(&server_.eng, ready);
    }
  }

  const unsigned char* opened() const noexcept { return plain_.data(); }

 private:
  void read_key(const char* pem) {
    const bytes der = decode_pem(pem);
    br_skey_decoder_context decoder;
    br_skey_decoder_init(&decoder);
    br_skey_decoder_push(&decoder, der.data(), der.size());
    const br_ec_private_key* const key = br_skey_decoder_get_ec(&decoder);
    must(key != nullptr && key->xlen <= key_bytes_.size(), "no EC key");
    std::memcpy(key_bytes_.data(), key->x, key->xlen);
    own_ = {key->curve, key_bytes_.data(), key->xlen};
    must(br_ec_compute_pub(br_ec_get_default(), &public_, public_bytes_.data(), &own_) != 0, "no public key");
  }

  static void send(br_ssl_engine_context& from, wire& into) {
    std::size_t size = 0;
    while (const unsigned char* const at = br_ssl_engine_sendrec_buf(&from, &size)) {
      into.push(at, size);
      br_ssl_engine_sendrec_ack(&from, size);
    }
  }
  static bool receive(wire& from, br_ssl_engine_context& into) {
    std::size_t room = 0;
    unsigned char* const at = br_ssl_engine_recvrec_buf(&into, &room);
    if (at == nullptr || from.waiting() == 0) return false;
    br_ssl_engine_recvrec_ack(&into, from.pull(at, room));
    return true;
  }

  bool ready() const {
    return (br_ssl_engine_current_state(&client_.eng) & BR_SSL_SENDAPP) != 0 &&
           (br_ssl_engine_current_state(&server_.eng) & BR_SSL_SENDAPP) != 0;
  }
  void shake() {
    for (int turns = 0; turns < 10 && !ready(); ++turns) {
      send(client_.eng, to_server_);
      while (receive(to_server_, server_.eng)) send(server_.eng, to_client_);
      send(server_.eng, to_client_);
      while (receive(to_client_, client_.eng)) send(client_.eng, to_server_);
    }
    must(ready(), "no handshake");
  }

  bytes der_;
  br_x509_certificate chain_{};
  std::array<unsigned char, 64> key_bytes_{};
  std::array<unsigned char, BR_EC_KBUF_PUB_MAX_SIZE> public_bytes_{};
  br_ec_private_key own_{};
  br_ec_public_key public_{};
  br_x509_knownkey_context known_{};
  br_ssl_client_context client_{};
  br_ssl_server_context server_{};
  std::array<unsigned char, BR_SSL_BUFSIZE_BIDI> client_room_, server_room_;
  wire to_server_, to_client_;
  std::array<unsigned char, largest_record> plain_;
};

}  // namespace
}  // namespace schannix::bench

SCHANNIX_BENCH_MODULE(schannix::bench::pair)

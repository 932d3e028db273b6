// OpenSSL, and, compiled with its headers, BoringSSL: SSL_write and SSL_read. Variant "memory": on memory BIOs, each
// record taken out of and put into them as programs without sockets do; "direct": on a BIO over the flat wire itself.
#include "support/flat_bio.hpp"

namespace schannix::bench {
namespace {

constexpr const char* names_13[] = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"};
constexpr const char* names_12[] = {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
                                    "ECDHE-ECDSA-CHACHA20-POLY1305"};

void choose_suite(SSL_CTX* context, const bench_wanted& wanted) {
#ifndef OPENSSL_IS_BORINGSSL  // which leaves no choice in TLS 1.3: what came of it is checked
  if (wanted.minor == 3) must(SSL_CTX_set_ciphersuites(context, names_13[wanted.suite]) == 1, "no such suite");
  SSL_CTX_set_num_tickets(context, 0);
#endif
  if (wanted.minor == 2) must(SSL_CTX_set_cipher_list(context, names_12[wanted.suite]) == 1, "no such suite");
}

owned_context make_context(const bench_wanted& wanted, const SSL_METHOD* method) {
  owned_context context(SSL_CTX_new(method));
  must(context != nullptr, "SSL_CTX_new");
  set_version(context.get(), wanted.minor);
  choose_suite(context.get(), wanted);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  return context;
}

class pair {
 public:
  explicit pair(const bench_wanted& wanted)
      : direct_(std::string(wanted.variant) == "direct"),
        client_context_(make_context(wanted, TLS_client_method())),
        server_context_(make_context(wanted, TLS_server_method())) {
    use_identity(server_context_.get(), wanted.certificate, wanted.key);
    client_.reset(SSL_new(client_context_.get()));
    server_.reset(SSL_new(server_context_.get()));
    attach(client_.get(), client_ends_);
    attach(server_.get(), server_ends_);
    SSL_set_connect_state(client_.get());
    SSL_set_accept_state(server_.get());
    for (int turns = 0; turns < 5; ++turns) shake();
    must(SSL_is_init_finished(client_.get()) && SSL_is_init_finished(server_.get()), "no handshake");
    const std::string chosen = SSL_CIPHER_get_name(SSL_get_current_cipher(client_.get()));
    must(chosen == (wanted.minor == 3 ? names_13 : names_12)[wanted.suite], "this suite cannot be chosen");
  }

  void prepare(std::size_t, std::size_t) { to_server_.clear(); }

  void seal(std::size_t size, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      must(SSL_write(client_.get(), payload(), static_cast<int>(size)) == static_cast<int>(size), "SSL_write");
      if (!direct_) fetch(client_.get(), to_server_);
    }
  }

  void open(std::size_t size, std::size_t count) {
    const std::size_t slot = to_server_.waiting() / count;
    for (std::size_t i = 0; i < count; ++i) {
      if (!direct_) deliver(to_server_, server_.get(), slot);
      must(SSL_read(server_.get(), plain_.data(), static_cast<int>(plain_.size())) == static_cast<int>(size),
           "SSL_read");
    }
  }

  const unsigned char* opened() const noexcept { return plain_.data(); }

 private:
  void attach(SSL* ssl, duplex& ends) {
    if (direct_)
      flat_bio::attach(ssl, ends);
    else
      SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  }

  void shake() {
    SSL_do_handshake(client_.get());
    if (!direct_) fetch(client_.get(), to_server_), deliver(to_server_, server_.get(), to_server_.waiting());
    SSL_do_handshake(server_.get());
    if (!direct_) fetch(server_.get(), to_client_), deliver(to_client_, client_.get(), to_client_.waiting());
    ERR_clear_error();
  }

  static void fetch(SSL* from, wire& into) {
    const int size = BIO_read(SSL_get_wbio(from), into.back(), static_cast<int>(into.bytes.size() - into.written));
    if (size > 0) into.written += static_cast<std::size_t>(size);
  }
  static void deliver(wire& from, SSL* into, std::size_t size) {
    if (size == 0) return;
    must(BIO_write(SSL_get_rbio(into), from.front(), static_cast<int>(size)) == static_cast<int>(size), "BIO_write");
    from.read += size;
  }

  bool direct_;
  wire to_server_, to_client_;
  duplex client_ends_{&to_client_, &to_server_}, server_ends_{&to_server_, &to_client_};
  owned_context client_context_, server_context_;
  owned_ssl client_, server_;
  std::array<unsigned char, largest_record> plain_;
};

}  // namespace
}  // namespace schannix::bench

SCHANNIX_BENCH_MODULE(schannix::bench::pair)

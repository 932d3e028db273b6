// The other end of a connection, OpenSSL in this process, which knows all that the two sides derive: each value under
// its label, as the watching provider sees it.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/kdf_watch.hpp"
#include "prove/inside/secrets/memory_image.hpp"
#include "support/pki.hpp"

namespace schannix::prove {

// What all connections of one life have in common. identity: null for a client.
struct peer_kind {
  bool tls13 = true;
  std::string suite;  // OpenSSL's name
  const test::pki::issued* identity = nullptr;
};

class known_peer final : engine::derivation_observer {
 public:
  static std::shared_ptr<SSL_CTX> make_context(const peer_kind& kind);

  known_peer(const std::shared_ptr<SSL_CTX>& context, bool server, std::string name);

  std::string give(std::string_view bytes);  // the answer; nothing given: a client's first flight
  std::string write(std::string_view data);
  std::string update_keys();  // asks for the other side's, too
  std::string close();
  void export_material(const std::string& label);  // keys() knows it then

  bool established() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  bool saw_close() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  std::shared_ptr<SSL_SESSION> session() const;
  void resume(SSL_SESSION* session);  // before the first flight

  // What goes with the connection, and what goes with the credential that may resume it.
  const std::vector<needle>& keys() const { return keys_; }
  const std::vector<needle>& sessions() const { return sessions_; }

 private:
  void derived(std::string_view label, base::bytes_view output) noexcept override;
  bool wants_client_handshake_early() const noexcept override { return false; }
  void go_on();
  std::string take();

  std::shared_ptr<SSL> ssl_;
  std::string name_, stage_;
  std::vector<needle> keys_, sessions_;
};

}  // namespace schannix::prove

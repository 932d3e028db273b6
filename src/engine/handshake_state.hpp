// What a handshake keeps while OpenSSL runs it; engine's callbacks write here. Not for other rooms.
#pragma once

#include <openssl/ssl.h>

#include <ctime>

#include "engine/environment.hpp"
#include "engine/handshake.hpp"
#include "engine/kdf_watch.hpp"
#include "engine/negotiated_extensions.hpp"
#include "engine/secret_spots.hpp"
#include "engine/session_notes.hpp"

namespace schannix::engine {

struct alert_pair {
  std::uint8_t level;
  std::uint8_t description;
};

struct handshake_state final : derivation_observer {
  handshake_state(const environment& shared, handshake_setup given) : env(shared), setup(std::move(given)) {}
  ~handshake_state();

  const environment& env;
  handshake_setup setup;
  owned<ssl_st> ssl;

  // The source and sink that OpenSSL's BIO works on: the caller's bytes, and where its output goes.
  base::bytes_view input;
  std::size_t body_left = 0;  // of the record that OpenSSL reads
  base::bytes* output = nullptr;

  // Secrets, and where OpenSSL's record counters stand since the keys of that direction last changed.
  traffic_secrets keys;
  secret_spots spots;              // in ssl
  record_key* next_key = nullptr;  // whose "key" and "iv" are derived next, within keys
  std::uint64_t written = 0;
  std::uint64_t read = 0;
  bool write_cipher_on = false;  // TLS <= 1.2: our ChangeCipherSpec went out
  std::uint64_t next_explicit_nonce = 0;
  base::secret<16> last_cipher_block;  // TLS 1.0: the IV of our next record

  bool version_known = false;  // a ServerHello was sent or received
  negotiated_extensions extensions;
  std::optional<alert_pair> alert_received;
  std::optional<alert_pair> alert_sent;
  std::optional<base::reason> trust_problem;
  std::vector<certificate> trusted_chain;  // of the peer, up to its anchor
  bool awaits_answer = false;              // TLS <= 1.2: revocation is judged when the server's OCSP answer has come
  bool short_of_memory = false;            // in the call to OpenSSL that is being made, or was made last
  std::vector<certificate> peer_chain;

  bool certificate_answered = false;   // clients: the request was answered
  bool client_takes_requests = false;  // servers, TLS 1.3: for a certificate, after the handshake
  bool established = false;
  bool speaks_through_us = false;   // what it writes is collected in the clear, for renegotiation
  bool awaits_hello = false;        // servers: the next handshake begins with what is read
  std::vector<message> messages;    // collected
  std::time_t resumable_until = 0;  // clients: of the session that is resumed, and of all that follow from it
  unsigned sessions_made = 0;       // and put into the cache

  // Of the session that was offered, which may yet be refused; then of the one that this connection has.
  std::shared_ptr<session_notes> found_notes, notes;
  std::optional<base::bytes> given_notes;  // before it is known whose
  std::time_t found_at = 0, begun_at = 0;  // servers: when it was made, by a full handshake

  bool is_client() const { return setup.side == role::client; }
  tls_version version() const { return static_cast<tls_version>(SSL_version(ssl.get())); }
  bool is_tls13() const { return version_known && version() == tls_version::tls13; }

  const std::shared_ptr<session_notes>& own_notes();  // once it is known whether a session is resumed
  void keep_peer(X509* one);                          // at the end of the chain
  void note_copied_secrets() noexcept;                // before keys are forgotten
  void derived(std::string_view label, base::bytes_view output_bytes) noexcept override;
  bool wants_client_handshake_early() const noexcept override { return is_client(); }

  // Looks at the last protected record of what OpenSSL sent: where its explicit nonce or its IV stands.
  void note_sent(base::bytes_view flight);
};

handshake_state& state_of(const SSL* ssl);

// Servers: whose sessions are taken. The credential's own; under keys that the program brought, those of every server
// that has the keys, demands the same of clients, and shows the same certificates; and of both, those made under the
// same parameters.
bool set_session_context(SSL* ssl, const handshake_setup& setup);

}  // namespace schannix::engine

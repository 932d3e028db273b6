// One TLS handshake, OpenSSL's, without I/O: whole records in, flights out, and at the end the facts and the keys with
// which the record layer goes on. Nothing but whole records is ever given to OpenSSL, so that what it leaves unread is
// SECBUFFER_EXTRA to the byte. One thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "engine/exporter.hpp"
#include "engine/key_schedule.hpp"
#include "engine/protection.hpp"
#include "engine/protocol.hpp"
#include "engine/revocation.hpp"
#include "engine/template_cache.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

class prototype;
class session_notes;
class ticket_keys;
struct handshake_state;

// A certificate that we can show, with its key and the chain to send behind it.
struct local_identity {
  certificate leaf;
  private_key key;
  std::vector<certificate> chain;
  base::bytes ocsp_answer = {};  // servers: about leaf, for clients that ask for it; empty: none
};

// What a server's connections are made from once one of these protocols is agreed on.
struct protocol_parameters {
  std::vector<base::bytes> protocols;
  connection_template from;
};

struct handshake_setup {
  role side = role::client;
  connection_template from;
  std::string server_name;            // SNI; empty: none
  base::bytes application_protocols;  // ALPN list as on the wire; ours to offer, or to choose from, best first
  std::shared_ptr<const std::vector<protocol_parameters>> by_protocol;  // servers: the first that fits; null: none
  unsigned parameters = 0;                         // which of these were chosen, counted from 1; 0: none of them
  std::vector<local_identity> identities;          // servers: to choose from. Clients: what answered a request
  std::shared_ptr<prototype> begins_as;            // servers: of these identities; nothing: made for this handshake
  std::optional<verification> verify;              // nothing: the caller validates the peer
  bool trusts_system = true;                       // with verify: the system's roots besides its extra ones
  bool name_required = false;                      // with verify: an empty name does not pass
  revocation_rules revocation;                     // with verify; clients ask the server for an OCSP answer in any case
  bool request_client_certificate = false;         // servers
  bool takes_later_requests = false;               // clients, TLS 1.3: post_handshake_auth is offered. RFC 8446 §4.2.6
  bool issue_tickets = false;                      // servers
  std::shared_ptr<const ticket_keys> own_tickets;  // servers: where the template says own_ticket_keys
  base::bytes ticket_scope;                        // with own_tickets: whose are taken (ticket_scope::fingerprint)
  base::bytes session_scope;                       // at most 32 bytes; only sessions of the same scope resume
  std::string session_key;  // clients: what to resume, and what the session made is kept as; empty: neither
  bool resumable = false;   // the session made here may be resumed
  std::function<void(const char*)> key_log;  // lines in SSLKEYLOGFILE format
};

// Where the handshake stands after the records it was given.
struct progress {
  enum class kind : std::uint8_t { needs_input, wants_certificate, established, peer_closed };
  kind what = kind::needs_input;
  std::size_t consumed = 0;
};

enum class bulk_cipher : std::uint8_t { aes_128_gcm, aes_256_gcm, chacha20_poly1305, aes_128_cbc, aes_256_cbc };
enum class key_exchange : std::uint8_t { rsa, ecdhe, dhe };
enum class authentication : std::uint8_t { rsa, ecdsa, other };

// Everything that later queries need, copied once at the end, so that none of them touches the SSL object.
struct handshake_facts {
  tls_version version = tls_version::tls13;
  std::uint16_t suite = 0;  // IANA number
  std::string suite_name;   // IANA name
  bulk_cipher cipher = bulk_cipher::aes_128_gcm;
  std::optional<hash_algorithm> mac;  // CBC suites only
  hash_algorithm handshake_hash = hash_algorithm::sha256;
  key_exchange exchange = key_exchange::ecdhe;
  unsigned exchange_bits = 0;
  authentication server_key = authentication::rsa;
  std::uint16_t group = 0;           // IANA NamedGroup, 0 without
  base::bytes application_protocol;  // ALPN, empty when none was agreed
  std::string server_name;           // SNI
  base::bytes session_id;
  bool resumed = false;
  bool gives_tickets = false;  // servers: to clients that take them
  base::bytes first_finished;  // tls-unique; empty in TLS 1.3. RFC 5929 §3.1
  std::optional<certificate> local_certificate;
  std::vector<certificate> peer_certificates;  // leaf first
  std::optional<certificate> anchor;           // that automatic validation trusted the peer by; not when resumed
  base::bytes ocsp_answer;                     // clients: as the server stapled it; empty: none
  std::size_t max_fragment = max_plaintext_size;
  std::vector<std::uint16_t> extensions;       // those that the server answered with, as on the wire
  std::vector<std::uint16_t> peer_signatures;  // SignatureSchemes that the peer takes; empty when it did not say
  std::int64_t finished_at = 0;                // seconds since 1970
  std::shared_ptr<session_notes> notes;        // of the session

  std::optional<aead_algorithm> aead() const;  // nothing: a CBC suite
};

// What OpenSSL derived from a traffic secret for its own records. Empty where it was not seen doing so.
struct record_key {
  base::secret<32> key;
  base::secret<12> iv;
};

// TLS 1.3: the current secrets, from which KeyUpdate goes on.
struct traffic_secrets {
  base::traffic_secret client_handshake, server_handshake;
  base::traffic_secret client_application, server_application;
  record_key of_client_application, of_server_application;
  base::traffic_secret exporter;
  base::traffic_secret master;  // TLS <= 1.2
  base::key_block block;        // TLS <= 1.2
};

// What OpenSSL says in a later handshake of the same connection, in the clear.
struct message {
  content_type type = content_type::handshake;
  base::bytes content;
};

class handshake {
 public:
  static base::result<handshake> start(const environment& env, handshake_setup setup);
  handshake(handshake&&) noexcept;
  handshake& operator=(handshake&&) noexcept;
  ~handshake();

  // Takes whole records, appends what is to be sent to flight. On a failure, flight ends with the alert record that
  // tells the peer, when one is due. Consumed bytes are those of whole records, from the front.
  base::result<progress> advance(base::bytes_view records, base::bytes& flight);

  // After wants_certificate, of advance or exchange: the DER names of the issuers that the server wants to see, in its
  // order; none: any.
  std::vector<base::bytes> wanted_issuers() const;
  // After wants_certificate: the server takes signatures of this key and, unless any issuer will do, names an issuer of
  // the certificate's chain. Throws std::bad_alloc.
  bool suits_request(const local_identity& one, bool any_issuer) const;
  // After wants_certificate, the answer; the next advance goes on. False: the policy of versions and suites lets nobody
  // show this one (its key is too short), and the request still waits. Failure: memory.
  base::result<bool> show_certificate(const local_identity& one);
  void show_no_certificate() noexcept;  // an empty Certificate message

  // After established. Failure: the key schedule does not hold what it must (a bug).
  base::result<handshake_facts> facts() const;

  // The keys in force for what we send, and for what we receive, at this moment: before, during or after the handshake.
  base::result<direction_keys> write_keys() const;
  base::result<direction_keys> read_keys() const;

  // After established, before the secrets are forgotten. Nothing: a session without an extended master secret, which
  // two connections can be made to share; nothing may be exported from it. RFC 7627 §5.4
  base::result<std::optional<exporter>> keying_material() const;

  // Whether the session being made may be resumed. Before the end of the handshake.
  void set_resumable(bool allowed) noexcept;
  // What the program keeps with the session. Later than the end of the handshake: facts' notes.
  void set_notes(base::bytes_view data);
  // Clients: neither the session being made nor a ticket that follows is kept, whatever else is said.
  void keep_no_session() noexcept;
  // Established connections of clients: a session is still to be had from the peer.
  bool expects_tickets() const noexcept;

  const traffic_secrets& secrets() const noexcept;
  void forget_secrets() noexcept;  // once the record layer has what it needs

  // The peer's certificates as soon as they arrived, leaf first.
  const std::vector<certificate>& peer_certificates() const noexcept;

  // After established: gives one more whole record, in OpenSSL's keys, and appends what OpenSSL answers (also in its
  // keys) to output. For post-handshake messages; see context::crossing. True: a client is asked for a certificate, and
  // the next exchange, of an empty record, goes on with what was shown meanwhile.
  base::result<bool> exchange(base::bytes_view record, base::bytes& output);
  // Asks OpenSSL for a KeyUpdate of its own; the record, in its keys, is appended to output.
  base::result<void> update_keys(bool request_peer, base::bytes& output);
  // Servers, TLS 1.3: one more ticket, likewise.
  base::result<void> send_ticket(base::bytes& output);
  // Servers, TLS 1.3: the client takes requests for a certificate after the handshake.
  bool may_request_certificate() const noexcept;
  // Such a request, likewise; not while one is not answered yet.
  base::result<void> request_certificate(base::bytes& output);
  // After such an answer, said or heard: the certificates of either side.
  void renew_certificates(handshake_facts& facts) const;
  // Renegotiation (docs/design/0009-renegotiation.md). After established, TLS <= 1.2: from here on what OpenSSL writes
  // goes nowhere, and take_messages has it in the clear. False: the peer has no RFC 5746, so there is none.
  bool allow_renegotiation() noexcept;
  // Another handshake begins: advance goes on with it. Clients say their ClientHello, servers wait for one
  // and ask for a certificate where they did at first, or asks. Failure: bug.
  base::result<void> begin_again(bool asks_certificate);
  std::vector<message> take_messages() noexcept;
  // None begins any more: what asks for one is passed over.
  void refuse_renegotiation() noexcept;
  // One record of a CBC suite through OpenSSL's record path: the plaintext (application data, or the two bytes of an
  // alert) is put into plaintext; a handshake message is swallowed. Failure: bad_record, illegal_message.
  base::result<std::size_t> open_record(base::bytes_view record, base::bytes_span plaintext);

 private:
  explicit handshake(std::unique_ptr<handshake_state> state);
  base::result<void> write_message(bool (*ask)(ssl_st*), base::bytes& output);
  std::unique_ptr<handshake_state> state_;
};

}  // namespace schannix::engine

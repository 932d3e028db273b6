// connection.hpp: one TLS connection without I/O. You carry the bytes; it turns them into events.
//
//   auto tls = schannix::connection::client(credential, "example.org");
//   while (true) {
//       write_all(socket, tls.take_output());
//       schannix::event event = tls.next();
//       if (std::holds_alternative<schannix::handshake_done>(event)) tls.seal(bytes_of("hello")), tls.close_write();
//       if (auto* data = std::get_if<schannix::data_received>(&event)) print(data->bytes);
//       if (std::holds_alternative<schannix::closed>(event)) break;
//       if (std::holds_alternative<schannix::needs_bytes>(event)) {
//           auto bytes = read_some(socket);
//           bytes.empty() ? tls.transport_ended() : tls.feed(bytes);
//       }
//   }
//   std::cout << tls.report().sentence();
//
// Send what pending_output() holds after every call, also after closed: a last alert or close_notify may be in it.
// Tickets, key updates and renegotiation are handled inside. Data that came before an end is always delivered first.
// Closing: RFC 8446 §6.1 and RFC 5246 §7.2.1; when the peer closes first, close_notify is answered at once, so that
// nothing can be sealed afterwards; connection_options::answer_close = false leaves the answer to you (half-close).
// Ownership: move-only; keeps its credential. Threads: one at a time per connection; different ones are independent.
#pragma once

#include <sspi.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "schannix/certificate.hpp"
#include "schannix/close.hpp"
#include "schannix/credential.hpp"
#include "schannix/detail/byte_queue.hpp"
#include "schannix/detail/bytes_after.hpp"
#include "schannix/detail/context.hpp"
#include "schannix/info.hpp"

namespace schannix {
inline namespace v0 {

struct needs_bytes {};     // nothing to report: feed() more, or say transport_ended()
struct handshake_done {};  // once; seal() works from here on
struct data_received {
  std::span<const std::byte> bytes;  // never empty; valid until the next call of next() or feed()
};
struct peer_closed {};  // once: the peer's close_notify, all its data have been delivered
struct closed {};       // it is over: see report(); next() repeats it from here on

using event = std::variant<needs_bytes, handshake_done, data_received, peer_closed, closed>;

// Clients: the server asks for a certificate, and the credential has none that fits. issuers: the DER names of those
// whose certificates the server takes; empty: anybody's. Nothing: go on without. Called once, in next(), when the
// server's own certificate has been validated (or, manually validated, is in peer_certificate()).
using certificate_chooser =
    std::function<std::optional<credential>(const std::vector<std::vector<std::byte>>& issuers)>;

struct connection_options {
  std::vector<std::string> alpn = {};           // application protocols, the preferred one first
  bool answer_close = true;                     // answer the peer's close_notify at once
  bool request_client_certificate = false;      // servers only; its absence is no failure
  certificate_chooser choose_certificate = {};  // clients only; without it: the credential's, or none
};

// A connection on its way to another process. state has its keys in the clear: who reads it reads and forges what the
// peer and we say to each other. Hand it on where nobody else looks, and wipe it at both ends (explicit_bzero).
struct exported_connection {
  std::vector<std::byte> state;   // for import_state, once: two that go on from it would use a nonce twice
  std::vector<std::byte> unread;  // of the peer's bytes, sealed as they came: what the imported connection is fed first
};

class connection {
 public:
  // server_name: DNS name (sent as SNI) or IP address; it is what the certificate must bear. The first flight is in
  // pending_output() at once. Throws SEC_E_INVALID_PARAMETER for a bad ALPN name, SEC_E_INVALID_HANDLE for a
  // credential of the other role.
  static connection client(const credential& who, const std::string& server_name, connection_options options = {});
  static connection server(const credential& who, connection_options options = {});

  // The established connection goes on in another process (docs/howto/move-a-connection.md), in which import_state
  // makes it anew: write std::move(tls).export_state(), because nothing is left here but to destroy. Counts of the
  // report begin anew there. Throws SEC_E_UNSUPPORTED_FUNCTION, and the connection goes on here: it is not established,
  // or over; close() was called, or the transport has ended; output is pending, or a message that next() has to answer;
  // a CBC suite. Source: MS nf-sspi-exportsecuritycontext.
  exported_connection export_state() &&;
  // Needs no credential. Throws SEC_E_INVALID_TOKEN: not what this release exports, or damaged;
  // SEC_E_ALGORITHM_MISMATCH: this process's settings do not allow the version or suite.
  static connection import_state(std::span<const std::byte> state, bool answer_close = true);

  void feed(std::span<const std::byte> bytes);  // from the transport, in any portions
  void transport_ended(transport_end how = transport_end::finished);
  [[nodiscard]] event next();

  // Seals any number of bytes; those that a renegotiation does not let through wait for its end. Throws
  // SEC_E_CONTEXT_EXPIRED after our close_notify or a failure, SEC_E_INVALID_HANDLE before handshake_done.
  void seal(std::span<const std::byte> bytes);
  void seal_empty();  // one record without data (RFC 8446 §5.4); throws as seal
  // TLS 1.3: a KeyUpdate, after which our direction has new keys (RFC 8446 §4.6.3). Throws as seal, and
  // SEC_E_UNSUPPORTED_FUNCTION in TLS 1.2, which has nothing of the kind.
  void update_keys();
  // TLS 1.3 servers: one more ticket, with which the client can resume this session (RFC 8446 §4.6.1). Throws as seal,
  // and SEC_E_UNSUPPORTED_FUNCTION on clients, in TLS 1.2, and unless the credential has later_tickets and resumption.
  void send_ticket();
  // Sends close_notify, once, even after the peer's close_notify or FIN; what the peer still sends is delivered.
  void close_write();
  void close();                                   // the same, and what the peer still sends is discarded
  void cancel_write();                            // user_canceled, then as close_write (RFC 8446 §6.1)
  void abort(alert why = alert::internal_error);  // sends a fatal alert; the connection is over

  std::span<const std::byte> pending_output() const noexcept { return output_.unread(); }
  void output_taken(std::size_t count) { output_.take(count); }
  std::vector<std::byte> take_output();

  bool established() const noexcept { return facts_.established; }
  bool can_seal() const noexcept {
    return facts_.established && !closes_later_ && !facts_.sent && !facts_.failed && !facts_.aborted;
  }
  connection_info info() const;  // after handshake_done; throws SEC_E_INVALID_HANDLE before
  std::optional<certificate> peer_certificate() const;
  // Keying material for another protocol (RFC 5705, RFC 8446 §7.5), the same at both ends; an empty context is none.
  // After handshake_done, also after the end. The bytes are yours to wipe. Throws SEC_E_INVALID_HANDLE before,
  // SEC_E_UNSUPPORTED_FUNCTION in TLS 1.2 without extended master secret (RFC 7627 §5.4), SEC_E_INVALID_PARAMETER for a
  // label of TLS's own, with a NUL, empty or above 249 bytes; a size of 0 or above 8160 (12240 with SHA-384); a context
  // above 65535 bytes, or in TLS 1.2 together with the label above 958.
  std::vector<std::byte> export_keying_material(const std::string& label, std::size_t size,
                                                std::span<const std::byte> context = {}) const;
  close_report report() const;

 private:
  enum class reading { handshake, records, post_handshake, ended };

  connection(const credential& who, const std::string& server_name, connection_options options);
  connection(detail::context imported, bool answer_close);
  static ULONG certificate_flags(role side, const connection_options& options);
  bool over() const noexcept { return outcome_of(facts_) != close_outcome::open; }

  std::optional<event> advance();
  std::optional<event> step_handshake();
  void answer_request();
  std::optional<event> step_post_handshake();
  std::optional<event> open_record();
  std::optional<event> deliver(std::span<const std::byte> bytes);
  std::optional<event> peer_has_closed();
  event at_rest();
  void finish_handshake();
  void finish_renegotiation();
  void seal_parts(std::span<const std::byte> bytes);
  void fail(SECURITY_STATUS status);
  void fail_handshake(SECURITY_STATUS status, std::span<const std::byte> token);
  void fail_reading(SECURITY_STATUS status);
  void send_close_notify();
  void check_can_seal() const;

  connection_options options_;
  detail::context context_;
  detail::byte_queue input_;
  detail::byte_queue output_;
  detail::byte_queue held_;  // to be sealed after a renegotiation
  detail::stream_sizes sizes_;
  reading reading_ = reading::handshake;
  bool starved_ = true;         // the last step wants more input than there is
  bool renegotiating_ = false;  // TLS 1.2; the record sizes may be others afterwards
  bool closes_later_ = false;   // close_notify follows what is held
  close_facts facts_;
  detail::bytes_after after_close_;  // the peer's close_notify
  close_report report_;
};

}  // namespace v0
}  // namespace schannix

#include "schannix/detail/connection.ipp"

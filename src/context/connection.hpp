// One connection: its handshake, its two directions, its closing. Bytes in, bytes out; no I/O.
//
// Threads: seal runs under the writer's word, open under the reader's, at the same time; everything else under both
// (handle::table holds the words). What the two directions share is atomic: standing and key_worn, which hardly ever
// change, so that neither direction waits for the other's cache lines.
#pragma once

#include <atomic>
#include <bit>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "context/close_state.hpp"
#include "context/moved_connection.hpp"
#include "context/post_handshake.hpp"
#include "context/record_mark.hpp"
#include "context/renegotiation.hpp"
#include "credential/credential.hpp"
#include "engine/handshake.hpp"

namespace schannix::context {

// AEAD limits, in records under one key. record-layer.md §3, RFC 8446 §5.5
struct record_limits {
  std::uint64_t update_after = std::uint64_t{1} << 23;  // every ISC / ASC token carries a KeyUpdate
  std::uint64_t demand_after = std::uint64_t{1} << 24;  // DecryptMessage asks once for such a call
  std::uint64_t stop_after = 23726566;                  // 2^24.5: nothing more is sealed
};

struct connection_setup {
  std::shared_ptr<const credential::credential> from;
  std::string target_name;            // as the caller gave it, UTF-8
  base::bytes application_protocols;  // ALPN list as on the wire
  bool validates_peer = true;         // of this call; the credential may say no as well
  bool request_client_certificate = false;
  bool issue_tickets = false;
  bool renegotiates = true;  // TLS <= 1.2: what that takes is kept
  // TLS 1.3: servers may ask for a certificate after the handshake, clients offer to be asked; likewise.
  bool later_certificates = false;
};

struct alert_value {
  std::uint8_t level = 0;
  std::uint8_t description = 0;
};

// One ISC / ASC call.
struct step_input {
  engine::role called_as = engine::role::client;
  base::bytes_view token;     // the peer's bytes; empty: none
  bool malformed = false;     // the buffer list is wrong, in a way that does not matter to a pending control token
  bool takes_alerts = true;   // after a failure the token may be an alert; else it stays owed
  bool reports_extra = true;  // there is a buffer to report what was left
  // Clients, when the server asks for a certificate:
  bool only_supplied = false;  // the credential's certificates are all there is, whoever issued them
  // After wants_certificate, or where a renegotiation begins: the one to answer with.
  std::shared_ptr<const credential::credential> another;
  bool asks_certificate = false;  // servers: of a renegotiation that begins here; TLS 1.3: without input, now
  std::size_t capacity = std::numeric_limits<std::size_t>::max();  // for the output token
};

struct step_output {
  enum class kind : std::uint8_t {
    finished,           // established, or nothing more to do
    go_on,              // more of the peer's bytes are needed after the token is sent
    incomplete,         // not a whole record: missing says how much; nothing consumed
    wants_certificate,  // the server asks for one and none fits: the next call goes on, whatever it brings
    closed,             // shut down
    no_renegotiation,
    too_small,  // the token needs needed bytes; nothing consumed, the same call may be made again
    failed,     // why
  };
  kind what = kind::finished;
  base::bytes token;
  std::size_t consumed = 0;
  bool ignores_input = false;  // a control token was answered: the input is neither consumed nor left over
  std::size_t missing = 0;
  std::size_t needed = 0;
  base::failure why;
};

struct read_output {
  enum class kind : std::uint8_t { data, incomplete, renegotiate, closed };
  kind what = kind::data;
  std::size_t missing = 0;  // incomplete
  std::size_t offset = 0;   // of the plaintext in the input
  std::size_t size = 0;
  std::size_t record_size = 0;  // what the record took; 0: nothing was consumed
  bool passes_record = false;   // renegotiate: the record, as opened, is the first that ISC / ASC takes
};

struct close_report {
  bool close_sent = false;
  bool close_received = false;  // authenticated
  bool close_heard = false;     // also the one inside a handshake, which anybody can have sent
  bool peer_first = false;
  bool established = false;
  bool aborted = false;              // the application's own fatal alert ended it
  std::optional<base::failure> why;  // it failed; not for aborted
  bool resumable = false;            // a later connection can resume its session
  std::optional<std::uint8_t> alert_sent, alert_received;
};

struct stream_sizes {
  engine::overhead around;
  std::size_t max_message = 0;
};

class connection {
 public:
  static base::result<std::unique_ptr<connection>> start(const engine::environment& env, connection_setup setup,
                                                         record_limits limits = {});

  // What another process goes on from; beside is the caller's. This connection must not be used again, but destroyed:
  // it would use nonces twice. unsupported: it is not established, it has ended, something that was made or asked for
  // still waits for a step, or its keys cannot be taken out of OpenSSL (CBC).
  base::result<moved_connection> moved_out(base::bytes beside) const;
  // The same connection, of a credential without certificates, that keeps no session and takes no tickets.
  // invalid_token: values that no connection has; no_common_algorithm: this process's settings do not allow its version
  // or suite.
  static base::result<std::unique_ptr<connection>> moved_in(const engine::environment& env, moved_connection from,
                                                            record_limits limits = {});

  step_output step(const step_input& in);
  void request_shutdown();
  void request_alert(alert_value value);
  base::result<void> request_key_update();  // unsupported: not TLS 1.3, or not established
  // unsupported: not an established TLS 1.3 server whose credential keeps what that takes; expired.
  base::result<void> request_ticket();
  void set_resumable(bool allowed);  // SCHANNEL_SESSION: the session that this handshake makes

  // What the program keeps with the session; a server's tickets take what there is when they are made.
  // not_established: the handshake has failed.
  base::result<void> keep_with_session(base::bytes_view data);
  base::bytes kept_with_session() const;  // established connections

  // expired or not_established, before buffers are looked at.
  base::result<void> may_seal() {
    if (unhindered()) [[likely]]
      return {};
    return may_seal_now();
  }
  std::size_t write_header_size() const noexcept { return halves_.write->sizes().header; }  // after may_seal
  base::result<std::size_t> seal(base::bytes_span header, base::bytes_span data, base::bytes_span trailer);
  // An alert, level and description, where it lies: what its control token and the next step would send, with the same
  // effect. invalid_token: no alert; expired also while a token of step waits for room. Under both words.
  base::result<std::size_t> seal_alert_in_place(base::bytes_span header, base::bytes_span content,
                                                base::bytes_span trailer);
  base::result<read_output> open(base::bytes_span input);

  engine::role side() const noexcept { return setup_.from->rules().side; }
  bool has_pending_token() const noexcept;
  const credential::credential& made_from() const noexcept { return *setup_.from; }
  const std::string& target_name() const noexcept { return setup_.target_name; }
  bool wants_certificate() const noexcept { return request_.has_value() && !has_pending_token(); }
  bool takes_credential() const noexcept;  // step_input::another means something to the next call
  const std::vector<base::bytes>& wanted_issuers() const noexcept { return wanted_issuers_; }  // DER names
  const engine::handshake_facts* facts() const noexcept { return facts_ ? &*facts_ : nullptr; }
  std::vector<engine::certificate> peer_certificates() const;  // as soon as they arrived
  base::result<stream_sizes> sizes() const;
  // RFC 5705, RFC 8446 §7.5; also after the end. not_established; unsupported: no extended master secret (RFC 7627
  // §5.4); and engine::exporter's.
  base::result<void> export_keying_material(std::string_view label, base::bytes_view context_value,
                                            base::bytes_span output) const;
  // EAP's keys and IVs of TLS <= 1.2 (RFC 5216 §2.3). As above; unsupported in TLS 1.3.
  base::result<void> export_eap_keys(std::string_view label, base::bytes_span keys, base::bytes_span ivs) const;
  // What automatic validation found wrong with the peer's certificate; nothing: it passed. unsupported: validation is
  // the caller's; not_established: not known yet; no_credentials: none was shown.
  base::result<std::optional<base::reason>> validation() const;
  close_report report() const;
  bool lacked_certificate() const noexcept { return lacked_certificate_; }  // the server asked for one in vain

 private:
  // closing and phase, changed together, from either direction.
  struct standing {
    close_state closing;
    phase where = phase::handshaking;
    friend constexpr bool operator==(const standing&, const standing&) = default;
  };

  // Established, and nothing closed, failed or waiting: one comparison on the way of every record.
  bool unhindered() const noexcept {
    constexpr standing plain{{}, phase::established};
    return std::bit_cast<std::uint32_t>(standing_.load(std::memory_order_acquire)) ==
           std::bit_cast<std::uint32_t>(plain);
  }

  connection(const engine::environment& env, connection_setup setup, record_limits limits);
  bool validates_peer() const noexcept { return setup_.from->rules().validates_peer && setup_.validates_peer; }

  transition apply(close_event event);
  void move_to(phase where);
  bool mark_dead(close_state::dead by);
  base::failure fail(base::failure why);
  std::string session_key() const;
  bool resumable() const;
  void forget_session() const;

  step_output emit_alert(alert_value value, bool may_answer);
  step_output answer_closing(const transition& said);
  step_output answer_failed(emission owes);
  base::result<base::bytes> seal_alert(alert_value value);
  void note_sent(alert_value value);
  bool note_close_sent(const transition& said);
  base::bytes take_owed_alert();

  step_output shake(const step_input& in);
  step_output shake_with(const step_input& in, std::size_t consumed_before, bool answered);
  base::result<engine::progress> advance(base::bytes_view records, base::bytes& flight, const step_input& in);
  base::result<std::size_t> answer_request(const step_input& in);
  base::result<bool> show_one_of(const std::vector<engine::local_identity>& from, bool any_issuer);
  base::result<bool> show_own();
  base::result<bool> answer_at_once(const step_input& in);
  void go_on_without_certificate() noexcept;
  base::result<void> establish(base::bytes_view last_flight);
  base::result<void> check_sequence(base::bytes_view last_flight, const engine::direction_keys& keys) const;
  void let_handshake_go();
  bool gives_later_tickets() const noexcept;
  step_output cross(const step_input& in);
  base::result<base::bytes> take_pending(bool may_answer, const step_input* in);
  base::result<base::bytes> finish_pending(bool may_answer, const step_input* in);
  bool may_request_certificate() const noexcept;
  step_output request_certificate();
  step_output take_answer_alone(const step_input& in);
  step_output take_answer(const step_input& in, step_output made);
  base::result<step_output::kind> take_answer_record(base::bytes_view record, base::bytes& token);
  base::result<bool> answer_later_request(const step_input* in);
  step_output idle(const step_input& in);
  step_output cross_again(const step_input& in);
  step_output idle_again(const step_input& in);
  step_output ask_again(const step_input& in);
  step_output renegotiate(const step_input& in, std::size_t consumed,
                          const std::optional<renegotiation::waiting>& first);
  base::result<step_output::kind> turn_first(const step_input& in, const std::optional<renegotiation::waiting>& first,
                                             step_output& made);
  base::result<step_output::kind> turn_records(const step_input& in, step_output::kind reached, step_output& made);
  base::result<step_output::kind> turn_record(base::bytes_view record, const step_input& in, base::bytes& token);
  base::result<step_output::kind> turn(const renegotiation::waiting& found, const step_input& in, base::bytes& token);
  base::result<step_output::kind> turn_alert(base::bytes_view content);
  base::result<step_output::kind> go_on_again(base::bytes_view inner, const step_input& in, base::bytes& token);
  base::result<step_output::kind> begin_again(base::bytes_view inner, const step_input& in, base::bytes& token);
  base::result<void> establish_again();
  base::result<void> read_on(const std::optional<renegotiation::waiting>& found);
  void settle_again();
  step_output refuse_again(base::failure why, base::bytes token);
  step_output::kind give_up_renegotiation();
  bool said_close() const noexcept;
  step_output deliver(step_output made, const step_input& in);
  step_output redeliver(const step_input& in);
  step_output failed(base::failure why, base::bytes token = {});
  step_output refuse(base::failure why, base::bytes flight);

  bool may_move() const;
  base::result<void> take_over(moved_connection& from);
  base::result<void> take_over_facts(moved_connection& from);
  base::result<void> take_over_keys(moved_connection& from);
  base::result<void> may_seal_now();
  base::result<read_output> take_or_fail(base::bytes_span record);
  base::result<read_output> take_record(base::bytes_span record);
  base::result<read_output> take_alert(const engine::opened& found, base::bytes_view content, read_output at);
  base::result<read_output> take_handshake(base::bytes_view content, base::bytes_view record, read_output at);
  base::result<read_output> take_idle(read_output at);
  base::result<read_output> take_renegotiation(engine::content_type type, base::bytes_view content,
                                               base::bytes_view record, read_output at);
  base::result<read_output> take_sealed(base::bytes_view record);
  base::result<read_output> take_refusal(read_output at);
  bool update_due() const noexcept;

  const engine::environment& env_;
  connection_setup setup_;
  record_limits limits_;
  std::atomic<standing> standing_{};

  std::optional<engine::handshake> ssl_;  // kept while something can still need it
  std::optional<engine::handshake_facts> facts_;
  std::optional<engine::exporter> exporter_;  // until the object goes: programs export when they like
  std::optional<post_handshake> post_;        // TLS 1.3
  std::optional<renegotiation> again_;        // TLS <= 1.2, where it is possible
  halves halves_;

  std::optional<record_mark> request_;  // clients: one for a certificate waits; what the call that met it consumed
  std::vector<base::bytes> wanted_issuers_;
  std::shared_ptr<const credential::credential> answers_with_;  // brought for a renegotiation

  std::optional<alert_value> pending_alert_;  // of an ALERT control token
  std::optional<step_output> held_;           // made, but the caller's buffer was too small
  record_mark consumed_mark_;                 // of held_: what it had consumed
  record_mark pending_mark_;                  // of the record whose message waits for ISC / ASC
  std::optional<base::failure> failure_;
  std::optional<std::uint8_t> owed_alert_;
  bool lacked_certificate_ = false;
  bool asks_later_ = false;        // servers: the HelloRequest was sent to ask for a certificate
  bool update_requested_ = false;  // a KeyUpdate goes with the next token
  bool ticket_requested_ = false;  // likewise
  bool started_ = false;
  bool keeps_session_ = true;
  bool takes_alerts_ = true;  // of the call being made
  close_report report_;
  std::atomic<bool> key_worn_ = false;  // set by the writer, once: the reader asks for a KeyUpdate (demand_after)
  bool update_demanded_ = false;        // the reader's: it has asked
  unsigned idle_records_ = 0;           // the reader's: records in a row that brought no data
};

}  // namespace schannix::context

// connection.ipp: definitions of connection.hpp. next() runs advance() until it has something to tell; advance() does
// one SSPI call in the state that reading_ names.
#pragma once

#include <algorithm>
#include <memory>

namespace schannix {
inline namespace v0 {

inline connection::connection(const credential& who, const std::string& server_name, connection_options options)
    : options_(std::move(options)),
      context_(who, server_name, options_.alpn, certificate_flags(who.side(), options_)) {}

inline connection::connection(detail::context imported, bool answer_close)
    : context_(std::move(imported)), sizes_(context_.sizes()), reading_(reading::records) {
  options_.answer_close = answer_close;
  SCHANNIX_CLOSE_REPORT seen{};
  seen.cbSize = sizeof seen;
  detail::require(context_.query(SCHANNIX_ATTR_CLOSE_REPORT, &seen), "asking how far it is closed");
  facts_.established = true;
  facts_.sent = (seen.dwFlags & SCHANNIX_CLOSE_SENT) != 0;
  facts_.received = (seen.dwFlags & SCHANNIX_CLOSE_RECEIVED) != 0;
  if (facts_.sent) report_.first = closer::us;
  if (facts_.received) report_.first = closer::peer, reading_ = reading::ended;  // both: it would be over
}

inline connection connection::import_state(std::span<const std::byte> state, bool answer_close) {
  return {detail::context(state), answer_close};
}

inline exported_connection connection::export_state() && {
  const bool at_rest = reading_ == reading::records || facts_.received;
  const bool going_on = facts_.established && !over() && !facts_.nothing_more;
  if (!at_rest || !going_on || !output_.empty()) detail::fail(0x80090302, "exporting");  // SEC_E_UNSUPPORTED_FUNCTION
  exported_connection made{{}, {input_.unread().begin(), input_.unread().end()}};
  made.state = context_.export_state();
  reading_ = reading::ended;
  facts_ = {};
  return made;
}

// USE_SUPPLIED_CREDS: nobody is to be asked for a certificate. A server that asks gets the credential's, or none.
inline ULONG connection::certificate_flags(role side, const connection_options& options) {
  if (side == role::client) return options.choose_certificate ? 0 : ISC_REQ_USE_SUPPLIED_CREDS;
  return options.request_client_certificate ? ASC_REQ_MUTUAL_AUTH : 0;
}

inline connection connection::client(const credential& who, const std::string& server_name,
                                     connection_options options) {
  if (who.side() != role::client) detail::fail(0x80090301, "a client needs a client's credential");
  connection made(who, server_name, std::move(options));
  detail::require(made.context_.step({}, made.output_).status, "starting the handshake");
  return made;
}

inline connection connection::server(const credential& who, connection_options options) {
  if (who.side() != role::server) detail::fail(0x80090301, "a server needs a server's credential");
  return {who, {}, std::move(options)};
}

inline void connection::feed(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  if (reading_ == reading::ended) {
    if (facts_.received) after_close_.add(bytes);
    return;
  }
  input_.append(bytes);
  starved_ = false;
}

inline void connection::transport_ended(transport_end how) {
  if (facts_.end == transport_end::none) facts_.end = how;
  if (closes_later_) send_close_notify();
}

inline event connection::next() {
  while (!starved_ && reading_ != reading::ended)
    if (auto news = advance()) return *news;
  return at_rest();
}

inline event connection::at_rest() {
  if (!over()) return needs_bytes{};
  reading_ = reading::ended;
  return closed{};
}

inline std::optional<event> connection::advance() {
  switch (reading_) {
    case reading::handshake:
      return step_handshake();
    case reading::post_handshake:
      return step_post_handshake();
    case reading::records:
      return open_record();
    case reading::ended:
      break;
  }
  return {};
}

inline std::optional<event> connection::step_handshake() {
  const auto before = input_.size();
  const auto waiting = output_.size();
  const auto [status, left] = context_.step(input_.unread(), output_);
  if (status == SEC_I_CONTEXT_EXPIRED) return peer_has_closed();
  if (status == SEC_I_INCOMPLETE_CREDENTIALS) return answer_request(), input_.keep_last(left), std::nullopt;
  const bool goes_on = status == SEC_E_OK || status == SEC_I_CONTINUE_NEEDED || status == SEC_E_INCOMPLETE_MESSAGE;
  if (!goes_on) return fail_handshake(status, output_.unread().subspan(waiting)), std::nullopt;
  input_.keep_last(left);
  starved_ = status != SEC_E_OK && (left == 0 || left == before);
  if (status != SEC_E_OK) return {};
  finish_handshake();
  return handshake_done{};
}

// The next step goes on with what was chosen, or without a certificate: also when the chooser throws.
inline void connection::answer_request() {
  const auto chosen = options_.choose_certificate(context_.issuers());
  if (!chosen) return;
  if (chosen->side() != role::client) detail::fail(0x80090301, "a client needs a client's credential");
  context_.go_on_with(*chosen);
}

// A first call that fails leaves no context to ask, but its alert is in the clear (RFC 8446 §5.1, §6).
inline void connection::fail_handshake(SECURITY_STATUS status, std::span<const std::byte> token) {
  fail(status);
  constexpr std::size_t clear_alert_size = 7;
  const bool is_alert = token.size() == clear_alert_size && token[0] == std::byte{21};
  if (is_alert) report_.alert_sent = static_cast<alert>(token.back());
}

inline void connection::finish_handshake() {
  sizes_ = context_.sizes();
  facts_.established = true;
  reading_ = reading::records;
  starved_ = input_.empty();
}

// After SEC_I_RENEGOTIATE: a ticket, a key update, a renegotiation (MS "Renegotiating an Schannel Connection"). The
// rest of a renegotiation comes by way of DecryptMessage as well, for there may be data in between.
inline std::optional<event> connection::step_post_handshake() {
  const auto [status, left] = context_.step(input_.unread(), output_);
  if (status == SEC_I_CONTEXT_EXPIRED) return peer_has_closed();
  if (status == SEC_I_INCOMPLETE_CREDENTIALS) return input_.keep_last(left), answer_request(), std::nullopt;
  const bool done = status == SEC_E_OK || status == SEC_I_NO_RENEGOTIATION;
  if (status != SEC_I_CONTINUE_NEEDED && !done) return fail(status), std::nullopt;
  input_.keep_last(left);
  starved_ = input_.empty();
  reading_ = reading::records;
  if (done && renegotiating_) finish_renegotiation();
  if (!done) renegotiating_ = true;
  return {};
}

// What could not be sealed between our Finished and the peer's goes now, and then the close_notify that was to follow
// it.
inline void connection::finish_renegotiation() {
  renegotiating_ = false;
  if (facts_.sent) return;
  sizes_ = context_.sizes();
  const auto waiting = held_.take_all();
  if (!waiting.empty()) seal_parts(waiting);
  if (closes_later_) send_close_notify();
}

inline std::optional<event> connection::open_record() {
  if (input_.empty()) return starved_ = true, std::nullopt;
  const auto [status, left, data] = context_.open(input_.unread());
  if (status == SEC_E_INCOMPLETE_MESSAGE) return starved_ = true, std::nullopt;
  if (status < 0) return fail_reading(status), std::nullopt;
  input_.keep_last(left);
  if (status == SEC_I_CONTEXT_EXPIRED) return peer_has_closed();
  if (status == SEC_I_RENEGOTIATE)
    reading_ = reading::post_handshake;  // must be answered even when no input is left
  else
    starved_ = left == 0;
  return deliver(data);
}

inline std::optional<event> connection::deliver(std::span<const std::byte> bytes) {
  if (bytes.empty()) return {};
  report_.bytes_received += bytes.size();
  if (!facts_.nothing_more) return data_received{bytes};
  report_.bytes_discarded += bytes.size();
  return {};
}

// RFC 8446 §6.1: what follows a close_notify is ignored.
inline std::optional<event> connection::peer_has_closed() {
  facts_.received = true;
  if (report_.first == closer::nobody) report_.first = closer::peer;
  after_close_.add(input_.unread());
  input_.keep_last(0);
  reading_ = reading::ended;
  held_.keep_last(0);
  if (options_.answer_close || closes_later_) send_close_notify();
  if (facts_.established) return peer_closed{};
  return {};
}

inline void connection::fail(SECURITY_STATUS status) {
  facts_.failed = true;
  report_.error = status_code(static_cast<std::uint32_t>(status));
  reading_ = reading::ended;
}

// DecryptMessage has no way to send: the alert that RFC 8446 §6.2 asks for is the token of the next call.
inline void connection::fail_reading(SECURITY_STATUS status) {
  fail(status);
  if (!facts_.sent) (void)context_.step({}, output_);
}

inline void connection::check_can_seal() const {
  if (!facts_.established) detail::fail(0x80090301, "sealing before the handshake is done");
  if (!can_seal()) detail::fail(0x80090317, "sealing after the end");  // SEC_E_CONTEXT_EXPIRED
}

inline void connection::seal_empty() {
  check_can_seal();
  detail::require(context_.seal({}, sizes_, output_), "sealing");
}

inline void connection::update_keys() {
  check_can_seal();
  detail::require(context_.update_keys(output_), "updating keys");
}

inline void connection::send_ticket() {
  check_can_seal();
  detail::require(context_.send_ticket(output_), "sending a ticket");
}

inline void connection::seal(std::span<const std::byte> bytes) {
  check_can_seal();
  if (held_.empty()) return seal_parts(bytes);
  held_.append(bytes);
}

inline void connection::seal_parts(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), sizes_.maximum));
    const auto status = context_.seal(part, sizes_, output_);
    if (renegotiating_ && status == SEC_E_CONTEXT_EXPIRED) return held_.append(bytes);
    detail::require(status, "sealing");
    report_.bytes_sent += part.size();
    bytes = bytes.subspan(part.size());
  }
}

// Held data goes first, as long as the peer can still let it (RFC 8446 §6.1: all data precede close_notify).
inline void connection::send_close_notify() {
  if (facts_.sent || facts_.failed || facts_.aborted) return;
  closes_later_ = !held_.empty() && facts_.end == transport_end::none;
  if (closes_later_) return;
  if (report_.first == closer::nobody) report_.first = closer::us;
  if (context_.exists()) {
    detail::require(context_.shutdown(output_), "closing");
    facts_.sent = true;
  }
  if (!facts_.established) {  // nothing is left to wait for
    facts_.failed = true;
    reading_ = reading::ended;
  }
}

// FIN ends the peer's direction alone: ours is closed with close_notify even after it (RFC 8446 §6.1).
inline void connection::close_write() {
  const bool ours_is_open = can_seal() && facts_.end == transport_end::finished;
  if (!over() || ours_is_open) send_close_notify();
}

inline void connection::close() {
  if (!over()) facts_.nothing_more = true;
  close_write();
}

inline void connection::cancel_write() {
  if (over() || facts_.sent) return;
  held_.keep_last(0);
  if (context_.exists()) detail::require(context_.send_alert(alert::user_canceled, false, output_), "canceling");
  send_close_notify();
}

inline void connection::abort(alert why) {
  if (over()) return;
  if (context_.exists()) detail::require(context_.send_alert(why, true, output_), "aborting");
  facts_.aborted = true;
  reading_ = reading::ended;
}

inline std::vector<std::byte> connection::take_output() { return output_.take_all(); }

inline connection_info connection::info() const {
  if (!facts_.established) detail::fail(0x80090301, "asking before the handshake is done");
  SecPkgContext_CipherInfo cipher{};
  cipher.dwVersion = SECPKGCONTEXT_CIPHERINFO_V1;
  detail::require(context_.query(SECPKG_ATTR_CIPHER_INFO, &cipher), "asking for the cipher suite");
  connection_info info;
  info.version = static_cast<std::uint16_t>(cipher.dwProtocol);
  info.cipher_suite_id = static_cast<std::uint16_t>(cipher.dwCipherSuite);
  info.cipher_suite = detail::narrow_ascii(cipher.szCipherSuite);
  info.group_id = static_cast<std::uint16_t>(cipher.dwKeyType);
  SecPkgContext_ApplicationProtocol alpn{};
  if (context_.query(SECPKG_ATTR_APPLICATION_PROTOCOL, &alpn) == SEC_E_OK &&
      alpn.ProtoNegoStatus == SecApplicationProtocolNegotiationStatus_Success)
    info.alpn.assign(reinterpret_cast<const char*>(alpn.ProtocolId), alpn.ProtocolIdSize);
  SecPkgContext_SessionInfo session{};
  if (context_.query(SECPKG_ATTR_SESSION_INFO, &session) == SEC_E_OK)
    info.resumed = (session.dwFlags & SSL_SESSION_RECONNECT) != 0;
  return info;
}

inline std::optional<certificate> connection::peer_certificate() const {
  PCCERT_CONTEXT context = nullptr;
  if (!context_.exists() || context_.query(SECPKG_ATTR_REMOTE_CERT_CONTEXT, &context) != SEC_E_OK) return {};
  return certificate::adopt(context);
}

inline std::vector<std::byte> connection::export_keying_material(const std::string& label, std::size_t size,
                                                                 std::span<const std::byte> context) const {
  if (!facts_.established) detail::fail(0x80090301, "exporting before the handshake is done");
  if (label.size() >= 0xFFFF || context.size() > 0xFFFF || size > 0xFFFF)
    detail::fail(0x8009035D, "exporting keying material");
  SecPkgContext_KeyingMaterial_Inproc material{};  // what is only read is not const there
  material.cbLabel = static_cast<WORD>(label.size() + 1);
  material.pszLabel = const_cast<char*>(label.c_str());
  material.cbContextValue = static_cast<WORD>(context.size());
  if (!context.empty()) material.pbContextValue = reinterpret_cast<PBYTE>(const_cast<std::byte*>(context.data()));
  material.cbKeyingMaterial = static_cast<DWORD>(size);
  detail::require(context_.query(SECPKG_ATTR_KEYING_MATERIAL_INPROC, &material), "exporting keying material");
  const std::unique_ptr<void, SECURITY_STATUS (*)(void*)> block(material.pbKeyingMaterial, FreeContextBuffer);
  const auto* const bytes = reinterpret_cast<const std::byte*>(material.pbKeyingMaterial);
  return {bytes, bytes + material.cbKeyingMaterial};
}

inline close_report connection::report() const {
  auto report = report_;
  report.outcome = outcome_of(facts_);
  report.bytes_incomplete = starved_ ? input_.size() : 0;
  report.bytes_after_close = after_close_.bytes();
  report.records_after_close = after_close_.records();
  report.transport = facts_.end;
  report.established = facts_.established;
  report.close_sent = facts_.sent;
  report.close_received = facts_.received && facts_.established;  // before, anybody can have sent it
  SCHANNIX_CLOSE_REPORT seen{};
  seen.cbSize = sizeof seen;
  if (!context_.exists() || context_.query(SCHANNIX_ATTR_CLOSE_REPORT, &seen) != SEC_E_OK) return report;
  if ((seen.dwFlags & SCHANNIX_CLOSE_ALERT_SENT) != 0) report.alert_sent = static_cast<alert>(seen.bAlertSent);
  if ((seen.dwFlags & SCHANNIX_CLOSE_ALERT_RECEIVED) != 0)
    report.alert_received = static_cast<alert>(seen.bAlertReceived);
  report.resumable = (seen.dwFlags & SCHANNIX_CLOSE_RESUMABLE) != 0;
  return report;
}

}  // namespace v0
}  // namespace schannix

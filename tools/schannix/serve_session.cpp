#include "serve_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "settings.hpp"

namespace tool {

namespace {

constexpr std::size_t most_waiting = 1 << 20;  // echo kept for a slow client before reading from it stops
constexpr short peer_went = POLLRDHUP | POLLHUP | POLLERR;

}  // namespace

session::session(const serve_options& options, close_plan plan, const terminal& out, tls_link wire, std::string name,
                 const std::optional<chaos>& disorder)
    : options_(options),
      plan_(plan),
      out_(out),
      wire_(std::move(wire)),
      name_(std::move(name)),
      chaos_(disorder),
      limit_(in_seconds(options.timeout)) {}

pollfd session::polled() const {
  if (mute_) return {wire_.fd(), POLLRDHUP, 0};
  const bool may_read = answer_at_ == deadline::max() && (over_ || wire_.backlog() < most_waiting);
  const int pausing = send_at_ == deadline::max() ? 0 : POLLOUT;
  const auto events = static_cast<short>(wire_.wanted(may_read) & ~pausing);
  return {events != 0 ? wire_.fd() : -1, events, 0};
}

void session::turn(short ready) {
  if (ready != 0) transfer(ready);
  look_at_the_clock();
  take_events();
  send();
  if (must_act()) {
    act();
    take_events();
    send();
  }
  if ((over_ || fin_due_) && wire_.all_sent()) wire_.half_close();
}

void session::transfer(short ready) {
  if (!mute_) return wire_.transfer(static_cast<short>(ready & ~POLLOUT));  // sending is for send()
  if ((ready & peer_went) == 0) return;
  mute_ = false;
  const bool reset = (ready & POLLERR) != 0;
  wire_.tls().transport_ended(reset ? schannix::transport_end::reset : schannix::transport_end::finished);
}

void session::look_at_the_clock() {
  const auto now = clock::now();
  if (now >= send_at_) send_at_ = deadline::max();
  if (now >= answer_at_) {
    answer_at_ = deadline::max();
    wire_.tls().close_write();
  }
  if (over_ || now < limit_) return;
  mute_ = false;
  wire_.tls().transport_ended(schannix::transport_end::timed_out);
}

// What comes behind the first echo waits until the plan has been carried out.
void session::take_events() {
  while (!over_ && !mute_ && !echoed_) {
    const schannix::event event = wire_.tls().next();
    if (std::holds_alternative<schannix::needs_bytes>(event)) return;
    if (std::holds_alternative<schannix::handshake_done>(event)) on_handshake_done();
    if (const auto* data = std::get_if<schannix::data_received>(&event)) echo(data->bytes);
    if (std::holds_alternative<schannix::peer_closed>(event)) on_peer_closed();
    if (std::holds_alternative<schannix::closed>(event)) end();
  }
}

void session::on_handshake_done() {
  limit_ = deadline::max();
  const auto info = wire_.tls().info();
  json fields = as_json(info);
  fields["client"] = name_;
  out_.event("connected", fields);
  out_.say(fmt::format("{}: connected, {}", name_, one_line(info)));
}

void session::on_peer_closed() {
  if (plan_.mode == close_mode::delay)
    answer_at_ = clock::now() + std::chrono::milliseconds(plan_.value);
  else if (answers_close_)
    wire_.tls().close_write();
}

void session::echo(std::span<const std::byte> bytes) {
  if (!wire_.tls().can_seal() || !answers_close_) return;  // we have closed; the client may still send
  if (chaos_)
    seal_in_disorder(bytes);
  else
    wire_.tls().seal(bytes);
  echoed_ = plan_.acts() && !acted_;
  joined_ = echoed_ && chaos_ && plan_.can_be_joined() && chaos_->joins_close();
}

void session::seal_in_disorder(std::span<const std::byte> bytes) {
  constexpr std::uint16_t tls13 = 0x0304;
  auto& tls = wire_.tls();
  const bool is_tls13 = tls.info().version == tls13;
  while (!bytes.empty()) {
    for (unsigned count = chaos_->empty_records(); count > 0; --count) tls.seal_empty();
    if (is_tls13 && chaos_->key_update()) tls.update_keys();
    const auto part = bytes.first(chaos_->record_size(bytes.size()));
    tls.seal(part);
    if (is_tls13 && chaos_->ticket(part.size())) tls.send_ticket();
    bytes = bytes.subspan(part.size());
  }
}

void session::send() {
  if (mute_ || send_at_ != deadline::max()) return;
  if (!chaos_) return wire_.send();
  if (wire_.all_sent()) return;
  wire_.send(chaos_->portion());
  send_at_ = clock::now() + chaos_->pause();
}

bool session::must_act() const { return echoed_ && (joined_ || wire_.all_sent()); }

// The ways to end from this side that can be asked for.
void session::act() {
  echoed_ = false;
  acted_ = true;
  limit_ = in_seconds(options_.timeout);
  auto& tls = wire_.tls();
  switch (plan_.mode) {
    case close_mode::clean:
      return tls.close_write();
    case close_mode::no_wait:
      fin_due_ = true;
      limit_ = in_seconds(std::min(options_.timeout, linger_seconds));
      return tls.close();
    case close_mode::half:
      fin_due_ = true;
      return tls.close_write();
    case close_mode::fin_only:
      answers_close_ = false;
      fin_due_ = true;
      return;
    case close_mode::rst:
      return wire_.reset();
    case close_mode::silent:
      answers_close_ = false;
      mute_ = true;
      return;
    case close_mode::notify_then_data:
      return send_record_behind_close();
    case close_mode::mid_record:
      return send_half_a_record();
    case close_mode::fatal:
      return tls.abort(static_cast<schannix::alert>(plan_.value));
    case close_mode::answer:
    case close_mode::delay:
      return;
  }
}

// The library seals nothing behind close_notify, so the record only looks like one: its content is made up, as an
// attacker's would be. RFC 8446 §6.1: who has received close_notify ignores it unread.
void session::send_record_behind_close() {
  constexpr std::size_t content_size = 48;
  constexpr std::array header = {std::byte{23}, std::byte{3}, std::byte{3}, std::byte{0}, std::byte{content_size}};
  wire_.tls().close_write();
  auto flight = wire_.tls().take_output();
  flight.insert(flight.end(), header.begin(), header.end());
  flight.insert(flight.end(), content_size, std::byte{0xA5});
  wire_.send_instead(std::move(flight));
}

void session::send_half_a_record() {
  wire_.tls().seal(std::as_bytes(std::span(std::string_view("This record does not arrive whole."))));
  auto record = wire_.tls().take_output();
  record.resize(record.size() / 2);
  wire_.send_instead(std::move(record));
  answers_close_ = false;
  fin_due_ = true;
}

void session::close() {
  if (over_) return;
  mute_ = echoed_ = false;
  wire_.tls().close();
  limit_ = in_seconds(std::min(options_.timeout, linger_seconds));
  turn(0);
}

// A FIN alone ends the client's direction; ours still ends with close_notify (RFC 8446 §6.1).
void session::end() {
  over_ = true;
  if (answers_close_) wire_.tls().close_write();
  const auto lingering = in_seconds(std::min(options_.timeout, linger_seconds));
  limit_ = fin_due_ ? std::min(limit_, lingering) : lingering;  // with TCP's end on its way, the plan has set the time
  answer_at_ = deadline::max();
  const auto report = wire_.tls().report();
  const bool asked_for = report.outcome == schannix::close_outcome::aborted;  // --close=fatal
  code_ = asked_for ? exit_tls_failed : code_of(report);
  json fields = as_json(report);
  fields["client"] = name_;
  fields["exit_code"] = static_cast<int>(code_);
  out_.event("closed", fields);
  out_.say(fmt::format("{}: {}", name_, report.sentence()), code_ == exit_clean ? tone::good : tone::bad);
}

}  // namespace tool

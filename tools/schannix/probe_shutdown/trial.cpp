#include "trial.hpp"

#include <poll.h>

#include <algorithm>

#include "starttls.hpp"

namespace tool {

namespace {

constexpr double hold_seconds = 1.0;  // for which our close_notify waits, to see whether the peer waits for it
constexpr int pokes = 8;              // empty records behind the peer's FIN, over --timeout

connected open_tcp(const target& to) {
  const auto until = in_seconds(to.timeout);
  auto tcp = connect_to(to.where, until);
  if (!to.starttls.empty()) start_tls(tcp.socket, to.starttls, in_seconds(to.timeout));
  return tcp;
}

}  // namespace

trial::trial(const target& to, const schannix::credential& who) : trial(to, who, open_tcp(to)) {}

trial::trial(const target& to, const schannix::credential& who, connected tcp)
    : to_(to),
      address_(std::move(tcp.address)),
      wire_(std::move(tcp.socket), schannix::connection::client(who, to.name, {.alpn = to.alpn, .answer_close = false}),
            to.wire) {}

trial::~trial() {
  if (wire_.fd() < 0) return;
  try {
    tls().close();
  } catch (const std::exception&) {
    return;  // then TCP ends alone
  }
  linger(wire_, in_seconds(std::min(to_.timeout, linger_seconds)));
}

bool trial::shake() {
  read_until([&] { return tls().established(); }, to_.timeout);
  if (!tls().established() && !ended_) tls().transport_ended(schannix::transport_end::timed_out);
  return tls().established();
}

bool trial::shake_and_close() {
  close_at_once_ = true;
  return shake();
}

void trial::say(std::string_view text) {
  if (tls().can_seal()) tls().seal(std::as_bytes(std::span(text)));
}

void trial::read_until(const std::function<bool()>& enough, double seconds) {
  const auto until = in_seconds(seconds);
  while (!ended_ && !too_much_ && !enough() && clock::now() < until) turn(until);
}

void trial::turn(deadline until) {
  wire_.send();
  pollfd waiting{wire_.fd(), wire_.wanted(true), 0};
  if (poll(&waiting, 1, poll_timeout(until)) > 0) wire_.transfer(waiting.revents);
  take_events();
  wire_.send();
}

void trial::take_events() {
  while (!ended_ && !too_much_) {
    const schannix::event event = tls().next();
    if (std::holds_alternative<schannix::needs_bytes>(event)) return;
    if (std::holds_alternative<schannix::handshake_done>(event) && close_at_once_) tls().close_write();
    if (const auto* data = std::get_if<schannix::data_received>(&event)) {
      received_.append(reinterpret_cast<const char*>(data->bytes.data()), data->bytes.size());
      too_much_ = received_.size() > to_.drain_limit;
    }
    ended_ = std::holds_alternative<schannix::peer_closed>(event) || std::holds_alternative<schannix::closed>(event);
  }
}

void trial::leave_unread(double seconds) {
  const auto until = in_seconds(seconds);
  while (clock::now() < until) {
    wire_.send();
    const short events = wire_.all_sent() ? 0 : POLLOUT;
    pollfd waiting{wire_.fd(), static_cast<short>(events | POLLRDHUP), 0};
    if (poll(&waiting, 1, poll_timeout(until)) > 0 && (waiting.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) return;
  }
}

void trial::end_tcp() {
  read_until([&] { return wire_.all_sent(); }, to_.timeout);
  wire_.half_close();
}

observation trial::await_end() {
  read_until([] { return false; }, to_.timeout);
  if (!ended_ && !too_much_) tls().transport_ended(schannix::transport_end::timed_out);
  return {.end = how_it_ended(), .report = tls().report()};
}

observation trial::await_close() {
  read_until([] { return false; }, to_.timeout);
  if (!ended_ && !too_much_) return close_instead();
  observation seen{.end = how_it_ended()};
  if (seen.end == peer_end::close_notify) {
    await_fin(std::min(to_.timeout, hold_seconds));
    seen.ended_tcp = wire_.gone();
    seen.reads_on = seen.ended_tcp && takes_more();
    tls().close_write();
  }
  seen.report = tls().report();
  return seen;
}

// The peer's FIN, after its close_notify; what comes before it is counted in the report.
void trial::await_fin(double seconds) {
  const auto until = in_seconds(seconds);
  while (!wire_.gone() && clock::now() < until) turn(until);
}

// A program that has closed its socket reads no more, and the system answers with a reset whatever is sent to it. That
// may take a while: many read for a second or so before they close it.
bool trial::takes_more() {
  for (int i = 0; i < pokes; ++i) {
    tls().seal_empty();
    wire_.send();
    pollfd waiting{wire_.fd(), 0, 0};  // a reset is told without being asked for
    if (poll(&waiting, 1, poll_timeout(in_seconds(to_.timeout / pokes))) != 0) return false;
  }
  return true;
}

// The peer does not close. Does it answer our close_notify, and how late?
observation trial::close_instead() {
  const auto start = clock::now();
  tls().close_write();
  read_until([] { return false; }, to_.timeout);
  observation seen{.end = peer_end::silence, .report = tls().report()};
  if (seen.report.close_received)
    seen.answered_after = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - start);
  return seen;
}

peer_end trial::how_it_ended() const {
  if (too_much_) return peer_end::too_much;
  const auto report = wire_.tls().report();
  if (report.close_received) return peer_end::close_notify;
  if (report.alert_received) return peer_end::alert;
  if (report.error) return peer_end::violation;
  if (report.transport == schannix::transport_end::reset) return peer_end::reset;
  return report.transport == schannix::transport_end::finished ? peer_end::fin : peer_end::silence;
}

}  // namespace tool

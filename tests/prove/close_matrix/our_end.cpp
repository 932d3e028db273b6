#include "our_end.hpp"

#include <sys/socket.h>

#include <span>
#include <stdexcept>
#include <variant>

namespace schannix::prove {
namespace {

constexpr std::chrono::seconds patience(20);  // a peer that says nothing for so long hangs

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span<const char>(text.data(), text.size()));
}

}  // namespace

void wire_tap::see(std::string_view bytes) {
  constexpr std::size_t header = 5, sealed_alert = 2 + 1 + 16, java_padding = 16;
  constexpr unsigned char alert_type = 21, data_type = 23;
  partial_ += bytes;
  while (partial_.size() >= header) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(partial_[i]); };
    const std::size_t size = std::size_t{byte(3)} << 8 | byte(4);
    if (partial_.size() < header + size) return;
    if (byte(0) == alert_type ||
        (byte(0) == data_type && (size == sealed_alert || size == sealed_alert + java_padding)))
      ++alerts_;
    partial_.erase(0, header + size);
  }
}

void our_end::send() {
  const auto output = tls_.pending_output();
  line_.send({reinterpret_cast<const char*>(output.data()), output.size()});  // a peer that is gone may refuse it
  tls_.output_taken(output.size());
}

void our_end::digest(std::string_view bytes) {
  tls_.feed(bytes_of(bytes));
  while (true) {
    const event now = tls_.next();
    if (const auto* data = std::get_if<data_received>(&now))
      received_.append(reinterpret_cast<const char*>(data->bytes.data()), data->bytes.size());
    over_ = over_ || std::holds_alternative<peer_closed>(now) || std::holds_alternative<closed>(now);
    if (std::holds_alternative<needs_bytes>(now) || std::holds_alternative<closed>(now)) break;
  }
  send();
}

bool our_end::receive(std::string& into) {
  if (!test::deadline(patience).wait_readable(line_.get())) throw std::runtime_error("the peer hangs");
  const std::size_t before = into.size();
  transport_ = line_.receive(into);
  tap_.see(std::string_view(into).substr(before));
  return transport_ == test::transport::open;
}

void our_end::take_in() {
  std::string bytes;
  if (!receive(bytes))
    tls_.transport_ended(transport_ == test::transport::reset ? transport_end::reset : transport_end::finished);
  digest(bytes);
}

void our_end::shake() {
  send();
  while (!tls_.established()) {
    if (over_ || transport_ != test::transport::open) throw std::runtime_error(tls_.report().sentence());
    take_in();
  }
}

void our_end::say(std::string_view text) {
  tls_.seal(bytes_of(text));
  send();
}

void our_end::await(std::string_view text) {
  while (received_.find(text) == std::string::npos) {
    if (over_ || transport_ != test::transport::open)
      throw std::runtime_error("no answer: " + tls_.report().sentence());
    take_in();
  }
}

void our_end::close_after(std::string_view text) {
  if (!text.empty()) tls_.seal(bytes_of(text));
  tls_.close_write();
  send();
}

void our_end::reset_transport() {
  const linger at_once{1, 0};
  setsockopt(line_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  line_.close();
  transport_ = test::transport::reset;
  tls_.transport_ended(transport_end::reset);
  digest({});
}

void our_end::hang_up() { line_.close(); }

void our_end::read_to_close() {
  while (!over_ && transport_ == test::transport::open) take_in();
}

void our_end::read_to_end() {
  while (transport_ == test::transport::open) take_in();
}

void our_end::read_in_one_piece() {
  std::string all;
  while (tap_.alerts() == 0 && receive(all)) {
  }
  if (transport_ != test::transport::open)
    tls_.transport_ended(transport_ == test::transport::reset ? transport_end::reset : transport_end::finished);
  digest(all);
  read_to_close();  // the alert may have been another, before close_notify
}

bool our_end::silent_for(std::chrono::milliseconds time) const {
  return transport_ == test::transport::open && !test::deadline(time).wait_readable(line_.get());
}

}  // namespace schannix::prove

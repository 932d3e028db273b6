// A connection of the C++ API and the socket that it goes over.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <schannix/schannix.hpp>
#include <stdexcept>
#include <string>

namespace schannix::test {

class line {
 public:
  line(connection tls, int socket) : tls_(std::move(tls)), socket_(socket) {}

  void shake() {
    while (!tls_.established()) take_in();
    flush();
  }
  void say(const std::string& text) {
    tls_.seal(std::as_bytes(std::span(text)));
    flush();
  }
  void await(const std::string& text) {
    while (received_.find(text) == std::string::npos) take_in();
  }
  void update_keys() {
    tls_.update_keys();
    flush();
  }
  // close_notify, and whatever comes until the peer's.
  close_report close() {
    tls_.close_write();
    while (!over_) take_in();
    return tls_.report();
  }
  void feed(std::span<const std::byte> bytes) {
    tls_.feed(bytes);
    drain();
  }
  connection& tls() { return tls_; }

 private:
  void flush() {
    for (std::vector<std::byte> bytes = tls_.take_output(); !bytes.empty();) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the peer takes nothing");
      bytes.erase(bytes.begin(), bytes.begin() + sent);
    }
  }
  void take_in() {
    if (over_) throw std::runtime_error("it is over: " + tls_.report().sentence());
    flush();
    std::array<std::byte, 4096> room{};
    const ssize_t size = ::recv(socket_, room.data(), room.size(), 0);
    if (size <= 0) tls_.transport_ended();
    if (size > 0) tls_.feed(std::span(room).first(static_cast<std::size_t>(size)));
    drain();
  }
  void drain() {
    for (;;) {
      const event news = tls_.next();
      if (std::holds_alternative<needs_bytes>(news)) break;
      if (const auto* data = std::get_if<data_received>(&news))
        received_.append(reinterpret_cast<const char*>(data->bytes.data()), data->bytes.size());
      over_ = std::holds_alternative<closed>(news);
      if (over_) break;
    }
    flush();
  }

  connection tls_;
  int socket_;
  std::string received_;
  bool over_ = false;
};

// What it was and how far it is, as text: to be compared between two processes.
inline std::string told(const connection& of) {
  const connection_info info = of.info();
  const auto certificate = of.peer_certificate();
  const auto material = of.export_keying_material("EXPERIMENTAL heir", 16);
  std::string text = info.version_name() + " " + info.cipher_suite + " " + info.group_name() + " " + info.alpn + " " +
                     (info.resumed ? "resumed" : "new") + " " + (certificate ? certificate->subject() : "nobody");
  for (const std::byte one : material) text += " " + std::to_string(std::to_integer<int>(one));
  return text + " " + of.report().id() + " " + of.report().sentence();
}

}  // namespace schannix::test

// The other end of a connection in tests: plain OpenSSL over memory, in the default library context, knowing nothing of
// the library under test.
//
//   openssl_peer peer({.server = true, .identities = {leaf}});
//   peer.give(client_hello); peer.shake(); const octets flight = peer.take();
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pki.hpp"

namespace schannix::test {

using octets = std::vector<std::uint8_t>;

struct peer_setup {
  bool server = true;
  int lowest = TLS1_2_VERSION;
  int highest = TLS1_3_VERSION;
  std::string suites = {};    // TLS <= 1.2, OpenSSL's names; empty: OpenSSL's default
  std::string suites13 = {};  // TLS 1.3
  std::string groups = {};    // "X25519:P-256"; empty: OpenSSL's default
  std::string signatures = {};
  std::vector<pki::issued> identities = {};
  bool asks_certificate = false;  // servers
  bool allows_renegotiation = false;
  std::size_t tickets = 0;     // servers, TLS 1.3
  std::uint64_t options = 0;   // SSL_OP_...
  std::string protocols = {};  // ALPN, as on the wire
  std::string name = {};       // clients: SNI
  SSL_SESSION* resumes = nullptr;
};

class openssl_peer {
 public:
  explicit openssl_peer(const peer_setup& setup);
  openssl_peer(const openssl_peer&) = delete;
  openssl_peer& operator=(const openssl_peer&) = delete;

  void give(std::span<const std::uint8_t> wire);
  octets take();  // what it wants to send

  void shake();  // goes on with the handshake, or with post-handshake messages
  bool established() const;
  bool failed() const { return failed_; }

  bool write(std::span<const std::uint8_t> data);
  octets read();        // all data that has arrived
  bool closed() const;  // a close_notify arrived
  void close();         // sends close_notify
  void update_keys(bool request_peer);
  void renegotiate();

  SSL* ssl() const { return ssl_.get(); }
  octets secret(const std::string& label) const;  // of the key log: "CLIENT_TRAFFIC_SECRET_0"; empty: never logged
  octets server_random() const;
  octets client_random() const;
  octets finished(bool of_peer) const;
  std::shared_ptr<SSL_SESSION> session() const;

  std::optional<std::uint8_t> alert_received, alert_sent;
  std::size_t tickets_received = 0;
  std::size_t key_updates_received = 0;

 private:
  void note_failure(int returned);
  static void see_message(int sent, int version, int type, const void* data, std::size_t size, SSL* ssl, void* self);
  static void see_key_log(const SSL* ssl, const char* line);
  static int choose_protocol(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                             unsigned in_size, void* self);

  peer_setup setup_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  std::map<std::string, octets> secrets_;
  bool failed_ = false;
};

// Whole records of wire, one by one; what is no whole record is the last element.
std::vector<octets> records_of(std::span<const std::uint8_t> wire);

}  // namespace schannix::test

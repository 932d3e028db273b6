// The other end of a connection, played by OpenSSL on memory BIOs: a client or a server, in the test's own process.
//
//   openssl_peer peer({.version = TLS1_3_VERSION, .identities = {{leaf, {root}}}, .tickets = 2});
//   peer.give(client_hello);
//   client.give(peer.take());
//
// Everything it received is at hand as it was seen: data, alerts, close_notify, the name and the protocols asked for.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/pki.hpp"

namespace schannix::test::sspi {

struct peer_identity {
  pki::issued leaf;
  std::vector<pki::issued> chain = {};  // sent behind it
};

struct peer_options {
  bool server = true;
  int version = TLS1_3_VERSION;  // this one only
  int newest = 0;                // 0: this one only
  std::string ciphers = {};      // TLS <= 1.2, OpenSSL's names; empty: its default
  std::string suites = {};       // TLS 1.3
  std::string signatures = {};   // signature algorithms; empty: its default
  std::string groups = {};
  std::vector<peer_identity> identities = {};
  std::size_t tickets = 0;                // a TLS 1.3 server's, at the end of the handshake
  bool session_tickets = false;           // TLS 1.2
  std::string protocols = {};             // ALPN list as on the wire
  std::string server_name = {};           // a client's SNI
  unsigned max_fragment = 0;              // of what it sends; 0: the usual
  bool asks_certificate = false;          // a server's; whatever comes is taken, also none
  std::vector<pki::issued> issuers = {};  // that its CertificateRequest names
  std::string stapled = {};               // a server's OCSP answer; empty: none
  bool asks_status = false;               // a client's
};

struct received_alert {
  int level = 0;
  int description = -1;
  friend bool operator==(const received_alert&, const received_alert&) = default;
};

class openssl_peer {
 public:
  explicit openssl_peer(const peer_options& options);

  void start();                       // a client's first flight
  void give(std::string_view bytes);  // from the other side: handshakes, then reads
  std::string take();                 // for the other side

  bool established() const;
  bool saw_close() const;  // an authenticated close_notify
  const std::string& received() const { return received_; }
  const std::optional<received_alert>& alert() const { return alert_; }
  std::string asked_name() const;  // a server's view of SNI
  std::string agreed_protocol() const;
  std::string session_id() const;
  bool resumed() const;
  bool was_asked_status() const;  // a server: the client wants an OCSP answer
  std::string stapled() const;    // a client: what came
  bool failed() const { return failed_; }

  void write(std::string_view data);
  void close();  // close_notify
  void update_keys(bool request);
  void send_ticket();
  void resume_from(SSL_SESSION* session);  // before start
  SSL* native() const { return ssl_.get(); }

 private:
  void read_all();
  static void on_info(const SSL* ssl, int where, int value);
  static int on_status(SSL* ssl, void* self);
  static int on_protocols(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                          unsigned in_size, void* self);

  std::string protocols_;
  std::string stapled_;
  std::shared_ptr<SSL_CTX> context_;
  std::shared_ptr<SSL> ssl_;
  std::string received_;
  std::optional<received_alert> alert_;
  bool failed_ = false;
};

}  // namespace schannix::test::sspi

// One side of a connection as a well-behaved Windows program drives it: it keeps what it received, gives all of it to
// the next call, keeps what comes back as EXTRA, and collects what is to be sent.
//
//   party client(client_credential(tls::v1_3)), server(server_credential(tls::v1_3), {.side = role::server});
//   converse(client, server);
//   client.seal("hello");
//   converse(client, server);   // server.received() == "hello"
#pragma once

#include <sspi.h>

#include <array>
#include <string>
#include <string_view>

#include "support/openssl_peer.hpp"
#include "support/sspi_call.hpp"
#include "support/sspi_credential.hpp"

namespace schannix::test::sspi {

inline constexpr ULONG usual_client_flags = ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY |
                                            ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM | ISC_REQ_USE_SUPPLIED_CREDS |
                                            ISC_REQ_EXTENDED_ERROR;
inline constexpr ULONG usual_server_flags = ASC_REQ_SEQUENCE_DETECT | ASC_REQ_REPLAY_DETECT | ASC_REQ_CONFIDENTIALITY |
                                            ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_STREAM | ASC_REQ_EXTENDED_ERROR;

struct party_options {
  role side = role::client;
  std::string target = "a.test";
  ULONG more_flags = 0;
  ULONG fewer_flags = 0;                // of the usual ones
  std::string protocols = {};           // ALPN list as on the wire
  SspiAsyncContext* through = nullptr;  // the handshake's calls are made asynchronously
};

// What one DecryptMessage left in its four buffers, and in memory.
struct opened {
  status said = SEC_E_OK;
  std::array<SecBuffer, 4> buffers{};
  std::string memory;  // the input as it is now
  std::string data;    // of the DATA buffer
  std::string extra;   // what is left
};

class party {
 public:
  explicit party(const credential& from, party_options options = {});
  party(const party&) = delete;
  party& operator=(const party&) = delete;
  ~party();

  // The handshake.
  void start();                         // a client's first flight
  void give(std::string_view bytes);    // handshakes as far as it goes, then reads
  std::string take();                   // for the other side
  status step(std::string_view input);  // one call with this input; leftover() is what it did not consume
  void go_on_with(const credential& another) { from_ = &another; }  // in the next calls
  void go_on_with(ULONG more_flags) { options_.more_flags |= more_flags; }

  bool established() const { return established_; }
  bool has_context() const { return has_context_; }
  status last() const { return last_; }  // of the last ISC / ASC, or DecryptMessage in give
  const std::string& leftover() const { return inbox_; }
  ULONG missing() const { return missing_; }
  ULONG attributes() const { return attributes_; }
  const std::string& token() const { return token_; }  // of the last call alone
  const std::string& alert() const { return alert_; }  // of its ALERT buffer
  role side() const { return options_.side; }
  ULONG flags() const;
  CtxtHandle& handle() { return context_; }
  const credential& made_from() const { return *from_; }

  // Data.
  status seal(std::string_view data);         // one record, into what take returns
  std::string sealed(std::string_view data);  // one record alone; throws when it is refused
  opened open(std::string bytes);             // one DecryptMessage
  const std::string& received() const { return received_; }
  SecPkgContext_StreamSizes sizes();

  // Closing: SHUTDOWN and the call that makes the bytes.
  status shut();

 private:
  void read_all();
  void shake();

  const credential* from_;
  party_options options_;
  CtxtHandle context_{};
  bool has_context_ = false, established_ = false;
  status last_ = SEC_E_OK;
  ULONG missing_ = 0, attributes_ = 0;
  std::string inbox_, outbox_, token_, alert_, received_;
};

// Until neither side has anything more to say.
void converse(party& a, party& b);
void converse(party& a, openssl_peer& b);

// The OpenSSL peer that fits a party: opposite side, version, the usual leaf.
peer_options peer_for(role side, tls version, pki::key_kind key = pki::key_kind::p256);

// A party whose handshake with an OpenSSL peer is done.
struct link {
  openssl_peer peer;
  party ours;

  link(const credential& from, const peer_options& options, party_options ours_options = {});
};

// Two parties of ours whose handshake is done.
struct couple {
  party client;
  party server;

  explicit couple(tls version, pki::key_kind key = pki::key_kind::p256);
  couple(const credential& client_from, const credential& server_from, party_options client_options = {},
         party_options server_options = {.side = role::server});
  party& of(role side) { return side == role::client ? client : server; }
};

// "SIZE|LIST" as SECBUFFER_APPLICATION_PROTOCOLS holds it.
std::string protocol_payload(std::string_view wire_list);

// The records of a byte string, each whole; a partial one at the end is left out.
std::vector<std::string> records_of(std::string_view bytes);

}  // namespace schannix::test::sspi

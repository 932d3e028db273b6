// A connection on its way to another process: everything that it goes on from, as values and as bytes.
// docs/design/0010-moving.md has the reasons. The bytes hold the connection's secrets in the clear; the digest at their
// end finds damage, not malice.
#pragma once

#include <string>
#include <vector>

#include "context/close_state.hpp"
#include "context/post_handshake.hpp"
#include "engine/handshake.hpp"

namespace schannix::context {

struct moved_connection {
  engine::role side = engine::role::client;
  std::string target_name;
  bool validated = false;  // automatically

  engine::handshake_facts facts;               // but for the certificates, and what the suite's number says
  std::vector<base::bytes> local_certificate;  // one or none; DER, as the others
  std::vector<base::bytes> peer_certificates;
  std::vector<base::bytes> wanted_issuers;
  bool lacked_certificate = false;

  base::bytes kept_with_session;  // the program's

  base::traffic_secret exporter_master;  // empty: there is none
  engine::exporter::both_randoms randoms{};

  engine::aead_keys write, read;  // TLS 1.3: of these the sequence numbers alone
  post_handshake::moved post;     // TLS 1.3
  std::uint32_t idle_records = 0;

  close_state closing;
  bool peer_first = false;

  base::bytes beside;  // what whoever moves it keeps beside the connection
};

// How many bytes pack writes.
std::size_t packed_size(const moved_connection& of);

// into: exactly so many. unsupported: something in it is longer than bytes can say (docs/limits.md).
base::result<void> pack(const engine::environment& env, const moved_connection& of, base::bytes_span into);

// invalid_token: not what pack has written, or not this version of it.
base::result<moved_connection> unpack(const engine::environment& env, base::bytes_view from);

}  // namespace schannix::context

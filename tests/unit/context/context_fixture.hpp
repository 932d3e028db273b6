// A connection and the plain OpenSSL peer at its other end.
#pragma once

#include <gtest/gtest.h>

#include "context/connection.hpp"
#include "unit/engine/handshake_fixture.hpp"

namespace schannix::context::test {

using base::bytes;
using base::bytes_view;
using engine::role;
using engine::tls_version;
using engine::test::identity_of;
using engine::test::octets;
using engine::test::openssl_peer;
using engine::test::parsed;
using engine::test::peer_of_role;
using engine::test::peer_setup;
using engine::test::shared_certificates;
using schannix::test::records_of;
namespace pki = schannix::test::pki;

inline const engine::environment& env() { return engine::test::watched_environment(); }

inline credential::offered_identity offered(const pki::issued& from) {
  return {parsed(env(), from), engine::private_key(from.key), {}};
}

struct ours_setup {
  role side = role::client;
  engine::version_set versions = engine::all_versions;
  bool wants_tickets = true;            // clients: keep the SSL object in TLS 1.3
  bool issues_tickets = false;          // servers
  bool asks_certificate = false;        // servers
  bool has_client_certificate = false;  // clients
  bool validates = false;
  bool renegotiates = true;
  bool later_certificates = false;  // TLS 1.3
  bool by_key_log = false;          // where the secrets come from
  std::string target = "server.test";
  record_limits limits = {};
};

inline const engine::environment& env_of(const ours_setup& wanted) {
  return wanted.by_key_log ? engine::test::logged_environment() : env();
}

inline std::shared_ptr<const credential::credential> credential_of(const ours_setup& wanted) {
  credential::policy rules;
  rules.side = wanted.side;
  rules.versions = wanted.versions;
  rules.versions_named = true;
  rules.validates_peer = wanted.validates;
  rules.resumable = wanted.wants_tickets;
  rules.extra_roots = {parsed(env(), shared_certificates().root)};
  std::vector<credential::offered_identity> identities;
  if (wanted.side == role::server) {
    identities.push_back(offered(shared_certificates().rsa));
    identities.push_back(offered(shared_certificates().ecdsa));
  }
  if (wanted.has_client_certificate) identities.push_back(offered(shared_certificates().client));
  auto made = credential::credential::make(env_of(wanted), std::move(rules), std::move(identities));
  if (!made) throw std::runtime_error("a test credential cannot be made");
  return *made;
}

inline std::unique_ptr<connection> connection_of(const ours_setup& wanted) {
  connection_setup setup;
  setup.from = credential_of(wanted);
  setup.target_name = wanted.side == role::client ? wanted.target : "";
  setup.validates_peer = wanted.validates;
  setup.request_client_certificate = wanted.asks_certificate;
  setup.issue_tickets = wanted.issues_tickets;
  setup.renegotiates = wanted.renegotiates;
  setup.later_certificates = wanted.later_certificates;
  auto made = connection::start(env_of(wanted), std::move(setup), wanted.limits);
  if (!made) throw std::runtime_error("a test connection does not start");
  return std::move(*made);
}

inline step_output step(connection& ours, bytes_view token = {}) {
  step_input in;
  in.called_as = ours.side();
  in.token = token;
  return ours.step(in);
}

inline base::result<bytes> seal(connection& ours, bytes_view data) {
  SCHANNIX_TRY(const stream_sizes room, ours.sizes());
  bytes record(room.around.header + data.size() + room.around.trailer);
  const base::bytes_span all(record);
  std::copy(data.begin(), data.end(), record.begin() + static_cast<std::ptrdiff_t>(room.around.header));
  SCHANNIX_TRY(const std::size_t used,
               ours.seal(all.first(room.around.header), all.subspan(room.around.header, data.size()),
                         all.subspan(room.around.header + data.size())));
  record.resize(room.around.header + data.size() + used);
  return record;
}

// What a run of received bytes led to: all data, and what stood at its end.
struct reading {
  bytes data;
  bool closed = false;
  bool renegotiate = false;  // left holds the bytes from the record in question on
  std::optional<base::failure> failure;
  bytes left;
};

inline reading read(connection& ours, bytes wire) {
  reading seen;
  std::size_t at = 0;
  while (at < wire.size()) {
    const auto got = ours.open(base::bytes_span(wire).subspan(at));
    if (!got) {
      seen.failure = got.error();
      break;
    }
    if (got->what == read_output::kind::incomplete) break;
    if (got->what == read_output::kind::renegotiate) {
      seen.renegotiate = true;
      break;
    }
    const auto plain = bytes_view(wire).subspan(at + got->offset, got->size);
    seen.data.insert(seen.data.end(), plain.begin(), plain.end());
    at += got->record_size;
    seen.closed = got->what == read_output::kind::closed;
    if (seen.closed) break;
  }
  seen.left.assign(wire.begin() + static_cast<std::ptrdiff_t>(at), wire.end());
  return seen;
}

// A connection and its peer, with the handshake led to its end when it has one.
struct pair {
  pair(const ours_setup& wanted, const peer_setup& peers) : peer(peers), ours(connection_of(wanted)) {}

  bool shake() {
    step_output made = step(*ours);
    bytes waiting;
    for (int round = 0; round < 20; ++round) {
      peer.give(made.token);
      peer.shake();
      if (made.what == step_output::kind::finished) break;
      if (made.what == step_output::kind::failed || made.what == step_output::kind::closed) return false;
      const bytes more = peer.take();
      waiting.insert(waiting.end(), more.begin(), more.end());
      if (waiting.empty()) return false;
      made = step(*ours, waiting);
      waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(made.consumed));
    }
    behind = waiting;
    return ours->facts() != nullptr && peer.established();
  }

  // Reads and answers everything that the peer sends, as an application does. Data only.
  bytes receive(bytes wire) {
    bytes all;
    for (int round = 0; round < 100 && !wire.empty(); ++round) {
      const reading seen = read(*ours, wire);
      all.insert(all.end(), seen.data.begin(), seen.data.end());
      if (seen.failure) ADD_FAILURE() << "reason " << static_cast<int>(seen.failure->why);
      if (!seen.renegotiate) break;
      const step_output made = step(*ours, seen.left);
      EXPECT_EQ(made.what, step_output::kind::finished);
      peer.give(made.token);
      wire.assign(seen.left.begin() + static_cast<std::ptrdiff_t>(made.consumed), seen.left.end());
    }
    return all;
  }
  bytes receive() { return receive(peer.take()); }

  // Data both ways, once.
  void expect_works(std::size_t size = 100) {
    bytes data(size);
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<base::byte>(i * 7 + size);
    const auto record = seal(*ours, data);
    ASSERT_TRUE(record);
    peer.give(*record);
    EXPECT_EQ(peer.read(), data);
    ASSERT_TRUE(peer.write(data));
    EXPECT_EQ(receive(), data);
  }

  openssl_peer peer;
  std::unique_ptr<connection> ours;
  bytes behind;  // what the peer had sent behind the handshake's last record
};

inline peer_setup peer_at(role ours, int version, const char* suite = "") {
  peer_setup made = peer_of_role(ours);
  made.lowest = made.highest = version;
  (version == TLS1_3_VERSION ? made.suites13 : made.suites) = suite;
  return made;
}

inline std::string name_of(role side) { return side == role::client ? "client" : "server"; }

}  // namespace schannix::context::test

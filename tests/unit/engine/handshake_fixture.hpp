// What the tests of engine::handshake share: an environment for each source of secrets, certificates, and a way to lead
// a handshake against the plain OpenSSL peer.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>

#include "engine/environment.hpp"
#include "engine/handshake.hpp"
#include "engine_peer.hpp"

namespace schannix::engine::test {

using base::bytes;
using base::bytes_view;
using schannix::test::octets;
using schannix::test::openssl_peer;
using schannix::test::peer_setup;
namespace pki = schannix::test::pki;

inline const environment& watched_environment() {
  static const environment made(secret_source::watched);
  return made;
}
inline const environment& logged_environment() {
  static const environment made(secret_source::key_log);
  return made;
}

// One authority, an RSA and an ECDSA certificate for server.test, and one of a client.
struct certificates {
  pki::issued root = pki::issue({.common_name = "Test Root", .authority = true});
  pki::issued rsa = pki::issue(
      {.common_name = "server.test", .alternative = {"DNS:server.test"}, .key = pki::key_kind::rsa2048}, &root);
  pki::issued ecdsa = pki::issue({.common_name = "server.test", .alternative = {"DNS:server.test"}}, &root);
  pki::issued expired = pki::issue(
      {.common_name = "server.test", .alternative = {"DNS:server.test"}, .from_days = -30, .to_days = -1}, &root);
  pki::issued client = pki::issue({.common_name = "a client"}, &root);
};
inline const certificates& shared_certificates() {
  static const certificates made;
  return made;
}

inline certificate parsed(const environment& env, const pki::issued& from) {
  const std::string der = from.der();
  auto made = certificate::parse(env, {reinterpret_cast<const base::byte*>(der.data()), der.size()});
  if (!made) throw std::runtime_error("a test certificate does not parse");
  return *made;
}

inline local_identity identity_of(const environment& env, const pki::issued& from) {
  return {parsed(env, from), private_key(from.key), {}};
}

inline connection_template template_of(const environment& env, role side, version_set versions = modern_versions,
                                       bool key_log = false, const cipher_limits& limits = {}) {
  template_key key;
  key.side = side;
  key.versions = versions;
  key.named = all_versions;
  key.ciphers = limits;
  key.key_log = key_log;
  auto made = env.templates().of(env, key);
  if (!made) throw std::runtime_error("a test template cannot be made");
  return *made;
}

inline handshake_setup setup_of(const environment& env, role side, version_set versions = modern_versions) {
  handshake_setup made;
  made.side = side;
  made.from = template_of(env, side, versions);
  if (side == role::client) {
    made.server_name = "server.test";
  } else {
    made.identities.push_back(identity_of(env, shared_certificates().rsa));
    made.identities.push_back(identity_of(env, shared_certificates().ecdsa));
    made.session_scope = {1, 2, 3};
  }
  return made;
}

inline handshake started(const environment& env, handshake_setup setup) {
  auto made = handshake::start(env, std::move(setup));
  if (!made) throw std::runtime_error("a test handshake does not start");
  return std::move(*made);
}

// The peer that fits: the other role, with certificates when it is a server.
inline peer_setup peer_of_role(role ours) {
  peer_setup made;
  made.server = ours == role::client;
  made.lowest = TLS1_VERSION;
  if (made.server) made.identities = {shared_certificates().rsa, shared_certificates().ecdsa};
  if (!made.server) made.name = "server.test";
  return made;
}

enum class feeding { flights, records };

// How far a handshake came, and what was left of the peer's bytes at its end.
struct outcome {
  bool established = false;
  bool asked_for_certificate = false;
  bool peer_closed = false;
  std::optional<base::failure> failure;
  bytes left;
};

struct run_options {
  feeding how = feeding::flights;
  const local_identity* shown = nullptr;           // clients: the answer to a CertificateRequest
  std::function<void(bytes&)> on_the_way_in = {};  // may change what the peer sent
};

// One advance, with the answer to a CertificateRequest in its middle.
inline base::result<progress> advance(handshake& ours, bytes_view records, bytes& flight, const run_options& how,
                                      outcome& seen) {
  auto reached = ours.advance(records, flight);
  if (!reached || reached->what != progress::kind::wants_certificate) return reached;
  seen.asked_for_certificate = true;
  if (how.shown == nullptr) ours.show_no_certificate();
  if (how.shown != nullptr && !ours.show_certificate(*how.shown)) throw std::runtime_error("it cannot be shown");
  const std::size_t before = reached->consumed;
  reached = ours.advance(records.subspan(before), flight);
  if (reached) reached->consumed += before;
  return reached;
}

// Gives one piece and passes on what is answered. False: nothing more to do.
inline bool give(handshake& ours, openssl_peer& peer, bytes_view piece, const run_options& how, outcome& seen) {
  bytes flight;
  const auto reached = advance(ours, piece, flight, how, seen);
  peer.give(flight);
  if (!reached) {
    seen.failure = reached.error();
    return false;
  }
  seen.left.assign(piece.begin() + static_cast<std::ptrdiff_t>(reached->consumed), piece.end());
  seen.established = reached->what == progress::kind::established;
  seen.peer_closed = reached->what == progress::kind::peer_closed;
  return reached->what == progress::kind::needs_input;
}

inline std::vector<bytes> pieces_of(const bytes& wire, feeding how) {
  return how == feeding::records ? schannix::test::records_of(wire) : std::vector<bytes>{wire};
}

// Leads the handshake until it ends one way or the other, or nobody has anything to say.
inline outcome run(handshake& ours, openssl_peer& peer, const run_options& how = {}) {
  outcome seen;
  bool more = give(ours, peer, {}, how, seen);
  for (int round = 0; more && round < 20; ++round) {
    peer.shake();
    bytes wire = peer.take();
    if (how.on_the_way_in) how.on_the_way_in(wire);
    if (wire.empty()) break;
    std::vector<bytes> pieces = pieces_of(wire, how.how);
    for (std::size_t i = 0; more && i < pieces.size(); ++i) {
      more = give(ours, peer, pieces[i], how, seen);
      if (!more)
        for (std::size_t later = i + 1; later < pieces.size(); ++later)
          seen.left.insert(seen.left.end(), pieces[later].begin(), pieces[later].end());
    }
  }
  peer.shake();
  return seen;
}

inline bytes to_bytes(bytes_view view) { return {view.begin(), view.end()}; }

}  // namespace schannix::engine::test

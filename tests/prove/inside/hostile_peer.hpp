// A peer of ours that can say anything: it shakes hands honestly, and then seals whatever it is told to under the right
// keys. Ours is driven through the SSPI functions.
#pragma once

#include <optional>
#include <stdexcept>

#include "engine/environment.hpp"
#include "engine/handshake.hpp"
#include "record/aead_half.hpp"
#include "support/sspi_party.hpp"

namespace schannix::prove {

using base::bytes;
using base::bytes_view;
using engine::content_type;
using test::sspi::party;
using test::sspi::role;
using test::sspi::status;
using test::sspi::tls;

inline const engine::environment& peers_environment() {
  static const engine::environment made;
  return made;
}

inline bytes_view view_of(std::string_view text) {
  return {reinterpret_cast<const base::byte*>(text.data()), text.size()};
}
inline std::string text_of(bytes_view data) { return {reinterpret_cast<const char*>(data.data()), data.size()}; }

template <class Result>
auto must(Result result, const char* what) {
  if (!result) throw std::runtime_error(std::string("the hostile peer: ") + what);
  return std::move(*result);
}

inline engine::handshake_setup setup_against(role ours, tls version) {
  const engine::environment& env = peers_environment();
  engine::handshake_setup made;
  made.side = ours == role::client ? engine::role::server : engine::role::client;
  engine::version_set only;
  only.add(version == tls::v1_2 ? engine::tls_version::tls12 : engine::tls_version::tls13);
  engine::template_key wanted;
  wanted.side = made.side;
  wanted.versions = only;
  wanted.named = engine::all_versions;
  made.from = must(env.templates().of(env, wanted), "template");
  made.server_name = "a.test";
  if (made.side == engine::role::client) return made;
  const test::pki::issued& leaf = test::sspi::test_leaf();
  const std::string der = leaf.der();
  made.identities.push_back(
      {must(engine::certificate::parse(env, view_of(der)), "certificate"), engine::private_key(leaf.key), {}});
  made.session_scope = {1};
  return made;
}

inline record::aead_half half_of(engine::direction way, const engine::aead_keys& keys) {
  record::half_keys wanted;
  wanted.version = keys.tls13 ? record::wire_version::tls13 : record::wire_version::tls12;
  wanted.algorithm = keys.algorithm;
  wanted.key = keys.key.view();
  wanted.iv = keys.iv.view();
  wanted.sequence = keys.sequence;
  wanted.explicit_nonce = keys.explicit_nonce;
  return must(record::aead_half::make(peers_environment(), way, wanted), "keys");
}

inline std::string seal_with(record::aead_half& half, content_type type, std::string_view content) {
  const engine::overhead room = half.sizes();
  bytes record(room.header);
  record.insert(record.end(), content.begin(), content.end());
  record.resize(room.header + content.size() + room.trailer);
  const base::bytes_span all(record);
  must(half.seal(type, all.first(room.header), all.subspan(room.header, content.size()), all.last(room.trailer)),
       "record");
  return text_of(record);
}

class hostile_peer {
 public:
  hostile_peer(role ours_side, tls version)
      : ours(
            ours_side == role::client ? test::sspi::client_credential(version) : test::sspi::server_credential(version),
            {.side = ours_side}),
        theirs_(must(engine::handshake::start(peers_environment(), setup_against(ours_side, version)), "handshake")) {
    bool done = false;
    for (int round = 0; round < 8 && !(done && ours.established()); ++round) {
      bytes flight;
      const std::string wire = ours.take();
      if (!done)
        done = must(theirs_.advance(view_of(wire), flight), "handshake").what == engine::progress::kind::established;
      if (!flight.empty()) ours.give(text_of(flight));
    }
    if (!done || !ours.established()) throw std::runtime_error("no handshake: " + ours.last().name());
    write.emplace(half_of(engine::direction::seal, write_keys()));
    facts_ = must(theirs_.facts(), "facts");
    const engine::traffic_secrets& secrets = theirs_.secrets();
    secret_.assign((ours_side == role::client ? secrets.server_application : secrets.client_application).view());
  }

  std::string says(content_type type, std::string_view content) { return seal_with(*write, type, content); }

  // TLS 1.3: a KeyUpdate, and the next key for what follows.
  std::string updates_keys(bool asks) {
    const std::string record = says(content_type::handshake, std::string("\x18\0\0\x01", 4) + (asks ? '\1' : '\0'));
    const engine::environment& env = peers_environment();
    secret_ = must(engine::next_secret(env, facts_.handshake_hash, secret_.view()), "secret");
    write.emplace(
        half_of(engine::direction::seal,
                must(engine::traffic_keys(env, facts_.handshake_hash, *facts_.aead(), secret_.view()), "keys")));
    return record;
  }

  // What reads what it says, without all that a connection does besides: as things stand.
  record::aead_half plain_reader() const { return half_of(engine::direction::open, write_keys()); }

  // The keys with which it reads what ours seals: those of the handshake's end, or those that follow n KeyUpdates.
  engine::aead_keys read_keys(unsigned updates = 0) const {
    auto first = must(theirs_.read_keys(), "keys");
    if (updates == 0) return std::get<engine::aead_keys>(std::move(first));
    const engine::environment& env = peers_environment();
    const engine::traffic_secrets& secrets = theirs_.secrets();
    const bool client = ours.side() == role::client;
    base::traffic_secret secret = (client ? secrets.client_application : secrets.server_application).copy();
    while (updates-- > 0) secret = must(engine::next_secret(env, facts_.handshake_hash, secret.view()), "secret");
    return must(engine::traffic_keys(env, facts_.handshake_hash, *facts_.aead(), secret.view()), "keys");
  }
  engine::aead_keys write_keys() const { return std::get<engine::aead_keys>(must(theirs_.write_keys(), "keys")); }

  party ours;
  std::optional<record::aead_half> write;

 private:
  engine::handshake theirs_;
  engine::handshake_facts facts_;
  base::traffic_secret secret_;
};

}  // namespace schannix::prove

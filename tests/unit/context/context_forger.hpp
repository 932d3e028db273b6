// A peer that can say anything: it finishes an honest handshake with a connection and then seals whatever it is told
// to, under the right keys. And two connections of ours, joined.
#pragma once

#include "context_fixture.hpp"
#include "unit/engine/handshake_records.hpp"

namespace schannix::context::test {

using engine::content_type;

struct forger {
  // offers_later: as a client, to be asked for a certificate after the handshake.
  explicit forger(const ours_setup& wanted, engine::version_set versions = engine::modern_versions,
                  bool offers_later = false)
      : ours(connection_of(wanted)), theirs(engine::test::started(env(), setup_of(wanted, versions, offers_later))) {
    bytes to_ours, to_theirs;
    engine::test::outcome seen;
    for (int round = 0; round < 6 && (ours->facts() == nullptr || !done); ++round) {
      if (ours->facts() == nullptr) to_theirs = step(*ours, to_ours).token;
      to_ours.clear();
      if (!done) {
        const auto reached = engine::test::advance(theirs, to_theirs, to_ours, {}, seen);
        done = reached && reached->what == engine::progress::kind::established;
      }
    }
    if (ours->facts() == nullptr || !done) throw std::runtime_error("a forger cannot begin");
    write.emplace(engine::test::half_of(env(), engine::direction::seal, *theirs.write_keys()));
    read.emplace(engine::test::half_of(env(), engine::direction::open, *theirs.read_keys()));
  }

  bytes says(content_type type, bytes_view content) { return engine::test::sealed(*write, content, type); }
  std::optional<engine::test::opened_record> hears(const bytes& record) {
    return engine::test::opened_of(*read, record);
  }

  static engine::handshake_setup setup_of(const ours_setup& wanted, engine::version_set versions, bool offers_later) {
    engine::handshake_setup made = engine::test::setup_of(env(), peer_of(wanted.side), versions);
    made.takes_later_requests = offers_later;
    return made;
  }

  std::unique_ptr<connection> ours;
  engine::handshake theirs;
  bool done = false;
  std::optional<record::aead_half> write, read;
};

// The alert that the connection owes, as its peer sees it: {level, description}; empty when there is none.
inline bytes owed_alert(forger& at) {
  const step_output made = step(*at.ours);
  if (made.token.empty()) return {};
  const auto found = at.hears(made.token);
  return found && found->type == content_type::alert ? found->content : bytes{};
}

inline base::result<read_output> open_copy(connection& ours, bytes wire) { return ours.open(wire); }

// Two connections of ours, client and server.
struct couple {
  couple(const ours_setup& of_client, const ours_setup& of_server)
      : client(connection_of(of_client)), server(connection_of(of_server)) {
    bytes wire = step(*client).token;
    for (int round = 0; round < 4 && (client->facts() == nullptr || server->facts() == nullptr); ++round) {
      wire = step(*server, wire).token;
      if (client->facts() != nullptr) break;
      wire = step(*client, wire).token;
    }
    behind = wire;  // the server's tickets in TLS 1.3, or nothing
    if (client->facts() == nullptr || server->facts() == nullptr) throw std::runtime_error("a couple cannot begin");
  }

  std::unique_ptr<connection> client, server;
  bytes behind;
};

// Reads all of wire as an application does; what has to be sent back is appended to answers.
inline bytes read_all(connection& ours, bytes wire, bytes& answers) {
  bytes all;
  for (int round = 0; round < 200; ++round) {
    const reading seen = read(ours, wire);
    all.insert(all.end(), seen.data.begin(), seen.data.end());
    if (seen.failure) ADD_FAILURE() << "reason " << static_cast<int>(seen.failure->why);
    if (!seen.renegotiate) break;
    const step_output made = step(ours, seen.left);
    EXPECT_EQ(made.what, step_output::kind::finished);
    answers.insert(answers.end(), made.token.begin(), made.token.end());
    wire.assign(seen.left.begin() + static_cast<std::ptrdiff_t>(made.consumed), seen.left.end());
  }
  return all;
}

}  // namespace schannix::context::test

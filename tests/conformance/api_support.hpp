// Two connections of the C++ API that talk to each other in memory.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <schannix/schannix.hpp>
#include <string>
#include <vector>

namespace api_test {

using schannix::close_outcome;
using schannix::tls_version;

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

inline const schannix::certificate& own_certificate() {
  static const auto certificate = schannix::certificate::self_signed("localhost");
  return certificate;
}

inline schannix::credential server_credential(tls_version version, schannix::credential_options options = {}) {
  options.side = schannix::role::server;
  options.oldest = options.newest = version;
  options.certificates = {own_certificate()};
  return schannix::credential(std::move(options));
}

inline schannix::credential client_credential(tls_version version, schannix::credential_options options = {}) {
  options.oldest = options.newest = version;
  options.extra_roots.push_back(own_certificate());
  return schannix::credential(std::move(options));
}

// One side: its connection, what it received, and the names of its events in order (equal neighbours once).
struct party {
  schannix::connection tls;
  std::string received = {};
  std::vector<std::string> story = {};

  void tell(const std::string& name) {
    if (story.empty() || story.back() != name) story.push_back(name);
  }

  // Takes events until there is nothing to report or the connection is over.
  void drain() {
    while (true) {
      const schannix::event event = tls.next();
      if (std::holds_alternative<schannix::needs_bytes>(event)) return;
      if (std::holds_alternative<schannix::handshake_done>(event)) tell("handshake_done");
      if (std::holds_alternative<schannix::peer_closed>(event)) tell("peer_closed");
      if (std::holds_alternative<schannix::closed>(event)) return tell("closed");
      if (const auto* data = std::get_if<schannix::data_received>(&event)) {
        tell("data");
        received.append(reinterpret_cast<const char*>(data->bytes.data()), data->bytes.size());
      }
    }
  }

  void seal(std::string_view text) { tls.seal(bytes_of(text)); }
  std::string sentence() const { return tls.report().sentence(); }
};

inline constexpr std::size_t all_at_once = static_cast<std::size_t>(-1);

// Carries what is waiting, in portions; the receiver drains after each. True when something moved.
inline bool carry(party& from, party& to, std::size_t portion = all_at_once) {
  const auto bytes = from.tls.take_output();
  for (std::span<const std::byte> rest = bytes; !rest.empty();) {
    const auto part = rest.first(std::min(portion, rest.size()));
    to.tls.feed(part);
    to.drain();
    rest = rest.subspan(part.size());
  }
  return !bytes.empty();
}

// Back and forth until nobody has anything to say. Twenty rounds are far more than any handshake takes.
inline void talk(party& a, party& b, std::size_t portion = all_at_once) {
  for (int round = 0; round < 20; ++round) {
    const bool to_b = carry(a, b, portion);
    const bool to_a = carry(b, a, portion);
    if (!to_a && !to_b) return;
  }
  FAIL() << "the two sides never come to rest";
}

struct pair {
  party client;
  party server;

  explicit pair(tls_version version, schannix::connection_options client_options = {},
                schannix::connection_options server_options = {})
      : client{schannix::connection::client(client_credential(version), "localhost", std::move(client_options))},
        server{schannix::connection::server(server_credential(version), std::move(server_options))} {}
};

// A pair whose handshake is done; the stories begin anew.
inline pair established(tls_version version, schannix::connection_options client_options = {},
                        schannix::connection_options server_options = {}) {
  pair made(version, std::move(client_options), std::move(server_options));
  talk(made.client, made.server);
  EXPECT_TRUE(made.client.tls.established()) << made.client.sentence();
  EXPECT_TRUE(made.server.tls.established()) << made.server.sentence();
  made.client.story.clear();
  made.server.story.clear();
  return made;
}

using story = std::vector<std::string>;

inline std::string version_suffix(const testing::TestParamInfo<tls_version>& info) {
  return info.param == tls_version::tls_1_2 ? "tls12" : "tls13";
}

inline auto both_versions() { return testing::Values(tls_version::tls_1_2, tls_version::tls_1_3); }

// The status of the std::system_error that the call throws; success when it throws nothing.
template <class Call>
std::string status_of(Call call) {
  try {
    call();
  } catch (const std::system_error& e) {
    return schannix::status_name(e.code());
  }
  return "no exception";
}

}  // namespace api_test

// A handshake of ours with what an attacker makes of a peer's flights: OpenSSL's, harmed in up to two places of each,
// or bytes that no peer sent. No handshake may end with two sides that do not know the same keys, none that failed may
// go on, and none is ever reported as cleanly closed. The first byte of the input draws version and kind, and whether
// the server asks for a certificate.
#pragma once

#include <schannix_ext.h>

#include "credentials.hpp"
#include "fuzz.hpp"
#include "support/sspi_party.hpp"

namespace schannix::fuzz {

using test::sspi::role;
using test::sspi::status;
using test::sspi::tls;

class attacked_handshake {
 public:
  attacked_handshake(const test::sspi::credential& from, role side, tls version, bool asks)
      : peer_(peer_of(side, version, asks)), ours_(from, party_of(side, asks)) {
    if (side == role::server) peer_.start();
  }

  // With a peer.
  void shake(input& from) {
    constexpr int most_rounds = 20;
    for (int i = 0; i < most_rounds; ++i) {
      const std::string to_peer = ours_.take();
      if (!to_peer.empty()) peer_.give(to_peer);
      std::string to_us = peer_.take();
      if (to_us.empty() && to_peer.empty()) break;
      for (unsigned harms = from.u8() % 3; harms > 0; --harms) harm(to_us, from);
      deliver(to_us, from);
    }
    if (ours_.established() && peer_.established()) check_keys();
  }

  // Without one.
  void hear(input& from) {
    while (!from.ended()) give(std::string(from.text(1 + from.u16() % 4096)));
    demand(!ours_.established() || peer_.established(), "nobody shakes hands with noise");
  }

 private:
  static test::sspi::peer_options peer_of(role side, tls version, bool asks) {
    test::sspi::peer_options made = test::sspi::peer_for(side, version);
    made.asks_certificate = asks;
    if (asks && side == role::client) made.issuers = {test::sspi::test_root()};
    if (asks && side == role::server) made.identities = {{test::sspi::test_leaf(), {test::sspi::test_root()}}};
    return made;
  }
  static test::sspi::party_options party_of(role side, bool asks) {
    test::sspi::party_options made{.side = side, .protocols = "\x02h2"};
    if (asks && side == role::client) made.fewer_flags = ISC_REQ_USE_SUPPLIED_CREDS;
    if (asks && side == role::server) made.more_flags = ASC_REQ_MUTUAL_AUTH;
    return made;
  }

  static void harm(std::string& flight, input& from) {
    const unsigned kind = from.u8() % 5;
    const std::size_t at = from.below(flight.size() + 1);
    if (kind == 0 && at < flight.size()) flight[at] = flipped(flight[at], from.u8());
    if (kind == 1) flight.insert(at, from.text(from.u8()));
    if (kind == 2) flight.erase(at, from.u8());
    if (kind == 3) flight.erase(at);
    if (kind == 4) flight += std::string(flight, at);
  }

  void deliver(std::string_view flight, input& from) {
    while (!flight.empty()) {
      const std::size_t portion = from.u8() % 2 == 0 ? flight.size() : 1 + from.below(flight.size());
      give(std::string(flight.substr(0, portion)));
      flight.remove_prefix(portion);
    }
  }

  void give(const std::string& bytes) {
    const bool over = ours_.has_context() && ours_.last().failed() && !(ours_.last() == SEC_E_INCOMPLETE_MESSAGE);
    ours_.give(bytes);
    if (ours_.last() == SEC_I_INCOMPLETE_CREDENTIALS) {
      ours_.give({});
      demand(!(ours_.last() == SEC_I_INCOMPLETE_CREDENTIALS), "nobody is asked twice");
    }
    if (over) demand(ours_.last().failed(), "what failed does not come back to life");
    check_report();
  }

  void check_report() {
    if (!ours_.has_context()) return;
    SCHANNIX_CLOSE_REPORT told{};
    told.cbSize = sizeof told;
    const status said = QueryContextAttributesA(&ours_.handle(), SCHANNIX_ATTR_CLOSE_REPORT, &told);
    demand(said == SEC_E_OK, "a report can be had at any time");
    demand(told.dwOutcome != SCHANNIX_OUTCOME_CLEAN, "no connection without close_notify is called clean");
    demand((told.dwFlags & SCHANNIX_CLOSE_RECEIVED) == 0, "nothing unauthenticated is called the peer's close_notify");
  }

  void check_keys() {
    if (ours_.last().failed()) return;  // garbage behind the handshake
    (void)ours_.seal("hello");
    peer_.give(ours_.take());
    demand(peer_.failed() || peer_.received() == "hello", "both sides of a handshake know the same keys");
  }

  test::sspi::openssl_peer peer_;
  test::sspi::party ours_;
};

inline int attack_handshake(role side, const unsigned char* data, std::size_t size) {
  constexpr tls versions[] = {tls::v1_2, tls::v1_3, tls::newest};
  begin_random_numbers_anew();
  input from(data, size);
  const unsigned kind = from.u8();
  attacked_handshake one(uncached(side, versions[kind % 3]), side, versions[kind % 3], kind / 6 % 2 == 1);
  if (kind / 3 % 2 == 0)
    one.shake(from);
  else
    one.hear(from);
  return 0;
}

}  // namespace schannix::fuzz

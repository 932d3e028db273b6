// One connection of ours with OpenSSL, in which one byte on the way to us is harmed: what became of it.
#pragma once

#include <string>

#include "support/sspi_party.hpp"

namespace schannix::prove {

using test::sspi::role;
using test::sspi::status;
using test::sspi::tls;

// cut: nothing after the byte's predecessor arrives. reset: besides, half of that flight is lost. split: two portions.
enum class harm_kind { cut, reset, split, flip };
inline constexpr const char* names[] = {"cut", "reset", "split", "flip"};

struct harm {
  harm_kind kind = harm_kind::cut;
  std::size_t at = 0;      // of the bytes that travel to us
  unsigned char mask = 0;  // flip: what is turned over
};

struct connection_kind {
  role side;  // ours
  tls version;
  std::string name() const {
    return std::string(side == role::client ? "client" : "server") + (version == tls::v1_2 ? ", TLS 1.2" : ", TLS 1.3");
  }
};

// The record that was harmed.
struct hit {
  bool established = false;           // DecryptMessage sees it, not the handshake
  bool first = false;                 // of all
  bool sealed = false;                // under keys
  std::size_t offset = 0;             // of the byte
  std::string harmed;                 // with the other byte
  std::size_t bytes_from_record = 0;  // of the stream, from the beginning of the record to the end
};

struct outcome {
  bool reached = false;  // there is such a byte
  hit at;
  status said = SEC_E_OK;  // of the last call
  bool clean = false;
  bool answered = false;  // the peer got our last words and our close
  std::string received;
  std::string before;  // data of the records that went out before the harmed one
  std::string all;
};

// The transport to us: all that the peer sends passes through it.
class harming_transport {
 public:
  harming_transport(harm what, test::sspi::party& ours, outcome& seen) : what_(what), ours_(ours), seen_(seen) {}

  // data: the plaintext in these bytes.
  void carry(const std::string& bytes, std::string_view data = {}) {
    const std::size_t begin = carried_;
    carried_ += bytes.size();
    seen_.all += data;
    if (what_.at >= begin && what_.at < carried_) return harm_it(bytes, what_.at - begin);
    if (seen_.reached) seen_.at.bytes_from_record += bytes.size();
    if (!seen_.reached) seen_.before += data;
    deliver(bytes);
  }

 private:
  void harm_it(std::string bytes, std::size_t place) {
    note(bytes, place);
    if (what_.kind == harm_kind::reset) deliver(bytes.substr(0, place / 2));
    if (what_.kind == harm_kind::cut || what_.kind == harm_kind::split) deliver(bytes.substr(0, place));
    if (what_.kind == harm_kind::split) deliver(bytes.substr(place));
    if (what_.kind == harm_kind::flip) {
      bytes[place] = static_cast<char>(bytes[place] ^ what_.mask);
      deliver(bytes);
    }
    ended_ = what_.kind == harm_kind::cut || what_.kind == harm_kind::reset;
  }

  void note(const std::string& bytes, std::size_t place) {
    seen_.reached = true;
    seen_.at.established = ours_.established();
    std::size_t begin = 0;
    bool sealed = sealed_;
    for (const std::string& record : test::sspi::records_of(bytes)) {
      if (place < begin + record.size()) {
        seen_.at.first = carried_ == bytes.size() && begin == 0;
        seen_.at.sealed = record[0] == 23 || (sealed && record[0] != 20);
        seen_.at.offset = place - begin;
        seen_.at.harmed = record;
        seen_.at.harmed[seen_.at.offset] = static_cast<char>(record[seen_.at.offset] ^ what_.mask);
        seen_.at.bytes_from_record = bytes.size() - begin;
        return;
      }
      sealed = sealed || record[0] == 20;  // TLS 1.2: what follows ChangeCipherSpec
      begin += record.size();
    }
  }

  void deliver(const std::string& bytes) {
    if (bytes.empty() || ended_) return;
    for (const std::string& record : test::sspi::records_of(bytes)) sealed_ = sealed_ || record[0] == 20;
    ours_.give(bytes);
    const status said = ours_.last();
    ended_ = !(said == SEC_E_OK || said == SEC_I_CONTINUE_NEEDED || said == SEC_E_INCOMPLETE_MESSAGE);
  }

  harm what_;
  test::sspi::party& ours_;
  outcome& seen_;
  std::size_t carried_ = 0;
  bool ended_ = false, sealed_ = false;
};

inline bool report_says_closed(test::sspi::party& of) {
  SCHANNIX_CLOSE_REPORT told{};
  told.cbSize = sizeof told;
  return of.has_context() && QueryContextAttributesA(&of.handle(), SCHANNIX_ATTR_CLOSE_REPORT, &told) == SEC_E_OK &&
         (told.dwFlags & SCHANNIX_CLOSE_RECEIVED) != 0;
}

inline void shake_hands(test::sspi::party& ours, test::sspi::openssl_peer& peer, harming_transport& to_us) {
  if (ours.side() == role::server) peer.start();
  for (;;) {
    const std::string from_us = ours.take();
    if (!from_us.empty()) peer.give(from_us);
    const std::string to_come = peer.take();
    if (!to_come.empty()) to_us.carry(to_come);
    if (from_us.empty() && to_come.empty()) return;
  }
}

// The peer's part: data, in TLS 1.3 a KeyUpdate that wants an answer, data again, close_notify.
inline void talk(test::sspi::openssl_peer& peer, bool updates, harming_transport& to_us) {
  for (const std::string& text : {std::string("first"), std::string(200, 'y'), std::string("the last words")}) {
    peer.write(text);
    to_us.carry(peer.take(), text);
    if (updates && text.size() == 200) {
      peer.update_keys(true);
      to_us.carry(peer.take());
    }
  }
  peer.close();
  to_us.carry(peer.take());
}

inline outcome suffer(const connection_kind& kind, const harm& what) {
  outcome seen;
  test::sspi::peer_options options = test::sspi::peer_for(kind.side, kind.version);
  options.tickets = 2;
  test::sspi::openssl_peer peer(options);
  test::sspi::party ours(kind.side == role::client ? test::sspi::client_credential(kind.version)
                                                   : test::sspi::server_credential(kind.version),
                         {.side = kind.side});
  harming_transport to_us(what, ours, seen);
  shake_hands(ours, peer, to_us);
  if (ours.established() && peer.established()) talk(peer, kind.version == tls::v1_3, to_us);
  seen.received = ours.received();
  seen.said = ours.last() == SEC_E_OK && !ours.leftover().empty() ? status(SEC_E_INCOMPLETE_MESSAGE) : ours.last();
  if (!ours.has_context()) return seen;
  if (ours.established() && !seen.said.failed()) (void)ours.seal("our last words");
  (void)ours.shut();  // whatever has happened, closing may be asked for
  peer.give(ours.take());
  seen.answered = peer.received() == "our last words" && peer.saw_close() && !peer.failed();
  seen.clean = report_says_closed(ours);
  return seen;
}

}  // namespace schannix::prove

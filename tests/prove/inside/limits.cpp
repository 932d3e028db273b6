// Limits of records: sequence numbers at their end, keys at theirs, KeyUpdates across a close, and padding that is too
// long.
#include <array>

#include "engine/aead.hpp"
#include "prove/figure.hpp"
#include "prove/inside/hostile_peer.hpp"

namespace schannix::prove {
namespace {

using engine::aead_algorithm;
using engine::direction;
using record::wire_version;

base::result<engine::opened> open_with(record::aead_half& half, std::string& wire) {
  return half.open({reinterpret_cast<base::byte*>(wire.data()), wire.size()});
}

// ---- Sequence numbers ----

constexpr std::uint64_t last_sequence = ~std::uint64_t{0} - 1;  // 2^64 - 2

struct suite {
  wire_version version;
  aead_algorithm algorithm;
};
constexpr suite suites[] = {
    {wire_version::tls12, aead_algorithm::aes_128_gcm},       {wire_version::tls12, aead_algorithm::aes_256_gcm},
    {wire_version::tls12, aead_algorithm::chacha20_poly1305}, {wire_version::tls13, aead_algorithm::aes_128_gcm},
    {wire_version::tls13, aead_algorithm::aes_256_gcm},       {wire_version::tls13, aead_algorithm::chacha20_poly1305}};

record::aead_half half_at(const suite& of, direction way, std::uint64_t sequence) {
  static const bytes key(32, 7), iv(12, 9);
  const bool carries = of.version == wire_version::tls12 && of.algorithm != aead_algorithm::chacha20_poly1305;
  record::half_keys keys;
  keys.version = of.version;
  keys.algorithm = of.algorithm;
  keys.key = bytes_view(key).first(engine::key_size_of(of.algorithm));
  keys.iv = bytes_view(iv).first(carries ? 4 : 12);
  keys.sequence = sequence;
  return must(record::aead_half::make(peers_environment(), way, keys), "keys");
}

bool seals(record::aead_half& half) {
  const std::size_t head = half.sizes().header;
  bytes room(head + 1 + half.sizes().trailer);
  const base::bytes_span all(room);
  return static_cast<bool>(
      half.seal(content_type::application_data, all.first(head), all.subspan(head, 1), all.subspan(head + 1)));
}

// The last number is used; none follows it, in either direction, however often it is tried.
bool ends_at_its_last(const suite& of) {
  record::aead_half writer = half_at(of, direction::seal, last_sequence);
  record::aead_half reader = half_at(of, direction::open, last_sequence);
  std::string record = seal_with(writer, content_type::application_data, "x"), again = record;
  if (!open_with(reader, record) || open_with(reader, again)) return false;
  return !seals(writer) && !seals(writer) && writer.sequence() == last_sequence + 1 &&
         reader.sequence() == last_sequence + 1;
}

void prove_sequences(report& to) {
  std::size_t wrong = 0;
  for (const suite& one : suites) wrong += !ends_at_its_last(one);
  to.tell("sequence number after 2^64 - 2: suites that wrap or go on", "0 of 6", std::to_string(wrong) + " of 6",
          wrong == 0);
}

// ---- Keys ----

constexpr std::uint64_t key_limit = 23'726'566;                   // 2^24.5. RFC 8446 §5.5
constexpr std::uint64_t demanded_after = std::uint64_t{1} << 24;  // docs/compat.md

// Records of one byte until EncryptMessage refuses, or there are enough.
std::uint64_t seal_on(party& ours, std::uint64_t most, status& said) {
  const SecPkgContext_StreamSizes sizes = ours.sizes();
  std::array<char, 64> room{};
  for (std::uint64_t done = 0; done < most; ++done) {
    SecBuffer parts[4] = {{sizes.cbHeader, SECBUFFER_STREAM_HEADER, room.data()},
                          {1, SECBUFFER_DATA, room.data() + sizes.cbHeader},
                          {sizes.cbTrailer, SECBUFFER_STREAM_TRAILER, room.data() + sizes.cbHeader + 1},
                          {}};
    SecBufferDesc list{SECBUFFER_VERSION, 4, parts};
    said = EncryptMessage(&ours.handle(), 0, &list, 0);
    if (said.failed()) return done;
  }
  return most;
}

// Is this token what a peer takes for a KeyUpdate after so many records, and does the next key serve what follows?
bool is_key_update(const hostile_peer& peer, std::string token, std::uint64_t records, unsigned updates) {
  engine::aead_keys keys = peer.read_keys(updates);
  keys.sequence += records;
  record::aead_half reader = half_of(direction::open, keys);
  const auto found = open_with(reader, token);
  return found && found->type == content_type::handshake && token[found->offset] == 24;
}
bool reads(const hostile_peer& peer, std::string record, unsigned updates) {
  record::aead_half reader = half_of(direction::open, peer.read_keys(updates));
  return static_cast<bool>(open_with(reader, record));
}

void prove_keys_of_tls13(report& to, role side) {
  hostile_peer peer(side, tls::v1_3);
  const std::string name = side == role::client ? ", client" : ", server";
  status said = SEC_E_OK;
  const std::uint64_t start = peer.read_keys().sequence;
  std::cerr << "sealing to the limit of a key" << name << std::endl;
  const std::uint64_t sealed = seal_on(peer.ours, 2 * key_limit, said);
  const bool stopped = said == SEC_E_CONTEXT_EXPIRED && start + sealed <= key_limit;
  to.tell("records under one AES-GCM key, for a caller that never lets it be renewed" + name,
          "at most 23726566, then SEC_E_CONTEXT_EXPIRED", std::to_string(start + sealed) + ", then " + said.name(),
          stopped);
  peer.ours.step({});
  const bool renewed = is_key_update(peer, peer.ours.take(), sealed, 0) && reads(peer, peer.ours.sealed("x"), 1);
  to.tell("the next call renews the key" + name, "KeyUpdate, and the next key", renewed ? "so" : "not so", renewed);

  const std::uint64_t again = seal_on(peer.ours, demanded_after, said);
  const status asked = peer.ours.open(peer.says(content_type::application_data, "x")).said;
  peer.ours.step({});
  const bool in_time = again == demanded_after && asked == SEC_I_RENEGOTIATE &&
                       is_key_update(peer, peer.ours.take(), again + 1, 1) && reads(peer, peer.ours.sealed("x"), 2);
  to.tell("DecryptMessage asks for a call that renews the key" + name, "SEC_I_RENEGOTIATE after 2^24 records",
          asked.name() + " after " + std::to_string(again + 1), in_time);
}

void prove_keys_of_tls12(report& to) {
  hostile_peer peer(role::client, tls::v1_2);
  status said = SEC_E_OK;
  const std::uint64_t sealed = peer.read_keys().sequence + seal_on(peer.ours, 2 * key_limit, said);
  const bool closes = peer.ours.shut() == SEC_E_OK && !peer.ours.take().empty();
  to.tell("records under one AES-GCM key, TLS 1.2", "at most 23726566, then SEC_E_CONTEXT_EXPIRED; closing still works",
          std::to_string(sealed) + ", then " + said.name() + (closes ? "; it closes" : "; it does not close"),
          said == SEC_E_CONTEXT_EXPIRED && sealed <= key_limit && closes);
}

// ---- KeyUpdates across a close ----

// They come after our close_notify: the peer's data is read on under its next keys, and nothing is answered.
bool reads_on_after_closing(role side, bool asks) {
  hostile_peer peer(side, tls::v1_3);
  if (!(peer.ours.shut() == SEC_E_OK)) return false;
  (void)peer.ours.take();
  std::string wire;
  for (const char* data : {"one", "two"}) {
    wire += peer.updates_keys(asks);
    wire += peer.says(content_type::application_data, data);
  }
  peer.ours.give(wire + peer.says(content_type::alert, std::string("\x01\0", 2)));
  return peer.ours.received() == "onetwo" && peer.ours.last() == SEC_I_CONTEXT_EXPIRED && peer.ours.take().empty();
}

// One waits when we close: it is answered first, and close_notify has the next key.
bool answers_before_closing(role side) {
  hostile_peer peer(side, tls::v1_3);
  if (!(peer.ours.open(peer.updates_keys(true)).said == SEC_I_RENEGOTIATE)) return false;
  if (!(peer.ours.shut() == SEC_E_OK)) return false;
  const auto records = test::sspi::records_of(peer.ours.take());
  return records.size() == 2 && is_key_update(peer, records[0], 0, 0) && reads(peer, records[1], 1);
}

void prove_updates_across_a_close(report& to) {
  std::size_t wrong = 0;
  for (const role side : {role::client, role::server}) {
    for (const bool asks : {false, true}) wrong += !reads_on_after_closing(side, asks);
    wrong += !answers_before_closing(side);
  }
  to.tell("KeyUpdates across a close: ways that lose data, answer too late or do not end clean", "0 of 6",
          std::to_string(wrong) + " of 6", wrong == 0);
}

// ---- Padding ----

// A record whose inner plaintext (content, type, zeros) has this size: longer than what our own record layer would
// seal.
std::string padded(const hostile_peer& peer, std::string_view content, std::size_t inner_size) {
  const engine::aead_keys keys = peer.write_keys();
  engine::aead cipher =
      must(engine::aead::make(peers_environment(), keys.algorithm, direction::seal, keys.key.view()), "key");
  bytes nonce(keys.iv.view().begin(), keys.iv.view().end());
  for (std::size_t i = 0; i < 8; ++i) nonce[11 - i] ^= static_cast<base::byte>(keys.sequence >> 8 * i);
  bytes record{23, 3, 3, 0, 0};
  base::store_u16(base::bytes_span(record).subspan(3), inner_size + engine::aead_tag_size);
  record.insert(record.end(), content.begin(), content.end());
  record.resize(engine::record_header_size + inner_size + engine::aead_tag_size);
  const base::bytes_span all(record);
  const base::bytes_span inner = all.subspan(engine::record_header_size, inner_size);
  if (!cipher.seal(nonce, all.first(engine::record_header_size), inner, {}, all.last(engine::aead_tag_size)))
    throw std::runtime_error("a padded record cannot be sealed");
  return text_of(record);
}

struct padding_case {
  std::string_view content;
  std::size_t inner_size;
  SECURITY_STATUS said;
};

void prove_padding(report& to) {
  constexpr std::size_t most = 16'385;  // RFC 8446 §5.4: 2^14 and the type
  const padding_case cases[] = {{"x\x17", 2, SEC_E_OK},
                                {"x\x17", 300, SEC_E_OK},
                                {"x\x17", most, SEC_E_OK},
                                {"x\x17", most + 1, SEC_E_ILLEGAL_MESSAGE},
                                {"x\x17", 16'624, SEC_E_ILLEGAL_MESSAGE},  // the longest record there can be
                                {"x\x17", 16'625, SEC_E_ILLEGAL_MESSAGE},
                                {"", 1, SEC_E_ILLEGAL_MESSAGE},  // nothing but padding
                                {"", most, SEC_E_ILLEGAL_MESSAGE}};
  std::size_t wrong = 0;
  for (const role side : {role::client, role::server})
    for (const padding_case& one : cases) {
      hostile_peer peer(side, tls::v1_3);
      const auto seen = peer.ours.open(padded(peer, one.content, one.inner_size));
      wrong += !(seen.said == one.said && seen.data == (one.said == SEC_E_OK ? "x" : ""));
    }
  to.tell("padding too long, or nothing but padding: records taken, or good ones refused", "0 of 16",
          std::to_string(wrong) + " of 16", wrong == 0);
}

void prove_limits(report& to) {
  prove_sequences(to);
  prove_padding(to);
  prove_updates_across_a_close(to);
  for (const role side : {role::client, role::server}) prove_keys_of_tls13(to, side);
  prove_keys_of_tls12(to);
}

}  // namespace
}  // namespace schannix::prove

int main(int argc, char** argv) { return schannix::prove::run(argc, argv, schannix::prove::prove_limits); }

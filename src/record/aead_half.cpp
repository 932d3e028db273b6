#include "record/aead_half.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace schannix::record {

namespace {

using base::byte;
using base::bytes_span;
using base::bytes_view;
using engine::content_type;

constexpr std::size_t explicit_nonce_size = 8;
constexpr std::size_t fixed_nonce_size = engine::aead_nonce_size - explicit_nonce_size;
constexpr std::size_t inner_type_size = 1;
constexpr std::size_t max_inner_size = engine::max_plaintext_size + inner_type_size;  // with padding. RFC 8446 §5.4
constexpr std::uint16_t wire_version_number = 0x0303;  // both versions write it. RFC 8446 §5.2

// Alert descriptions. RFC 8446 §6, RFC 5246 §7.2
constexpr byte unexpected_message = 10;
constexpr byte bad_record_mac = 20;
constexpr byte record_overflow = 22;
constexpr byte protocol_version = 70;

base::failure illegal(byte alert) { return base::peer_fault(base::reason::illegal_message, alert); }
base::failure unauthentic() { return base::peer_fault(base::reason::bad_record, bad_record_mac); }

bool uses_explicit_nonce(wire_version version, engine::aead_algorithm algorithm) {
  return version == wire_version::tls12 && algorithm != engine::aead_algorithm::chacha20_poly1305;
}

content_type type_of(bytes_view record) { return static_cast<content_type>(record[0]); }

// The inner type takes no change_cipher_spec. RFC 8446 §5
bool valid_inside(wire_version version, content_type type) {
  switch (type) {
    case content_type::alert:
    case content_type::handshake:
    case content_type::application_data:
      return true;
    case content_type::change_cipher_spec:
      return version == wire_version::tls12;
  }
  return false;  // a byte of the wire that is no content type
}

// Only application data may be empty. RFC 8446 §5.1, RFC 5246 §6.2.1
base::result<engine::opened> checked(wire_version version, engine::opened record) {
  if (!valid_inside(version, record.type)) return illegal(unexpected_message);
  if (record.size == 0 && record.type != content_type::application_data) return illegal(unexpected_message);
  return record;
}

void write_header(bytes_span header, content_type type, std::size_t length) {
  header[0] = static_cast<byte>(type);
  base::store_u16(header.subspan(1), wire_version_number);
  base::store_u16(header.subspan(3), length);
}

// seq_num | type | version | plaintext length. RFC 5246 §6.2.3.3
std::array<byte, 13> associated_data(std::uint64_t sequence, bytes_view header, std::size_t size) {
  std::array<byte, 13> made{};
  base::store_u64(bytes_span(made), sequence);
  std::copy_n(header.begin(), 3, made.begin() + 8);
  base::store_u16(bytes_span(made).subspan(11), size);
  return made;
}

bool adjacent(bytes_view left, bytes_view right) { return left.data() + left.size() == right.data(); }

}  // namespace

base::result<aead_half> aead_half::make(const engine::environment& env, engine::direction way, const half_keys& keys) {
  const bool fixed = uses_explicit_nonce(keys.version, keys.algorithm);
  if (keys.iv.size() != (fixed ? fixed_nonce_size : engine::aead_nonce_size)) return base::bug();
  SCHANNIX_TRY(engine::aead cipher, engine::aead::make(env, keys.algorithm, way, keys.key));
  aead_half made(std::move(cipher));
  made.version_ = keys.version;
  made.algorithm_ = keys.algorithm;
  made.sequence_ = keys.sequence;
  made.explicit_nonce_ = keys.explicit_nonce;
  std::copy(keys.iv.begin(), keys.iv.end(), made.iv_.resize(sizeof(nonce)).begin());
  made.key_.assign(keys.key);
  return made;
}

std::optional<engine::aead_keys> aead_half::keys() const {
  engine::aead_keys now;
  now.tls13 = version_ == wire_version::tls13;
  now.algorithm = algorithm_;
  now.key.assign(key_.view());
  now.iv.assign(iv_.view().first(carries_nonce() ? fixed_nonce_size : engine::aead_nonce_size));
  now.sequence = sequence_;
  now.explicit_nonce = explicit_nonce_;
  return now;
}

engine::overhead aead_half::sizes() const noexcept {
  constexpr std::size_t block = 16;  // what Schannel says of its AEAD suites; the sealed size does not depend on it
  const std::size_t header = engine::record_header_size + (carries_nonce() ? explicit_nonce_size : 0);
  const std::size_t trailer = engine::aead_tag_size + (version_ == wire_version::tls13 ? inner_type_size : 0);
  return {header, trailer, block};
}

base::result<std::size_t> aead_half::seal(content_type type, bytes_span header, bytes_span data, bytes_span trailer) {
  const engine::overhead around = sizes();
  if (header.size() != around.header || trailer.size() < around.trailer) {
    return base::caller_mistake(base::reason::buffer_too_small);
  }
  if (data.size() > engine::max_plaintext_size) return base::caller_mistake(base::reason::message_too_long);
  if (sequence_ == sequence_end) return base::caller_mistake(base::reason::expired);
  trailer = trailer.first(around.trailer);
  const bool sealed = version_ == wire_version::tls13 ? seal_tls13(type, header, data, trailer)
                                                      : seal_tls12(type, header, data, trailer);
  if (!sealed) return base::bug(base::reason::encrypt_failure);
  ++sequence_;
  return around.trailer;
}

// The inner type is the plaintext's last byte and lies in front of the tag; adjacent buffers are one pass.
bool aead_half::seal_tls13(content_type type, bytes_span header, bytes_span data, bytes_span trailer) {
  write_header(header, content_type::application_data, data.size() + trailer.size());
  trailer[0] = static_cast<byte>(type);
  bytes_span inner_type = trailer.first(inner_type_size);
  const bytes_span tag = trailer.subspan(inner_type_size);
  if (adjacent(data, inner_type)) {
    data = bytes_span(data.data(), data.size() + inner_type_size);
    inner_type = {};
  }
  return cipher_.seal(mixed_nonce().view(), header, data, inner_type, tag);
}

bool aead_half::seal_tls12(content_type type, bytes_span header, bytes_span data, bytes_span tag) {
  const bytes_span on_the_wire = header.subspan(engine::record_header_size);
  write_header(header, type, on_the_wire.size() + data.size() + tag.size());
  const auto associated = associated_data(sequence_, header, data.size());
  if (!carries_nonce()) return cipher_.seal(mixed_nonce().view(), associated, data, {}, tag);
  base::store_u64(on_the_wire, explicit_nonce_++);
  return cipher_.seal(explicit_nonce(on_the_wire).view(), associated, data, {}, tag);
}

base::result<engine::opened> aead_half::open(bytes_span record) {
  const bool whole = record.size() >= engine::record_header_size &&
                     base::load_u16(record.subspan(3)) == record.size() - engine::record_header_size;
  if (!whole) return base::bug();
  if (sequence_ == sequence_end) return base::caller_mistake(base::reason::expired);
  return open_whole(record);
}

base::result<engine::opened> aead_half::open_whole(bytes_span record) {
  auto opened = version_ == wire_version::tls13 ? open_tls13(record) : open_tls12(record);
  if (opened) {
    ++sequence_;
  } else {
    base::wipe(record.subspan(engine::record_header_size));
  }
  return opened;
}

// The version of the header is only authenticated, never judged. RFC 8446 §5.1
base::result<engine::opened> aead_half::open_tls13(bytes_span record) {
  if (type_of(record) != content_type::application_data) return illegal(unexpected_message);
  const bytes_view header = record.first(engine::record_header_size);
  const bytes_span fragment = record.subspan(engine::record_header_size);
  if (fragment.size() < engine::aead_tag_size) return unauthentic();
  const bytes_span inner = fragment.first(fragment.size() - engine::aead_tag_size);
  if (inner.size() > max_inner_size) return illegal(record_overflow);
  if (!cipher_.open(mixed_nonce().view(), header, inner, fragment.last(engine::aead_tag_size))) return unauthentic();

  std::size_t end = inner.size();
  while (end > 0 && inner[end - 1] == 0) --end;
  if (end == 0) return illegal(unexpected_message);  // nothing but padding. RFC 8446 §5.4
  return checked(version_, {type_of(inner.subspan(end - 1)), engine::record_header_size, end - 1});
}

base::result<engine::opened> aead_half::open_tls12(bytes_span record) {
  const bytes_view header = record.first(engine::record_header_size);
  if (!valid_inside(version_, type_of(header))) return illegal(unexpected_message);
  if (base::load_u16(header.subspan(1)) != wire_version_number) return illegal(protocol_version);
  const std::size_t offset = sizes().header;
  if (record.size() < offset + engine::aead_tag_size) return unauthentic();
  const bytes_span data = record.subspan(offset, record.size() - offset - engine::aead_tag_size);
  if (data.size() > engine::max_plaintext_size) return illegal(record_overflow);

  const bytes_view on_the_wire = record.subspan(engine::record_header_size, offset - engine::record_header_size);
  const nonce used = carries_nonce() ? explicit_nonce(on_the_wire) : mixed_nonce();
  const auto associated = associated_data(sequence_, header, data.size());
  if (!cipher_.open(used.view(), associated, data, record.last(engine::aead_tag_size))) return unauthentic();
  return checked(version_, {type_of(header), offset, data.size()});
}

bool aead_half::carries_nonce() const noexcept { return uses_explicit_nonce(version_, algorithm_); }

// The sequence number, padded to the left, on the IV. RFC 8446 §5.3, RFC 7905 §2
aead_half::nonce aead_half::mixed_nonce() const noexcept {
  using lanes [[gnu::vector_size(16)]] = std::uint64_t;
  constexpr bool little = std::endian::native == std::endian::little;
  const std::uint64_t wire = little ? __builtin_bswap64(sequence_) : sequence_;
  const lanes sequence = little ? lanes{wire << 32, wire >> 32} : lanes{wire >> 32, wire << 32};  // bytes 4 to 11
  lanes iv;
  std::memcpy(&iv, iv_.view().data(), sizeof iv);
  return {std::bit_cast<std::array<base::byte, 16>>(iv ^ sequence)};
}

// The fixed part from the key block, then what the record carries. RFC 5288 §3
aead_half::nonce aead_half::explicit_nonce(bytes_view on_the_wire) const noexcept {
  nonce made;
  std::copy_n(iv_.view().begin(), made.room.size(), made.room.begin());
  std::copy(on_the_wire.begin(), on_the_wire.end(), made.room.begin() + fixed_nonce_size);
  return made;
}

}  // namespace schannix::record

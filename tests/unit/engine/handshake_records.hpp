// Records under the keys that a finished handshake tells, for the tests.
#pragma once

#include "handshake_fixture.hpp"
#include "record/aead_half.hpp"

namespace schannix::engine::test {

inline record::aead_half half_of(const environment& env, direction way, const direction_keys& keys) {
  const auto& from = std::get<aead_keys>(keys);
  record::half_keys wanted;
  wanted.version = from.tls13 ? record::wire_version::tls13 : record::wire_version::tls12;
  wanted.algorithm = from.algorithm;
  wanted.key = from.key.view();
  wanted.iv = from.iv.view();
  wanted.sequence = from.sequence;
  wanted.explicit_nonce = from.explicit_nonce;
  auto made = record::aead_half::make(env, way, wanted);
  if (!made) throw std::runtime_error("a test record layer cannot be made");
  return std::move(*made);
}

inline bytes sealed(protection& half, bytes_view data, content_type type = content_type::application_data) {
  const overhead room = half.sizes();
  bytes record(room.header + data.size() + room.trailer);
  const base::bytes_span all(record);
  std::copy(data.begin(), data.end(), record.begin() + static_cast<std::ptrdiff_t>(room.header));
  const auto used = half.seal(type, all.first(room.header), all.subspan(room.header, data.size()),
                              all.subspan(room.header + data.size()));
  if (!used) throw std::runtime_error("a test record cannot be sealed");
  record.resize(room.header + data.size() + *used);
  return record;
}

struct opened_record {
  content_type type = content_type::application_data;
  bytes content;
};

inline std::optional<opened_record> opened_of(protection& half, bytes record) {
  const auto found = half.open(record);
  if (!found) return std::nullopt;
  return opened_record{found->type, to_bytes(bytes_view(record).subspan(found->offset, found->size))};
}

inline bytes pattern(std::size_t size, unsigned seed = 1) {
  bytes made(size);
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<base::byte>(seed * 131 + i * 7 + (i >> 8));
  return made;
}

}  // namespace schannix::engine::test

#include "context/halves.hpp"

#include "engine/cbc.hpp"
#include "record/aead_half.hpp"

namespace schannix::context {
base::result<std::unique_ptr<engine::protection>> make_aead_half(const engine::environment& env, engine::direction way,
                                                                 const engine::aead_keys& keys) {
  record::half_keys wanted;
  wanted.version = keys.tls13 ? record::wire_version::tls13 : record::wire_version::tls12;
  wanted.algorithm = keys.algorithm;
  wanted.key = keys.key.view();
  wanted.iv = keys.iv.view();
  wanted.sequence = keys.sequence;
  wanted.explicit_nonce = keys.explicit_nonce;
  SCHANNIX_TRY(record::aead_half made, record::aead_half::make(env, way, wanted));
  return std::unique_ptr<engine::protection>(std::make_unique<record::aead_half>(std::move(made)));
}

base::result<std::unique_ptr<engine::protection>> make_seal_half(const engine::environment& env,
                                                                 const engine::direction_keys& keys) {
  if (const auto* aead = std::get_if<engine::aead_keys>(&keys))
    return make_aead_half(env, engine::direction::seal, *aead);
  if (const auto* cbc = std::get_if<engine::cbc_keys>(&keys)) {
    SCHANNIX_TRY(auto made, engine::cbc_seal_half::make(env, *cbc));
    return std::unique_ptr<engine::protection>(std::move(made));
  }
  return base::bug();
}

base::result<std::unique_ptr<engine::protection>> make_open_half(const engine::environment& env,
                                                                 const engine::direction_keys& keys,
                                                                 engine::handshake& ssl) {
  if (const auto* aead = std::get_if<engine::aead_keys>(&keys))
    return make_aead_half(env, engine::direction::open, *aead);
  if (const auto* cbc = std::get_if<engine::cbc_keys>(&keys))
    return std::unique_ptr<engine::protection>(std::make_unique<engine::cbc_open_half>(ssl, cbc->version, cbc->mac));
  return base::bug();
}

base::result<base::bytes> seal_copy(engine::protection& half, engine::content_type type, base::bytes_view payload) {
  const engine::overhead room = half.sizes();
  base::bytes record(room.header);
  record.insert(record.end(), payload.begin(), payload.end());
  record.resize(room.header + payload.size() + room.trailer);
  const base::bytes_span all(record);
  SCHANNIX_TRY(const std::size_t trailer,
               half.seal(type, all.first(room.header), all.subspan(room.header, payload.size()),
                         all.subspan(room.header + payload.size())));
  record.resize(room.header + payload.size() + trailer);
  return record;
}

}  // namespace schannix::context

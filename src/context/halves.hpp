// From the keys of a direction to what protects it.
#pragma once

#include <memory>

#include "engine/handshake.hpp"
#include "engine/protection.hpp"

namespace schannix::context {

base::result<std::unique_ptr<engine::protection>> make_aead_half(const engine::environment& env, engine::direction way,
                                                                 const engine::aead_keys& keys);

// keys must not be no_keys.
base::result<std::unique_ptr<engine::protection>> make_seal_half(const engine::environment& env,
                                                                 const engine::direction_keys& keys);
// ssl: what a CBC suite opens with.
base::result<std::unique_ptr<engine::protection>> make_open_half(const engine::environment& env,
                                                                 const engine::direction_keys& keys,
                                                                 engine::handshake& ssl);

// One sealed record around payload, which is copied: for alerts and handshake messages, not for data.
base::result<base::bytes> seal_copy(engine::protection& half, engine::content_type type, base::bytes_view payload);

}  // namespace schannix::context

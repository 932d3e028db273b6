// How CNG's functions say what a signature looks like. MS nf-bcrypt-bcryptsignhash
#pragma once

#include <bcrypt.h>

#include <optional>

#include "engine/key_blobs.hpp"
#include "engine/signing.hpp"

namespace schannix::abi {

// Nothing: a padding that keys of this kind do not have, an unknown hash, or what describes it is missing. flags:
// BCRYPT_PAD_ and nothing else.
std::optional<engine::signing_way> signing_way_of(engine::key_kind kind, const void* padding, ULONG flags);

}  // namespace schannix::abi

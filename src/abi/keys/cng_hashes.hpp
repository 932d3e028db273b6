// CNG's hashes.
#pragma once

#include "abi/keys/cng_algorithms.hpp"

namespace schannix::abi {

// BCRYPT_HASH_HANDLE.
struct cng_hash final : key_object {
  std::wstring_view name;
  engine::hash_name which = engine::hash_name::sha256;
  std::optional<engine::running_hash> fresh;    // of one that can be used again: what it begins with
  std::optional<engine::running_hash> running;  // nothing: it is finished
};

// What BCRYPT_OBJECT_LENGTH tells: programs allocate as much, and it is not used.
constexpr ULONG cng_object_size = 64;

}  // namespace schannix::abi

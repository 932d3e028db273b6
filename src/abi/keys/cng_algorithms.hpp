// CNG's algorithms: those that are opened by name, and those whose handles are constants of bcrypt.h.
#pragma once

#include <bcrypt.h>

#include <new>
#include <optional>
#include <string_view>

#include "abi/keys/objects.hpp"
#include "engine/hashing.hpp"
#include "engine/key_blobs.hpp"

namespace schannix::abi {

enum class cng_use : std::uint8_t { random, hash, pair };

// BCRYPT_ALG_HANDLE.
struct cng_algorithm final : key_object {
  cng_use use = cng_use::random;
  std::wstring_view name;  // one of bcrypt.h's
  engine::hash_name hash = engine::hash_name::sha256;
  engine::key_kind pair = engine::key_kind::rsa;
  bool keyed = false;     // an HMAC
  bool reusable = false;  // hashes begin anew when they are finished
};

std::optional<engine::hash_name> hash_named(std::wstring_view name);
// Null: no such algorithm.
std::shared_ptr<cng_algorithm> algorithm_named(std::wstring_view name);
// Null: no such handle, or of another kind.
std::shared_ptr<cng_algorithm> algorithm_of(BCRYPT_HANDLE handle);

inline ULONG_PTR number_of(BCRYPT_HANDLE handle) { return reinterpret_cast<ULONG_PTR>(handle); }
inline BCRYPT_HANDLE give_cng_handle(std::shared_ptr<key_object> to) {
  return reinterpret_cast<BCRYPT_HANDLE>(give_handle(std::move(to)));
}

// guarded's counterpart for these statuses.
template <typename Body>
NTSTATUS guarded_cng(Body&& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return STATUS_NO_MEMORY;
  } catch (...) {
    return STATUS_INTERNAL_ERROR;
  }
}

NTSTATUS cng_status_of(const base::failure& why);

// The answer of functions that tell a value: its size always, itself when there is room.
NTSTATUS tell_cng(base::bytes_view what, PUCHAR room, ULONG size, ULONG* count);

}  // namespace schannix::abi

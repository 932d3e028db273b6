// What the handles of ncrypt.h and of CryptoAPI's key containers stand for. Each object has a lock of its own, taken by
// the function that uses it. Handles: runtime::keys.
#pragma once

#include <wincrypt.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/key_blobs.hpp"
#include "keyring/provider.hpp"

namespace schannix::abi {

struct key_object {
  virtual ~key_object() = default;
  std::mutex lock;
};

// NCRYPT_PROV_HANDLE.
struct storage_provider final : key_object {
  bool opens_uris = false;
};

// NCRYPT_KEY_HANDLE.
struct storage_key final : key_object {
  std::string name;  // of its container; "": it has none
  keyring::owner whose = keyring::owner::user;
  bool opens_uris = false;
  keyring::existing existing = keyring::existing::refused;  // when it is finalized
  engine::key_kind kind = engine::key_kind::rsa;
  std::wstring algorithm;
  DWORD bits = 2048;
  std::optional<engine::private_key> key;
  bool final = false;
  DWORD export_policy = 0;
  DWORD usage = NCRYPT_ALLOW_ALL_USAGES;
};

// HCRYPTPROV.
struct key_set final : key_object {
  std::string name;  // "": CRYPT_VERIFYCONTEXT, or a certificate's key
  keyring::owner whose = keyring::owner::user;
  std::string provider;
  DWORD type = PROV_RSA_FULL;
  std::optional<engine::private_key> key;
};

// HCRYPTKEY.
struct key_set_key final : key_object {
  explicit key_set_key(engine::private_key of) : key(std::move(of)) {}
  const engine::private_key key;
};

// Gives the object a handle, whatever its kind.
ULONG_PTR give_handle(std::shared_ptr<key_object> to);

// Null: no such object, or of another kind.
std::shared_ptr<key_object> object_of(ULONG_PTR handle);
template <typename Kind>
std::shared_ptr<Kind> object_of(ULONG_PTR handle) {
  return std::dynamic_pointer_cast<Kind>(object_of(handle));
}

// False: no such object, or none of these kinds; it is then as before.
template <typename... Kinds>
bool free_handle(ULONG_PTR handle);
bool free_any(ULONG_PTR handle);

template <typename... Kinds>
bool free_handle(ULONG_PTR handle) {
  const auto found = object_of(handle);
  const bool fits = found && ((dynamic_cast<Kinds*>(found.get()) != nullptr) || ...);
  return fits && free_any(handle);
}

// The key behind a handle of whatever kind; spec: CERT_NCRYPT_KEY_SPEC, or AT_KEYEXCHANGE. Nothing: no such handle, or
// an object without a key.
struct held_key {
  engine::private_key key;
  DWORD spec;
};
std::optional<held_key> key_behind(ULONG_PTR handle);

}  // namespace schannix::abi

#include "abi/keys/objects.hpp"

#include "abi/runtime.hpp"

namespace schannix::abi {

ULONG_PTR give_handle(std::shared_ptr<key_object> to) { return the_runtime().keys.insert(std::move(to)); }
std::shared_ptr<key_object> object_of(ULONG_PTR handle) { return the_runtime().keys.find(handle); }
bool free_any(ULONG_PTR handle) { return the_runtime().keys.remove(handle) != nullptr; }

std::optional<held_key> key_behind(ULONG_PTR handle) {
  if (const auto one = object_of<storage_key>(handle)) {
    const std::lock_guard held(one->lock);
    return one->final && one->key ? std::optional(held_key{*one->key, CERT_NCRYPT_KEY_SPEC}) : std::nullopt;
  }
  if (const auto one = object_of<key_set>(handle)) {
    const std::lock_guard held(one->lock);
    return one->key ? std::optional(held_key{*one->key, AT_KEYEXCHANGE}) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace schannix::abi

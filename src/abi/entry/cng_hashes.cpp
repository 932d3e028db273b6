// CNG's hashes and HMACs. Contract: include/win32/schannix_bcrypt_hashes.h
#include "abi/keys/cng_hashes.hpp"

#include <algorithm>
#include <utility>

#include "abi/runtime.hpp"

namespace schannix::abi {
namespace {

struct given_memory {
  const UCHAR* at;
  ULONG size;
};

NTSTATUS check_object(given_memory object) {
  if (object.at == nullptr) return object.size == 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
  return object.size < cng_object_size ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
}

base::result<engine::running_hash> start(const cng_algorithm& by, base::bytes_view secret) {
  return engine::running_hash::start(the_environment(), by.hash, by.keyed ? std::optional(secret) : std::nullopt);
}

// Whether the algorithm makes hashes of such a secret.
NTSTATUS check_secret(const std::shared_ptr<cng_algorithm>& by, base::bytes_view secret) {
  if (!by) return STATUS_INVALID_HANDLE;
  if (by->use != cng_use::hash) return STATUS_NOT_SUPPORTED;
  const bool given = secret.data() != nullptr || !secret.empty();
  if (!by->keyed) return given ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
  return secret.data() == nullptr && !secret.empty() ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

NTSTATUS create(BCRYPT_ALG_HANDLE algorithm, BCRYPT_HASH_HANDLE* into, given_memory object, base::bytes_view secret,
                ULONG flags) {
  const auto by = algorithm_of(algorithm);
  NTSTATUS may = check_secret(by, secret);
  if (may == STATUS_SUCCESS && (into == nullptr || (flags & ~ULONG{BCRYPT_HASH_REUSABLE_FLAG}) != 0))
    may = STATUS_INVALID_PARAMETER;
  if (may == STATUS_SUCCESS) may = check_object(object);
  if (may != STATUS_SUCCESS) return may;
  auto begun = start(*by, secret);
  if (!begun) return cng_status_of(begun.error());
  auto made = std::make_shared<cng_hash>();
  made->name = by->name;
  made->which = by->hash;
  if (by->reusable || flags != 0) {
    auto fresh = begun->copy();
    if (!fresh) return cng_status_of(fresh.error());
    made->fresh = *std::move(fresh);
  }
  made->running = *std::move(begun);
  *into = give_cng_handle(std::move(made));
  return STATUS_SUCCESS;
}

NTSTATUS add(BCRYPT_HASH_HANDLE handle, base::bytes_view data, ULONG flags) {
  const auto to = object_of<cng_hash>(number_of(handle));
  if (!to) return STATUS_INVALID_HANDLE;
  if (flags != 0 || (data.data() == nullptr && !data.empty())) return STATUS_INVALID_PARAMETER;
  const std::lock_guard held(to->lock);
  if (!to->running) return STATUS_INVALID_HANDLE;
  const auto done = to->running->add(data);
  return done ? STATUS_SUCCESS : cng_status_of(done.error());
}

// Under the hash's lock.
NTSTATUS begin_anew(cng_hash& one) {
  one.running.reset();
  if (!one.fresh) return STATUS_SUCCESS;
  auto again = one.fresh->copy();
  if (!again) return cng_status_of(again.error());
  one.running = *std::move(again);
  return STATUS_SUCCESS;
}

NTSTATUS finish(BCRYPT_HASH_HANDLE handle, base::bytes_span into, ULONG flags) {
  const auto one = object_of<cng_hash>(number_of(handle));
  if (!one) return STATUS_INVALID_HANDLE;
  const std::lock_guard held(one->lock);
  if (!one->running) return STATUS_INVALID_HANDLE;
  if (flags != 0 || into.data() == nullptr || into.size() != engine::size_of(one->which))
    return STATUS_INVALID_PARAMETER;
  const auto value = one->running->finish();
  const NTSTATUS after = begin_anew(*one);
  if (!value) return cng_status_of(value.error());
  std::ranges::copy(*value, into.begin());
  return after;
}

NTSTATUS duplicate(BCRYPT_HASH_HANDLE handle, BCRYPT_HASH_HANDLE* into, given_memory object, ULONG flags) {
  const auto from = object_of<cng_hash>(number_of(handle));
  if (!from) return STATUS_INVALID_HANDLE;
  if (into == nullptr || flags != 0) return STATUS_INVALID_PARAMETER;
  const NTSTATUS may = check_object(object);
  if (may != STATUS_SUCCESS) return may;
  const std::lock_guard held(from->lock);
  if (!from->running) return STATUS_INVALID_HANDLE;
  auto made = std::make_shared<cng_hash>();
  made->name = from->name;
  made->which = from->which;
  for (const auto& [to, of] : {std::pair{&made->fresh, &from->fresh}, std::pair{&made->running, &from->running}}) {
    if (!*of) continue;
    auto copied = (*of)->copy();
    if (!copied) return cng_status_of(copied.error());
    *to = *std::move(copied);
  }
  *into = give_cng_handle(std::move(made));
  return STATUS_SUCCESS;
}

NTSTATUS hash_at_once(BCRYPT_ALG_HANDLE algorithm, base::bytes_view secret, base::bytes_view data,
                      base::bytes_span into) {
  const auto by = algorithm_of(algorithm);
  const NTSTATUS may = check_secret(by, secret);
  if (may != STATUS_SUCCESS) return may;
  const bool given = data.data() != nullptr || data.empty();
  if (!given || into.data() == nullptr || into.size() != engine::size_of(by->hash)) return STATUS_INVALID_PARAMETER;
  auto begun = start(*by, secret);
  if (!begun) return cng_status_of(begun.error());
  if (const auto added = begun->add(data); !added) return cng_status_of(added.error());
  const auto value = begun->finish();
  if (!value) return cng_status_of(value.error());
  std::ranges::copy(*value, into.begin());
  return STATUS_SUCCESS;
}

// ---- properties ----

NTSTATUS tell_number(std::size_t what, PUCHAR room, ULONG size, ULONG* count) {
  const auto number = static_cast<ULONG>(what);
  return tell_cng({reinterpret_cast<const base::byte*>(&number), sizeof number}, room, size, count);
}

NTSTATUS property(BCRYPT_HANDLE handle, LPCWSTR property, PUCHAR room, ULONG size, ULONG* count, ULONG flags) {
  const auto hash = object_of<cng_hash>(number_of(handle));
  const auto algorithm = algorithm_of(handle);
  if (!hash && !algorithm) return STATUS_INVALID_HANDLE;
  if (property == nullptr || count == nullptr || flags != 0) return STATUS_INVALID_PARAMETER;
  const std::wstring_view which = property;
  if (which == BCRYPT_ALGORITHM_NAME) {
    const std::wstring name(hash ? hash->name : algorithm->name);
    return tell_cng({reinterpret_cast<const base::byte*>(name.c_str()), (name.size() + 1) * sizeof(WCHAR)}, room, size,
                    count);
  }
  if (!hash && algorithm->use != cng_use::hash) return STATUS_NOT_SUPPORTED;
  const engine::hash_name of = hash ? hash->which : algorithm->hash;
  if (which == BCRYPT_HASH_LENGTH) return tell_number(engine::size_of(of), room, size, count);
  if (which == BCRYPT_HASH_BLOCK_LENGTH) return tell_number(engine::block_size_of(of), room, size, count);
  return which == BCRYPT_OBJECT_LENGTH ? tell_number(cng_object_size, room, size, count) : STATUS_NOT_SUPPORTED;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

NTSTATUS WINAPI BCryptCreateHash(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_HASH_HANDLE* phHash, PUCHAR pbHashObject,
                                 ULONG cbHashObject, PUCHAR pbSecret, ULONG cbSecret, ULONG dwFlags) {
  return abi::guarded_cng(
      [&] { return abi::create(hAlgorithm, phHash, {pbHashObject, cbHashObject}, {pbSecret, cbSecret}, dwFlags); });
}

NTSTATUS WINAPI BCryptHashData(BCRYPT_HASH_HANDLE hHash, PUCHAR pbInput, ULONG cbInput, ULONG dwFlags) {
  return abi::guarded_cng([&] { return abi::add(hHash, {pbInput, cbInput}, dwFlags); });
}

NTSTATUS WINAPI BCryptFinishHash(BCRYPT_HASH_HANDLE hHash, PUCHAR pbOutput, ULONG cbOutput, ULONG dwFlags) {
  return abi::guarded_cng([&] { return abi::finish(hHash, {pbOutput, cbOutput}, dwFlags); });
}

NTSTATUS WINAPI BCryptDuplicateHash(BCRYPT_HASH_HANDLE hHash, BCRYPT_HASH_HANDLE* phNewHash, PUCHAR pbHashObject,
                                    ULONG cbHashObject, ULONG dwFlags) {
  return abi::guarded_cng([&] { return abi::duplicate(hHash, phNewHash, {pbHashObject, cbHashObject}, dwFlags); });
}

NTSTATUS WINAPI BCryptDestroyHash(BCRYPT_HASH_HANDLE hHash) {
  return abi::guarded_cng(
      [&] { return abi::free_handle<abi::cng_hash>(abi::number_of(hHash)) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE; });
}

NTSTATUS WINAPI BCryptHash(BCRYPT_ALG_HANDLE hAlgorithm, PUCHAR pbSecret, ULONG cbSecret, PUCHAR pbInput, ULONG cbInput,
                           PUCHAR pbOutput, ULONG cbOutput) {
  return abi::guarded_cng(
      [&] { return abi::hash_at_once(hAlgorithm, {pbSecret, cbSecret}, {pbInput, cbInput}, {pbOutput, cbOutput}); });
}

NTSTATUS WINAPI BCryptGetProperty(BCRYPT_HANDLE hObject, LPCWSTR pszProperty, PUCHAR pbOutput, ULONG cbOutput,
                                  ULONG* pcbResult, ULONG dwFlags) {
  return abi::guarded_cng([&] { return abi::property(hObject, pszProperty, pbOutput, cbOutput, pcbResult, dwFlags); });
}

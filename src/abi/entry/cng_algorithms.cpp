// CNG's algorithms, and its random bytes. Contract: include/win32/schannix_bcrypt_hashes.h
#include "abi/keys/cng_algorithms.hpp"
#include "abi/runtime.hpp"
#include "engine/random.hpp"

namespace schannix::abi {
namespace {

NTSTATUS open_algorithm(BCRYPT_ALG_HANDLE* into, LPCWSTR name, LPCWSTR implementation, ULONG flags) {
  constexpr ULONG of_hashes = BCRYPT_ALG_HANDLE_HMAC_FLAG | BCRYPT_HASH_REUSABLE_FLAG;
  if (into == nullptr || name == nullptr) return STATUS_INVALID_PARAMETER;
  if (implementation != nullptr && implementation != std::wstring_view(MS_PRIMITIVE_PROVIDER)) return STATUS_NOT_FOUND;
  auto made = algorithm_named(name);
  if (!made) return STATUS_NOT_FOUND;
  const ULONG known = BCRYPT_PROV_DISPATCH | (made->use == cng_use::hash ? of_hashes : 0);
  if ((flags & ~known) != 0) return STATUS_INVALID_PARAMETER;
  made->keyed = (flags & BCRYPT_ALG_HANDLE_HMAC_FLAG) != 0;
  made->reusable = (flags & BCRYPT_HASH_REUSABLE_FLAG) != 0;
  *into = give_cng_handle(std::move(made));
  return STATUS_SUCCESS;
}

NTSTATUS close_algorithm(BCRYPT_ALG_HANDLE handle, ULONG flags) {
  if (!object_of<cng_algorithm>(number_of(handle))) return STATUS_INVALID_HANDLE;
  if (flags != 0) return STATUS_INVALID_PARAMETER;
  return free_handle<cng_algorithm>(number_of(handle)) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

// Of bytes that the caller believes to be random, nothing may be left as it was.
NTSTATUS generate(BCRYPT_ALG_HANDLE handle, base::bytes_span into, ULONG flags) {
  constexpr ULONG known = BCRYPT_USE_SYSTEM_PREFERRED_RNG | BCRYPT_RNG_USE_ENTROPY_IN_BUFFER;
  const bool preferred = (flags & BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0;
  if ((flags & ~known) != 0 || (preferred && handle != nullptr)) return STATUS_INVALID_PARAMETER;
  const auto by = preferred ? nullptr : algorithm_of(handle);
  if (!preferred && (!by || by->use != cng_use::random)) return STATUS_INVALID_HANDLE;
  if (into.empty()) return STATUS_SUCCESS;
  if (into.data() == nullptr) return STATUS_INVALID_PARAMETER;
  const auto done = engine::fill_random(the_environment(), into);
  return done ? STATUS_SUCCESS : cng_status_of(done.error());
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

NTSTATUS WINAPI BCryptOpenAlgorithmProvider(BCRYPT_ALG_HANDLE* phAlgorithm, LPCWSTR pszAlgId, LPCWSTR pszImplementation,
                                            ULONG dwFlags) {
  return abi::guarded_cng([&] { return abi::open_algorithm(phAlgorithm, pszAlgId, pszImplementation, dwFlags); });
}

NTSTATUS WINAPI BCryptCloseAlgorithmProvider(BCRYPT_ALG_HANDLE hAlgorithm, ULONG dwFlags) {
  return abi::guarded_cng([&] { return abi::close_algorithm(hAlgorithm, dwFlags); });
}

NTSTATUS WINAPI BCryptGenRandom(BCRYPT_ALG_HANDLE hAlgorithm, PUCHAR pbBuffer, ULONG cbBuffer, ULONG dwFlags) {
  return abi::guarded_cng([&] { return abi::generate(hAlgorithm, {pbBuffer, cbBuffer}, dwFlags); });
}

// CNG's pairs of keys, and their signatures. Contract: include/win32/schannix_bcrypt_keys.h
#include "abi/keys/blob_types.hpp"
#include "abi/keys/cng_algorithms.hpp"
#include "abi/keys/signing_ways.hpp"
#include "abi/runtime.hpp"

namespace schannix::abi {
namespace {

using engine::key_kind;

// BCRYPT_KEY_HANDLE.
struct cng_pair final : key_object {
  std::wstring_view algorithm;
  key_kind kind = key_kind::rsa;
  ULONG bits = 0;
  bool whole = true;                       // false: the public part
  std::optional<engine::private_key> key;  // nothing: not final
};

bool is_length(key_kind kind, ULONG bits) {
  if (kind == key_kind::rsa) return bits >= 1024 && bits <= 16384 && bits % 64 == 0;
  return bits == (kind == key_kind::p256 ? 256u : kind == key_kind::p384 ? 384u : 521u);
}

NTSTATUS generate(BCRYPT_ALG_HANDLE algorithm, BCRYPT_KEY_HANDLE* into, ULONG length, ULONG flags) {
  const auto by = algorithm_of(algorithm);
  if (!by) return STATUS_INVALID_HANDLE;
  if (by->use != cng_use::pair) return STATUS_NOT_SUPPORTED;
  if (into == nullptr || flags != 0 || !is_length(by->pair, length)) return STATUS_INVALID_PARAMETER;
  auto made = std::make_shared<cng_pair>();
  made->algorithm = by->name;
  made->kind = by->pair;
  made->bits = length;
  *into = give_cng_handle(std::move(made));
  return STATUS_SUCCESS;
}

NTSTATUS finalize(BCRYPT_KEY_HANDLE handle, ULONG flags) {
  const auto pair = object_of<cng_pair>(number_of(handle));
  if (!pair) return STATUS_INVALID_HANDLE;
  if (flags != 0) return STATUS_INVALID_PARAMETER;
  const std::lock_guard held(pair->lock);
  if (pair->key) return STATUS_INVALID_HANDLE;
  auto made = engine::make_key(the_environment(), pair->kind, pair->bits);
  if (!made) return cng_status_of(made.error());
  pair->key = *std::move(made);
  return STATUS_SUCCESS;
}

// Nothing: not final yet. A key, once there, stays.
std::optional<engine::private_key> key_of(cng_pair& pair) {
  const std::lock_guard held(pair.lock);
  return pair.key;
}

// ---- keys as bytes ----

bool is_form(std::wstring_view type) {
  return is_public_form(type) || type == BCRYPT_RSAPRIVATE_BLOB || type == BCRYPT_RSAFULLPRIVATE_BLOB ||
         type == BCRYPT_ECCPRIVATE_BLOB || type == BCRYPT_PRIVATE_KEY_BLOB;
}

// Whether the form is one of this kind of keys at all.
bool is_form_of(std::wstring_view type, key_kind kind) {
  if (type == BCRYPT_PUBLIC_KEY_BLOB || type == BCRYPT_PRIVATE_KEY_BLOB) return true;
  const bool of_curve = type == BCRYPT_ECCPUBLIC_BLOB || type == BCRYPT_ECCPRIVATE_BLOB;
  return of_curve != (kind == key_kind::rsa);
}

NTSTATUS import(const cng_algorithm& by, std::wstring_view type, base::bytes_view blob, BCRYPT_KEY_HANDLE* into) {
  if (!is_form(type) && type != LEGACY_RSAPRIVATE_BLOB) return STATUS_NOT_SUPPORTED;
  const bool whole = !is_public_form(type);
  auto read = whole ? read_blob(type, blob) : engine::read_cng_public(the_environment(), blob);
  if (!read || engine::kind_of(*read) != by.pair || !is_form_of(type, by.pair)) return STATUS_INVALID_PARAMETER;
  auto made = std::make_shared<cng_pair>();
  made->algorithm = by.name;
  made->kind = by.pair;
  made->bits = engine::bits_of(*read);
  made->whole = whole;
  made->key = *std::move(read);
  *into = give_cng_handle(std::move(made));
  return STATUS_SUCCESS;
}

NTSTATUS export_key(BCRYPT_KEY_HANDLE handle, LPCWSTR type, PUCHAR room, ULONG size, ULONG* count) {
  const auto pair = object_of<cng_pair>(number_of(handle));
  const auto key = pair ? key_of(*pair) : std::nullopt;
  if (!key) return STATUS_INVALID_HANDLE;
  if (type == nullptr || count == nullptr) return STATUS_INVALID_PARAMETER;
  if (!is_form(type) || (!pair->whole && !is_public_form(type))) return STATUS_NOT_SUPPORTED;
  const auto blob = write_blob(*key, type);
  return blob ? tell_cng(blob->view(), room, size, count) : STATUS_NOT_SUPPORTED;
}

// ---- signatures ----

struct padding_request {
  const void* info;
  ULONG flags;
};

NTSTATUS sign(BCRYPT_KEY_HANDLE handle, padding_request padding, base::bytes_view hash, PUCHAR room, ULONG size,
              ULONG* count) {
  const auto pair = object_of<cng_pair>(number_of(handle));
  const auto key = pair ? key_of(*pair) : std::nullopt;
  if (!key) return STATUS_INVALID_HANDLE;
  if (count == nullptr) return STATUS_INVALID_PARAMETER;
  if (!pair->whole) return STATUS_NOT_SUPPORTED;
  const auto needed = static_cast<ULONG>(engine::signature_size_of(*key));
  if (room == nullptr) return *count = needed, STATUS_SUCCESS;
  const auto way = signing_way_of(pair->kind, padding.info, padding.flags);
  if (!way || hash.data() == nullptr || hash.empty()) return STATUS_INVALID_PARAMETER;
  if (size < needed) return *count = needed, STATUS_BUFFER_TOO_SMALL;
  const auto made = engine::sign_hash(the_environment(), *key, *way, hash);
  return made ? tell_cng(*made, room, size, count) : cng_status_of(made.error());
}

NTSTATUS verify(BCRYPT_KEY_HANDLE handle, padding_request padding, base::bytes_view hash, base::bytes_view signature) {
  const auto pair = object_of<cng_pair>(number_of(handle));
  const auto key = pair ? key_of(*pair) : std::nullopt;
  if (!key) return STATUS_INVALID_HANDLE;
  const auto way = signing_way_of(pair->kind, padding.info, padding.flags);
  const bool given = hash.data() != nullptr && !hash.empty() && signature.data() != nullptr;
  if (!way || !given) return STATUS_INVALID_PARAMETER;
  const auto right = engine::is_signature(the_environment(), *key, *way, hash, signature);
  if (!right) return cng_status_of(right.error());
  return *right ? STATUS_SUCCESS : STATUS_INVALID_SIGNATURE;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

NTSTATUS WINAPI BCryptGenerateKeyPair(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE* phKey, ULONG dwLength,
                                      ULONG dwFlags) {
  return abi::guarded_cng([&] { return abi::generate(hAlgorithm, phKey, dwLength, dwFlags); });
}

NTSTATUS WINAPI BCryptFinalizeKeyPair(BCRYPT_KEY_HANDLE hKey, ULONG dwFlags) {
  return abi::guarded_cng([&] { return abi::finalize(hKey, dwFlags); });
}

NTSTATUS WINAPI BCryptImportKeyPair(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE hImportKey, LPCWSTR pszBlobType,
                                    BCRYPT_KEY_HANDLE* phKey, PUCHAR pbInput, ULONG cbInput, ULONG dwFlags) {
  return abi::guarded_cng([&]() -> NTSTATUS {
    const auto by = abi::algorithm_of(hAlgorithm);
    if (!by) return STATUS_INVALID_HANDLE;
    if (by->use != abi::cng_use::pair) return STATUS_NOT_SUPPORTED;
    const bool given = pszBlobType != nullptr && phKey != nullptr && pbInput != nullptr;
    if (!given || hImportKey != nullptr || (dwFlags & ~ULONG{BCRYPT_NO_KEY_VALIDATION}) != 0)
      return STATUS_INVALID_PARAMETER;
    return abi::import(*by, pszBlobType, {pbInput, cbInput}, phKey);
  });
}

NTSTATUS WINAPI BCryptExportKey(BCRYPT_KEY_HANDLE hKey, BCRYPT_KEY_HANDLE hExportKey, LPCWSTR pszBlobType,
                                PUCHAR pbOutput, ULONG cbOutput, ULONG* pcbResult, ULONG dwFlags) {
  return abi::guarded_cng([&]() -> NTSTATUS {
    if (hExportKey != nullptr || dwFlags != 0) return STATUS_INVALID_PARAMETER;
    return abi::export_key(hKey, pszBlobType, pbOutput, cbOutput, pcbResult);
  });
}

NTSTATUS WINAPI BCryptDestroyKey(BCRYPT_KEY_HANDLE hKey) {
  return abi::guarded_cng(
      [&] { return abi::free_handle<abi::cng_pair>(abi::number_of(hKey)) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE; });
}

NTSTATUS WINAPI BCryptSignHash(BCRYPT_KEY_HANDLE hKey, VOID* pPaddingInfo, PUCHAR pbInput, ULONG cbInput,
                               PUCHAR pbOutput, ULONG cbOutput, ULONG* pcbResult, ULONG dwFlags) {
  return abi::guarded_cng(
      [&] { return abi::sign(hKey, {pPaddingInfo, dwFlags}, {pbInput, cbInput}, pbOutput, cbOutput, pcbResult); });
}

NTSTATUS WINAPI BCryptVerifySignature(BCRYPT_KEY_HANDLE hKey, VOID* pPaddingInfo, PUCHAR pbHash, ULONG cbHash,
                                      PUCHAR pbSignature, ULONG cbSignature, ULONG dwFlags) {
  return abi::guarded_cng(
      [&] { return abi::verify(hKey, {pPaddingInfo, dwFlags}, {pbHash, cbHash}, {pbSignature, cbSignature}); });
}

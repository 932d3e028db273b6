// Signatures with CNG's stored keys, those in devices too. Contract: include/win32/ncrypt.h
#include <algorithm>
#include <new>

#include "abi/guard.hpp"
#include "abi/keys/objects.hpp"
#include "abi/keys/signing_ways.hpp"
#include "abi/runtime.hpp"

namespace schannix::abi {
namespace {

struct signing_call {
  NCRYPT_KEY_HANDLE key;
  const void* padding;
  base::bytes_view hash;
  DWORD flags;
};

struct prepared_call {
  SECURITY_STATUS status;
  std::optional<engine::private_key> key = {};
  std::optional<engine::signing_way> way = {};  // nothing: it is not the key's
};

prepared_call prepare(const signing_call& call) {
  constexpr DWORD known = NCRYPT_SILENT_FLAG | NCRYPT_PAD_PKCS1_FLAG | NCRYPT_PAD_PSS_FLAG;
  const auto from = object_of<storage_key>(call.key);
  if (!from) return {NTE_INVALID_HANDLE};
  if ((call.flags & ~known) != 0) return {NTE_BAD_FLAGS};
  const std::lock_guard held(from->lock);
  if (!from->final || !from->key) return {NTE_BAD_KEY_STATE};
  const DWORD padding = call.flags & ~DWORD{NCRYPT_SILENT_FLAG};
  return {ERROR_SUCCESS, from->key, signing_way_of(from->kind, call.padding, padding)};
}

bool is_given(base::bytes_view what) { return what.data() != nullptr && !what.empty(); }

SECURITY_STATUS status_of_signing(const base::failure& why) {
  if (why.why == base::reason::out_of_memory) return NTE_NO_MEMORY;
  return why.why == base::reason::invalid_parameter ? NTE_INVALID_PARAMETER : NTE_INTERNAL_ERROR;
}

SECURITY_STATUS sign(const signing_call& call, PBYTE room, DWORD size, DWORD* count) {
  const prepared_call with = prepare(call);
  if (with.status != ERROR_SUCCESS) return with.status;
  if (count == nullptr) return NTE_INVALID_PARAMETER;
  const auto needed = static_cast<DWORD>(engine::signature_size_of(*with.key));
  if (room == nullptr) return *count = needed, ERROR_SUCCESS;
  if (!with.way || !is_given(call.hash)) return NTE_INVALID_PARAMETER;
  if (size < needed) return *count = needed, NTE_BUFFER_TOO_SMALL;
  const auto made = engine::sign_hash(the_environment(), *with.key, *with.way, call.hash);
  if (!made) return status_of_signing(made.error());
  std::ranges::copy(*made, room);
  *count = static_cast<DWORD>(made->size());
  return ERROR_SUCCESS;
}

SECURITY_STATUS verify(const signing_call& call, base::bytes_view signature) {
  const prepared_call with = prepare(call);
  if (with.status != ERROR_SUCCESS) return with.status;
  if (!with.way || !is_given(call.hash) || signature.data() == nullptr) return NTE_INVALID_PARAMETER;
  const auto right = engine::is_signature(the_environment(), *with.key, *with.way, call.hash, signature);
  if (!right) return status_of_signing(right.error());
  return *right ? ERROR_SUCCESS : NTE_BAD_SIGNATURE;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

SECURITY_STATUS WINAPI NCryptSignHash(NCRYPT_KEY_HANDLE hKey, VOID* pPaddingInfo, PBYTE pbHashValue, DWORD cbHashValue,
                                      PBYTE pbSignature, DWORD cbSignature, DWORD* pcbResult, DWORD dwFlags) {
  return abi::guarded_key([&] {
    return abi::sign({hKey, pPaddingInfo, {pbHashValue, cbHashValue}, dwFlags}, pbSignature, cbSignature, pcbResult);
  });
}

SECURITY_STATUS WINAPI NCryptVerifySignature(NCRYPT_KEY_HANDLE hKey, VOID* pPaddingInfo, PBYTE pbHashValue,
                                             DWORD cbHashValue, PBYTE pbSignature, DWORD cbSignature, DWORD dwFlags) {
  return abi::guarded_key([&] {
    return abi::verify({hKey, pPaddingInfo, {pbHashValue, cbHashValue}, dwFlags}, {pbSignature, cbSignature});
  });
}

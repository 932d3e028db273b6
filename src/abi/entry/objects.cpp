// Single ASN.1 objects. Contract: include/win32/schannix_wincrypt_objects.h
#include <schannix_wincrypt_objects.h>
#include <windows.h>

#include <utility>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "cert/decoding.hpp"

namespace schannix::abi {
namespace {

DWORD error_of_object(const base::failure& why, HRESULT malformed) {
  if (why.why == base::reason::not_found) return ERROR_FILE_NOT_FOUND;
  return why.why == base::reason::invalid_parameter ? code_of(malformed) : last_error_of(why, code_of(malformed));
}

// Where the answer goes: the caller's room, or memory that is allocated for it.
struct destination {
  void* room;  // or the address of the pointer that receives the memory
  DWORD* size;
  bool allocates;
  PFN_CRYPT_ALLOC allocate;
};

// The memory to write to; null: only the size was asked for, or the answer is answered already.
struct answer {
  void* memory;
  BOOL said;
};
answer prepare(const destination& to, std::size_t needed) {
  const DWORD had = std::exchange(*to.size, static_cast<DWORD>(needed));
  if (!to.allocates) {
    if (to.room && had < needed) return {nullptr, fail(ERROR_MORE_DATA, FALSE)};
    return {to.room, TRUE};
  }
  void* const memory = to.allocate ? to.allocate(needed) : LocalAlloc(LMEM_FIXED, needed);
  if (!memory) return {nullptr, fail(ERROR_NOT_ENOUGH_MEMORY, FALSE)};
  std::memcpy(to.room, &memory, sizeof memory);
  return {memory, TRUE};
}

template <typename Para>
PFN_CRYPT_ALLOC allocator_of(const Para* para) {
  constexpr std::size_t with_allocator = offsetof(Para, pfnAlloc) + sizeof(PFN_CRYPT_ALLOC);
  return para && para->cbSize >= with_allocator ? para->pfnAlloc : nullptr;
}

bool usable(const destination& to) {
  if (!to.size) return false;
  if (to.allocates && to.room) {
    void* const nothing = nullptr;
    std::memcpy(to.room, &nothing, sizeof nothing);
  }
  return !to.allocates || to.room;
}

BOOL decode(const cert::decoding& what, const destination& to) {
  constexpr DWORD known = CRYPT_DECODE_NOCOPY_FLAG | CRYPT_DECODE_SHARE_OID_STRING_FLAG |
                          CRYPT_DECODE_NO_SIGNATURE_BYTE_REVERSAL_FLAG | CRYPT_DECODE_ALLOC_FLAG;
  if (!usable(to) || !what.type || (what.flags & ~known) || (what.der.data() == nullptr && !what.der.empty()))
    return fail(code_of(E_INVALIDARG), FALSE);
  cert::flat made;
  const auto done = cert::decode(the_environment(), what, made);
  if (!done) return fail(error_of_object(done.error(), CRYPT_E_ASN1_BADTAG), FALSE);
  const answer given = prepare(to, made.size());
  if (given.memory) made.write(given.memory);
  return given.said;
}

BOOL encode(DWORD encoding, LPCSTR type, const void* from, const destination& to) {
  if (!usable(to) || !type || !from) return fail(code_of(E_INVALIDARG), FALSE);
  const auto made = cert::encode(encoding, type, from);
  if (!made) return fail(error_of_object(made.error(), CRYPT_E_BAD_ENCODE), FALSE);
  const answer given = prepare(to, made->size());
  if (given.memory) std::memcpy(given.memory, made->data(), made->size());
  return given.said;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CryptDecodeObjectEx(DWORD dwCertEncodingType, LPCSTR lpszStructType, const BYTE* pbEncoded, DWORD cbEncoded,
                                DWORD dwFlags, PCRYPT_DECODE_PARA pDecodePara, void* pvStructInfo,
                                DWORD* pcbStructInfo) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    const bool allocates = (dwFlags & CRYPT_DECODE_ALLOC_FLAG) != 0;
    return abi::decode({dwCertEncodingType, lpszStructType, {pbEncoded, cbEncoded}, dwFlags},
                       {pvStructInfo, pcbStructInfo, allocates, abi::allocator_of(pDecodePara)});
  });
}

BOOL WINAPI CryptDecodeObject(DWORD dwCertEncodingType, LPCSTR lpszStructType, const BYTE* pbEncoded, DWORD cbEncoded,
                              DWORD dwFlags, void* pvStructInfo, DWORD* pcbStructInfo) {
  if (dwFlags & CRYPT_DECODE_ALLOC_FLAG) return abi::fail(abi::code_of(E_INVALIDARG), FALSE);
  return CryptDecodeObjectEx(dwCertEncodingType, lpszStructType, pbEncoded, cbEncoded, dwFlags, nullptr, pvStructInfo,
                             pcbStructInfo);
}

BOOL WINAPI CryptEncodeObjectEx(DWORD dwCertEncodingType, LPCSTR lpszStructType, const void* pvStructInfo,
                                DWORD dwFlags, PCRYPT_ENCODE_PARA pEncodePara, void* pvEncoded, DWORD* pcbEncoded) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (dwFlags & ~DWORD{CRYPT_ENCODE_ALLOC_FLAG}) return abi::fail(abi::code_of(E_INVALIDARG), FALSE);
    return abi::encode(dwCertEncodingType, lpszStructType, pvStructInfo,
                       {pvEncoded, pcbEncoded, dwFlags != 0, abi::allocator_of(pEncodePara)});
  });
}

BOOL WINAPI CryptEncodeObject(DWORD dwCertEncodingType, LPCSTR lpszStructType, const void* pvStructInfo,
                              BYTE* pbEncoded, DWORD* pcbEncoded) {
  return CryptEncodeObjectEx(dwCertEncodingType, lpszStructType, pvStructInfo, 0, nullptr, pbEncoded, pcbEncoded);
}

// The private key of a certificate as a handle. Contract: include/win32/wincrypt.h
#include "abi/events/events.hpp"
#include "abi/guard.hpp"
#include "abi/keys/blob_types.hpp"
#include "abi/keys/objects.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "cert/context.hpp"

namespace schannix::abi {
namespace {

constexpr DWORD cng_flags = CRYPT_ACQUIRE_NCRYPT_KEY_FLAGS_MASK;
constexpr DWORD known_flags = cng_flags | CRYPT_ACQUIRE_CACHE_FLAG | CRYPT_ACQUIRE_USE_PROV_INFO_FLAG |
                              CRYPT_ACQUIRE_COMPARE_KEY_FLAG | CRYPT_ACQUIRE_NO_HEALING | CRYPT_ACQUIRE_SILENT_FLAG |
                              CRYPT_ACQUIRE_WINDOW_HANDLE_FLAG;

struct acquired {
  ULONG_PTR handle;
  DWORD spec;
  BOOL is_the_callers;
};

bool wants_cng(DWORD flags, const cert::key_binding& told) {
  if ((flags & cng_flags) != CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG) return (flags & cng_flags) != 0;
  return !told.named || told.named->type == 0;
}

ULONG_PTR cng_handle(engine::private_key key, const cert::key_binding& told) {
  auto made = std::make_shared<storage_key>();
  if (told.named) {
    made->name = told.named->container;
    made->whose = keyring::owner_of(*told.named);
    made->opens_uris = keyring::opens_uris(told.named->provider);
  }
  made->kind = engine::kind_of(key);
  made->algorithm = algorithm_of(made->kind);
  made->bits = engine::bits_of(key);
  made->key = std::move(key);
  made->final = true;
  return give_handle(std::move(made));
}

ULONG_PTR capi_handle(engine::private_key key, const cert::key_binding& told) {
  auto made = std::make_shared<key_set>();
  if (told.named) made->provider = told.named->provider;
  if (told.named && told.named->type != 0) made->type = told.named->type;
  made->key = std::move(key);
  return give_handle(std::move(made));
}

DWORD use_of(const cert::key_binding& told) {
  const bool signs = told.named && told.named->spec == AT_SIGNATURE;
  return signs ? DWORD{AT_SIGNATURE} : DWORD{AT_KEYEXCHANGE};
}

// The next call finds the handle with the certificate, which frees it at the end. False: another thread was first; the
// handle is freed.
bool cache(cert::content& with, const cert::key_binding& told, const engine::private_key& key, const acquired& made) {
  cert::key_binding bound;
  bound.key = key;
  bound.named = told.named;
  bound.handle = made.handle;
  bound.spec = made.spec;
  bound.freed_with = {&the_runtime(), [handle = made.handle](const void*) { free_any(handle); }};
  return with.bind_first(std::move(bound));
}

// 0: done; else GetLastError's code.
DWORD acquire(PCCERT_CONTEXT of, DWORD flags, acquired& into) {
  cert::content& content = cert::context::of(of).shown();
  const cert::key_binding told = content.key();
  if (told.none()) return code_of(CRYPT_E_NO_KEY_PROPERTY);
  std::string problem;
  auto found = cert::find_key(the_environment(), told, problem);
  if (!found) return tell_key_out_of_reach(content.leaf(), problem), code_of(NTE_BAD_KEYSET);
  const engine::private_key key = **std::move(found);
  const bool compares = (flags & CRYPT_ACQUIRE_COMPARE_KEY_FLAG) != 0;
  if (compares && !key.belongs_to(content.leaf())) return code_of(NTE_BAD_PUBLIC_KEY);
  const bool cng = wants_cng(flags, told);
  if (told.handle != 0 && cng == (told.spec == CERT_NCRYPT_KEY_SPEC) && object_of(told.handle)) {
    into = {told.handle, told.spec, FALSE};
    return 0;
  }
  if (!cng && engine::kind_of(key) != engine::key_kind::rsa) return code_of(NTE_BAD_PROV_TYPE);
  const bool caches = (flags & CRYPT_ACQUIRE_CACHE_FLAG) != 0 && told.handle == 0;
  into = {cng ? cng_handle(key, told) : capi_handle(key, told), cng ? DWORD{CERT_NCRYPT_KEY_SPEC} : use_of(told),
          caches ? FALSE : TRUE};
  const bool kept = !caches || cache(content, told, key, into);
  return kept ? 0 : acquire(of, flags, into);
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CryptAcquireCertificatePrivateKey(PCCERT_CONTEXT pCert, DWORD dwFlags, void*,
                                              HCRYPTPROV_OR_NCRYPT_KEY_HANDLE* phCryptProvOrNCryptKey,
                                              DWORD* pdwKeySpec, BOOL* pfCallerFreeProvOrNCryptKey) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (pCert == nullptr || phCryptProvOrNCryptKey == nullptr) return abi::fail(abi::code_of(E_INVALIDARG), FALSE);
    if ((dwFlags & ~abi::known_flags) != 0) return abi::fail(abi::code_of(NTE_BAD_FLAGS), FALSE);
    abi::acquired made{};
    if (const DWORD problem = abi::acquire(pCert, dwFlags, made)) return abi::fail(problem, FALSE);
    *phCryptProvOrNCryptKey = made.handle;
    if (pdwKeySpec != nullptr) *pdwKeySpec = made.spec;
    if (pfCallerFreeProvOrNCryptKey != nullptr) *pfCallerFreeProvOrNCryptKey = made.is_the_callers;
    return TRUE;
  });
}

// CryptoAPI's random bytes and hashes. Contract: include/win32/wincrypt.h
#include <algorithm>
#include <optional>
#include <utility>

#include "abi/guard.hpp"
#include "abi/keys/objects.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "engine/hashing.hpp"
#include "engine/random.hpp"

namespace schannix::abi {
namespace {

// HCRYPTHASH.
struct capi_hash final : key_object {
  ALG_ID algorithm = 0;
  engine::hash_name which = engine::hash_name::sha256;
  std::optional<engine::running_hash> running;  // nothing: value is its end
  base::bytes value;
};

BOOL refuse(HRESULT why) { return fail(code_of(why), FALSE); }
BOOL refuse_parameter() { return fail(DWORD{ERROR_INVALID_PARAMETER}, FALSE); }
BOOL refuse(const base::failure& why) {
  if (why.why == base::reason::out_of_memory) return refuse(NTE_NO_MEMORY);
  return refuse(why.why == base::reason::unsupported ? NTE_BAD_ALGID : NTE_FAIL);
}

std::optional<engine::hash_name> hash_of(ALG_ID algorithm) {
  switch (algorithm) {
    case CALG_MD5:
      return engine::hash_name::md5;
    case CALG_SHA1:
      return engine::hash_name::sha1;
    case CALG_SHA_256:
      return engine::hash_name::sha256;
    case CALG_SHA_384:
      return engine::hash_name::sha384;
    case CALG_SHA_512:
      return engine::hash_name::sha512;
    default:
      return std::nullopt;
  }
}

BOOL generate(HCRYPTPROV provider, base::bytes_span into) {
  if (!object_of<key_set>(provider)) return refuse_parameter();
  if (into.empty()) return TRUE;
  if (into.data() == nullptr) return refuse_parameter();
  const auto done = engine::fill_random(the_environment(), into);
  return done ? TRUE : refuse(done.error());
}

BOOL create(HCRYPTPROV provider, ALG_ID algorithm, HCRYPTKEY key, DWORD flags, HCRYPTHASH* into) {
  if (!object_of<key_set>(provider) || into == nullptr) return refuse_parameter();
  if (flags != 0) return refuse(NTE_BAD_FLAGS);
  const auto which = hash_of(algorithm);
  if (!which) return refuse(NTE_BAD_ALGID);
  if (key != 0) return refuse(NTE_BAD_KEY);
  auto begun = engine::running_hash::start(the_environment(), *which);
  if (!begun) return refuse(begun.error());
  auto made = std::make_shared<capi_hash>();
  made->algorithm = algorithm;
  made->which = *which;
  made->running = *std::move(begun);
  *into = give_handle(std::move(made));
  return TRUE;
}

BOOL add(HCRYPTHASH handle, base::bytes_view data, DWORD flags) {
  const auto to = object_of<capi_hash>(handle);
  if (!to) return refuse(NTE_BAD_HASH);
  if (flags != 0) return refuse(NTE_BAD_FLAGS);
  if (data.data() == nullptr && !data.empty()) return refuse_parameter();
  const std::lock_guard held(to->lock);
  if (!to->running) return refuse(NTE_BAD_HASH_STATE);
  const auto done = to->running->add(data);
  return done ? TRUE : refuse(done.error());
}

BOOL duplicate(HCRYPTHASH handle, const DWORD* reserved, DWORD flags, HCRYPTHASH* into) {
  const auto from = object_of<capi_hash>(handle);
  if (!from) return refuse(NTE_BAD_HASH);
  if (into == nullptr || reserved != nullptr) return refuse_parameter();
  if (flags != 0) return refuse(NTE_BAD_FLAGS);
  const std::lock_guard held(from->lock);
  if (!from->running) return refuse(NTE_BAD_HASH_STATE);
  auto copied = from->running->copy();
  if (!copied) return refuse(copied.error());
  auto made = std::make_shared<capi_hash>();
  made->algorithm = from->algorithm;
  made->which = from->which;
  made->running = *std::move(copied);
  *into = give_handle(std::move(made));
  return TRUE;
}

// Asks whether the answer fits; then whoever asks writes it.
BOOL has_room(std::size_t wanted, const BYTE* room, DWORD& size) {
  const DWORD had = std::exchange(size, static_cast<DWORD>(wanted));
  if (room != nullptr && had < wanted) return fail(DWORD{ERROR_MORE_DATA}, FALSE);
  return TRUE;
}

BOOL tell_number(DWORD number, BYTE* room, DWORD& size) {
  if (!has_room(sizeof number, room, size)) return FALSE;
  if (room != nullptr) std::copy_n(reinterpret_cast<const BYTE*>(&number), sizeof number, room);
  return TRUE;
}

// Under the hash's lock. The value is made once, and when somebody takes it.
BOOL tell_value(capi_hash& of, BYTE* room, DWORD& size) {
  if (!has_room(engine::size_of(of.which), room, size)) return FALSE;
  if (room == nullptr) return TRUE;
  if (of.running) {
    auto value = of.running->finish();
    if (!value) return refuse(value.error());
    of.value = *std::move(value);
    of.running.reset();
  }
  std::ranges::copy(of.value, room);
  return TRUE;
}

BOOL parameter(HCRYPTHASH handle, DWORD which, BYTE* room, DWORD* size, DWORD flags) {
  const auto of = object_of<capi_hash>(handle);
  if (!of) return refuse(NTE_BAD_HASH);
  if (size == nullptr) return refuse_parameter();
  if (flags != 0) return refuse(NTE_BAD_FLAGS);
  const std::lock_guard held(of->lock);
  switch (which) {
    case HP_ALGID:
      return tell_number(of->algorithm, room, *size);
    case HP_HASHSIZE:
      return tell_number(static_cast<DWORD>(engine::size_of(of->which)), room, *size);
    case HP_HASHVAL:
      return tell_value(*of, room, *size);
    default:
      return refuse(NTE_BAD_TYPE);
  }
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CryptGenRandom(HCRYPTPROV hProv, DWORD dwLen, BYTE* pbBuffer) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::generate(hProv, {pbBuffer, dwLen}); });
}

BOOL WINAPI CryptCreateHash(HCRYPTPROV hProv, ALG_ID Algid, HCRYPTKEY hKey, DWORD dwFlags, HCRYPTHASH* phHash) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::create(hProv, Algid, hKey, dwFlags, phHash); });
}

BOOL WINAPI CryptHashData(HCRYPTHASH hHash, const BYTE* pbData, DWORD dwDataLen, DWORD dwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::add(hHash, {pbData, dwDataLen}, dwFlags); });
}

BOOL WINAPI CryptDuplicateHash(HCRYPTHASH hHash, DWORD* pdwReserved, DWORD dwFlags, HCRYPTHASH* phHash) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::duplicate(hHash, pdwReserved, dwFlags, phHash); });
}

BOOL WINAPI CryptGetHashParam(HCRYPTHASH hHash, DWORD dwParam, BYTE* pbData, DWORD* pdwDataLen, DWORD dwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::parameter(hHash, dwParam, pbData, pdwDataLen, dwFlags); });
}

BOOL WINAPI CryptDestroyHash(HCRYPTHASH hHash) {
  return abi::guarded_or<BOOL>(
      FALSE, [&] { return abi::free_handle<abi::capi_hash>(hHash) ? TRUE : abi::refuse(NTE_BAD_HASH); });
}

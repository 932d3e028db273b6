// CryptoAPI's key containers. Contract: include/win32/wincrypt.h
#include <array>
#include <cstring>
#include <utility>

#include "abi/guard.hpp"
#include "abi/keys/objects.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "base/text.hpp"

namespace schannix::abi {
namespace {

using base::reason;

BOOL refuse(HRESULT why) { return fail(code_of(why), FALSE); }
BOOL refuse_parameter() { return fail(DWORD{ERROR_INVALID_PARAMETER}, FALSE); }

BOOL refuse(const base::failure& why) {
  if (why.why == reason::already_there) return refuse(NTE_EXISTS);
  if (why.why == reason::access_denied) return refuse(NTE_PERM);
  return refuse(why.why == reason::malformed_object ? NTE_BAD_DATA : NTE_BAD_KEYSET);
}

struct request {
  std::string container, provider;
  DWORD type, flags;
};

bool is_type(DWORD type) {
  return type == PROV_RSA_FULL || type == PROV_RSA_SIG || type == PROV_RSA_SCHANNEL || type == PROV_RSA_AES;
}

std::string usual_provider(DWORD type) {
  if (type == PROV_RSA_SCHANNEL) return "Microsoft RSA SChannel Cryptographic Provider";
  return type == PROV_RSA_AES ? "Microsoft Enhanced RSA and AES Cryptographic Provider"
                              : "Microsoft Enhanced Cryptographic Provider v1.0";
}

BOOL give(std::shared_ptr<key_set> made, HCRYPTPROV* into) {
  *into = give_handle(std::move(made));
  return TRUE;
}

BOOL open_container(std::shared_ptr<key_set> made, DWORD how, HCRYPTPROV* into) {
  if (how == CRYPT_DELETEKEYSET) {
    if (const auto done = keyring::remove(made->whose, made->name); !done) return refuse(done.error());
    return *into = 0, TRUE;
  }
  if (how == CRYPT_NEWKEYSET) {
    const auto done = keyring::save(made->whose, made->name, nullptr, keyring::existing::refused);
    return done ? give(std::move(made), into) : refuse(done.error());
  }
  auto found = keyring::load(the_environment(), made->whose, made->name);
  if (!found) return refuse(found.error());
  made->key = *std::move(found);
  return give(std::move(made), into);
}

BOOL acquire(const request& wanted, HCRYPTPROV* into) {
  constexpr DWORD modes = CRYPT_VERIFYCONTEXT | CRYPT_NEWKEYSET | CRYPT_DELETEKEYSET;
  const DWORD how = wanted.flags & modes;
  const bool one_way = how == 0 || how == CRYPT_VERIFYCONTEXT || how == CRYPT_NEWKEYSET || how == CRYPT_DELETEKEYSET;
  if (into == nullptr) return refuse_parameter();
  if (!one_way || (wanted.flags & ~(modes | CRYPT_MACHINE_KEYSET | CRYPT_SILENT)) != 0) return refuse(NTE_BAD_FLAGS);
  if (!is_type(wanted.type)) return refuse(NTE_PROV_TYPE_NOT_DEF);
  if (!keyring::keeps_containers(wanted.provider)) return refuse(NTE_KEYSET_NOT_DEF);
  if (how == CRYPT_VERIFYCONTEXT && !wanted.container.empty()) return refuse(NTE_BAD_FLAGS);
  auto made = std::make_shared<key_set>();
  made->provider = wanted.provider.empty() ? usual_provider(wanted.type) : wanted.provider;
  made->type = wanted.type;
  if (how == CRYPT_VERIFYCONTEXT) return give(std::move(made), into);
  made->name = wanted.container.empty() ? "default" : wanted.container;
  if ((wanted.flags & CRYPT_MACHINE_KEYSET) != 0) made->whose = keyring::owner::machine;
  return open_container(std::move(made), how, into);
}

// The new key is kept before anybody sees it.
BOOL take_in(key_set& set, engine::private_key key, HCRYPTKEY* into) {
  const std::lock_guard held(set.lock);
  if (!set.name.empty()) {
    const auto done = keyring::save(set.whose, set.name, &key, keyring::existing::replaced);
    if (!done) return refuse(done.error());
  }
  auto given = std::make_shared<key_set_key>(key);
  set.key = std::move(key);
  *into = give_handle(std::move(given));
  return TRUE;
}

BOOL import_key(HCRYPTPROV provider, base::bytes_view blob, DWORD flags, HCRYPTKEY* into) {
  constexpr DWORD archivable = 0x4000, known = CRYPT_EXPORTABLE | archivable | CRYPT_SILENT;
  const auto set = object_of<key_set>(provider);
  if (!set || into == nullptr || blob.data() == nullptr) return refuse_parameter();
  if ((flags & ~known) != 0) return refuse(NTE_BAD_FLAGS);
  if (blob.empty()) return refuse(NTE_BAD_DATA);
  const BYTE type = blob[0];
  if (type != PRIVATEKEYBLOB && type != PUBLICKEYBLOB) return refuse(NTE_BAD_TYPE);
  const auto part = type == PRIVATEKEYBLOB ? engine::key_part::whole : engine::key_part::public_only;
  auto key = engine::read_capi(the_environment(), blob, part);
  if (!key) return refuse(key.error());
  if (type == PRIVATEKEYBLOB) return take_in(*set, *std::move(key), into);
  *into = give_handle(std::make_shared<key_set_key>(*std::move(key)));
  return TRUE;
}

bool is_use(DWORD spec) { return spec == AT_KEYEXCHANGE || spec == AT_SIGNATURE; }

BOOL generate(HCRYPTPROV provider, ALG_ID algorithm, DWORD flags, HCRYPTKEY* into) {
  constexpr DWORD known = 0xFFFF0000 | CRYPT_EXPORTABLE;
  const auto set = object_of<key_set>(provider);
  if (!set || into == nullptr) return refuse_parameter();
  if ((flags & ~known) != 0) return refuse(NTE_BAD_FLAGS);
  if (!is_use(algorithm) && algorithm != CALG_RSA_KEYX && algorithm != CALG_RSA_SIGN) return refuse(NTE_BAD_ALGID);
  const DWORD bits = flags >> 16;
  auto made = engine::make_key(the_environment(), engine::key_kind::rsa, bits == 0 ? 2048 : bits);
  return made ? take_in(*set, *std::move(made), into) : refuse(NTE_BAD_FLAGS);
}

BOOL user_key(HCRYPTPROV provider, DWORD spec, HCRYPTKEY* into) {
  const auto set = object_of<key_set>(provider);
  if (!set || into == nullptr) return refuse_parameter();
  if (!is_use(spec)) return refuse(NTE_BAD_KEY);
  const std::lock_guard held(set->lock);
  if (!set->key) return refuse(NTE_NO_KEY);
  *into = give_handle(std::make_shared<key_set_key>(*set->key));
  return TRUE;
}

BOOL tell(base::bytes_view what, BYTE* room, DWORD* size) {
  const DWORD had = std::exchange(*size, static_cast<DWORD>(what.size()));
  if (room == nullptr) return TRUE;
  if (had < what.size()) return fail(DWORD{ERROR_MORE_DATA}, FALSE);
  std::memcpy(room, what.data(), what.size());
  return TRUE;
}

BOOL tell_text(const std::string& text, BYTE* room, DWORD* size) {
  return tell({reinterpret_cast<const base::byte*>(text.c_str()), text.size() + 1}, room, size);
}

BOOL parameter(HCRYPTPROV provider, DWORD which, BYTE* room, DWORD* size, DWORD flags) {
  const auto set = object_of<key_set>(provider);
  if (!set || size == nullptr) return refuse_parameter();
  if (flags != 0) return refuse(NTE_BAD_FLAGS);
  switch (which) {
    case PP_NAME:
      return tell_text(set->provider, room, size);
    case PP_CONTAINER:
    case PP_UNIQUE_CONTAINER:
      return tell_text(set->name, room, size);
    case PP_PROVTYPE: {
      std::array<base::byte, sizeof(DWORD)> type{};
      std::memcpy(type.data(), &set->type, sizeof set->type);
      return tell(type, room, size);
    }
    default:
      return refuse(NTE_BAD_TYPE);
  }
}

std::string text_of(LPCSTR text) { return text == nullptr ? "" : text; }

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CryptAcquireContextA(HCRYPTPROV* phProv, LPCSTR szContainer, LPCSTR szProvider, DWORD dwProvType,
                                 DWORD dwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    return abi::acquire({abi::text_of(szContainer), abi::text_of(szProvider), dwProvType, dwFlags}, phProv);
  });
}

BOOL WINAPI CryptAcquireContextW(HCRYPTPROV* phProv, LPCWSTR szContainer, LPCWSTR szProvider, DWORD dwProvType,
                                 DWORD dwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    return abi::acquire({base::to_utf8(szContainer), base::to_utf8(szProvider), dwProvType, dwFlags}, phProv);
  });
}

BOOL WINAPI CryptReleaseContext(HCRYPTPROV hProv, DWORD dwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (!abi::free_handle<abi::key_set>(hProv)) return abi::refuse_parameter();
    return dwFlags == 0 ? TRUE : abi::refuse(NTE_BAD_FLAGS);
  });
}

BOOL WINAPI CryptImportKey(HCRYPTPROV hProv, const BYTE* pbData, DWORD dwDataLen, HCRYPTKEY hPubKey, DWORD dwFlags,
                           HCRYPTKEY* phKey) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (hPubKey != 0) return abi::refuse(NTE_BAD_KEY);
    return abi::import_key(hProv, {pbData, dwDataLen}, dwFlags, phKey);
  });
}

BOOL WINAPI CryptGenKey(HCRYPTPROV hProv, ALG_ID Algid, DWORD dwFlags, HCRYPTKEY* phKey) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::generate(hProv, Algid, dwFlags, phKey); });
}

BOOL WINAPI CryptGetUserKey(HCRYPTPROV hProv, DWORD dwKeySpec, HCRYPTKEY* phUserKey) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::user_key(hProv, dwKeySpec, phUserKey); });
}

BOOL WINAPI CryptDestroyKey(HCRYPTKEY hKey) {
  return abi::guarded_or<BOOL>(
      FALSE, [&] { return abi::free_handle<abi::key_set_key>(hKey) ? TRUE : abi::refuse_parameter(); });
}

BOOL WINAPI CryptGetProvParam(HCRYPTPROV hProv, DWORD dwParam, BYTE* pbData, DWORD* pdwDataLen, DWORD dwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::parameter(hProv, dwParam, pbData, pdwDataLen, dwFlags); });
}

// CNG's key storage. Contract: include/win32/ncrypt.h
#include <algorithm>
#include <cstring>
#include <span>

#include "abi/guard.hpp"
#include "abi/keys/blob_types.hpp"
#include "abi/keys/objects.hpp"
#include "abi/runtime.hpp"
#include "base/text.hpp"

namespace schannix::abi {
namespace {

using base::reason;

constexpr DWORD no_flags = NCRYPT_SILENT_FLAG;

SECURITY_STATUS status_of_key(const base::failure& why) {
  if (why.why == reason::already_there) return NTE_EXISTS;
  if (why.why == reason::access_denied) return NTE_PERM;
  if (why.why == reason::malformed_object) return NTE_BAD_DATA;
  if (why.why == reason::unsupported) return NTE_NOT_SUPPORTED;
  return why.why == reason::invalid_parameter ? NTE_INVALID_PARAMETER : NTE_BAD_KEYSET;
}

keyring::owner owner_of(DWORD flags) {
  return (flags & NCRYPT_MACHINE_KEY_FLAG) != 0 ? keyring::owner::machine : keyring::owner::user;
}

SECURITY_STATUS open_provider(NCRYPT_PROV_HANDLE* into, LPCWSTR name, DWORD flags) {
  if (into == nullptr) return NTE_INVALID_PARAMETER;
  if ((flags & ~no_flags) != 0) return NTE_BAD_FLAGS;
  const std::string wanted = base::to_utf8(name);
  const bool uris = keyring::opens_uris(wanted);
  if (!uris && !wanted.empty() && name != std::wstring_view(MS_KEY_STORAGE_PROVIDER)) return NTE_NOT_FOUND;
  auto made = std::make_shared<storage_provider>();
  made->opens_uris = uris;
  *into = give_handle(std::move(made));
  return ERROR_SUCCESS;
}

SECURITY_STATUS give(std::shared_ptr<storage_key> made, NCRYPT_KEY_HANDLE* into) {
  *into = give_handle(std::move(made));
  return ERROR_SUCCESS;
}

void take_key(storage_key& into, engine::private_key key) {
  into.kind = engine::kind_of(key);
  into.algorithm = algorithm_of(into.kind);
  into.bits = engine::bits_of(key);
  into.key = std::move(key);
}

SECURITY_STATUS open_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE* into, LPCWSTR name, DWORD flags) {
  const auto from = object_of<storage_provider>(provider);
  if (!from) return NTE_INVALID_HANDLE;
  if (into == nullptr || name == nullptr) return NTE_INVALID_PARAMETER;
  if ((flags & ~(no_flags | NCRYPT_MACHINE_KEY_FLAG)) != 0) return NTE_BAD_FLAGS;
  auto made = std::make_shared<storage_key>();
  made->name = base::to_utf8(name);
  made->whose = owner_of(flags);
  made->opens_uris = from->opens_uris;
  made->final = true;
  if (from->opens_uris) {
    std::string problem;
    auto key = keyring::find(the_environment(), {.container = made->name, .provider = "OSSL_STORE"}, problem);
    if (!key) return NTE_BAD_KEYSET;
    take_key(*made, *std::move(key));
    return give(std::move(made), into);
  }
  auto key = keyring::load(the_environment(), made->whose, made->name);
  if (!key) return status_of_key(key.error());
  if (!*key) return NTE_BAD_KEYSET;
  take_key(*made, **std::move(key));
  return give(std::move(made), into);
}

// Whether it may be made at all; NCryptFinalizeKey looks again.
SECURITY_STATUS check_new(const storage_key& wanted) {
  if (wanted.name.empty()) return ERROR_SUCCESS;
  if (!keyring::is_name(wanted.name)) return NTE_INVALID_PARAMETER;
  if (wanted.existing == keyring::existing::replaced) return ERROR_SUCCESS;
  const auto there = keyring::load(the_environment(), wanted.whose, wanted.name);
  return there || there.error().why != reason::not_found ? NTE_EXISTS : ERROR_SUCCESS;
}

std::shared_ptr<storage_key> new_key(LPCWSTR name, DWORD flags) {
  auto made = std::make_shared<storage_key>();
  made->name = base::to_utf8(name);
  made->whose = owner_of(flags);
  if ((flags & NCRYPT_OVERWRITE_KEY_FLAG) != 0) made->existing = keyring::existing::replaced;
  return made;
}

SECURITY_STATUS create(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE* into, LPCWSTR algorithm, LPCWSTR name,
                       DWORD flags) {
  const auto from = object_of<storage_provider>(provider);
  if (!from) return NTE_INVALID_HANDLE;
  if (into == nullptr || algorithm == nullptr) return NTE_INVALID_PARAMETER;
  if ((flags & ~(no_flags | NCRYPT_MACHINE_KEY_FLAG | NCRYPT_OVERWRITE_KEY_FLAG)) != 0) return NTE_BAD_FLAGS;
  auto made = new_key(name, flags);
  made->kind = kind_of_algorithm(algorithm);
  made->algorithm = algorithm;
  if (from->opens_uris || made->kind == engine::key_kind::other) return NTE_NOT_SUPPORTED;
  const SECURITY_STATUS may = check_new(*made);
  return may == ERROR_SUCCESS ? give(std::move(made), into) : may;
}

// Under the key's lock.
SECURITY_STATUS finish(storage_key& key) {
  if (!key.key) {
    auto made = engine::make_key(the_environment(), key.kind, key.bits);
    if (!made) return NTE_NOT_SUPPORTED;
    key.key = *std::move(made);
    key.bits = engine::bits_of(*key.key);
  }
  if (!key.name.empty()) {
    const auto kept = keyring::save(key.whose, key.name, &*key.key, key.existing);
    if (!kept) return status_of_key(kept.error());
  }
  key.final = true;
  return ERROR_SUCCESS;
}

SECURITY_STATUS finalize(NCRYPT_KEY_HANDLE handle, DWORD flags) {
  const auto key = object_of<storage_key>(handle);
  if (!key) return NTE_INVALID_HANDLE;
  if ((flags & ~no_flags) != 0) return NTE_BAD_FLAGS;
  const std::lock_guard held(key->lock);
  return key->final ? NTE_INVALID_HANDLE : finish(*key);
}

// The one parameter that is known; nothing: the list is none.
std::optional<std::wstring> name_among(const NCryptBufferDesc* list) {
  if (list == nullptr) return std::wstring();
  if (list->ulVersion != NCRYPTBUFFER_VERSION || (list->cBuffers != 0 && list->pBuffers == nullptr))
    return std::nullopt;
  std::wstring name;
  for (const NCryptBuffer& one : std::span(list->pBuffers, list->cBuffers)) {
    const bool text =
        one.BufferType == NCRYPTBUFFER_PKCS_KEY_NAME && one.pvBuffer != nullptr && one.cbBuffer % sizeof(WCHAR) == 0;
    if (!text || one.cbBuffer < 2 * sizeof(WCHAR)) return std::nullopt;
    name.resize(one.cbBuffer / sizeof(WCHAR));
    std::memcpy(name.data(), one.pvBuffer, one.cbBuffer);
    if (name.back() != 0) return std::nullopt;
    name.resize(name.find(L'\0'));
  }
  return name;
}

struct import_call {
  NCRYPT_PROV_HANDLE provider;
  LPCWSTR type;
  const NCryptBufferDesc* parameters;
  NCRYPT_KEY_HANDLE* into;
  base::bytes_view blob;
  DWORD flags;
};

SECURITY_STATUS import(const import_call& call) {
  constexpr DWORD known = no_flags | NCRYPT_MACHINE_KEY_FLAG | NCRYPT_OVERWRITE_KEY_FLAG | NCRYPT_DO_NOT_FINALIZE_FLAG;
  const auto from = object_of<storage_provider>(call.provider);
  if (!from) return NTE_INVALID_HANDLE;
  const auto name = name_among(call.parameters);
  if (!name || call.into == nullptr || call.type == nullptr || call.blob.data() == nullptr)
    return NTE_INVALID_PARAMETER;
  if ((call.flags & ~known) != 0) return NTE_BAD_FLAGS;
  if (from->opens_uris) return NTE_NOT_SUPPORTED;
  auto read = read_blob(call.type, call.blob);
  if (!read) return status_of_key(read.error());
  auto made = new_key(name->c_str(), call.flags);
  take_key(*made, *std::move(read));
  SECURITY_STATUS done = check_new(*made);
  if (done == ERROR_SUCCESS && (call.flags & NCRYPT_DO_NOT_FINALIZE_FLAG) == 0) done = finish(*made);
  return done == ERROR_SUCCESS ? give(std::move(made), call.into) : done;
}

SECURITY_STATUS tell(base::bytes_view what, PBYTE room, DWORD size, DWORD* count) {
  if (count == nullptr) return NTE_INVALID_PARAMETER;
  *count = static_cast<DWORD>(what.size());
  if (room == nullptr) return ERROR_SUCCESS;
  if (size < what.size()) return NTE_BUFFER_TOO_SMALL;
  std::ranges::copy(what, room);
  return ERROR_SUCCESS;
}

SECURITY_STATUS export_key(NCRYPT_KEY_HANDLE handle, LPCWSTR type, PBYTE room, DWORD size, DWORD* count, DWORD flags) {
  const auto key = object_of<storage_key>(handle);
  if (!key) return NTE_INVALID_HANDLE;
  if (type == nullptr || count == nullptr) return NTE_INVALID_PARAMETER;
  if ((flags & ~no_flags) != 0) return NTE_BAD_FLAGS;
  const std::lock_guard held(key->lock);
  if (!key->final) return NTE_BAD_KEY_STATE;
  if (!is_public_form(type) && (key->export_policy & NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG) == 0) return NTE_NOT_SUPPORTED;
  const auto blob = write_blob(*key->key, type);
  return blob ? tell(blob->view(), room, size, count) : NTE_NOT_SUPPORTED;
}

SECURITY_STATUS set_number(storage_key& of, std::wstring_view property, DWORD value) {
  const std::lock_guard held(of.lock);
  if (property == NCRYPT_EXPORT_POLICY_PROPERTY && of.final && of.opens_uris) return NTE_NOT_SUPPORTED;
  if (property == NCRYPT_LENGTH_PROPERTY) {
    if (of.final || of.key) return NTE_BAD_KEY_STATE;
    const bool fits = of.kind != engine::key_kind::rsa || (value >= 1024 && value <= 16384 && value % 8 == 0);
    return fits ? (of.bits = value, ERROR_SUCCESS) : NTE_NOT_SUPPORTED;
  }
  if (of.final) return NTE_BAD_KEY_STATE;
  (property == NCRYPT_EXPORT_POLICY_PROPERTY ? of.export_policy : of.usage) = value;
  return ERROR_SUCCESS;
}

SECURITY_STATUS set_property(NCRYPT_HANDLE handle, LPCWSTR property, const BYTE* input, DWORD size, DWORD flags) {
  constexpr DWORD persist = 0x80000000;  // NCRYPT_PERSIST_FLAG: what is known is kept with the handle alone
  const auto key = object_of<storage_key>(handle);
  if (!key) return object_of<storage_provider>(handle) ? NTE_NOT_SUPPORTED : NTE_INVALID_HANDLE;
  if (property == nullptr || input == nullptr) return NTE_INVALID_PARAMETER;
  if ((flags & ~(no_flags | persist)) != 0) return NTE_BAD_FLAGS;
  const std::wstring_view name = property;
  if (name != NCRYPT_LENGTH_PROPERTY && name != NCRYPT_EXPORT_POLICY_PROPERTY && name != NCRYPT_KEY_USAGE_PROPERTY)
    return NTE_NOT_SUPPORTED;
  if (size != sizeof(DWORD)) return NTE_INVALID_PARAMETER;
  DWORD value = 0;
  std::memcpy(&value, input, sizeof value);
  return set_number(*key, name, value);
}

base::bytes bytes_of(std::wstring_view text) {
  const std::wstring whole(text);
  const auto* const first = reinterpret_cast<const base::byte*>(whole.c_str());
  return base::bytes(first, first + (whole.size() + 1) * sizeof(WCHAR));
}

base::bytes bytes_of(DWORD number) {
  base::bytes out(sizeof number);
  std::memcpy(out.data(), &number, sizeof number);
  return out;
}

SECURITY_STATUS property(NCRYPT_HANDLE handle, LPCWSTR property, PBYTE room, DWORD size, DWORD* count, DWORD flags) {
  const auto key = object_of<storage_key>(handle);
  if (!key) return object_of<storage_provider>(handle) ? NTE_NOT_SUPPORTED : NTE_INVALID_HANDLE;
  if (property == nullptr) return NTE_INVALID_PARAMETER;
  if ((flags & ~no_flags) != 0) return NTE_BAD_FLAGS;
  const std::wstring_view which = property;
  const std::lock_guard held(key->lock);
  if (which == NCRYPT_NAME_PROPERTY || which == NCRYPT_UNIQUE_NAME_PROPERTY)
    return key->name.empty() ? NTE_NOT_FOUND : tell(bytes_of(base::from_utf8(key->name)), room, size, count);
  if (which == NCRYPT_ALGORITHM_PROPERTY) return tell(bytes_of(key->algorithm), room, size, count);
  if (which == NCRYPT_ALGORITHM_GROUP_PROPERTY) return tell(bytes_of(group_of(key->kind)), room, size, count);
  if (which == NCRYPT_LENGTH_PROPERTY) return tell(bytes_of(key->bits), room, size, count);
  if (which == NCRYPT_EXPORT_POLICY_PROPERTY) return tell(bytes_of(key->export_policy), room, size, count);
  if (which == NCRYPT_KEY_USAGE_PROPERTY) return tell(bytes_of(key->usage), room, size, count);
  return NTE_NOT_SUPPORTED;
}

SECURITY_STATUS delete_key(NCRYPT_KEY_HANDLE handle, DWORD flags) {
  const auto key = object_of<storage_key>(handle);
  if (!key) return NTE_INVALID_HANDLE;
  if ((flags & ~no_flags) != 0) return NTE_BAD_FLAGS;
  const std::lock_guard held(key->lock);
  if (key->opens_uris) return NTE_NOT_SUPPORTED;
  if (key->final && !key->name.empty()) {
    const auto gone = keyring::remove(key->whose, key->name);
    if (!gone && gone.error().why != reason::not_found) return status_of_key(gone.error());
  }
  return free_any(handle) ? ERROR_SUCCESS : NTE_INVALID_HANDLE;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

SECURITY_STATUS WINAPI NCryptOpenStorageProvider(NCRYPT_PROV_HANDLE* phProvider, LPCWSTR pszProviderName,
                                                 DWORD dwFlags) {
  return abi::guarded_key([&] { return abi::open_provider(phProvider, pszProviderName, dwFlags); });
}

SECURITY_STATUS WINAPI NCryptOpenKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE* phKey, LPCWSTR pszKeyName, DWORD,
                                     DWORD dwFlags) {
  return abi::guarded_key([&] { return abi::open_key(hProvider, phKey, pszKeyName, dwFlags); });
}

SECURITY_STATUS WINAPI NCryptCreatePersistedKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE* phKey,
                                                LPCWSTR pszAlgId, LPCWSTR pszKeyName, DWORD, DWORD dwFlags) {
  return abi::guarded_key([&] { return abi::create(hProvider, phKey, pszAlgId, pszKeyName, dwFlags); });
}

SECURITY_STATUS WINAPI NCryptFinalizeKey(NCRYPT_KEY_HANDLE hKey, DWORD dwFlags) {
  return abi::guarded_key([&] { return abi::finalize(hKey, dwFlags); });
}

SECURITY_STATUS WINAPI NCryptImportKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hImportKey, LPCWSTR pszBlobType,
                                       NCryptBufferDesc* pParameterList, NCRYPT_KEY_HANDLE* phKey, PBYTE pbData,
                                       DWORD cbData, DWORD dwFlags) {
  return abi::guarded_key([&]() -> SECURITY_STATUS {
    if (hImportKey != 0) return NTE_INVALID_PARAMETER;
    return abi::import({hProvider, pszBlobType, pParameterList, phKey, {pbData, cbData}, dwFlags});
  });
}

SECURITY_STATUS WINAPI NCryptExportKey(NCRYPT_KEY_HANDLE hKey, NCRYPT_KEY_HANDLE hExportKey, LPCWSTR pszBlobType,
                                       NCryptBufferDesc* pParameterList, PBYTE pbOutput, DWORD cbOutput,
                                       DWORD* pcbResult, DWORD dwFlags) {
  return abi::guarded_key([&]() -> SECURITY_STATUS {
    if (hExportKey != 0 || (pParameterList != nullptr && pParameterList->cBuffers != 0)) return NTE_INVALID_PARAMETER;
    return abi::export_key(hKey, pszBlobType, pbOutput, cbOutput, pcbResult, dwFlags);
  });
}

SECURITY_STATUS WINAPI NCryptSetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, PBYTE pbInput, DWORD cbInput,
                                         DWORD dwFlags) {
  return abi::guarded_key([&] { return abi::set_property(hObject, pszProperty, pbInput, cbInput, dwFlags); });
}

SECURITY_STATUS WINAPI NCryptGetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, PBYTE pbOutput, DWORD cbOutput,
                                         DWORD* pcbResult, DWORD dwFlags) {
  return abi::guarded_key([&] { return abi::property(hObject, pszProperty, pbOutput, cbOutput, pcbResult, dwFlags); });
}

SECURITY_STATUS WINAPI NCryptDeleteKey(NCRYPT_KEY_HANDLE hKey, DWORD dwFlags) {
  return abi::guarded_key([&] { return abi::delete_key(hKey, dwFlags); });
}

SECURITY_STATUS WINAPI NCryptFreeObject(NCRYPT_HANDLE hObject) {
  return abi::guarded_key([&]() -> SECURITY_STATUS {
    const bool freed = abi::free_handle<abi::storage_provider, abi::storage_key>(hObject);
    return freed ? ERROR_SUCCESS : NTE_INVALID_HANDLE;
  });
}

BOOL WINAPI NCryptIsKeyHandle(NCRYPT_KEY_HANDLE hKey) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::object_of<abi::storage_key>(hKey) ? TRUE : FALSE; });
}

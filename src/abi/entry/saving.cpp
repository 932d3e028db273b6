// Stores as bytes and files. Contract: include/win32/schannix_wincrypt_stores.h
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "abi/translate/exported.hpp"
#include "base/text.hpp"
#include "cert/info.hpp"
#include "cert/serialized.hpp"
#include "cert/store.hpp"
#include "engine/x509_writing.hpp"

namespace schannix::abi {
namespace {

BOOL give(base::bytes_view made, CRYPT_DATA_BLOB& to) {
  const DWORD had = std::exchange(to.cbData, static_cast<DWORD>(made.size()));
  if (to.pbData && had < made.size()) return fail(ERROR_MORE_DATA, FALSE);
  if (to.pbData) std::ranges::copy(made, to.pbData);
  return TRUE;
}

// ---- CertSaveStore ----

bool write_all(int file, base::bytes_view bytes) {
  while (!bytes.empty()) {
    const ssize_t part = ::write(file, bytes.data(), bytes.size());
    if (part <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(part));
  }
  return ::fsync(file) == 0;
}

// Beside it first: whoever reads the path sees the old file or the new one.
BOOL write_file(const std::string& path, base::bytes_view bytes) {
  if (path.empty()) return fail(code_of(E_INVALIDARG), FALSE);
  std::string beside = path + ".XXXXXX";
  const int file = ::mkostemp(beside.data(), O_CLOEXEC);
  if (file < 0) return fail(code_of(E_ACCESSDENIED), FALSE);
  const bool whole = write_all(file, bytes);
  if (::close(file) == 0 && whole && std::rename(beside.c_str(), path.c_str()) == 0) return TRUE;
  ::unlink(beside.c_str());
  return fail(code_of(E_ACCESSDENIED), FALSE);
}

std::optional<base::bytes> form_of(cert::store& from, DWORD form) {
  if (form == CERT_STORE_SAVE_AS_STORE) return cert::serialize(from.all());
  if (form == CERT_STORE_SAVE_AS_PKCS7) return engine::write_pkcs7(from.all(), from.all_lists());
  return std::nullopt;
}

BOOL save(HCERTSTORE store, DWORD form, DWORD place, void* to, DWORD flags) {
  const auto made = store && to && flags == 0 ? form_of(cert::store::of(store), form) : std::nullopt;
  if (!made) return fail(code_of(E_INVALIDARG), FALSE);
  switch (place) {
    case CERT_STORE_SAVE_TO_MEMORY:
      return give(*made, *static_cast<CRYPT_DATA_BLOB*>(to));
    case CERT_STORE_SAVE_TO_FILENAME_A:
      return write_file(static_cast<const char*>(to), *made);
    case CERT_STORE_SAVE_TO_FILENAME_W:
      return write_file(base::to_utf8(static_cast<const wchar_t*>(to)), *made);
    default:
      return fail(code_of(E_INVALIDARG), FALSE);
  }
}

// ---- PKCS#12 ----

BOOL export_store(HCERTSTORE store, CRYPT_DATA_BLOB* to, LPCWSTR password, DWORD flags) {
  constexpr DWORD known = EXPORT_PRIVATE_KEYS | REPORT_NO_PRIVATE_KEY | REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY;
  if (!store || !to || (flags & ~known)) return fail(code_of(E_INVALIDARG), FALSE);
  const exported out = flags & EXPORT_PRIVATE_KEYS ? certificates_with_keys(store) : certificates_alone(store);
  if (out.all.empty()) return fail(code_of(E_INVALIDARG), FALSE);
  if ((flags & REPORT_NO_PRIVATE_KEY) && !out.key_told) return fail(code_of(CRYPT_E_NOT_FOUND), FALSE);
  if ((flags & REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY) && out.key_left_behind != 0)
    return fail(out.key_left_behind, FALSE);
  const utf8_password secret(password);
  const auto made = engine::write_pkcs12(the_environment(), out.all, secret.view());
  return made ? give(*made, *to) : fail(code_of(CRYPT_E_BAD_ENCODE), FALSE);
}

BOOL verify_password(const CRYPT_DATA_BLOB* file, LPCWSTR password) {
  if (!file || !file->pbData) return fail(ERROR_INVALID_PARAMETER, FALSE);
  const utf8_password secret(password);
  const auto read = engine::read_pkcs12(the_environment(), cert::bytes_of(*file), secret.view());
  return read ? TRUE : fail(last_error_of(read.error(), code_of(CRYPT_E_BAD_ENCODE)), FALSE);
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CertSaveStore(HCERTSTORE hCertStore, DWORD, DWORD dwSaveAs, DWORD dwSaveTo, void* pvSaveToPara,
                          DWORD dwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::save(hCertStore, dwSaveAs, dwSaveTo, pvSaveToPara, dwFlags); });
}

BOOL WINAPI PFXExportCertStoreEx(HCERTSTORE hStore, CRYPT_DATA_BLOB* pPFX, LPCWSTR szPassword, void*, DWORD dwFlags) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::export_store(hStore, pPFX, szPassword, dwFlags); });
}

BOOL WINAPI PFXExportCertStore(HCERTSTORE hStore, CRYPT_DATA_BLOB* pPFX, LPCWSTR szPassword, DWORD dwFlags) {
  return PFXExportCertStoreEx(hStore, pPFX, szPassword, nullptr, dwFlags);
}

BOOL WINAPI PFXIsPFXBlob(CRYPT_DATA_BLOB* pPFX) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return pPFX && engine::has_form_of_pkcs12(cert::bytes_of(*pPFX)); });
}

BOOL WINAPI PFXVerifyPassword(CRYPT_DATA_BLOB* pPFX, LPCWSTR szPassword, DWORD) {
  return abi::guarded_or<BOOL>(FALSE, [&] { return abi::verify_password(pPFX, szPassword); });
}

// Private keys from bytes that anybody can have written, in each form that programs import. What is taken is a key: it
// comes back in CNG's form, and what was read in that form is then the same. The first byte chooses the form.
#include <ncrypt.h>

#include <iterator>
#include <string>

#include "fuzz.hpp"

using namespace schannix;

namespace {

constexpr LPCWSTR forms[] = {NCRYPT_PKCS8_PRIVATE_KEY_BLOB, BCRYPT_PRIVATE_KEY_BLOB, LEGACY_RSAPRIVATE_BLOB,
                             BCRYPT_RSAFULLPRIVATE_BLOB, BCRYPT_ECCPRIVATE_BLOB};

NCRYPT_KEY_HANDLE taken(NCRYPT_PROV_HANDLE into, LPCWSTR form, std::string blob) {
  NCRYPT_KEY_HANDLE key = 0;
  const SECURITY_STATUS said = NCryptImportKey(into, 0, form, nullptr, &key, reinterpret_cast<PBYTE>(blob.data()),
                                               static_cast<DWORD>(blob.size()), NCRYPT_DO_NOT_FINALIZE_FLAG);
  fuzz::demand((said == ERROR_SUCCESS) == (key != 0), "a key or a reason");
  if (key == 0) return 0;
  DWORD policy = NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG;
  NCryptSetProperty(key, NCRYPT_EXPORT_POLICY_PROPERTY, reinterpret_cast<PBYTE>(&policy), sizeof policy, 0);
  fuzz::demand(NCryptFinalizeKey(key, 0) == ERROR_SUCCESS, "what was read can be made final");
  return key;
}

std::string written(NCRYPT_KEY_HANDLE key, LPCWSTR form) {
  DWORD size = 0;
  if (NCryptExportKey(key, 0, form, nullptr, nullptr, 0, &size, 0) != ERROR_SUCCESS) return {};
  std::string out(size, '\0');
  fuzz::demand(
      NCryptExportKey(key, 0, form, nullptr, reinterpret_cast<PBYTE>(out.data()), size, &size, 0) == ERROR_SUCCESS,
      "what has a size can be written");
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  fuzz::input input(data, size);
  const LPCWSTR form = forms[input.u8() % std::size(forms)];
  NCRYPT_PROV_HANDLE provider = 0;
  fuzz::demand(NCryptOpenStorageProvider(&provider, nullptr, 0) == ERROR_SUCCESS, "there is a provider");
  if (const NCRYPT_KEY_HANDLE key = taken(provider, form, std::string(input.rest()))) {
    const std::string blob = written(key, BCRYPT_PRIVATE_KEY_BLOB);
    const bool was_checked = form != forms[0] && form != forms[2];  // the others OpenSSL takes as they are
    if (!blob.empty() && was_checked) {
      const NCRYPT_KEY_HANDLE again = taken(provider, BCRYPT_PRIVATE_KEY_BLOB, blob);
      fuzz::demand(again != 0 && written(again, BCRYPT_PRIVATE_KEY_BLOB) == blob, "the same key comes back");
      NCryptFreeObject(again);
    }
    NCryptFreeObject(key);
  }
  fuzz::demand(NCryptFreeObject(provider) == ERROR_SUCCESS, "the provider is freed once");
  return 0;
}

// Certificates and keys from PEM text, PKCS#12 files and serialized stores that anybody can have written. What is
// imported can be looked at, compared and written out again. Passwords: none, the right one of the seeds, and any.
#include <schannel.h>
#include <schannix_ext.h>

#include "fuzz.hpp"

using namespace schannix;

namespace {

HCERTSTORE import_pem(fuzz::input& from, const std::string& password) {
  const std::string_view certificates = from.text(from.u16()), key = from.rest();
  HCERTSTORE store = nullptr;
  const BOOL done = SchannixImportPem(certificates.empty() ? "" : certificates.data(), certificates.size(), key.data(),
                                      key.size(), password.c_str(), &store);
  fuzz::demand((done == TRUE) == (store != nullptr), "a store comes with TRUE only");
  return store;
}

HCERTSTORE import_pfx(fuzz::input& from, const std::string& password, DWORD flags) {
  const std::wstring wide(password.begin(), password.end());
  std::string file(from.rest());
  CRYPT_DATA_BLOB blob{static_cast<DWORD>(file.size()), reinterpret_cast<BYTE*>(file.data())};
  return PFXImportCertStore(&blob, wide.c_str(), flags);
}

void deserialize(fuzz::input& from) {
  std::string file(from.rest());
  PCCERT_CONTEXT leaf = nullptr;
  const SECURITY_STATUS said =
      SslDeserializeCertificateStore({static_cast<DWORD>(file.size()), reinterpret_cast<BYTE*>(file.data())}, &leaf);
  fuzz::demand((said == SEC_E_OK) == (leaf != nullptr), "a context comes with SEC_E_OK only");
  if (leaf != nullptr) {
    fuzz::demand(CertEnumCertificatesInStore(leaf->hCertStore, nullptr) == leaf, "the first is the leaf");
    CertFreeCertificateContext(leaf);  // the enumeration's reference
  }
  CertFreeCertificateContext(leaf);
}

void look_at(PCCERT_CONTEXT one) {
  fuzz::demand(one->cbCertEncoded != 0 && one->pCertInfo != nullptr, "a certificate has its encoding and its fields");
  for (DWORD type = CERT_NAME_EMAIL_TYPE; type <= CERT_NAME_UPN_TYPE; ++type) {
    char name[64];
    const DWORD written = CertGetNameStringA(one, type, 0, nullptr, name, sizeof name);
    fuzz::demand(written >= 1 && written <= sizeof name && name[written - 1] == '\0', "a name ends within its buffer");
  }
  char* const text = SchannixExportPem(one);
  fuzz::demand(text != nullptr, "what was imported can be exported");
  LocalFree(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  fuzz::begin_random_numbers_anew();
  fuzz::input from(data, size);
  const unsigned kind = from.u8();
  const std::string passwords[] = {"", "secret", std::string(from.text(kind % 4 == 2 ? from.u8() : 0))};
  const std::string& password = passwords[kind / 4 % 3];
  if (kind == 0xFF) {
    deserialize(from);
    return 0;
  }
  const HCERTSTORE store = kind % 2 == 0
                               ? import_pem(from, password)
                               : import_pfx(from, password, kind / 16 % 2 == 0 ? 0 : PKCS12_ONLY_CERTIFICATES);
  if (store == nullptr) return 0;
  std::size_t count = 0;
  for (PCCERT_CONTEXT one = nullptr; (one = CertEnumCertificatesInStore(store, one)) != nullptr; ++count) look_at(one);
  if (kind % 2 == 0) fuzz::demand(count > 0, "PEM text without a certificate is refused");
  fuzz::demand(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG) == TRUE, "nothing of the store is still in use");
  return 0;
}

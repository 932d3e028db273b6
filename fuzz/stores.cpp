// Stores opened from bytes that anybody can have written, single objects, names and text turned into bytes; then
// everything is asked of what came: properties, chains, both policies. The first byte chooses.
#include <wincrypt.h>
#include <windows.h>

#include <iterator>
#include <string>

#include "fuzz.hpp"

using namespace schannix;

namespace {

void look_at_properties(PCCERT_CONTEXT one) {
  for (DWORD id = 0; (id = CertEnumCertificateContextProperties(one, id)) != 0;) {
    DWORD size = 0;
    fuzz::demand(CertGetCertificateContextProperty(one, id, nullptr, &size) == TRUE, "what is listed has a size");
    std::string room(size, '\0');
    fuzz::demand(CertGetCertificateContextProperty(one, id, room.data(), &size) == TRUE, "what is listed can be read");
    fuzz::demand(size == room.size(), "a property has one size");
  }
}

void look_at_chain(PCCERT_CONTEXT one, HCERTSTORE with, DWORD flags) {
  CERT_CHAIN_PARA para{};
  para.cbSize = sizeof para;
  PCCERT_CHAIN_CONTEXT chain = nullptr;
  fuzz::demand(CertGetCertificateChain(nullptr, one, nullptr, with, &para, flags, nullptr, &chain) == TRUE,
               "every certificate has a chain");
  fuzz::demand(chain->TrustStatus.dwErrorStatus != 0, "nobody trusts what anybody can have written");
  for (const LPCSTR policy : {CERT_CHAIN_POLICY_BASE, CERT_CHAIN_POLICY_SSL}) {
    CERT_CHAIN_POLICY_STATUS status{};
    fuzz::demand(CertVerifyCertificateChainPolicy(policy, chain, nullptr, &status) == TRUE, "a chain can be judged");
    fuzz::demand(status.dwError != 0, "a chain that is not trusted is judged so");
  }
  CertFreeCertificateChain(chain);
}

void look_at(HCERTSTORE store, unsigned kind) {
  const DWORD flags = kind / 16 % 2 == 0 ? 0 : DWORD{CERT_CHAIN_REVOCATION_CHECK_CHAIN};
  unsigned left = 3;
  for (PCCERT_CONTEXT one = nullptr; (one = CertEnumCertificatesInStore(store, one)) != nullptr;) {
    if (left != 0) {
      --left;
      look_at_properties(one);
      look_at_chain(one, store, flags);
    }
    fuzz::demand(CertDeleteCertificateFromStore(CertDuplicateCertificateContext(one)) == TRUE, "it can be deleted");
  }
  fuzz::demand(CertEnumCertificatesInStore(store, nullptr) == nullptr, "everything was deleted");
  fuzz::demand(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG) == TRUE, "nothing of the store is still in use");
}

void read_text(const std::string& text, DWORD form) {
  DWORD size = 0;
  if (text.empty() ||
      !CryptStringToBinaryA(text.data(), static_cast<DWORD>(text.size()), form, nullptr, &size, nullptr, nullptr))
    return;
  std::string bytes(size + 1, '\0');
  auto* const room = reinterpret_cast<BYTE*>(bytes.data());
  fuzz::demand(CryptStringToBinaryA(text.data(), static_cast<DWORD>(text.size()), form, room, &size, nullptr, nullptr),
               "what has a size can be read");
  DWORD length = 0;
  fuzz::demand(CryptBinaryToStringA(room, size, CRYPT_STRING_BASE64, nullptr, &length), "bytes can be written");
  std::string again(length, '\0');
  fuzz::demand(CryptBinaryToStringA(room, size, CRYPT_STRING_BASE64, again.data(), &length), "bytes can be written");
  DWORD same = 0;
  if (size == 0) return;
  fuzz::demand(CryptStringToBinaryA(again.data(), length, CRYPT_STRING_BASE64, nullptr, &same, nullptr, nullptr),
               "what was written can be read");
  fuzz::demand(same == size, "and has its size");
}

void read_name(std::string der) {
  CERT_NAME_BLOB name{static_cast<DWORD>(der.size()), reinterpret_cast<BYTE*>(der.data())};
  char text[64];
  const DWORD written = CertNameToStrA(X509_ASN_ENCODING, &name, CERT_X500_NAME_STR, text, sizeof text);
  fuzz::demand(written >= 1 && written <= sizeof text && text[written - 1] == '\0', "a name ends within its buffer");
}

// Each type of object: what can be decoded can be encoded again, where there is an encoder, and is then the same.
void read_object(const std::string& der, unsigned kind) {
  static constexpr std::uintptr_t types[] = {1,  5,  7,  8,  12, 14, 15, 19, 20, 25,
                                             26, 27, 28, 36, 43, 44, 72, 73, 82, 83};
  const auto* const type = SCHANNIX_POINTER(LPCSTR, types[kind % std::size(types)]);
  const auto* const bytes = reinterpret_cast<const BYTE*>(der.data());
  const auto size = static_cast<DWORD>(der.size());
  void* made = nullptr;
  DWORD length = 0;
  if (!CryptDecodeObjectEx(X509_ASN_ENCODING, type, bytes, size, CRYPT_DECODE_ALLOC_FLAG, nullptr, &made, &length)) {
    fuzz::demand(made == nullptr, "what is refused leaves nothing");
    return;
  }
  DWORD asked = 0;
  fuzz::demand(CryptDecodeObject(X509_ASN_ENCODING, type, bytes, size, 0, nullptr, &asked) == TRUE && asked == length,
               "an object has one size");
  BYTE* again = nullptr;
  if (CryptEncodeObjectEx(X509_ASN_ENCODING, type, made, CRYPT_ENCODE_ALLOC_FLAG, nullptr, &again, &length)) {
    fuzz::demand(CryptDecodeObject(X509_ASN_ENCODING, type, again, length, 0, nullptr, &asked) == TRUE,
                 "what was encoded can be decoded");
    LocalFree(again);
  }
  LocalFree(made);
}

void query_object(std::string& bytes) {
  const CRYPT_DATA_BLOB blob{static_cast<DWORD>(bytes.size()), reinterpret_cast<BYTE*>(bytes.data())};
  DWORD content = 0;
  HCERTSTORE store = nullptr;
  const void* context = nullptr;
  if (!CryptQueryObject(CERT_QUERY_OBJECT_BLOB, &blob, CERT_QUERY_CONTENT_FLAG_ALL, CERT_QUERY_FORMAT_FLAG_ALL, 0,
                        nullptr, &content, nullptr, &store, nullptr, &context)) {
    fuzz::demand(store == nullptr && context == nullptr, "what is refused leaves nothing");
    return;
  }
  if (content == CERT_QUERY_CONTENT_CERT) CertFreeCertificateContext(static_cast<PCCERT_CONTEXT>(context));
  if (content == CERT_QUERY_CONTENT_CRL) CertFreeCRLContext(static_cast<PCCRL_CONTEXT>(context));
  fuzz::demand(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG) == TRUE, "nothing of the store is still in use");
}

void read_name_text(const std::string& text) {
  DWORD size = 0;
  LPCSTR wrong = nullptr;
  if (!CertStrToNameA(X509_ASN_ENCODING, text.c_str(), CERT_X500_NAME_STR, nullptr, nullptr, &size, &wrong)) {
    fuzz::demand(!wrong || (wrong >= text.c_str() && wrong <= text.c_str() + text.size()),
                 "it is wrong within the text");
    return;
  }
  std::string der(size, '\0');
  fuzz::demand(CertStrToNameA(X509_ASN_ENCODING, text.c_str(), CERT_X500_NAME_STR, nullptr,
                              reinterpret_cast<BYTE*>(der.data()), &size, nullptr) == TRUE,
               "a name has one size");
  read_name(der);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  fuzz::begin_random_numbers_anew();
  fuzz::input from(data, size);
  const unsigned kind = from.u8();
  std::string rest(from.rest());
  if (kind % 8 == 3) return read_text(rest, kind / 8 % 16), 0;
  if (kind % 8 == 4) return read_name(rest), 0;
  if (kind % 8 == 5) return read_object(rest, kind / 8), 0;
  if (kind % 8 == 6) return query_object(rest), 0;
  if (kind % 8 == 7) return read_name_text(rest), 0;
  const LPCSTR providers[] = {CERT_STORE_PROV_PKCS7, CERT_STORE_PROV_SERIALIZED, CERT_STORE_PROV_PKCS12};
  const CRYPT_DATA_BLOB blob{static_cast<DWORD>(rest.size()), reinterpret_cast<BYTE*>(rest.data())};
  const HCERTSTORE store = CertOpenStore(providers[kind % 3], 0, 0, 0, &blob);
  if (store != nullptr) look_at(store, kind);
  return 0;
}

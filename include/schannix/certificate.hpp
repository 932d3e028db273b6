// certificate.hpp: one X.509 certificate, with its private key and the certificates it came with, if any.
//
//   auto mine  = schannix::certificate::from_pem(cert_text, key_text);
//   auto roots = schannix::certificate::list_from_pem(ca_text);
//   std::cout << mine.subject() << " until " << mine.not_after() << '\n';
//
// Not for checking certificates: a credential with verification::automatic does that (credential.hpp).
// Ownership: a value; copies share one reference-counted CERT_CONTEXT, which is never changed. A certificate keeps the
// others of the same file alive, so that a server can send its chain. Threads: as std::string.
#pragma once

#include <schannix_base.h>
#include <sspi.h>
#include <wincrypt.h>

#include <schannix_ext.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schannix/detail/text.hpp"
#include "schannix/error.hpp"

namespace schannix {
inline namespace v0 {

class certificate {
 public:
  // The first certificate of the PEM text, or, with a key (text of its own, or the same text), the one that the key
  // belongs to. Throws with ERROR_INVALID_PASSWORD, CRYPT_E_NOT_FOUND, NTE_BAD_PUBLIC_KEY or ERROR_INVALID_DATA.
  static certificate from_pem(std::string_view certificates, std::string_view key = {},
                              const std::optional<std::string>& password = {});

  // Every certificate of the PEM text, in order: what a file of roots holds.
  static std::vector<certificate> list_from_pem(std::string_view text);

  // The certificate with a private key of a PKCS#12 file. Throws with ERROR_INVALID_PASSWORD, or with
  // CRYPT_E_BAD_ENCODE, or with SEC_E_NO_CREDENTIALS when the file holds no private key.
  static certificate from_pfx(std::span<const std::byte> file, std::string_view password);

  // A throw-away certificate with a new key, for tests and demos only. "localhost" covers 127.0.0.1 and ::1.
  static certificate self_signed(const std::string& name, unsigned days = 1);

  // Takes over one reference, which the certificate frees. Throws SEC_E_NO_CREDENTIALS for NULL.
  static certificate adopt(PCCERT_CONTEXT context);

  std::string subject() const { return name_string(CERT_NAME_SIMPLE_DISPLAY_TYPE, 0); }
  std::string issuer() const { return name_string(CERT_NAME_SIMPLE_DISPLAY_TYPE, CERT_NAME_ISSUER_FLAG); }
  std::vector<std::string> dns_names() const;
  std::chrono::system_clock::time_point not_before() const { return time_of(native()->pCertInfo->NotBefore); }
  std::chrono::system_clock::time_point not_after() const { return time_of(native()->pCertInfo->NotAfter); }
  std::span<const std::byte> der() const;
  std::string to_pem() const;  // without the key

  PCCERT_CONTEXT native() const noexcept { return context_.get(); }  // borrowed

 private:
  struct freer {
    void operator()(PCCERT_CONTEXT context) const { CertFreeCertificateContext(context); }
  };
  struct store_closer {
    void operator()(HCERTSTORE store) const { CertCloseStore(store, 0); }
  };
  using owned_store = std::unique_ptr<std::remove_pointer_t<HCERTSTORE>, store_closer>;

  explicit certificate(PCCERT_CONTEXT context) : context_(context, freer{}) {}
  static owned_store import(std::string_view certificates, std::string_view key, const char* password);
  static certificate keyed_in(HCERTSTORE store);
  static std::chrono::system_clock::time_point time_of(const FILETIME& time);
  std::string name_string(DWORD type, DWORD flags) const;

  std::shared_ptr<const CERT_CONTEXT> context_;
};

}  // namespace v0
}  // namespace schannix

#include "schannix/detail/certificate.ipp"

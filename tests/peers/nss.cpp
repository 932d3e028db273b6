#include <keyhi.h>
#include <nspr.h>
#include <nss.h>
#include <pk11pub.h>
#include <private/pprio.h>
#include <ssl.h>
#include <sslproto.h>

#include "peer.hpp"

namespace schannix::peers {
namespace {

SECItem item_of(std::string& bytes) {
  return {siBuffer, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<unsigned>(bytes.size())};
}

std::string last_error() { return PR_ErrorToName(PR_GetError()); }

class nss final : public stack {
 public:
  explicit nss(const job& wanted) {
    must(NSS_NoDB_Init(nullptr) == SECSuccess, "NSS_NoDB_Init");
    file_ = SSL_ImportFD(nullptr, PR_ImportTCPSocket(wanted.socket));
    const PRUint16 version = wanted.tls_1_3 ? SSL_LIBRARY_VERSION_TLS_1_3 : SSL_LIBRARY_VERSION_TLS_1_2;
    const SSLVersionRange range{version, version};
    must(file_ != nullptr && SSL_VersionRangeSet(file_, &range) == SECSuccess, "version");
    SSL_OptionSet(file_, SSL_NO_CACHE, PR_TRUE);
    SSL_AlertReceivedCallback(file_, note_alert, this);
    if (wanted.server) show_certificate(wanted);
    SSL_AuthCertificateHook(file_, [](void*, PRFileDesc*, PRBool, PRBool) { return SECSuccess; }, nullptr);
    SSL_SetURL(file_, "a.test");
    SSL_ResetHandshake(file_, wanted.server ? PR_TRUE : PR_FALSE);
  }

  void handshake() override {
    if (SSL_ForceHandshake(file_) != SECSuccess) fail(last_error());
  }

  // PR_Recv ends the same way for close_notify and for FIN; the callback tells them apart.
  reading read(char* into, std::size_t room) override {
    const PRInt32 size = PR_Recv(file_, into, static_cast<PRInt32>(room), 0, PR_INTERVAL_NO_TIMEOUT);
    if (size > 0) return {static_cast<std::size_t>(size)};
    if (size == 0) return {0, closed_ ? ending::close_notify : ending::fin};
    return {0, ending::error, last_error()};
  }

  bool write(std::string_view bytes) override {
    const auto size = static_cast<PRInt32>(bytes.size());
    return PR_Send(file_, bytes.data(), size, 0, PR_INTERVAL_NO_TIMEOUT) == size;
  }

  void close() override { PR_Close(file_); }
  void close_write() override { PR_Shutdown(file_, PR_SHUTDOWN_SEND); }

 private:
  static void note_alert(const PRFileDesc*, void* peer, const SSLAlert* alert) {
    if (alert->description == 0) static_cast<nss*>(peer)->closed_ = true;
  }

  void show_certificate(const job& wanted) {
    std::string certificate_der = der_of(file_content(wanted.certificate)), key_der = der_of(file_content(wanted.key));
    SECItem certificate_item = item_of(certificate_der), key_item = item_of(key_der);
    CERTCertificate* const certificate =
        CERT_NewTempCertificate(CERT_GetDefaultCertDB(), &certificate_item, nullptr, PR_FALSE, PR_TRUE);
    SECKEYPrivateKey* key = nullptr;
    must(certificate != nullptr && PK11_ImportDERPrivateKeyInfoAndReturnKey(
                                       PK11_GetInternalSlot(), &key_item, nullptr, &certificate->derPublicKey, PR_FALSE,
                                       PR_FALSE, KU_DIGITAL_SIGNATURE, &key, nullptr) == SECSuccess,
         "key");
    if (SSL_ConfigServerCert(file_, certificate, key, nullptr, 0) != SECSuccess) fail(last_error());
  }

  PRFileDesc* file_ = nullptr;
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<stack> make_stack(const job& wanted) { return std::make_unique<nss>(wanted); }
std::string stack_version() { return std::string("NSS ") + NSS_GetVersion(); }

}  // namespace schannix::peers

#include <vector>

#include "support/sspi_side.hpp"

namespace schannix::bench {
namespace {

PCCERT_CONTEXT import(const std::string& certificate, const std::string& key) {
  HCERTSTORE store = nullptr;
  must(SchannixImportPem(certificate.data(), certificate.size(), key.empty() ? nullptr : key.data(), key.size(),
                         nullptr, &store) != 0,
       "SchannixImportPem");
  const PCCERT_CONTEXT first = CertEnumCertificatesInStore(store, nullptr);
  CertCloseStore(store, 0);
  must(first != nullptr, "an empty store");
  return first;
}

UNICODE_STRING text(std::wstring& from) {
  const auto size = static_cast<USHORT>(from.size() * sizeof(wchar_t));
  return {size, size, from.data()};
}

// A credential of version 5 names what it does not want: every bulk cipher but one.
class all_but {
 public:
  explicit all_but(int suite) {
    if (suite == BENCH_AES_128_GCM) disable(aes_, 256, 256);
    if (suite == BENCH_AES_256_GCM) disable(aes_, 128, 128);
    disable(suite == BENCH_CHACHA20 ? aes_ : chacha_, 0, 0);
    disable(aes_, 0, 0);
    rules_.back().cChainingModes = 1;
    rules_.back().rgstrChainingModes = &cbc_mode_;
  }
  std::vector<CRYPTO_SETTINGS>& rules() { return rules_; }

 private:
  void disable(std::wstring& name, DWORD least, DWORD most) {
    CRYPTO_SETTINGS rule{};
    rule.eAlgorithmUsage = TlsParametersCngAlgUsageCipher;
    rule.strCngAlgId = text(name);
    rule.dwMinBitLength = least;
    rule.dwMaxBitLength = most;
    rules_.push_back(rule);
  }
  std::wstring aes_ = L"AES", chacha_ = L"CHACHA20_POLY1305", cbc_ = L"ChainingModeCBC";
  UNICODE_STRING cbc_mode_ = text(cbc_);
  std::vector<CRYPTO_SETTINGS> rules_;
};

}  // namespace

sspi_identity::sspi_identity(const sspi_wanted& wanted) : wanted_(wanted) {
  if (!wanted.certificate.empty()) certificate_ = import(wanted.certificate, wanted.key);
  if (!wanted.root.empty()) root_ = import(wanted.root, {});
}

sspi_identity::~sspi_identity() {
  if (certificate_ != nullptr) CertFreeCertificateContext(certificate_);
  if (root_ != nullptr) CertFreeCertificateContext(root_);
}

CredHandle sspi_identity::acquire() const {
  all_but others(wanted_.suite);
  TLS_PARAMETERS parameters{};
  parameters.grbitDisabledProtocols = wanted_.minor == 3 ? SP_PROT_TLS1_2 : SP_PROT_TLS1_3;
  if (wanted_.suite >= 0) {
    parameters.cDisabledCrypto = static_cast<DWORD>(others.rules().size());
    parameters.pDisabledCrypto = others.rules().data();
  }
  PCCERT_CONTEXT certificate = certificate_, root = root_;
  SCH_CREDENTIALS data{};
  data.dwVersion = SCH_CREDENTIALS_VERSION;
  data.cCreds = certificate != nullptr ? 1 : 0;
  data.paCred = &certificate;
  data.dwFlags = SCH_CRED_NO_DEFAULT_CREDS | (wanted_.reconnects ? 0 : SCH_CRED_DISABLE_RECONNECTS) |
                 (root != nullptr ? SCH_CRED_AUTO_CRED_VALIDATION : SCH_CRED_MANUAL_CRED_VALIDATION);
  if (!wanted_.keeps_sessions) data.dwSessionLifespan = 0xFFFFFFFF;
  data.cTlsParameters = 1;
  data.pTlsParameters = &parameters;
  SCHANNIX_CREDENTIAL_OPTIONS more{};
  more.cbSize = sizeof more;
  more.cExtraRoots = root != nullptr ? 1 : 0;
  more.paExtraRoots = &root;
  CredHandle made;
  const ULONG use = wanted_.side == role::client ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND;
  const SECURITY_STATUS status = SchannixAcquireCredentials(use, &data, &more, &made, nullptr);
  must(status == SEC_E_OK, ("SchannixAcquireCredentials: " + std::to_string(status)).c_str());
  return made;
}

}  // namespace schannix::bench

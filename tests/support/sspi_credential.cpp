#include "support/sspi_credential.hpp"

#include <map>
#include <stdexcept>
#include <utility>

namespace schannix::test::sspi {
namespace {

char unisp_name[] = UNISP_NAME_A;

[[noreturn]] void refuse(const char* what, status why) {
  throw std::runtime_error(std::string(what) + ": " + why.name());
}

// Version 4 names what it wants; version 5 names what it does not want.
status acquire_old(const credential_options& options, CredHandle& into) {
  SCHANNEL_CRED data{};
  data.dwVersion = SCHANNEL_CRED_VERSION;
  auto certificates = options.certificates;
  data.cCreds = static_cast<DWORD>(certificates.size());
  data.paCred = certificates.data();
  data.hRootStore = options.root_store;
  data.grbitEnabledProtocols = options.side == role::client ? SP_PROT_TLS1_CLIENT : SP_PROT_TLS1_SERVER;
  data.dwSessionLifespan = options.lifespan;
  data.dwFlags = options.flags;
  return acquire(options.side == role::client ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND, &data, into);
}

DWORD unwanted(tls version) {
  if (version == tls::v1_2) return SP_PROT_TLS1_3;
  if (version == tls::v1_3) return SP_PROT_TLS1_2;
  return 0;
}

std::vector<CRYPT_DATA_BLOB> blobs_of(const std::vector<std::string>& all) {
  std::vector<CRYPT_DATA_BLOB> out;
  for (const std::string& one : all)
    out.push_back({static_cast<DWORD>(one.size()), reinterpret_cast<BYTE*>(const_cast<char*>(one.data()))});
  return out;
}

status acquire_new(const credential_options& options, CredHandle& into) {
  auto certificates = options.certificates;
  auto roots = options.extra_roots;
  auto disabled = options.disabled;
  TLS_PARAMETERS parameters{};
  parameters.grbitDisabledProtocols = unwanted(options.version);
  parameters.cDisabledCrypto = static_cast<DWORD>(disabled.size());
  parameters.pDisabledCrypto = disabled.data();
  SCH_CREDENTIALS data{};
  data.dwVersion = SCH_CREDENTIALS_VERSION;
  data.cCreds = static_cast<DWORD>(certificates.size());
  data.paCred = certificates.data();
  data.hRootStore = options.root_store;
  data.dwSessionLifespan = options.lifespan;
  data.dwFlags = options.flags;
  data.cTlsParameters = 1;
  data.pTlsParameters = &parameters;
  SCHANNIX_CREDENTIAL_OPTIONS more{};
  more.cbSize = sizeof more;
  more.dwFlags = options.own_flags;
  more.cExtraRoots = static_cast<DWORD>(roots.size());
  more.paExtraRoots = roots.data();
  auto lists = blobs_of(options.revocation_lists), answers = blobs_of(options.ocsp_responses);
  more.cRevocationLists = static_cast<DWORD>(lists.size());
  more.paRevocationLists = lists.data();
  more.cOcspResponses = static_cast<DWORD>(answers.size());
  more.paOcspResponses = answers.data();
  more.pfnKeyLog = options.key_log;
  more.pvKeyLog = options.key_log_argument;
  return SchannixAcquireCredentials(options.side == role::client ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND, &data,
                                    &more, &into, nullptr);
}

}  // namespace

status acquire(ULONG use, void* data, CredHandle& into, PTimeStamp expiry) {
  return AcquireCredentialsHandleA(nullptr, unisp_name, use, nullptr, data, nullptr, nullptr, &into, expiry);
}

certificate import(const pki::issued& leaf, const std::vector<pki::issued>& chain, bool with_key) {
  std::string text = leaf.pem();
  for (const auto& one : chain) text += one.pem();
  const std::string key = with_key ? leaf.key_pem() : std::string();
  HCERTSTORE store = nullptr;
  if (!SchannixImportPem(text.data(), text.size(), with_key ? key.data() : nullptr, key.size(), nullptr, &store))
    throw std::runtime_error("SchannixImportPem: " + std::to_string(GetLastError()));
  certificate first(CertEnumCertificatesInStore(store, nullptr));
  CertCloseStore(store, 0);
  if (!first) throw std::runtime_error("SchannixImportPem: an empty store");
  return first;
}

const pki::issued& test_root() {
  static const pki::issued made = pki::issue({.common_name = "Conformance Root", .authority = true});
  return made;
}

const pki::issued& test_leaf(pki::key_kind key) {
  static std::map<pki::key_kind, pki::issued> made;
  const auto found = made.find(key);
  if (found != made.end()) return found->second;
  const pki::profile leaf{
      .common_name = "a.test", .alternative = {"DNS:a.test", "IP:127.0.0.1"}, .usage = "serverAuth", .key = key};
  return made.emplace(key, pki::issue(leaf, &test_root())).first->second;
}

const certificate& root_certificate() {
  static const certificate made = import(test_root(), {}, false);
  return made;
}

const certificate& server_certificate(pki::key_kind key) {
  static std::map<pki::key_kind, certificate> made;
  auto& one = made[key];
  if (!one) one = import(test_leaf(key), {test_root()});
  return one;
}

credential::credential(const credential_options& options) {
  SecInvalidateHandle(&handle_);
  const status done = options.version == tls::v1_0 ? acquire_old(options, handle_) : acquire_new(options, handle_);
  if (!(done == SEC_E_OK)) refuse("credential", done);
}

credential::credential(credential&& from) noexcept : handle_(from.handle_) { SecInvalidateHandle(&from.handle_); }

credential& credential::operator=(credential&& from) noexcept {
  std::swap(handle_, from.handle_);
  return *this;
}

credential::~credential() { release(); }

void credential::release() {
  if (SecIsValidHandle(&handle_)) FreeCredentialsHandle(&handle_);
  SecInvalidateHandle(&handle_);
}

const credential& client_credential(tls version) {
  static std::map<tls, credential> made;
  const auto found = made.find(version);
  if (found != made.end()) return found->second;
  return made.emplace(version, credential({.version = version})).first->second;
}

const credential& server_credential(tls version, pki::key_kind key) {
  static std::map<std::pair<tls, pki::key_kind>, credential> made;
  const auto found = made.find({version, key});
  if (found != made.end()) return found->second;
  credential one({.side = role::server, .version = version, .certificates = {server_certificate(key).get()}});
  return made.emplace(std::pair(version, key), std::move(one)).first->second;
}

}  // namespace schannix::test::sspi

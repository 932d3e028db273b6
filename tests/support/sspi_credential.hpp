// Credentials and certificate contexts for tests, and the small public key infrastructure that they share.
//
//   const credential client({.version = tls::v1_3});
//   const credential server({.side = role::server, .version = tls::v1_2, .certificates =
//   {server_certificate().get()}});
#pragma once

#include <schannel.h>
#include <schannix_ext.h>
#include <sspi.h>

#include <memory>
#include <string>
#include <vector>

#include "support/pki.hpp"
#include "support/sspi_status.hpp"

namespace schannix::test::sspi {

enum class role { client, server };
enum class tls { v1_0, v1_2, v1_3, newest };  // newest: 1.2 and 1.3, the default of a version 5 credential

constexpr role other(role side) { return side == role::client ? role::server : role::client; }

struct certificate_free {
  void operator()(const CERT_CONTEXT* context) const { CertFreeCertificateContext(context); }
};
using certificate = std::unique_ptr<const CERT_CONTEXT, certificate_free>;

certificate import(const pki::issued& leaf, const std::vector<pki::issued>& chain = {}, bool with_key = true);

// Made once per program. Leaves are for DNS:a.test, IP:127.0.0.1, signed by the root.
const pki::issued& test_root();
const pki::issued& test_leaf(pki::key_kind key = pki::key_kind::p256);
const certificate& root_certificate();
const certificate& server_certificate(pki::key_kind key = pki::key_kind::p256);

struct credential_options {
  role side = role::client;
  tls version = tls::newest;
  DWORD flags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
  DWORD lifespan = 0;
  std::vector<PCCERT_CONTEXT> certificates = {};
  std::vector<PCCERT_CONTEXT> extra_roots = {};
  HCERTSTORE root_store = nullptr;
  std::vector<CRYPTO_SETTINGS> disabled = {};
  SCHANNIX_LINE_FN key_log = nullptr;
  void* key_log_argument = nullptr;
  DWORD own_flags = 0;  // SCHANNIX_CREDENTIAL_*
  std::vector<std::string> revocation_lists = {};
  std::vector<std::string> ocsp_responses = {};
};

class credential {
 public:
  credential() { SecInvalidateHandle(&handle_); }
  explicit credential(const credential_options& options);  // throws when it is refused
  credential(credential&& from) noexcept;
  credential& operator=(credential&& from) noexcept;
  ~credential();

  PCredHandle get() const { return const_cast<PCredHandle>(&handle_); }
  void release();  // frees the handle now

 private:
  CredHandle handle_;
};

// One call of AcquireCredentialsHandle for UNISP_NAME.
status acquire(ULONG use, void* data, CredHandle& into, PTimeStamp expiry = nullptr);

// The usual two, each made once per program and version: manual validation; the leaf of the given key.
const credential& client_credential(tls version);
const credential& server_credential(tls version, pki::key_kind key = pki::key_kind::p256);

}  // namespace schannix::test::sspi

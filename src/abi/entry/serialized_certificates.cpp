// SslDeserializeCertificateStore. MS nf-schannel-ssldeserializecertificatestore
#include <schannel.h>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "cert/context.hpp"
#include "cert/serialized.hpp"

namespace schannix::abi {
namespace {

SECURITY_STATUS deserialize(const CERT_BLOB& store, PCCERT_CONTEXT* into) {
  if (store.pbData == nullptr || into == nullptr) return SEC_E_INVALID_PARAMETER;
  const auto all = cert::deserialize(the_environment(), {store.pbData, store.cbData});
  if (!all) return SEC_E_INVALID_TOKEN;
  *into = cert::make_context({all->front(), std::nullopt, {}}, {all->begin() + 1, all->end()});
  return SEC_E_OK;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

SECURITY_STATUS WINAPI SslDeserializeCertificateStore(CERT_BLOB SerializedCertificateStore,
                                                      PCCERT_CONTEXT* ppCertContext) {
  return abi::guarded([&] { return abi::deserialize(SerializedCertificateStore, ppCertContext); });
}

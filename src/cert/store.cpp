#include "cert/store.hpp"

namespace schannix::cert {

context::context(const engine::identity& of, store& home, std::size_t position)
    : CERT_CONTEXT{}, held_(of), info_(of.leaf), home_(home), position_(position) {
  const CRYPT_INTEGER_BLOB der = blob_of(held_.leaf.der());
  dwCertEncodingType = X509_ASN_ENCODING;
  pbCertEncoded = der.pbData;
  cbCertEncoded = der.cbData;
  pCertInfo = info_.shown();
  hCertStore = &home_;
}

store::store(const std::vector<engine::identity>& contents) {
  contexts_.reserve(contents.size());
  for (const engine::identity& one : contents)
    contexts_.push_back(std::make_unique<const context>(one, *this, contexts_.size()));
}

bool store::release() noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return false;
  delete this;
  return true;
}

held_context::~held_context() { release(context_); }

PCCERT_CONTEXT duplicate(PCCERT_CONTEXT shown) noexcept {
  if (shown) context::of(shown).home().acquire();
  return shown;
}

void release(PCCERT_CONTEXT shown) noexcept {
  if (shown) context::of(shown).home().release();
}

bool close(HCERTSTORE handle, closing how) noexcept {
  if (how == closing::leave_contexts) return store::of(handle).release();
  delete &store::of(handle);
  return true;
}

}  // namespace schannix::cert

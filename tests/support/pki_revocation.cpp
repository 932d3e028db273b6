// Revocation lists and OCSP answers for tests.
#include <openssl/bio.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <stdexcept>

#include "pki.hpp"

namespace schannix::test::pki {
namespace {

template <typename Object>
std::shared_ptr<Object> made(Object* object, void (*release)(Object*)) {
  if (!object) throw std::runtime_error("test revocation data cannot be made");
  return {object, release};
}
void must(int outcome) {
  if (outcome <= 0) throw std::runtime_error("test revocation data cannot be made");
}

template <typename Encode, typename Object>
std::string der_of(Encode encode, Object* object) {
  unsigned char* data = nullptr;
  const int size = encode(object, &data);
  must(size);
  std::string out(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  return out;
}

constexpr long hour = 3600;
std::shared_ptr<ASN1_TIME> time_in(long hours) {
  return made(ASN1_TIME_adj(nullptr, std::time(nullptr), 0, hours * hour), ASN1_TIME_free);
}
std::shared_ptr<ASN1_GENERALIZEDTIME> generalized_time_in(long hours) {
  return made(ASN1_GENERALIZEDTIME_adj(nullptr, std::time(nullptr), 0, hours * hour), ASN1_GENERALIZEDTIME_free);
}

void revoke(X509_CRL* list, const issued& one) {
  const auto entry = made(X509_REVOKED_new(), X509_REVOKED_free);
  must(X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(one.certificate.get())));
  must(X509_REVOKED_set_revocationDate(entry.get(), time_in(-1).get()));
  must(X509_CRL_add0_revoked(list, X509_REVOKED_dup(entry.get())));
}

void add(OCSP_BASICRESP* answer, const ocsp_entry& one) {
  const auto id =
      made(OCSP_cert_to_id(EVP_get_digestbyname(one.digest), one.about.certificate.get(), one.issuer.certificate.get()),
           OCSP_CERTID_free);
  const auto next = generalized_time_in(one.to_hours), from = generalized_time_in(one.from_hours);
  const bool revoked = one.status == ocsp_status::revoked;
  const int status = revoked                              ? V_OCSP_CERTSTATUS_REVOKED
                     : one.status == ocsp_status::unknown ? V_OCSP_CERTSTATUS_UNKNOWN
                                                          : V_OCSP_CERTSTATUS_GOOD;
  if (!OCSP_basic_add1_status(answer, id.get(), status, OCSP_REVOKED_STATUS_NOSTATUS, revoked ? from.get() : nullptr,
                              from.get(), one.to_hours != 0 ? next.get() : nullptr))
    must(0);
}

}  // namespace

std::string revocation_list(const issued& by, const list_profile& what) {
  const auto list = made(X509_CRL_new(), X509_CRL_free);
  must(X509_CRL_set_version(list.get(), X509_CRL_VERSION_2));
  must(X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(by.certificate.get())));
  must(X509_CRL_set1_lastUpdate(list.get(), time_in(what.from_hours).get()));
  must(X509_CRL_set1_nextUpdate(list.get(), time_in(what.to_hours).get()));
  for (const issued& one : what.revoked) revoke(list.get(), one);
  must(X509_CRL_sort(list.get()));
  must(X509_CRL_sign(list.get(), by.key.get(), EVP_sha256()));
  return der_of(i2d_X509_CRL, list.get());
}

std::string list_pem(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto list = made(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())), X509_CRL_free);
  const auto memory = made(BIO_new(BIO_s_mem()), BIO_free_all);
  must(PEM_write_bio_X509_CRL(memory.get(), list.get()));
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string ocsp_answer(const ocsp_profile& what) {
  const auto basic = made(OCSP_BASICRESP_new(), OCSP_BASICRESP_free);
  for (const ocsp_entry& one : what.entries) add(basic.get(), one);
  must(OCSP_basic_sign(basic.get(), what.signer.certificate.get(), what.signer.key.get(),
                       EVP_get_digestbyname(what.digest), nullptr, what.shows_signer ? 0 : OCSP_NOCERTS));
  const auto whole = made(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()), OCSP_RESPONSE_free);
  return der_of(i2d_OCSP_RESPONSE, whole.get());
}

std::string ocsp_error() {
  const auto whole = made(OCSP_response_create(OCSP_RESPONSE_STATUS_TRYLATER, nullptr), OCSP_RESPONSE_free);
  return der_of(i2d_OCSP_RESPONSE, whole.get());
}

}  // namespace schannix::test::pki

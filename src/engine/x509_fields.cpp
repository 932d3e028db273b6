// The members of a certificate, one by one. RFC 5280 §4.1
#include <ctime>

#include "engine/x509.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace internal {

// The content octets of an INTEGER: OpenSSL keeps magnitude and sign, the encoding has a sign octet where it must.
base::bytes integer_content(const ASN1_INTEGER* number) {
  const base::bytes whole = encoded(i2d_ASN1_INTEGER, number);
  const unsigned char* at = whole.data();
  long size = 0;
  int tag = 0, group = 0;
  if (whole.empty() || (ASN1_get_object(&at, &size, &tag, &group, static_cast<long>(whole.size())) & 0x80)) return {};
  return base::bytes(at, at + size);
}

certificate_fields::algorithm algorithm_of(const X509_ALGOR* from) {
  const ASN1_OBJECT* name = nullptr;
  X509_ALGOR_get0(&name, nullptr, nullptr, from);
  certificate_fields::algorithm out{dotted(name), {}};
  if (from->parameter) out.parameters = encoded(i2d_ASN1_TYPE, from->parameter);
  return out;
}

std::optional<std::int64_t> seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (!time || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return ::timegm(&parts);
}

void read_extensions(std::vector<certificate_fields::extension>& into, const STACK_OF(X509_EXTENSION) * from) {
  for (int i = 0; i < sk_X509_EXTENSION_num(from); ++i) {
    X509_EXTENSION* const one = sk_X509_EXTENSION_value(from, i);
    into.push_back({dotted(X509_EXTENSION_get_object(one)), X509_EXTENSION_get_critical(one) != 0,
                    content_of(X509_EXTENSION_get_data(one))});
  }
}

}  // namespace internal

namespace {

void read_validity(certificate_fields& out, const X509* from) {
  const auto begin = seconds_of(X509_get0_notBefore(from));
  const auto end = seconds_of(X509_get0_notAfter(from));
  if (!begin || !end) return;
  out.not_before = *begin;
  out.not_after = *end;
}

void read_public_key(certificate_fields& out, const X509* from) {
  X509_ALGOR* algorithm = nullptr;
  X509_PUBKEY_get0_param(nullptr, nullptr, nullptr, &algorithm, X509_get_X509_PUBKEY(from));
  if (algorithm) out.public_key_algorithm = algorithm_of(algorithm);
  const ASN1_BIT_STRING* const bits = X509_get0_pubkey_bitstr(from);
  if (!bits) return;
  out.public_key = content_of(bits);
  if (bits->flags & ASN1_STRING_FLAG_BITS_LEFT) out.public_key_unused_bits = static_cast<unsigned>(bits->flags & 7);
}

}  // namespace

unsigned key_bits(const certificate& of) {
  EVP_PKEY* const key = X509_get0_pubkey(of.native());
  return key == nullptr ? 0 : static_cast<unsigned>(std::max(0, EVP_PKEY_get_bits(key)));
}

base::result<certificate_fields> decode(const certificate& of) {
  const quiet_errors quiet;
  const X509* const from = of.native();
  certificate_fields out;
  out.version = static_cast<unsigned>(X509_get_version(from));
  out.serial = integer_content(X509_get0_serialNumber(from));
  out.signature = algorithm_of(X509_get0_tbs_sigalg(from));
  out.issuer = encoded(i2d_X509_NAME, X509_get_issuer_name(from));
  out.subject = encoded(i2d_X509_NAME, X509_get_subject_name(from));
  read_validity(out, from);
  read_public_key(out, from);
  const ASN1_BIT_STRING* issuer_id = nullptr;
  const ASN1_BIT_STRING* subject_id = nullptr;
  X509_get0_uids(from, &issuer_id, &subject_id);
  out.issuer_unique_id = content_of(issuer_id);
  out.subject_unique_id = content_of(subject_id);
  read_extensions(out.extensions, X509_get0_extensions(from));
  return out;
}

}  // namespace schannix::engine

#include "engine/asn1_keys.hpp"

#include <openssl/asn1t.h>

#include "engine/asn1_reading.hpp"

// The structures of RFC 8017 A.1 and RFC 5915 §3, by OpenSSL's templates: its own types of them are not public, and its
// readers of keys also take other encodings than the one that is asked for.
namespace schannix::engine::internal {
namespace {

struct rsa_public_asn1 {
  ASN1_INTEGER* n;
  ASN1_INTEGER* e;
};
ASN1_SEQUENCE(rsa_public_asn1) = {ASN1_SIMPLE(rsa_public_asn1, n, ASN1_INTEGER),
                                  ASN1_SIMPLE(rsa_public_asn1, e,
                                              ASN1_INTEGER)} static_ASN1_SEQUENCE_END(rsa_public_asn1)

    struct rsa_private_asn1 {
  ASN1_INTEGER *version, *n, *e, *d, *p, *q, *dp, *dq, *qi;
};
ASN1_SEQUENCE(rsa_private_asn1) =
    {ASN1_SIMPLE(rsa_private_asn1, version, ASN1_INTEGER), ASN1_SIMPLE(rsa_private_asn1, n, ASN1_INTEGER),
     ASN1_SIMPLE(rsa_private_asn1, e, ASN1_INTEGER),       ASN1_SIMPLE(rsa_private_asn1, d, ASN1_INTEGER),
     ASN1_SIMPLE(rsa_private_asn1, p, ASN1_INTEGER),       ASN1_SIMPLE(rsa_private_asn1, q, ASN1_INTEGER),
     ASN1_SIMPLE(rsa_private_asn1, dp, ASN1_INTEGER),      ASN1_SIMPLE(rsa_private_asn1, dq, ASN1_INTEGER),
     ASN1_SIMPLE(rsa_private_asn1, qi, ASN1_INTEGER)} static_ASN1_SEQUENCE_END(rsa_private_asn1)

        struct ec_private_asn1 {
  ASN1_INTEGER* version;
  ASN1_OCTET_STRING* key;
  ASN1_OBJECT* curve;
  ASN1_BIT_STRING* public_key;
};
ASN1_SEQUENCE(ec_private_asn1) = {ASN1_SIMPLE(ec_private_asn1, version, ASN1_INTEGER),
                                  ASN1_SIMPLE(ec_private_asn1, key, ASN1_OCTET_STRING),
                                  ASN1_EXP_OPT(ec_private_asn1, curve, ASN1_OBJECT, 0),
                                  ASN1_EXP_OPT(ec_private_asn1, public_key, ASN1_BIT_STRING,
                                               1)} static_ASN1_SEQUENCE_END(ec_private_asn1)

    // A value of one of these templates, its private parts wiped.
    template <typename Object>
    class template_value {
 public:
  template_value(const ASN1_ITEM* item, base::bytes_view der) : item_(item) {
    if (der.empty() || der.size() > INT_MAX) return;
    const unsigned char* at = der.data();
    ASN1_VALUE* const read = ASN1_item_d2i(nullptr, &at, static_cast<long>(der.size()), item);
    value_ = reinterpret_cast<Object*>(read);
    whole_ = value_ && at == der.data() + der.size();
  }
  ~template_value() {
    if (!value_) return;
    wipe(*value_);
    ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(value_), item_);
  }
  template_value(const template_value&) = delete;
  template_value& operator=(const template_value&) = delete;
  explicit operator bool() const noexcept { return whole_; }
  const Object* operator->() const noexcept { return value_; }

 private:
  static void wipe_one(ASN1_STRING* one) {
    if (one && one->data) OPENSSL_cleanse(one->data, static_cast<std::size_t>(one->length));
  }
  static void wipe(const rsa_public_asn1&) {}
  static void wipe(const rsa_private_asn1& key) {
    for (ASN1_STRING* const one : {key.d, key.p, key.q, key.dp, key.dq, key.qi}) wipe_one(one);
  }
  static void wipe(const ec_private_asn1& key) { wipe_one(key.key); }

  const ASN1_ITEM* item_;
  Object* value_ = nullptr;
  bool whole_ = false;
};

bool is_positive(const ASN1_INTEGER* number) {
  return number->type == V_ASN1_INTEGER && number->length > 0 && !(number->length == 1 && number->data[0] == 0);
}

// Small numbers only; nothing: a greater one.
std::optional<std::uint32_t> small(const ASN1_INTEGER* number) {
  std::uint64_t value = 0;
  if (ASN1_INTEGER_get_uint64(&value, number) != 1 || value > 0xFF) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

held<ASN1_INTEGER, ASN1_INTEGER_free> number_of(base::bytes_view magnitude) {
  const held_bignum number(or_throw(BN_bin2bn(magnitude.data(), static_cast<int>(magnitude.size()), nullptr)));
  return held<ASN1_INTEGER, ASN1_INTEGER_free>(or_throw(BN_to_ASN1_INTEGER(number.get(), nullptr)));
}

secret_bytes secret_of(const ASN1_STRING* from) { return secret_bytes(content_of(from)); }

}  // namespace
}  // namespace schannix::engine::internal

namespace schannix::engine {

using namespace internal;

base::result<private_key_value> read_private_key_info(base::bytes_view der) {
  const quiet_errors quiet;
  const auto read = read_whole<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>(d2i_PKCS8_PRIV_KEY_INFO, der);
  const ASN1_OBJECT* name = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  const unsigned char* key = nullptr;
  int size = 0;
  if (!read || PKCS8_pkey_get0(&name, &key, &size, &algorithm, read.get()) != 1) return malformed_value();
  return private_key_value{0, algorithm_of(algorithm), secret_bytes(base::bytes(key, key + size))};
}

base::result<rsa_public_value> read_rsa_public_key(base::bytes_view der) {
  const quiet_errors quiet;
  const template_value<rsa_public_asn1> read(ASN1_ITEM_rptr(rsa_public_asn1), der);
  if (!read || !is_positive(read->n) || !is_positive(read->e)) return malformed_value();
  return rsa_public_value{content_of(read->n), content_of(read->e)};
}

base::result<base::bytes> write_rsa_public_key(const rsa_public_value& from) {
  const quiet_errors quiet;
  const auto modulus = number_of(from.modulus), exponent = number_of(from.exponent);
  rsa_public_asn1 value{modulus.get(), exponent.get()};
  unsigned char* der = nullptr;
  const int size = ASN1_item_i2d(reinterpret_cast<ASN1_VALUE*>(&value), &der, ASN1_ITEM_rptr(rsa_public_asn1));
  const held_memory owner(der);
  return size > 0 ? written(base::bytes(der, der + size)) : bad_value();
}

base::result<rsa_private_value> read_rsa_private_key(base::bytes_view der) {
  const quiet_errors quiet;
  const template_value<rsa_private_asn1> read(ASN1_ITEM_rptr(rsa_private_asn1), der);
  if (!read || small(read->version) != 0u) return malformed_value();
  for (const ASN1_INTEGER* const one : {read->n, read->e, read->d, read->p, read->q, read->dp, read->dq, read->qi})
    if (!is_positive(one)) return malformed_value();
  return rsa_private_value{content_of(read->n), content_of(read->e), secret_of(read->d),  secret_of(read->p),
                           secret_of(read->q),  secret_of(read->dp), secret_of(read->dq), secret_of(read->qi)};
}

base::result<ec_private_value> read_ec_private_key(base::bytes_view der) {
  const quiet_errors quiet;
  const template_value<ec_private_asn1> read(ASN1_ITEM_rptr(ec_private_asn1), der);
  const auto version = read ? small(read->version) : std::nullopt;
  if (!version || read->key->length == 0) return malformed_value();
  ec_private_value out{*version, secret_of(read->key), {}, {}};
  if (read->curve) out.curve = dotted(read->curve);
  if (read->public_key) out.public_key = {content_of(read->public_key), unused_bits(read->public_key)};
  return out;
}

}  // namespace schannix::engine

#include "engine/x509_effort.hpp"

#include <openssl/asn1t.h>

#include "engine/x509_internal.hpp"

namespace schannix::engine::internal {

namespace {

// RFC 8018 §6, RFC 7292 Appendix C, RFC 7914 §7.1
using held_pbe = held<PBEPARAM, PBEPARAM_free>;
using held_pbes2 = held<PBE2PARAM, PBE2PARAM_free>;
using held_pbkdf2 = held<PBKDF2PARAM, PBKDF2PARAM_free>;
using held_scrypt = held<SCRYPT_PARAMS, SCRYPT_PARAMS_free>;

// The algorithm's parameters, as the structure of that name; null when they are something else.
template <typename Held>
Held parameters_of(const X509_ALGOR* algorithm, const ASN1_ITEM* structure) {
  const quiet_errors quiet;
  return Held(static_cast<typename Held::pointer>(ASN1_TYPE_unpack_sequence(structure, algorithm->parameter)));
}

int kind_of(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* name = nullptr;
  X509_ALGOR_get0(&name, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(name);
}

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  return b == 0 || a <= most_rounds / b ? a * b : most_rounds + 1;
}

std::uint64_t rounds_of_derivation(const X509_ALGOR* derivation) {
  if (kind_of(derivation) == NID_id_scrypt) {
    const auto with = parameters_of<held_scrypt>(derivation, ASN1_ITEM_rptr(SCRYPT_PARAMS));
    if (!with) return 0;
    return product(product(rounds_of(with->costParameter), rounds_of(with->blockSize)),
                   rounds_of(with->parallelizationParameter));
  }
  const auto with = parameters_of<held_pbkdf2>(derivation, ASN1_ITEM_rptr(PBKDF2PARAM));
  return with ? rounds_of(with->iter) : 0;
}

}  // namespace

std::uint64_t rounds_of(const ASN1_INTEGER* count) {
  std::uint64_t value = 1;
  if (count == nullptr) return value;
  const quiet_errors quiet;
  return ASN1_INTEGER_get_uint64(&value, count) == 1 ? value : most_rounds + 1;
}

std::uint64_t rounds_of(const X509_ALGOR* encryption) {
  if (kind_of(encryption) == NID_pbes2) {
    const auto with = parameters_of<held_pbes2>(encryption, ASN1_ITEM_rptr(PBE2PARAM));
    return with ? rounds_of_derivation(with->keyfunc) : 0;
  }
  const auto with = parameters_of<held_pbe>(encryption, ASN1_ITEM_rptr(PBEPARAM));
  return with ? rounds_of(with->iter) : 0;
}

}  // namespace schannix::engine::internal

#include "engine/signing.hpp"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "engine/environment.hpp"
#include "engine/openssl_errors.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

using held_context = held<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using held_numbers = held<ECDSA_SIG, ECDSA_SIG_free>;

bool is_rsa(const private_key& key) { return EVP_PKEY_get_base_id(key.native()) == EVP_PKEY_RSA; }

// Of one of the two numbers of a curve's signature.
std::size_t number_size_of(const private_key& key) {
  return (static_cast<std::size_t>(EVP_PKEY_get_bits(key.native())) + 7) / 8;
}

// The context's library finds its own by their names.
const EVP_MD* digest_of(hash_name which) {
  switch (which) {
    case hash_name::md5:
      return EVP_md5();
    case hash_name::sha1:
      return EVP_sha1();
    case hash_name::sha256:
      return EVP_sha256();
    case hash_name::sha384:
      return EVP_sha384();
    case hash_name::sha512:
      break;
  }
  return EVP_sha512();
}

bool prepare(EVP_PKEY_CTX* context, const signing_way& way) {
  const bool hashed = !way.hash || EVP_PKEY_CTX_set_signature_md(context, digest_of(*way.hash)) == 1;
  if (way.pad == padding::none) return hashed;
  const int number = way.pad == padding::pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
  if (EVP_PKEY_CTX_set_rsa_padding(context, number) != 1 || !hashed) return false;
  return way.pad != padding::pss || EVP_PKEY_CTX_set_rsa_pss_saltlen(context, static_cast<int>(way.salt)) == 1;
}

// Null: the key has no such use.
held_context context_of(const environment& env, const private_key& key, const signing_way& way,
                        int (*begin)(EVP_PKEY_CTX*)) {
  if (is_rsa(key) == (way.pad == padding::none)) return {};
  held_context made(EVP_PKEY_CTX_new_from_pkey(env.library(), key.native(), nullptr));
  if (made && (begin(made.get()) != 1 || !prepare(made.get(), way))) made.reset();
  return made;
}

// RFC 3279 §2.2.3 to CNG's form
base::result<base::bytes> flattened(const private_key& key, const base::bytes& der) {
  const unsigned char* at = der.data();
  const held_numbers numbers(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  const std::size_t size = number_size_of(key);
  base::bytes out(2 * size);
  const int each = static_cast<int>(size);
  if (!numbers || BN_bn2binpad(ECDSA_SIG_get0_r(numbers.get()), out.data(), each) != each ||
      BN_bn2binpad(ECDSA_SIG_get0_s(numbers.get()), out.data() + size, each) != each)
    return base::bug();
  return out;
}

// The other way; empty: not of the curve's size.
base::bytes encoded(const private_key& key, base::bytes_view flat) {
  const int each = static_cast<int>(number_size_of(key));
  if (flat.size() != 2 * number_size_of(key)) return {};
  const held_numbers numbers(or_throw(ECDSA_SIG_new()));
  held_bignum r(or_throw(BN_bin2bn(flat.data(), each, nullptr)));
  held_bignum s(or_throw(BN_bin2bn(flat.data() + each, each, nullptr)));
  if (ECDSA_SIG_set0(numbers.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());  // numbers owns both now
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(numbers.get(), &der);
  const held_memory owner(der);
  return size > 0 ? base::bytes(der, der + size) : base::bytes();
}

}  // namespace

std::size_t signature_size_of(const private_key& key) {
  return is_rsa(key) ? static_cast<std::size_t>(EVP_PKEY_get_size(key.native())) : 2 * number_size_of(key);
}

base::result<base::bytes> sign_hash(const environment& env, const private_key& key, const signing_way& way,
                                    base::bytes_view hash) {
  const own_errors errors;
  const base::failure refused = base::caller_mistake(base::reason::invalid_parameter);
  if (way.hash && hash.size() != size_of(*way.hash)) return refused;
  const held_context context = context_of(env, key, way, EVP_PKEY_sign_init);
  base::bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.native())));
  std::size_t size = signature.size();
  if (!context || EVP_PKEY_sign(context.get(), signature.data(), &size, hash.data(), hash.size()) != 1)
    return failed_call(refused);
  signature.resize(size);
  return is_rsa(key) ? base::result<base::bytes>(std::move(signature)) : flattened(key, signature);
}

base::result<bool> is_signature(const environment& env, const private_key& key, const signing_way& way,
                                base::bytes_view hash, base::bytes_view signature) {
  const own_errors errors;
  const base::failure refused = base::caller_mistake(base::reason::invalid_parameter);
  if (way.hash && hash.size() != size_of(*way.hash)) return refused;
  const held_context context = context_of(env, key, way, EVP_PKEY_verify_init);
  if (!context) return failed_call(refused);
  if (signature.size() != signature_size_of(key)) return false;
  const base::bytes der = is_rsa(key) ? base::bytes(signature.begin(), signature.end()) : encoded(key, signature);
  return EVP_PKEY_verify(context.get(), der.data(), der.size(), hash.data(), hash.size()) == 1;
}

}  // namespace schannix::engine

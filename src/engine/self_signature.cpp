#include "engine/self_signature.hpp"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "engine/asn1_reading.hpp"
#include "engine/environment.hpp"
#include "engine/random.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

using held_time = held<ASN1_TIME, ASN1_TIME_free>;

base::failure not_ours() { return base::caller_mistake(base::reason::unsupported); }

void must(int outcome) {
  if (outcome <= 0) throw std::bad_alloc();
}

// OpenSSL's name of the hash.
base::result<const char*> hash_for(const private_key& key, const std::string& algorithm) {
  if (algorithm.empty()) return "SHA256";
  int hash = NID_undef, kind = NID_undef;
  const int signature = OBJ_txt2nid(algorithm.c_str());
  if (signature == NID_undef || OBJ_find_sigid_algs(signature, &hash, &kind) != 1) return not_ours();
  const bool strong = hash == NID_sha1 || hash == NID_sha256 || hash == NID_sha384 || hash == NID_sha512;
  const bool of_rsa = kind == NID_rsaEncryption && EVP_PKEY_is_a(key.native(), "RSA") == 1;
  const bool of_ec = kind == NID_X9_62_id_ecPublicKey && EVP_PKEY_is_a(key.native(), "EC") == 1;
  if (!strong || !(of_rsa || of_ec)) return not_ours();
  return OBJ_nid2sn(hash);
}

base::result<void> set_names(X509* into, base::bytes_view der) {
  const auto name = read_whole<X509_NAME, X509_NAME_free>(d2i_X509_NAME, der);
  if (!name) return malformed_value();
  must(X509_set_subject_name(into, name.get()));
  must(X509_set_issuer_name(into, name.get()));
  return {};
}

base::result<void> set_times(X509* into, const self_signed_parts& parts) {
  const held_time from(ASN1_TIME_set(nullptr, parts.not_before)), to(ASN1_TIME_set(nullptr, parts.not_after));
  if (!from || !to || parts.not_after < parts.not_before) return bad_value();
  must(X509_set1_notBefore(into, from.get()));
  must(X509_set1_notAfter(into, to.get()));
  return {};
}

base::result<void> set_serial(const environment& env, X509* into) {
  SCHANNIX_TRY(base::bytes random, random_bytes(env, 16));
  random[0] = static_cast<base::byte>((random[0] & 0x3F) | 0x40);  // positive and never short
  const held_bignum number(or_throw(BN_bin2bn(random.data(), static_cast<int>(random.size()), nullptr)));
  or_throw(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(into)));
  return {};
}

void free_list(X509_EXTENSIONS* list) { sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free); }

base::result<void> add_extensions(X509* to, base::bytes_view der) {
  if (der.empty()) return {};
  const auto list = read_whole<X509_EXTENSIONS, free_list>(d2i_X509_EXTENSIONS, der);
  if (!list) return malformed_value();
  for (int i = 0; i < sk_X509_EXTENSION_num(list.get()); ++i)
    must(X509_add_ext(to, sk_X509_EXTENSION_value(list.get(), i), -1));
  return {};
}

}  // namespace

base::result<certificate> sign_itself(const environment& env, const private_key& key, const self_signed_parts& parts) {
  const quiet_errors quiet;
  SCHANNIX_TRY(const char* const hash, hash_for(key, parts.algorithm));
  const auto made = share(or_throw(X509_new_ex(env.library(), nullptr)));
  must(X509_set_version(made.get(), X509_VERSION_3));
  SCHANNIX_CHECK(set_serial(env, made.get()));
  SCHANNIX_CHECK(set_names(made.get(), parts.name));
  SCHANNIX_CHECK(set_times(made.get(), parts));
  SCHANNIX_CHECK(add_extensions(made.get(), parts.extensions));
  if (X509_set_pubkey(made.get(), key.native()) != 1) return not_ours();
  const held<EVP_MD_CTX, EVP_MD_CTX_free> signing(or_throw(EVP_MD_CTX_new()));
  if (EVP_DigestSignInit_ex(signing.get(), nullptr, hash, env.library(), nullptr, key.native(), nullptr) <= 0 ||
      X509_sign_ctx(made.get(), signing.get()) <= 0)
    return not_ours();
  return certificate(made);
}

}  // namespace schannix::engine

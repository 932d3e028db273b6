#include "engine/key_blobs.hpp"

#include <openssl/decoder.h>
#include <openssl/evp.h>

#include <string>

#include "engine/environment.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

base::failure mistake(base::reason why) { return base::caller_mistake(why); }

std::string group_of(const private_key& key) {
  char name[64] = {};
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key.native(), name, sizeof name, &size) == 1 ? std::string(name, size) : "";
}

EVP_PKEY* make(const environment& env, key_kind kind, unsigned bits) {
  switch (kind) {
    case key_kind::rsa:
      return EVP_PKEY_Q_keygen(env.library(), nullptr, "RSA", std::size_t{bits});
    case key_kind::p256:
      return EVP_PKEY_Q_keygen(env.library(), nullptr, "EC", "P-256");
    case key_kind::p384:
      return EVP_PKEY_Q_keygen(env.library(), nullptr, "EC", "P-384");
    case key_kind::p521:
      return EVP_PKEY_Q_keygen(env.library(), nullptr, "EC", "P-521");
    case key_kind::other:
      break;
  }
  return nullptr;
}

bool fits_together(const environment& env, const private_key& key) {
  const held<EVP_PKEY_CTX, EVP_PKEY_CTX_free> check(EVP_PKEY_CTX_new_from_pkey(env.library(), key.native(), nullptr));
  return check && EVP_PKEY_check(check.get()) == 1;
}

}  // namespace

key_kind kind_of(const private_key& key) {
  const quiet_errors quiet;
  if (EVP_PKEY_get_base_id(key.native()) == EVP_PKEY_RSA) return key_kind::rsa;
  const std::string group = group_of(key);
  if (group == "prime256v1" || group == "P-256") return key_kind::p256;
  if (group == "secp384r1" || group == "P-384") return key_kind::p384;
  return group == "secp521r1" || group == "P-521" ? key_kind::p521 : key_kind::other;
}

unsigned bits_of(const private_key& key) { return static_cast<unsigned>(EVP_PKEY_get_bits(key.native())); }

base::result<private_key> make_key(const environment& env, key_kind kind, unsigned bits) {
  const own_errors errors;
  constexpr unsigned fewest = 1024, most = 16384;
  if (kind == key_kind::rsa && (bits < fewest || bits > most || bits % 8 != 0))
    return mistake(base::reason::unsupported);
  EVP_PKEY* const made = make(env, kind, bits);
  if (made == nullptr) return mistake(base::reason::unsupported);
  return private_key(share(made));
}

base::result<private_key> read_pkcs8(const environment& env, base::bytes_view der) {
  const own_errors errors;
  const unsigned char* at = der.data();
  const held_key_info read(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
  EVP_PKEY* const key =
      read && at == der.data() + der.size() ? EVP_PKCS82PKEY_ex(read.get(), env.library(), nullptr) : nullptr;
  if (key == nullptr) return mistake(base::reason::malformed_object);
  return private_key(share(key));
}

base::result<base::private_content> pkcs8_of(const private_key& key) {
  const own_errors errors;
  const held_key_info info(EVP_PKEY2PKCS8(key.native()));
  unsigned char* der = nullptr;
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der) : 0;
  if (size <= 0) return mistake(base::reason::not_found);
  base::bytes out(der, der + size);
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return base::private_content(std::move(out));
}

base::result<private_key> read_capi(const environment& env, base::bytes_view blob, key_part which) {
  const own_errors errors;
  constexpr base::byte public_blob = 6, private_blob = 7;  // MS ns-wincrypt-publickeystruc
  const bool whole = which == key_part::whole;
  // OpenSSL takes a public key where both parts are asked for.
  if (blob.empty() || blob[0] != (whole ? private_blob : public_blob)) return mistake(base::reason::malformed_object);
  const int selection = whole ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  EVP_PKEY* key = nullptr;
  const held<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free> decoder(
      OSSL_DECODER_CTX_new_for_pkey(&key, "MSBLOB", nullptr, "RSA", selection, env.library(), nullptr));
  const unsigned char* at = blob.data();
  std::size_t left = blob.size();
  const bool read = decoder && OSSL_DECODER_from_data(decoder.get(), &at, &left) == 1 && key != nullptr;
  if (!read) return mistake(base::reason::malformed_object);
  private_key made(share(key));
  if (left != 0 || (whole && !fits_together(env, made))) return mistake(base::reason::malformed_object);
  return made;
}

}  // namespace schannix::engine

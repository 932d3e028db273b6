#include "engine/ticket_keys.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "engine/callbacks.hpp"
#include "engine/environment.hpp"
#include "engine/handshake_state.hpp"
#include "engine/openssl_errors.hpp"

namespace schannix::engine {
namespace {

// OSSL_PARAM takes what it only reads by pointers that could write.
OSSL_PARAM octets(const char* name, base::bytes_view value) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<base::byte*>(value.data()), value.size());
}

bool derive(EVP_KDF* hkdf, const ticket_keys::material& from, base::bytes_span output) {
  constexpr base::byte purpose[] = {'s', 'c', 'h', 'a', 'n', 'n', 'i', 'x', ' ', 't', 'i', 'c', 'k', 'e', 't'};
  char digest[] = "SHA256";
  const OSSL_PARAM inputs[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                               octets(OSSL_KDF_PARAM_KEY, from.bytes), octets(OSSL_KDF_PARAM_SALT, from.id),
                               octets(OSSL_KDF_PARAM_INFO, purpose), OSSL_PARAM_construct_end()};
  EVP_KDF_CTX* const context = EVP_KDF_CTX_new(hkdf);
  const bool done = context != nullptr && EVP_KDF_derive(context, output.data(), output.size(), inputs) == 1;
  EVP_KDF_CTX_free(context);
  return done;
}

bool set_mac(EVP_MAC_CTX* context, const ticket_keys::key& with) {
  char digest[] = "SHA256";
  const OSSL_PARAM inputs[] = {octets(OSSL_MAC_PARAM_KEY, with.mac.view()),
                               OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(context, inputs) == 1;
}

// The answers of SSL_CTX_set_tlsext_ticket_key_evp_cb: renew has a new ticket made, under the key that seals now.
constexpr int failed = -1, unknown_key = 0, usable = 1, renew = 2;

int begin_ticket(SSL* ssl, unsigned char* id, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                 int sealing) {
  const handshake_state& state = state_of(ssl);
  const ticket_keys& keys = *state.setup.own_tickets;
  const ticket_keys::key* const with = sealing != 0 ? &keys.sealing() : keys.find({id, sizeof(ticket_keys::key_id)});
  if (with == nullptr) return unknown_key;
  if (sealing != 0) {
    const auto iv_size = static_cast<std::size_t>(EVP_CIPHER_get_iv_length(keys.cipher()));
    std::copy(with->id.begin(), with->id.end(), id);
    if (RAND_bytes_ex(state.env.library(), iv, iv_size, 0) != 1) return failed;
  }
  if (EVP_CipherInit_ex(cipher, keys.cipher(), nullptr, with->cipher.view().data(), iv, sealing) != 1) return failed;
  if (!set_mac(mac, *with)) return failed;
  const bool used_up = SSL_version(ssl) >= TLS1_3_VERSION;  // each ticket is used once. RFC 8446 C.4
  return sealing == 0 && (used_up || with != &keys.sealing()) ? renew : usable;
}

}  // namespace

base::result<std::shared_ptr<const ticket_keys>> ticket_keys::make(const environment& env,
                                                                   std::span<const material> given) {
  clear_errors();
  const auto made = std::make_shared<ticket_keys>();
  made->cipher_.reset(EVP_CIPHER_fetch(env.library(), "AES-256-CBC", nullptr));
  const owned<evp_kdf_st> hkdf(EVP_KDF_fetch(env.library(), OSSL_KDF_NAME_HKDF, nullptr));
  if (!made->cipher_ || !hkdf) return failed_call(base::out_of_memory());
  made->keys_.reserve(given.size());
  for (const material& one : given) {
    base::secret<64> both;
    if (!derive(hkdf.get(), one, both.resize(64))) return failed_call(base::out_of_memory());
    made->keys_.push_back({one.id, base::secret<32>(both.view().first(32)), base::secret<32>(both.view().last(32))});
  }
  return std::shared_ptr<const ticket_keys>(made);
}

const ticket_keys::key* ticket_keys::find(base::bytes_view id) const noexcept {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const key& one) { return std::ranges::equal(one.id, id); });
  return found == keys_.end() ? nullptr : &*found;
}

void use_ticket_keys(ssl_ctx_st* context) { SSL_CTX_set_tlsext_ticket_key_evp_cb(context, begin_ticket); }

}  // namespace schannix::engine

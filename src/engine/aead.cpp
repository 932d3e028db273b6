#include "engine/aead.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <limits>

#include "base/secret.hpp"
#include "engine/environment.hpp"
#include "engine/owned.hpp"

namespace schannix::engine {

namespace {

constexpr std::size_t max_update_size = std::numeric_limits<int>::max();

int int_size(base::bytes_view of) { return static_cast<int>(of.size()); }

}  // namespace

struct aead::state {
  owned<evp_cipher_ctx_st> context;
  direction way = direction::seal;
  // Parameters of one call, prepared once: only the address of the tag changes.
  std::array<OSSL_PARAM, 2> tag = {
      OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, nullptr, aead_tag_size),
      OSSL_PARAM_construct_end()};

  // The key stays expanded in the context; a message gives only its nonce and, for opening, its tag.
  bool begin(base::bytes_view nonce, const OSSL_PARAM* parameters) {
    return EVP_CipherInit_ex2(context.get(), nullptr, nullptr, nonce.data(), way == direction::seal, parameters) == 1;
  }
  bool authenticate(base::bytes_view associated) {
    int written = 0;
    return associated.empty() ||
           EVP_CipherUpdate(context.get(), nullptr, &written, associated.data(), int_size(associated)) == 1;
  }
  bool transform(base::bytes_span part) {
    int written = 0;
    return part.empty() || EVP_CipherUpdate(context.get(), part.data(), &written, part.data(), int_size(part)) == 1;
  }
  bool finish() {
    std::array<base::byte, EVP_MAX_BLOCK_LENGTH> nothing{};  // these ciphers keep no rest to write
    int written = 0;
    return EVP_CipherFinal_ex(context.get(), nothing.data(), &written) == 1;
  }
  bool read_tag(base::bytes_span into) {
    tag[0].data = into.data();
    return EVP_CIPHER_CTX_get_params(context.get(), tag.data()) == 1;
  }
};

aead::aead(std::unique_ptr<state> made) : state_(std::move(made)) {}
aead::aead(aead&&) noexcept = default;
aead& aead::operator=(aead&&) noexcept = default;
aead::~aead() = default;

base::result<aead> aead::make(const environment& env, aead_algorithm algorithm, direction way, base::bytes_view key) {
  if (key.size() != key_size_of(algorithm)) return base::bug();
  auto made = std::make_unique<state>();
  made->way = way;
  made->context.reset(EVP_CIPHER_CTX_new());
  if (!made->context) return base::out_of_memory();
  if (EVP_CipherInit_ex2(made->context.get(), env.cipher(algorithm), key.data(), nullptr, way == direction::seal,
                         nullptr) != 1) {
    ERR_clear_error();
    return base::bug();
  }
  return aead(std::move(made));
}

bool aead::seal(base::bytes_view nonce, base::bytes_view associated, base::bytes_span data, base::bytes_span tail,
                base::bytes_span tag) noexcept {
  state& at = *state_;
  const bool acceptable = at.way == direction::seal && nonce.size() == aead_nonce_size && tag.size() == aead_tag_size &&
                          associated.size() <= max_update_size && data.size() <= max_update_size &&
                          tail.size() <= max_update_size;
  if (acceptable && at.begin(nonce, nullptr) && at.authenticate(associated) && at.transform(data) &&
      at.transform(tail) && at.finish() && at.read_tag(tag)) {
    return true;
  }
  // Half-encrypted data must not be taken for a record.
  base::wipe(data);
  base::wipe(tail);
  ERR_clear_error();
  return false;
}

bool aead::open(base::bytes_view nonce, base::bytes_view associated, base::bytes_span data,
                base::bytes_view tag) noexcept {
  state& at = *state_;
  const bool acceptable = at.way == direction::open && nonce.size() == aead_nonce_size && tag.size() == aead_tag_size &&
                          associated.size() <= max_update_size && data.size() <= max_update_size;
  at.tag[0].data = const_cast<base::byte*>(tag.data());  // OSSL_PARAM knows no const; a set parameter is only read
  if (acceptable && at.begin(nonce, at.tag.data()) && at.authenticate(associated) && at.transform(data) &&
      at.finish()) {
    return true;
  }
  base::wipe(data);
  ERR_clear_error();
  return false;
}

}  // namespace schannix::engine

// The AEAD back end over OpenSSL's EVP: everywhere, and inside a FIPS module where the system's policy wants one.
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>

#include "base/secret.hpp"
#include "engine/aead_key.hpp"
#include "engine/openssl_errors.hpp"
#include "engine/owned.hpp"

namespace schannix::engine {
namespace {

int int_size(base::bytes_view of) { return static_cast<int>(of.size()); }

// The key stays expanded in the context; a message gives only its nonce and, for opening, its tag.
class evp_key final : public aead_key {
 public:
  evp_key(owned<evp_cipher_ctx_st> context, bool seals, bool spills)
      : context_(std::move(context)), seals_(seals), spills_(spills) {}

  bool seal(base::bytes_view nonce, base::bytes_view associated, base::bytes_span data, base::bytes_span tail,
            base::bytes_span tag) noexcept override {
    return settle(begin(nonce, nullptr) && authenticate(associated) && transform(data) && transform(tail) && finish() &&
                  read_tag(tag));
  }

  bool open(base::bytes_view nonce, base::bytes_view associated, base::bytes_span data,
            base::bytes_view tag) noexcept override {
    tag_[0].data = const_cast<base::byte*>(tag.data());  // OSSL_PARAM knows no const; a set parameter is only read
    return settle(begin(nonce, tag_.data()) && authenticate(associated) && transform(data) && finish());
  }

 private:
  bool begin(base::bytes_view nonce, const OSSL_PARAM* parameters) {
    return EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, nonce.data(), seals_, parameters) == 1;
  }
  bool authenticate(base::bytes_view associated) {
    int written = 0;
    return associated.empty() ||
           EVP_CipherUpdate(context_.get(), nullptr, &written, associated.data(), int_size(associated)) == 1;
  }
  bool transform(base::bytes_span part) {
    int written = 0;
    return part.empty() || EVP_CipherUpdate(context_.get(), part.data(), &written, part.data(), int_size(part)) == 1;
  }
  bool finish() {
    std::array<base::byte, EVP_MAX_BLOCK_LENGTH> nothing{};  // these ciphers keep no rest to write
    int written = 0;
    return EVP_CipherFinal_ex(context_.get(), nothing.data(), &written) == 1;
  }
  bool read_tag(base::bytes_span into) {
    tag_[0].data = into.data();
    return EVP_CIPHER_CTX_get_params(context_.get(), tag_.data()) == 1;
  }
  bool settle(bool done) const {
    constexpr std::size_t reach = 4096;
    if (spills_) base::wipe_stack_below<reach>();
    if (!done) ERR_clear_error();
    return done;
  }

  owned<evp_cipher_ctx_st> context_;
  bool seals_;
  bool spills_;  // OpenSSL's ChaCha20 leaves its key in the stack frame that it gives back
  // Parameters of one call, prepared once: only the address of the tag changes.
  std::array<OSSL_PARAM, 2> tag_ = {
      OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, nullptr, aead_tag_size),
      OSSL_PARAM_construct_end()};
};

class evp_back_end final : public aead_back_end {
 public:
  explicit evp_back_end(const std::array<const evp_cipher_st*, aead_algorithm_count>& ciphers) : ciphers_(ciphers) {}

  aead_back_end_kind kind() const noexcept override { return aead_back_end_kind::evp; }

  base::result<std::unique_ptr<aead_key>> make_key(aead_algorithm algorithm, direction way,
                                                   base::bytes_view key) const override {
    owned<evp_cipher_ctx_st> context(EVP_CIPHER_CTX_new());
    if (!context) return base::out_of_memory();
    const evp_cipher_st* const cipher = ciphers_[static_cast<std::size_t>(algorithm)];
    const bool seals = way == direction::seal, spills = algorithm == aead_algorithm::chacha20_poly1305;
    if (EVP_CipherInit_ex2(context.get(), cipher, key.data(), nullptr, seals, nullptr) != 1) {
      return failed_call(base::bug());
    }
    return std::unique_ptr<aead_key>(std::make_unique<evp_key>(std::move(context), seals, spills));
  }

 private:
  std::array<const evp_cipher_st*, aead_algorithm_count> ciphers_;
};

}  // namespace

std::unique_ptr<aead_back_end> make_evp_back_end(
    const std::array<const evp_cipher_st*, aead_algorithm_count>& ciphers) {
  return std::make_unique<evp_back_end>(ciphers);
}

}  // namespace schannix::engine

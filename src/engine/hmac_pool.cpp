#include "engine/hmac_pool.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <string>

namespace schannix::engine {
namespace {

constexpr std::size_t most_idle = 16;  // of one digest: as many threads derive without making a context

bool rekey(EVP_MAC_CTX* context, base::bytes_view key) {
  static constexpr base::byte no_key = 0;  // a null key would stand for the one before
  return EVP_MAC_init(context, key.empty() ? &no_key : key.data(), key.size(), nullptr) == 1;
}

base::bytes hash_nothing(OSSL_LIB_CTX* library, std::string_view digest) {
  base::bytes hash(EVP_MAX_MD_SIZE);
  std::size_t size = 0;
  if (EVP_Q_digest(library, std::string(digest).c_str(), nullptr, "", 0, hash.data(), &size) != 1) size = 0;
  hash.resize(size);
  return hash;
}

}  // namespace

void hmac_pool::free_context::operator()(evp_mac_ctx_st* context) const noexcept { EVP_MAC_CTX_free(context); }

hmac_pool::hmac_pool(ossl_lib_ctx_st* library)
    : algorithm_(EVP_MAC_fetch(library, OSSL_MAC_NAME_HMAC, nullptr)),
      kinds_{kind{{"SHA256", "SHA2-256"}, 32, {}, {}}, kind{{"SHA384", "SHA2-384"}, 48, {}, {}}} {
  for (kind& one : kinds_) {
    one.hash_of_nothing = hash_nothing(library, one.names[0]);
    one.idle.reserve(most_idle);
  }
  ERR_clear_error();
}

hmac_pool::~hmac_pool() {
  for (kind& one : kinds_) one.idle.clear();
  EVP_MAC_free(algorithm_);
}

hmac_pool::hmac hmac_pool::make(const kind& of) noexcept {
  hmac made(algorithm_ == nullptr ? nullptr : EVP_MAC_CTX_new(algorithm_));
  std::array<char, 8> name{};
  of.names[0].copy(name.data(), name.size() - 1);
  const OSSL_PARAM digest[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
                               OSSL_PARAM_construct_end()};
  if (!made || EVP_MAC_CTX_set_params(made.get(), digest) != 1) return nullptr;
  return made;
}

hmac_pool::lease hmac_pool::take(std::string_view digest) noexcept {
  for (kind& one : kinds_) {
    if (!one.is(digest)) continue;
    {
      const std::lock_guard held(lock_);
      if (!one.idle.empty()) {
        hmac found = std::move(one.idle.back());
        one.idle.pop_back();
        return {*this, one, std::move(found)};
      }
    }
    return {*this, one, make(one)};
  }
  return {};
}

// Keyed anew, so that nothing of the secret stays: record-layer.md §2.
void hmac_pool::give_back(kind& to, hmac used) noexcept {
  constexpr std::array<base::byte, 48> nothing{};
  if (!rekey(used.get(), base::bytes_view(nothing).first(to.size))) return;
  const std::lock_guard held(lock_);
  if (to.idle.size() < most_idle) to.idle.push_back(std::move(used));  // within what was reserved
}

hmac_pool::lease::~lease() {
  if (context_) pool_->give_back(*of_, std::move(context_));
}

hmac_pool::lease& hmac_pool::lease::operator=(lease&& other) noexcept {
  std::swap(pool_, other.pool_);
  std::swap(of_, other.of_);
  std::swap(context_, other.context_);  // given back by other
  return *this;
}

bool hmac_pool::lease::compute(base::bytes_view key, std::initializer_list<base::bytes_view> parts,
                               value& output) noexcept {
  return finish(rekey(context_.get(), key), parts, output);
}

bool hmac_pool::lease::compute_again(std::initializer_list<base::bytes_view> parts, value& output) noexcept {
  return finish(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1, parts, output);
}

bool hmac_pool::lease::finish(bool ready, std::initializer_list<base::bytes_view> parts, value& output) noexcept {
  for (const base::bytes_view part : parts)
    ready = ready && (part.empty() || EVP_MAC_update(context_.get(), part.data(), part.size()) == 1);
  std::size_t size = 0;
  return ready && EVP_MAC_final(context_.get(), output.resize(of_->size).data(), &size, of_->size) == 1 &&
         size == of_->size;
}

}  // namespace schannix::engine

#include "engine/label_expander.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <string>

#include "base/secret.hpp"

namespace schannix::engine {
namespace {

constexpr std::size_t most_idle = 16;  // of one digest: as many threads derive without making a context

// struct HkdfLabel, and the counter of HKDF-Expand's only block. RFC 8446 §7.1, RFC 5869 §2.3
class hkdf_label {
 public:
  hkdf_label(const label_expander::inputs& given, std::size_t output_size) {
    put(static_cast<base::byte>(output_size >> 8));
    put(static_cast<base::byte>(output_size));
    put(static_cast<base::byte>(given.prefix.size() + given.label.size()));
    for (const char one : given.prefix) put(static_cast<base::byte>(one));
    for (const char one : given.label) put(static_cast<base::byte>(one));
    put(static_cast<base::byte>(given.context.size()));
    for (const base::byte one : given.context) put(one);
    put(1);
  }
  static bool fits(const label_expander::inputs& given) {
    return given.prefix.size() + given.label.size() <= 255 && given.context.size() <= 255;
  }
  base::bytes_view view() const { return base::bytes_view(room_).first(size_); }

 private:
  void put(base::byte one) { room_[size_++] = one; }

  std::array<base::byte, 2 + 1 + 255 + 1 + 255 + 1> room_;
  std::size_t size_ = 0;
};

bool rekey(EVP_MAC_CTX* context, base::bytes_view key) {
  return EVP_MAC_init(context, key.data(), key.size(), nullptr) == 1;
}

}  // namespace

void label_expander::free_context::operator()(evp_mac_ctx_st* context) const noexcept { EVP_MAC_CTX_free(context); }

label_expander::label_expander(ossl_lib_ctx_st* library)
    : algorithm_(EVP_MAC_fetch(library, OSSL_MAC_NAME_HMAC, nullptr)),
      kinds_{kind{{"SHA256", "SHA2-256"}, 32, {}}, kind{{"SHA384", "SHA2-384"}, 48, {}}} {
  for (kind& one : kinds_) one.idle.reserve(most_idle);
  ERR_clear_error();
}

label_expander::~label_expander() {
  for (kind& one : kinds_) one.idle.clear();
  EVP_MAC_free(algorithm_);
}

label_expander::kind* label_expander::kind_of(std::string_view digest) noexcept {
  for (kind& one : kinds_)
    if (digest == one.names[0] || digest == one.names[1]) return &one;
  return nullptr;
}

label_expander::hmac label_expander::take(kind& of) {
  {
    const std::lock_guard held(lock_);
    if (!of.idle.empty()) {
      hmac found = std::move(of.idle.back());
      of.idle.pop_back();
      return found;
    }
  }
  hmac made(algorithm_ == nullptr ? nullptr : EVP_MAC_CTX_new(algorithm_));
  std::string name(of.names[0]);
  const OSSL_PARAM digest[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
                               OSSL_PARAM_construct_end()};
  if (!made || EVP_MAC_CTX_set_params(made.get(), digest) != 1) return nullptr;
  return made;
}

// Keyed anew, so that nothing of the secret stays: record-layer.md §2.
void label_expander::give_back(kind& to, hmac used) noexcept {
  constexpr std::array<base::byte, 48> nothing{};
  if (!rekey(used.get(), base::bytes_view(nothing).first(to.size))) return;
  const std::lock_guard held(lock_);
  if (to.idle.size() < most_idle) to.idle.push_back(std::move(used));
}

bool label_expander::expand(const inputs& given, base::bytes_span output) noexcept try {
  kind* const of = kind_of(given.digest);
  if (of == nullptr || output.empty() || output.size() > of->size || given.secret.empty() || !hkdf_label::fits(given))
    return false;
  hmac context = take(*of);
  if (!context) return false;
  const hkdf_label label(given, output.size());
  base::secret<48> block;
  std::size_t size = 0;
  const bool done = rekey(context.get(), given.secret) &&
                    EVP_MAC_update(context.get(), label.view().data(), label.view().size()) == 1 &&
                    EVP_MAC_final(context.get(), block.resize(of->size).data(), &size, of->size) == 1 &&
                    size == of->size;
  if (done) std::copy_n(block.view().begin(), output.size(), output.begin());
  give_back(*of, std::move(context));
  return done;
} catch (const std::bad_alloc&) {
  return false;
}

}  // namespace schannix::engine

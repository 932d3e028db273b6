// The AEAD back end over libipsec-mb's direct calls. They return nothing, and a call that the library finds fault with
// leaves everything as it was, plaintext included. So the preconditions are checked before (class aead), a tag is
// poisoned before each call and must have changed after it, and the back end is compared with EVP before it is used.
// The manager is read only after it was made: any number of threads may call through it.
#ifndef LINUX
#define LINUX  // the header's name for "align the key for this compiler"
#endif
#include <intel-ipsec-mb.h>
#include <openssl/crypto.h>

#include <array>
#include <cstring>
#include <vector>

#include "base/secret.hpp"
#include "engine/aead_key.hpp"

namespace schannix::engine {
namespace {

using base::bytes_span;
using base::bytes_view;
using tag_room = std::array<base::byte, aead_tag_size>;

constexpr std::uint64_t poison = 0xA5A5A5A5A5A5A5A5;
constexpr std::array<std::uint64_t, 2> poisoned{poison, poison};
static_assert(sizeof poisoned == aead_tag_size);

void set_poison(base::byte* tag) { std::memcpy(tag, poisoned.data(), sizeof poisoned); }
// Without a branch: until it is known to be the right one, a tag is a secret.
bool untouched(const base::byte* tag) {
  std::array<std::uint64_t, 2> found;
  std::memcpy(found.data(), tag, sizeof found);
  return ((found[0] ^ poison) | (found[1] ^ poison)) == 0;
}

// The calls of one key size.
struct gcm_calls {
  aes_gcm_enc_dec_t encrypt, decrypt;
  aes_gcm_init_t init;
  aes_gcm_enc_dec_update_t update;
  aes_gcm_enc_dec_finalize_t finalize;
  aes_gcm_pre_t expand;
};

gcm_calls calls_of(const IMB_MGR& manager, aead_algorithm algorithm) {
  if (algorithm == aead_algorithm::aes_128_gcm)
    return {manager.gcm128_enc,        manager.gcm128_dec,          manager.gcm128_init,
            manager.gcm128_enc_update, manager.gcm128_enc_finalize, manager.gcm128_pre};
  return {manager.gcm256_enc,        manager.gcm256_dec,          manager.gcm256_init,
          manager.gcm256_enc_update, manager.gcm256_enc_finalize, manager.gcm256_pre};
}

// Decrypts and tells whether the tag is the right one, in constant time. recompute writes the tag that belongs to data.
// Both questions are always asked, so that there is one verdict to branch on.
template <typename Recompute>
bool opens(bytes_view tag, Recompute&& recompute) {
  tag_room found;
  set_poison(found.data());
  recompute(found.data());
  const bool written = !untouched(found.data());
  const bool right = CRYPTO_memcmp(found.data(), tag.data(), tag.size()) == 0;
  return (static_cast<unsigned>(written) & static_cast<unsigned>(right)) != 0;
}

// The library looks at pointers before it looks at lengths: a part without bytes needs an address, too.
class addressed_parts {
 public:
  base::byte* of(bytes_span part) noexcept { return part.empty() ? &none_ : part.data(); }
  const base::byte* of(bytes_view part) const noexcept { return part.empty() ? &none_ : part.data(); }

 private:
  base::byte none_ = 0;
};

class gcm_key final : public aead_key {
 public:
  gcm_key(const gcm_calls& calls, bytes_view key) : calls_(calls) { calls_.expand(key.data(), &expanded_); }
  ~gcm_key() override {
    OPENSSL_cleanse(&expanded_, sizeof expanded_);
    OPENSSL_cleanse(&message_, sizeof message_);
  }
  gcm_key(const gcm_key&) = delete;
  gcm_key& operator=(const gcm_key&) = delete;

  bool seal(bytes_view nonce, bytes_view associated, bytes_span data, bytes_span tail,
            bytes_span tag) noexcept override {
    set_poison(tag.data());
    if (tail.empty()) {
      base::byte* const at = parts_.of(data);
      calls_.encrypt(&expanded_, &message_, at, at, data.size(), nonce.data(), parts_.of(associated), associated.size(),
                     tag.data(), tag.size());
    } else {
      calls_.init(&expanded_, &message_, nonce.data(), parts_.of(associated), associated.size());
      if (!data.empty()) calls_.update(&expanded_, &message_, data.data(), data.data(), data.size());
      calls_.update(&expanded_, &message_, tail.data(), tail.data(), tail.size());
      calls_.finalize(&expanded_, &message_, tag.data(), tag.size());
    }
    return !untouched(tag.data());
  }

  bool open(bytes_view nonce, bytes_view associated, bytes_span data, bytes_view tag) noexcept override {
    return opens(tag, [&](base::byte* found) {
      base::byte* const at = parts_.of(data);
      calls_.decrypt(&expanded_, &message_, at, at, data.size(), nonce.data(), parts_.of(associated), associated.size(),
                     found, aead_tag_size);
    });
  }

 private:
  gcm_calls calls_;
  alignas(64) gcm_key_data expanded_;
  gcm_context_data message_;
  addressed_parts parts_;
};

class chacha_key final : public aead_key {
 public:
  chacha_key(const IMB_MGR& manager, bytes_view key) : manager_(manager), key_(key) {}
  ~chacha_key() override { OPENSSL_cleanse(&message_, sizeof message_); }
  chacha_key(const chacha_key&) = delete;
  chacha_key& operator=(const chacha_key&) = delete;

  bool seal(bytes_view nonce, bytes_view associated, bytes_span data, bytes_span tail,
            bytes_span tag) noexcept override {
    set_poison(tag.data());
    begin(nonce, associated);
    for (const bytes_span part : {data, tail})
      if (!part.empty())
        manager_.chacha20_poly1305_enc_update(key_.view().data(), &message_, part.data(), part.data(), part.size());
    manager_.chacha20_poly1305_finalize(&message_, tag.data(), tag.size());
    return !untouched(tag.data());
  }

  bool open(bytes_view nonce, bytes_view associated, bytes_span data, bytes_view tag) noexcept override {
    return opens(tag, [&](base::byte* found) {
      begin(nonce, associated);
      if (!data.empty())
        manager_.chacha20_poly1305_dec_update(key_.view().data(), &message_, data.data(), data.data(), data.size());
      manager_.chacha20_poly1305_finalize(&message_, found, aead_tag_size);
    });
  }

 private:
  void begin(bytes_view nonce, bytes_view associated) {
    manager_.chacha20_poly1305_init(key_.view().data(), &message_, nonce.data(), parts_.of(associated),
                                    associated.size());
  }

  const IMB_MGR& manager_;
  base::secret<32> key_;
  chacha20_poly1305_context_data message_;
  addressed_parts parts_;
};

struct free_manager {
  void operator()(IMB_MGR* manager) const noexcept { free_mb_mgr(manager); }
};
using owned_manager = std::unique_ptr<IMB_MGR, free_manager>;

class ipsec_mb_back_end final : public aead_back_end {
 public:
  explicit ipsec_mb_back_end(owned_manager manager) : manager_(std::move(manager)) {}

  aead_back_end_kind kind() const noexcept override { return aead_back_end_kind::ipsec_mb; }

  base::result<std::unique_ptr<aead_key>> make_key(aead_algorithm algorithm, direction, bytes_view key) const override {
    if (key.data() == nullptr || key.size() != key_size_of(algorithm)) return base::bug();
    if (algorithm == aead_algorithm::chacha20_poly1305)
      return std::unique_ptr<aead_key>(std::make_unique<chacha_key>(*manager_, key));
    return std::unique_ptr<aead_key>(std::make_unique<gcm_key>(calls_of(*manager_, algorithm), key));
  }

 private:
  owned_manager manager_;
};

// One message through both, sealed by one and opened by the other, and refused with a wrong tag.
bool same_message(aead_key& seals, aead_key& opens_it, std::size_t size, std::size_t tail_size) {
  std::vector<base::byte> plain(size + tail_size);
  for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<base::byte>(i * 7);
  auto data = plain;
  const std::array<base::byte, aead_nonce_size> nonce{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const std::array<base::byte, 5> associated{23, 3, 3, 0, 99};
  tag_room tag{};
  const bytes_span whole(data);
  if (!seals.seal(nonce, associated, whole.first(size), whole.last(tail_size), tag)) return false;
  auto again = data;
  tag_room wrong = tag;
  wrong[15] ^= 1;
  return opens_it.open(nonce, associated, data, tag) && data == plain &&
         !opens_it.open(nonce, associated, again, wrong);
}

// An algorithm that the reference does not have is never negotiated, so nothing is to be compared.
bool agree_on(const aead_back_end& one, const aead_back_end& other, aead_algorithm algorithm) {
  const std::vector<base::byte> key(key_size_of(algorithm), base::byte{0x42});
  const auto seals = one.make_key(algorithm, direction::seal, key);
  const auto opens_it = other.make_key(algorithm, direction::open, key);
  if (!seals || !opens_it) return true;
  for (const std::size_t size : {0U, 1U, 15U, 16U, 100U, 1000U, 5000U})
    for (const std::size_t tail_size : {0U, 1U})
      if (!same_message(**seals, **opens_it, size, tail_size)) return false;
  return true;
}

bool agree(const aead_back_end& one, const aead_back_end& other) {
  for (const auto algorithm :
       {aead_algorithm::aes_128_gcm, aead_algorithm::aes_256_gcm, aead_algorithm::chacha20_poly1305})
    if (!agree_on(one, other, algorithm) || !agree_on(other, one, algorithm)) return false;
  return true;
}

std::string shortfall(IMB_MGR* manager) {
  constexpr std::uint64_t needed = IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ | IMB_FEATURE_AVX;
  if (manager == nullptr) return "out of memory";
  if (imb_get_version() < IMB_VERSION_NUM) return "the library is older than the one schannix was built with";
  IMB_ARCH chosen = IMB_ARCH_NONE;
  init_mb_mgr_auto(manager, &chosen);
  if (imb_get_errno(manager) != 0) return imb_get_strerror(imb_get_errno(manager));
  if ((manager->features & needed) != needed) return "this CPU lacks AES-NI, PCLMULQDQ or AVX";
  const bool tested = (manager->features & IMB_FEATURE_SELF_TEST) != 0;
  if (tested && (manager->features & IMB_FEATURE_SELF_TEST_PASS) == 0) return "its self-test failed";
  return {};
}

}  // namespace

std::unique_ptr<aead_back_end> make_ipsec_mb_back_end(const aead_back_end& reference, std::string& why_not) {
  owned_manager manager(alloc_mb_mgr(0));
  why_not = shortfall(manager.get());
  if (!why_not.empty()) return nullptr;
  auto made = std::make_unique<ipsec_mb_back_end>(std::move(manager));
  if (agree(*made, reference)) return made;
  why_not = "its records differ from OpenSSL's";
  return nullptr;
}

}  // namespace schannix::engine

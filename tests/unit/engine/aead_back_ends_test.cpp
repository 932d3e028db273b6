// Both AEAD back ends are one: the same bytes out of each, and what one seals the other opens. And how one is chosen.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <stdlib.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "engine/aead_key.hpp"
#include "engine/environment.hpp"

namespace schannix::engine {
namespace {

using base::byte;
using base::bytes;
using base::bytes_span;

std::string refusal_of(aead_choice wanted) {
  try {
    const environment made(secret_source::watched, wanted);
    return {};
  } catch (const std::runtime_error& why) {
    return why.what();
  }
}

std::string refusal_of(const char* named) {
  const char* const before = ::getenv("SCHANNIX_AEAD");
  const std::optional<std::string> kept = before == nullptr ? std::nullopt : std::optional<std::string>(before);
  ::setenv("SCHANNIX_AEAD", named, 1);
  std::string why;
  try {
    (void)process_aead_choice();
  } catch (const std::runtime_error& refused) {
    why = refused.what();
  }
  if (kept) ::setenv("SCHANNIX_AEAD", kept->c_str(), 1);
  if (!kept) ::unsetenv("SCHANNIX_AEAD");
  return why;
}

TEST(aead_choice, evp_is_what_was_asked_for) {
  const environment env(secret_source::watched, aead_choice::evp);
  EXPECT_EQ(env.record_protection().kind(), aead_back_end_kind::evp);
}

TEST(aead_choice, a_wrong_setting_names_the_right_ones) {
  for (const char* const good : {"", "auto", "evp", "ipsec-mb"}) EXPECT_EQ(refusal_of(good), "") << good;
  EXPECT_EQ(refusal_of("openssl"), "schannix: SCHANNIX_AEAD=openssl is not known: auto, evp or ipsec-mb");
}

#if !SCHANNIX_HAS_IPSEC_MB

TEST(aead_choice, a_back_end_that_was_not_built_in_is_refused_by_name) {
  EXPECT_NE(refusal_of(aead_choice::ipsec_mb).find("built without libipsec-mb"), std::string::npos);
  EXPECT_EQ(environment(secret_source::watched, aead_choice::automatic).record_protection().kind(),
            aead_back_end_kind::evp);
}

#else

bool cpu_can() {
  return __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("avx");
}

TEST(aead_choice, the_cpu_decides) {
  EXPECT_EQ(refusal_of(aead_choice::ipsec_mb).empty(), cpu_can()) << refusal_of(aead_choice::ipsec_mb);
  EXPECT_EQ(environment(secret_source::watched, aead_choice::automatic).record_protection().kind(),
            cpu_can() ? aead_back_end_kind::ipsec_mb : aead_back_end_kind::evp);
}

TEST(aead_choice, what_a_back_end_lacks_is_said) {
  // Compared with a reference of another opinion, it is not used.
  struct other_opinion final : aead_back_end {
    aead_back_end_kind kind() const noexcept override { return aead_back_end_kind::evp; }
    base::result<std::unique_ptr<aead_key> > make_key(aead_algorithm, direction, base::bytes_view) const override {
      struct refuses final : aead_key {
        bool seal(base::bytes_view, base::bytes_view, bytes_span, bytes_span, bytes_span) noexcept override {
          return true;
        }
        bool open(base::bytes_view, base::bytes_view, bytes_span, base::bytes_view) noexcept override { return true; }
      };
      return std::unique_ptr<aead_key>(std::make_unique<refuses>());
    }
  };
  std::string why_not;
  EXPECT_EQ(make_ipsec_mb_back_end(other_opinion(), why_not), nullptr);
  EXPECT_FALSE(why_not.empty());
}

const environment& with(aead_choice choice) {
  static const environment evp(secret_source::watched, aead_choice::evp);
  static const environment fast(secret_source::watched, aead_choice::automatic);
  return choice == aead_choice::evp ? evp : fast;
}

aead make(aead_choice choice, aead_algorithm algorithm, direction way, const bytes& key) {
  return *aead::make(with(choice), algorithm, way, key);
}

bytes random_bytes(std::size_t size) { return *rc::gen::container<bytes>(size, rc::gen::arbitrary<byte>()); }

aead_algorithm any_algorithm() {
  return *rc::gen::element(aead_algorithm::aes_128_gcm, aead_algorithm::aes_256_gcm, aead_algorithm::chacha20_poly1305);
}

// Lengths around the blocks of every implementation, and any other up to a whole record.
std::size_t any_size() {
  return *rc::gen::oneOf(rc::gen::inRange<std::size_t>(0, 600), rc::gen::inRange<std::size_t>(0, 16401),
                         rc::gen::map(rc::gen::inRange<std::size_t>(0, 33), [](std::size_t n) { return n * 512; }));
}

RC_GTEST_PROP(aead_back_ends, seal_the_same_bytes, ()) {
  const auto algorithm = any_algorithm();
  const bytes key = random_bytes(key_size_of(algorithm)), nonce = random_bytes(aead_nonce_size);
  const bytes associated = random_bytes(*rc::gen::inRange<std::size_t>(0, 40));
  const std::size_t size = any_size();
  const bytes plain = random_bytes(size);
  const std::size_t at = *rc::gen::oneOf(rc::gen::just(size), rc::gen::inRange<std::size_t>(0, size + 1));

  bytes by_evp = plain, tag_by_evp(aead_tag_size), tag(aead_tag_size);
  RC_ASSERT(make(aead_choice::evp, algorithm, direction::seal, key).seal(nonce, associated, by_evp, {}, tag_by_evp));
  // In two places that are not adjacent, at odd addresses.
  const auto middle = plain.begin() + static_cast<std::ptrdiff_t>(at);
  bytes front(1), back(3);
  front.insert(front.end(), plain.begin(), middle);
  back.insert(back.end(), middle, plain.end());
  auto fast = make(aead_choice::automatic, algorithm, direction::seal, key);
  RC_ASSERT(fast.seal(nonce, associated, bytes_span(front).subspan(1), bytes_span(back).subspan(3), tag));
  RC_ASSERT(tag == tag_by_evp);
  RC_ASSERT(std::equal(front.begin() + 1, front.end(), by_evp.begin()));
  RC_ASSERT(std::equal(back.begin() + 3, back.end(), by_evp.begin() + static_cast<std::ptrdiff_t>(at)));
}

RC_GTEST_PROP(aead_back_ends, open_and_refuse_the_same_messages, ()) {
  const auto algorithm = any_algorithm();
  const bytes key = random_bytes(key_size_of(algorithm)), nonce = random_bytes(aead_nonce_size), associated(13, 1);
  const bytes plain = random_bytes(any_size());
  bytes sealed = plain, tag(aead_tag_size);
  RC_ASSERT(make(aead_choice::evp, algorithm, direction::seal, key).seal(nonce, associated, sealed, {}, tag));

  auto fast = make(aead_choice::automatic, algorithm, direction::open, key);
  bytes opened = sealed;
  RC_ASSERT(fast.open(nonce, associated, opened, tag));
  RC_ASSERT(opened == plain);

  tag[*rc::gen::inRange<std::size_t>(0, tag.size())] ^= static_cast<byte>(1 << *rc::gen::inRange(0, 8));
  opened = sealed;
  RC_ASSERT_FALSE(fast.open(nonce, associated, opened, tag));
  RC_ASSERT(opened == bytes(plain.size()));
  const bytes poisoned(aead_tag_size, 0xA5);  // what an untouched tag looks like is no tag
  opened = sealed;
  RC_ASSERT_FALSE(fast.open(nonce, associated, opened, poisoned));
}

#endif

}  // namespace
}  // namespace schannix::engine

// Nothing on the way of a record allocates: not ours, not libcrypto's; for records that open and for those that do not.
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <array>
#include <new>

#include "engine/aead.hpp"
#include "engine/environment.hpp"
#include "support/allocations.hpp"

namespace schannix::engine {
namespace {

using base::byte;

TEST(allocations, are_counted_in_c_in_cpp_and_in_libcrypto) {
  const std::size_t before = test::allocations();
  ::operator delete(::operator new(1));  // called by name: a new-expression may be optimised away
  const std::size_t after_new = test::allocations();
  EXPECT_GT(after_new, before);
  OPENSSL_free(OPENSSL_malloc(10));
  EXPECT_GT(test::allocations(), after_new);
}

struct allocations_of : testing::TestWithParam<aead_algorithm> {};
INSTANTIATE_TEST_SUITE_P(algorithms, allocations_of,
                         testing::Values(aead_algorithm::aes_128_gcm, aead_algorithm::aes_256_gcm,
                                         aead_algorithm::chacha20_poly1305));

TEST_P(allocations_of, sealing_and_opening_are_none) {
  const environment env;
  const std::array<byte, 32> key{1};
  const auto used = base::bytes_view(key).first(key_size_of(GetParam()));
  auto out = aead::make(env, GetParam(), direction::seal, used);
  auto in = aead::make(env, GetParam(), direction::open, used);
  std::array<byte, 12> nonce{};
  std::array<byte, 13> associated{};
  std::array<byte, 16> tag{};
  std::array<byte, 4096> data{};
  byte tail = 23;
  int agreed = 0;

  const std::size_t before = test::allocations();
  for (byte round = 0; round < 10; ++round) {
    nonce[0] = round;
    agreed += out->seal(nonce, associated, data, base::bytes_span(&tail, 1), tag) ? 1 : 0;
    agreed += out->seal(nonce, associated, data, {}, tag) ? 1 : 0;
    agreed += in->open(nonce, associated, data, tag) ? 1 : 0;
  }
  EXPECT_EQ(test::allocations(), before);
  EXPECT_EQ(agreed, 30);
}

TEST_P(allocations_of, refusing_is_none) {
  const environment env;
  const std::array<byte, 32> key{1};
  auto in = aead::make(env, GetParam(), direction::open, base::bytes_view(key).first(key_size_of(GetParam())));
  const std::array<byte, 12> nonce{};
  const std::array<byte, 16> tag{};
  std::array<byte, 100> data{};
  const bool warm = in->open(nonce, {}, data, tag);  // the thread's error queue, once

  const std::size_t before = test::allocations();
  const bool answer = in->open(nonce, {}, data, tag);
  EXPECT_EQ(test::allocations(), before);
  EXPECT_FALSE(warm || answer);
}

}  // namespace
}  // namespace schannix::engine

// Our derivations are OpenSSL's: the same values for any secret, label, seed and length.
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <cstring>
#include <random>
#include <vector>

#include "engine/environment.hpp"
#include "engine/hmac_kdf.hpp"
#include "unit/engine/handshake_fixture.hpp"

namespace schannix::engine {
namespace {

using base::bytes;

class inputs {
 public:
  explicit inputs(const char* digest) {
    add(OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, mutable_(digest), 0));
  }
  inputs& octets(const char* name, base::bytes_view value) {
    return add(OSSL_PARAM_construct_octet_string(name, const_cast<base::byte*>(value.data()), value.size()));
  }
  inputs& octets(const char* name, const char* value) {
    return add(OSSL_PARAM_construct_octet_string(name, mutable_(value), std::strlen(value)));
  }
  inputs& mode(int& value) { return add(OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &value)); }

  bytes derive(EVP_KDF* by, std::size_t size) {
    add(OSSL_PARAM_construct_end());
    EVP_KDF_CTX* const context = EVP_KDF_CTX_new(by);
    bytes made(size);
    EXPECT_EQ(EVP_KDF_derive(context, made.data(), size, params_.data()), 1);
    EVP_KDF_CTX_free(context);
    return made;
  }

 private:
  static char* mutable_(const char* text) { return const_cast<char*>(text); }
  inputs& add(OSSL_PARAM one) {
    params_.push_back(one);
    return *this;
  }
  std::vector<OSSL_PARAM> params_;
};

struct hmac_kdf_values : testing::TestWithParam<const char*> {
  const environment& env = test::watched_environment();
  hmac_kdf kdf{env.library()};
  hmac_kdf::lease hmac;
  std::mt19937 random{7};

  bytes any(std::size_t size) {
    bytes made(size);
    for (auto& one : made) one = static_cast<base::byte>(random());
    return made;
  }
  std::size_t hash_size() const { return std::string_view(GetParam()) == "SHA256" ? 32 : 48; }
};

TEST_P(hmac_kdf_values, labels_expand_as_openssl_expands_them) {
  for (std::size_t size = 1; size <= hash_size(); ++size) {
    const bytes secret = any(hash_size()), context = any(size % 2 == 0 ? hash_size() : 0);
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    inputs given(GetParam());
    given.mode(mode).octets(OSSL_KDF_PARAM_KEY, secret).octets(OSSL_KDF_PARAM_PREFIX, "tls13 ");
    given.octets(OSSL_KDF_PARAM_LABEL, "any label");
    if (!context.empty()) given.octets(OSSL_KDF_PARAM_DATA, context);
    bytes made(size);
    ASSERT_TRUE(kdf.expand(hmac, {GetParam(), secret, "tls13 ", "any label", context}, made));
    EXPECT_EQ(made, given.derive(env.tls13_kdf(), size));
  }
}

TEST_P(hmac_kdf_values, stages_extract_as_openssl_extracts_them) {
  for (const bool first : {true, false})
    for (const std::size_t input_size : {std::size_t{0}, std::size_t{32}, std::size_t{66}}) {
      const bytes before = any(first ? 0 : hash_size()), input = any(input_size);
      int mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY;
      inputs given(GetParam());
      given.mode(mode).octets(OSSL_KDF_PARAM_PREFIX, "tls13 ").octets(OSSL_KDF_PARAM_LABEL, "derived");
      if (!input.empty()) given.octets(OSSL_KDF_PARAM_KEY, input);
      if (!first) given.octets(OSSL_KDF_PARAM_SALT, before);
      bytes made(hash_size());
      ASSERT_TRUE(kdf.extract(hmac, {GetParam(), before, "tls13 ", "derived", {}}, input, made));
      EXPECT_EQ(made, given.derive(env.tls13_kdf(), hash_size()));
    }
}

TEST_P(hmac_kdf_values, the_prf_is_openssls) {
  for (const std::size_t size : {1u, 12u, 31u, 32u, 33u, 48u, 96u, 97u, 104u, 200u}) {
    const bytes secret = any(48), seed = any(64 + size % 13);
    const bytes wanted = inputs(GetParam())
                             .octets(OSSL_KDF_PARAM_SECRET, secret)
                             .octets(OSSL_KDF_PARAM_SEED, seed)
                             .derive(env.tls1_prf(), size);
    bytes made(size);
    ASSERT_TRUE(kdf.prf(hmac, GetParam(), secret, seed, made));
    EXPECT_EQ(made, wanted);
  }
}

TEST_P(hmac_kdf_values, a_lease_serves_secrets_in_turn) {
  const bytes one = any(hash_size()), other = any(hash_size());
  bytes first(16), again(16), between(16);
  ASSERT_TRUE(kdf.expand(hmac, {GetParam(), one, "tls13 ", "key", {}}, first));
  ASSERT_TRUE(kdf.expand(hmac, {GetParam(), other, "tls13 ", "key", {}}, between));
  ASSERT_TRUE(kdf.expand(hmac, {GetParam(), one, "tls13 ", "key", {}}, again));
  EXPECT_EQ(first, again);
  EXPECT_NE(first, between);
}

INSTANTIATE_TEST_SUITE_P(digests, hmac_kdf_values, testing::Values("SHA256", "SHA384"));

TEST(hmac_kdf, leaves_to_openssl_what_is_not_its_job) {
  hmac_kdf kdf(test::watched_environment().library());
  hmac_kdf::lease hmac;
  const bytes secret(32, 1);
  bytes output(33);
  EXPECT_FALSE(kdf.expand(hmac, {"SHA1", secret, "tls13 ", "key", {}}, base::bytes_span(output).first(16)));
  EXPECT_FALSE(kdf.expand(hmac, {"SHA256", secret, "tls13 ", "key", {}}, output));
  EXPECT_FALSE(kdf.expand(hmac, {"SHA256", {}, "tls13 ", "key", {}}, base::bytes_span(output).first(16)));
  EXPECT_FALSE(kdf.prf(hmac, "MD5-SHA1", secret, secret, output));
}

}  // namespace
}  // namespace schannix::engine

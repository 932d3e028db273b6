// Keys in CNG's form: what the header says, number by number, and blobs that lie.
#include "engine/key_blobs.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>

#include <cstring>
#include <memory>

#include "engine/environment.hpp"

namespace schannix::engine {
namespace {

const environment& env() {
  static const environment made;
  return made;
}

base::bytes bytes_of(const private_key& key, cng_form form) {
  const auto made = cng_of(key, form);
  if (!made) return {};
  return base::bytes(made->view().begin(), made->view().end());
}

const private_key& rsa() {
  static const private_key made = *make_key(env(), key_kind::rsa, 2048);
  return made;
}

std::uint32_t number(const base::bytes& blob, std::size_t place) {
  std::uint32_t value = 0;
  std::memcpy(&value, blob.data() + 4 * place, sizeof value);
  return value;
}

void set(base::bytes& blob, std::size_t place, std::uint32_t value) {
  std::memcpy(blob.data() + 4 * place, &value, sizeof value);
}

base::reason refused(const base::bytes& blob) {
  const auto read = read_cng(env(), blob);
  return read ? base::reason::internal : read.error().why;
}

base::bytes public_capi_blob() {
  const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
  EXPECT_GT(i2b_PublicKey_bio(out.get(), rsa().native()), 0);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return base::bytes(data, data + size);
}

base::bytes private_capi_blob() {
  const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
  EXPECT_GT(i2b_PrivateKey_bio(out.get(), rsa().native()), 0);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return base::bytes(data, data + size);
}

TEST(key_blobs, headers) {
  const base::bytes full = bytes_of(rsa(), cng_form::rsa_full);
  EXPECT_EQ(number(full, 0), 0x33415352u);
  EXPECT_EQ(number(full, 1), 2048u);
  EXPECT_EQ(number(full, 2), 3u) << "65537";
  EXPECT_EQ(number(full, 3), 256u);
  EXPECT_EQ(number(full, 4), 128u);
  EXPECT_EQ(number(full, 5), 128u);
  EXPECT_EQ(full.size(), 24u + 3 + 256 + 5 * 128 + 256);
  EXPECT_EQ(bytes_of(rsa(), cng_form::rsa_private).size(), 24u + 3 + 256 + 2 * 128);
  EXPECT_EQ(bytes_of(rsa(), cng_form::rsa_public).size(), 24u + 3 + 256);
  const base::bytes large = bytes_of(*make_key(env(), key_kind::p521, 0), cng_form::ec_private);
  EXPECT_EQ(number(large, 0), 0x36534345u);
  EXPECT_EQ(number(large, 1), 66u);
  EXPECT_EQ(large.size(), 8u + 3 * 66);
}

TEST(key_blobs, what_was_left_out_is_what_it_was) {
  const auto read = read_cng(env(), bytes_of(rsa(), cng_form::rsa_private));
  ASSERT_TRUE(read);
  EXPECT_EQ(bytes_of(*read, cng_form::rsa_full), bytes_of(rsa(), cng_form::rsa_full));
}

TEST(key_blobs, every_curve_for_either_use) {
  for (const key_kind kind : {key_kind::p256, key_kind::p384, key_kind::p521}) {
    base::bytes blob = bytes_of(*make_key(env(), kind, 0), cng_form::ec_private);
    const base::bytes before = blob;
    blob[2] = 'K';  // ECK2: for ECDH
    const auto read = read_cng(env(), blob);
    ASSERT_TRUE(read);
    EXPECT_EQ(kind_of(*read), kind);
    EXPECT_EQ(bytes_of(*read, cng_form::ec_private), before);
  }
}

TEST(key_blobs, rsa_headers_that_lie) {
  for (const cng_form form : {cng_form::rsa_private, cng_form::rsa_full}) {
    const base::bytes good = bytes_of(rsa(), form);
    for (std::size_t place = 0; place < 6; ++place)
      for (const std::uint32_t value : {0u, 1u, number(good, place) + 1, number(good, place) - 1, 0xFFFFFFFFu}) {
        base::bytes bad = good;
        set(bad, place, value);
        EXPECT_EQ(refused(bad), base::reason::malformed_object) << place << ' ' << value;
      }
  }
}

TEST(key_blobs, numbers_that_are_no_key) {
  base::bytes bad = bytes_of(rsa(), cng_form::rsa_full);
  bad.back() ^= 2;  // the private exponent
  EXPECT_EQ(refused(bad), base::reason::malformed_object);
  for (const std::size_t from : {std::size_t{8}, std::size_t{8 + 64}}) {  // the point, the secret
    base::bytes curve = bytes_of(*make_key(env(), key_kind::p256, 0), cng_form::ec_private);
    std::fill_n(curve.begin() + static_cast<std::ptrdiff_t>(from), 32, base::byte{0});
    EXPECT_EQ(refused(curve), base::reason::malformed_object) << from;
  }
}

TEST(key_blobs, cut_and_longer) {
  for (const base::bytes& good :
       {bytes_of(rsa(), cng_form::rsa_full), bytes_of(*make_key(env(), key_kind::p384, 0), cng_form::ec_private)}) {
    for (std::size_t size = 0; size < good.size(); size += 7)
      EXPECT_EQ(refused(base::bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))),
                base::reason::malformed_object);
    base::bytes longer = good;
    longer.push_back(0);
    EXPECT_EQ(refused(longer), base::reason::malformed_object);
  }
}

// OpenSSL's own reader answers a wish for both parts with a public key.
TEST(key_blobs, a_public_blob_of_capi_is_no_private_key) {
  const base::bytes blob = public_capi_blob();
  EXPECT_TRUE(read_capi(env(), blob, key_part::public_only));
  const auto read = read_capi(env(), blob, key_part::whole);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().why, base::reason::malformed_object);
  EXPECT_FALSE(read_capi(env(), {}, key_part::whole));
}

TEST(key_blobs, a_private_blob_of_capi_whose_numbers_do_not_fit_is_no_key) {
  base::bytes blob = private_capi_blob();
  ASSERT_TRUE(read_capi(env(), blob, key_part::whole));
  constexpr std::size_t header = 20, modulus = 256;
  blob[header + modulus + 1] ^= 4;  // the first prime
  const auto read = read_capi(env(), blob, key_part::whole);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().why, base::reason::malformed_object);
}

TEST(key_blobs, forms_that_a_key_has_not) {
  EXPECT_EQ(cng_of(rsa(), cng_form::ec_public).error().why, base::reason::unsupported);
  EXPECT_EQ(cng_of(*make_key(env(), key_kind::p256, 0), cng_form::rsa_full).error().why, base::reason::unsupported);
  for (const unsigned bits : {0u, 512u, 1023u, 16392u}) EXPECT_FALSE(make_key(env(), key_kind::rsa, bits));
}

}  // namespace
}  // namespace schannix::engine

#include <openssl/sha.h>

#include <algorithm>
#include <ctime>

#include "x509_fixture.hpp"

namespace schannix::engine {
namespace {

using test::pki::issue;
using test::pki::key_kind;

TEST(x509_certificate, keeps_the_encoding) {
  const auto made = issue({.common_name = "a.test"});
  const certificate one = parsed(made);
  const std::string der = made.der();
  EXPECT_TRUE(std::ranges::equal(one.der(), view_of(der)));
  EXPECT_TRUE(one == parsed(made));
  EXPECT_FALSE(one == parsed(issue({.common_name = "a.test"})));
}

TEST(x509_certificate, a_copy_shares_the_encoding) {
  auto one = std::make_unique<certificate>(parsed(issue({.common_name = "a.test"})));
  const certificate copy = *one;
  const base::bytes_view seen = one->der();
  one.reset();
  EXPECT_EQ(seen.data(), copy.der().data());
}

TEST(x509_certificate, refuses_what_is_not_exactly_one) {
  const std::string der = issue({.common_name = "a.test"}).der();
  for (std::size_t size = 0; size < der.size(); size += 7) {
    const auto out = certificate::parse(test_environment(), view_of(der.substr(0, size)));
    ASSERT_FALSE(out) << size;
    EXPECT_EQ(out.error().why, base::reason::malformed_object);
  }
  EXPECT_FALSE(certificate::parse(test_environment(), view_of(der + "x")));
}

TEST(x509_certificate, knows_its_key) {
  for (const key_kind kind : {key_kind::p256, key_kind::rsa2048, key_kind::ed25519}) {
    const auto made = issue({.common_name = "a.test", .key = kind});
    const auto identities = read_pem(test_environment(), made.pem(), made.key_pem(), "");
    ASSERT_TRUE(identities);
    ASSERT_TRUE(identities->front().key);
    EXPECT_TRUE(identities->front().key->belongs_to(parsed(made)));
    EXPECT_FALSE(identities->front().key->belongs_to(parsed(issue({.common_name = "a.test", .key = kind}))));
  }
}

TEST(x509_certificate, fields_are_those_of_the_encoding) {
  const auto root = issue({.common_name = "Root", .authority = true, .key = key_kind::rsa2048});
  const auto made =
      issue({.common_name = "a.test", .alternative = {"DNS:a.test"}, .from_days = -3, .to_days = 4}, &root);
  const auto fields = decode(parsed(made));
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->version, 2u);
  ASSERT_EQ(fields->serial.size(), 5u);  // a sign octet, then 0xC0FFEE..
  EXPECT_EQ(fields->serial[0], 0x00);
  EXPECT_EQ(fields->serial[1], 0xC0);
  EXPECT_EQ(fields->signature.oid, "1.2.840.113549.1.1.11");
  EXPECT_EQ(fields->signature.parameters, (base::bytes{0x05, 0x00}));
  EXPECT_EQ(fields->public_key_algorithm.oid, "1.2.840.10045.2.1");
  EXPECT_EQ(fields->public_key_algorithm.parameters, (base::bytes{6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7}));
  EXPECT_EQ(fields->public_key.size(), 65u);
  EXPECT_EQ(fields->public_key_unused_bits, 0u);
  EXPECT_NE(fields->issuer, fields->subject);
  EXPECT_EQ(decode(parsed(root))->subject, fields->issuer);
  const std::int64_t day = 86400, now = std::time(nullptr);
  EXPECT_NEAR(static_cast<double>(fields->not_before), static_cast<double>(now - 3 * day), 5);
  EXPECT_NEAR(static_cast<double>(fields->not_after), static_cast<double>(now + 4 * day), 5);
  ASSERT_EQ(fields->extensions.size(), 3u);
  EXPECT_EQ(fields->extensions[0].oid, "2.5.29.19");
  EXPECT_TRUE(fields->extensions[0].critical);
  EXPECT_EQ(fields->extensions[0].value, (base::bytes{0x30, 0x00}));
  EXPECT_EQ(fields->extensions[2].oid, "2.5.29.17");
  EXPECT_FALSE(fields->extensions[2].critical);
}

std::size_t binding_size(key_kind kind, const char* digest) {
  return end_point_hash(test_environment(), parsed(issue({.common_name = "a", .key = kind, .digest = digest}))).size();
}

TEST(x509_certificate, end_point_hash_is_the_signatures_and_never_weak) {
  EXPECT_EQ(binding_size(key_kind::rsa2048, "MD5"), 32u);
  EXPECT_EQ(binding_size(key_kind::rsa2048, "SHA1"), 32u);
  EXPECT_EQ(binding_size(key_kind::p256, "SHA256"), 32u);
  EXPECT_EQ(binding_size(key_kind::rsa2048, "SHA384"), 48u);
  EXPECT_EQ(binding_size(key_kind::p256, "SHA512"), 64u);
  EXPECT_EQ(binding_size(key_kind::ed25519, ""), 0u);
}

TEST(x509_certificate, hashes_are_of_the_encoding) {
  const auto made = issue({.common_name = "a", .digest = "SHA1"});
  const std::string der = made.der();
  base::bytes sha1(20), sha256(32);
  SHA1(view_of(der).data(), der.size(), sha1.data());
  SHA256(view_of(der).data(), der.size(), sha256.data());
  EXPECT_EQ(sha1_hash(parsed(made)), sha1);
  EXPECT_EQ(end_point_hash(test_environment(), parsed(made)), sha256);
}

TEST(x509_self_signed, is_what_it_says) {
  const auto made = make_self_signed(test_environment(), "localhost", 7);
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->key->belongs_to(made->leaf));
  EXPECT_EQ(common_name(made->leaf), "localhost");
  for (const char* name : {"localhost", "127.0.0.1", "::1"}) {
    const verdict out =
        verify(test_environment(), made->leaf, {.extra_roots = {made->leaf}, .untrusted = {}, .name = name});
    EXPECT_FALSE(out.problem) << name << ": " << out.text;
  }
  EXPECT_TRUE(
      verify(test_environment(), made->leaf, {.extra_roots = {made->leaf}, .untrusted = {}, .name = "other"}).problem);
  EXPECT_TRUE(
      verify(test_environment(), made->leaf, {.extra_roots = {}, .untrusted = {}, .name = "localhost"}).problem);
}

TEST(x509_self_signed, takes_addresses_and_long_names) {
  const std::string longest = std::string(63, 'a') + "." + std::string(60, 'b') + ".test";
  for (const std::string& name : {std::string("192.0.2.7"), std::string("2001:db8::7"), longest}) {
    const auto made = make_self_signed(test_environment(), name, 1);
    ASSERT_TRUE(made) << name;
    EXPECT_FALSE(
        verify(test_environment(), made->leaf, {.extra_roots = {made->leaf}, .untrusted = {}, .name = name}).problem)
        << name;
  }
}

TEST(x509_self_signed, refuses_what_it_cannot_name) {
  for (const std::string& name : {std::string(), std::string("a b"),
                                  std::string("b\xC3\xBC"
                                              "cher"),
                                  std::string(254, 'a')}) {
    const auto made = make_self_signed(test_environment(), name, 1);
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().why, base::reason::invalid_parameter);
  }
  EXPECT_FALSE(make_self_signed(test_environment(), "a", 0));
  EXPECT_FALSE(make_self_signed(test_environment(), "a", 36501));
}

}  // namespace
}  // namespace schannix::engine

// PKCS#12 and PEM: what is read, and how a refusal is named.
#include <openssl/pkcs12.h>

#include <fstream>
#include <iterator>

#include "x509_fixture.hpp"

namespace schannix::engine {
namespace {

using base::reason;
using test::pki::encryption;
using test::pki::issue;
using test::pki::issued;
using test::pki::key_kind;
using test::pki::pkcs12;

const issued& root() {
  static const issued made = issue({.common_name = "Root", .authority = true});
  return made;
}
const issued& leaf() {
  static const issued made = issue({.common_name = "leaf.test"}, &root());
  return made;
}

template <typename Value>
reason why(const base::result<Value>& out) {
  return out ? reason::internal : out.error().why;
}

auto read_pfx(const std::string& blob, std::string_view password) {
  return read_pkcs12(test_environment(), view_of(blob), password);
}

void expect_leaf_and_root(const base::result<std::vector<identity>>& out, const issued& expected) {
  ASSERT_TRUE(out) << static_cast<int>(out.error().why);
  ASSERT_EQ(out->size(), 2u);
  EXPECT_TRUE(out->at(0).leaf == parsed(expected));
  ASSERT_TRUE(out->at(0).key);
  EXPECT_TRUE(out->at(0).key->belongs_to(out->at(0).leaf));
  EXPECT_TRUE(out->at(1).leaf == parsed(root()));
  EXPECT_FALSE(out->at(1).key);
}

TEST(x509_pkcs12, modern_and_legacy_encryption_and_none) {
  for (const key_kind kind : {key_kind::p256, key_kind::rsa2048, key_kind::ed25519}) {
    const issued made = issue({.common_name = "leaf.test", .key = kind}, &root());
    for (const encryption how : {encryption::modern, encryption::legacy, encryption::none})
      expect_leaf_and_root(read_pfx(pkcs12(made, {root()}, "secret", how), "secret"), made);
  }
}

TEST(x509_pkcs12, keeps_the_order_of_the_file) {
  const auto out = read_pfx(test::pki::pkcs12_in_order({root(), leaf()}, leaf()), "");
  ASSERT_TRUE(out);
  ASSERT_EQ(out->size(), 2u);
  EXPECT_TRUE(out->at(0).leaf == parsed(root()));
  EXPECT_FALSE(out->at(0).key);
  EXPECT_TRUE(out->at(1).key);
}

TEST(x509_pkcs12, keeps_the_friendly_name) {
  const auto out = read_pfx(pkcs12(leaf(), {}, "secret", encryption::modern, "My key \xC3\xBC"), "secret");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->front().friendly_name, "My key \xC3\xBC");
}

TEST(x509_pkcs12, passwords_are_utf8) {
  const std::string password = "p\xC3\xA4ss\xF0\x9F\x94\x92";
  for (const encryption how : {encryption::modern, encryption::legacy})
    EXPECT_TRUE(read_pfx(pkcs12(leaf(), {}, password, how), password));
}

TEST(x509_pkcs12, an_empty_password_is_none_too) {
  for (const encryption how : {encryption::modern, encryption::legacy})
    EXPECT_TRUE(read_pfx(pkcs12(leaf(), {}, "", how), ""));
  // Encrypted without a password at all, which derives another key than "".
  PKCS12* const file =
      PKCS12_create(nullptr, nullptr, leaf().key.get(), leaf().certificate.get(), nullptr, 0, 0, 0, 0, 0);
  unsigned char* der = nullptr;
  const int size = i2d_PKCS12(file, &der);
  const std::string blob(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  PKCS12_free(file);
  EXPECT_TRUE(read_pfx(blob, ""));
}

// Inputs that once kept a fuzz target busy for hours: a few bytes that ask for 2^31 rounds of key derivation.
std::string once_found(const std::string& name) {
  std::ifstream file(SCHANNIX_SOURCE_DIR "/fuzz/regressions/certificates/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(x509_pkcs12, more_rounds_than_a_file_may_ask_for) {
  const std::string blob = once_found("pfx_iterations").substr(1);  // behind what the target itself reads
  ASSERT_TRUE(blob.starts_with("\x30"));
  EXPECT_EQ(why(read_pfx(blob, "secret")), reason::malformed_object);
}

TEST(x509_pem, more_rounds_than_a_key_may_ask_for) {
  for (const std::string name : {"pem_iterations", "pem_iterations_mislabelled"}) {
    const std::string found = once_found(name);
    const auto begin = found.rfind("-----BEGIN ");
    ASSERT_NE(begin, std::string::npos);
    EXPECT_EQ(why(read_pem(test_environment(), leaf().pem(), found.substr(begin), "secret")), reason::malformed_object);
  }
}

TEST(x509_pkcs12, a_wrong_password_is_told) {
  for (const encryption how : {encryption::modern, encryption::legacy}) {
    const std::string blob = pkcs12(leaf(), {}, "secret", how);
    EXPECT_EQ(why(read_pfx(blob, "Secret")), reason::wrong_password);
    EXPECT_EQ(why(read_pfx(blob, "")), reason::wrong_password);
  }
}

TEST(x509_pkcs12, a_damaged_file_is_told) {
  const std::string blob = pkcs12(leaf(), {}, "secret", encryption::modern);
  for (std::size_t size = 0; size < blob.size(); size += 13)
    EXPECT_EQ(why(read_pfx(blob.substr(0, size), "secret")), reason::malformed_object) << size;
  EXPECT_EQ(why(read_pfx("no PKCS#12", "")), reason::malformed_object);
  std::string flipped = blob;
  flipped[blob.size() / 2] = static_cast<char>(~flipped[blob.size() / 2]);
  EXPECT_FALSE(read_pfx(flipped, "secret"));
}

auto read(const std::string& certificates, const std::string& key, std::string_view password = "") {
  return read_pem(test_environment(), certificates, key, password);
}

TEST(x509_pem, chain_and_key_in_any_order) {
  const std::string text = "a comment\n" + leaf().pem() + root().pem();
  expect_leaf_and_root(read(text, leaf().key_pem()), leaf());
  for (const std::string& whole :
       {leaf().key_pem() + text, leaf().pem() + leaf().key_pem() + root().pem(), text + leaf().key_pem()})
    expect_leaf_and_root(read(whole, whole), leaf());
  const auto reversed = read(root().pem() + leaf().pem(), leaf().key_pem());
  ASSERT_TRUE(reversed);
  EXPECT_FALSE(reversed->at(0).key);
  EXPECT_TRUE(reversed->at(1).key);
}

TEST(x509_pem, as_windows_editors_write_it) {
  std::string text = "\xEF\xBB\xBF";
  for (const char unit : leaf().pem() + root().pem() + leaf().key_pem())
    text += unit == '\n' ? "\r\n" : std::string(1, unit);
  expect_leaf_and_root(read(text, text), leaf());
}

TEST(x509_pem, without_a_key) {
  const auto out = read(leaf().pem() + leaf().key_pem(), "");
  ASSERT_TRUE(out);
  ASSERT_EQ(out->size(), 1u);
  EXPECT_FALSE(out->front().key);
}

TEST(x509_pem, encrypted_keys) {
  const std::string modern = leaf().key_pem("secret");
  EXPECT_TRUE(read(leaf().pem(), modern, "secret"));
  EXPECT_EQ(why(read(leaf().pem(), modern, "other")), reason::wrong_password);
  EXPECT_EQ(why(read(leaf().pem(), modern, "")), reason::wrong_password);
}

TEST(x509_pem, the_forms_that_openssl_writes) {
  const test::pki::workshop shop;
  const issued rsa = issue({.common_name = "rsa", .key = key_kind::rsa2048});
  shop.write("ec.pem", leaf().key_pem());
  shop.write("rsa.pem", rsa.key_pem());
  shop.openssl("pkey -in rsa.pem -traditional -out rsa-1.pem");
  shop.openssl("rsa -in rsa.pem -traditional -aes128 -passout pass:secret -out rsa-2.pem");
  shop.openssl("ec -in ec.pem -out ec-1.pem");
  shop.openssl("ecparam -name prime256v1 -out parameters.pem");
  shop.openssl("ec -in ec.pem -aes256 -passout pass:secret -out ec-2.pem");
  EXPECT_TRUE(read(rsa.pem(), shop.read("rsa-1.pem")));
  EXPECT_TRUE(read(rsa.pem(), shop.read("rsa-2.pem"), "secret"));
  EXPECT_EQ(why(read(rsa.pem(), shop.read("rsa-2.pem"), "wrong")), reason::wrong_password);
  EXPECT_TRUE(read(leaf().pem(), shop.read("parameters.pem") + shop.read("ec-1.pem")));
  EXPECT_TRUE(read(leaf().pem(), shop.read("ec-2.pem"), "secret"));
}

TEST(x509_pem, refusals) {
  EXPECT_EQ(why(read("", "")), reason::not_found);
  EXPECT_EQ(why(read("no PEM here", "")), reason::not_found);
  EXPECT_EQ(why(read(leaf().key_pem(), "")), reason::not_found);
  EXPECT_EQ(why(read(leaf().pem(), root().key_pem())), reason::no_credentials);
  EXPECT_EQ(why(read(leaf().pem(), leaf().pem())), reason::malformed_object);
  EXPECT_EQ(why(read(leaf().pem(), "no key")), reason::malformed_object);
  const std::string key = leaf().key_pem();
  EXPECT_EQ(why(read(leaf().pem(), key.substr(0, key.size() / 2))), reason::malformed_object);
  const std::string text = leaf().pem();
  EXPECT_EQ(why(read(text.substr(0, text.size() / 2), "")), reason::malformed_object);
  std::string damaged = text;
  damaged[text.size() / 2] = '!';
  EXPECT_EQ(why(read(damaged, "")), reason::malformed_object);
}

TEST(x509_pem, text_that_is_written_is_read) {
  const auto out = read(to_pem(parsed(leaf())), "");
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->front().leaf == parsed(leaf()));
  EXPECT_EQ(to_pem(parsed(leaf())), leaf().pem());
}

}  // namespace
}  // namespace schannix::engine

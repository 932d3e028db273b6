#include "engine/aead.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

#include "engine/environment.hpp"

namespace schannix::engine {
namespace {

using base::byte;
using base::bytes;
using base::bytes_span;
using base::bytes_view;

constexpr aead_algorithm all_algorithms[] = {aead_algorithm::aes_128_gcm, aead_algorithm::aes_256_gcm,
                                             aead_algorithm::chacha20_poly1305};

const environment& shared_environment() {
  static const environment env;
  return env;
}

bytes from_hex(const std::string& text) {
  bytes made;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    made.push_back(static_cast<byte>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return made;
}

aead make(aead_algorithm algorithm, direction way, const bytes& key) {
  return *aead::make(shared_environment(), algorithm, way, key);
}

// Published vectors.

struct vector_of {
  const char* name;
  aead_algorithm algorithm;
  std::string key, nonce, associated, plain, sealed, tag;
};

const vector_of published[] = {
    {"gcm_specification_case_4", aead_algorithm::aes_128_gcm, "feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
     "ba637b39",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac97"
     "3d58e091",
     "5bc94fbc3221a5db94fae95ae7121a47"},
    {"gcm_specification_case_1_empty", aead_algorithm::aes_128_gcm, "00000000000000000000000000000000",
     "000000000000000000000000", "", "", "", "58e2fccefa7e3061367f1d57a4e7455a"},
    {"gcm_specification_case_16", aead_algorithm::aes_256_gcm,
     "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
     "ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
     "bcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
    {"rfc8439_section_2_8_2", aead_algorithm::chacha20_poly1305,
     "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", "070000004041424344454647",
     "50515253c0c1c2c3c4c5c6c7",
     "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c64206f6666"
     "657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265656e20776f756c642062652069"
     "742e",
     "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b29"
     "05d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b"
     "6116",
     "1ae10b594f09e26a7e902ecbd0600691"}};

struct known_answer : testing::TestWithParam<vector_of> {};
INSTANTIATE_TEST_SUITE_P(aead, known_answer, testing::ValuesIn(published),
                         [](const auto& of) { return of.param.name; });

TEST_P(known_answer, seals_to_it_and_opens_it) {
  const vector_of& given = GetParam();
  bytes data = from_hex(given.plain);
  bytes tag(aead_tag_size);
  auto out = make(given.algorithm, direction::seal, from_hex(given.key));
  ASSERT_TRUE(out.seal(from_hex(given.nonce), from_hex(given.associated), data, {}, tag));
  EXPECT_EQ(data, from_hex(given.sealed));
  EXPECT_EQ(tag, from_hex(given.tag));
  auto in = make(given.algorithm, direction::open, from_hex(given.key));
  ASSERT_TRUE(in.open(from_hex(given.nonce), from_hex(given.associated), data, tag));
  EXPECT_EQ(data, from_hex(given.plain));
}

// The rules, for each algorithm.

struct aead_of : testing::TestWithParam<aead_algorithm> {
  bytes key = bytes(key_size_of(GetParam()), 0x42);
  bytes nonce = bytes(aead_nonce_size, 0x24);
  bytes associated = {1, 2, 3, 4, 5};
  bytes tag = bytes(aead_tag_size);
  aead out = make(GetParam(), direction::seal, key);
  aead in = make(GetParam(), direction::open, key);
};

std::string name_of(const testing::TestParamInfo<aead_algorithm>& of) {
  const char* const names[] = {"aes_128_gcm", "aes_256_gcm", "chacha20_poly1305"};
  return names[static_cast<int>(of.param)];
}

INSTANTIATE_TEST_SUITE_P(algorithms, aead_of, testing::ValuesIn(all_algorithms), name_of);

TEST_P(aead_of, refuses_a_key_of_another_size) {
  for (const std::size_t size : {std::size_t{0}, key.size() - 1, key.size() + 1, std::size_t{24}}) {
    EXPECT_FALSE(aead::make(shared_environment(), GetParam(), direction::seal, bytes(size))) << size;
  }
}

TEST_P(aead_of, a_refused_message_is_wiped_and_the_next_one_opens) {
  const bytes plain(100, 0x5a);
  bytes good = plain;
  ASSERT_TRUE(out.seal(nonce, associated, good, {}, tag));
  bytes wrong_tag = tag;
  wrong_tag[15] ^= 1;
  for (int i = 0; i < 3; ++i) {
    bytes data = good;
    EXPECT_FALSE(in.open(nonce, associated, data, wrong_tag));
    EXPECT_EQ(data, bytes(100));
    data = good;
    EXPECT_TRUE(in.open(nonce, associated, data, tag));
    EXPECT_EQ(data, plain);
  }
}

TEST_P(aead_of, refuses_wrong_sizes_and_the_wrong_direction) {
  bytes data(10, 1);
  EXPECT_FALSE(out.seal(bytes(11), associated, data, {}, tag));
  EXPECT_FALSE(out.seal(nonce, associated, data, {}, bytes_span(tag).first(15)));
  EXPECT_FALSE(in.open(bytes(8), associated, data, tag));
  EXPECT_FALSE(in.open(nonce, associated, data, bytes_view(tag).first(12)));
  EXPECT_FALSE(in.seal(nonce, associated, data, {}, tag));
  EXPECT_FALSE(out.open(nonce, associated, data, tag));
}

TEST_P(aead_of, leaves_the_error_queue_clean) {
  ERR_clear_error();
  bytes data(10, 1);
  EXPECT_FALSE(in.open(nonce, associated, data, tag));
  EXPECT_FALSE(in.open(nonce, {}, bytes_span(data).first(0), tag));
  EXPECT_FALSE(in.seal(nonce, associated, data, {}, tag));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST_P(aead_of, an_empty_message_is_authenticated) {
  ASSERT_TRUE(out.seal(nonce, associated, {}, {}, tag));
  EXPECT_TRUE(in.open(nonce, associated, {}, tag));
  tag[0] ^= 1;
  EXPECT_FALSE(in.open(nonce, associated, {}, tag));
}

TEST_P(aead_of, moves) {
  aead moved = std::move(out);
  bytes data(10, 1);
  EXPECT_TRUE(moved.seal(nonce, associated, data, {}, tag));
  out = std::move(moved);
  EXPECT_TRUE(out.seal(nonce, associated, data, {}, tag));
}

// Data and tail are one message wherever they lie and wherever it is split.
RC_GTEST_PROP(aead_property, a_split_message_is_the_same_message, (bytes plain, bytes associated)) {
  const auto algorithm =
      *rc::gen::element(aead_algorithm::aes_128_gcm, aead_algorithm::aes_256_gcm, aead_algorithm::chacha20_poly1305);
  const bytes key = *rc::gen::container<bytes>(key_size_of(algorithm), rc::gen::arbitrary<byte>());
  const bytes nonce = *rc::gen::container<bytes>(aead_nonce_size, rc::gen::arbitrary<byte>());
  const auto at = *rc::gen::inRange<std::size_t>(0, plain.size() + 1);
  auto out = make(algorithm, direction::seal, key);
  auto in = make(algorithm, direction::open, key);

  bytes whole = plain, whole_tag(aead_tag_size), split_tag(aead_tag_size);
  RC_ASSERT(out.seal(nonce, associated, whole, {}, whole_tag));
  const auto middle = plain.begin() + static_cast<std::ptrdiff_t>(at);
  bytes front(plain.begin(), middle), back(middle, plain.end());
  RC_ASSERT(out.seal(nonce, associated, front, back, split_tag));
  RC_ASSERT(split_tag == whole_tag);
  front.insert(front.end(), back.begin(), back.end());
  RC_ASSERT(front == whole);
  RC_ASSERT(in.open(nonce, associated, whole, whole_tag));
  RC_ASSERT(whole == plain);
}

RC_GTEST_PROP(aead_property, every_input_is_authenticated, (bytes data)) {
  const auto algorithm =
      *rc::gen::element(aead_algorithm::aes_128_gcm, aead_algorithm::aes_256_gcm, aead_algorithm::chacha20_poly1305);
  const bytes key(key_size_of(algorithm), 9);
  bytes nonce(aead_nonce_size, 7), associated(13, 5), tag(aead_tag_size);
  RC_ASSERT(make(algorithm, direction::seal, key).seal(nonce, associated, data, {}, tag));
  bytes* const changed = *rc::gen::element(&nonce, &associated, &tag, &data);
  RC_PRE(!changed->empty());
  (*changed)[*rc::gen::inRange<std::size_t>(0, changed->size())] ^= static_cast<byte>(1 << *rc::gen::inRange(0, 8));
  RC_ASSERT_FALSE(make(algorithm, direction::open, key).open(nonce, associated, data, tag));
  RC_ASSERT(std::all_of(data.begin(), data.end(), [](byte b) { return b == 0; }));
}

}  // namespace
}  // namespace schannix::engine

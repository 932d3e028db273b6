// The rules one by one, in every suite. Comparison with a second implementation: aead_half_property_test.cpp.
#include "record/aead_half.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "independent.hpp"

namespace schannix::record::test {
namespace {

using base::reason;
using engine::direction;

constexpr std::uint64_t last_sequence = ~std::uint64_t{0};

struct aead_half_of : testing::TestWithParam<suite> {
  const engine::environment& env = shared_environment();
  material with{GetParam()};

  bool tls13() const { return GetParam().tls13(); }
  aead_half writer(std::uint64_t sequence = 0, std::uint64_t explicit_nonce = 0) {
    return *aead_half::make(env, direction::seal, with.keys(sequence, explicit_nonce));
  }
  aead_half reader(std::uint64_t sequence = 0) { return *aead_half::make(env, direction::open, with.keys(sequence)); }

  bytes sealed(aead_half& half, content_type type, const bytes& plain) {
    const engine::overhead around = half.sizes();
    bytes record(around.header + plain.size() + around.trailer);
    std::copy(plain.begin(), plain.end(), record.begin() + static_cast<std::ptrdiff_t>(around.header));
    const bytes_span all(record);
    const auto used =
        half.seal(type, all.first(around.header), all.subspan(around.header, plain.size()), all.last(around.trailer));
    EXPECT_TRUE(used);
    record.resize(around.header + plain.size() + (used ? *used : 0));
    return record;
  }

  // The record must be refused for this reason with this alert, its fragment wiped, the sequence as before.
  void refused(bytes record, reason why, byte alert) {
    auto half = reader();
    const auto answer = half.open(record);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().blame, base::cause::peer);
    EXPECT_EQ(answer.error().why, why);
    EXPECT_EQ(answer.error().alert_to_send, alert);
    EXPECT_TRUE(std::all_of(record.begin() + 5, record.end(), [](byte b) { return b == 0; }));
    EXPECT_EQ(half.sequence(), 0U);
  }
};

INSTANTIATE_TEST_SUITE_P(suites, aead_half_of, testing::ValuesIn(all_suites),
                         [](const auto& of) { return of.param.name(); });

TEST_P(aead_half_of, announces_the_sizes_of_the_suite) {
  const engine::overhead around = writer().sizes();
  EXPECT_EQ(around.header, GetParam().explicit_nonce() ? 13U : 5U);
  EXPECT_EQ(around.trailer, tls13() ? 17U : 16U);
  EXPECT_EQ(around.block, 16U);
}

TEST_P(aead_half_of, refuses_keys_of_another_size) {
  for (const std::size_t off : {std::size_t{1}, std::size_t{8}}) {
    half_keys keys = with.keys();
    const bytes longer(keys.key.size() + off);
    keys.key = longer;
    EXPECT_FALSE(aead_half::make(env, direction::seal, keys));
    keys = with.keys();
    const bytes other_iv(keys.iv.size() == 4 ? 4 + off : 12 - off);
    keys.iv = other_iv;
    EXPECT_FALSE(aead_half::make(env, direction::seal, keys));
  }
}

TEST_P(aead_half_of, opens_what_it_sealed_in_order) {
  auto out = writer(41, 1000);
  auto in = reader(41);
  for (const content_type type : {content_type::application_data, content_type::handshake, content_type::alert}) {
    bytes record = sealed(out, type, {1, 2, 3});
    const auto found = in.open(record);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->type, type);
    EXPECT_EQ(found->offset, GetParam().explicit_nonce() ? 13U : 5U);
    const bytes_view inside = bytes_view(record).subspan(found->offset, found->size);
    EXPECT_EQ(bytes(inside.begin(), inside.end()), (bytes{1, 2, 3}));
  }
  EXPECT_EQ(out.sequence(), 44U);
  EXPECT_EQ(in.sequence(), 44U);
}

TEST_P(aead_half_of, writes_the_header_of_its_version) {
  auto out = writer();
  const bytes record = sealed(out, content_type::alert, {1, 0});
  EXPECT_EQ(record[0], tls13() ? 23 : 21);
  EXPECT_EQ(base::load_u16(bytes_view(record).subspan(1)), 0x0303);
  EXPECT_EQ(base::load_u16(bytes_view(record).subspan(3)), record.size() - 5);
}

TEST_P(aead_half_of, explicit_nonces_count_up_from_the_given_one) {
  if (!GetParam().explicit_nonce()) return;
  auto out = writer(5, 0x00000000ffffffff);
  const bytes first = sealed(out, content_type::application_data, {1});
  const bytes second = sealed(out, content_type::application_data, {1});
  EXPECT_EQ(bytes(first.begin() + 5, first.begin() + 13), (bytes{0, 0, 0, 0, 255, 255, 255, 255}));
  EXPECT_EQ(bytes(second.begin() + 5, second.begin() + 13), (bytes{0, 0, 0, 1, 0, 0, 0, 0}));
}

TEST_P(aead_half_of, accepts_empty_application_data_and_no_other_empty_record) {
  bytes record = independent::seal(with, 0, 0, content_type::application_data, {});
  const auto found = reader().open(record);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size, 0U);
  refused(independent::seal(with, 0, 0, content_type::alert, {}), reason::illegal_message, 10);
  refused(independent::seal(with, 0, 0, content_type::handshake, {}), reason::illegal_message, 10);
}

TEST_P(aead_half_of, takes_change_cipher_spec_in_tls12_only) {
  bytes record = independent::seal(with, 0, 0, content_type::change_cipher_spec, {1});
  if (tls13()) {
    refused(record, reason::illegal_message, 10);
  } else {
    EXPECT_EQ(reader().open(record)->type, content_type::change_cipher_spec);
  }
}

TEST_P(aead_half_of, refuses_unknown_types) {
  for (const int type : {1, 19, 24, 255}) {
    refused(independent::seal(with, 0, 0, static_cast<content_type>(type), {1, 2}), reason::illegal_message, 10);
  }
}

TEST_P(aead_half_of, refuses_clear_records_once_protected) {
  refused({21, 3, 3, 0, 2, 1, 0}, tls13() ? reason::illegal_message : reason::bad_record, tls13() ? 10 : 20);
  refused({20, 3, 3, 0, 1, 1}, tls13() ? reason::illegal_message : reason::bad_record, tls13() ? 10 : 20);
}

TEST_P(aead_half_of, judges_the_version_in_tls12_and_only_authenticates_it_in_tls13) {
  bytes record = independent::seal(with, 0, 0, content_type::application_data, {1, 2});
  record[2] = 1;
  if (tls13()) {
    refused(record, reason::bad_record, 20);
  } else {
    refused(record, reason::illegal_message, 70);
  }
}

TEST_P(aead_half_of, refuses_records_too_short_for_nonce_and_tag) {
  const std::size_t least = GetParam().explicit_nonce() ? 24 : 16;
  for (std::size_t length = 0; length < least; ++length) {
    bytes record = independent::header(23, length);
    record.resize(5 + length, 0xaa);
    refused(record, reason::bad_record, 20);
  }
}

TEST_P(aead_half_of, refuses_a_whole_record_of_the_wrong_sequence_or_key) {
  const bytes plain(100, 0x5a);
  refused(independent::seal(with, 1, 0, content_type::application_data, plain), reason::bad_record, 20);
  const material other(GetParam(), 2);
  refused(independent::seal(other, 0, 0, content_type::application_data, plain), reason::bad_record, 20);
}

TEST_P(aead_half_of, works_on_after_a_refused_record) {
  auto in = reader();
  bytes good = independent::seal(with, 0, 7, content_type::application_data, {1, 2, 3});
  bytes bad = good;
  bad.back() ^= 1;
  EXPECT_FALSE(in.open(bad));
  EXPECT_TRUE(in.open(good));
}

TEST_P(aead_half_of, takes_the_largest_plaintext_and_no_more) {
  bytes record = independent::seal(with, 0, 0, content_type::application_data, bytes(16384, 1));
  const auto found = reader().open(record);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size, 16384U);
  refused(independent::seal(with, 0, 0, content_type::application_data, bytes(16385, 1)), reason::illegal_message, 22);
}

TEST_P(aead_half_of, wants_the_record_to_be_exactly_as_long_as_its_header_says) {
  const bytes good = independent::seal(with, 0, 0, content_type::application_data, {1, 2, 3});
  for (const std::size_t size : {std::size_t{0}, std::size_t{4}, good.size() - 1, good.size() + 1}) {
    bytes other = good;
    other.resize(size);
    const bytes before = other;
    const auto answer = reader().open(other);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().blame, base::cause::bug);
    EXPECT_EQ(other, before);
  }
}

TEST_P(aead_half_of, never_uses_the_last_sequence_number) {
  auto out = writer(last_sequence - 1);
  bytes record = sealed(out, content_type::application_data, {1});
  auto in = reader(last_sequence - 1);
  EXPECT_TRUE(in.open(record));

  bytes header(out.sizes().header, 0x77), data(3, 0x77), trailer(out.sizes().trailer, 0x77);
  const auto answer = out.seal(content_type::application_data, header, data, trailer);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().why, reason::expired);
  EXPECT_EQ(data, bytes(3, 0x77));
  EXPECT_EQ(header, bytes(header.size(), 0x77));

  bytes next = independent::seal(with, last_sequence, 1, content_type::application_data, {1});
  const bytes before = next;
  const auto refusal = in.open(next);
  ASSERT_FALSE(refusal);
  EXPECT_EQ(refusal.error().why, reason::expired);
  EXPECT_EQ(next, before);
}

TEST_P(aead_half_of, a_callers_mistake_changes_nothing) {
  auto out = writer();
  const engine::overhead around = out.sizes();
  struct mistake {
    std::size_t header, data, trailer;
    reason why;
  };
  const mistake mistakes[] = {{around.header - 1, 10, around.trailer, reason::buffer_too_small},
                              {around.header + 1, 10, around.trailer, reason::buffer_too_small},
                              {0, 10, around.trailer, reason::buffer_too_small},
                              {around.header, 10, around.trailer - 1, reason::buffer_too_small},
                              {around.header, 16385, around.trailer, reason::message_too_long}};
  for (const mistake& made : mistakes) {
    bytes header(made.header, 0x11), data(made.data, 0x22), trailer(made.trailer, 0x33);
    const auto answer = out.seal(content_type::application_data, header, data, trailer);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().blame, base::cause::caller);
    EXPECT_EQ(answer.error().why, made.why);
    EXPECT_EQ(header, bytes(made.header, 0x11));
    EXPECT_EQ(data, bytes(made.data, 0x22));
    EXPECT_EQ(trailer, bytes(made.trailer, 0x33));
  }
  EXPECT_EQ(sealed(out, content_type::application_data, {9}),
            independent::seal(with, 0, 0, content_type::application_data, {9}));
}

TEST_P(aead_half_of, uses_no_more_of_a_long_trailer_than_it_needs) {
  auto out = writer();
  const engine::overhead around = out.sizes();
  bytes header(around.header), data(7, 1), trailer(around.trailer + 9, 0x33);
  const auto used = out.seal(content_type::application_data, header, data, trailer);
  ASSERT_TRUE(used);
  EXPECT_EQ(*used, around.trailer);
  EXPECT_EQ(bytes(trailer.begin() + static_cast<std::ptrdiff_t>(*used), trailer.end()), bytes(9, 0x33));
}

TEST_P(aead_half_of, a_half_of_the_other_direction_does_nothing_useful) {
  auto in = reader();
  bytes header(in.sizes().header), data(7, 1), trailer(in.sizes().trailer);
  const auto answer = in.seal(content_type::application_data, header, data, trailer);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().why, reason::encrypt_failure);
  EXPECT_EQ(answer.error().blame, base::cause::bug);
}

TEST_P(aead_half_of, moves_with_its_keys_and_its_count) {
  auto first = writer(3, 4);
  aead_half second = std::move(first);
  EXPECT_EQ(sealed(second, content_type::application_data, {1}),
            independent::seal(with, 3, 4, content_type::application_data, {1}));
}

// TLS 1.3's padding. RFC 8446 §5.4

struct padded : aead_half_of {};
INSTANTIATE_TEST_SUITE_P(tls13, padded, testing::Values(all_suites[0], all_suites[1], all_suites[2]),
                         [](const auto& of) { return of.param.name(); });

TEST_P(padded, padding_is_stripped_and_zeros_of_the_content_stay) {
  bytes record = independent::seal(with, 0, 0, content_type::application_data, {7, 0, 0}, 100);
  const auto found = reader().open(record);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size, 3U);
  EXPECT_EQ(bytes(record.begin() + 5, record.begin() + 8), (bytes{7, 0, 0}));
}

TEST_P(padded, an_empty_record_may_be_padded) {
  bytes record = independent::seal(with, 0, 0, content_type::application_data, {}, 16384);
  const auto found = reader().open(record);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size, 0U);
}

TEST_P(padded, nothing_but_padding_is_unexpected) {
  refused(independent::seal_inner(with, 0, {}), reason::illegal_message, 10);
  refused(independent::seal_inner(with, 0, bytes(1)), reason::illegal_message, 10);
  refused(independent::seal_inner(with, 0, bytes(16385)), reason::illegal_message, 10);
}

TEST_P(padded, plaintext_type_and_padding_share_one_limit) {
  bytes record = independent::seal(with, 0, 0, content_type::application_data, bytes(100, 1), 16385 - 101);
  EXPECT_TRUE(reader().open(record));
  refused(independent::seal(with, 0, 0, content_type::application_data, bytes(100, 1), 16386 - 101),
          reason::illegal_message, 22);
}

}  // namespace
}  // namespace schannix::record::test

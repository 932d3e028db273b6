// Random records against a second implementation, both ways; random damage is always seen.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "independent.hpp"

namespace schannix::record::test {
namespace {

using engine::direction;

struct record_property : testing::Test {
  const engine::environment& env = shared_environment();
};

suite any_suite() { return *rc::gen::elementOf(std::vector<suite>(std::begin(all_suites), std::end(all_suites))); }

content_type any_type() {
  return *rc::gen::element(content_type::application_data, content_type::handshake, content_type::alert);
}

// Small sizes, sizes around the AEADs' blocks, and the whole range.
bytes any_plain(std::size_t least) {
  const auto size =
      *rc::gen::oneOf(rc::gen::inRange<std::size_t>(least, 80), rc::gen::inRange<std::size_t>(16384 - 80, 16385),
                      rc::gen::inRange<std::size_t>(least, 16385));
  bytes made(size);
  auto value = *rc::gen::arbitrary<std::uint32_t>();
  for (byte& each : made) {
    value = value * 1664525U + 1013904223U;
    each = static_cast<byte>(value >> 24);
  }
  return made;
}

// One buffer between guard bytes, at a random alignment.
class guarded {
 public:
  explicit guarded(std::size_t size) : front_(32 + *rc::gen::inRange<std::size_t>(0, 16)), size_(size) {
    room_.assign(front_ + size + 32, guard);
  }
  bytes_span span() { return bytes_span(room_).subspan(front_, size_); }
  bytes content() const { return {room_.begin() + from(), room_.begin() + to()}; }
  bool intact() const {
    const auto is_guard = [](byte b) { return b == guard; };
    return std::all_of(room_.begin(), room_.begin() + from(), is_guard) &&
           std::all_of(room_.begin() + to(), room_.end(), is_guard);
  }

 private:
  static constexpr byte guard = 0xa7;
  std::ptrdiff_t from() const { return static_cast<std::ptrdiff_t>(front_); }
  std::ptrdiff_t to() const { return static_cast<std::ptrdiff_t>(front_ + size_); }
  std::size_t front_;
  std::size_t size_;
  bytes room_;
};

struct drawn {
  material with{any_suite(), *rc::gen::arbitrary<byte>()};
  content_type type = any_type();
  std::uint64_t sequence = *rc::gen::inRange<std::uint64_t>(0, ~std::uint64_t{0} - 1);
  std::uint64_t explicit_nonce = *rc::gen::arbitrary<std::uint64_t>();
  bytes plain = any_plain(type == content_type::application_data ? 0 : 1);

  bytes sealed_elsewhere(std::size_t padding = 0) const {
    return independent::seal(with, sequence, explicit_nonce, type, plain, padding);
  }
};

RC_GTEST_FIXTURE_PROP(record_property, seals_scattered_buffers_as_the_other_does, ()) {
  const drawn given;
  auto half = aead_half::make(env, direction::seal, given.with.keys(given.sequence, given.explicit_nonce));
  RC_ASSERT(static_cast<bool>(half));
  guarded header(half->sizes().header), data(given.plain.size()), trailer(half->sizes().trailer);
  std::copy(given.plain.begin(), given.plain.end(), data.span().begin());
  const auto used = half->seal(given.type, header.span(), data.span(), trailer.span());
  RC_ASSERT(used && *used == half->sizes().trailer);
  RC_ASSERT(header.intact() && data.intact() && trailer.intact());
  const bytes record = independent::joined({header.content(), data.content(), trailer.content()});
  RC_ASSERT(record == given.sealed_elsewhere());
  const auto found = independent::open(given.with, given.sequence, record);
  RC_ASSERT(found && found->type == given.type && found->plain == given.plain);
}

// One contiguous record; its size is what was announced (STREAM_SIZES).
RC_GTEST_FIXTURE_PROP(record_property, seals_one_buffer_as_the_other_does, ()) {
  const drawn given;
  auto half = aead_half::make(env, direction::seal, given.with.keys(given.sequence, given.explicit_nonce));
  RC_ASSERT(static_cast<bool>(half));
  const engine::overhead around = half->sizes();
  guarded record(around.header + given.plain.size() + around.trailer);
  const bytes_span data = record.span().subspan(around.header, given.plain.size());
  std::copy(given.plain.begin(), given.plain.end(), data.begin());
  const auto used =
      half->seal(given.type, record.span().first(around.header), data, record.span().last(around.trailer));
  RC_ASSERT(used && *used == around.trailer);
  RC_ASSERT(record.intact());
  RC_ASSERT(record.content() == given.sealed_elsewhere());
}

RC_GTEST_FIXTURE_PROP(record_property, opens_in_place_what_the_other_sealed, ()) {
  const drawn given;
  const std::size_t most = given.with.used.tls13() ? 16384 - given.plain.size() : 0;
  const auto padding = *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(most, 300) + 1);
  const bytes sealed = given.sealed_elsewhere(padding);
  guarded record(sealed.size());
  std::copy(sealed.begin(), sealed.end(), record.span().begin());
  auto half = aead_half::make(env, direction::open, given.with.keys(given.sequence));
  const auto found = half->open(record.span());
  RC_ASSERT(found && record.intact());
  RC_ASSERT(found->type == given.type);
  const bytes_span inside = record.span().subspan(found->offset, found->size);
  RC_ASSERT(bytes(inside.begin(), inside.end()) == given.plain);
  RC_ASSERT(half->sequence() == given.sequence + 1);
  const bytes after = record.content();
  RC_ASSERT(std::equal(after.end() - 16, after.end(), sealed.end() - 16));  // the tag stays readable
}

// Header type and version, nonce, ciphertext, tag: one flipped bit anywhere but in the length is refused and wiped.
RC_GTEST_FIXTURE_PROP(record_property, sees_every_flipped_bit, ()) {
  const drawn given;
  bytes record = given.sealed_elsewhere();
  const auto size = record.size();
  const auto at = *rc::gen::distinctFrom(
      rc::gen::oneOf(rc::gen::inRange<std::size_t>(0, 13), rc::gen::inRange<std::size_t>(5, size),
                     rc::gen::inRange<std::size_t>(size - 17, size)),
      std::size_t{3});
  RC_PRE(at != 4);
  record[at] ^= static_cast<byte>(1 << *rc::gen::inRange(0, 8));
  auto half = aead_half::make(env, direction::open, given.with.keys(given.sequence));
  RC_ASSERT_FALSE(static_cast<bool>(half->open(record)));
  RC_ASSERT(std::all_of(record.begin() + 5, record.end(), [](byte b) { return b == 0; }));
  RC_ASSERT(half->sequence() == given.sequence);
}

// Cutting or lengthening a record, its header agreeing, is seen by the authentication.
RC_GTEST_FIXTURE_PROP(record_property, sees_a_changed_length, ()) {
  const drawn given;
  bytes record = given.sealed_elsewhere();
  const auto fragment = *rc::gen::distinctFrom(rc::gen::inRange<std::size_t>(0, 16640), record.size() - 5);
  record.resize(5 + fragment);
  base::store_u16(bytes_span(record).subspan(3), fragment);
  auto half = aead_half::make(env, direction::open, given.with.keys(given.sequence));
  RC_ASSERT_FALSE(static_cast<bool>(half->open(record)));
}

RC_GTEST_FIXTURE_PROP(record_property, opens_in_the_order_of_sealing_only, ()) {
  const drawn given;
  const auto wrong = *rc::gen::distinctFrom(rc::gen::arbitrary<std::uint64_t>(), given.sequence);
  RC_PRE(wrong != ~std::uint64_t{0});
  bytes record = given.sealed_elsewhere();
  auto half = aead_half::make(env, direction::open, given.with.keys(wrong));
  const auto answer = half->open(record);
  RC_ASSERT_FALSE(static_cast<bool>(answer));
  RC_ASSERT(answer.error().why == base::reason::bad_record);
}

// Whatever arrives is answered, never followed out of its buffer.
RC_GTEST_FIXTURE_PROP(record_property, survives_any_bytes, ()) {
  const material with(any_suite());
  const bytes noise = any_plain(0);
  const bytes header = {*rc::gen::inRange<byte>(20, 24), 3, 3};
  bytes sent = independent::joined({header, independent::big_endian(noise.size(), 2), noise});
  guarded record(sent.size());
  std::copy(sent.begin(), sent.end(), record.span().begin());
  auto half = aead_half::make(env, direction::open, with.keys());
  RC_ASSERT_FALSE(static_cast<bool>(half->open(record.span())));
  RC_ASSERT(record.intact());
}

}  // namespace
}  // namespace schannix::record::test

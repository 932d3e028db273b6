#include "cert/serialized.hpp"

#include "engine/environment.hpp"
#include "fixture.hpp"

namespace schannix::cert {
namespace {

const engine::environment& env() {
  static const engine::environment made;
  return made;
}

engine::certificate parsed(const test::pki::issued& from) {
  const std::string der = from.der();
  auto made = engine::certificate::parse(env(), {reinterpret_cast<const base::byte*>(der.data()), der.size()});
  if (!made) throw std::runtime_error("a test certificate does not parse");
  return *made;
}

base::bytes leaf_and_root_bytes() { return serialize({parsed(leaf()), parsed(root())}); }

// A number as it lies in the store.
base::bytes number(unsigned value) {
  return {static_cast<base::byte>(value), static_cast<base::byte>(value >> 8), static_cast<base::byte>(value >> 16),
          static_cast<base::byte>(value >> 24)};
}
base::bytes joined(std::initializer_list<base::bytes> parts) {
  base::bytes all;
  for (const base::bytes& one : parts) all.insert(all.end(), one.begin(), one.end());
  return all;
}
base::bytes der_bytes(const test::pki::issued& of) {
  const std::string der = of.der();
  return {der.begin(), der.end()};
}

const base::bytes header = joined({number(0), {'C', 'E', 'R', 'T'}}), end = joined({number(0), number(0), number(0)});

base::bytes entry(unsigned id, const base::bytes& value, unsigned encoding = 1) {
  return joined({number(id), number(encoding), number(static_cast<unsigned>(value.size())), value});
}

base::reason why_not(const base::bytes& store) {
  const auto read = deserialize(env(), store);
  EXPECT_FALSE(read);
  return read ? base::reason::internal : read.error().why;
}

// [MS-OSHARED] 2.3.9.2
TEST(serialized, is_header_entries_and_end) {
  EXPECT_EQ(leaf_and_root_bytes(), joined({header, entry(32, der_bytes(leaf())), entry(32, der_bytes(root())), end}));
}

TEST(serialized, is_read_back_in_order) {
  const auto read = deserialize(env(), leaf_and_root_bytes());
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (std::vector{parsed(leaf()), parsed(root())}));
}

TEST(serialized, properties_are_passed_over) {
  const auto read = deserialize(env(), joined({header, entry(3, {1, 2, 3}), entry(32, der_bytes(leaf())), end}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 1u);
}

TEST(serialized, wherever_it_is_cut_it_is_malformed) {
  const base::bytes whole = leaf_and_root_bytes();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(why_not({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}),
              base::reason::malformed_object)
        << size;
}

TEST(serialized, what_is_malformed) {
  const base::bytes good = der_bytes(leaf());
  base::bytes longer = good;
  longer.push_back(0);
  for (const base::bytes& store :
       {joined({number(1), {'C', 'E', 'R', 'T'}, entry(32, good), end}),
        joined({number(0), {'C', 'R', 'L', 'S'}, entry(32, good), end}), joined({header, entry(32, good, 2), end}),
        joined({header, entry(32, {0x30, 0}), end}), joined({header, entry(32, longer), end}),
        joined({header, number(32), number(1), number(0xFFFFFFFF), good, end})})
    EXPECT_EQ(why_not(store), base::reason::malformed_object);
}

TEST(serialized, without_certificates_nothing_is_found) {
  EXPECT_EQ(why_not(joined({header, end})), base::reason::not_found);
}

}  // namespace
}  // namespace schannix::cert

// The record path allocates nothing, whatever it answers.
#include <gtest/gtest.h>

#include "independent.hpp"
#include "support/allocations.hpp"

namespace schannix::record::test {
namespace {

struct record_allocations : testing::TestWithParam<suite> {};
INSTANTIATE_TEST_SUITE_P(suites, record_allocations, testing::ValuesIn(all_suites),
                         [](const auto& of) { return of.param.name(); });

TEST_P(record_allocations, sealing_opening_and_refusing_are_none) {
  const material with(GetParam());
  auto out = aead_half::make(shared_environment(), engine::direction::seal, with.keys());
  auto in = aead_half::make(shared_environment(), engine::direction::open, with.keys());
  const engine::overhead around = out->sizes();
  constexpr std::size_t size = 1000;
  bytes record(around.header + size + around.trailer);
  const bytes_span all(record);
  int opened = 0, refused = 0;

  const std::size_t before = schannix::test::allocations();
  for (int round = 0; round < 5; ++round) {
    const auto used = out->seal(content_type::application_data, all.first(around.header),
                                all.subspan(around.header, size), all.last(around.trailer));
    opened += used && in->open(all) ? 1 : 0;
    refused += in->open(all) ? 0 : 1;  // the plaintext is no record
  }
  EXPECT_EQ(schannix::test::allocations(), before);
  EXPECT_EQ(opened, 5);
  EXPECT_EQ(refused, 5);
}

}  // namespace
}  // namespace schannix::record::test

#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace schannix::base {
namespace {

result<int> half_of(int value) {
  if (value % 2 != 0) return caller_mistake(reason::invalid_parameter);
  return value / 2;
}

result<std::string> quarter_of(int value) {
  SCHANNIX_TRY(const int half, half_of(value));
  SCHANNIX_TRY(const int quarter, half_of(half));
  return std::to_string(quarter);
}

result<void> divisible_by_four(int value) {
  SCHANNIX_TRY(const int half, half_of(value));
  SCHANNIX_CHECK(half_of(half));
  return {};
}

TEST(result, holds_a_value_or_a_failure) {
  const auto good = half_of(8);
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, 4);
  const auto bad = half_of(7);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().blame, cause::caller);
  EXPECT_EQ(bad.error().why, reason::invalid_parameter);
}

TEST(result, hands_the_first_failure_up) {
  EXPECT_EQ(*quarter_of(12), "3");
  EXPECT_EQ(quarter_of(7).error().why, reason::invalid_parameter);
  EXPECT_EQ(quarter_of(6).error().why, reason::invalid_parameter);
}

TEST(result, of_nothing_is_success_or_a_failure) {
  EXPECT_TRUE(divisible_by_four(8));
  EXPECT_FALSE(divisible_by_four(6));
  EXPECT_EQ(divisible_by_four(7).error().why, reason::invalid_parameter);
}

TEST(result, moves_what_it_holds) {
  result<std::unique_ptr<int>> made(std::make_unique<int>(5));
  EXPECT_EQ(**made, 5);
  const std::unique_ptr<int> out = *std::move(made);
  EXPECT_EQ(*out, 5);
}

TEST(result, reaches_into_its_value) {
  result<std::string> made(std::string("abc"));
  made->push_back('d');
  EXPECT_EQ(*made, "abcd");
  const result<std::string> fixed(std::string("abc"));
  EXPECT_EQ(fixed->size(), 3U);
}

TEST(failure, owes_an_alert_unless_the_caller_is_to_blame) {
  EXPECT_FALSE(caller_mistake(reason::expired).alert_to_send);
  EXPECT_EQ(peer_fault(reason::bad_record, 20).alert_to_send, 20);
  EXPECT_EQ(peer_fault(reason::bad_record, 20).blame, cause::peer);
  EXPECT_EQ(bug().alert_to_send, 80);
  EXPECT_EQ(bug().blame, cause::bug);
  EXPECT_EQ(out_of_memory().alert_to_send, 80);
  EXPECT_EQ(out_of_memory().blame, cause::resources);
}

}  // namespace
}  // namespace schannix::base

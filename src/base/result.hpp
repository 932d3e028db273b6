// result<T>: a value or a failure, which must be looked at. (std::expected is C++23.)
//
//   result<int> parse(bytes_view input);
//   SCHANNIX_TRY(const int length, parse(input));   // returns the failure to our caller, or declares length
#pragma once

#include <utility>
#include <variant>

#include "base/failure.hpp"

namespace schannix::base {

template <typename Value>
class [[nodiscard]] result {
 public:
  result(Value value) : held_(std::in_place_index<0>, std::move(value)) {}
  result(failure why) : held_(std::in_place_index<1>, why) {}

  explicit operator bool() const noexcept { return held_.index() == 0; }
  Value& operator*() & { return std::get<0>(held_); }
  const Value& operator*() const& { return std::get<0>(held_); }
  Value&& operator*() && { return std::get<0>(std::move(held_)); }
  Value* operator->() { return &std::get<0>(held_); }
  const Value* operator->() const { return &std::get<0>(held_); }
  const failure& error() const { return std::get<1>(held_); }

 private:
  std::variant<Value, failure> held_;
};

template <>
class [[nodiscard]] result<void> {
 public:
  result() = default;
  result(failure why) : failure_(why) {}

  explicit operator bool() const noexcept { return !failure_.has_value(); }
  const failure& error() const { return *failure_; }

 private:
  std::optional<failure> failure_;
};

}  // namespace schannix::base

#define SCHANNIX_JOIN_(a, b) a##b
#define SCHANNIX_JOIN(a, b) SCHANNIX_JOIN_(a, b)
// The project's one control-flow macro: declare from a result, or hand its failure to our own caller.
#define SCHANNIX_TRY(declaration, expression)                                           \
  auto SCHANNIX_JOIN(tried_, __LINE__) = (expression);                                  \
  if (!SCHANNIX_JOIN(tried_, __LINE__)) return SCHANNIX_JOIN(tried_, __LINE__).error(); \
  declaration = *std::move(SCHANNIX_JOIN(tried_, __LINE__))
#define SCHANNIX_CHECK(expression)                                                               \
  if (auto SCHANNIX_JOIN(checked_, __LINE__) = (expression); !SCHANNIX_JOIN(checked_, __LINE__)) \
  return SCHANNIX_JOIN(checked_, __LINE__).error()

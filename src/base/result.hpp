// result<T>: a value or a failure, which must be looked at. (std::expected is C++23.)
//
//   result<int> parse(bytes_view input);
//   SCHANNIX_TRY(const int length, parse(input));   // returns the failure to our caller, or declares length
//
// The failure is one machine word, and a small value lies beside it: such a result travels in registers. Put together
// in memory from smaller pieces it would be read in one piece, and every call on a record's way would wait for that.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "base/failure.hpp"

namespace schannix::base {

// 0: no failure.
class failure_word {
 public:
  constexpr failure_word() = default;
  constexpr explicit failure_word(const failure& why)
      : bits_(is_failure | std::uint64_t{static_cast<std::uint8_t>(why.blame)} |
              std::uint64_t{static_cast<std::uint8_t>(why.why)} << 8 | packed(why.alert_to_send) << 16 |
              packed(why.received_alert) << 32) {}

  constexpr bool failed() const noexcept { return bits_ != 0; }
  constexpr failure unpacked() const noexcept {
    return {static_cast<cause>(bits_ & 0xFF), static_cast<reason>(bits_ >> 8 & 0xFF), alert_at(16), alert_at(32)};
  }

 private:
  static constexpr std::uint64_t is_failure = std::uint64_t{1} << 63, is_there = 1 << 8;

  static constexpr std::uint64_t packed(std::optional<std::uint8_t> alert) { return alert ? is_there | *alert : 0; }
  constexpr std::optional<std::uint8_t> alert_at(unsigned shift) const {
    const std::uint64_t found = bits_ >> shift;
    if ((found & is_there) == 0) return std::nullopt;
    return static_cast<std::uint8_t>(found & 0xFF);
  }

  std::uint64_t bits_ = 0;
};

template <typename Value>
class [[nodiscard]] result {
 public:
  result(Value value) : value_(std::move(value)) {}
  result(const failure& why) : why_(why) {}

  explicit operator bool() const noexcept { return !why_.failed(); }
  Value& operator*() & { return at(value_); }
  const Value& operator*() const& { return at(value_); }
  Value&& operator*() && { return std::move(at(value_)); }
  Value* operator->() { return &at(value_); }
  const Value* operator->() const { return &at(value_); }
  failure error() const { return why_.unpacked(); }

 private:
  static constexpr bool plain = std::is_trivially_copyable_v<Value> && std::is_default_constructible_v<Value>;
  using storage = std::conditional_t<plain, Value, std::optional<Value>>;

  template <typename Storage>
  static auto& at(Storage& storage) {
    if constexpr (plain) {
      return storage;
    } else {
      return *storage;
    }
  }

  storage value_{};
  failure_word why_;
};

template <>
class [[nodiscard]] result<void> {
 public:
  result() = default;
  result(const failure& why) : why_(why) {}

  explicit operator bool() const noexcept { return !why_.failed(); }
  failure error() const { return why_.unpacked(); }

 private:
  failure_word why_;
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

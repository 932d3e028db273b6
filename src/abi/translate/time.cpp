#include "abi/translate/time.hpp"

#include <ctime>
#include <limits>

namespace schannix::abi {
namespace {

void store(PTimeStamp into, std::int64_t value) {
  if (into == nullptr) return;
  into->LowPart = static_cast<decltype(into->LowPart)>(value);
  into->HighPart = static_cast<decltype(into->HighPart)>(value >> 32);
}

}  // namespace

void store_never(PTimeStamp into) { store(into, std::numeric_limits<std::int64_t>::max()); }
void store_zero(PTimeStamp into) { store(into, 0); }

void store_local(PTimeStamp into, std::int64_t seconds_since_1970) {
  constexpr std::int64_t epoch_difference = 11644473600;  // 1601 to 1970
  constexpr std::int64_t ticks_each_second = 10000000;
  const std::time_t at = static_cast<std::time_t>(seconds_since_1970);
  std::tm local{};
  const std::int64_t offset = ::localtime_r(&at, &local) == nullptr ? 0 : local.tm_gmtoff;
  store(into, (seconds_since_1970 + offset + epoch_difference) * ticks_each_second);
}

}  // namespace schannix::abi

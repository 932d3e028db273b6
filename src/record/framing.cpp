#include "record/framing.hpp"

namespace schannix::record {

namespace {

constexpr base::byte tls_major = 3;

bool known_type(base::byte type) { return type >= 20 && type <= 23; }

// Judges only the bytes that are there, so that garbage is refused before a whole header has arrived.
bool acceptable(base::bytes_view input, std::size_t max_length) {
  if (input.size() >= 1 && !known_type(input[0])) return false;
  if (input.size() >= 2 && input[1] != tls_major) return false;
  if (input.size() >= 4) {
    const std::size_t low = input.size() >= 5 ? input[4] : 0;
    return (std::size_t{input[3]} << 8 | low) <= max_length;
  }
  return true;
}

}  // namespace

std::variant<header, incomplete, malformed> look(base::bytes_view input, std::size_t max_length) {
  if (!acceptable(input, max_length)) return malformed{};
  if (input.size() < engine::record_header_size) return incomplete{engine::record_header_size - input.size()};
  const header seen{static_cast<engine::content_type>(input[0]), input[1], input[2], base::load_u16(input.subspan(3))};
  if (input.size() < seen.record_size()) return incomplete{seen.record_size() - input.size()};
  return seen;
}

}  // namespace schannix::record

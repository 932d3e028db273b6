#include "chaos.hpp"

#include <algorithm>

namespace tool {

namespace {

std::size_t up_to(std::mt19937_64& from, std::size_t most) { return 1 + static_cast<std::size_t>(from() % most); }
bool one_in(std::mt19937_64& from, unsigned count) { return from() % count == 0; }

}  // namespace

std::size_t chaos::record_size(std::size_t left) {
  const std::size_t most = one_in(of_records_, 3) ? 3 : one_in(of_records_, 2) ? 500 : 16384;
  return up_to(of_records_, std::min(left, most));
}

// Few: whoever counts records without data takes many for a flood.
unsigned chaos::empty_records() { return one_in(of_records_, 4) ? static_cast<unsigned>(up_to(of_records_, 3)) : 0; }

bool chaos::key_update() { return one_in(of_records_, 8); }

// After each doubling of the bytes: whoever counts tickets takes many for a flood.
bool chaos::ticket(std::size_t size) {
  sealed_ += size;
  if (sealed_ < ticket_at_) return false;
  ticket_at_ = 2 * sealed_;
  return true;
}

bool chaos::joins_close() { return one_in(of_records_, 2); }

std::size_t chaos::portion() {
  const std::size_t most = one_in(of_transfers_, 4) ? 7 : one_in(of_transfers_, 3) ? 40000 : 2000;
  return up_to(of_transfers_, most);
}

std::chrono::milliseconds chaos::pause() { return std::chrono::milliseconds(one_in(of_transfers_, 4) ? 1 : 0); }

}  // namespace tool

// Structs to bytes and back, by one list of their fields for both ways:
//
//   template <typename Archive, typename State>
//   void each_field(Archive& with, State& of) { with.number(of.port); with.text(of.name, 255); }
//
//   packer counting;                    // no room: it only counts
//   each_field(counting, state);
//   bytes room(counting.size());
//   packer writing(room);
//   each_field(writing, state);
//   unpacker reading(room);             // another time
//   each_field(reading, another);
//   if (!reading.whole()) ...           // cut off, something left over, or a value that is none
//
// Numbers are big-endian, of the field's own size; what has a length has it in front, in four bytes, and a limit, which
// holds both ways. Nothing is allocated while packing, so that no copy of a secret is left anywhere.
#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "base/secret.hpp"

namespace schannix::base {

template <typename Number>
constexpr std::uint64_t largest_of = std::numeric_limits<std::uint64_t>::max() >> (64 - 8 * sizeof(Number));

class packer {
 public:
  explicit packer(bytes_span room = {}) : room_(room) {}

  // Of an enumeration: the last enumerator; of a bool: 1.
  template <typename Number>
  void number(Number value, std::uint64_t most = largest_of<Number>) {
    const auto all = static_cast<std::uint64_t>(value);
    failed_ = failed_ || all > most;
    for (std::size_t left = sizeof(Number); left-- > 0;) put(static_cast<byte>(all >> (8 * left)));
  }
  void bytes(bytes_view value, std::size_t limit) {
    number(static_cast<std::uint32_t>(value.size()), limit);
    fixed(value);
  }
  void text(const std::string& value, std::size_t limit) {
    bytes({reinterpret_cast<const byte*>(value.data()), value.size()}, limit);
  }
  template <std::size_t Capacity>
  void secret(const base::secret<Capacity>& value) {
    bytes(value.view(), Capacity);
  }
  void fixed(bytes_view value) {
    for (const byte one : value) put(one);
  }
  template <typename List, typename Each>
  void list(const List& all, std::size_t limit, Each each) {
    number(static_cast<std::uint32_t>(all.size()), limit);
    for (const auto& one : all) each(*this, one);
  }

  std::size_t size() const { return size_; }
  bool failed() const { return failed_; }  // a limit does not hold

 private:
  void put(byte one) {
    if (size_ < room_.size()) room_[size_] = one;
    ++size_;
  }

  bytes_span room_;
  std::size_t size_ = 0;
  bool failed_ = false;
};

// After the first thing that is wrong every value reads as none.
class unpacker {
 public:
  explicit unpacker(bytes_view from) : rest_(from) {}

  template <typename Number>
  void number(Number& value, std::uint64_t most = largest_of<Number>) {
    std::uint64_t all = 0;
    for (const byte one : take(sizeof(Number))) all = all << 8 | one;
    failed_ = failed_ || all > most;
    value = failed_ ? Number{} : static_cast<Number>(all);
  }
  void bytes(base::bytes& value, std::size_t limit) {
    const bytes_view found = sized(limit);
    value.assign(found.begin(), found.end());
  }
  void text(std::string& value, std::size_t limit) {
    const bytes_view found = sized(limit);
    value.assign(found.begin(), found.end());
  }
  template <std::size_t Capacity>
  void secret(base::secret<Capacity>& value) {
    value.assign(sized(Capacity));
  }
  void fixed(bytes_span value) {
    const bytes_view found = take(value.size());
    std::copy(found.begin(), found.end(), value.begin());
  }
  // A thing of the list takes at least a byte, so that a count that lies asks for no memory.
  template <typename List, typename Each>
  void list(List& all, std::size_t limit, Each each) {
    std::uint32_t count = 0;
    number(count, std::min(limit, rest_.left()));
    all.resize(count);
    for (auto& one : all) each(*this, one);
  }

  bool whole() const { return !failed_ && rest_.left() == 0; }

 private:
  bytes_view take(std::size_t count) {
    const auto found = failed_ ? std::nullopt : rest_.take(count);
    failed_ = !found;
    return found.value_or(bytes_view());
  }
  bytes_view sized(std::size_t limit) {
    std::uint32_t size = 0;
    number(size, limit);
    return take(size);
  }

  cursor rest_;
  bool failed_ = false;
};

}  // namespace schannix::base

// How a record is known again after DecryptMessage has opened it in place: its 5-byte header and its last 16 bytes
// (the AEAD tag) stay as they were. Two tickets have equal headers and lengths; their tags differ.
#pragma once

#include <algorithm>
#include <array>

#include "base/bytes.hpp"

namespace schannix::context {

class record_mark {
 public:
  record_mark() = default;
  explicit record_mark(base::bytes_view record) : size_(record.size()) { copy_ends(record, kept_); }

  std::size_t size() const { return size_; }

  // Does input begin with this record, as received or as opened?
  bool begins(base::bytes_view input) const {
    if (size_ == 0 || input.size() < size_) return false;
    std::array<base::byte, head_size + tail_size> theirs{};
    copy_ends(input.first(size_), theirs);
    return theirs == kept_;
  }

 private:
  static constexpr std::size_t head_size = 5, tail_size = 16;

  static void copy_ends(base::bytes_view record, std::array<base::byte, head_size + tail_size>& into) {
    const std::size_t head = std::min(record.size(), head_size), tail = std::min(record.size(), tail_size);
    std::copy_n(record.begin(), head, into.begin());
    std::copy_n(record.end() - static_cast<std::ptrdiff_t>(tail), tail, into.begin() + head_size);
  }

  std::size_t size_ = 0;
  std::array<base::byte, head_size + tail_size> kept_{};
};

}  // namespace schannix::context

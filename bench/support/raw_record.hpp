// What the two limits share: an AEAD with the nonce and associated data of a TLS record and nothing else of it: no
// header is written or read, no sequence is checked. Sealed in place, [data | tag], one after the other.
#pragma once

#include "support/pair.hpp"

namespace schannix::bench {

struct raw_nonce {
  std::array<unsigned char, 12> bytes{};
  void next() noexcept {
    for (std::size_t i = bytes.size(); i-- > 4 && ++bytes[i] == 0;) continue;
  }
};

// Cipher: seal(nonce, head, head_size, data, size, tag), and open the same, which throws when the tag is wrong.
template <class Cipher>
class raw_pair {
 public:
  explicit raw_pair(const bench_wanted& wanted)
      : cipher_(wanted.suite), inner_type_(wanted.minor == 3 ? 1 : 0), head_size_(wanted.minor == 3 ? 5 : 13) {}

  void prepare(std::size_t size, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) std::memcpy(slot(size, i), payload(), size);
  }
  void seal(std::size_t size, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i, sealing_.next())
      cipher_.seal(sealing_.bytes.data(), head_.data(), head_size_, slot(size, i), size + inner_type_,
                   slot(size, i) + size + inner_type_);
  }
  void open(std::size_t size, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i, opening_.next()) {
      opened_ = slot(size, i);
      cipher_.open(opening_.bytes.data(), head_.data(), head_size_, opened_, size + inner_type_,
                   opened_ + size + inner_type_);
    }
  }
  const unsigned char* opened() const noexcept { return opened_; }

 private:
  static constexpr std::size_t tag_size = 16;
  unsigned char* slot(std::size_t size, std::size_t i) {
    return wire_.bytes.data() + i * (head_size_ + size + inner_type_ + tag_size) + head_size_;
  }

  Cipher cipher_;
  std::size_t inner_type_, head_size_;
  std::array<unsigned char, 13> head_{};
  raw_nonce sealing_, opening_;
  wire wire_;
  unsigned char* opened_ = nullptr;
};

}  // namespace schannix::bench

// A struct of Windows' and all that it points to in one run of memory: it is put together here, with places in stead of
// pointers, and becomes itself when it is written where it stays. There may be keys in it: it is wiped.
#pragma once

#include <wincrypt.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace schannix::cert {

class flat {
 public:
  flat() = default;
  flat(const flat&) = delete;
  flat& operator=(const flat&) = delete;
  ~flat() { base::wipe(memory_); }

  std::size_t size() const noexcept { return memory_.size(); }

  // Zeros for that many bytes, aligned for anything; their place.
  std::size_t room(std::size_t size) {
    const std::size_t at = (memory_.size() + alignment - 1) / alignment * alignment;
    reserve(at + size);
    memory_.resize(at + size);
    return at;
  }
  template <typename Struct>
  std::size_t rooms(std::size_t count) {
    return room(count * sizeof(Struct));
  }

  // Members that are numbers, and members that are pointers.
  template <typename Value>
  void set(std::size_t at, Value value) {
    std::memcpy(memory_.data() + at, &value, sizeof value);
  }
  void point(std::size_t at, std::size_t to) { pointers_.emplace_back(at, to); }

  std::size_t copy(base::bytes_view bytes) {
    const std::size_t at = room(bytes.size());
    std::ranges::copy(bytes, memory_.begin() + static_cast<std::ptrdiff_t>(at));
    return at;
  }
  void text(std::size_t at, const std::string& value) {
    point(at, copy({reinterpret_cast<const base::byte*>(value.c_str()), value.size() + 1}));
  }
  void wide(std::size_t at, const std::wstring& value) {
    point(at, copy({reinterpret_cast<const base::byte*>(value.c_str()), (value.size() + 1) * sizeof(wchar_t)}));
  }
  void blob(std::size_t at, base::bytes_view bytes) {
    set(at + offsetof(CRYPT_DATA_BLOB, cbData), static_cast<DWORD>(bytes.size()));
    if (!bytes.empty()) point(at + offsetof(CRYPT_DATA_BLOB, pbData), copy(bytes));
  }

  // room is aligned for anything and has size() bytes.
  void write(void* room) const {
    if (memory_.empty()) return;
    std::memcpy(room, memory_.data(), memory_.size());
    for (const auto& [at, to] : pointers_) {
      const auto* const target = static_cast<const base::byte*>(room) + to;
      std::memcpy(static_cast<base::byte*>(room) + at, &target, sizeof target);
    }
  }

 private:
  static constexpr std::size_t alignment = alignof(std::max_align_t);

  // By doubling: a peer's certificate can have very many names. Where the memory was before, nothing is left of it.
  void reserve(std::size_t size) {
    if (size <= memory_.capacity()) return;
    base::bytes grown;
    grown.reserve(std::max(size, 2 * memory_.capacity()));
    grown.assign(memory_.begin(), memory_.end());
    memory_.swap(grown);
    base::wipe(grown);
  }

  base::bytes memory_;
  std::vector<std::pair<std::size_t, std::size_t>> pointers_;
};

}  // namespace schannix::cert

// Files and folders that nobody but their owner can have written: what keys and certificates are read from. Any thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"

namespace schannix::base {

class descriptor {
 public:
  explicit descriptor(int number = -1) : number_(number) {}
  descriptor(descriptor&& from) noexcept : number_(std::exchange(from.number_, -1)) {}
  descriptor(const descriptor&) = delete;
  ~descriptor();
  int get() const noexcept { return number_; }
  bool valid() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

// The content of a file that may hold a key: wiped at the end.
class private_content {
 public:
  private_content() = default;
  explicit private_content(bytes from) : bytes_(std::move(from)) {}
  private_content(private_content&& from) noexcept : bytes_(std::exchange(from.bytes_, {})) {}
  private_content(const private_content&) = delete;
  ~private_content();
  bytes_view view() const noexcept { return bytes_; }
  std::string_view text() const noexcept { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

 private:
  bytes bytes_;
};

enum class owners : std::uint8_t {
  ourselves,         // the process' effective user
  ourselves_or_root  // what belongs to the machine
};

// Not valid: no folder, another's, or one that others may write to.
descriptor open_own_folder(const std::string& path, owners who = owners::ourselves);

// Nothing: no file, another's, one that others may read, a link, no regular file, or one longer than most. What was
// looked at is what is read: both through one descriptor. Throws std::bad_alloc.
std::optional<private_content> read_own_file(int folder, const std::string& name, std::size_t most,
                                             owners who = owners::ourselves);

}  // namespace schannix::base

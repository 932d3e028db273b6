// Memory between the caller and us: structs of his that we fill, and what the library hands out and FreeContextBuffer
// frees, blocks of malloc's heap, zeroed.
#pragma once

#include <sspi.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/text.hpp"

namespace schannix::abi {

// The caller's struct that an attribute call points to.
template <typename Struct>
Struct& as(void* into) {
  return *static_cast<Struct*>(into);
}

void* allocate(std::size_t size);  // throws std::bad_alloc; never null, also for 0
void* allocate_copy(base::bytes_view bytes);

// Keys can be in it: wiped before it goes. Null does no harm.
void wipe_and_free(void* block) noexcept;

// A block that is ours until it is handed out.
struct block_owner {
  void operator()(void* block) const noexcept { wipe_and_free(block); }
};
using owned_block = std::unique_ptr<void, block_owner>;

// A NUL-terminated copy for the caller, of UTF-8 text: as it is, or wide.
SEC_CHAR* allocate_text(std::string_view text, SEC_CHAR);
SEC_WCHAR* allocate_text(std::string_view text, SEC_WCHAR);

// Into an array of the caller's struct: cut to fit, and zeros to its end.
template <std::size_t Size>
void copy_text(std::string_view text, WCHAR (&into)[Size]) {
  const std::wstring wide = base::from_utf8(text).substr(0, Size - 1);
  std::fill(std::copy(wide.begin(), wide.end(), into), into + Size, WCHAR{0});
}

}  // namespace schannix::abi

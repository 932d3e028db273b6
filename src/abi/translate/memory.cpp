#include "abi/translate/memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "base/secret.hpp"
#include "base/text.hpp"

namespace schannix::abi {

void* allocate(std::size_t size) {
  void* const block = std::calloc(1, std::max<std::size_t>(size, 1));
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void* allocate_copy(base::bytes_view bytes) {
  void* const block = allocate(bytes.size());
  std::copy(bytes.begin(), bytes.end(), static_cast<base::byte*>(block));
  return block;
}

void wipe_and_free(void* block) noexcept {
  base::wipe({static_cast<base::byte*>(block), malloc_usable_size(block)});
  std::free(block);
}

SEC_CHAR* allocate_text(std::string_view text, SEC_CHAR) {
  auto* const copy = static_cast<SEC_CHAR*>(allocate(text.size() + 1));
  std::copy(text.begin(), text.end(), copy);
  return copy;
}

SEC_WCHAR* allocate_text(std::string_view text, SEC_WCHAR) {
  const std::wstring wide = base::from_utf8(text);
  auto* const copy = static_cast<SEC_WCHAR*>(allocate((wide.size() + 1) * sizeof(SEC_WCHAR)));
  std::copy(wide.begin(), wide.end(), copy);
  return copy;
}

}  // namespace schannix::abi

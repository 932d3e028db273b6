#include "engine/secret_spots.hpp"

#include <malloc.h>
#include <openssl/crypto.h>
#include <string.h>

#include <algorithm>

#include "base/secret.hpp"

namespace schannix::engine {
namespace {

// Of the block that the object was allocated as. Nothing: the program gave OpenSSL an allocator of its own.
std::size_t size_of(const ssl_st* ssl) {
  CRYPTO_malloc_fn allocate = nullptr;
  CRYPTO_get_mem_functions(&allocate, nullptr, nullptr);
  return ssl == nullptr || allocate != CRYPTO_malloc ? 0 : malloc_usable_size(const_cast<ssl_st*>(ssl));
}

}  // namespace

void secret_spots::note(const ssl_st* ssl, base::bytes_view output) noexcept {
  const auto offset = reinterpret_cast<std::uintptr_t>(output.data()) - reinterpret_cast<std::uintptr_t>(ssl);
  const std::size_t size = size_of(ssl);
  if (offset >= size || output.size() > size - offset) return;  // in front of it: the difference wraps
  const spot made{static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(output.size())};
  for (spot& known : std::span(spots_).first(count_)) {
    if (known.offset != made.offset) continue;
    known.size = std::max(known.size, made.size);
    return;
  }
  if (count_ < spots_.size()) spots_[count_++] = made;
}

void secret_spots::note_copies(const ssl_st* ssl, base::bytes_view value) noexcept {
  base::bytes_view rest(reinterpret_cast<const base::byte*>(ssl), size_of(ssl));
  while (!value.empty() && rest.size() >= value.size()) {
    const auto* const found =
        static_cast<const base::byte*>(::memmem(rest.data(), rest.size(), value.data(), value.size()));
    if (found == nullptr) return;
    note(ssl, {found, value.size()});
    rest = rest.subspan(static_cast<std::size_t>(found - rest.data()) + value.size());
  }
}

void secret_spots::wipe(ssl_st* ssl) const noexcept {
  for (const spot& known : std::span(spots_).first(count_))
    base::wipe({reinterpret_cast<base::byte*>(ssl) + known.offset, known.size});
}

}  // namespace schannix::engine

#include "engine/negotiated_extensions.hpp"

namespace schannix::engine {
namespace {

constexpr std::uint8_t server_hello = 2, encrypted_extensions = 8;  // RFC 8446 §4
constexpr std::size_t message_header = 4, version_and_random = 2 + 32, suite_and_compression = 2 + 1;

// Up to the extensions' size. RFC 8446 §4.1.3, RFC 5246 §7.4.1.3
bool skip_to_extensions(base::cursor& hello) {
  if (!hello.take(version_and_random)) return false;
  const auto id_size = hello.u8();
  return id_size && hello.take(*id_size) && hello.take(suite_and_compression);
}

}  // namespace

void negotiated_extensions::see(base::bytes_view message) noexcept {
  if (message.size() < message_header) return;
  base::cursor body(message.subspan(message_header));
  if (message[0] == server_hello) {
    count_ = 0;
    if (skip_to_extensions(body)) add_block(body.rest());
  } else if (message[0] == encrypted_extensions) {
    add_block(body.rest());
  }
}

void negotiated_extensions::add_block(base::bytes_view extensions) noexcept {
  base::cursor from(extensions);
  if (!from.u16()) return;  // TLS 1.2: none at all
  for (auto number = from.u16(); number && count_ < known_.size(); number = from.u16()) {
    const auto size = from.u16();
    if (!size || !from.take(*size)) return;
    known_[count_++] = *number;
  }
}

}  // namespace schannix::engine

#include "cert/serialized.hpp"

#include <cstdint>
#include <optional>

namespace schannix::cert {
namespace {

constexpr std::uint32_t version = 0, file_type = 0x54524543;  // "CERT"
constexpr std::uint32_t end_entry = 0, certificate_entry = 32, x509_encoding = 1;

void append(base::bytes& to, std::uint32_t number) {
  for (int i = 0; i < 4; ++i, number >>= 8) to.push_back(static_cast<base::byte>(number & 0xFF));
}

std::optional<std::uint32_t> number(base::cursor& from) {
  const auto bytes = from.take(4);
  if (!bytes) return std::nullopt;
  const base::bytes_view at = *bytes;
  return std::uint32_t{at[0]} | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[3]} << 24;
}

struct entry {
  std::uint32_t id = end_entry;
  base::bytes_view value;
};

// Three numbers and, but for the end, the value whose size the third one says.
std::optional<entry> take_entry(base::cursor& from) {
  const auto id = number(from), encoding = number(from), size = number(from);
  if (!id || !encoding || !size) return std::nullopt;
  if (*id == end_entry) return entry{};
  const auto value = from.take(*size);
  if (!value || *encoding != x509_encoding) return std::nullopt;
  return entry{*id, *value};
}

}  // namespace

base::bytes serialize(const std::vector<engine::certificate>& all) {
  base::bytes made;
  for (const std::uint32_t one : {version, file_type}) append(made, one);
  for (const engine::certificate& one : all) {
    const base::bytes_view der = one.der();
    for (const std::uint32_t part : {certificate_entry, x509_encoding, static_cast<std::uint32_t>(der.size())})
      append(made, part);
    made.insert(made.end(), der.begin(), der.end());
  }
  for (int i = 0; i < 3; ++i) append(made, end_entry);
  return made;
}

base::result<std::vector<engine::certificate>> deserialize(const engine::environment& env, base::bytes_view store) {
  const base::failure malformed = base::caller_mistake(base::reason::malformed_object);
  base::cursor from(store);
  if (number(from) != version || number(from) != file_type) return malformed;
  std::vector<engine::certificate> found;
  for (;;) {
    const auto one = take_entry(from);
    if (!one) return malformed;
    if (one->id == end_entry) break;
    if (one->id != certificate_entry) continue;
    SCHANNIX_TRY(engine::certificate parsed, engine::certificate::parse(env, one->value));
    found.push_back(std::move(parsed));
  }
  if (found.empty()) return base::caller_mistake(base::reason::not_found);
  return found;
}

}  // namespace schannix::cert

#include "context/client_hello.hpp"

#include <algorithm>
#include <optional>

namespace schannix::context {
namespace {

using looked = std::variant<hello_extensions, record::incomplete, record::malformed>;

constexpr std::size_t message_head = 4, longest_message = 65536;
constexpr std::uint8_t client_hello = 1;

// A vector of TLS: its length in so many bytes, then that many.
std::optional<base::bytes_view> vector_of(base::cursor& from, std::size_t length_size) {
  const auto length = from.take(length_size);
  if (!length) return std::nullopt;
  std::size_t count = 0;
  for (const base::byte one : *length) count = count << 8 | one;
  return from.take(count);
}

// Version, random, session id, suites, compression.
bool skip_fixed_part(base::cursor& from) {
  constexpr std::size_t version_and_random = 34, longest_id = 32;
  if (!from.take(version_and_random)) return false;
  const auto session_id = vector_of(from, 1);
  if (!session_id || session_id->size() > longest_id) return false;
  const auto suites = vector_of(from, 2);
  if (!suites || suites->empty() || suites->size() % 2 != 0) return false;
  const auto compression = vector_of(from, 1);
  return compression && !compression->empty();
}

bool has(const hello_extensions& all, std::uint16_t type) {
  return std::any_of(all.begin(), all.end(), [type](const hello_extension& one) { return one.type == type; });
}

// TLS 1.2 and older may leave the whole block out. RFC 5246 §7.4.1.2
std::optional<hello_extensions> read_extensions(base::cursor& from) {
  hello_extensions all;
  if (from.left() == 0) return all;
  const auto block = vector_of(from, 2);
  if (!block || from.left() != 0) return std::nullopt;
  for (base::cursor rest(*block); rest.left() != 0;) {
    const auto type = rest.u16();
    const auto body = vector_of(rest, 2);
    if (!type || !body || has(all, *type)) return std::nullopt;
    all.push_back({*type, *body});
  }
  return all;
}

looked read_body(base::bytes_view body) {
  base::cursor from(body);
  if (!skip_fixed_part(from)) return record::malformed{};
  auto all = read_extensions(from);
  if (!all) return record::malformed{};
  return std::move(*all);
}

looked look_at_message(base::bytes_view input) {
  if (!input.empty() && input[0] != client_hello) return record::malformed{};
  if (input.size() < message_head) return record::incomplete{message_head - input.size()};
  const std::size_t length = base::load_u24(input.subspan(1));
  if (length > longest_message) return record::malformed{};
  if (input.size() - message_head < length) return record::incomplete{length - (input.size() - message_head)};
  return read_body(input.subspan(message_head, length));
}

}  // namespace

looked look_at_hello(base::bytes_view input, hello_framing framing) {
  if (framing == hello_framing::bare) return look_at_message(input);
  const auto seen = record::look(input, record::max_clear_length);
  if (const auto* lacking = std::get_if<record::incomplete>(&seen)) return *lacking;
  const auto* head = std::get_if<record::header>(&seen);
  if (head == nullptr || head->type != engine::content_type::handshake) return record::malformed{};
  if (input.size() < head->record_size()) return record::incomplete{head->record_size() - input.size()};
  auto found = look_at_message(input.subspan(engine::record_header_size, head->length));
  if (std::holds_alternative<record::incomplete>(found)) return record::malformed{};
  return found;
}

base::bytes_view host_name_of(const hello_extensions& extensions) {
  constexpr std::uint16_t server_name = 0;
  constexpr std::uint8_t host_name = 0;
  constexpr std::size_t longest = 255;
  const auto found = std::find_if(extensions.begin(), extensions.end(),
                                  [](const hello_extension& one) { return one.type == server_name; });
  if (found == extensions.end()) return {};
  base::cursor outer(found->body);
  const auto list = vector_of(outer, 2);
  if (!list || outer.left() != 0) return {};
  base::cursor inner(*list);
  const auto type = inner.u8();
  const auto name = vector_of(inner, 2);
  if (!type || *type != host_name || !name || inner.left() != 0 || name->size() > longest) return {};
  return std::find(name->begin(), name->end(), 0) == name->end() ? *name : base::bytes_view();
}

}  // namespace schannix::context

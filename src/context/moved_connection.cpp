#include "context/moved_connection.hpp"

#include <algorithm>
#include <array>

#include "base/archive.hpp"
#include "engine/digest.hpp"

namespace schannix::context {
namespace {

// "schannix", the version of the format, the fields, a digest of all that. Another version is another format: whoever
// changes a field counts up.
constexpr std::array<base::byte, 8> magic{'s', 'c', 'h', 'a', 'n', 'n', 'i', 'x'};
constexpr std::uint16_t format_version = 1;
constexpr std::size_t digest_size = 32;

constexpr std::size_t most_text = 65535, most_certificate = 1 << 20, most_entries = 1000, most_beside = 1 << 18;
constexpr std::size_t most_kept = 65535;
constexpr std::size_t most_message = 65536 + 4;  // post_handshake's
constexpr std::size_t most_protocol = 255, most_session_id = 32, most_finished = 64;

template <typename Archive, typename Facts>
void facts_of(Archive& with, Facts& of) {
  with.number(of.version);
  with.number(of.suite);
  with.number(of.exchange_bits);
  with.number(of.server_key, static_cast<std::uint64_t>(engine::authentication::other));
  with.number(of.group);
  with.bytes(of.application_protocol, most_protocol);
  with.text(of.server_name, most_text);
  with.bytes(of.session_id, most_session_id);
  with.number(of.resumed, 1);
  with.number(of.gives_tickets, 1);
  with.bytes(of.first_finished, most_finished);
  with.number(of.max_fragment, engine::max_plaintext_size);
  with.list(of.extensions, most_entries, [](Archive& a, auto& one) { a.number(one); });
  with.list(of.peer_signatures, most_entries, [](Archive& a, auto& one) { a.number(one); });
  with.number(of.finished_at);
}

template <typename Archive, typename Keys>
void keys_of(Archive& with, Keys& of) {
  with.secret(of.key);
  with.secret(of.iv);
  with.number(of.sequence);
  with.number(of.explicit_nonce);
}

template <typename Archive, typename Post>
void post_of(Archive& with, Post& of) {
  with.secret(of.read_secret);
  with.secret(of.write_secret);
  with.number(of.records_before);
  with.number(of.messages);
  with.bytes(of.begun, most_message);
}

template <typename Archive, typename Connection>
void fields_of(Archive& with, Connection& of) {
  const auto certificate = [](Archive& a, auto& one) { a.bytes(one, most_certificate); };
  with.number(of.side, static_cast<std::uint64_t>(engine::role::server));
  with.text(of.target_name, most_text);
  with.number(of.validated, 1);
  facts_of(with, of.facts);
  with.list(of.local_certificate, 1, certificate);
  with.list(of.peer_certificates, most_entries, certificate);
  with.list(of.wanted_issuers, most_entries, certificate);
  with.number(of.lacked_certificate, 1);
  with.bytes(of.kept_with_session, most_kept);
  with.secret(of.exporter_master);
  with.fixed(of.randoms);
  keys_of(with, of.write);
  keys_of(with, of.read);
  post_of(with, of.post);
  with.number(of.idle_records);
  with.number(of.closing.our_half, static_cast<std::uint64_t>(close_state::ours::requested_again));
  with.number(of.closing.peer_half, static_cast<std::uint64_t>(close_state::peers::closed));
  with.number(of.peer_first, 1);
  with.bytes(of.beside, most_beside);
}

// Of bytes with keys in them, which the hash's own blocks leave on the stack.
base::result<base::bytes> digest_of(const engine::environment& env, base::bytes_view told) {
  auto digest = engine::digest_of(env, engine::hash_algorithm::sha256, told);
  base::wipe_stack_below<4096>();
  return digest;
}

base::failure no_token() { return base::caller_mistake(base::reason::invalid_token); }

}  // namespace

std::size_t packed_size(const moved_connection& of) {
  base::packer counting;
  fields_of(counting, of);
  return magic.size() + sizeof format_version + counting.size() + digest_size;
}

base::result<void> pack(const engine::environment& env, const moved_connection& of, base::bytes_span into) {
  const base::bytes_span told = into.first(into.size() - digest_size);
  base::packer writing(told);
  writing.fixed(magic);
  writing.number(format_version);
  fields_of(writing, of);
  if (writing.failed()) return base::caller_mistake(base::reason::unsupported);
  SCHANNIX_TRY(const base::bytes digest, digest_of(env, told));
  std::copy(digest.begin(), digest.end(), into.last(digest_size).begin());
  return {};
}

base::result<moved_connection> unpack(const engine::environment& env, base::bytes_view from) {
  if (from.size() < magic.size() + digest_size) return no_token();
  const base::bytes_view told = from.first(from.size() - digest_size);
  SCHANNIX_TRY(const base::bytes digest, digest_of(env, told));
  if (!std::equal(digest.begin(), digest.end(), from.last(digest_size).begin())) return no_token();
  base::unpacker reading(told);
  std::array<base::byte, magic.size()> begins{};
  std::uint16_t version = 0;
  reading.fixed(begins);
  reading.number(version);
  if (begins != magic || version != format_version) return no_token();
  moved_connection made;
  fields_of(reading, made);
  if (!reading.whole()) return no_token();
  return made;
}

}  // namespace schannix::context

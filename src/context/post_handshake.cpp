#include "context/post_handshake.hpp"

#include <algorithm>
#include <array>

#include "context/halves.hpp"
#include "record/framing.hpp"

namespace schannix::context {
namespace {

constexpr base::byte new_session_ticket = 4;
constexpr base::byte certificate = 11;
constexpr base::byte certificate_request = 13;
constexpr base::byte certificate_verify = 15;
constexpr base::byte finished = 20;
constexpr base::byte key_update = 24;
constexpr std::size_t message_header_size = 4;
constexpr std::size_t key_update_size = 5;
constexpr std::size_t max_message_size = 65536;
constexpr std::uint64_t free_messages = 128;
constexpr std::uint64_t records_each = 256;  // and one more for so many records
constexpr std::uint64_t free_requests = 16;  // each costs a signature
constexpr std::uint64_t records_each_request = 4096;
constexpr std::uint8_t illegal_parameter = 47;

base::failure unexpected() {
  return base::peer_fault(base::reason::illegal_message, engine::alert::unexpected_message);
}

// The first message of bytes, header included; empty when it is not whole yet.
base::bytes_view first_message(base::bytes_view bytes) {
  if (bytes.size() < message_header_size) return {};
  const std::size_t size = message_header_size + base::load_u24(bytes.subspan(1));
  return bytes.size() < size ? base::bytes_view{} : bytes.first(size);
}

bool are_whole(base::bytes_view messages, std::initializer_list<base::byte> kinds) {
  if (messages.empty()) return false;
  while (!messages.empty()) {
    const base::bytes_view one = first_message(messages);
    if (one.empty() || std::find(kinds.begin(), kinds.end(), one[0]) == kinds.end()) return false;
    messages = messages.subspan(one.size());
  }
  return true;
}

}  // namespace

post_handshake::post_handshake(const engine::environment& env, engine::role side, const engine::handshake_facts& facts,
                               const engine::traffic_secrets& secrets, std::uint64_t read_sequence,
                               std::uint64_t write_sequence)
    : env_(env),
      side_(side),
      algorithm_(*facts.aead()),
      hash_(facts.handshake_hash),
      inner_read_(read_sequence),
      inner_write_(write_sequence) {
  const bool client = side == engine::role::client;
  read_secret_.assign((client ? secrets.server_application : secrets.client_application).view());
  write_secret_.assign((client ? secrets.client_application : secrets.server_application).view());
}

post_handshake::post_handshake(const engine::environment& env, engine::role side, const engine::handshake_facts& facts,
                               const moved& from)
    : env_(env),
      side_(side),
      algorithm_(*facts.aead()),
      hash_(facts.handshake_hash),
      read_secret_(from.read_secret.view()),
      write_secret_(from.write_secret.view()),
      records_before_(from.records_before),
      messages_(from.messages) {}

post_handshake::moved post_handshake::moved_out() const {
  return {read_secret_.copy(), write_secret_.copy(), records_before_, messages_, waiting_};
}

// One costs as much as hundreds of records do: only so many can come between data.
bool post_handshake::too_many(std::uint64_t records) const {
  const std::uint64_t all = records_before_ + records;
  return messages_ > free_messages + all / records_each || requests_ > free_requests + all / records_each_request;
}

bool post_handshake::expects(base::byte kind) const noexcept {
  switch (kind) {
    case key_update:
      return true;
    case new_session_ticket:
      return side_ == engine::role::client;
    case certificate_request:
      return takes_requests_;
    case certificate:
    case certificate_verify:
    case finished:
      return awaits_answer_;
    default:
      return false;
  }
}

base::result<bool> post_handshake::add(base::bytes_view fragment, std::uint64_t records) {
  if (fragment.empty()) return unexpected();  // RFC 8446 §5.1
  waiting_.insert(waiting_.end(), fragment.begin(), fragment.end());
  bool whole = false;
  for (base::bytes_view rest = waiting_; rest.size() >= message_header_size;) {
    if (!expects(rest[0])) return unexpected();
    if (message_header_size + base::load_u24(rest.subspan(1)) > max_message_size)
      return base::peer_fault(base::reason::illegal_message, engine::alert::decode_error);
    const base::bytes_view message = first_message(rest);
    if (message.empty()) break;
    rest = rest.subspan(message.size());
    if (message[0] == key_update && !rest.empty()) return unexpected();  // the old key dies with the message
    whole = true;
    ++messages_;
    if (message[0] == certificate_request) ++requests_;
    if (too_many(records)) return unexpected();
    if (message[0] == key_update) records_before_ += records;
  }
  return whole;
}

base::result<base::bytes> post_handshake::finish(halves& both, engine::handshake* crossing, bool may_answer) {
  may_answer_ = may_answer;
  base::bytes token;
  SCHANNIX_CHECK(answer(both, crossing, token));
  for (base::bytes_view message = first_message(waiting_); !message.empty() && !wants_certificate_;
       message = first_message(waiting_)) {
    SCHANNIX_CHECK(finish_one(message, both, crossing, token));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(message.size()));
  }
  if (waiting_.empty()) base::bytes().swap(waiting_);
  return token;
}

base::result<void> post_handshake::finish_one(base::bytes_view message, halves& both, engine::handshake* crossing,
                                              base::bytes& token) {
  const base::byte kind = message[0];
  if (kind == key_update) return key_update_received(message, both, crossing, token);
  if (crossing == nullptr) return {};                          // a ticket that nobody can use
  if (kind == certificate_request && !may_answer_) return {};  // whoever has closed shows nothing any more
  SCHANNIX_TRY(base::bytes inner, cross_in(message, *crossing));
  if (kind == certificate) in_answer_ = true;
  if (kind == finished) {
    in_answer_ = awaits_answer_ = false;
    answered_ = true;
  }
  return say(inner, both, token);
}

// What OpenSSL answers to it, in its keys.
base::result<base::bytes> post_handshake::cross_in(base::bytes_view message, engine::handshake& ssl) {
  base::bytes inner_output;
  while (!message.empty()) {
    const base::bytes_view part = message.first(std::min(message.size(), engine::max_plaintext_size));
    if (!inner_) {
      SCHANNIX_TRY(engine::aead_keys keys, engine::traffic_keys(env_, hash_, algorithm_, read_secret_.view()));
      keys.sequence = inner_read_;
      SCHANNIX_TRY(inner_, make_aead_half(env_, engine::direction::seal, keys));
    }
    SCHANNIX_TRY(const base::bytes record, seal_copy(*inner_, engine::content_type::handshake, part));
    ++inner_read_;
    SCHANNIX_TRY(wants_certificate_, ssl.exchange(record, inner_output));
    message = message.subspan(part.size());
  }
  return inner_output;
}

// Where OpenSSL waits with a request: it was said meanwhile what to show.
base::result<void> post_handshake::answer(halves& both, engine::handshake* crossing, base::bytes& token) {
  if (!wants_certificate_) return {};
  if (crossing == nullptr) return base::bug();
  base::bytes inner;
  SCHANNIX_TRY(wants_certificate_, crossing->exchange({}, inner));
  if (wants_certificate_) return base::bug();
  return say(inner, both, token);
}

// The answer to a request for a certificate, or the tickets that follow one.
base::result<void> post_handshake::say(base::bytes& inner, halves& both, base::bytes& token) {
  if (inner.empty() || !may_answer_) return {};
  SCHANNIX_TRY(const base::bytes records,
               carry_out(inner, both, {certificate, certificate_verify, finished, new_session_ticket}));
  token.insert(token.end(), records.begin(), records.end());
  return {};
}

base::result<base::bytes> post_handshake::request_certificate(halves& both, engine::handshake& ssl) {
  if (awaits_answer_) return base::bytes();
  base::bytes inner;
  SCHANNIX_CHECK(ssl.request_certificate(inner));
  SCHANNIX_TRY(base::bytes token, carry_out(inner, both, {certificate_request}));
  awaits_answer_ = true;
  return token;
}

base::result<engine::content_type> post_handshake::peek(base::bytes_view record, const halves& both) const {
  SCHANNIX_TRY(engine::aead_keys keys, engine::traffic_keys(env_, hash_, algorithm_, read_secret_.view()));
  keys.sequence = both.read->sequence();
  SCHANNIX_TRY(const auto half, make_aead_half(env_, engine::direction::open, keys));
  base::bytes copy(record.begin(), record.end());
  SCHANNIX_TRY(const engine::opened found, half->open(copy));
  return found.type;
}

// What OpenSSL wrote is whole messages, in records as small as the peer takes them; each is opened under OpenSSL's
// write key and sealed again under ours. Another kind of message is one that we never asked for.
base::result<base::bytes> post_handshake::carry_out(base::bytes_span inner, halves& both,
                                                    std::initializer_list<base::byte> kinds) {
  SCHANNIX_TRY(engine::aead_keys keys, engine::traffic_keys(env_, hash_, algorithm_, write_secret_.view()));
  keys.sequence = inner_write_;
  SCHANNIX_TRY(const auto half, make_aead_half(env_, engine::direction::open, keys));
  base::bytes message, token;
  while (!inner.empty()) {
    const auto look = record::look(inner, record::max_tls13_length);
    const auto* const header = std::get_if<record::header>(&look);
    if (header == nullptr) return base::bug();
    SCHANNIX_TRY(const engine::opened found, half->open(inner.first(header->record_size())));
    if (found.type != engine::content_type::handshake) return base::bug();
    const base::bytes_view part = inner.subspan(found.offset, found.size);
    SCHANNIX_TRY(const base::bytes sealed, seal_copy(*both.write, found.type, part));
    message.insert(message.end(), part.begin(), part.end());
    token.insert(token.end(), sealed.begin(), sealed.end());
    inner = inner.subspan(header->record_size());
    ++inner_write_;
  }
  if (!are_whole(message, kinds)) return base::bug();
  return token;
}

// What OpenSSL wrote is one KeyUpdate, or nothing.
base::result<void> post_handshake::carry_key_update_out(base::bytes& inner, halves& both, base::bytes& token) {
  if (inner.empty() || !may_answer_) return {};
  SCHANNIX_TRY(const base::bytes update, carry_out(inner, both, {key_update}));
  token.insert(token.end(), update.begin(), update.end());
  return rekey_write(both);
}

// RFC 8446 §4.6.3: the peer's next record has the next key; asked for, our own KeyUpdate follows before any other
// record.
base::result<void> post_handshake::key_update_received(base::bytes_view message, halves& both,
                                                       engine::handshake* crossing, base::bytes& token) {
  if (message.size() != key_update_size)
    return base::peer_fault(base::reason::illegal_message, engine::alert::decode_error);
  const base::byte request = message[message_header_size];
  if (request > 1) return base::peer_fault(base::reason::illegal_message, illegal_parameter);
  if (crossing != nullptr) {  // OpenSSL answers a request by itself
    SCHANNIX_TRY(base::bytes inner, cross_in(message, *crossing));
    SCHANNIX_CHECK(carry_key_update_out(inner, both, token));
    return rekey_read(both);
  }
  SCHANNIX_CHECK(rekey_read(both));
  if (request == 0 || !may_answer_) return {};
  SCHANNIX_TRY(const base::bytes record, announce_key_update(both));
  token.insert(token.end(), record.begin(), record.end());
  return {};
}

base::result<base::bytes> post_handshake::announce_key_update(halves& both) {
  constexpr std::array<base::byte, key_update_size> not_requesting{key_update, 0, 0, 1, 0};
  SCHANNIX_TRY(base::bytes record, seal_copy(*both.write, engine::content_type::handshake, not_requesting));
  SCHANNIX_CHECK(rekey_write(both));
  return record;
}

base::result<base::bytes> post_handshake::update_write_keys(halves& both, engine::handshake* crossing) {
  if (crossing == nullptr) return announce_key_update(both);
  base::bytes inner, token;
  SCHANNIX_CHECK(crossing->update_keys(false, inner));
  SCHANNIX_CHECK(carry_key_update_out(inner, both, token));
  return token;
}

base::result<base::bytes> post_handshake::new_ticket(halves& both, engine::handshake& ssl) {
  base::bytes inner;
  SCHANNIX_CHECK(ssl.send_ticket(inner));
  return carry_out(inner, both, {new_session_ticket});
}

base::result<void> post_handshake::rekey_write(halves& both) {
  SCHANNIX_TRY(write_secret_, engine::next_secret(env_, hash_, write_secret_.view()));
  SCHANNIX_TRY(const engine::aead_keys keys, engine::traffic_keys(env_, hash_, algorithm_, write_secret_.view()));
  SCHANNIX_TRY(both.write, make_aead_half(env_, engine::direction::seal, keys));
  inner_write_ = 0;
  return {};
}

base::result<void> post_handshake::rekey_read(halves& both) {
  SCHANNIX_TRY(read_secret_, engine::next_secret(env_, hash_, read_secret_.view()));
  SCHANNIX_TRY(const engine::aead_keys keys, engine::traffic_keys(env_, hash_, algorithm_, read_secret_.view()));
  SCHANNIX_TRY(both.read, make_aead_half(env_, engine::direction::open, keys));
  inner_.reset();
  inner_read_ = 0;
  return {};
}

}  // namespace schannix::context

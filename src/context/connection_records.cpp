// Data of an established connection: one direction each, in the caller's buffers. spec 6
#include <algorithm>
#include <array>

#include "context/connection.hpp"
#include "record/framing.hpp"

namespace schannix::context {
namespace {

// Records in a row that bring no data: empty ones, ignored alerts, tickets, KeyUpdates. More than this is a flood.
constexpr unsigned max_idle_records = 32;

base::failure not_now(answer said) {
  return base::caller_mistake(said == answer::not_established ? base::reason::not_established : base::reason::expired);
}

base::failure unexpected() {
  return base::peer_fault(base::reason::illegal_message, engine::alert::unexpected_message);
}

}  // namespace

base::result<void> connection::may_seal_now() {
  const transition said = apply(close_event::seal);
  if (said.says != answer::go_on) return not_now(said.says);
  return {};
}

base::result<std::size_t> connection::seal(base::bytes_span header, base::bytes_span data, base::bytes_span trailer) {
  SCHANNIX_CHECK(may_seal());
  if (data.size() > facts_->max_fragment) return base::caller_mistake(base::reason::message_too_long);
  if (halves_.write->sequence() >= limits_.stop_after) return base::caller_mistake(base::reason::expired);
  const auto used = halves_.write->seal(engine::content_type::application_data, header, data, trailer);
  if (!used) [[unlikely]]
    return fail(used.error());
  if (halves_.write->sequence() >= limits_.demand_after && !key_worn_.load(std::memory_order_relaxed))
    key_worn_.store(true, std::memory_order_relaxed);
  return used;
}

base::result<read_output> connection::open(base::bytes_span input) {
  bool writing = true;
  if (!unhindered()) [[unlikely]] {
    const transition said = apply(close_event::open);
    if (said.says != answer::go_on) return not_now(said.says);
    writing = said.next.our_half == close_state::ours::open;
  }
  // A control token settled the message (S-16) while the caller still holds its opened record: it is passed over.
  if (pending_mark_.begins(input))
    return read_output{read_output::kind::data, 0, engine::record_header_size, 0,
                       std::exchange(pending_mark_, {}).size()};
  if (key_worn_.load(std::memory_order_relaxed) && post_ && writing && !update_demanded_) {
    update_demanded_ = true;
    move_to(phase::crossing);
    return read_output{read_output::kind::renegotiate};
  }
  const auto seen = record::look(input, post_ ? record::max_tls13_length : record::max_tls12_length);
  if (const auto* lacking = std::get_if<record::incomplete>(&seen))
    return read_output{read_output::kind::incomplete, lacking->missing};
  if (std::holds_alternative<record::malformed>(seen)) return fail(unexpected());
  const std::size_t size = std::get<record::header>(seen).record_size();
  if (input.size() < size) return read_output{read_output::kind::incomplete, size - input.size()};
  return take_or_fail(input.first(size));
}

// One variable, returned where it was made: nothing is copied on the way of a record.
base::result<read_output> connection::take_or_fail(base::bytes_span record) {
  auto taken = take_record(record);
  if (!taken) [[unlikely]]
    taken = fail(taken.error());
  return taken;
}

base::result<read_output> connection::take_record(base::bytes_span record) {
  if (again_ && again_->is_openssls(record)) return take_sealed(record);
  const auto opened = halves_.read->open(record);
  if (!opened) return opened.error();
  const engine::opened& found = *opened;
  const read_output at{read_output::kind::data, 0, found.offset, found.size, record.size()};
  const base::bytes_view content = base::bytes_view(record).subspan(found.offset, found.size);
  const bool interleaved = post_ && post_->in_message() && found.type != engine::content_type::handshake;
  if (interleaved) return unexpected();  // RFC 8446 §5.1
  switch (found.type) {
    case engine::content_type::application_data:
      if (post_ && post_->in_answer()) return unexpected();  // RFC 8446 §4.6.2
      if (found.size == 0) return take_idle(at);
      if (idle_records_ != 0) idle_records_ = 0;  // written only when it must be: the writer reads lines beside it
      return at;
    case engine::content_type::alert:
      return take_alert(found, content, at);
    case engine::content_type::handshake:
      return take_handshake(content, record, at);
    case engine::content_type::change_cipher_spec:
      if (again_ && again_->running()) return take_renegotiation(found.type, content, record, at);
      break;
  }
  return unexpected();
}

// Told as an empty piece of data, and counted.
base::result<read_output> connection::take_idle(read_output at) {
  if (++idle_records_ > max_idle_records) return unexpected();
  at.size = 0;
  return at;
}

// close_notify is one at any level. TLS 1.3: user_canceled is ignored, everything else is fatal. RFC 8446 §6, RFC 9846
// §6
base::result<read_output> connection::take_alert(const engine::opened& found, base::bytes_view content,
                                                 read_output at) {
  if (found.size != 2) return base::peer_fault(base::reason::illegal_message, engine::alert::decode_error);
  const alert_value value{content[0], content[1]};
  at.size = 0;
  if (value.description == engine::alert::close_notify) {
    (void)apply(close_event::close_notify_received);
    at.what = read_output::kind::closed;
    return at;
  }
  const bool warning = value.level == engine::alert::warning;
  if (again_ && warning && value.description == engine::alert::no_renegotiation) return take_refusal(at);
  if (post_ ? value.description == engine::alert::user_canceled : warning) return take_idle(at);
  return base::failure{base::cause::peer, base::reason::peer_alert, {}, value.description};
}

// TLS 1.3: tickets and KeyUpdate wait for ISC / ASC. TLS <= 1.2 without renegotiation: a HelloRequest is ignored, a
// ClientHello refused.
base::result<read_output> connection::take_handshake(base::bytes_view content, base::bytes_view record,
                                                     read_output at) {
  if (again_) return take_renegotiation(engine::content_type::handshake, content, record, at);
  if (!post_) {
    // A CBC suite's message is swallowed by OpenSSL and comes back empty.
    constexpr std::array<base::byte, 4> hello_request{};
    const bool asks =
        content.empty() || std::equal(content.begin(), content.end(), hello_request.begin(), hello_request.end());
    if (side() == engine::role::client) return asks ? take_idle(at) : base::result<read_output>(unexpected());
    return base::peer_fault(base::reason::illegal_message, engine::alert::no_renegotiation);
  }
  SCHANNIX_TRY(const bool whole, post_->add(content, halves_.read->sequence()));
  SCHANNIX_TRY(at, take_idle(at));
  if (!whole) return at;
  pending_mark_ = record_mark(record);
  move_to(phase::crossing);
  at.what = read_output::kind::renegotiate;
  at.passes_record = true;
  return at;
}

// The peer does not renegotiate. OpenSSL takes that for a failure of its own, and opens no more records of a CBC suite.
base::result<read_output> connection::take_refusal(read_output at) {
  if (!facts_->aead())
    return base::failure{base::cause::peer, base::reason::peer_alert, {}, engine::alert::no_renegotiation};
  if (!again_->refused()) return take_idle(at);
  move_to(phase::crossing);
  at.what = read_output::kind::renegotiate;
  return at;
}

// What only OpenSSL opens, when ISC / ASC gives it to it.
base::result<read_output> connection::take_sealed(base::bytes_view record) {
  const std::size_t header = std::min(halves_.read->sizes().header, record.size());
  read_output at{read_output::kind::renegotiate, 0, header, 0, record.size()};
  at.passes_record = again_->running() || side() == engine::role::server;
  SCHANNIX_CHECK(again_->take_sealed(record, halves_.read->sequence()));
  pending_mark_ = record_mark(record);
  move_to(phase::crossing);
  return at;
}

// Of a HelloRequest nothing is left to pass on. spec 4.8
base::result<read_output> connection::take_renegotiation(engine::content_type type, base::bytes_view content,
                                                         base::bytes_view record, read_output at) {
  SCHANNIX_TRY(const bool waits, again_->take(type, content, halves_.read->sequence()));
  at.passes_record = waits && !(side() == engine::role::client && is_hello_request(content));
  if (!waits) return take_idle(at);
  at.size = 0;
  pending_mark_ = record_mark(record);
  move_to(phase::crossing);
  at.what = read_output::kind::renegotiate;
  return at;
}

}  // namespace schannix::context

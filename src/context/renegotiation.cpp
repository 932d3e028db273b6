#include "context/renegotiation.hpp"

#include <algorithm>
#include <array>

#include "context/halves.hpp"

namespace schannix::context {
namespace {

constexpr std::array<base::byte, 4> hello_request_message{};
constexpr base::byte client_hello = 1;
constexpr std::uint64_t free_starts = 16;
constexpr std::uint64_t records_each = 4096;  // and one more for so many records
constexpr unsigned max_carried = 512;

base::failure unexpected() {
  return base::peer_fault(base::reason::illegal_message, engine::alert::unexpected_message);
}

// Our new keys are in force, but no data may follow our Finished before the peer's came. RFC 5246 §7.4.9
class mute_half final : public engine::protection {
 public:
  explicit mute_half(std::unique_ptr<engine::protection> behind) : behind_(std::move(behind)) {}
  engine::overhead sizes() const noexcept override { return behind_->sizes(); }
  base::result<std::size_t> seal(engine::content_type type, base::bytes_span header, base::bytes_span data,
                                 base::bytes_span trailer) override {
    if (type == engine::content_type::application_data) return base::caller_mistake(base::reason::expired);
    return behind_->seal(type, header, data, trailer);
  }
  base::result<engine::opened> open(base::bytes_span) override { return base::bug(); }
  std::uint64_t sequence() const noexcept override { return behind_->sequence(); }
  std::unique_ptr<engine::protection> release() noexcept { return std::move(behind_); }

 private:
  std::unique_ptr<engine::protection> behind_;
};

}  // namespace

bool is_hello_request(base::bytes_view content) noexcept {
  return std::equal(content.begin(), content.end(), hello_request_message.begin(), hello_request_message.end());
}

renegotiation::renegotiation(const engine::environment& env, engine::role side, engine::direction_keys reads_with)
    : env_(env), side_(side), reads_with_(std::move(reads_with)), may_be_openssls_(opens_by_openssl()) {}

// One costs as much as thousands of records do: only so many can come between data.
bool renegotiation::too_many(std::uint64_t records) const noexcept {
  return started_by_peer_ > free_starts + (records_before_ + records) / records_each;
}

// RFC 5246 §7.4.1.1: a HelloRequest in the middle of a handshake is passed over.
base::result<bool> renegotiation::take(engine::content_type type, base::bytes_view content, std::uint64_t records) {
  if (content.empty()) return unexpected();
  if (side_ == engine::role::client && is_hello_request(content) && running_) return false;
  if (!running_) {
    const bool starts = side_ == engine::role::client ? is_hello_request(content) : content[0] == client_hello;
    if (type != engine::content_type::handshake || !starts) return unexpected();
    SCHANNIX_CHECK(count_start(records));
  }
  waiting_.emplace(waiting{type, {content.begin(), content.end()}, false});
  return true;
}

// What the application asked for is not counted.
base::result<void> renegotiation::count_start(std::uint64_t records) {
  if (!asked_) ++started_by_peer_;
  if (too_many(records)) return unexpected();
  return {};
}

bool renegotiation::belongs_to_openssl(engine::content_type type) const noexcept {
  if (peer_switched_) return true;
  return type == engine::content_type::handshake || (running_ && type == engine::content_type::change_cipher_spec);
}

// Only in place of an answer: to our ClientHello nothing came yet, to our HelloRequest no ClientHello.
bool renegotiation::refused() noexcept {
  return refused_ = side_ == engine::role::client ? running_ && carried_ == 0 : asked_ && !running_;
}

base::result<void> renegotiation::take_sealed(base::bytes_view record, std::uint64_t records) {
  if (!running_) SCHANNIX_CHECK(count_start(records));
  waiting_.emplace(waiting{static_cast<engine::content_type>(record[0]), {record.begin(), record.end()}, true});
  return {};
}

base::result<base::bytes> renegotiation::hello_request(halves& both) {
  asked_ = true;
  return seal_copy(*both.write, engine::content_type::handshake, hello_request_message);
}

base::result<void> renegotiation::begin(engine::handshake& ssl, bool asks_certificate) {
  SCHANNIX_CHECK(ssl.begin_again(asks_certificate));
  running_ = true;
  carried_ = 0;
  return {};
}

base::result<base::bytes> renegotiation::carry_in(const waiting& found) {
  if (++carried_ > max_carried) return unexpected();
  if (found.type == engine::content_type::change_cipher_spec) may_be_openssls_ = peer_switched_ = true;
  if (found.sealed) return found.content;
  if (!inner_) {
    SCHANNIX_TRY(inner_, make_seal_half(env_, reads_with_));
  }
  return seal_copy(*inner_, found.type, found.content);
}

base::result<void> renegotiation::switch_write(engine::handshake& ssl, halves& both) {
  SCHANNIX_TRY(engine::direction_keys keys, ssl.write_keys());
  // What OpenSSL sealed under this key goes nowhere.
  if (auto* const aead = std::get_if<engine::aead_keys>(&keys)) aead->sequence = aead->explicit_nonce = 0;
  if (auto* const cbc = std::get_if<engine::cbc_keys>(&keys)) cbc->sequence = 0;
  SCHANNIX_TRY(auto half, make_seal_half(env_, keys));
  both.write = std::make_unique<mute_half>(std::move(half));
  return {};
}

base::result<base::bytes> renegotiation::carry_out(engine::handshake& ssl, halves& both, std::size_t max_fragment) {
  base::bytes token;
  for (const engine::message& one : ssl.take_messages()) {
    base::bytes_view rest = one.content;
    do {
      const base::bytes_view part = rest.first(std::min(rest.size(), max_fragment));
      SCHANNIX_TRY(const base::bytes record, seal_copy(*both.write, one.type, part));
      token.insert(token.end(), record.begin(), record.end());
      rest = rest.subspan(part.size());
    } while (!rest.empty());
    if (one.type == engine::content_type::change_cipher_spec) SCHANNIX_CHECK(switch_write(ssl, both));
  }
  return token;
}

base::result<void> renegotiation::end(engine::handshake& ssl, halves& both, bool silent) {
  auto* const muted = dynamic_cast<mute_half*>(both.write.get());
  SCHANNIX_TRY(engine::direction_keys read, ssl.read_keys());
  if ((muted == nullptr && !silent) || !peer_switched_) return base::bug();
  records_before_ += both.read->sequence();
  SCHANNIX_TRY(both.read, make_open_half(env_, read, ssl));
  if (muted != nullptr) both.write = muted->release();
  reads_with_ = std::move(read);
  inner_.reset();
  running_ = peer_switched_ = asked_ = false;
  may_be_openssls_ = opens_by_openssl();
  return {};
}

}  // namespace schannix::context

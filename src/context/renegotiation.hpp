// Renegotiation of TLS <= 1.2: how the records of a later handshake cross between the wire and OpenSSL, whose own
// sequence numbers stand where the handshake before left them. docs/design/0009-renegotiation.md
//
// What the peer sends is opened by our half and sealed again, in memory, under the key and sequence number that OpenSSL
// reads with. What OpenSSL says comes from it in the clear and is sealed by our half. At each side's ChangeCipherSpec
// that direction's half is made anew. take: by the reader; everything else while both directions are held.
#pragma once

#include <memory>
#include <optional>

#include "context/post_handshake.hpp"

namespace schannix::context {

class renegotiation {
 public:
  // A record's content that DecryptMessage found, and that waits for ISC / ASC.
  struct waiting {
    engine::content_type type = engine::content_type::handshake;
    base::bytes content;
    bool sealed = false;  // content is the record as it came: OpenSSL opens it
  };

  // reads_with: what OpenSSL opens the peer's next record with.
  renegotiation(const engine::environment& env, engine::role side, engine::direction_keys reads_with);

  // Content of one handshake or ChangeCipherSpec record; records: how many the peer's present key has opened. True: it
  // waits for ISC / ASC. False: to be passed over. Failures: it has no business here; too many (docs/limits.md).
  base::result<bool> take(engine::content_type type, base::bytes_view content, std::uint64_t records);
  // The same for a record that only OpenSSL opens: of a CBC suite, or the peer's Finished.
  bool is_openssls(base::bytes_view record) const noexcept {
    return may_be_openssls_ && belongs_to_openssl(static_cast<engine::content_type>(record[0]));
  }
  base::result<void> take_sealed(base::bytes_view record, std::uint64_t records);
  std::optional<waiting> take_waiting() noexcept { return std::exchange(waiting_, std::nullopt); }

  // A no_renegotiation came. True: it answers us, and ISC / ASC is to hear of it, once.
  bool refused() noexcept;
  bool take_refusal() noexcept { return std::exchange(refused_, false); }

  bool running() const noexcept { return running_; }
  // Nothing of a handshake was asked for, has come or goes on.
  bool quiet() const noexcept { return !running_ && !asked_ && !waiting_ && !refused_; }

  base::result<base::bytes> hello_request(halves& both);  // servers: the record to send
  base::result<void> begin(engine::handshake& ssl, bool asks_certificate);
  // The record to give OpenSSL. Failures: too many of one handshake.
  base::result<base::bytes> carry_in(const waiting& found);
  // The records to send for what OpenSSL said, none longer than max_fragment.
  base::result<base::bytes> carry_out(engine::handshake& ssl, halves& both, std::size_t max_fragment);

  // The handshake is over: from here on data may be sealed again, and the next one can come. silent: our half of it was
  // not sent, and nothing will be.
  base::result<void> end(engine::handshake& ssl, halves& both, bool silent);

 private:
  base::result<void> count_start(std::uint64_t records);
  bool belongs_to_openssl(engine::content_type type) const noexcept;
  bool opens_by_openssl() const noexcept { return std::holds_alternative<engine::cbc_keys>(reads_with_); }
  bool too_many(std::uint64_t records) const noexcept;
  base::result<void> switch_write(engine::handshake& ssl, halves& both);

  const engine::environment& env_;
  engine::role side_;
  engine::direction_keys reads_with_;
  std::unique_ptr<engine::protection> inner_;  // made when needed
  std::optional<waiting> waiting_;
  bool may_be_openssls_;
  bool running_ = false, peer_switched_ = false, asked_ = false, refused_ = false;
  unsigned carried_ = 0;  // of the peer's records, in the handshake that runs
  std::uint64_t started_by_peer_ = 0;
  std::uint64_t records_before_ = 0;  // of the peer's, under earlier keys
};

bool is_hello_request(base::bytes_view content) noexcept;

}  // namespace schannix::context

// TLS 1.3 messages after the handshake: tickets, KeyUpdate, and a client's certificate. RFC 8446 §4.6
//
// There are two ways. While the SSL object is kept, a message crosses: it is sealed again in memory under the key and
// sequence number where OpenSSL stands and given to it, and what OpenSSL writes is opened and sealed again under ours.
// The inner ciphertexts never leave the process. With the SSL object gone, KeyUpdate is ours alone, tickets are
// dropped, and nobody can be asked for a certificate. All functions run while the caller holds both directions of the
// connection, but for add: the reader's.
#pragma once

#include <initializer_list>
#include <memory>
#include <utility>

#include "engine/handshake.hpp"

namespace schannix::context {

struct halves {
  std::unique_ptr<engine::protection> write;
  std::unique_ptr<engine::protection> read;
};

class post_handshake {
 public:
  // What another process goes on from.
  struct moved {
    base::traffic_secret read_secret, write_secret;
    std::uint64_t records_before = 0, messages = 0;
    base::bytes begun;  // of a message: to be added again
  };

  // sequences: where OpenSSL's own record counters stand at the end of the handshake.
  post_handshake(const engine::environment& env, engine::role side, const engine::handshake_facts& facts,
                 const engine::traffic_secrets& secrets, std::uint64_t read_sequence, std::uint64_t write_sequence);
  // With the SSL object gone.
  post_handshake(const engine::environment& env, engine::role side, const engine::handshake_facts& facts,
                 const moved& from);
  moved moved_out() const;

  // Takes the content of one handshake record; records: how many the peer's present key has opened. True: at least one
  // whole message waits for finish. Failures: a message that has no business here, a KeyUpdate that is not the end of
  // its record, too long, too many for the records that came (docs/limits.md).
  base::result<bool> add(base::bytes_view fragment, std::uint64_t records);

  bool in_message() const noexcept { return !waiting_.empty(); }  // the rest of a message has to come next

  // Processes what waits; returns the records to send, which may be none. crossing: the SSL object, null when it is
  // gone. may_answer: false after our close_notify, which nothing may follow: a KeyUpdate then only moves the read key
  // on, and a request for a certificate is dropped. With wants_certificate afterwards it stopped there.
  base::result<base::bytes> finish(halves& both, engine::handshake* crossing, bool may_answer);

  void handshake_gone() noexcept { inner_.reset(); }  // the SSL object is kept no longer

  // A KeyUpdate of our own accord (not requesting the peer's): the record to send; the write half has the next key.
  base::result<base::bytes> update_write_keys(halves& both, engine::handshake* crossing);

  // Servers: one more ticket, to send.
  base::result<base::bytes> new_ticket(halves& both, engine::handshake& ssl);

  // Clients that have offered it, with the SSL object kept: the server may ask for a certificate.
  void take_requests() noexcept { takes_requests_ = true; }
  bool takes_requests() const noexcept { return takes_requests_; }
  // It has, and OpenSSL waits for what to show: finish goes on once that was said.
  bool wants_certificate() const noexcept { return wants_certificate_; }

  // Servers: the request to send; empty: one is not answered yet. RFC 8446 §4.6.2
  base::result<base::bytes> request_certificate(halves& both, engine::handshake& ssl);
  bool awaits_answer() const noexcept { return awaits_answer_; }
  bool in_answer() const noexcept { return in_answer_; }  // begun, and no data may come before its end
  bool take_answered() noexcept { return std::exchange(answered_, false); }  // its end has come; told once
  // What a record holds, which stays as it is, and is the next that the read half opens.
  base::result<engine::content_type> peek(base::bytes_view record, const halves& both) const;

 private:
  bool expects(base::byte kind) const noexcept;
  bool too_many(std::uint64_t records) const;
  base::result<void> finish_one(base::bytes_view message, halves& both, engine::handshake* crossing,
                                base::bytes& token);
  base::result<base::bytes> cross_in(base::bytes_view message, engine::handshake& ssl);
  base::result<void> answer(halves& both, engine::handshake* crossing, base::bytes& token);
  base::result<base::bytes> carry_out(base::bytes_span inner, halves& both, std::initializer_list<base::byte> kinds);
  base::result<void> say(base::bytes& inner, halves& both, base::bytes& token);
  base::result<void> carry_key_update_out(base::bytes& inner, halves& both, base::bytes& token);
  base::result<void> key_update_received(base::bytes_view message, halves& both, engine::handshake* crossing,
                                         base::bytes& token);
  base::result<base::bytes> announce_key_update(halves& both);
  base::result<void> rekey_write(halves& both);
  base::result<void> rekey_read(halves& both);

  const engine::environment& env_;
  engine::role side_;
  engine::aead_algorithm algorithm_;
  engine::hash_algorithm hash_;
  base::traffic_secret read_secret_, write_secret_;
  std::uint64_t inner_read_ = 0, inner_write_ = 0;
  std::unique_ptr<engine::protection> inner_;  // seals for OpenSSL, under the key it reads with; made when needed
  std::uint64_t records_before_ = 0;           // of the peer's, under earlier keys
  std::uint64_t messages_ = 0;                 // whole ones
  std::uint64_t requests_ = 0;                 // of them
  bool takes_requests_ = false, wants_certificate_ = false;
  bool awaits_answer_ = false, in_answer_ = false, answered_ = false;
  bool may_answer_ = true;
  base::bytes waiting_;
};

}  // namespace schannix::context

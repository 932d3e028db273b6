// The CBC suites of TLS 1.0 to 1.2. Opening goes through OpenSSL's record path (SSL_read), whose MAC and padding
// checks take constant time. Sealing is HMAC, then AES-CBC, of libcrypto, as RFC 5246 §6.2.3.2 says: so any alert can
// be sealed, nothing that OpenSSL writes by itself has to find its place on the wire, and one thread may seal while
// another opens, because only the opening half touches the SSL object (docs/design/0003-cbc.md).
//
// A sealed record is header | data | trailer: 21 | n | up to MAC + 16 from TLS 1.1 on (the header carries the IV), and
// 5 | n | up to MAC + 16 in TLS 1.0 (the IV is the last block of the record before).
#pragma once

#include "engine/handshake.hpp"
#include "engine/protection.hpp"

namespace schannix::engine {

class cbc_seal_half final : public protection {
 public:
  static base::result<std::unique_ptr<cbc_seal_half>> make(const environment& env, const cbc_keys& keys);
  ~cbc_seal_half() override;

  overhead sizes() const noexcept override;
  base::result<std::size_t> seal(content_type type, base::bytes_span header, base::bytes_span data,
                                 base::bytes_span trailer) override;
  base::result<opened> open(base::bytes_span record) override;  // always a bug: this half seals
  std::uint64_t sequence() const noexcept override;

 private:
  struct state;
  explicit cbc_seal_half(std::unique_ptr<state> made);
  std::unique_ptr<state> state_;
};

class cbc_open_half final : public protection {
 public:
  // ssl must outlive this half and is used by nobody else while it opens.
  cbc_open_half(handshake& ssl, tls_version version, hash_algorithm mac);
  ~cbc_open_half() override;

  overhead sizes() const noexcept override;
  base::result<std::size_t> seal(content_type type, base::bytes_span header, base::bytes_span data,
                                 base::bytes_span trailer) override;  // always a bug: this half opens
  base::result<opened> open(base::bytes_span record) override;
  std::uint64_t sequence() const noexcept override { return opened_count_; }

 private:
  handshake& ssl_;
  overhead sizes_;
  base::bytes plaintext_;
  std::uint64_t opened_count_ = 1;
};

overhead cbc_overhead(tls_version version, hash_algorithm mac);

}  // namespace schannix::engine

// Keying material for other protocols, from the secrets of a finished handshake. RFC 5705 §4, RFC 8446 §7.5
#pragma once

#include <array>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "engine/key_schedule.hpp"
#include "engine/protocol.hpp"

namespace schannix::engine {

class exporter {
 public:
  using both_randoms = std::array<base::byte, 64>;  // the client's, then the server's

  // TLS 1.3: its exporter master secret. TLS <= 1.2: its master secret, and the randoms of this very connection.
  exporter(hash_algorithm hash, base::bytes_view exporter_master);
  exporter(tls_version version, hash_algorithm hash, base::bytes_view master, const both_randoms& randoms);

  // Fills output. An empty context is none: only TLS <= 1.2 could tell them apart, and no caller can say which.
  // invalid_parameter: an output of 0 bytes or more than max_size(), a label that is empty, longer than TLS 1.3 can
  // carry or one of TLS's own, or label and context together longer than OpenSSL's PRF takes (TLS <= 1.2).
  base::result<void> derive(const environment& env, std::string_view label, base::bytes_view context,
                            base::bytes_span output) const;

  // TLS <= 1.2: the same without any secret, as EAP-TLS made its IVs. RFC 2716 §3.5
  base::result<void> derive_public(const environment& env, std::string_view label, base::bytes_span output) const;

  tls_version version() const noexcept { return version_; }
  base::bytes_view master() const noexcept { return secret_.view(); }  // as it was made
  const both_randoms& randoms() const noexcept { return randoms_; }
  std::size_t max_size() const noexcept { return 255 * size_of(hash_); }  // RFC 5869 §2.3; for all versions alike

 private:
  bool accepts(std::string_view label, base::bytes_view context) const;
  base::result<void> derive_tls13(const environment& env, std::string_view label, base::bytes_view context,
                                  base::bytes_span output) const;
  base::result<void> derive_tls12(const environment& env, std::string_view label, base::bytes_view context,
                                  base::bytes_span output) const;

  tls_version version_ = tls_version::tls13;
  hash_algorithm hash_;
  base::traffic_secret secret_;
  both_randoms randoms_{};
};

}  // namespace schannix::engine

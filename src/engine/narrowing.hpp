// What a credential or the settings switch off beside suites: signature schemes, groups, and finite fields by their
// length. OpenSSL asks about each that it would offer, choose or take; the system's policy holds besides.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/cipher_policy.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

class narrowing {
 public:
  explicit narrowing(std::vector<disabled_algorithm> rules) : rules_(std::move(rules)) {}

  // Of every connection made from context, which this has to outlive.
  void apply(ssl_ctx_st* context);

  // TLS's numbers. RFC 8446 §4.2.3 (also those of TLS 1.2), §4.2.7
  bool lets_scheme(std::uint16_t scheme) const noexcept;
  bool lets_group(std::uint16_t group) const noexcept;
  bool lets_finite_field(unsigned bits) const noexcept;
  // The signatures on the certificates that a peer sent; one that signs itself needs none.
  bool lets_chain(const std::vector<certificate>& chain) const noexcept;

 private:
  static int judge(const ssl_st* ssl, const ssl_ctx_st* context, int operation, int bits, int nid, void* other,
                   void* self);

  std::vector<disabled_algorithm> rules_;
  int (*system_)(const ssl_st*, const ssl_ctx_st*, int, int, int, void*, void*) = nullptr;
};

// Null: no rule speaks of anything but suites.
std::shared_ptr<narrowing> narrowing_of(const settings& settings, const cipher_limits& limits);

// Whether a group (ECDH) or a finite field (DH) is left, so that suites with this key exchange can be used.
bool exchange_is_left(const std::vector<disabled_algorithm>& rules, std::string_view exchange);

}  // namespace schannix::engine

// Chains for whoever wants to see all that is wrong with one, not only whether it is trusted. OpenSSL builds and
// checks; each finding stands with the certificate that it is about. MS certgetcertificatechain
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "engine/revocation.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

enum class fault : std::uint32_t {
  not_time_valid = 1u << 0,
  revoked = 1u << 1,
  bad_signature = 1u << 2,
  untrusted_root = 1u << 3,  // ends in a certificate that signs itself and that nobody trusts
  partial = 1u << 4,         // the issuer is not to be found
  invalid_extension = 1u << 5,
  invalid_policy = 1u << 6,
  invalid_basic_constraints = 1u << 7,
  invalid_name_constraints = 1u << 8,
  name_not_supported = 1u << 9,
  name_not_permitted = 1u << 10,
  name_excluded = 1u << 11,
  critical_extension = 1u << 12,  // one that nobody here knows
  weak_signature = 1u << 13,      // or a weak key: what automatic validation refuses
  revocation_unknown = 1u << 14,
  revocation_offline = 1u << 15,
  distrusted = 1u << 16  // trust_for; build_chain, which knows no purpose, does not say it
};

class faults {
 public:
  bool has(fault one) const noexcept { return (bits_ & static_cast<std::uint32_t>(one)) != 0; }
  void add(fault one) noexcept { bits_ |= static_cast<std::uint32_t>(one); }
  void merge(faults others) noexcept { bits_ |= others.bits_; }
  bool none() const noexcept { return bits_ == 0; }

 private:
  std::uint32_t bits_ = 0;
};

struct chain_rules {
  bool of_system = true;             // anchors: the system's roots
  std::vector<certificate> anchors;  // or these: each as it is, when up_to_roots is false
  bool up_to_roots = true;           // of anchors only those that sign themselves
  std::vector<certificate> candidates;
  std::optional<std::int64_t> at;  // seconds since 1970; nothing: now
};

struct chain_element {
  certificate one;
  faults found;
};

// From the leaf as far as it goes; at least the leaf. Trusted: no element has a fault. Nothing is left out of the
// check because an earlier one failed. Throws std::bad_alloc.
std::vector<chain_element> build_chain(const environment& env, const certificate& leaf, const chain_rules& rules);

enum class revocation_range : std::uint8_t { none, leaf, chain, chain_without_anchor };

struct revocation_question {
  revocation_range range = revocation_range::none;
  base::bytes_view ocsp_answer = {};        // about the leaf; may be empty and anything
  std::vector<revocation_list> lists = {};  // besides those in the system's folders; whoever signed them
  bool asks = false;                        // the places that certificates name are asked, and waited for
};

// Adds revoked, revocation_offline and revocation_unknown to the elements in range. Answers and lists have to be of
// now, whenever the chain is judged. Throws std::bad_alloc.
void add_revocation(const environment& env, std::vector<chain_element>& chain, const revocation_question& question);

// The purposes of the extended key usage, dotted; nothing: any (no such extension, or anyExtendedKeyUsage). An
// extension that cannot be read allows none.
std::optional<std::vector<std::string>> purposes_of(const certificate& of);

// What stands beside a certificate of the system's roots in a "TRUSTED CERTIFICATE" (openssl x509 -addreject,
// -addtrust) about a purpose, dotted. Automatic validation refuses an anchor that is rejected for TLS, or trusted
// for_others only.
enum class trust_setting : std::uint8_t { none, trusted, for_others, rejected };
trust_setting trust_for(const certificate& of, const std::string& purpose);

// By the rules of automatic validation: x509.hpp. An empty name, or one that is not ASCII, fits none.
bool answers_to(const certificate& of, const std::string& name);

// Whether the name constraints of the issuers in chain (leaf first) let the leaf stand for name, which it answers to.
// The names in the leaf have been checked already, but "*.a.test" passes an issuer that must not speak for b.a.test.
// RFC 5280 §4.2.1.10; a wildcard is not mentioned there. Addresses are never wildcards: true.
bool permits(const std::vector<certificate>& chain, const std::string& name);

}  // namespace schannix::engine

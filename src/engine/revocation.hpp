// Whether the certificates of a trusted chain were revoked: by the revocation lists at hand (RFC 5280 §6.3) and by the
// OCSP answer that a server staples (RFC 6960, RFC 6066 §8). Reading, signatures and scopes are OpenSSL's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "engine/x509.hpp"

struct X509_crl_st;

namespace schannix::engine {

// One parsed list; a copy shares it.
class revocation_list {
 public:
  explicit revocation_list(std::shared_ptr<X509_crl_st> parsed) : parsed_(std::move(parsed)) {}
  X509_crl_st* native() const noexcept { return parsed_.get(); }

 private:
  std::shared_ptr<X509_crl_st> parsed_;
};

// One list in DER, or any number in PEM. malformed_object: neither, or not to the last byte.
base::result<std::vector<revocation_list>> read_revocation_lists(const environment& env, base::bytes_view text);

// An OCSP answer without errors that has an entry for this certificate, whoever signed it. For servers, which staple
// it.
bool is_answer_for(base::bytes_view answer, const certificate& leaf);
// The same, and every entry for it is of now: what a client would take.
bool is_current_answer_for(base::bytes_view answer, const certificate& leaf);

enum class revocation_scope : std::uint8_t { none, leaf, chain, chain_without_anchor };

struct revocation_rules {
  revocation_scope scope = revocation_scope::none;
  bool ignores_unknown = false;  // no answer about a certificate that names no place to ask
  bool ignores_offline = false;  // no answer about one that does
  std::vector<revocation_list> lists = {};
  bool only_at_hand = false;  // the caller forbids to fetch
  bool fetches = false;       // where nothing is at hand, the places that a certificate names are asked, and waited for
};

struct revocation_evidence {
  const root_store* roots = nullptr;  // its folders may hold lists; null: none
  base::bytes_view stapled;           // about the leaf; may be anything that a peer can send
};

// What is wrong with a chain, leaf first, anchor last, that is trusted otherwise: certificate_revoked,
// revocation_offline, no_revocation_check, in this order; nothing: nothing. Only answers that their issuer stands for
// and that are of now count; that one says "revoked" counts for ever. The anchor is excused when nobody says anything
// about it and it names no place to ask. Throws std::bad_alloc.
std::optional<base::reason> revocation_problem(const environment& env, const std::vector<certificate>& chain,
                                               const revocation_rules& rules, const revocation_evidence& evidence);

}  // namespace schannix::engine

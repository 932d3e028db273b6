// One certificate revocation list, member by member. RFC 5280 §5.1
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "engine/revocation.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

// malformed_object: der is not exactly one list.
base::result<revocation_list> read_revocation_list(const environment& env, base::bytes_view der);

// The members of CRL_INFO, decoded. Times in seconds since 1970; one that cannot be read is 0.
struct revocation_list_fields {
  struct entry {
    base::bytes serial;  // big-endian, as on the wire
    std::int64_t revoked_at = 0;
    std::vector<certificate_fields::extension> extensions;
  };
  unsigned version = 0;  // 0 is v1, 1 is v2, as on the wire
  certificate_fields::algorithm signature;
  base::bytes issuer;  // DER Name
  std::int64_t this_update = 0;
  std::optional<std::int64_t> next_update;
  std::vector<entry> entries;  // in the order of the list
  std::vector<certificate_fields::extension> extensions;
};
revocation_list_fields fields_of(const revocation_list& list);
base::bytes der_of(const revocation_list& list);

// Whether the authority key identifier, if there is one, is that certificate's.
bool names_key_of(const revocation_list& list, const certificate& issuer);
// Whether that certificate's key made the signature.
bool signed_by(const revocation_list& list, const certificate& issuer);

}  // namespace schannix::engine

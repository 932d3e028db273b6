// What a policy says of a chain. MS certverifycertificatechainpolicy
#pragma once

#include <wincrypt.h>

#include <optional>
#include <string>

namespace schannix::cert {

enum class finding : std::uint8_t {
  fine,
  explicit_distrust,
  revoked,
  bad_signature,
  untrusted_root,
  partial_chain,
  expired,
  wrong_usage,
  name_mismatch,
  invalid_basic_constraints,
  invalid_policy,
  invalid_name,
  unknown_critical_extension,
  malformed,
  revocation_unknown,
  revocation_offline
};

struct ssl_rules {
  bool of_server = true;
  std::optional<std::string> name;  // UTF-8; nothing: any
};

struct policy_rules {
  DWORD ignored = 0;  // CERT_CHAIN_POLICY_..._FLAG
  bool ignores_revoked = false;
  bool ignores_name = false;
  std::optional<ssl_rules> ssl;  // nothing: the base policy
};

struct policy_answer {
  finding what = finding::fine;
  LONG element = -1;  // where; -1: nowhere
};

// The worst finding that is not ignored, in the order of the enumeration. An error bit that no rule knows is a finding.
policy_answer judge(const CERT_CHAIN_CONTEXT& chain, const policy_rules& by);

}  // namespace schannix::cert

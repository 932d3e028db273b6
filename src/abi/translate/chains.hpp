// The parameters of chains and policies. Nothing: E_INVALIDARG.
#pragma once

#include <wincrypt.h>

#include <memory>
#include <optional>

#include "cert/chain.hpp"
#include "cert/policy.hpp"

namespace schannix::abi {

std::unique_ptr<cert::chain_engine> engine_of(const CERT_CHAIN_ENGINE_CONFIG& config);  // null: E_INVALIDARG

// Null for those that were not made.
const cert::chain_engine* engine_behind(HCERTCHAINENGINE handle) noexcept;

struct chain_call {
  HCERTCHAINENGINE engine;
  PCCERT_CONTEXT leaf;
  const FILETIME* time;
  HCERTSTORE additional;
  const CERT_CHAIN_PARA* para;
  DWORD flags;
};
std::optional<cert::chain_request> request_of(const chain_call& call);

// policy: CERT_CHAIN_POLICY_BASE or CERT_CHAIN_POLICY_SSL; para may be null.
std::optional<cert::policy_rules> rules_of(LPCSTR policy, const CERT_CHAIN_POLICY_PARA* para);
DWORD error_of(cert::finding what);

}  // namespace schannix::abi

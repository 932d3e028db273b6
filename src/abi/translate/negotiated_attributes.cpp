#include "abi/translate/negotiated_attributes.hpp"

#include <algorithm>
#include <vector>

#include "abi/translate/algorithms.hpp"
#include "abi/translate/attributes.hpp"
#include "abi/translate/credentials.hpp"
#include "abi/translate/memory.hpp"
#include "abi/translate/time.hpp"

namespace schannix::abi {
namespace {

using engine::handshake_facts;

WORD* numbers(const std::vector<std::uint16_t>& all) {
  if (all.empty()) return nullptr;
  auto* const block = static_cast<WORD*>(allocate(all.size() * sizeof(WORD)));
  std::copy(all.begin(), all.end(), block);
  return block;
}

SECURITY_STATUS connection_info(const handshake_facts& facts, engine::role side, void* into) {
  auto& info = as<SecPkgContext_ConnectionInfoEx>(into);
  const cipher_name cipher = name_of(facts.cipher);
  const digest_name hash = facts.mac ? name_of(*facts.mac) : digest_name{};
  info.dwVersion = SECPKGCONTEXT_CONNECTION_INFO_EX_V1;
  info.dwProtocol = protocol_bit(facts.version, side);
  copy_text(cipher.name, info.szCipher);
  info.dwCipherStrength = cipher.bits;
  copy_text(hash.name, info.szHash);
  info.dwHashStrength = hash.bits;
  copy_text(name_of(facts.exchange).name, info.szExchange);
  info.dwExchStrength = facts.exchange_bits;
  return SEC_E_OK;
}

// From the end of the handshake until the time that ISC and ASC gave.
SECURITY_STATUS lifespan(const handshake_facts& facts, void* into) {
  auto& span = as<SecPkgContext_Lifespan>(into);
  store_local(&span.tsStart, facts.finished_at);
  const auto& peer = facts.peer_certificates;
  store_expiry(peer.empty() ? nullptr : &peer.front(), &span.tsExpiry);
  return SEC_E_OK;
}

SECURITY_STATUS extensions(const handshake_facts& facts, void* into) {
  as<SecPkgContext_NegotiatedTlsExtensions>(into) = {static_cast<ULONG>(facts.extensions.size()),
                                                     numbers(facts.extensions)};
  return SEC_E_OK;
}

// On the wire the hash comes first: here it is the lower byte.
SECURITY_STATUS signatures(const handshake_facts& facts, void* into) {
  std::vector<std::uint16_t> pairs = facts.peer_signatures;
  for (std::uint16_t& one : pairs) one = static_cast<std::uint16_t>(one << 8 | one >> 8);
  as<SecPkgContext_SupportedSignatures>(into) = {static_cast<WORD>(pairs.size()), numbers(pairs)};
  return SEC_E_OK;
}

SECURITY_STATUS target(const context::connection& of, void* into) {
  if (of.side() != engine::role::client) return SEC_E_UNSUPPORTED_FUNCTION;
  const std::string& name = of.target_name();
  as<SecPkgContext_TargetInformation>(into) = {
      static_cast<ULONG>(name.size()),
      name.empty() ? nullptr : reinterpret_cast<UCHAR*>(allocate_text(name, SEC_CHAR{}))};
  return SEC_E_OK;
}

SECURITY_STATUS of_handshake(const context::connection& of, ULONG attribute, void* into) {
  if (of.facts() == nullptr) return SEC_E_INVALID_HANDLE;
  const handshake_facts& facts = *of.facts();
  if (attribute == SECPKG_ATTR_CONNECTION_INFO_EX) return connection_info(facts, of.side(), into);
  if (attribute == SECPKG_ATTR_LIFESPAN) return lifespan(facts, into);
  if (attribute == SECPKG_ATTR_SUPPORTED_SIGNATURES) return signatures(facts, into);
  return extensions(facts, into);
}

}  // namespace

std::optional<SECURITY_STATUS> query_negotiated(const context::connection& of, ULONG attribute, void* into) {
  switch (attribute) {
    case SECPKG_ATTR_CONNECTION_INFO_EX:
    case SECPKG_ATTR_LIFESPAN:
    case SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS:
    case SECPKG_ATTR_SUPPORTED_SIGNATURES:
      return of_handshake(of, attribute, into);
    case SECPKG_ATTR_TARGET_INFORMATION:
      return target(of, into);
    default:
      return std::nullopt;
  }
}

}  // namespace schannix::abi

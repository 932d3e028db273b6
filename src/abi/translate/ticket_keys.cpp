#include "abi/translate/ticket_keys.hpp"

#include <schannel.h>

#include <algorithm>
#include <span>

#include "abi/translate/status.hpp"

namespace schannix::abi {
namespace {

using material = engine::ticket_keys::material;

base::result<material> read_key(const SecPkgCred_SessionTicketKey& from) {
  constexpr BYTE least = 32;
  const bool known = from.TicketInfoVersion == SESSION_TICKET_INFO_V0 && from.KeyingMaterialSize >= least &&
                     from.KeyingMaterialSize <= sizeof from.KeyingMaterial;
  if (!known) return base::caller_mistake(base::reason::invalid_parameter);
  material read{{}, {from.KeyingMaterial, from.KeyingMaterialSize}};
  std::copy(std::begin(from.KeyId), std::end(from.KeyId), read.id.begin());
  return read;
}

base::result<std::shared_ptr<const engine::ticket_keys>> read_keys(const SecPkgCred_SessionTicketKeys& from) {
  constexpr DWORD most = 16;
  if (from.cSessionTicketKeys == 0 || from.cSessionTicketKeys > most || from.pSessionTicketKeys == nullptr)
    return base::caller_mistake(base::reason::invalid_parameter);
  std::vector<material> all;
  for (const auto& one : std::span(from.pSessionTicketKeys, from.cSessionTicketKeys)) {
    SCHANNIX_TRY(const material read, read_key(one));
    all.push_back(read);
  }
  return engine::ticket_keys::make(the_environment(), all);
}

base::result<void> set_ticket_keys(credential_object& of, const SecPkgCred_SessionTicketKeys& from) {
  SCHANNIX_TRY(auto keys, read_keys(from));
  SCHANNIX_TRY(of.held, of.held->with_ticket_keys(std::move(keys)));
  return {};
}

}  // namespace

SECURITY_STATUS set_credential(credential_object& of, ULONG attribute, const void* from, ULONG size) {
  const bool server = of.held->rules().side == engine::role::server;
  if (attribute != SECPKG_ATTR_SESSION_TICKET_KEYS || !server) return SEC_E_UNSUPPORTED_FUNCTION;
  if (from == nullptr) return SEC_E_INTERNAL_ERROR;
  if (size != sizeof(SecPkgCred_SessionTicketKeys)) return SEC_E_INVALID_PARAMETER;
  const auto done = set_ticket_keys(of, *static_cast<const SecPkgCred_SessionTicketKeys*>(from));
  return done ? SEC_E_OK : status_of(done.error());
}

}  // namespace schannix::abi

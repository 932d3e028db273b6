#include "abi/translate/acquire.hpp"

#include <span>

#include "abi/events/events.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/attributes.hpp"
#include "abi/translate/credentials.hpp"
#include "abi/translate/packages.hpp"
#include "abi/translate/status.hpp"
#include "cert/context.hpp"

namespace schannix::abi {
namespace {

std::function<void(const char*)> line_function(SCHANNIX_LINE_FN function, void* argument) {
  if (function == nullptr) return nullptr;
  return [function, argument](const char* line) { function(argument, line); };
}

base::result<void> add_options(const SCHANNIX_CREDENTIAL_OPTIONS& options, credential::policy& policy) {
  const base::failure invalid = base::caller_mistake(base::reason::invalid_parameter);
  if (options.cbSize != sizeof(SCHANNIX_CREDENTIAL_OPTIONS)) return invalid;
  if ((options.dwFlags & ~DWORD{SCHANNIX_CREDENTIAL_LATER_TICKETS}) != 0) return invalid;
  const bool later_tickets = (options.dwFlags & SCHANNIX_CREDENTIAL_LATER_TICKETS) != 0;
  if (later_tickets && policy.side == engine::role::client) return invalid;
  if (options.cExtraRoots != 0 && options.paExtraRoots == nullptr) return invalid;
  for (const PCCERT_CONTEXT root : std::span(options.paExtraRoots, options.cExtraRoots)) {
    if (root == nullptr) return invalid;
    policy.extra_roots.push_back(cert::identity_of(root).leaf);
  }
  policy.later_tickets = later_tickets;
  policy.key_log = line_function(options.pfnKeyLog, options.pvKeyLog);
  if (const auto trace = line_function(options.pfnTrace, options.pvTrace))
    policy.trace = [trace, listening = the_runtime().trace.listening()](const char* line) { trace(line); };
  return {};
}

base::result<credential_request> read_request(const acquire_call& call) {
  SCHANNIX_TRY(credential_request wanted, read_credentials(call.use, call.auth_data));
  if (call.options != nullptr) SCHANNIX_CHECK(add_options(*call.options, wanted.policy));
  return wanted;
}

base::result<std::shared_ptr<const credential::credential>> make(const acquire_call& call) {
  if (find_package(call.package) == nullptr) return base::caller_mistake(base::reason::unknown_package);
  if (call.credential == nullptr) return base::caller_mistake(base::reason::invalid_handle);
  const auto side = (call.use & SECPKG_CRED_INBOUND) != 0 ? engine::role::server : engine::role::client;
  auto wanted = read_request(call);
  if (!wanted) {
    tell_unreadable(side, wanted.error());
    return wanted.error();
  }
  auto made = credential::credential::make(the_environment(), std::move(wanted->policy), std::move(wanted->identities));
  if (made)
    tell_acquired(**made);
  else
    tell_not_acquired(side, made.error());
  return made;
}

}  // namespace

SECURITY_STATUS acquire(const acquire_call& call) {
  auto made = make(call);
  if (!made) return status_of(made.error());
  const auto& identities = (*made)->identities();
  store_expiry(identities.empty() ? nullptr : &identities.front().leaf, call.expiry);
  auto object = std::make_unique<credential_object>(credential_object{std::move(*made)});
  store_token(the_runtime().credentials.insert(std::move(object)), *call.credential);
  return SEC_E_OK;
}

SECURITY_STATUS release_credential(const SecHandle* credential) {
  if (names_nothing(credential)) return SEC_E_INVALID_HANDLE;
  const handle::removal done = the_runtime().credentials.remove(token_of(*credential));
  return done == handle::removal::removed ? SEC_E_OK : SEC_E_INVALID_HANDLE;
}

}  // namespace schannix::abi

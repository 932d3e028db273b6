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

constexpr DWORD max_blobs = 100;

base::result<std::vector<base::bytes_view>> blobs_of(const CRYPT_DATA_BLOB* all, DWORD count) {
  const base::failure invalid = base::caller_mistake(base::reason::invalid_parameter);
  if (count > max_blobs || (count != 0 && all == nullptr)) return invalid;
  std::vector<base::bytes_view> out;
  for (const CRYPT_DATA_BLOB& one : std::span(all, count)) {
    if (one.pbData == nullptr || one.cbData == 0) return invalid;
    out.emplace_back(one.pbData, one.cbData);
  }
  return out;
}

base::result<void> add_lists(const SCHANNIX_CREDENTIAL_OPTIONS& options, credential::policy& policy) {
  SCHANNIX_TRY(const auto blobs, blobs_of(options.paRevocationLists, options.cRevocationLists));
  for (const base::bytes_view one : blobs) {
    const auto read = engine::read_revocation_lists(the_environment(), one);
    if (!read) return base::caller_mistake(base::reason::invalid_parameter);
    policy.revocation.lists.insert(policy.revocation.lists.end(), read->begin(), read->end());
  }
  return {};
}

// Each goes to the certificates that it is about.
base::result<void> add_answers(const SCHANNIX_CREDENTIAL_OPTIONS& options, credential_request& wanted) {
  constexpr std::size_t max_answer = 16380;  // what OpenSSL takes of a CertificateStatus in TLS 1.2
  const base::failure invalid = base::caller_mistake(base::reason::invalid_parameter);
  SCHANNIX_TRY(const auto blobs, blobs_of(options.paOcspResponses, options.cOcspResponses));
  if (!blobs.empty() && wanted.policy.side == engine::role::client) return invalid;
  for (const base::bytes_view one : blobs) {
    bool fits = false;
    for (auto& identity : wanted.identities) {
      if (one.size() > max_answer || !engine::is_answer_for(one, identity.leaf)) continue;
      if (wanted.policy.staples) identity.ocsp_answer.assign(one.begin(), one.end());
      fits = true;
    }
    if (!fits) return invalid;
  }
  return {};
}

base::result<void> add_options(const SCHANNIX_CREDENTIAL_OPTIONS& options, credential::policy& policy) {
  const base::failure invalid = base::caller_mistake(base::reason::invalid_parameter);
  if (options.cbSize != sizeof(SCHANNIX_CREDENTIAL_OPTIONS)) return invalid;
  constexpr DWORD known = SCHANNIX_CREDENTIAL_LATER_TICKETS | SCHANNIX_CREDENTIAL_FETCH_REVOCATION;
  if ((options.dwFlags & ~known) != 0) return invalid;
  const bool later_tickets = (options.dwFlags & SCHANNIX_CREDENTIAL_LATER_TICKETS) != 0;
  if (later_tickets && policy.side == engine::role::client) return invalid;
  if (options.cExtraRoots != 0 && options.paExtraRoots == nullptr) return invalid;
  for (const PCCERT_CONTEXT root : std::span(options.paExtraRoots, options.cExtraRoots)) {
    if (root == nullptr) return invalid;
    policy.extra_roots.push_back(cert::leaf_of(root));
  }
  policy.later_tickets = later_tickets;
  const bool fetches = (options.dwFlags & SCHANNIX_CREDENTIAL_FETCH_REVOCATION) != 0;
  if (fetches && policy.revocation.only_at_hand) return invalid;
  policy.revocation.fetches = policy.revocation.fetches || fetches;
  policy.key_log = line_function(options.pfnKeyLog, options.pvKeyLog);
  if (const auto trace = line_function(options.pfnTrace, options.pvTrace))
    policy.trace = [trace, listening = the_runtime().trace.listening()](const char* line) { trace(line); };
  return {};
}

base::result<credential_request> read_request(const acquire_call& call) {
  SCHANNIX_TRY(credential_request wanted, read_credentials(call.use, call.auth_data));
  if (call.options == nullptr) return wanted;
  SCHANNIX_CHECK(add_options(*call.options, wanted.policy));
  SCHANNIX_CHECK(add_lists(*call.options, wanted.policy));
  SCHANNIX_CHECK(add_answers(*call.options, wanted));
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

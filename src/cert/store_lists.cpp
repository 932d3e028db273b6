// The revocation lists of a store and of a collection's members.
#include <algorithm>

#include "cert/store.hpp"

namespace schannix::cert {

base::result<PCCRL_CONTEXT> store::next(PCCRL_CONTEXT previous, const crl_query& fits) {
  if (kind_ == kind::collection) return next_of_members(previous, fits);
  if (previous && previous->hCertStore != this) return base::caller_mistake(base::reason::invalid_parameter);
  return lists_.next(previous, fits);
}

base::result<PCCRL_CONTEXT> store::next_of_members(PCCRL_CONTEXT previous, const crl_query& fits) {
  const std::lock_guard held(lock_);
  auto at = members_.begin();
  if (previous) at = std::ranges::find(members_, previous->hCertStore, [](const member& one) { return one.held; });
  for (PCCRL_CONTEXT behind = previous; at != members_.end(); ++at, behind = nullptr)
    if (const auto found = at->held->next(behind, fits)) return found;
  return base::caller_mistake(base::reason::not_found);
}

std::vector<engine::revocation_list> store::all_lists() {
  std::vector<engine::revocation_list> out = lists_.all();
  const std::lock_guard held(lock_);
  for (const member& one : members_) {
    const std::vector<engine::revocation_list> theirs = one.held->all_lists();
    out.insert(out.end(), theirs.begin(), theirs.end());
  }
  return out;
}

base::result<PCCRL_CONTEXT> store::add(std::shared_ptr<crl_content> added, disposition how) {
  if (kind_ == kind::collection) return add_to_member(std::move(added), how);
  if (may_ == access::read_only) return base::caller_mistake(base::reason::access_denied);
  return lists_.add(std::move(added), how);
}

base::result<PCCRL_CONTEXT> store::add_to_member(std::shared_ptr<crl_content> added, disposition how) {
  const std::lock_guard held(lock_);
  const auto at = std::ranges::find(members_, access::writable, &member::may);
  if (at == members_.end()) return base::caller_mistake(base::reason::access_denied);
  return at->held->add(std::move(added), how);
}

base::result<void> store::remove(PCCRL_CONTEXT shown) {
  if (may_ == access::read_only) return base::caller_mistake(base::reason::access_denied);
  lists_.remove(crl_context::of(shown));
  return {};
}

}  // namespace schannix::cert

#include "cert/store.hpp"

#include <algorithm>

#include "cert/info.hpp"

namespace schannix::cert {
namespace {

base::failure refused(base::reason why) { return base::caller_mistake(why); }

}  // namespace

// ---- contexts ----

context::context(std::shared_ptr<content> of, store* home, std::uint64_t place, PCCERT_CONTEXT origin)
    : CERT_CONTEXT{}, held_(std::move(of)), home_(home), place_(place), origin_(origin) {
  const CRYPT_INTEGER_BLOB der = blob_of(held_->leaf().der());
  dwCertEncodingType = X509_ASN_ENCODING;
  pbCertEncoded = der.pbData;
  cbCertEncoded = der.cbData;
  pCertInfo = held_->fields();
  hCertStore = home_;
}

context::~context() { cert::release(origin_); }

void context::release() const noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

held_context::~held_context() { release(context_); }

PCCERT_CONTEXT duplicate(PCCERT_CONTEXT shown) noexcept {
  if (!shown) return nullptr;
  const context& one = context::of(shown);
  one.acquire();
  if (one.home()) one.home()->hold();
  return shown;
}

void release(PCCERT_CONTEXT shown) noexcept {
  if (!shown) return;
  const context& one = context::of(shown);
  store* const home = one.home();
  one.release();
  if (home) home->let_go();
}

PCCERT_CONTEXT stand_alone(const engine::identity& of) {
  return new context(std::make_shared<content>(of), nullptr, 0);
}

// ---- life of a store ----

store::store(kind what, access may) : kind_(what), may_(may) {}

store::~store() {
  for (const context* const one : listed_) one->release();
  for (const member& one : members_) one.held->shut(false);
}

void store::let_go() noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

void store::open_again() noexcept {
  handles_.fetch_add(1, std::memory_order_relaxed);
  hold();
}

bool store::shut(bool frees_contexts) noexcept {
  const std::size_t left = handles_.fetch_sub(1, std::memory_order_acq_rel) - 1;
  const bool idle = references_.load(std::memory_order_acquire) == left + 1;
  if (idle || left != 0 || !frees_contexts) {
    let_go();
    return idle;
  }
  for (const context* const one : std::exchange(listed_, {})) delete one;
  lists_.free_all();
  delete this;
  return true;
}

bool close(HCERTSTORE handle, closing how) noexcept { return store::of(handle).shut(how == closing::free_contexts); }

// ---- going through ----

base::result<PCCERT_CONTEXT> store::next(PCCERT_CONTEXT previous, const query& fits) {
  if (previous && previous->hCertStore != this) return refused(base::reason::invalid_parameter);
  if (kind_ == kind::collection) return next_member(previous, fits);
  const std::lock_guard held(lock_);
  const std::uint64_t behind = previous ? context::of(previous).place() : 0;
  auto at = std::ranges::upper_bound(listed_, behind, {}, [](const context* one) { return one->place(); });
  at = std::find_if(at, listed_.end(), [&](const context* one) { return fits(*one); });
  if (at == listed_.end()) return refused(base::reason::not_found);
  return duplicate(*at);
}

base::result<PCCERT_CONTEXT> store::link(PCCERT_CONTEXT origin) {
  const context& from = context::of(origin);
  try {
    PCCERT_CONTEXT const made = new context(from.held(), this, from.place(), origin);
    hold();  // with the one reference that made is born with
    return made;
  } catch (...) {
    release(origin);
    throw;
  }
}

base::result<PCCERT_CONTEXT> store::next_member(PCCERT_CONTEXT previous, const query& fits) {
  const std::lock_guard held(lock_);
  PCCERT_CONTEXT const origin = previous ? context::of(previous).origin() : nullptr;
  auto at = members_.begin();
  if (origin) at = std::ranges::find(members_, origin->hCertStore, [](const member& one) { return one.held; });
  for (PCCERT_CONTEXT behind = origin; at != members_.end(); ++at, behind = nullptr) {
    const auto found = at->held->next(behind, fits);
    if (found) return link(*found);
  }
  return refused(base::reason::not_found);
}

std::vector<engine::certificate> store::all() {
  std::vector<engine::certificate> out;
  const std::lock_guard held(lock_);
  out.reserve(listed_.size());
  for (const context* const one : listed_) out.push_back(one->leaf());
  for (const member& one : members_) {
    const std::vector<engine::certificate> theirs = one.held->all();
    out.insert(out.end(), theirs.begin(), theirs.end());
  }
  return out;
}

// ---- adding and deleting ----

void store::fill(const std::vector<engine::identity>& contents) {
  listed_.reserve(listed_.size() + contents.size());
  for (const engine::identity& one : contents) {
    listed_.push_back(new context(std::make_shared<content>(one), this, next_place_));
    ++next_place_;
  }
}

base::result<PCCERT_CONTEXT> store::list(std::shared_ptr<content> added) {
  auto made = std::make_unique<context>(std::move(added), this, next_place_++);
  listed_.push_back(made.get());
  return duplicate(made.release());
}

// At the same place: whoever goes through the store meets it once.
base::result<PCCERT_CONTEXT> store::replace(std::size_t at, std::shared_ptr<content> added) {
  const auto* const made = new context(std::move(added), this, listed_[at]->place());
  std::exchange(listed_[at], made)->release();
  return duplicate(made);
}

base::result<PCCERT_CONTEXT> store::add(std::shared_ptr<content> added, disposition how) {
  if (kind_ == kind::collection) return add_to_member(std::move(added), how);
  if (may_ == access::read_only) return refused(base::reason::access_denied);
  const std::lock_guard held(lock_);
  const auto same = std::ranges::find(listed_, added->leaf(), [](const context* one) -> auto& { return one->leaf(); });
  if (how == disposition::always || same == listed_.end()) return list(std::move(added));
  switch (how) {
    case disposition::use_existing:
      (*same)->shown().inherit(*added);
      return duplicate(*same);
    case disposition::replace_and_inherit:
      added->inherit((*same)->shown());
      [[fallthrough]];
    case disposition::replace:
      return replace(static_cast<std::size_t>(same - listed_.begin()), std::move(added));
    case disposition::add_new:
    case disposition::newer:  // the same certificate is never newer than itself
    case disposition::newer_and_inherit:
    case disposition::always:
      break;
  }
  return refused(base::reason::already_there);
}

base::result<void> store::remove(PCCERT_CONTEXT shown) {
  const context& one = context::of(shown);
  if (one.origin()) return store::of(one.origin()->hCertStore).remove(one.origin());
  if (may_ == access::read_only) return refused(base::reason::access_denied);
  const std::lock_guard held(lock_);
  const auto at = std::ranges::find(listed_, &one);
  if (at == listed_.end()) return {};
  listed_.erase(at);
  one.release();  // the caller holds it still
  return {};
}

// ---- collections ----

base::result<void> store::join(store& joining, unsigned priority, access may) {
  if (kind_ != kind::collection || joining.kind_ == kind::collection) return refused(base::reason::invalid_parameter);
  const std::lock_guard held(lock_);
  members_.reserve(members_.size() + 1);
  const auto before = std::ranges::find(members_, &joining, &member::held);
  if (before != members_.end())
    members_.erase(before);
  else
    joining.open_again();
  const auto at = std::ranges::find_if(members_, [&](const member& one) { return one.priority < priority; });
  members_.insert(at, {&joining, priority, may});
  return {};
}

void store::part(store& leaving) {
  const std::unique_lock held(lock_);
  const auto at = std::ranges::find(members_, &leaving, &member::held);
  if (at == members_.end()) return;
  members_.erase(at);
  leaving.shut(false);
}

base::result<PCCERT_CONTEXT> store::add_to_member(std::shared_ptr<content> added, disposition how) {
  const std::lock_guard held(lock_);
  const auto at = std::ranges::find(members_, access::writable, &member::may);
  if (at == members_.end()) return refused(base::reason::access_denied);
  const auto there = at->held->add(std::move(added), how);
  if (!there) return there.error();
  return link(*there);
}

}  // namespace schannix::cert

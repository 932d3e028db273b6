#include "cert/chain.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <memory>

namespace schannix::cert {
namespace {

using engine::fault;

struct bit {
  fault of;
  DWORD shown;
};
constexpr auto bits = std::to_array<bit>({
    {fault::not_time_valid, CERT_TRUST_IS_NOT_TIME_VALID},
    {fault::revoked, CERT_TRUST_IS_REVOKED},
    {fault::bad_signature, CERT_TRUST_IS_NOT_SIGNATURE_VALID},
    {fault::untrusted_root, CERT_TRUST_IS_UNTRUSTED_ROOT},
    {fault::partial, CERT_TRUST_IS_PARTIAL_CHAIN},
    {fault::invalid_extension, CERT_TRUST_INVALID_EXTENSION},
    {fault::invalid_policy, CERT_TRUST_INVALID_POLICY_CONSTRAINTS},
    {fault::invalid_basic_constraints, CERT_TRUST_INVALID_BASIC_CONSTRAINTS},
    {fault::invalid_name_constraints, CERT_TRUST_INVALID_NAME_CONSTRAINTS},
    {fault::name_not_supported, CERT_TRUST_HAS_NOT_SUPPORTED_NAME_CONSTRAINT},
    {fault::name_not_permitted, CERT_TRUST_HAS_NOT_PERMITTED_NAME_CONSTRAINT},
    {fault::name_excluded, CERT_TRUST_HAS_EXCLUDED_NAME_CONSTRAINT},
    {fault::critical_extension, CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT},
    {fault::weak_signature, CERT_TRUST_HAS_WEAK_SIGNATURE},
    {fault::revocation_unknown, CERT_TRUST_REVOCATION_STATUS_UNKNOWN},
    {fault::distrusted, CERT_TRUST_IS_EXPLICIT_DISTRUST},
    {fault::revocation_offline, CERT_TRUST_IS_OFFLINE_REVOCATION | CERT_TRUST_REVOCATION_STATUS_UNKNOWN},
});

DWORD shown(engine::faults found) {
  DWORD out = CERT_TRUST_NO_ERROR;
  for (const bit& one : bits)
    if (found.has(one.of)) out |= one.shown;
  return out;
}

// The purposes of one certificate as the struct that shows them.
class purpose_list {
 public:
  explicit purpose_list(std::vector<std::string> texts) : texts_(std::move(texts)) {
    for (std::string& one : texts_) pointers_.push_back(one.data());
    shown_ = {static_cast<DWORD>(pointers_.size()), pointers_.data()};
  }
  purpose_list(const purpose_list&) = delete;
  purpose_list& operator=(const purpose_list&) = delete;
  PCERT_ENHKEY_USAGE shown() noexcept { return &shown_; }

 private:
  std::vector<std::string> texts_;
  std::vector<LPSTR> pointers_;
  CERT_ENHKEY_USAGE shown_{};
};

// Where issuers and revocation lists are looked for.
std::vector<store*> places(const chain_request& wanted) {
  std::vector<store*> out;
  if (wanted.additional) out.push_back(&store::of(wanted.additional));
  if (wanted.with)
    for (const open_store& one : wanted.with->additional)
      if (one.get()) out.push_back(one.get());
  return out;
}

std::vector<engine::certificate> candidates(const chain_request& wanted) {
  std::vector<engine::certificate> out;
  for (store* const one : places(wanted)) {
    const std::vector<engine::certificate> all = one->all();
    out.insert(out.end(), all.begin(), all.end());
  }
  return out;
}

std::vector<engine::revocation_list> lists(const chain_request& wanted) {
  std::vector<engine::revocation_list> out;
  for (store* const one : places(wanted)) {
    const std::vector<engine::revocation_list> all = one->all_lists();
    out.insert(out.end(), all.begin(), all.end());
  }
  return out;
}

void restrict_root(std::vector<engine::chain_element>& chain, store* to) {
  if (!to) return;
  const std::vector<engine::certificate> allowed = to->all();
  if (std::ranges::find(allowed, chain.back().one) == allowed.end()) chain.back().found.add(fault::untrusted_root);
}

// No purpose was asked: many programs ask for none and mean a TLS peer, so what is said about either side counts.
bool distrusts_any(const engine::certificate& one) {
  using engine::trust_setting;
  const trust_setting server = engine::trust_for(one, szOID_PKIX_KP_SERVER_AUTH);
  const trust_setting client = engine::trust_for(one, szOID_PKIX_KP_CLIENT_AUTH);
  if (server == trust_setting::rejected || client == trust_setting::rejected) return true;
  return server == trust_setting::for_others && client == trust_setting::for_others;
}

bool is_distrusted(const engine::certificate& one, const chain_request& wanted) {
  if (wanted.purposes.empty()) return distrusts_any(one);
  const auto forbidden = [&](const std::string& purpose) { return distrusts(one, purpose); };
  return wanted.any_purpose ? std::ranges::all_of(wanted.purposes, forbidden)
                            : std::ranges::any_of(wanted.purposes, forbidden);
}

std::vector<engine::chain_element> built(const engine::environment& env, const chain_request& wanted) {
  engine::chain_rules rules;
  rules.candidates = candidates(wanted);
  rules.at = wanted.at;
  if (wanted.with && wanted.with->exclusive_roots.get()) {
    rules.of_system = false;
    rules.anchors = wanted.with->exclusive_roots.get()->all();
    rules.up_to_roots = !wanted.with->exclusive_authorities;
  }
  const content& leaf = context::of(wanted.leaf).shown();
  std::vector<engine::chain_element> chain = engine::build_chain(env, leaf.leaf(), rules);
  for (engine::chain_element& one : chain)
    if (is_distrusted(one.one, wanted)) one.found.add(fault::distrusted);
  if (wanted.with) restrict_root(chain, wanted.with->restricted_roots.get());
  const base::bytes stapled = leaf.property(CERT_OCSP_RESPONSE_PROP_ID).value_or(base::bytes());
  engine::add_revocation(
      env, chain, {.range = wanted.revocation, .ocsp_answer = stapled, .lists = lists(wanted), .asks = wanted.asks});
  return chain;
}

// From the leaf on: whether it may be used as it is wanted. Of several purposes of which one is enough, that one has to
// be allowed all the way down from the root: an authority passes on no purpose that it has not itself.
std::vector<bool> fit_purposes(const std::vector<engine::chain_element>& found, const chain_request& wanted) {
  std::vector<bool> fits(found.size(), true);
  std::vector<std::string> left = wanted.purposes;
  if (left.empty()) return fits;
  for (std::size_t i = found.size(); i-- != 0;) {
    const auto is_allowed = [&](const std::string& purpose) { return allows(found[i].one, purpose); };
    if (wanted.any_purpose) std::erase_if(left, std::not_fn(is_allowed));
    fits[i] = !left.empty() && std::ranges::all_of(left, is_allowed);
  }
  return fits;
}

// The object behind a PCCERT_CHAIN_CONTEXT.
class chain : public CERT_CHAIN_CONTEXT {
 public:
  chain(const engine::environment& env, const chain_request& wanted);
  chain(const chain&) = delete;
  chain& operator=(const chain&) = delete;

  void acquire() const noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  void add(const engine::chain_element& one, bool fits, PCCERT_CONTEXT leaf);
  void show(DWORD created_with);

  std::vector<std::unique_ptr<held_context>> contexts_;
  std::vector<CERT_CHAIN_ELEMENT> elements_;
  std::vector<PCERT_CHAIN_ELEMENT> pointers_;
  std::vector<std::unique_ptr<purpose_list>> purposes_;
  CERT_SIMPLE_CHAIN simple_{};
  PCERT_SIMPLE_CHAIN simple_pointer_ = &simple_;
  mutable std::atomic<std::size_t> references_{1};
};

chain::chain(const engine::environment& env, const chain_request& wanted) : CERT_CHAIN_CONTEXT{} {
  const std::vector<engine::chain_element> found = built(env, wanted);
  const std::vector<bool> fitting = fit_purposes(found, wanted);
  for (std::size_t i = 0; i < found.size(); ++i) add(found[i], fitting[i], wanted.leaf);
  show(wanted.created_with);
}

void chain::add(const engine::chain_element& one, bool fits, PCCERT_CONTEXT leaf) {
  CERT_CHAIN_ELEMENT made{};
  made.cbSize = sizeof made;
  made.TrustStatus.dwErrorStatus = shown(one.found);
  if (!fits) made.TrustStatus.dwErrorStatus |= CERT_TRUST_IS_NOT_VALID_FOR_USAGE;
  const bool ends = engine::self_signed(one.one);
  made.TrustStatus.dwInfoStatus =
      CERT_TRUST_HAS_PREFERRED_ISSUER | (ends ? CERT_TRUST_IS_SELF_SIGNED : CERT_TRUST_HAS_NAME_MATCH_ISSUER);
  if (auto purposes = engine::purposes_of(one.one)) {
    purposes_.push_back(std::make_unique<purpose_list>(*std::move(purposes)));
    made.pApplicationUsage = purposes_.back()->shown();
  }
  contexts_.push_back(std::make_unique<held_context>(nullptr));
  contexts_.back()->reset(elements_.empty() ? duplicate(leaf) : stand_alone({one.one, std::nullopt, {}}));
  made.pCertContext = contexts_.back()->get();
  elements_.push_back(made);
}

void chain::show(DWORD created_with) {
  for (CERT_CHAIN_ELEMENT& one : elements_) {
    pointers_.push_back(&one);
    simple_.TrustStatus.dwErrorStatus |= one.TrustStatus.dwErrorStatus;
  }
  simple_.cbSize = sizeof simple_;
  simple_.TrustStatus.dwInfoStatus = CERT_TRUST_HAS_PREFERRED_ISSUER;
  simple_.cElement = static_cast<DWORD>(pointers_.size());
  simple_.rgpElement = pointers_.data();
  cbSize = sizeof(CERT_CHAIN_CONTEXT);
  TrustStatus = simple_.TrustStatus;
  cChain = 1;
  rgpChain = &simple_pointer_;
  dwCreateFlags = created_with;
}

}  // namespace

bool allows(const engine::certificate& of, const std::string& purpose) {
  const auto limits = engine::purposes_of(of);
  return !limits || std::ranges::find(*limits, purpose) != limits->end();
}

bool distrusts(const engine::certificate& of, const std::string& purpose) {
  const engine::trust_setting said = engine::trust_for(of, purpose);
  return said == engine::trust_setting::rejected || said == engine::trust_setting::for_others;
}

PCCERT_CHAIN_CONTEXT make_chain(const engine::environment& env, const chain_request& wanted) {
  return new chain(env, wanted);
}

PCCERT_CHAIN_CONTEXT duplicate(PCCERT_CHAIN_CONTEXT shown) noexcept {
  if (shown) static_cast<const chain*>(shown)->acquire();
  return shown;
}

void release(PCCERT_CHAIN_CONTEXT shown) noexcept {
  if (shown) static_cast<const chain*>(shown)->release();
}

}  // namespace schannix::cert

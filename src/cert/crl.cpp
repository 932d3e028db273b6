#include "cert/crl.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cert/info.hpp"
#include "cert/store.hpp"

namespace schannix::cert {
namespace {

constexpr const char* delta_indicator = "2.5.29.27";  // RFC 5280 §5.2.4
constexpr const char* issuing_point = "2.5.29.28";
constexpr const char* authority_key = "2.5.29.35";

std::vector<CERT_EXTENSION> shown(std::vector<engine::certificate_fields::extension>& from) {
  std::vector<CERT_EXTENSION> out;
  out.reserve(from.size());
  for (auto& one : from) out.push_back({one.oid.data(), one.critical ? TRUE : FALSE, blob_of(one.value)});
  return out;
}

bool same_extension(const CRL_INFO& a, const CRL_INFO& b, const char* oid) {
  const CERT_EXTENSION* const ours = extension_of(a, oid);
  const CERT_EXTENSION* const theirs = extension_of(b, oid);
  if (!ours || !theirs) return ours == theirs;
  return std::ranges::equal(bytes_of(ours->Value), bytes_of(theirs->Value));
}

bool is_newer(const CRL_INFO& a, const CRL_INFO& than) { return ticks_of(a.ThisUpdate) > ticks_of(than.ThisUpdate); }

}  // namespace

// ---- contexts ----

crl_content::crl_content(const engine::revocation_list& of)
    : list_(of), der_(engine::der_of(of)), fields_(engine::fields_of(of)) {
  for (auto& one : fields_.entries) std::ranges::reverse(one.serial);  // Windows shows it least significant byte first
  show();
}

void crl_content::show() {
  of_entries_.reserve(fields_.entries.size());
  for (auto& one : fields_.entries) {
    auto& extensions = of_entries_.emplace_back(cert::shown(one.extensions));
    entries_.push_back(
        {blob_of(one.serial), filetime_of(one.revoked_at), static_cast<DWORD>(extensions.size()), extensions.data()});
  }
  extensions_ = cert::shown(fields_.extensions);
  shown_.dwVersion = fields_.version;
  shown_.SignatureAlgorithm = {fields_.signature.oid.data(), blob_of(fields_.signature.parameters)};
  shown_.Issuer = blob_of(fields_.issuer);
  shown_.ThisUpdate = filetime_of(fields_.this_update);
  if (fields_.next_update) shown_.NextUpdate = filetime_of(*fields_.next_update);  // zeros: it does not say
  shown_.cCRLEntry = static_cast<DWORD>(entries_.size());
  shown_.rgCRLEntry = entries_.data();
  shown_.cExtension = static_cast<DWORD>(extensions_.size());
  shown_.rgExtension = extensions_.data();
}

crl_context::crl_context(std::shared_ptr<crl_content> of, store* home, std::uint64_t place)
    : CRL_CONTEXT{}, held_(std::move(of)), home_(home), place_(place) {
  const CRYPT_INTEGER_BLOB der = blob_of(held_->der());
  dwCertEncodingType = X509_ASN_ENCODING;
  pbCrlEncoded = der.pbData;
  cbCrlEncoded = der.cbData;
  pCrlInfo = held_->fields();
  hCertStore = home_;
}

void crl_context::release() const noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

PCCRL_CONTEXT duplicate(PCCRL_CONTEXT shown) noexcept {
  if (!shown) return nullptr;
  const crl_context& one = crl_context::of(shown);
  one.acquire();
  if (one.home()) one.home()->hold();
  return shown;
}

void release(PCCRL_CONTEXT shown) noexcept {
  if (!shown) return;
  const crl_context& one = crl_context::of(shown);
  store* const home = one.home();
  one.release();
  if (home) home->let_go();
}

base::result<PCCRL_CONTEXT> create_crl(const engine::environment& env, base::bytes_view der) {
  SCHANNIX_TRY(const engine::revocation_list parsed, engine::read_revocation_list(env, der));
  return new crl_context(std::make_shared<crl_content>(parsed), nullptr, 0);
}

PCERT_EXTENSION extension_of(const CRL_INFO& of, const char* oid) noexcept {
  CERT_EXTENSION* const end = of.rgExtension + of.cExtension;
  CERT_EXTENSION* const found = std::find_if(
      of.rgExtension, end, [&](const CERT_EXTENSION& one) { return std::string_view(one.pszObjId) == oid; });
  return found != end ? found : nullptr;
}

bool same_scope(const CRL_INFO& a, const CRL_INFO& b) {
  return std::ranges::equal(bytes_of(a.Issuer), bytes_of(b.Issuer)) && same_extension(a, b, issuing_point) &&
         same_extension(a, b, authority_key) && !extension_of(a, delta_indicator) == !extension_of(b, delta_indicator);
}

// ---- the lists of a store ----

crl_shelf::~crl_shelf() {
  for (const crl_context* const one : listed_) one->release();
}

void crl_shelf::free_all() noexcept {
  for (const crl_context* const one : std::exchange(listed_, {})) delete one;
}

base::result<PCCRL_CONTEXT> crl_shelf::next(PCCRL_CONTEXT previous, const crl_query& fits) {
  const std::lock_guard held(lock_);
  const std::uint64_t behind = previous ? crl_context::of(previous).place() : 0;
  auto at = std::ranges::upper_bound(listed_, behind, {}, [](const crl_context* one) { return one->place(); });
  at = std::find_if(at, listed_.end(), [&](const crl_context* one) { return fits(*one); });
  if (at == listed_.end()) return base::caller_mistake(base::reason::not_found);
  return duplicate(*at);
}

base::result<PCCRL_CONTEXT> crl_shelf::list(std::shared_ptr<crl_content> added) {
  listed_.reserve(listed_.size() + 1);
  const auto* const made = new crl_context(std::move(added), home_, next_place_++);
  listed_.push_back(made);
  return duplicate(made);
}

base::result<PCCRL_CONTEXT> crl_shelf::replace(std::size_t at, std::shared_ptr<crl_content> added) {
  const auto* const made = new crl_context(std::move(added), home_, listed_[at]->place());
  std::exchange(listed_[at], made)->release();
  return duplicate(made);
}

// Lists have no properties here: to inherit is to replace.
base::result<PCCRL_CONTEXT> crl_shelf::add(std::shared_ptr<crl_content> added, disposition how) {
  const std::lock_guard held(lock_);
  const CRL_INFO& info = *added->fields();
  const auto same =
      std::ranges::find_if(listed_, [&](const crl_context* one) { return same_scope(*one->pCrlInfo, info); });
  if (how == disposition::always || same == listed_.end()) return list(std::move(added));
  const auto at = static_cast<std::size_t>(same - listed_.begin());
  switch (how) {
    case disposition::use_existing:
      return duplicate(*same);
    case disposition::replace:
    case disposition::replace_and_inherit:
      return replace(at, std::move(added));
    case disposition::newer:
    case disposition::newer_and_inherit:
      if (is_newer(info, *(*same)->pCrlInfo)) return replace(at, std::move(added));
      break;
    case disposition::add_new:
    case disposition::always:
      break;
  }
  return base::caller_mistake(base::reason::already_there);
}

void crl_shelf::remove(const crl_context& one) {
  const std::lock_guard held(lock_);
  const auto at = std::ranges::find(listed_, &one);
  if (at == listed_.end()) return;
  listed_.erase(at);
  one.release();  // the caller holds it still
}

std::vector<engine::revocation_list> crl_shelf::all() {
  const std::lock_guard held(lock_);
  std::vector<engine::revocation_list> out;
  out.reserve(listed_.size());
  for (const crl_context* const one : listed_) out.push_back(one->list());
  return out;
}

}  // namespace schannix::cert

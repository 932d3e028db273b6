#include "cert/context.hpp"

#include <algorithm>

#include "cert/store.hpp"

namespace schannix::cert {

base::result<std::optional<engine::private_key>> find_key(const engine::environment& env, const key_binding& told,
                                                          std::string& problem) {
  if (told.key || !told.named) return told.key;
  SCHANNIX_TRY(engine::private_key found, keyring::find(env, *told.named, problem));
  return std::optional(std::move(found));
}

base::result<identity> identity_of(const engine::environment& env, PCCERT_CONTEXT shown, std::string& problem) {
  const context& from = context::of(shown);
  identity out{from.leaf(), {}, {}};
  SCHANNIX_TRY(out.key, find_key(env, from.key(), problem));
  if (from.home()) out.companions = from.home()->all();
  const auto own = std::ranges::find(out.companions, out.leaf);
  if (own != out.companions.end()) out.companions.erase(own);
  return out;
}

engine::certificate leaf_of(PCCERT_CONTEXT shown) { return context::of(shown).leaf(); }

std::vector<engine::certificate> certificates_of(HCERTSTORE handle) { return store::of(handle).all(); }

std::vector<engine::certificate> roots_of(HCERTSTORE handle) {
  std::vector<engine::certificate> roots = certificates_of(handle);
  std::erase_if(roots, [](const engine::certificate& one) { return !engine::self_signed(one); });
  return roots;
}

PCCERT_CONTEXT make_context(const engine::identity& leaf, const std::vector<engine::certificate>& others) {
  std::vector<engine::identity> all{leaf};
  for (const engine::certificate& one : others) all.push_back({one, std::nullopt, {}});
  store& home = store::of(make_store(all));
  const auto first = home.next(nullptr, [](const context&) { return true; });
  home.shut(false);  // the context keeps it
  return *first;
}

HCERTSTORE make_store(const std::vector<engine::identity>& contents, access may) {
  auto made = std::make_unique<store>(store::kind::memory, may);
  made->fill(contents);
  return made.release();
}

HCERTSTORE make_collection() { return new store(store::kind::collection, access::writable); }

}  // namespace schannix::cert

#include "cert/context.hpp"

#include <algorithm>

#include "cert/store.hpp"

namespace schannix::cert {

identity identity_of(PCCERT_CONTEXT shown) {
  const context& from = context::of(shown);
  identity out{from.leaf(), from.key(), {}};
  if (from.home()) out.companions = from.home()->all();
  const auto own = std::ranges::find(out.companions, out.leaf);
  if (own != out.companions.end()) out.companions.erase(own);
  return out;
}

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

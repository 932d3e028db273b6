#include "cert/context.hpp"

#include "cert/store.hpp"

namespace schannix::cert {

identity identity_of(PCCERT_CONTEXT shown) {
  const context& from = context::of(shown);
  identity out{from.leaf(), from.key(), {}};
  const store& home = from.home();
  for (std::size_t i = 0; i < home.size(); ++i)
    if (i != from.position()) out.companions.push_back(home.at(i).leaf());
  return out;
}

std::vector<engine::certificate> roots_of(HCERTSTORE handle) {
  const store& from = store::of(handle);
  std::vector<engine::certificate> roots;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (engine::self_signed(from.at(i).leaf())) roots.push_back(from.at(i).leaf());
  return roots;
}

PCCERT_CONTEXT make_context(const engine::identity& leaf, const std::vector<engine::certificate>& others) {
  std::vector<engine::identity> all{leaf};
  for (const engine::certificate& one : others) all.push_back({one, std::nullopt, {}});
  const store* const home = new store(all);
  return &home->at(0);  // the store's one reference is the context's
}

HCERTSTORE make_store(const std::vector<engine::identity>& contents) { return new store(contents); }

}  // namespace schannix::cert

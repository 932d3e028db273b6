#include "abi/translate/exported.hpp"

#include <string>

#include "abi/events/events.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "cert/context.hpp"
#include "engine/key_blobs.hpp"

namespace schannix::abi {
namespace {

// 0: it goes along. MS pfxexportcertstoreex: which codes
DWORD take_key(const cert::content& from, const cert::key_binding& told, engine::identity& to) {
  if (told.stays) return code_of(NTE_PERM);
  std::string problem;
  auto found = cert::find_key(the_environment(), told, problem);
  if (!found) return tell_key_out_of_reach(from.leaf(), problem), code_of(NTE_BAD_KEY);
  if (!engine::pkcs8_of(**found)) return code_of(NTE_PERM);  // kept elsewhere, as in a token
  to.key = **std::move(found);
  return 0;
}

template <typename Visit>
void for_each(HCERTSTORE store, Visit&& visit) {
  cert::held_context at(nullptr);
  for (auto one = cert::next(store, at.get(), cert::anything()); one;
       one = cert::next(store, at.get(), cert::anything())) {
    at.reset(*one);
    visit(cert::context::of(at.get()).shown());
  }
}

}  // namespace

exported certificates_alone(HCERTSTORE store) {
  exported out;
  for_each(store, [&](const cert::content& one) {
    out.all.push_back({one.leaf(), std::nullopt, cert::friendly_name(one)});
    out.key_told = out.key_told || !one.key().none();
  });
  return out;
}

exported certificates_with_keys(HCERTSTORE store) {
  exported out;
  for_each(store, [&](const cert::content& one) {
    out.all.push_back({one.leaf(), std::nullopt, cert::friendly_name(one)});
    const cert::key_binding told = one.key();
    if (told.none()) return;
    out.key_told = true;
    const DWORD problem = take_key(one, told, out.all.back());
    if (out.key_left_behind == 0) out.key_left_behind = problem;
  });
  return out;
}

}  // namespace schannix::abi

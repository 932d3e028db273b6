#include "engine/ticket_scope.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "engine/environment.hpp"
#include "engine/openssl_errors.hpp"

namespace schannix::engine {
namespace {

using digest = std::array<base::byte, 32>;

base::result<digest> digest_of(const environment& env, base::bytes_view data) {
  clear_errors();
  digest made{};
  std::size_t size = 0;
  if (EVP_Q_digest(env.library(), "SHA256", nullptr, data.data(), data.size(), made.data(), &size) == 1) return made;
  return failed_call(base::bug());
}

void append(base::bytes& to, const std::vector<digest>& all) {
  for (int shift = 0; shift < 32; shift += 8) to.push_back(static_cast<base::byte>(all.size() >> shift));
  for (const digest& one : all) to.insert(to.end(), one.begin(), one.end());
}

// The order counts: of several certificates of one kind the first is shown.
base::result<void> append_identities(const environment& env, const ticket_scope& of, base::bytes& to) {
  std::vector<digest> all;
  for (const local_identity& one : of.identities) {
    SCHANNIX_TRY(const digest leaf, digest_of(env, one.leaf.der()));
    all.push_back(leaf);
  }
  append(to, all);
  return {};
}

base::result<void> append_roots(const environment& env, const ticket_scope& of, base::bytes& to) {
  std::vector<digest> all;
  for (const certificate& one : of.extra_roots) {
    SCHANNIX_TRY(const digest root, digest_of(env, one.der()));
    all.push_back(root);
  }
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  append(to, all);
  return {};
}

}  // namespace

base::result<base::bytes> ticket_scope::fingerprint(const environment& env) const {
  constexpr base::byte layout =
      1;  // of what is hashed, and of tickets: another version of the library may look at more
  base::bytes all{layout, validates_clients};
  SCHANNIX_CHECK(append_identities(env, *this, all));
  if (validates_clients) {
    all.insert(all.end(),
               {static_cast<base::byte>(env.settings().clients), trusts_system,
                static_cast<base::byte>(revocation.scope), revocation.ignores_unknown, revocation.ignores_offline});
    SCHANNIX_CHECK(append_roots(env, *this, all));
  }
  SCHANNIX_TRY(const digest whole, digest_of(env, all));
  return base::bytes(whole.begin(), whole.begin() + ticket_scope_size);
}

}  // namespace schannix::engine

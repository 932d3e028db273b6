#include "engine/aead.hpp"

#include <limits>

#include "base/secret.hpp"
#include "engine/aead_key.hpp"
#include "engine/environment.hpp"

namespace schannix::engine {
namespace {

// One message is at most what an int counts (EVP), and never without an address (libipsec-mb would do nothing).
bool acceptable(base::bytes_view part) {
  return part.size() <= std::numeric_limits<int>::max() && (part.empty() || part.data() != nullptr);
}

}  // namespace

aead::aead(std::unique_ptr<aead_key> key, direction way) noexcept : key_(std::move(key)), way_(way) {}
aead::aead(aead&&) noexcept = default;
aead& aead::operator=(aead&&) noexcept = default;
aead::~aead() = default;

base::result<aead> aead::make(const environment& env, aead_algorithm algorithm, direction way, base::bytes_view key) {
  if (key.size() != key_size_of(algorithm)) return base::bug();
  SCHANNIX_TRY(auto made, env.record_protection().make_key(algorithm, way, key));
  return aead(std::move(made), way);
}

bool aead::seal(base::bytes_view nonce, base::bytes_view associated, base::bytes_span data, base::bytes_span tail,
                base::bytes_span tag) noexcept {
  const bool sound = way_ == direction::seal && nonce.size() == aead_nonce_size && tag.size() == aead_tag_size &&
                     acceptable(associated) && acceptable(data) && acceptable(tail);
  if (sound && key_->seal(nonce, associated, data, tail, tag)) return true;
  // Half-encrypted data must not be taken for a record.
  base::wipe(data);
  base::wipe(tail);
  return false;
}

bool aead::open(base::bytes_view nonce, base::bytes_view associated, base::bytes_span data,
                base::bytes_view tag) noexcept {
  const bool sound = way_ == direction::open && nonce.size() == aead_nonce_size && tag.size() == aead_tag_size &&
                     acceptable(associated) && acceptable(data);
  if (sound && key_->open(nonce, associated, data, tag)) return true;
  base::wipe(data);
  return false;
}

}  // namespace schannix::engine

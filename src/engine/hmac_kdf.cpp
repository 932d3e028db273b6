#include "engine/hmac_kdf.hpp"

#include <algorithm>

namespace schannix::engine {
namespace {

// struct HkdfLabel, and the counter of HKDF-Expand's only block. RFC 8446 §7.1, RFC 5869 §2.3
class hkdf_label {
 public:
  hkdf_label(const hmac_kdf::labelled& given, base::bytes_view context, std::size_t output_size) {
    put(static_cast<base::byte>(output_size >> 8));
    put(static_cast<base::byte>(output_size));
    put(static_cast<base::byte>(given.prefix.size() + given.label.size()));
    for (const char one : given.prefix) put(static_cast<base::byte>(one));
    for (const char one : given.label) put(static_cast<base::byte>(one));
    put(static_cast<base::byte>(context.size()));
    for (const base::byte one : context) put(one);
    put(1);
  }
  static bool fits(const hmac_kdf::labelled& given) {
    return given.prefix.size() + given.label.size() <= 255 && given.context.size() <= 255;
  }
  base::bytes_view view() const { return base::bytes_view(room_).first(size_); }

 private:
  void put(base::byte one) { room_[size_++] = one; }

  std::array<base::byte, 2 + 1 + 255 + 1 + 255 + 1> room_;
  std::size_t size_ = 0;
};

void copy(const hmac_pool::value& from, base::bytes_span to) {
  std::copy_n(from.view().begin(), to.size(), to.begin());
}

}  // namespace

bool hmac_kdf::have(lease& with, std::string_view digest) noexcept {
  if (!with.is_of(digest)) with = pool_.take(digest);
  return static_cast<bool>(with);
}

bool hmac_kdf::expand(lease& with, const labelled& given, base::bytes_span output) noexcept {
  if (output.empty() || given.secret.empty() || !hkdf_label::fits(given) || !have(with, given.digest)) return false;
  hmac_pool::value block;
  const hkdf_label label(given, given.context, output.size());
  if (output.size() > with.size() || !with.compute(given.secret, {label.view()}, block)) return false;
  copy(block, output);
  return true;
}

bool hmac_kdf::extract(lease& with, const labelled& given, base::bytes_view input, base::bytes_span output) noexcept {
  if (!given.context.empty() || !hkdf_label::fits(given) || !have(with, given.digest)) return false;
  if (output.size() != with.size() || with.hash_of_nothing().size() != with.size()) return false;
  constexpr std::array<base::byte, 48> zeros{};
  if (input.empty()) input = base::bytes_view(zeros).first(with.size());
  hmac_pool::value salt, extracted;
  const hkdf_label derived(given, with.hash_of_nothing(), with.size());
  if (!given.secret.empty() && !with.compute(given.secret, {derived.view()}, salt)) return false;
  if (!with.compute(salt.view(), {input}, extracted)) return false;
  copy(extracted, output);
  return true;
}

// A(1) = HMAC(secret, seed), A(i + 1) = HMAC(secret, A(i)); block i is HMAC(secret, A(i) + seed).
bool hmac_kdf::prf(lease& with, std::string_view digest, base::bytes_view secret, base::bytes_view seed,
                   base::bytes_span output) noexcept {
  if (secret.empty() || seed.empty() || !have(with, digest)) return false;
  hmac_pool::value turn, next, block;
  bool done = with.compute(secret, {seed}, turn);
  while (done && !output.empty()) {
    done = with.compute_again({turn.view(), seed}, block);
    const base::bytes_span part = output.first(std::min(output.size(), with.size()));
    output = output.subspan(part.size());
    if (done) copy(block, part);
    if (done && !output.empty()) {
      done = with.compute_again({turn.view()}, next);
      turn = std::move(next);
    }
  }
  return done;
}

}  // namespace schannix::engine

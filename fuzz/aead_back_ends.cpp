// Both AEAD back ends are given the same message: they must agree on every byte, and on what opens.
#include <cstdlib>
#include <vector>

#include "engine/aead.hpp"
#include "engine/environment.hpp"

using namespace schannix;
using engine::aead_choice;

namespace {

const engine::environment& with(aead_choice choice) {
  static const engine::environment evp(engine::secret_source::watched, aead_choice::evp);
  static const engine::environment fast(engine::secret_source::watched, aead_choice::ipsec_mb);
  return choice == aead_choice::evp ? evp : fast;
}

struct message {
  engine::aead_algorithm algorithm;
  base::bytes_view key, nonce, associated, data, tag;
  std::size_t split;
};

void agree_on(bool holds) {
  if (!holds) std::abort();
}

void seal_alike(const message& given) {
  base::bytes tags[2], texts[2];
  for (const int i : {0, 1}) {
    auto key = engine::aead::make(with(i == 0 ? aead_choice::evp : aead_choice::ipsec_mb), given.algorithm,
                                  engine::direction::seal, given.key);
    tags[i].resize(engine::aead_tag_size);
    texts[i].assign(given.data.begin(), given.data.end());
    const base::bytes_span whole(texts[i]);
    agree_on(key->seal(given.nonce, given.associated, whole.first(given.split), whole.subspan(given.split), tags[i]));
  }
  agree_on(tags[0] == tags[1] && texts[0] == texts[1]);
}

void open_alike(const message& given) {
  bool opened[2];
  base::bytes texts[2];
  for (const int i : {0, 1}) {
    auto key = engine::aead::make(with(i == 0 ? aead_choice::evp : aead_choice::ipsec_mb), given.algorithm,
                                  engine::direction::open, given.key);
    texts[i].assign(given.data.begin(), given.data.end());
    opened[i] = key->open(given.nonce, given.associated, texts[i], given.tag);
  }
  agree_on(opened[0] == opened[1] && texts[0] == texts[1]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* input, std::size_t size) {
  constexpr std::size_t head = 1 + 32 + engine::aead_nonce_size + engine::aead_tag_size + 1 + 2;
  if (size < head) return 0;
  base::cursor rest({input, size});
  const auto algorithm = static_cast<engine::aead_algorithm>((*rest.take(1))[0] % engine::aead_algorithm_count);
  const base::bytes_view key = rest.take(32)->first(engine::key_size_of(algorithm));
  const base::bytes_view nonce = *rest.take(engine::aead_nonce_size), tag = *rest.take(engine::aead_tag_size);
  const std::size_t associated_size = (*rest.take(1))[0] % 33, split = base::load_u16(*rest.take(2));
  const base::bytes_view associated = *rest.take(std::min(associated_size, rest.left()));
  const base::bytes_view data = *rest.take(rest.left());
  const message given{algorithm, key, nonce, associated, data, tag, std::min(split, data.size())};
  seal_alike(given);
  open_alike(given);
  return 0;
}

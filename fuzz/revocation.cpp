// Revocation lists and OCSP answers that anybody can have written: nobody but the issuer is believed. Kinds: any bytes
// as lists; any bytes as an answer; an answer of the issuer's, cut and with flipped bits, which says "good".
#include "engine/revocation.hpp"
#include "engine/environment.hpp"
#include "engine/ocsp.hpp"
#include "fuzz.hpp"
#include "support/pki.hpp"

using namespace schannix;

namespace {

base::bytes_view view_of(std::string_view text) {
  return {reinterpret_cast<const base::byte*>(text.data()), text.size()};
}

struct world {
  engine::environment env;
  test::pki::issued issuer = test::pki::issue({.common_name = "issuer", .authority = true});
  test::pki::issued leaf = test::pki::issue({.common_name = "leaf"}, &issuer);
  std::string good = test::pki::ocsp_answer({{{leaf, issuer}}, issuer});
  engine::certificate parsed(const test::pki::issued& one) const {
    return *engine::certificate::parse(env, view_of(one.der()));
  }
};

const world& the_world() {
  static const world made;
  return made;
}

void read_lists(std::string_view text) {
  const world& all = the_world();
  const auto lists = engine::read_revocation_lists(all.env, view_of(text));
  if (!lists) return;
  fuzz::demand(!lists->empty(), "what was read is at least one list");
  const std::vector<engine::certificate> chain{all.parsed(all.leaf), all.parsed(all.issuer)};
  const engine::revocation_rules rules{.scope = engine::revocation_scope::chain, .lists = *lists};
  fuzz::demand(engine::revocation_problem(all.env, chain, rules, {}) == base::reason::no_revocation_check,
               "a list that the issuer has not signed says nothing");
}

engine::revocation_state judged(std::string_view answer) {
  const world& all = the_world();
  (void)engine::is_current_answer_for(view_of(answer), all.parsed(all.leaf));
  return engine::state_by_answer(view_of(answer), all.parsed(all.leaf), all.parsed(all.issuer));
}

void harm(fuzz::input& from) {
  std::string answer = the_world().good;
  while (!from.ended()) {
    char& one = answer[from.below(answer.size())];
    one = fuzz::flipped(one, from.u8());
    if (from.u8() == 0xFF) answer.resize(1 + from.below(answer.size()));
  }
  fuzz::demand(judged(answer) != engine::revocation_state::revoked, "what the issuer calls good is not made revoked");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  fuzz::begin_random_numbers_anew();
  fuzz::input from(data, size);
  const unsigned kind = from.u8() % 3;
  if (kind == 0) read_lists(from.rest());
  if (kind == 1)
    fuzz::demand(judged(from.rest()) == engine::revocation_state::unknown, "nobody else's answer says anything");
  if (kind == 2) harm(from);
  return 0;
}

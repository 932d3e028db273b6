#include "engine/revocation.hpp"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <climits>
#include <string_view>

#include "engine/environment.hpp"
#include "engine/ocsp.hpp"
#include "engine/revocation_fetch.hpp"
#include "engine/revocation_list.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

inline void free_borrowed_lists(STACK_OF(X509_CRL) * all) { sk_X509_CRL_free(all); }
using held_borrowed_lists = held<STACK_OF(X509_CRL), free_borrowed_lists>;

std::shared_ptr<X509_CRL> share(X509_CRL* parsed) { return {parsed, X509_CRL_free}; }

X509_CRL* new_list(const environment& env) { return or_throw(X509_CRL_new_ex(env.library(), nullptr)); }

bool at_end_of_pem() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

base::result<std::vector<revocation_list>> read_pem_lists(const environment& env, base::bytes_view text) {
  const held_bio from = reader_of(text);
  std::vector<revocation_list> all;
  for (;;) {
    X509_CRL* parsed = new_list(env);
    const bool read = PEM_read_bio_X509_CRL(from.get(), &parsed, nullptr, nullptr) != nullptr;
    auto held = share(parsed);
    if (!read) break;
    all.emplace_back(std::move(held));
  }
  if (all.empty() || !at_end_of_pem()) return base::caller_mistake(base::reason::malformed_object);
  return all;
}

// ---- lists ----

// A list that has run out is no proof that a certificate is good, but what it says of a revoked one stays true.
int judge_list(int ok, X509_STORE_CTX* context) {
  if (ok == 1 || X509_STORE_CTX_get_error(context) != X509_V_ERR_CRL_HAS_EXPIRED) return ok;
  *static_cast<bool*>(X509_STORE_CTX_get_app_data(context)) = true;
  return 1;
}

held_borrowed_lists stack_of(const std::vector<revocation_list>& all) {
  held_borrowed_lists out(or_throw(sk_X509_CRL_new_null()));
  for (const revocation_list& one : all)
    if (sk_X509_CRL_push(out.get(), one.native()) <= 0) throw std::bad_alloc();
  return out;
}

// OpenSSL's verifier on a chain of two, whose end is believed already: what is left to find out is the lists' part.
revocation_state state_by_lists(const environment& env, const certificate& subject, const certificate& issuer,
                                const std::vector<revocation_list>& lists, const root_store* folders) {
  const held_borrowed anchor(or_throw(sk_X509_new_null()));
  if (sk_X509_push(anchor.get(), issuer.native()) <= 0) throw std::bad_alloc();
  const held_borrowed_lists all = stack_of(lists);
  const held_store_context context(or_throw(X509_STORE_CTX_new_ex(env.library(), nullptr)));
  x509_store_st* const store = folders != nullptr ? folders->native() : nullptr;
  if (X509_STORE_CTX_init(context.get(), store, subject.native(), nullptr) != 1) throw std::bad_alloc();
  X509_STORE_CTX_set0_trusted_stack(context.get(), anchor.get());
  X509_STORE_CTX_set0_crls(context.get(), all.get());
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_PARTIAL_CHAIN);
  bool stale = false;
  X509_STORE_CTX_set_app_data(context.get(), &stale);
  X509_STORE_CTX_set_verify_cb(context.get(), judge_list);
  const bool passed = X509_verify_cert(context.get()) == 1;
  if (passed) return stale ? revocation_state::unknown : revocation_state::good;
  const bool revoked = X509_STORE_CTX_get_error(context.get()) == X509_V_ERR_CERT_REVOKED;
  return revoked ? revocation_state::revoked : revocation_state::unknown;
}

// ---- the places that a certificate names ----

revocation_state state_by_asking(const environment& env, const certificate& subject, const certificate& issuer,
                                 const patience& limit) {
  const places_to_ask places = places_in(subject);
  for (const std::string& one : places.responders) {
    const base::bytes answer = env.fetched().ask(one, subject, issuer, limit);
    const auto state = state_by_answer(answer, subject, issuer);
    if (state != revocation_state::unknown) return state;
  }
  for (const std::string& one : places.lists) {
    const auto lists = read_revocation_lists(env, env.fetched().list(one, limit));
    if (!lists) continue;
    const auto state = state_by_lists(env, subject, issuer, *lists, nullptr);
    if (state != revocation_state::unknown) return state;
  }
  return revocation_state::unknown;
}

bool names_a_place_to_ask(const certificate& of) {
  const held_addresses responders(X509_get1_ocsp(of.native()));
  if (sk_OPENSSL_STRING_num(responders.get()) > 0) return true;
  const held_points points(
      static_cast<CRL_DIST_POINTS*>(X509_get_ext_d2i(of.native(), NID_crl_distribution_points, nullptr, nullptr)));
  return sk_DIST_POINT_num(points.get()) > 0;
}

// ---- a chain ----

std::size_t end_of(revocation_scope scope, std::size_t chain_size) {
  switch (scope) {
    case revocation_scope::none:
      return 0;
    case revocation_scope::leaf:
      return 1;
    case revocation_scope::chain:
      return chain_size;
    case revocation_scope::chain_without_anchor:
      return chain_size == 1 ? 1 : chain_size - 1;  // the peer's own certificate is always asked about
  }
  return chain_size;
}

}  // namespace

base::result<std::vector<revocation_list>> read_revocation_lists(const environment& env, base::bytes_view text) {
  const quiet_errors quiet;
  if (text.empty() || text.size() > INT_MAX) return base::caller_mistake(base::reason::malformed_object);
  constexpr base::byte der_sequence = 0x30;
  if (text[0] != der_sequence) return read_pem_lists(env, text);
  SCHANNIX_TRY(revocation_list one, read_revocation_list(env, text));
  return std::vector{std::move(one)};
}

std::optional<base::reason> revocation_problem(const environment& env, const std::vector<certificate>& chain,
                                               const revocation_rules& rules, const revocation_evidence& evidence) {
  const quiet_errors quiet;
  const patience limit;
  std::optional<base::reason> lacking;
  const std::size_t end = std::min(end_of(rules.scope, chain.size()), chain.size());
  for (std::size_t i = 0; i < end; ++i) {
    const bool is_anchor = i + 1 == chain.size();
    const certificate& subject = chain[i];
    const certificate& issuer = is_anchor ? subject : chain[i + 1];
    auto state = state_by_lists(env, subject, issuer, rules.lists, evidence.roots);
    if (i == 0) state = std::max(state, state_by_answer(evidence.stapled, subject, issuer));
    if (state == revocation_state::unknown && rules.fetches) state = state_by_asking(env, subject, issuer, limit);
    if (state == revocation_state::revoked) return base::reason::certificate_revoked;
    if (state == revocation_state::good) continue;
    const bool has_place = names_a_place_to_ask(subject);
    if (is_anchor && i != 0 && !has_place) continue;
    if (has_place && !rules.ignores_offline) lacking = base::reason::revocation_offline;
    if (!has_place && !rules.ignores_unknown && !lacking) lacking = base::reason::no_revocation_check;
  }
  return lacking;
}

}  // namespace schannix::engine

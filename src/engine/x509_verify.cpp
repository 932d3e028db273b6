// One verification of a peer's certificate, as automatic validation needs it. spec 4.5, RFC 5280 §6, RFC 6125 §6
//
// Every problem of a chain is collected, and the one reported is the one that Windows' SSL policy puts first
// (spec 8.4): an untrusted chain that has also expired is untrusted.
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>

#include "engine/environment.hpp"
#include "engine/x509.hpp"
#include "engine/x509_chain.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

using base::reason;

struct meaning {
  int error;  // X509_V_ERR_*
  reason why;
  int rank;  // the lowest is reported
};

// Rank as in spec 8.4; an error that is not listed is certificate_unknown.
constexpr int rank_of_the_rest = 8;
// to_array: g++ 12 puts a constexpr std::array whose type is deduced into writable memory.
constexpr auto meanings = std::to_array<meaning>({
    {X509_V_ERR_CERT_REVOKED, reason::certificate_revoked, 1},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, reason::certificate_unknown, 2},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, reason::untrusted_root, 3},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, reason::untrusted_root, 3},
    {X509_V_ERR_CERT_UNTRUSTED, reason::untrusted_root, 3},
    {X509_V_ERR_CERT_REJECTED, reason::untrusted_root, 3},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, reason::untrusted_root, 4},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, reason::untrusted_root, 4},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, reason::untrusted_root, 4},
    {X509_V_ERR_CERT_HAS_EXPIRED, reason::certificate_expired, 5},
    {X509_V_ERR_CERT_NOT_YET_VALID, reason::certificate_expired, 5},  // as CERT_E_EXPIRED
    {X509_V_ERR_INVALID_PURPOSE, reason::wrong_usage, 6},
    {X509_V_ERR_HOSTNAME_MISMATCH, reason::name_mismatch, 7},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, reason::name_mismatch, 7},
});

meaning meaning_of(int error) {
  const auto* const found = std::ranges::find(meanings, error, &meaning::error);
  return found != meanings.end() ? *found : meaning{error, reason::certificate_unknown, rank_of_the_rest};
}

verdict verdict_of(int error) {
  if (error == X509_V_OK) return {};
  return {meaning_of(error).why, error, X509_verify_cert_error_string(error), {}};
}

// The worst error so far, X509_V_OK at first; OpenSSL goes on as if there were none.
int remember(int ok, X509_STORE_CTX* context) {
  if (ok == 1) return 1;
  int& worst = *static_cast<int*>(X509_STORE_CTX_get_app_data(context));
  const int error = X509_STORE_CTX_get_error(context);
  if (worst == X509_V_OK || meaning_of(error).rank < meaning_of(worst).rank) worst = error;
  return 1;
}

bool expect_name(X509_VERIFY_PARAM* rules, std::string name) {
  if (name.empty()) return true;
  if (name.front() == '.') return false;    // to OpenSSL it would mean any name below
  if (name.back() == '.') name.pop_back();  // the root label is no part of a certificate's name
  if (is_address(name)) return X509_VERIFY_PARAM_set1_ip_asc(rules, name.c_str()) == 1;
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return !name.empty() && X509_VERIFY_PARAM_set1_host(rules, name.data(), name.size()) == 1;
}

enum class anchors { system, extra };

// One run of OpenSSL's verifier against one set of anchors; chain: what it built when it found nothing wrong.
int run(const environment& env, const certificate& leaf, const verification& how, anchors which,
        std::vector<certificate>& chain) {
  const held_borrowed untrusted = stack_of(how.untrusted);
  const held_borrowed extra = stack_of(how.extra_roots);
  const held_store_context context(or_throw(X509_STORE_CTX_new_ex(env.library(), nullptr)));
  x509_store_st* const store = which == anchors::system ? how.roots->native() : nullptr;
  if (X509_STORE_CTX_init(context.get(), store, leaf.native(), untrusted.get()) != 1) throw std::bad_alloc();
  if (which == anchors::extra) X509_STORE_CTX_set0_trusted_stack(context.get(), extra.get());

  X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_auth_level(rules, security_level);
  if (how.at) X509_VERIFY_PARAM_set_time(rules, *how.at);
  // A certificate that was given as trusted is: no need that it signs itself. The system's must be roots.
  if (which == anchors::extra && !how.up_to_roots) X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_STORE_CTX_set_default(context.get(), how.of_server ? "ssl_server" : "ssl_client") != 1)
    return X509_V_ERR_UNSPECIFIED;
  if (!expect_name(rules, how.name)) return X509_V_ERR_HOSTNAME_MISMATCH;

  int worst = X509_V_OK;
  X509_STORE_CTX_set_app_data(context.get(), &worst);
  X509_STORE_CTX_set_verify_cb(context.get(), remember);
  const int outcome = X509_verify_cert(context.get());
  if (outcome == 1 && worst == X509_V_OK) chain = certificates_in(X509_STORE_CTX_get0_chain(context.get()));
  if (!permits(chain, how.name)) return X509_V_ERR_EXCLUDED_VIOLATION;
  if (outcome == 1 || worst != X509_V_OK) return worst;
  const int error = X509_STORE_CTX_get_error(context.get());  // ended without asking us
  return error != X509_V_OK ? error : X509_V_ERR_UNSPECIFIED;
}

}  // namespace

// Either set of anchors may make the peer trusted. When none does, an anchored chain's problem says more than that
// there is no anchor.
verdict verify(const environment& env, const certificate& leaf, const verification& how) {
  const quiet_errors quiet;
  int reported = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
  for (const anchors which : {anchors::extra, anchors::system}) {
    if (which == anchors::extra ? how.extra_roots.empty() : how.roots == nullptr) continue;
    verdict out;
    const int error = run(env, leaf, how, which, out.chain);
    if (error == X509_V_OK) return out;
    if (meaning_of(reported).why == reason::untrusted_root) reported = error;
  }
  return verdict_of(reported);
}

}  // namespace schannix::engine

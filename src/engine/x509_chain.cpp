// RFC 5280 §6, as OpenSSL's verifier does it, told certificate by certificate.
#include "engine/x509_chain.hpp"

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>

#include "engine/environment.hpp"
#include "engine/revocation.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

struct meaning {
  int error;  // X509_V_ERR_*
  fault what;
};
// to_array: g++ 12 puts a constexpr std::array whose type is deduced into writable memory.
constexpr auto meanings = std::to_array<meaning>({
    {X509_V_ERR_CERT_NOT_YET_VALID, fault::not_time_valid},
    {X509_V_ERR_CERT_HAS_EXPIRED, fault::not_time_valid},
    {X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, fault::not_time_valid},
    {X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, fault::not_time_valid},
    {X509_V_ERR_CERT_REVOKED, fault::revoked},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, fault::bad_signature},
    {X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, fault::bad_signature},
    {X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, fault::bad_signature},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, fault::untrusted_root},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, fault::untrusted_root},
    {X509_V_ERR_CERT_UNTRUSTED, fault::untrusted_root},
    {X509_V_ERR_INVALID_EXTENSION, fault::invalid_extension},
    {X509_V_ERR_INVALID_POLICY_EXTENSION, fault::invalid_policy},
    {X509_V_ERR_NO_EXPLICIT_POLICY, fault::invalid_policy},
    {X509_V_ERR_INVALID_CA, fault::invalid_basic_constraints},
    {X509_V_ERR_INVALID_NON_CA, fault::invalid_basic_constraints},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, fault::invalid_basic_constraints},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, fault::invalid_basic_constraints},
    {X509_V_ERR_PERMITTED_VIOLATION, fault::name_not_permitted},
    {X509_V_ERR_EXCLUDED_VIOLATION, fault::name_excluded},
    {X509_V_ERR_SUBTREE_MINMAX, fault::invalid_name_constraints},
    {X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, fault::name_not_supported},
    {X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, fault::name_not_supported},
    {X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, fault::name_not_supported},
    {X509_V_ERR_UNSPECIFIED, fault::name_not_supported},  // more names times constraints than OpenSSL compares
    {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, fault::critical_extension},
    {X509_V_ERR_EE_KEY_TOO_SMALL, fault::weak_signature},
    {X509_V_ERR_CA_KEY_TOO_SMALL, fault::weak_signature},
    {X509_V_ERR_CA_MD_TOO_WEAK, fault::weak_signature},
});

// What is not listed, among it every way of not finding an issuer, leaves the chain without an anchor.
fault meaning_of(int error) {
  const auto* const found = std::ranges::find(meanings, error, &meaning::error);
  return found != meanings.end() ? found->what : fault::partial;
}

using notes = std::vector<faults>;  // by depth

// OpenSSL goes on as if nothing were wrong. No exception passes through its C: notes has room for any depth.
int remember(int ok, X509_STORE_CTX* context) {
  if (ok == 1) return 1;
  notes& all = *static_cast<notes*>(X509_STORE_CTX_get_app_data(context));
  const int depth = std::clamp(X509_STORE_CTX_get_error_depth(context), 0, static_cast<int>(all.size()) - 1);
  all[static_cast<std::size_t>(depth)].add(meaning_of(X509_STORE_CTX_get_error(context)));
  return 1;
}

constexpr int most_depth = 100;  // OpenSSL's own bound

std::vector<chain_element> elements_of(const certificate& leaf, X509_STORE_CTX* context, const notes& found) {
  std::vector<chain_element> out;
  for (certificate& one : certificates_in(X509_STORE_CTX_get0_chain(context))) out.push_back({std::move(one), {}});
  if (out.empty()) out.push_back({leaf, {}});
  // Depths behind the last certificate speak of what is missing there.
  for (std::size_t depth = 0; depth < found.size(); ++depth)
    if (!found[depth].none()) out[std::min(depth, out.size() - 1)].found.merge(found[depth]);
  return out;
}

bool any_fault(const std::vector<chain_element>& chain) {
  return std::ranges::any_of(chain, [](const chain_element& one) { return !one.found.none(); });
}

std::size_t asked_about(revocation_range range, std::size_t size) {
  if (range == revocation_range::none) return 0;
  if (range == revocation_range::leaf) return 1;
  return range == revocation_range::chain || size == 1 ? size : size - 1;
}

fault fault_of(base::reason problem) {
  if (problem == base::reason::certificate_revoked) return fault::revoked;
  return problem == base::reason::revocation_offline ? fault::revocation_offline : fault::revocation_unknown;
}

bool names_purpose(const STACK_OF(ASN1_OBJECT) * all, const std::string& purpose) {
  for (int i = 0; i < sk_ASN1_OBJECT_num(all); ++i) {
    const ASN1_OBJECT* const one = sk_ASN1_OBJECT_value(all, i);
    if (OBJ_obj2nid(one) == NID_anyExtendedKeyUsage || dotted(one) == purpose) return true;
  }
  return false;
}

}  // namespace

std::vector<chain_element> build_chain(const environment& env, const certificate& leaf, const chain_rules& rules) {
  const quiet_errors quiet;
  const held_borrowed untrusted = stack_of(rules.candidates);
  const held_borrowed anchors = stack_of(rules.anchors);
  const auto roots = rules.of_system ? env.roots() : nullptr;
  const held_store_context context(or_throw(X509_STORE_CTX_new_ex(env.library(), nullptr)));
  if (X509_STORE_CTX_init(context.get(), roots ? roots->native() : nullptr, leaf.native(), untrusted.get()) != 1)
    throw std::bad_alloc();
  if (!roots) X509_STORE_CTX_set0_trusted_stack(context.get(), anchors.get());

  X509_VERIFY_PARAM* const how = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_auth_level(how, security_level);
  X509_VERIFY_PARAM_set_depth(how, most_depth);
  if (!roots && !rules.up_to_roots) X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN);
  if (rules.at) X509_VERIFY_PARAM_set_time(how, *rules.at);
  X509_VERIFY_PARAM_set_trust(how, X509_TRUST_COMPAT);  // trust settings are the asker's: trust_for

  notes found(most_depth + 2);
  X509_STORE_CTX_set_app_data(context.get(), &found);
  X509_STORE_CTX_set_verify_cb(context.get(), remember);
  const int outcome = X509_verify_cert(context.get());
  if (outcome != 1 && X509_STORE_CTX_get_error(context.get()) == X509_V_ERR_OUT_OF_MEM) throw std::bad_alloc();
  std::vector<chain_element> chain = elements_of(leaf, context.get(), found);
  if (outcome != 1 && !any_fault(chain)) chain.back().found.add(fault::partial);  // ended without asking us
  return chain;
}

void add_revocation(const environment& env, std::vector<chain_element>& chain, const revocation_question& question) {
  std::vector<certificate> rest;
  rest.reserve(chain.size());
  for (const chain_element& one : chain) rest.push_back(one.one);
  const auto roots = env.roots();
  const revocation_rules rules{.scope = revocation_scope::leaf,  // one by one, each with its issuer behind it
                               .lists = question.lists,
                               .only_at_hand = !question.asks,
                               .fetches = question.asks};
  const std::size_t end = asked_about(question.range, chain.size());
  for (std::size_t i = 0; i < end; ++i, rest.erase(rest.begin())) {
    const bool last = i + 1 == chain.size();
    if (last && chain[i].found.has(fault::partial)) {
      chain[i].found.add(fault::revocation_unknown);  // nobody is known who could tell
      continue;
    }
    const auto problem =
        revocation_problem(env, rest, rules, {roots.get(), i == 0 ? question.ocsp_answer : base::bytes_view()});
    // Nobody stands above an anchor who had to tell that it was not revoked.
    const bool excused = last && i != 0 && problem != base::reason::certificate_revoked;
    if (problem && !excused) chain[i].found.add(fault_of(*problem));
  }
}

std::optional<std::vector<std::string>> purposes_of(const certificate& of) {
  const quiet_errors quiet;
  int state = 0;
  const held_extended_usage usage(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(of.native(), NID_ext_key_usage, &state, nullptr)));
  if (!usage && state == -1) return std::nullopt;  // there is none
  std::vector<std::string> out;
  for (int i = 0; usage && i < sk_ASN1_OBJECT_num(usage.get()); ++i) {
    const ASN1_OBJECT* const one = sk_ASN1_OBJECT_value(usage.get(), i);
    if (OBJ_obj2nid(one) == NID_anyExtendedKeyUsage) return std::nullopt;
    out.push_back(dotted(one));
  }
  return out;
}

trust_setting trust_for(const certificate& of, const std::string& purpose) {
  const STACK_OF(ASN1_OBJECT)* const refused = X509_get0_reject_objects(of.native());
  const STACK_OF(ASN1_OBJECT)* const granted = X509_get0_trust_objects(of.native());
  if (names_purpose(refused, purpose)) return trust_setting::rejected;
  if (sk_ASN1_OBJECT_num(granted) <= 0) return trust_setting::none;  // -1: there is no list
  return names_purpose(granted, purpose) ? trust_setting::trusted : trust_setting::for_others;
}

bool answers_to(const certificate& of, const std::string& name) {
  const quiet_errors quiet;
  if (name.empty() || name.front() == '.') return false;  // to OpenSSL it would mean any name below
  const std::string wanted = name.substr(0, name.size() - (name.back() == '.' ? 1 : 0));  // without the root label
  if (is_address(wanted)) return X509_check_ip_asc(of.native(), wanted.c_str(), 0) == 1;
  if (std::ranges::any_of(wanted, [](char unit) { return static_cast<unsigned char>(unit) >= 0x80; })) return false;
  return X509_check_host(of.native(), wanted.data(), wanted.size(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
}

}  // namespace schannix::engine

#include "engine/ocsp.hpp"

#include <openssl/ocsp.h>

#include <algorithm>
#include <climits>

#include "engine/revocation.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

using held_response = held<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using held_basic = held<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using held_id = held<OCSP_CERTID, OCSP_CERTID_free>;
using held_store = held<X509_STORE, X509_STORE_free>;
using held_certificate = held<X509, X509_free>;

// Null: not exactly one response, or one that only says why there is none.
held_basic parse(base::bytes_view answer) {
  if (answer.empty() || answer.size() > LONG_MAX) return nullptr;
  const unsigned char* at = answer.data();
  const held_response whole(d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(answer.size())));
  if (!whole || at != answer.data() + answer.size()) return nullptr;
  if (OCSP_response_status(whole.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) return nullptr;
  return held_basic(OCSP_response_get1_basic(whole.get()));
}

// OpenSSL's OCSP functions work in its default library context: so do their certificates.
held_certificate copy_of(const certificate& from) {
  const unsigned char* at = from.der().data();
  return held_certificate(or_throw(d2i_X509(nullptr, &at, static_cast<long>(from.der().size()))));
}

// As in certificates (x509_verify.cpp): neither MD5 nor SHA-1.
bool weakly_signed(const OCSP_BASICRESP* answer) {
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, OCSP_resp_get0_tbs_sigalg(answer));
  int digest = NID_undef;
  return OBJ_find_sigid_algs(OBJ_obj2nid(algorithm), &digest, nullptr) != 1 || digest == NID_md5 || digest == NID_sha1;
}

// The issuer is the only anchor: whoever has signed is the issuer, or was certified by it directly. NOEXPLICIT: no
// other root may answer, whatever it is trusted for.
bool issuer_stands_for(OCSP_BASICRESP* answer, X509* issuer) {
  constexpr int security_level = 2;
  const held_store anchors(or_throw(X509_STORE_new()));
  X509_STORE_add_cert(anchors.get(), issuer);
  X509_VERIFY_PARAM* const rules = X509_STORE_get0_param(anchors.get());
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_auth_level(rules, security_level);
  const held_borrowed known(or_throw(sk_X509_new_null()));
  if (sk_X509_push(known.get(), issuer) <= 0) throw std::bad_alloc();
  return OCSP_basic_verify(answer, known.get(), anchors.get(), OCSP_NOEXPLICIT) == 1;
}

bool has_unknown_demands(OCSP_BASICRESP* answer, OCSP_SINGLERESP* entry) {
  return OCSP_BASICRESP_get_ext_by_critical(answer, 1, -1) >= 0 ||
         OCSP_SINGLERESP_get_ext_by_critical(entry, 1, -1) >= 0;
}

// The issuer is named by hashes of the entry's own choice.
bool is_about(OCSP_SINGLERESP* entry, const X509* leaf, const X509* issuer) {
  auto* const theirs = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(entry));
  ASN1_OBJECT* digest = nullptr;
  OCSP_id_get0_info(nullptr, &digest, nullptr, nullptr, theirs);
  const EVP_MD* const algorithm = EVP_get_digestbyobj(digest);
  if (algorithm == nullptr) return false;
  const held_id ours(OCSP_cert_to_id(algorithm, leaf, issuer));
  return ours && OCSP_id_cmp(ours.get(), theirs) == 0;
}

// Without nextUpdate newer answers can be had at any time (RFC 6960 §4.2.2.1): it counts for a day.
bool is_of_now(ASN1_GENERALIZEDTIME* made, ASN1_GENERALIZEDTIME* next) {
  constexpr long skew = 300, day = 86400;
  return OCSP_check_validity(made, next, skew, next != nullptr ? -1 : day) == 1;
}

revocation_state state_of(OCSP_SINGLERESP* entry) {
  ASN1_GENERALIZEDTIME *made = nullptr, *next = nullptr;
  const int status = OCSP_single_get0_status(entry, nullptr, nullptr, &made, &next);
  if (status == V_OCSP_CERTSTATUS_REVOKED) return revocation_state::revoked;
  return status == V_OCSP_CERTSTATUS_GOOD && is_of_now(made, next) ? revocation_state::good : revocation_state::unknown;
}

// Servers know the issuer by name only: serial number and the name's hash.
bool names(OCSP_SINGLERESP* entry, const X509* leaf) {
  ASN1_OBJECT* digest = nullptr;
  ASN1_OCTET_STRING* hash = nullptr;
  ASN1_INTEGER* serial = nullptr;
  OCSP_id_get0_info(&hash, &digest, nullptr, &serial, const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(entry)));
  const EVP_MD* const algorithm = EVP_get_digestbyobj(digest);
  unsigned char name[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (algorithm == nullptr || X509_NAME_digest(X509_get_issuer_name(leaf), algorithm, name, &size) != 1) return false;
  const base::bytes theirs = content_of(hash);
  return std::ranges::equal(base::bytes_view(name, size), theirs) &&
         ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(leaf)) == 0;
}

OCSP_SINGLERESP* entry_naming(OCSP_BASICRESP* answer, const certificate& leaf) {
  for (int i = 0; i < OCSP_resp_count(answer); ++i)
    if (OCSP_SINGLERESP* const entry = OCSP_resp_get0(answer, i); names(entry, leaf.native())) return entry;
  return nullptr;
}

}  // namespace

revocation_state state_by_answer(base::bytes_view answer, const certificate& leaf, const certificate& issuer) {
  const quiet_errors quiet;
  const held_basic basic = parse(answer);
  if (!basic || weakly_signed(basic.get())) return revocation_state::unknown;
  const held_certificate subject = copy_of(leaf), signer = copy_of(issuer);
  if (!issuer_stands_for(basic.get(), signer.get())) return revocation_state::unknown;
  auto said = revocation_state::unknown;
  for (int i = 0; i < OCSP_resp_count(basic.get()); ++i) {
    OCSP_SINGLERESP* const entry = OCSP_resp_get0(basic.get(), i);
    if (has_unknown_demands(basic.get(), entry) || !is_about(entry, subject.get(), signer.get())) continue;
    said = std::max(said, state_of(entry));  // of two that differ, the one that says "revoked"
  }
  return said;
}

bool is_answer_for(base::bytes_view answer, const certificate& leaf) {
  const quiet_errors quiet;
  const held_basic basic = parse(answer);
  return basic && entry_naming(basic.get(), leaf) != nullptr;
}

bool is_current_answer_for(base::bytes_view answer, const certificate& leaf) {
  const quiet_errors quiet;
  const held_basic basic = parse(answer);
  OCSP_SINGLERESP* const entry = basic ? entry_naming(basic.get(), leaf) : nullptr;
  if (entry == nullptr) return false;
  ASN1_GENERALIZEDTIME *made = nullptr, *next = nullptr;
  OCSP_single_get0_status(entry, nullptr, nullptr, &made, &next);
  return is_of_now(made, next);
}

}  // namespace schannix::engine

// Name constraints put to the name that was asked for. The comparison is OpenSSL's: it gets a certificate that has this
// name and nothing else, made for the question.
#include <algorithm>

#include "engine/x509_chain.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

using held_constraints = held<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
using held_certificate = held<X509, X509_free>;

held_general_names only(std::string_view name) {
  held_general_name one(or_throw(GENERAL_NAME_new()));
  ASN1_IA5STRING* const text = or_throw(ASN1_IA5STRING_new());
  GENERAL_NAME_set0_value(one.get(), GEN_DNS, text);
  if (ASN1_STRING_set(text, name.data(), static_cast<int>(name.size())) != 1) throw std::bad_alloc();
  held_general_names out(or_throw(GENERAL_NAMES_new()));
  if (sk_GENERAL_NAME_push(out.get(), one.get()) <= 0) throw std::bad_alloc();
  static_cast<void>(one.release());
  return out;
}

held_certificate certificate_for(std::string_view name) {
  const held_general_names names = only(name);
  held_certificate out(or_throw(X509_new()));
  if (X509_add1_ext_i2d(out.get(), NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) != 1)
    throw std::bad_alloc();
  X509_check_purpose(out.get(), -1, 0);  // reads the extensions into it; that it is no whole certificate is no matter
  return out;
}

bool permits(const certificate& issuer, std::string_view name) {
  int state = 0;
  const held_constraints limits(
      static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(issuer.native(), NID_name_constraints, &state, nullptr)));
  constexpr int there_is_none = -1;
  if (!limits) return state == there_is_none;
  return NAME_CONSTRAINTS_check(certificate_for(name).get(), limits.get()) == X509_V_OK;
}

}  // namespace

bool permits(const std::vector<certificate>& chain, const std::string& name) {
  const quiet_errors quiet;
  if (name.empty() || is_address(name)) return true;
  const std::string_view host(name.data(), name.size() - (name.back() == '.' ? 1 : 0));  // without the root label
  return std::ranges::all_of(chain.begin() + (chain.empty() ? 0 : 1), chain.end(),
                             [&](const certificate& issuer) { return permits(issuer, host); });
}

}  // namespace schannix::engine

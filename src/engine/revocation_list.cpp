#include "engine/revocation_list.hpp"

#include <climits>

#include "engine/environment.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

std::vector<revocation_list_fields::entry> entries_of(X509_CRL* from) {
  std::vector<revocation_list_fields::entry> out;
  const STACK_OF(X509_REVOKED)* const revoked = X509_CRL_get_REVOKED(from);
  for (int i = 0; i < sk_X509_REVOKED_num(revoked); ++i) {
    const X509_REVOKED* const one = sk_X509_REVOKED_value(revoked, i);
    revocation_list_fields::entry made;
    made.serial = integer_content(X509_REVOKED_get0_serialNumber(one));
    made.revoked_at = seconds_of(X509_REVOKED_get0_revocationDate(one)).value_or(0);
    read_extensions(made.extensions, X509_REVOKED_get0_extensions(one));
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace

base::result<revocation_list> read_revocation_list(const environment& env, base::bytes_view der) {
  const quiet_errors quiet;
  const base::failure malformed = base::caller_mistake(base::reason::malformed_object);
  if (der.empty() || der.size() > INT_MAX) return malformed;
  X509_CRL* parsed = or_throw(X509_CRL_new_ex(env.library(), nullptr));
  const unsigned char* at = der.data();
  const bool whole = d2i_X509_CRL(&parsed, &at, static_cast<long>(der.size())) && at == der.data() + der.size();
  std::shared_ptr<X509_CRL> owner(parsed, X509_CRL_free);  // null when the parser has released it
  if (!whole) return malformed;
  return revocation_list(std::move(owner));
}

revocation_list_fields fields_of(const revocation_list& list) {
  const quiet_errors quiet;
  X509_CRL* const from = list.native();
  revocation_list_fields out;
  out.version = static_cast<unsigned>(X509_CRL_get_version(from));
  const X509_ALGOR* algorithm = nullptr;
  X509_CRL_get0_signature(from, nullptr, &algorithm);
  out.signature = algorithm_of(algorithm);
  out.issuer = encoded(i2d_X509_NAME, X509_CRL_get_issuer(from));
  out.this_update = seconds_of(X509_CRL_get0_lastUpdate(from)).value_or(0);
  out.next_update = seconds_of(X509_CRL_get0_nextUpdate(from));
  out.entries = entries_of(from);
  read_extensions(out.extensions, X509_CRL_get0_extensions(from));
  return out;
}

base::bytes der_of(const revocation_list& list) { return encoded(i2d_X509_CRL, list.native()); }

bool names_key_of(const revocation_list& list, const certificate& issuer) {
  const quiet_errors quiet;
  const held<AUTHORITY_KEYID, AUTHORITY_KEYID_free> named(static_cast<AUTHORITY_KEYID*>(
      X509_CRL_get_ext_d2i(list.native(), NID_authority_key_identifier, nullptr, nullptr)));
  return !named || X509_check_akid(issuer.native(), named.get()) == X509_V_OK;
}

bool signed_by(const revocation_list& list, const certificate& issuer) {
  const quiet_errors quiet;
  EVP_PKEY* const key = X509_get0_pubkey(issuer.native());
  return key && X509_CRL_verify(list.native(), key) == 1;
}

}  // namespace schannix::engine

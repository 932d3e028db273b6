// Look-ups in a store. MS certfindcertificateinstore
#pragma once

#include <wincrypt.h>

#include <optional>
#include <string>

#include "base/result.hpp"
#include "cert/store.hpp"
#include "engine/x509.hpp"

namespace schannix::cert {

query anything();
query with_private_key();
query with_sha1(base::bytes_view hash);
query with_name(engine::name_of whose, base::bytes_view der);
query with_text(engine::name_of whose, std::string part);  // of the simple name string; letters A to Z in any case
query with_issuer_and_serial(const CERT_INFO& wanted);

// Each CERT_RDN_ATTR of wanted is one of the name's attributes, whichever RDN that is in. Without pszObjId: of any
// kind; CERT_RDN_ANY_TYPE: of any string type; without pbData: of any value. Nothing: no array.
struct attribute_rules {
  bool wide = false;      // values are WCHARs, as those of X509_UNICODE_NAME; else as those of X509_NAME
  bool any_case = false;  // letters A to Z
};
std::optional<query> with_attributes(engine::name_of whose, const CERT_RDN& wanted, attribute_rules rules);

query with_encoding(base::bytes_view der);

// Whether two numbers, least significant byte first, are equal whatever their sign octets. MS certcompareintegerblob
bool same_number(base::bytes_view a, base::bytes_view b);

// The first context after previous (null: from the start) that fits; a new reference.
// not_found; invalid_parameter when previous is of another store.
base::result<PCCERT_CONTEXT> next(HCERTSTORE in, PCCERT_CONTEXT previous, const query& fits);

}  // namespace schannix::cert

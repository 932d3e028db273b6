// The names of a certificate as CertGetNameString tells them apart. MS certgetnamestringw
#pragma once

#include <wincrypt.h>

#include <string>
#include <vector>

#include "engine/x509.hpp"

namespace schannix::cert {

enum class name_kind : std::uint8_t { email, rdn, attribute, simple_display, friendly_display, dns, url, principal };

struct name_request {
  name_kind kind = name_kind::simple_display;
  engine::name_of whose = engine::name_of::subject;
  bool all = false;               // every DNS name; of any other kind there is then none
  std::string oid = {};           // for attribute
  engine::name_style style = {};  // for rdn
};

// At most one, except for all; none when the certificate has no such name. UTF-8.
std::vector<std::string> names(PCCERT_CONTEXT of, const name_request& wanted);

}  // namespace schannix::cert
